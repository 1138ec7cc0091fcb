// SPDX-License-Identifier: GPL-2.0
/*
 * Verification of the locators a message brings, see auth.h.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include "auth.h"
#include "cga.h"
#include "locset.h"

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
	struct shim6_rsa_key key;

	switch (m->methods[i]) {
	case SHIM6_METHOD_NONE:
		return shim6_addr_eq(&m->locs[i], ulid);
	case SHIM6_METHOD_HBA:
		return !p || p->mp;
	case SHIM6_METHOD_CGA:
		return !p || !shim6_cga_key(p, &key);
	}
	return false;
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

/* What the signature is there for, and that it can be one at all */
static enum shim6_auth_verdict check_signature(const struct shim6_msg *m,
					       const struct shim6_pds *p,
					       u8 *bad)
{
	struct shim6_rsa_key key;
	unsigned int i;

	for (i = 0; i < m->nlocs; i++)
		if (m->methods[i] == SHIM6_METHOD_CGA)
			break;
	if (i == m->nlocs)
		return SHIM6_AUTH_OK;
	*bad = i;
	if (!p || !(m->opts & SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE)) ||
	    shim6_cga_key(p, &key) || m->sig_len != key.size)
		return SHIM6_AUTH_LOCATOR;
	return SHIM6_AUTH_SIGNED;
}

/* A locator equal to the ULID was verified with it, or needs no proof */
static enum shim6_auth_verdict check_locators(const struct shim6_msg *m,
					      const struct in6_addr *ulid,
					      struct shim6_pds_check *c, u8 *bad)
{
	unsigned int i;

	for (i = 0; i < m->nlocs; i++) {
		if (shim6_addr_eq(&m->locs[i], ulid) ||
		    m->methods[i] == SHIM6_METHOD_CGA)
			continue;
		if (c->p && !shim6_check_hba(c, &m->locs[i]))
			continue;
		*bad = i;
		return SHIM6_AUTH_LOCATOR;
	}
	return check_signature(m, c->p, bad);
}

static enum shim6_auth_verdict check_list(const struct shim6_msg *m,
					  const struct in6_addr *ulid,
					  struct shim6_pds_check *c, bool relaxed,
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
					 struct shim6_pds_check *c)
{
	if (shim6_pds_parse(pds, len, p))
		return SHIM6_AUTH_MALFORMED;
	c->p = p;
	return shim6_check_member(c, ulid) ? SHIM6_AUTH_ULID : SHIM6_AUTH_OK;
}

void shim6_auth_check(const struct shim6_msg *m, const struct in6_addr *ulid,
		      const u8 *pds, u16 pds_len, bool relaxed,
		      struct shim6_auth *out)
{
	bool has_list = m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
	bool has_pds = m->opts & SHIM6_OPT_BIT(SHIM6_OPT_PDS);
	struct shim6_pds_check c = { .strength = -1 };
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

void shim6_auth_signed(const struct shim6_msg *m, bool good,
		       struct shim6_auth *auth)
{
	auth->verdict = good ? SHIM6_AUTH_OK : SHIM6_AUTH_LOCATOR;
	if (good)
		auth->verified = U32_MAX >> (32 - m->nlocs);
}
