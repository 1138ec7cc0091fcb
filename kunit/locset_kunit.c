// SPDX-License-Identifier: GPL-2.0
/* Locator sets */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/locset.c"

static struct in6_addr addr(u8 last)
{
	struct in6_addr a = { { { 0x20, 1, 0xd, 0xb8, [15] = last } } };

	return a;
}

static void add_find_del(struct kunit *test)
{
	struct shim6_locset s = { .n = 0 };
	struct in6_addr a = addr(1), b = addr(2), c = addr(3);

	KUNIT_EXPECT_EQ(test, shim6_locset_find(&s, &a), -1);
	KUNIT_EXPECT_EQ(test, shim6_locset_add(&s, &a, 1, SHIM6_LOC_UP), 0);
	KUNIT_EXPECT_EQ(test, shim6_locset_add(&s, &b, 1, 0), 1);
	KUNIT_EXPECT_EQ(test, shim6_locset_add(&s, &c, 1, 0), 2);
	/* What is there stays as it is */
	KUNIT_EXPECT_EQ(test, shim6_locset_add(&s, &a, 2, 0), 0);
	KUNIT_EXPECT_EQ(test, s.loc[0].method, 1);
	KUNIT_EXPECT_EQ(test, s.loc[0].status, SHIM6_LOC_UP);
	shim6_locset_del(&s, 1);
	KUNIT_EXPECT_EQ(test, s.n, 2);
	KUNIT_EXPECT_EQ(test, shim6_locset_find(&s, &c), 1);
	KUNIT_EXPECT_EQ(test, shim6_locset_find(&s, &b), -1);
	shim6_locset_del(&s, 2);
	KUNIT_EXPECT_EQ(test, s.n, 2);
}

static void full(struct kunit *test)
{
	struct shim6_locset s = { .n = 0 };
	unsigned int i;

	for (i = 0; i < SHIM6_MAX_LOCS; i++) {
		struct in6_addr a = addr(i);

		KUNIT_EXPECT_EQ(test, shim6_locset_add(&s, &a, 0, 0), (int)i);
	}
	for (; i < SHIM6_MAX_LOCS + 2; i++) {
		struct in6_addr a = addr(i);

		KUNIT_EXPECT_EQ(test, shim6_locset_add(&s, &a, 0, 0), -1);
	}
	shim6_locset_del(&s, SHIM6_MAX_LOCS - 1);
	KUNIT_EXPECT_EQ(test, s.n, SHIM6_MAX_LOCS - 1);
}

static void overlaps(struct kunit *test)
{
	struct shim6_locset s = { .n = 0 }, t = { .n = 0 };
	struct in6_addr a = addr(1), b = addr(2);

	KUNIT_EXPECT_FALSE(test, shim6_locset_overlaps(&s, &t));
	shim6_locset_add(&s, &a, 0, 0);
	shim6_locset_add(&t, &b, 0, 0);
	KUNIT_EXPECT_FALSE(test, shim6_locset_overlaps(&s, &t));
	shim6_locset_add(&t, &a, 0, 0);
	KUNIT_EXPECT_TRUE(test, shim6_locset_overlaps(&s, &t));
	KUNIT_EXPECT_TRUE(test, shim6_locset_overlaps(&t, &s));
}

/* RFC 5534 3.1 */
static const struct use {
	const char *desc;
	struct in6_addr addr;
	bool usable;
} uses[] = {
	{ "global", { { { 0x20, 1, 0xd, 0xb8, [15] = 1 } } }, true },
	{ "unique local", { { { 0xfd, 1, [15] = 1 } } }, true },
	{ "nat64", { { { 0, 0x64, 0xff, 0x9b, [15] = 1 } } }, true },
	{ "multicast", { { { 0xff, 0x0e, [15] = 1 } } }, false },
	{ "link-local", { { { 0xfe, 0x80, [15] = 1 } } }, false },
	{ "link-local end", { { { 0xfe, 0xbf, [15] = 1 } } }, false },
	{ "site-local", { { { 0xfe, 0xc0, [15] = 1 } } }, false },
	{ "unspecified", { { { 0 } } }, false },
	{ "loopback", { { { [15] = 1 } } }, false },
	{ "v4-mapped", { { { [10] = 0xff, [11] = 0xff, [15] = 1 } } }, false },
};

static void use_desc(const struct use *u, char *desc)
{
	strscpy(desc, u->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(use, uses, use_desc);

static void usable(struct kunit *test)
{
	const struct use *u = test->param_value;

	KUNIT_EXPECT_EQ(test, shim6_addr_usable(&u->addr), u->usable);
}

static struct kunit_case locset_cases[] = {
	KUNIT_CASE(add_find_del),
	KUNIT_CASE(full),
	KUNIT_CASE(overlaps),
	KUNIT_CASE_PARAM(usable, use_gen_params),
	{}
};

static struct kunit_suite locset_suite = {
	.name = "shim6_locset",
	.test_cases = locset_cases,
};

kunit_test_suite(locset_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 locator sets");
MODULE_LICENSE("GPL");
