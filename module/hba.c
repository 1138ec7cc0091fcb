// SPDX-License-Identifier: GPL-2.0
/*
 * Hash Based Addresses (RFC 5535) and the parameter structure they share with
 * CGAs (RFC 3972, RFC 4581): parsing and verification.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "hash.h"
#include "hba.h"
#include "locset.h"
#include "octets.h"
#include "wire.h"

#define MODIFIER_LEN	16
#define PREFIX_LEN	8
#define OFF_COLLISION	(MODIFIER_LEN + PREFIX_LEN)
#define OFF_KEY		(OFF_COLLISION + 1)
#define MAX_COLLISION	2

#define DER_SEQUENCE	0x30
#define DER_BIT_STRING	0x03

#define EXT_HDR		4	/* type and length (RFC 4581) */
#define MP_HDR		4	/* P flag and reserved bits (RFC 5535 5) */
#define MP_KEY_FLAG	0x80

/* Higher values of Sec have no procedure, so nothing can meet them */
#define MAX_SEC		2

/*
 * One DER element with a definite length in its shortest form, all of it
 * within @left octets.
 * Return: octets of header, or 0; *@len octets of contents follow.
 */
static size_t der_header(const u8 *p, size_t left, u8 tag, size_t *len)
{
	size_t hdr = 2, i;

	if (left < 2 || p[0] != tag)
		return 0;
	*len = p[1];
	if (p[1] & 0x80) {
		hdr += p[1] & 0x7f;
		if (hdr == 2 || hdr > 4 || left < hdr || !p[2])
			return 0;
		for (*len = 0, i = 2; i < hdr; i++)
			*len = *len << 8 | p[i];
		if (*len < 0x80)
			return 0;
	}
	return *len <= left - hdr ? hdr : 0;
}

/*
 * SubjectPublicKeyInfo: an algorithm and a bit string, which together fill
 * their sequence (RFC 5280 4.1). The key itself is the signature check's.
 * Return: octets of the whole, or 0.
 */
static size_t spki_size(const u8 *p, size_t left)
{
	size_t hdr, len, inner, inner_len, used;

	hdr = der_header(p, left, DER_SEQUENCE, &len);
	if (!hdr)
		return 0;
	p += hdr;
	inner = der_header(p, len, DER_SEQUENCE, &inner_len);
	if (!inner)
		return 0;
	used = inner + inner_len;
	inner = der_header(p + used, len - used, DER_BIT_STRING, &inner_len);
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

/**
 * struct pds_check - parameters and what is known of their Hash2
 * @p: parsed parameters
 * @strength: largest Sec whose condition Hash2 meets, -1: not yet computed
 *
 * Hash2 covers neither prefix nor collision count, so one is enough for all
 * addresses of a set.
 */
struct pds_check {
	const struct shim6_pds *p;
	int strength;
};

static int find_strength(struct pds_check *c)
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

static int check_address(struct pds_check *c, const struct in6_addr *addr)
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

static int check_hba(struct pds_check *c, const struct in6_addr *addr)
{
	if (!c->p->mp)
		return -EOPNOTSUPP;
	if (!has_prefix(c->p, addr))
		return -EKEYREJECTED;
	return check_address(c, addr);
}

static int check_cga(struct pds_check *c, const struct in6_addr *addr)
{
	if (memcmp(c->p->prefix, addr, PREFIX_LEN))
		return -EKEYREJECTED;
	return check_address(c, addr);
}

int shim6_hba_verify(const struct shim6_pds *p, const struct in6_addr *addr)
{
	struct pds_check c = { .p = p, .strength = -1 };

	return check_hba(&c, addr);
}

int shim6_cga_verify(const struct shim6_pds *p, const struct in6_addr *addr)
{
	struct pds_check c = { .p = p, .strength = -1 };

	return check_cga(&c, addr);
}

/* The ULID of an HBA set need not have the Subnet Prefix of the set */
static int check_ulid(struct pds_check *c, const struct in6_addr *ulid)
{
	return c->p->mp ? check_hba(c, ulid) : check_cga(c, ulid);
}

static bool is_twice(const struct shim6_msg *m, unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++)
		if (shim6_addr_eq(&m->locs[i], &m->locs[j]))
			return true;
	return false;
}

/* Before any hash: addresses that can never be locators, and one that is there
 * twice, as Locator Preferences count by places
 */
static bool is_list_usable(const struct shim6_msg *m)
{
	unsigned int i;

	for (i = 0; i < m->nlocs; i++)
		if (!shim6_addr_usable(&m->locs[i]) || is_twice(m, i))
			return false;
	return true;
}

/*
 * Is the method of locator @i one that can be checked with what came? The
 * ULID alone needs no parameters, hence no method either.
 */
static bool is_method_consistent(const struct shim6_msg *m, unsigned int i,
				 const struct in6_addr *ulid,
				 const struct shim6_pds *p)
{
	if (m->methods[i] == SHIM6_METHOD_NONE)
		return shim6_addr_eq(&m->locs[i], ulid);
	if (m->methods[i] != SHIM6_METHOD_HBA)
		return false;
	return !p || p->mp;
}

static enum shim6_auth_verdict check_methods(const struct shim6_msg *m,
					     const struct in6_addr *ulid,
					     const struct shim6_pds *p, u8 *bad)
{
	unsigned int i;

	for (i = 0; i < m->nlocs; i++) {
		if (is_method_consistent(m, i, ulid, p))
			continue;
		*bad = i;
		return SHIM6_AUTH_METHOD;
	}
	return SHIM6_AUTH_OK;
}

/* A locator equal to the ULID was verified with it, or needs no proof */
static enum shim6_auth_verdict check_locators(const struct shim6_msg *m,
					      const struct in6_addr *ulid,
					      struct pds_check *c, u8 *bad)
{
	unsigned int i;

	for (i = 0; i < m->nlocs; i++) {
		if (shim6_addr_eq(&m->locs[i], ulid))
			continue;
		if (c->p && !check_hba(c, &m->locs[i]))
			continue;
		*bad = i;
		return SHIM6_AUTH_LOCATOR;
	}
	return SHIM6_AUTH_OK;
}

static enum shim6_auth_verdict check_list(const struct shim6_msg *m,
					  const struct in6_addr *ulid,
					  struct pds_check *c, bool relaxed,
					  u8 *bad)
{
	enum shim6_auth_verdict v;

	if (!is_list_usable(m))
		return SHIM6_AUTH_MALFORMED;
	if (relaxed)
		return SHIM6_AUTH_OK;
	v = check_methods(m, ulid, c->p, bad);
	if (v != SHIM6_AUTH_OK)
		return v;
	return check_locators(m, ulid, c, bad);
}

/* Parameters present, even in a laboratory, must be those of the ULID */
static enum shim6_auth_verdict check_pds(const u8 *pds, u16 len,
					 const struct in6_addr *ulid,
					 struct shim6_pds *p,
					 struct pds_check *c)
{
	if (shim6_pds_parse(pds, len, p))
		return SHIM6_AUTH_MALFORMED;
	c->p = p;
	return check_ulid(c, ulid) ? SHIM6_AUTH_ULID : SHIM6_AUTH_OK;
}

void shim6_auth_check(const struct shim6_msg *m, const struct in6_addr *ulid,
		      const u8 *pds, u16 pds_len, bool relaxed,
		      struct shim6_auth *out)
{
	bool has_list = m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
	bool has_pds = m->opts & SHIM6_OPT_BIT(SHIM6_OPT_PDS);
	struct pds_check c = { .strength = -1 };
	struct shim6_pds p;

	memset(out, 0, sizeof(*out));
	out->verdict = SHIM6_AUTH_NONE;
	if (has_pds)
		out->verdict = check_pds(m->pds, m->pds_len, ulid, &p, &c);
	else if (has_list && pds_len)
		out->verdict = check_pds(pds, pds_len, ulid, &p, &c);
	if (!has_list || out->verdict > SHIM6_AUTH_OK)
		return;
	out->verdict = check_list(m, ulid, &c, relaxed, &out->bad);
	/* All or nothing: a message with one bad locator is not used */
	if (out->verdict == SHIM6_AUTH_OK)
		out->verified = U32_MAX >> (32 - m->nlocs);
}
