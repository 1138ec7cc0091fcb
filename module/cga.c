// SPDX-License-Identifier: GPL-2.0
/*
 * Keys and signatures of CGAs, see cga.h.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "cga.h"
#include "der.h"
#include "octets.h"

#define GEN_LEN		4

/* AlgorithmIdentifier of rsaEncryption with its NULL (RFC 3279 2.3.1) */
static const u8 rsa_encryption[] = {
	0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01,
	0x05, 0x00,
};

/* RFC 5533 17; its section 5.15.5 prints the same octets with a slip (C-10) */
static const u8 type_tag[] = {
	0x4a, 0x30, 0x56, 0x62, 0x48, 0x58, 0x57, 0x4b,
	0x36, 0x55, 0x41, 0x6f, 0x50, 0x6a, 0x6d, 0x48,
};

/*
 * One positive INTEGER in its shortest form at @at of the @left octets @p.
 * Return: octets it takes, or 0; @*bits is how many it has.
 */
static size_t integer_size(const u8 *p, size_t left, unsigned int *bits)
{
	size_t hdr, len;

	hdr = shim6_der(p, left, SHIM6_DER_INTEGER, &len);
	if (!hdr || !len)
		return 0;
	p += hdr;
	if (p[0] & 0x80)
		return 0;
	left = len;
	if (!p[0]) {
		if (len == 1 || !(p[1] & 0x80))
			return 0;
		p++;
		len--;
	}
	*bits = (len - 1) * 8 + fls(p[0]);
	return hdr + left;
}

/* RSAPublicKey: modulus and exponent fill their sequence */
static int read_rsa(const u8 *p, size_t len, struct shim6_rsa_key *key)
{
	unsigned int bits, exponent;
	size_t hdr, inner, n, e;

	hdr = shim6_der(p, len, SHIM6_DER_SEQUENCE, &inner);
	if (!hdr || hdr + inner != len)
		return -EINVAL;
	n = integer_size(p + hdr, inner, &bits);
	if (!n)
		return -EINVAL;
	e = integer_size(p + hdr + n, inner - n, &exponent);
	if (!e || n + e != inner)
		return -EINVAL;
	if (bits < SHIM6_RSA_MIN_BITS || bits > SHIM6_RSA_MAX_BITS)
		return -EKEYREJECTED;
	key->der = p;
	key->len = len;
	key->size = (bits + 7) / 8;
	return 0;
}

/* shim6_pds_parse() has checked the outer elements */
int shim6_cga_key(const struct shim6_pds *p, struct shim6_rsa_key *key)
{
	const u8 *at = p->key;
	size_t len;

	if (!p->has_key)
		return -EOPNOTSUPP;
	at += shim6_der(at, p->key_len, SHIM6_DER_SEQUENCE, &len);
	at += shim6_der(at, p->key + p->key_len - at, SHIM6_DER_SEQUENCE, &len);
	if (len != sizeof(rsa_encryption) ||
	    memcmp(at, rsa_encryption, sizeof(rsa_encryption)))
		return -EOPNOTSUPP;
	at += len;
	at += shim6_der(at, p->key + p->key_len - at, SHIM6_DER_BIT_STRING,
			&len);
	/* No bits are left over */
	if (!len || at[0])
		return -EINVAL;
	return read_rsa(at + 1, len - 1, key);
}

int shim6_cga_digest(u32 gen, const struct in6_addr *locs, const u8 *methods,
		     unsigned int n, u8 *digest)
{
	struct shim6_hash_part part[2 + SHIM6_MAX_LOCS];
	unsigned int i, parts = 2;
	u8 octets[GEN_LEN];

	shim6_put32(octets, gen);
	part[0] = (struct shim6_hash_part){ type_tag, sizeof(type_tag) };
	part[1] = (struct shim6_hash_part){ octets, sizeof(octets) };
	for (i = 0; i < n && i < SHIM6_MAX_LOCS; i++)
		if (methods[i] == SHIM6_METHOD_CGA)
			part[parts++] = (struct shim6_hash_part){
				locs[i].s6_addr, sizeof(locs[i]) };
	return shim6_sha1(part, parts, digest);
}

bool shim6_own_has(const struct shim6_own_list *own,
		   const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < own->n; i++)
		if (!memcmp(&own->addr[i], addr, sizeof(*addr)))
			return true;
	return false;
}

bool shim6_own_same(const struct shim6_own_list *a,
		    const struct shim6_own_list *b)
{
	return a->n == b->n &&
	       !memcmp(a->addr, b->addr, a->n * sizeof(a->addr[0])) &&
	       !memcmp(a->method, b->method, a->n * sizeof(a->method[0]));
}

bool shim6_own_needs_signature(const struct shim6_own_list *own)
{
	unsigned int i;

	for (i = 0; i < own->n; i++)
		if (own->method[i] == SHIM6_METHOD_CGA)
			return true;
	return false;
}
