// SPDX-License-Identifier: GPL-2.0
/* The verdict on the locators of a message */
#include <kunit/test.h>
#include <linux/module.h>
#ifdef __KERNEL__
#include "../module/hash.c"
#endif
#include "../module/hash.h"

static unsigned int hashes;
static unsigned int fail_from;

/* Counts, and fails from the fail_from-th call on */
static int counted_sha1(const struct shim6_hash_part *part, unsigned int n,
			u8 *out)
{
	if (++hashes >= fail_from)
		return -ENOMEM;
	return shim6_sha1(part, n, out);
}

#define shim6_sha1 counted_sha1
#include "../module/der.c"
#include "../module/hba.c"
#include "../module/cga.c"
#include "../module/auth.c"
#undef shim6_sha1
#include "../module/locset.c"
#include "cga_vectors.h"
#include "hba_vectors.h"

/**
 * struct offer - what a peer sends, and what it sent before
 * @m: message
 * @locs: its list
 * @methods: methods of the list
 * @old: parameters known from before
 * @old_len: their octets
 * @relaxed: the tunable
 */
struct offer {
	struct shim6_msg m;
	struct in6_addr locs[SHIM6_MAX_LOCS];
	u8 methods[SHIM6_MAX_LOCS];
	const u8 *old;
	u16 old_len;
	bool relaxed;
};

static struct offer *new_offer(struct kunit *test)
{
	struct offer *o = kunit_kzalloc(test, sizeof(*o), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, o);
	o->m.type = SHIM6_MSG_UPDATE_REQ;
	o->m.locs = o->locs;
	o->m.methods = o->methods;
	return o;
}

static void add_loc(struct offer *o, const struct in6_addr *addr, u8 method)
{
	o->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
	o->locs[o->m.nlocs] = *addr;
	o->methods[o->m.nlocs++] = method;
}

static void add_pds(struct offer *o, const u8 *pds, size_t len)
{
	o->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_PDS);
	o->m.pds = pds;
	o->m.pds_len = len;
}

/* The set of two prefixes, both locators and its parameters */
static struct offer *good_offer(struct kunit *test)
{
	struct offer *o = new_offer(test);

	add_loc(o, &hba2_addr[0], SHIM6_METHOD_HBA);
	add_loc(o, &hba2_addr[1], SHIM6_METHOD_HBA);
	add_pds(o, hba2_pds, sizeof(hba2_pds));
	return o;
}

static void check(struct kunit *test, const struct offer *o,
		  const struct in6_addr *ulid, enum shim6_auth_verdict want,
		  unsigned int bad)
{
	struct shim6_auth a;

	hashes = 0;
	shim6_auth_check(&o->m, ulid, o->old, o->old_len, o->relaxed, &a);
	KUNIT_EXPECT_EQ(test, a.verdict, want);
	if (want == SHIM6_AUTH_METHOD || want == SHIM6_AUTH_LOCATOR)
		KUNIT_EXPECT_EQ(test, a.bad, bad);
	KUNIT_EXPECT_EQ(test, a.verified,
			want == SHIM6_AUTH_OK && o->m.nlocs ?
			U32_MAX >> (32 - o->m.nlocs) : 0);
}

static void nothing_sent(struct kunit *test)
{
	struct offer *o = new_offer(test);

	check(test, o, &hba2_addr[0], SHIM6_AUTH_NONE, 0);
	o->old = hba2_pds;
	o->old_len = sizeof(hba2_pds);
	check(test, o, &hba2_addr[0], SHIM6_AUTH_NONE, 0);
	KUNIT_EXPECT_EQ(test, hashes, 0);
}

static void whole_set(struct kunit *test)
{
	struct offer *o = good_offer(test);

	check(test, o, &hba2_addr[0], SHIM6_AUTH_OK, 0);
	check(test, o, &hba2_addr[1], SHIM6_AUTH_OK, 0);
}

/* Whatever the ULID is, parameters that came must be its own */
static void foreign_ulid(struct kunit *test)
{
	struct offer *o = good_offer(test);

	check(test, o, &hba3_addr[0], SHIM6_AUTH_ULID, 0);
	o->relaxed = true;
	check(test, o, &hba3_addr[0], SHIM6_AUTH_ULID, 0);
	o->m.opts = SHIM6_OPT_BIT(SHIM6_OPT_PDS);
	o->m.nlocs = 0;
	check(test, o, &hba3_addr[0], SHIM6_AUTH_ULID, 0);
	check(test, o, &hba2_addr[1], SHIM6_AUTH_OK, 0);
}

static void cga_parameters_alone(struct kunit *test)
{
	struct offer *o = new_offer(test);

	add_pds(o, cga1024_pds, sizeof(cga1024_pds));
	check(test, o, &cga1024_addr[0], SHIM6_AUTH_OK, 0);
	check(test, o, &hba2_addr[0], SHIM6_AUTH_ULID, 0);
}

static void foreign_locator(struct kunit *test)
{
	struct offer *o = good_offer(test);

	add_loc(o, &hba3_addr[2], SHIM6_METHOD_HBA);
	check(test, o, &hba2_addr[0], SHIM6_AUTH_LOCATOR, 2);
	o->locs[1].s6_addr[15] ^= 1;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_LOCATOR, 1);
}

static void methods(struct kunit *test)
{
	struct offer *o = good_offer(test);
	unsigned int method;

	for (method = 0; method < 256; method++) {
		o->methods[1] = method;
		check(test, o, &hba2_addr[0],
		      method == SHIM6_METHOD_HBA ? SHIM6_AUTH_OK :
						   SHIM6_AUTH_METHOD, 1);
		/* On the ULID itself, which needs no proof */
		check(test, o, &hba2_addr[1],
		      method <= SHIM6_METHOD_HBA ? SHIM6_AUTH_OK :
						   SHIM6_AUTH_METHOD, 1);
	}
}

/* HBA without a Multi-Prefix extension: inconsistent, also for the ULID */
static void method_without_extension(struct kunit *test)
{
	struct offer *o = new_offer(test);

	add_pds(o, cga1024_pds, sizeof(cga1024_pds));
	add_loc(o, &cga1024_addr[0], SHIM6_METHOD_NONE);
	check(test, o, &cga1024_addr[0], SHIM6_AUTH_OK, 0);
	add_loc(o, &hba2_addr[0], SHIM6_METHOD_HBA);
	check(test, o, &cga1024_addr[0], SHIM6_AUTH_METHOD, 1);
	o->methods[0] = SHIM6_METHOD_HBA;
	check(test, o, &cga1024_addr[0], SHIM6_AUTH_METHOD, 0);
}

static void no_parameters(struct kunit *test)
{
	struct offer *o = new_offer(test);

	add_loc(o, &hba2_addr[0], SHIM6_METHOD_HBA);
	check(test, o, &hba2_addr[0], SHIM6_AUTH_OK, 0);
	KUNIT_EXPECT_EQ(test, hashes, 0);
	check(test, o, &hba2_addr[1], SHIM6_AUTH_LOCATOR, 0);
	add_loc(o, &hba2_addr[1], SHIM6_METHOD_HBA);
	check(test, o, &hba2_addr[0], SHIM6_AUTH_LOCATOR, 1);
}

static void remembered_parameters(struct kunit *test)
{
	struct offer *o = good_offer(test);

	o->m.opts &= ~SHIM6_OPT_BIT(SHIM6_OPT_PDS);
	o->old = hba2_pds_b;
	o->old_len = sizeof(hba2_pds_b);
	check(test, o, &hba2_addr[0], SHIM6_AUTH_OK, 0);
	o->locs[1].s6_addr[8] ^= 4;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_LOCATOR, 1);
	/* New ones take their place */
	add_pds(o, hba3_pds, sizeof(hba3_pds));
	check(test, o, &hba2_addr[0], SHIM6_AUTH_ULID, 0);
}

static void malformed(struct kunit *test)
{
	struct offer *o = good_offer(test);

	o->m.pds_len--;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_MALFORMED, 0);
	o->relaxed = true;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_MALFORMED, 0);
	o->m.pds_len = 0;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_MALFORMED, 0);
}

/* No proof makes these locators, and no laboratory needs them */
static void not_unicast(struct kunit *test)
{
	static const struct in6_addr bad[] = {
		{ { { 0xff, 0x02, [15] = 1 } } },
		{ { { 0xfe, 0x80, [15] = 1 } } },
		{ { { [15] = 1 } } },
		{ { { 0 } } },
		{ { { [10] = 0xff, 0xff, 192, 0, 2, 1 } } },
	};
	struct offer *o = good_offer(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		o->locs[1] = bad[i];
		o->relaxed = false;
		check(test, o, &hba2_addr[0], SHIM6_AUTH_MALFORMED, 0);
		o->relaxed = true;
		check(test, o, &hba2_addr[0], SHIM6_AUTH_MALFORMED, 0);
	}
}

/* Locator Preferences count by places: an address has one */
static void twice(struct kunit *test)
{
	struct offer *o = good_offer(test);

	add_loc(o, &hba2_addr[0], SHIM6_METHOD_HBA);
	check(test, o, &hba2_addr[0], SHIM6_AUTH_MALFORMED, 0);
	o->relaxed = true;
	check(test, o, &hba2_addr[1], SHIM6_AUTH_MALFORMED, 0);
	o->m.nlocs--;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_OK, 0);
}

/* What only a signature can prove waits for it, if it can be one */
static void signed_list(struct kunit *test)
{
	struct offer *o = new_offer(test);
	struct shim6_auth a;

	add_loc(o, &cga_sig_locs[0], SHIM6_METHOD_CGA);
	add_loc(o, &cga_sig_locs[1], SHIM6_METHOD_CGA);
	add_pds(o, cga1024_pds, sizeof(cga1024_pds));
	check(test, o, &cga1024_addr[0], SHIM6_AUTH_LOCATOR, 0);
	o->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE);
	o->m.sig = cga_sig;
	o->m.sig_len = sizeof(cga_sig);
	check(test, o, &cga1024_addr[0], SHIM6_AUTH_SIGNED, 0);
	shim6_auth_check(&o->m, &cga1024_addr[0], NULL, 0, false, &a);
	shim6_auth_signed(&o->m, true, &a);
	KUNIT_EXPECT_EQ(test, a.verdict, SHIM6_AUTH_OK);
	KUNIT_EXPECT_EQ(test, a.verified, 3);
	shim6_auth_check(&o->m, &cga1024_addr[0], NULL, 0, false, &a);
	shim6_auth_signed(&o->m, false, &a);
	KUNIT_EXPECT_EQ(test, a.verdict, SHIM6_AUTH_LOCATOR);
	KUNIT_EXPECT_EQ(test, a.verified, 0);
	o->m.sig_len--;
	check(test, o, &cga1024_addr[0], SHIM6_AUTH_LOCATOR, 0);
}

/* A key that is none, or too short, signs for nobody (C-2, RFC 5533 16) */
static void signed_by_nobody(struct kunit *test)
{
	struct offer *o = good_offer(test);

	o->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE);
	o->m.sig = cga_sig;
	o->m.sig_len = sizeof(cga_sig);
	o->methods[1] = SHIM6_METHOD_CGA;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_METHOD, 1);
	o->m.pds = cga_pds;
	o->m.pds_len = sizeof(cga_pds);
	o->methods[0] = SHIM6_METHOD_NONE;
	o->locs[0] = cga_addr[0];
	/* The vector's own address is link-local, so no list has it */
	check(test, o, &cga_addr[0], SHIM6_AUTH_MALFORMED, 0);
}

/* Members of an HBA/CGA set by their hashes, others by the signature */
static void mixed_list(struct kunit *test)
{
	struct offer *o = new_offer(test);

	add_loc(o, &hbacga_addr[0], SHIM6_METHOD_HBA);
	add_loc(o, &cga_sig_locs[1], SHIM6_METHOD_CGA);
	add_loc(o, &hbacga_addr[1], SHIM6_METHOD_HBA);
	add_pds(o, hbacga_pds, sizeof(hbacga_pds));
	o->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE);
	o->m.sig = cga_sig;
	o->m.sig_len = sizeof(cga_sig);
	check(test, o, &hbacga_addr[0], SHIM6_AUTH_SIGNED, 1);
	o->locs[2].s6_addr[15] ^= 1;
	check(test, o, &hbacga_addr[0], SHIM6_AUTH_LOCATOR, 2);
}

static void relaxed(struct kunit *test)
{
	struct offer *o = new_offer(test);
	struct in6_addr addr = hba2_addr[0];
	unsigned int i;

	o->relaxed = true;
	for (i = 0; i < SHIM6_MAX_LOCS; i++) {
		addr.s6_addr[15] = i;
		add_loc(o, &addr, i);
	}
	check(test, o, &hba2_addr[0], SHIM6_AUTH_OK, 0);
	o->relaxed = false;
	check(test, o, &hba2_addr[0], SHIM6_AUTH_METHOD, 0);
}

/* One Hash1 for each address, one Hash2 for all of them */
static void work_is_bounded(struct kunit *test)
{
	struct offer *o = new_offer(test);
	unsigned int i;

	add_pds(o, hba3_pds, sizeof(hba3_pds));
	for (i = 0; i < 3; i++)
		add_loc(o, &hba3_addr[i], SHIM6_METHOD_HBA);
	check(test, o, &hba3_addr[1], SHIM6_AUTH_OK, 0);
	KUNIT_EXPECT_EQ(test, hashes, 4);
}

/* A hash that cannot be computed never lets anything through */
static void hash_fails(struct kunit *test)
{
	struct offer *o = new_offer(test);
	unsigned int i;

	add_pds(o, hba3_pds, sizeof(hba3_pds));
	for (i = 0; i < 3; i++)
		add_loc(o, &hba3_addr[i], SHIM6_METHOD_HBA);
	for (i = 1; i <= 4; i++) {
		fail_from = i;
		check(test, o, &hba3_addr[0],
		      i < 3 ? SHIM6_AUTH_ULID : SHIM6_AUTH_LOCATOR, i - 2);
	}
}

static void hash_errors(struct kunit *test)
{
	struct shim6_pds p;

	KUNIT_ASSERT_EQ(test, shim6_pds_parse(hba3_pds, sizeof(hba3_pds), &p),
			0);
	hashes = 0;
	fail_from = 1;
	KUNIT_EXPECT_EQ(test, shim6_hba_verify(&p, &hba3_addr[0]), -ENOMEM);
	hashes = 0;
	fail_from = 2;
	KUNIT_EXPECT_EQ(test, shim6_hba_verify(&p, &hba3_addr[0]), -ENOMEM);
	hashes = 0;
	fail_from = 3;
	KUNIT_EXPECT_EQ(test, shim6_hba_verify(&p, &hba3_addr[0]), 0);
}

static int auth_init(struct kunit *test)
{
	fail_from = U32_MAX;
	return shim6_hash_setup();
}

static void auth_exit(struct kunit *test)
{
	shim6_hash_teardown();
}

static struct kunit_case auth_cases[] = {
	KUNIT_CASE(nothing_sent),
	KUNIT_CASE(whole_set),
	KUNIT_CASE(foreign_ulid),
	KUNIT_CASE(cga_parameters_alone),
	KUNIT_CASE(foreign_locator),
	KUNIT_CASE(methods),
	KUNIT_CASE(method_without_extension),
	KUNIT_CASE(no_parameters),
	KUNIT_CASE(remembered_parameters),
	KUNIT_CASE(malformed),
	KUNIT_CASE(not_unicast),
	KUNIT_CASE(twice),
	KUNIT_CASE(signed_list),
	KUNIT_CASE(signed_by_nobody),
	KUNIT_CASE(mixed_list),
	KUNIT_CASE(relaxed),
	KUNIT_CASE(work_is_bounded),
	KUNIT_CASE(hash_fails),
	KUNIT_CASE(hash_errors),
	{}
};

static struct kunit_suite auth_suite = {
	.name = "shim6_auth",
	.init = auth_init,
	.exit = auth_exit,
	.test_cases = auth_cases,
};

kunit_test_suite(auth_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 locator lists");
MODULE_LICENSE("GPL");
