// SPDX-License-Identifier: GPL-2.0
/*
 * Markings of control messages: which are left alone, and for how long.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/marking.c"

#define CS6	48
#define BE	0
#define NOW	SHIM6_NS_PER_SEC

static struct shim6_marking *marking(struct kunit *test)
{
	struct shim6_marking *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	return m;
}

/* Sends @n of each; of @bad every @every-th is answered, 0: none. Returns what
 * is left alone.
 */
static int ask(struct shim6_marking *m, u8 bad, u8 good, int n, int every)
{
	int i, got, blocked = -1;

	for (i = 1; i <= n; i++) {
		shim6_marking_sent(m, bad);
		if (every && i % every == 0) {
			got = shim6_marking_answered(m, bad, NOW);
			blocked = got < 0 ? blocked : got;
		}
		shim6_marking_sent(m, good);
		got = shim6_marking_answered(m, good, NOW);
		blocked = got < 0 ? blocked : got;
	}
	return blocked;
}

static void marking_dropped(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, SHIM6_MARKING_TRIES - 1, 0), -1);
	KUNIT_EXPECT_FALSE(test, shim6_marking_blocked(m, CS6, NOW));
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 1, 0), CS6);
	KUNIT_EXPECT_TRUE(test, shim6_marking_blocked(m, CS6, NOW));
	KUNIT_EXPECT_FALSE(test, shim6_marking_blocked(m, BE, NOW));
	KUNIT_EXPECT_EQ(test, shim6_marking_choose(m, CS6, BE, NOW), BE);
	KUNIT_EXPECT_EQ(test, shim6_marking_choose(m, BE, CS6, NOW), BE);
	KUNIT_EXPECT_EQ(test, m->row[CS6].sent, (u64)SHIM6_MARKING_TRIES);
	KUNIT_EXPECT_EQ(test, m->row[CS6].answered, 0ULL);
	KUNIT_EXPECT_EQ(test, m->row[BE].answered, (u64)SHIM6_MARKING_TRIES);
}

/* Best effort is dead, network control is not: told as well */
static void marking_favoured(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, ask(m, BE, CS6, SHIM6_MARKING_TRIES, 0), BE);
	KUNIT_EXPECT_EQ(test, shim6_marking_choose(m, BE, CS6, NOW), CS6);
}

/* A quarter is enough to go on, a sixth is not; for any number of messages */
static void marking_fifth(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 2000, 4), -1);
	m = marking(test);
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 2000, 6), CS6);
}

/* Nothing is answered, or hardly anything: no marking is to blame */
static void marking_dead(struct kunit *test)
{
	struct shim6_marking *m = marking(test);
	int i;

	for (i = 0; i < 1000; i++) {
		shim6_marking_sent(m, CS6);
		shim6_marking_sent(m, BE);
	}
	KUNIT_EXPECT_EQ(test, shim6_marking_answered(m, BE, NOW), -1);
	KUNIT_EXPECT_EQ(test, shim6_marking_answered(m, BE, NOW), -1);
	KUNIT_EXPECT_FALSE(test, shim6_marking_blocked(m, CS6, NOW));
}

static void marking_again(struct kunit *test)
{
	struct shim6_marking *m = marking(test);
	u64 later = NOW + SHIM6_MARKING_REST;

	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, SHIM6_MARKING_TRIES, 0), CS6);
	KUNIT_EXPECT_EQ(test, shim6_marking_choose(m, CS6, BE, later - 1), BE);
	KUNIT_EXPECT_EQ(test, shim6_marking_choose(m, CS6, BE, later), CS6);
	KUNIT_EXPECT_EQ(test, m->row[CS6].sent, (u64)SHIM6_MARKING_TRIES);
	/* As many as before are needed to judge it anew */
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, SHIM6_MARKING_TRIES - 1, 0), -1);
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 1, 0), CS6);
}

/* An answer that comes when its question does not count any more */
static void marking_late(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, shim6_marking_answered(m, CS6, NOW), -1);
	KUNIT_EXPECT_EQ(test, m->row[CS6].hits, 0);
	KUNIT_EXPECT_EQ(test, m->row[CS6].answered, 1ULL);
}

static struct kunit_case marking_cases[] = {
	KUNIT_CASE(marking_dropped),
	KUNIT_CASE(marking_favoured),
	KUNIT_CASE(marking_fifth),
	KUNIT_CASE(marking_dead),
	KUNIT_CASE(marking_again),
	KUNIT_CASE(marking_late),
	{}
};

static struct kunit_suite marking_suite = {
	.name = "shim6_marking",
	.test_cases = marking_cases,
};

kunit_test_suite(marking_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 markings of control messages");
MODULE_LICENSE("GPL");
