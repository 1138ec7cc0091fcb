// SPDX-License-Identifier: GPL-2.0
/* Rates and bursts, the order of recovery, limits for received messages */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/pace.c"
#include "../module/police.c"

#define SECOND	SHIM6_NS_PER_SEC

static void limits(struct kunit *test)
{
	struct shim6_qos_control c = {
		.pace_permille = 20,
		.pace_min = 20,
		.pace_burst = 10,
	};

	/* 2 % of 10 Mbit/s: 200 kbit/s, of 150 octets each */
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 10000).rate, 166u);
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 10000).burst, 10u);
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 100).rate, 20u);
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 0).rate, 20u);
	c.pace_min = 0;
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 0).rate, 1u);
	c.pace_permille = 1000;
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 4000000000u).rate,
			3333333333u);
	c.pace_permille = 0;
	c.pace_burst = 0;
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 10000).rate, 0u);
	KUNIT_EXPECT_EQ(test, shim6_pace_limit(&c, 10000).burst, 1u);
}

static void bucket(struct kunit *test)
{
	struct shim6_rate_limit l = { .rate = 10, .burst = 5 };
	u64 now = 100 * SECOND, stamp = 0, until;
	unsigned int i, n = 0;

	for (i = 0; i < 100; i++)
		n += shim6_pace_take(&stamp, &l, now);
	KUNIT_EXPECT_EQ(test, n, 5u);
	KUNIT_EXPECT_EQ(test, shim6_pace_wait(&stamp, &l, now), SECOND / 10);
	/* So much in ten seconds, in small steps */
	for (until = now + 10 * SECOND; now < until; now += SECOND / 1000)
		n += shim6_pace_take(&stamp, &l, now);
	KUNIT_EXPECT_EQ(test, n, 104u);
	/* A pause fills it again, and no more than that */
	now += 3600 * SECOND;
	for (n = 0, i = 0; i < 100; i++)
		n += shim6_pace_take(&stamp, &l, now);
	KUNIT_EXPECT_EQ(test, n, 5u);
	/* What went all the same is owed for, a second's worth at most */
	for (i = 0; i < 1000; i++)
		shim6_pace_charge(&stamp, &l, now);
	KUNIT_EXPECT_EQ(test, shim6_pace_wait(&stamp, &l, now),
			SECOND + SECOND / 10);
	l.rate = 0;
	KUNIT_EXPECT_TRUE(test, shim6_pace_take(&stamp, &l, now));
}

/* No rate is so odd that a little more goes */
static void odd_rates(struct kunit *test)
{
	static const u32 rates[] = { 3, 7, 700, 300000, 700000, 999999 };
	struct shim6_rate_limit l = { .burst = 2 };
	u64 now, stamp;
	unsigned int i;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		l.rate = rates[i];
		n = 0;
		stamp = 0;
		for (now = SECOND; now < 2 * SECOND && n < 2 * l.rate;
		     now += shim6_pace_wait(&stamp, &l, now))
			n += shim6_pace_take(&stamp, &l, now);
		KUNIT_EXPECT_LE(test, n, l.rate + l.burst - 1);
		KUNIT_EXPECT_GE(test, n, l.rate - l.rate / 500);
	}
}

/* A limit that holds from now on does not wait for what another one allowed */
static void another_limit(struct kunit *test)
{
	struct shim6_rate_limit slow = { .rate = 1, .burst = 1000 };
	struct shim6_rate_limit quick = { .rate = 100, .burst = 10 };
	u64 now = 100 * SECOND, stamp = 0;
	unsigned int i, n = 0;

	for (i = 0; i < 1000; i++)
		n += shim6_pace_take(&stamp, &slow, now);
	KUNIT_EXPECT_EQ(test, n, 1000u);
	KUNIT_EXPECT_EQ(test, shim6_pace_wait(&stamp, &quick, now),
			SECOND + SECOND / 100);
	now += SECOND + SECOND / 100;
	KUNIT_EXPECT_TRUE(test, shim6_pace_take(&stamp, &quick, now));
	KUNIT_EXPECT_FALSE(test, shim6_pace_take(&stamp, &quick, now));
}

static void order(struct kunit *test)
{
	struct shim6_qos *q = kunit_kzalloc(test, sizeof(*q), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, q);
	q->classes[0] = (struct shim6_qos_class) { .id = 1, .rank = 50 };
	q->classes[1] = (struct shim6_qos_class) { .id = 2, .rank = 10 };
	q->classes[4] = (struct shim6_qos_class) { .id = 5, .rank = 255 };
	q->classes[6] = (struct shim6_qos_class) { .id = 7, .rank = 10 };
	KUNIT_EXPECT_EQ(test, shim6_pace_first(q, 0), -1);
	KUNIT_EXPECT_EQ(test, shim6_pace_first(q, 1), 0);
	KUNIT_EXPECT_EQ(test, shim6_pace_first(q, 1 | 1 << 5), 5);
	KUNIT_EXPECT_EQ(test, shim6_pace_first(q, 1 << 1 | 1 << 7), 7);
	KUNIT_EXPECT_EQ(test, shim6_pace_first(q, 1 << 2 | 1 << 7), 2);
	/* A class that is gone is none */
	KUNIT_EXPECT_EQ(test, shim6_pace_first(q, 1 << 3 | 1 << 5), 5);
}

static struct shim6_police *police(struct kunit *test, u32 nslots)
{
	struct shim6_police *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->src_len = 64;
	p->nslots = nslots;
	p->nheads = shim6_police_heads(nslots);
	p->heads = kunit_kzalloc(test, p->nheads * sizeof(*p->heads) + 1,
				 GFP_KERNEL);
	p->slots = kunit_kzalloc(test, nslots * sizeof(*p->slots) + 1,
				 GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p->heads);
	KUNIT_ASSERT_NOT_NULL(test, p->slots);
	return p;
}

static unsigned int ask(struct shim6_police *p, u64 prefix, unsigned int n,
			u64 now)
{
	unsigned int good = 0;

	while (n--)
		good += shim6_police_admit(p, prefix, prefix * 7, now);
	return good;
}

static void each_and_all(struct kunit *test)
{
	struct shim6_police *p = police(test, 8);

	p->all = (struct shim6_rate_limit) { .rate = 100, .burst = 20 };
	p->src = (struct shim6_rate_limit) { .rate = 10, .burst = 5 };
	KUNIT_EXPECT_EQ(test, ask(p, 1, 1000, SECOND), 5u);
	/* The flood of one took nothing from the others */
	KUNIT_EXPECT_EQ(test, ask(p, 2, 3, SECOND), 3u);
	KUNIT_EXPECT_EQ(test, ask(p, 3, 6, SECOND), 5u);
	KUNIT_EXPECT_EQ(test, ask(p, 4, 6, SECOND), 5u);
	/* Now all together have had theirs */
	KUNIT_EXPECT_EQ(test, ask(p, 5, 6, SECOND), 2u);
	KUNIT_EXPECT_EQ(test, p->passed, 20ull);
	KUNIT_EXPECT_EQ(test, p->dropped, 1001ull);
	KUNIT_EXPECT_EQ(test, ask(p, 1, 100, 2 * SECOND), 5u);
	p->src_len = 0;
	KUNIT_EXPECT_EQ(test, ask(p, 1, 100, 3 * SECOND), 20u);
	p->all.rate = 0;
	KUNIT_EXPECT_EQ(test, ask(p, 1, 100, 3 * SECOND), 100u);
}

/* Three slots: who was seen longest ago makes room, with its debt */
static void longest_ago(struct kunit *test)
{
	struct shim6_police *p = police(test, 3);

	p->src = (struct shim6_rate_limit) { .rate = 1, .burst = 1 };
	KUNIT_EXPECT_EQ(test, ask(p, 1, 1, SECOND), 1u);
	KUNIT_EXPECT_EQ(test, ask(p, 2, 1, SECOND), 1u);
	KUNIT_EXPECT_EQ(test, ask(p, 3, 1, SECOND), 1u);
	KUNIT_EXPECT_EQ(test, ask(p, 1, 1, SECOND), 0u);
	/* 2 goes */
	KUNIT_EXPECT_EQ(test, ask(p, 4, 1, SECOND), 1u);
	KUNIT_EXPECT_EQ(test, ask(p, 1, 1, SECOND), 0u);
	KUNIT_EXPECT_EQ(test, ask(p, 3, 1, SECOND), 0u);
	KUNIT_EXPECT_EQ(test, ask(p, 4, 1, SECOND), 0u);
	KUNIT_EXPECT_EQ(test, ask(p, 2, 1, SECOND), 1u);
	KUNIT_EXPECT_EQ(test, ask(p, 1, 1, SECOND), 1u);
	KUNIT_EXPECT_EQ(test, p->used, 3u);
}

/* Chains and ages hold whatever comes */
static void mixed(struct kunit *test)
{
	struct shim6_police *p = police(test, 16);
	u32 x = 1, at, n, i;

	p->src = (struct shim6_rate_limit) { .rate = 5, .burst = 2 };
	for (i = 0; i < 20000; i++) {
		x = x * 1664525 + 1013904223;
		shim6_police_admit(p, x >> 27, x >> 29, i * SECOND / 100);
	}
	KUNIT_EXPECT_EQ(test, p->passed + p->dropped, 20000ull);
	for (n = 0, at = p->newest; at; at = p->slots[at - 1].older)
		n++;
	KUNIT_EXPECT_EQ(test, n, 16u);
	for (n = 0, at = p->oldest; at; at = p->slots[at - 1].newer)
		n++;
	KUNIT_EXPECT_EQ(test, n, 16u);
	for (n = 0, i = 0; i < p->nheads; i++)
		for (at = p->heads[i]; at; at = p->slots[at - 1].chain)
			n++;
	KUNIT_EXPECT_EQ(test, n, 16u);
}

static void prefixes(struct kunit *test)
{
	struct in6_addr a = { { { 0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5 } } };
	struct shim6_police p = { .src_len = 64 };

	KUNIT_EXPECT_EQ(test, shim6_police_prefix(&p, &a),
			0x20010db801020304ull);
	p.src_len = 48;
	KUNIT_EXPECT_EQ(test, shim6_police_prefix(&p, &a),
			0x20010db801020000ull);
	p.src_len = 56;
	KUNIT_EXPECT_EQ(test, shim6_police_prefix(&p, &a),
			0x20010db801020300ull);
	KUNIT_EXPECT_EQ(test, shim6_police_heads(0), 0u);
	KUNIT_EXPECT_EQ(test, shim6_police_heads(1), 1u);
	KUNIT_EXPECT_EQ(test, shim6_police_heads(65536), 65536u);
	KUNIT_EXPECT_EQ(test, shim6_police_heads(1000), 1024u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(limits),
	KUNIT_CASE(bucket),
	KUNIT_CASE(odd_rates),
	KUNIT_CASE(another_limit),
	KUNIT_CASE(order),
	KUNIT_CASE(each_and_all),
	KUNIT_CASE(longest_ago),
	KUNIT_CASE(mixed),
	KUNIT_CASE(prefixes),
	{}
};

static struct kunit_suite suite = {
	.name = "shim6_pace",
	.test_cases = cases,
};
kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 pacing and policing");
MODULE_LICENSE("GPL");
