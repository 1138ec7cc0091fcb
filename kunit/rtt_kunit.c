// SPDX-License-Identifier: GPL-2.0
/* Round-trip times of pairs: what is known, and who measures it again */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/locset.c"
#include "../module/rtt.c"

#define SECOND	SHIM6_NS_PER_SEC
#define FRESH	SHIM6_RTT_FRESH_NS
#define LIFE	SHIM6_RTT_LIFE_NS
#define TURN	SHIM6_RTT_TURN_NS
#define START	(5000 * SECOND)
/* All pairs of this file are in one set */
#define SET	(7 + 3 * SHIM6_RTT_SETS)

static struct shim6_rtts *table(struct kunit *test)
{
	struct shim6_rtts *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	return t;
}

static struct shim6_pair pair(u8 n)
{
	struct shim6_pair p = {};

	p.src.s6_addr[0] = 0x20;
	p.src.s6_addr[15] = n;
	p.dst.s6_addr[0] = 0x20;
	p.dst.s6_addr[1] = 1;
	return p;
}

static void known(struct kunit *test)
{
	struct shim6_rtts *t = table(test);
	struct shim6_pair a = pair(1), b = pair(2);

	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &a, SET, START), 0ull);
	shim6_rtt_learn(t, &a, SET, 30, START);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &a, SET, START), 30ull);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &b, SET, START), 0ull);
	/* What another context measured earlier is no news */
	shim6_rtt_learn(t, &a, SET, 99, START - SECOND);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &a, SET, START), 30ull);
	shim6_rtt_learn(t, &a, SET, 40, START + SECOND);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &a, SET, START), 40ull);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &a, SET, START + SECOND + LIFE),
			40ull);
	KUNIT_EXPECT_EQ(test,
			shim6_rtt_known(t, &a, SET, START + SECOND + LIFE + 1),
			0ull);
}

static void one_at_a_time(struct kunit *test)
{
	struct shim6_rtts *t = table(test);
	struct shim6_pair a = pair(1);
	u64 now = START;

	KUNIT_EXPECT_TRUE(test, shim6_rtt_due(t, &a, SET, FRESH, now));
	shim6_rtt_ask(t, &a, SET, now);
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &a, SET, FRESH, now));
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &a, SET, now), 0ull);
	/* No answer came: the next one's turn */
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &a, SET, FRESH, now + TURN));
	now += TURN + 1;
	KUNIT_EXPECT_TRUE(test, shim6_rtt_due(t, &a, SET, FRESH, now));
	shim6_rtt_ask(t, &a, SET, now);
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &a, SET, FRESH, now));
	shim6_rtt_learn(t, &a, SET, 30, now + SECOND);
	now += SECOND;
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &a, SET, FRESH, now + FRESH));
	now += FRESH + 1;
	KUNIT_EXPECT_TRUE(test, shim6_rtt_due(t, &a, SET, FRESH, now));
	/* Those with payload look elsewhere only when nothing is known */
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &a, SET, LIFE, now));
	/* What was known counts until there is an answer */
	shim6_rtt_ask(t, &a, SET, now);
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &a, SET, FRESH, now));
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &a, SET, now), 30ull);
}

/* More pairs than places: the others are not measured, nor forgotten at once */
static void bounded(struct kunit *test)
{
	struct shim6_pair p[SHIM6_RTT_WAYS + 1];
	struct shim6_rtts *t = table(test);
	unsigned int i, last = SHIM6_RTT_WAYS;

	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = pair(i + 1);
	for (i = 0; i < last; i++) {
		KUNIT_EXPECT_TRUE(test, shim6_rtt_due(t, &p[i], SET, FRESH,
						      START));
		shim6_rtt_ask(t, &p[i], SET, START);
	}
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &p[last], SET, FRESH, START));
	shim6_rtt_ask(t, &p[last], SET, START);
	shim6_rtt_learn(t, &p[last], SET, 50, START);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &p[last], SET, START), 0ull);
	/* Another set has room */
	KUNIT_EXPECT_TRUE(test, shim6_rtt_due(t, &p[last], SET + 1, FRESH,
					      START));
	for (i = 0; i < last; i++)
		shim6_rtt_learn(t, &p[i], SET, 10 + i, START + SECOND);
	for (i = 0; i < last; i++)
		KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &p[i], SET,
						      START + SECOND), 10 + i);
	/* One that is not asked for any more makes room */
	for (i = 1; i < last; i++)
		shim6_rtt_learn(t, &p[i], SET, 20, START + 2 * FRESH);
	KUNIT_EXPECT_FALSE(test, shim6_rtt_due(t, &p[last], SET, FRESH,
					       START + 2 * FRESH));
	shim6_rtt_learn(t, &p[last], SET, 50, START + 2 * FRESH + SECOND);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &p[last], SET, START + 3 * FRESH),
			50ull);
	KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &p[0], SET, START + 3 * FRESH),
			0ull);
	for (i = 1; i < last; i++)
		KUNIT_EXPECT_EQ(test, shim6_rtt_known(t, &p[i], SET,
						      START + 3 * FRESH),
				20ull);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(known),
	KUNIT_CASE(one_at_a_time),
	KUNIT_CASE(bounded),
	{}
};

static struct kunit_suite suite = {
	.name = "shim6_rtt",
	.test_cases = cases,
};
kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of the round-trip times of Shim6");
MODULE_LICENSE("GPL");
