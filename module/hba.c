// SPDX-License-Identifier: GPL-2.0
/*
 * Hash Based Addresses (RFC 5535) and the parameter structure they share with
 * CGAs (RFC 3972, RFC 4581): parsing and verification.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "der.h"
#include "hash.h"
#include "hba.h"
#include "octets.h"

#define MODIFIER_LEN	16
#define PREFIX_LEN	8
#define OFF_COLLISION	(MODIFIER_LEN + PREFIX_LEN)
#define OFF_KEY		(OFF_COLLISION + 1)
#define MAX_COLLISION	2

#define EXT_HDR		4	/* type and length (RFC 4581) */
#define MP_HDR		4	/* P flag and reserved bits (RFC 5535 5) */
#define MP_KEY_FLAG	0x80

/* Higher values of Sec have no procedure, so nothing can meet them */
#define MAX_SEC		2

/*
 * SubjectPublicKeyInfo: an algorithm and a bit string, which together fill
 * their sequence (RFC 5280 4.1). What is in them is cga.c's.
 * Return: octets of the whole, or 0.
 */
static size_t spki_size(const u8 *p, size_t left)
{
	size_t hdr, len, inner, inner_len, used;

	hdr = shim6_der(p, left, SHIM6_DER_SEQUENCE, &len);
	if (!hdr)
		return 0;
	p += hdr;
	inner = shim6_der(p, len, SHIM6_DER_SEQUENCE, &inner_len);
	if (!inner)
		return 0;
	used = inner + inner_len;
	inner = shim6_der(p + used, len - used, SHIM6_DER_BIT_STRING, &inner_len);
	if (!inner || used + inner + inner_len != len)
		return 0;
	return hdr + len;
}

static int parse_multi_prefix(struct shim6_pds *p, const u8 *data, size_t len)
{
	/* Two of them, or a length that is not 4 + 8n (C-5) */
	if (p->mp || len <= MP_HDR || (len - MP_HDR) % PREFIX_LEN)
		return -EINVAL;
	p->has_key = data[0] & MP_KEY_FLAG;
	p->mp = data + MP_HDR;
	p->nprefix = (len - MP_HDR) / PREFIX_LEN;
	return 0;
}

/* The extensions must fill the rest to the last octet; unknown ones may be */
static int parse_extensions(struct shim6_pds *p)
{
	const u8 *e = p->ext;
	size_t left = p->ext_len, len;

	for (; left; e += EXT_HDR + len, left -= EXT_HDR + len) {
		if (left < EXT_HDR)
			return -EINVAL;
		len = shim6_get16(e + 2);
		if (len > left - EXT_HDR)
			return -EINVAL;
		if (shim6_get16(e) == SHIM6_EXT_MULTI_PREFIX &&
		    parse_multi_prefix(p, e + EXT_HDR, len))
			return -EINVAL;
	}
	return 0;
}

int shim6_pds_parse(const u8 *buf, size_t len, struct shim6_pds *p)
{
	memset(p, 0, sizeof(*p));
	if (len <= OFF_KEY || len > SHIM6_MAX_PDS ||
	    buf[OFF_COLLISION] > MAX_COLLISION)
		return -EINVAL;
	p->raw = buf;
	p->len = len;
	p->modifier = buf;
	p->prefix = buf + MODIFIER_LEN;
	p->collision = buf[OFF_COLLISION];
	p->key = buf + OFF_KEY;
	p->key_len = spki_size(p->key, len - OFF_KEY);
	if (!p->key_len)
		return -EINVAL;
	p->ext = p->key + p->key_len;
	p->ext_len = len - OFF_KEY - p->key_len;
	p->has_key = true;
	return parse_extensions(p);
}

static int find_strength(struct shim6_pds_check *c)
{
	static const u8 zero[PREFIX_LEN + 1];
	const struct shim6_hash_part part[] = {
		{ c->p->modifier, MODIFIER_LEN },
		{ zero, sizeof(zero) },
		{ c->p->key, c->p->key_len + c->p->ext_len },
	};
	u8 hash2[SHIM6_SHA1_LEN];
	int err;

	if (c->strength >= 0)
		return 0;
	err = shim6_sha1(part, ARRAY_SIZE(part), hash2);
	if (err)
		return err;
	for (c->strength = 0; c->strength < MAX_SEC; c->strength++)
		if (shim6_get16(hash2 + 2 * c->strength))
			break;
	return 0;
}

/* Steps 3 and 4 of RFC 3972 5, with the prefix of the address itself */
static int check_hash1(const struct shim6_pds *p, const struct in6_addr *addr)
{
	const struct shim6_hash_part part[] = {
		{ p->modifier, MODIFIER_LEN },
		{ addr->s6_addr, PREFIX_LEN },
		{ &p->collision, sizeof(p->collision) },
		{ p->key, p->key_len + p->ext_len },
	};
	const u8 *iid = addr->s6_addr + PREFIX_LEN;
	u8 hash1[SHIM6_SHA1_LEN];
	int err;

	err = shim6_sha1(part, ARRAY_SIZE(part), hash1);
	if (err)
		return err;
	/* Sec and the u and g bits are not hashed: 0x1cffffffffffffff */
	if (((hash1[0] ^ iid[0]) & 0x1c) ||
	    memcmp(hash1 + 1, iid + 1, PREFIX_LEN - 1))
		return -EKEYREJECTED;
	return 0;
}

static int check_address(struct shim6_pds_check *c, const struct in6_addr *addr)
{
	int sec = addr->s6_addr[PREFIX_LEN] >> 5;
	int err;

	err = check_hash1(c->p, addr);
	if (err || !sec)
		return err;
	err = find_strength(c);
	if (err)
		return err;
	return c->strength >= sec ? 0 : -EKEYREJECTED;
}

static bool has_prefix(const struct shim6_pds *p, const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < p->nprefix; i++)
		if (!memcmp(p->mp + i * PREFIX_LEN, addr, PREFIX_LEN))
			return true;
	return false;
}

int shim6_check_hba(struct shim6_pds_check *c, const struct in6_addr *addr)
{
	if (!c->p->mp)
		return -EOPNOTSUPP;
	if (!has_prefix(c->p, addr))
		return -EKEYREJECTED;
	return check_address(c, addr);
}

static int check_cga(struct shim6_pds_check *c, const struct in6_addr *addr)
{
	if (memcmp(c->p->prefix, addr, PREFIX_LEN))
		return -EKEYREJECTED;
	return check_address(c, addr);
}

/* An HBA set need not have the Subnet Prefix of its member */
int shim6_check_member(struct shim6_pds_check *c, const struct in6_addr *addr)
{
	return c->p->mp ? shim6_check_hba(c, addr) : check_cga(c, addr);
}

int shim6_hba_verify(const struct shim6_pds *p, const struct in6_addr *addr)
{
	struct shim6_pds_check c = { .p = p, .strength = -1 };

	return shim6_check_hba(&c, addr);
}

int shim6_cga_verify(const struct shim6_pds *p, const struct in6_addr *addr)
{
	struct shim6_pds_check c = { .p = p, .strength = -1 };

	return check_cga(&c, addr);
}
