// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <nettle/sha1.h>
#include <string.h>
#include <sys/random.h>

#include "hba.h"

#define EXT_MULTI_PREFIX	0x0012
#define COLLISION_AT		(HBA_MODIFIER + HBA_PREFIX)
#define KEY_AT			(COLLISION_AT + 1)
#define NONCE			48	/* 384 bits, RFC 5535 6 */

/* SubjectPublicKeyInfo, rsaEncryption, RSAPublicKey { nonce, 65537 } */
static const uint8_t der_head[] = {
	0x30, 0x4c, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
	0x01, 0x01, 0x01, 0x05, 0x00, 0x03, 0x3b, 0x00, 0x30, 0x38, 0x02, 0x31,
	0x00,
};

static const uint8_t der_tail[] = { 0x02, 0x03, 0x01, 0x00, 0x01 };

static unsigned int get16(const uint8_t *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* Octets of a DER SEQUENCE with a definite, shortest length; 0: it is none */
static size_t der_sequence(const uint8_t *p, size_t room)
{
	size_t len;

	if (room < 2 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		len = 2 + p[1];
	else if (p[1] == 0x81 && room >= 3 && p[2] >= 0x80)
		len = 3 + (size_t)p[2];
	else if (p[1] == 0x82 && room >= 4 && p[2])
		len = 4 + (size_t)get16(p + 2);
	else
		return 0;
	return len <= room ? len : 0;
}

static const char *parse_multi_prefix(struct hba_pds *p, size_t at, size_t len)
{
	if (p->nprefix)
		return "two Multi-Prefix extensions";
	if (len < 4 + HBA_PREFIX || len % HBA_PREFIX != 4)
		return "the Multi-Prefix extension has a wrong length";
	p->has_key = p->raw[at] & 0x80;
	p->prefix_at = at + 4;
	p->nprefix = (len - 4) / HBA_PREFIX;
	return NULL;
}

static const char *parse_extensions(struct hba_pds *p)
{
	const char *why;
	size_t at = p->key_at + p->key_len;
	size_t len;

	while (at < p->len) {
		if (p->len - at < 4)
			return "an extension is cut off";
		len = get16(p->raw + at + 2);
		if (len > p->len - at - 4)
			return "an extension is longer than what is there";
		if (get16(p->raw + at) == EXT_MULTI_PREFIX) {
			why = parse_multi_prefix(p, at + 4, len);
			if (why)
				return why;
		}
		at += 4 + len;
	}
	return NULL;
}

const char *hba_parse_cga(struct hba_pds *p, const uint8_t *raw, size_t len)
{
	*p = (struct hba_pds){ .len = len, .key_at = KEY_AT, .has_key = true };
	if (len <= KEY_AT)
		return "too short";
	if (len > sizeof(p->raw))
		return "too long";
	memcpy(p->raw, raw, len);
	if (raw[COLLISION_AT] > 2)
		return "the collision count is not 0, 1 or 2";
	p->key_len = der_sequence(raw + KEY_AT, len - KEY_AT);
	if (!p->key_len)
		return "the public key is not a DER sequence";
	return parse_extensions(p);
}

const char *hba_parse(struct hba_pds *p, const uint8_t *raw, size_t len)
{
	const char *why = hba_parse_cga(p, raw, len);

	if (why || p->nprefix)
		return why;
	return "no Multi-Prefix extension";
}

static int fill_random(uint8_t *p, size_t n)
{
	ssize_t got;

	while (n) {
		got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

/*
 * A positive INTEGER of 49 octets begins with a zero one; DER wants the
 * shortest form, so the next bit must be set. That makes the nonce a number of
 * exactly 384 bits.
 */
static int build_key(uint8_t *key)
{
	uint8_t *nonce = key + sizeof(der_head);

	memcpy(key, der_head, sizeof(der_head));
	memcpy(nonce + NONCE, der_tail, sizeof(der_tail));
	if (fill_random(nonce, NONCE))
		return -EIO;
	nonce[0] |= 0x80;
	return 0;
}

/* Behind the key, whose length is known */
static void build_multi_prefix(struct hba_pds *p,
			       const struct in6_addr *prefixes, size_t n)
{
	uint8_t *ext = p->raw + p->key_at + p->key_len;
	size_t i;

	put16(ext, EXT_MULTI_PREFIX);
	put16(ext + 2, (unsigned int)(4 + n * HBA_PREFIX));
	ext[4] = p->has_key ? 0x80 : 0;
	p->nprefix = n;
	p->prefix_at = p->key_at + p->key_len + 8;
	p->len = p->prefix_at + n * HBA_PREFIX;
	for (i = 0; i < n; i++)
		memcpy(p->raw + p->prefix_at + i * HBA_PREFIX, &prefixes[i],
		       HBA_PREFIX);
}

int hba_build(struct hba_pds *p, const struct in6_addr *prefixes, size_t n)
{
	*p = (struct hba_pds){ .key_at = KEY_AT };
	p->key_len = sizeof(der_head) + NONCE + sizeof(der_tail);
	if (fill_random(p->raw, HBA_MODIFIER) || build_key(p->raw + KEY_AT))
		return -EIO;
	memcpy(p->raw + HBA_MODIFIER, &prefixes[0], HBA_PREFIX);
	build_multi_prefix(p, prefixes, n);
	return 0;
}

int hba_build_cga(struct hba_pds *p, const uint8_t *key, size_t key_len,
		  const struct in6_addr *prefixes, size_t n, bool set)
{
	*p = (struct hba_pds){ .key_at = KEY_AT, .key_len = key_len,
			       .len = KEY_AT + key_len, .has_key = true };
	if (p->len + (set ? 8 + n * HBA_PREFIX : 0) > sizeof(p->raw))
		return -EMSGSIZE;
	if (fill_random(p->raw, HBA_MODIFIER))
		return -EIO;
	memcpy(p->raw + HBA_MODIFIER, &prefixes[0], HBA_PREFIX);
	memcpy(p->raw + KEY_AT, key, key_len);
	if (set)
		build_multi_prefix(p, prefixes, n);
	return 0;
}

void hba_prefix(const struct hba_pds *p, size_t i, struct in6_addr *prefix)
{
	*prefix = (struct in6_addr){};
	memcpy(prefix, p->raw + p->prefix_at + i * HBA_PREFIX, HBA_PREFIX);
}

/* SHA-1 over the structure with other octets in front of its key */
static void hash(const struct hba_pds *p, const uint8_t *front, uint8_t *digest)
{
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	sha1_update(&ctx, KEY_AT, front);
	sha1_update(&ctx, p->len - KEY_AT, p->raw + KEY_AT);
	sha1_digest(&ctx, SHA1_DIGEST_SIZE, digest);
}

static void hash1(const struct hba_pds *p, const uint8_t *prefix,
		  uint8_t *digest)
{
	uint8_t front[KEY_AT];

	memcpy(front, p->raw, KEY_AT);
	memcpy(front + HBA_MODIFIER, prefix, HBA_PREFIX);
	hash(p, front, digest);
}

unsigned int hba_hash2_zeros(const struct hba_pds *p, const uint8_t *modifier)
{
	uint8_t front[KEY_AT] = {};
	uint8_t digest[SHA1_DIGEST_SIZE];
	unsigned int i;

	memcpy(front, modifier, HBA_MODIFIER);
	hash(p, front, digest);
	for (i = 0; i < 7 && !get16(digest + 2 * i); i++)
		;
	return i;
}

void hba_address(const struct hba_pds *p, const struct in6_addr *prefix,
		 unsigned int sec, struct in6_addr *addr)
{
	uint8_t digest[SHA1_DIGEST_SIZE];

	hash1(p, prefix->s6_addr, digest);
	memcpy(addr->s6_addr, prefix, HBA_PREFIX);
	memcpy(addr->s6_addr + HBA_PREFIX, digest, 8);
	/* Sec in the top three bits, "u" and "g" zero */
	addr->s6_addr[8] &= 0x1c;
	addr->s6_addr[8] |= (uint8_t)(sec << 5);
}

unsigned int hba_sec(const struct in6_addr *addr)
{
	return addr->s6_addr[8] >> 5;
}

static bool has_prefix(const struct hba_pds *p, const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < p->nprefix; i++)
		if (!memcmp(p->raw + p->prefix_at + i * HBA_PREFIX, addr,
			    HBA_PREFIX))
			return true;
	return false;
}

const char *hba_verify(const struct hba_pds *p, const struct in6_addr *addr)
{
	const uint8_t *iid = addr->s6_addr + HBA_PREFIX;
	uint8_t digest[SHA1_DIGEST_SIZE];

	if (p->nprefix && !has_prefix(p, addr))
		return "its prefix is not in the set";
	hash1(p, addr->s6_addr, digest);
	if ((digest[0] ^ iid[0]) & 0x1c || memcmp(digest + 1, iid + 1, 7))
		return "its interface identifier is not the hash of the parameters";
	if (hba_sec(addr) > HBA_SEC_MAX)
		return "its Sec is not 0, 1 or 2";
	if (hba_hash2_zeros(p, p->raw) < hba_sec(addr))
		return "Hash2 has too few zero bits for its Sec";
	return NULL;
}

bool hba_same_set(const struct hba_pds *a, const struct hba_pds *b)
{
	return a->len == b->len && !memcmp(a->raw, b->raw, HBA_MODIFIER) &&
	       !memcmp(a->raw + COLLISION_AT, b->raw + COLLISION_AT,
		       a->len - COLLISION_AT);
}
