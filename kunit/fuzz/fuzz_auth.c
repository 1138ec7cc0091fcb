// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: verification of the locator material of a message (RFC 5533
 * 7.2, RFC 5535 7.2). Whatever it is, nothing unproven passes.
 */
#include "../core_units.h"
#include "fuzz_msg.h"

/**
 * struct world - one verification
 * @m: message
 * @ulid: ULID(peer)
 * @old: parameters known from before
 * @old_len: their octets
 * @relaxed: a laboratory
 */
struct world {
	struct shim6_msg m;
	struct in6_addr ulid;
	u8 *old;
	u16 old_len;
	bool relaxed;
};

/* The parameters that count: of the message, else those known */
static bool parameters(const struct world *w, struct shim6_pds *p)
{
	if (fuzz_has(&w->m, SHIM6_OPT_PDS))
		return !shim6_pds_parse(w->m.pds, w->m.pds_len, p);
	return w->old_len && !shim6_pds_parse(w->old, w->old_len, p);
}

static bool is_shown(const struct world *w, unsigned int i,
		     const struct shim6_pds *p, bool known)
{
	const struct in6_addr *addr = &w->m.locs[i];

	return shim6_addr_eq(addr, &w->ulid) ||
	       (known && !shim6_hba_verify(p, addr));
}

static void check_proof(const struct world *w, const struct shim6_auth *auth)
{
	struct shim6_pds p;
	bool known = parameters(w, &p);
	unsigned int i;

	for (i = 0; i < w->m.nlocs; i++) {
		bool sign = w->m.methods[i] == SHIM6_METHOD_CGA;

		FUZZ_CHECK(shim6_addr_usable(&w->m.locs[i]));
		if (w->relaxed)
			continue;
		FUZZ_CHECK(w->m.methods[i] <= SHIM6_METHOD_CGA);
		if (sign)
			FUZZ_CHECK(auth->verdict == SHIM6_AUTH_SIGNED);
		else
			FUZZ_CHECK(is_shown(w, i, &p, known));
	}
}

/* A signature is checked only if it can be one (RFC 5533 5.15.5) */
static void check_signed(const struct world *w, struct shim6_auth *auth)
{
	struct shim6_auth good = *auth;
	u8 digest[SHIM6_SHA1_LEN];
	struct shim6_rsa_key key;
	struct shim6_pds p;

	FUZZ_CHECK(parameters(w, &p) && !shim6_cga_key(&p, &key));
	FUZZ_CHECK(!shim6_check_member(&(struct shim6_pds_check){
			.p = &p, .strength = -1 }, &w->ulid));
	FUZZ_CHECK(w->m.sig_len == key.size);
	FUZZ_CHECK(w->m.methods[auth->bad] == SHIM6_METHOD_CGA);
	FUZZ_CHECK(!shim6_cga_digest(w->m.list_gen, w->m.locs, w->m.methods,
				     w->m.nlocs, digest));
	shim6_auth_signed(&w->m, true, &good);
	FUZZ_CHECK(good.verdict == SHIM6_AUTH_OK && good.verified);
	shim6_auth_signed(&w->m, false, auth);
	FUZZ_CHECK(auth->verdict == SHIM6_AUTH_LOCATOR && !auth->verified);
}

static void check_verdict(const struct world *w, struct shim6_auth *auth)
{
	bool list = fuzz_has(&w->m, SHIM6_OPT_LOC_LIST);
	u64 every = (1ULL << w->m.nlocs) - 1;

	FUZZ_CHECK(auth->verdict <= SHIM6_AUTH_MALFORMED);
	FUZZ_CHECK(!auth->bad || auth->bad < w->m.nlocs);
	/* All or nothing */
	if (auth->verdict == SHIM6_AUTH_OK)
		FUZZ_CHECK(auth->verified == every);
	else
		FUZZ_CHECK(!auth->verified);
	if (!list && !fuzz_has(&w->m, SHIM6_OPT_PDS))
		FUZZ_CHECK(auth->verdict == SHIM6_AUTH_NONE);
	if (list && (auth->verdict == SHIM6_AUTH_OK ||
		     auth->verdict == SHIM6_AUTH_SIGNED))
		check_proof(w, auth);
	if (auth->verdict == SHIM6_AUTH_SIGNED)
		check_signed(w, auth);
}

/* Sec 0 of RFC 5535 6 */
static void make_member(const struct shim6_pds *p, unsigned int i,
			struct in6_addr *addr)
{
	const u8 *prefix = p->mp ? p->mp + i % p->nprefix * 8 : p->prefix;
	const struct shim6_hash_part part[] = {
		{ p->raw, 16 }, { prefix, 8 }, { &p->collision, 1 },
		{ p->key, p->len - 25 },
	};
	u8 digest[SHIM6_SHA1_LEN];

	shim6_sha1(part, ARRAY_SIZE(part), digest);
	memcpy(addr->s6_addr, prefix, 8);
	memcpy(addr->s6_addr + 8, digest, 8);
	addr->s6_addr[8] &= 0x1c;
}

/*
 * Nobody guesses a hash: bit i of @members asks for a right locator there, the
 * highest for a right ULID. @buf is what @w->m was read from.
 */
static void make_right(struct world *w, u8 *buf, u8 members)
{
	struct shim6_pds p;
	unsigned int i;

	if (!parameters(w, &p))
		return;
	if (members & 0x80)
		make_member(&p, 0, &w->ulid);
	for (i = 0; i < w->m.nlocs && i < 7; i++)
		if (members & 1 << i)
			make_member(&p, i, (struct in6_addr *)
				    (buf + ((u8 *)w->m.locs - buf) + 16 * i));
}

static void check(struct world *w, u8 *buf, u8 members)
{
	struct shim6_auth auth;

	make_right(w, buf, members);
	shim6_auth_check(&w->m, &w->ulid, w->old, w->old_len, w->relaxed,
			 &auth);
	check_verdict(w, &auth);
}

/*
 * What is asked for, the octets of the old parameters, the ULID, these
 * parameters, and a message.
 */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	u8 flags = fuzz_u8(&in), members = fuzz_u8(&in), *buf;
	struct world w = { .relaxed = flags & 1 };
	u16 off;

	w.old_len = min_t(size_t, fuzz_u16(&in) % (SHIM6_MAX_PDS + 1),
			  in.left);
	fuzz_take(&in, &w.ulid, sizeof(w.ulid));
	w.old_len = min_t(size_t, w.old_len, in.left);
	w.old = fuzz_copy(in.p, w.old_len);
	in.p += w.old_len;
	in.left -= w.old_len;
	buf = fuzz_copy(in.p, in.left);
	if (buf && shim6_wire_decode(buf, fuzz_repair(buf, in.left), &w.m,
				     &off) == SHIM6_WIRE_OK)
		check(&w, buf, members);
	free(buf);
	free(w.old);
	return 0;
}
