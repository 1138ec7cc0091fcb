// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <nettle/bignum.h>
#include <nettle/rsa.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>

#include "key.h"

#define EXPONENT	65537
#define DER_INTEGER	0x02
#define DER_BITS	0x03
#define DER_OCTETS	0x04
#define DER_SEQUENCE	0x30

/* AlgorithmIdentifier of rsaEncryption with its NULL (RFC 3279 2.3.1) */
static const uint8_t rsa_encryption[] = {
	0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
	0x01, 0x05, 0x00,
};

/* DER is written from its end: lengths are known when their turn comes */
static void begin(struct key_blob *b)
{
	b->at = b->room + sizeof(b->room);
	b->len = 0;
}

static void put(struct key_blob *b, const void *p, size_t n)
{
	b->at -= n;
	b->len += n;
	memcpy(b->at, p, n);
}

static void put_octet(struct key_blob *b, uint8_t octet)
{
	put(b, &octet, 1);
}

/* All that was written since there were @before octets becomes an element */
static void put_header(struct key_blob *b, uint8_t tag, size_t before)
{
	size_t len = b->len - before;

	put_octet(b, (uint8_t)len);
	if (len >= 0x100) {
		put_octet(b, (uint8_t)(len >> 8));
		put_octet(b, 0x82);
	} else if (len >= 0x80) {
		put_octet(b, 0x81);
	}
	put_octet(b, tag);
}

static void put_integer(struct key_blob *b, const mpz_t x)
{
	size_t n = nettle_mpz_sizeinbase_256_u(x);
	size_t before = b->len;

	b->at -= n;
	b->len += n;
	nettle_mpz_get_str_256(n, b->at, x);
	if (*b->at & 0x80)
		put_octet(b, 0);
	put_header(b, DER_INTEGER, before);
}

static void put_number(struct key_blob *b, unsigned int number)
{
	mpz_t x;

	mpz_init_set_ui(x, number);
	put_integer(b, x);
	mpz_clear(x);
}

/* RSAPublicKey in SubjectPublicKeyInfo */
static void write_public(struct key_blob *b, const struct rsa_public_key *pub)
{
	begin(b);
	put_integer(b, pub->e);
	put_integer(b, pub->n);
	put_header(b, DER_SEQUENCE, 0);
	put_octet(b, 0);
	put_header(b, DER_BITS, 0);
	put(b, rsa_encryption, sizeof(rsa_encryption));
	put_header(b, DER_SEQUENCE, 0);
}

/* RSAPrivateKey (RFC 8017 A.1.2) in PrivateKeyInfo */
static void write_private(struct key_blob *b, const struct rsa_public_key *pub,
			  const struct rsa_private_key *key)
{
	begin(b);
	put_integer(b, key->c);
	put_integer(b, key->b);
	put_integer(b, key->a);
	put_integer(b, key->q);
	put_integer(b, key->p);
	put_integer(b, key->d);
	put_integer(b, pub->e);
	put_integer(b, pub->n);
	put_number(b, 0);
	put_header(b, DER_SEQUENCE, 0);
	put_header(b, DER_OCTETS, 0);
	put(b, rsa_encryption, sizeof(rsa_encryption));
	put_number(b, 0);
	put_header(b, DER_SEQUENCE, 0);
}

static void draw(void *failed, size_t n, uint8_t *p)
{
	ssize_t got;

	while (n) {
		got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			*(bool *)failed = true;
			memset(p, 0xa5, n);
			return;
		}
		p += got;
		n -= (size_t)got;
	}
}

int key_generate(unsigned int bits, struct key_blob *priv,
		 struct key_blob *pub)
{
	struct rsa_private_key key;
	struct rsa_public_key half;
	bool failed = false;
	int ok;

	rsa_public_key_init(&half);
	rsa_private_key_init(&key);
	mpz_set_ui(half.e, EXPONENT);
	ok = rsa_generate_keypair(&half, &key, &failed, draw, NULL, NULL, bits,
				  0);
	if (ok) {
		write_private(priv, &half, &key);
		write_public(pub, &half);
	}
	rsa_private_key_clear(&key);
	rsa_public_key_clear(&half);
	return ok && !failed ? 0 : -EIO;
}

void key_forget(struct key_blob *blob)
{
	explicit_bzero(blob, sizeof(*blob));
}
