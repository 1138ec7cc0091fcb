// SPDX-License-Identifier: GPL-2.0
/* Load sharing: buckets, tiers, the choice of a link */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/locset.c"
#include "../module/share.c"

static unsigned int count(const struct shim6_tier *t, u8 id)
{
	unsigned int b, n = 0;

	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++)
		n += t->bucket[b] == id;
	return n;
}

static void exact_shares(struct kunit *test)
{
	static const struct {
		u8 weight[4];
		u16 want[4];
	} cases[] = {
		{ { 2, 1 }, { 171, 85 } },
		{ { 1, 1 }, { 128, 128 } },
		{ { 1, 1, 1 }, { 86, 85, 85 } },
		{ { 255, 1 }, { 255, 1 } },
		{ { 0, 0 }, { 128, 128 } },
		{ { 3, 0 }, { 256, 0 } },
		{ { 5, 3, 2 }, { 128, 77, 51 } },
	};
	unsigned int c, i;

	for (c = 0; c < ARRAY_SIZE(cases); c++) {
		u8 weight[SHIM6_QOS_LINKS] = {};
		struct shim6_tier t = {};
		u16 links = 0;

		for (i = 0; i < 4; i++) {
			weight[i] = cases[c].weight[i];
			if (cases[c].want[i] || weight[i])
				links |= 1u << i;
		}
		KUNIT_EXPECT_EQ(test, shim6_share_tier(&t, links, weight),
				256u);
		for (i = 0; i < 4; i++)
			KUNIT_EXPECT_EQ(test, count(&t, i + 1),
					(unsigned int)cases[c].want[i]);
	}
}

static void fewest_moves(struct kunit *test)
{
	u8 two[SHIM6_QOS_LINKS] = { 2, 1 }, one[SHIM6_QOS_LINKS] = { 1, 1 };
	struct shim6_tier t = {}, before;
	unsigned int b, moved = 0;

	shim6_share_tier(&t, 3, two);
	before = t;
	KUNIT_EXPECT_EQ(test, shim6_share_tier(&t, 3, two), 0u);
	KUNIT_EXPECT_EQ(test, shim6_share_tier(&t, 3, one), 43u);
	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++)
		moved += t.bucket[b] != before.bucket[b];
	KUNIT_EXPECT_EQ(test, moved, 43u);
	/* Only from the first to the second */
	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++)
		KUNIT_EXPECT_TRUE(test, before.bucket[b] == 1 ||
				  t.bucket[b] == 2);
	/* A third link takes its part from both, and nothing else moves */
	one[2] = 1;
	before = t;
	KUNIT_EXPECT_EQ(test, shim6_share_tier(&t, 7, one), 85u);
	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++)
		KUNIT_EXPECT_TRUE(test, t.bucket[b] == before.bucket[b] ||
				  t.bucket[b] == 3);
	/* It goes again: its buckets move, no others */
	before = t;
	KUNIT_EXPECT_EQ(test, shim6_share_tier(&t, 3, one), 85u);
	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++)
		KUNIT_EXPECT_TRUE(test, t.bucket[b] == before.bucket[b] ||
				  before.bucket[b] == 3);
	KUNIT_EXPECT_EQ(test, shim6_share_tier(&t, 0, one), 0u);
	KUNIT_EXPECT_EQ(test, count(&t, 0), 256u);
}

static struct shim6_qos *table(struct kunit *test, u32 mode)
{
	struct shim6_qos *q = kunit_kzalloc(test, sizeof(*q), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, q);
	q->share.mode = mode;
	return q;
}

static void link(struct shim6_qos *q, u32 id, u8 prio, u8 weight, u32 flags)
{
	q->links[id - 1] = (struct shim6_qos_link) {
		.id = id,
		.prio = prio,
		.weight = weight,
		.flags = flags,
	};
}

static struct shim6_share *tables(struct kunit *test)
{
	struct shim6_share *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	return s;
}

/* Spread numbers, as a keyed hash gives them */
static u64 spread(u64 n)
{
	n = (n + 1) * 0x9e3779b97f4a7c15ULL;
	n ^= n >> 29;
	n *= 0xbf58476d1ce4e5b9ULL;
	return n ^ n >> 32;
}

static void picks(const struct shim6_share *s, u16 usable, unsigned int *n)
{
	unsigned int i;

	memset(n, 0, (SHIM6_QOS_LINKS + 1) * sizeof(*n));
	for (i = 0; i < 10000; i++)
		n[shim6_share_pick(s, usable, spread(i))]++;
}

static void by_weight(struct kunit *test)
{
	struct shim6_qos *q = table(test, SHIM6_QOS_SHARE_WEIGHT);
	struct shim6_share *s = tables(test);
	unsigned int n[SHIM6_QOS_LINKS + 1], i;

	link(q, 1, 0, 4, 0);
	link(q, 2, 0, 2, 0);
	link(q, 3, 0, 2, 0);
	shim6_share_update(s, q);
	picks(s, 7, n);
	KUNIT_EXPECT_EQ(test, n[0], 0u);
	KUNIT_EXPECT_TRUE(test, n[1] > 4800 && n[1] < 5200);
	KUNIT_EXPECT_TRUE(test, n[2] > 2300 && n[2] < 2700);
	/* Those of a link that is down go to the others by their weights */
	picks(s, 5, n);
	KUNIT_EXPECT_EQ(test, n[2], 0u);
	KUNIT_EXPECT_TRUE(test, n[1] > 6400 && n[1] < 6930);
	/* ... and nobody else moves */
	for (i = 0; i < 1000; i++)
		if (shim6_share_pick(s, 7, spread(i)) != 2)
			KUNIT_EXPECT_EQ(test,
					shim6_share_pick(s, 7, spread(i)),
					shim6_share_pick(s, 5, spread(i)));
	picks(s, 0, n);
	KUNIT_EXPECT_EQ(test, n[0], 10000u);
	picks(s, 1u << 8, n);
	KUNIT_EXPECT_EQ(test, n[0], 10000u);
}

static void by_priority(struct kunit *test)
{
	struct shim6_qos *q = table(test, SHIM6_QOS_SHARE_ACTIVE_BACKUP);
	struct shim6_share *s = tables(test);

	link(q, 1, 10, 1, 0);
	link(q, 2, 5, 1, 0);
	link(q, 3, 5, 0, 0);
	link(q, 4, 0, 1, SHIM6_QOS_LINK_METERED);
	link(q, 5, 0, 1, SHIM6_QOS_LINK_DRAIN);
	shim6_share_update(s, q);
	KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 0x1f, 7), 2);
	KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 0x1d, 7), 3);
	KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 0x19, 7), 1);
	KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 0x18, 7), 4);
	/* Nothing new on one that is drained */
	KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 0x10, 7), 0);
	/* Weights alone: metered or not */
	q->share.mode = SHIM6_QOS_SHARE_WEIGHT;
	shim6_share_update(s, q);
	KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 0x1f, 7), 4);
}

/* A new first tier does not mix up the others */
static void tiers_keep_their_buckets(struct kunit *test)
{
	struct shim6_qos *q = table(test, SHIM6_QOS_SHARE_WEIGHT);
	struct shim6_share *s = tables(test);
	u8 before[200];
	unsigned int i;

	link(q, 1, 5, 2, 0);
	link(q, 2, 5, 1, 0);
	shim6_share_update(s, q);
	for (i = 0; i < 200; i++)
		before[i] = shim6_share_pick(s, 3, spread(i));
	link(q, 3, 0, 1, 0);
	shim6_share_update(s, q);
	KUNIT_EXPECT_EQ(test, s->n, 2);
	for (i = 0; i < 200; i++) {
		KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 7, spread(i)), 3);
		KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 3, spread(i)),
				before[i]);
	}
	memset(&q->links[2], 0, sizeof(q->links[2]));
	shim6_share_update(s, q);
	KUNIT_EXPECT_EQ(test, s->n, 1);
	for (i = 0; i < 200; i++)
		KUNIT_EXPECT_EQ(test, shim6_share_pick(s, 7, spread(i)),
				before[i]);
}

static void quickest(struct kunit *test)
{
	struct shim6_quick k = {
		.rtt = { 50000000, 39000000, 0, 10000000 },
		.hyst_permille = 200,
		.hyst_us = 5000,
	};

	/* 11 ms and 22 % */
	KUNIT_EXPECT_EQ(test, shim6_share_quickest(&k, 3, 1), 2);
	k.rtt[1] = 41000000;
	KUNIT_EXPECT_EQ(test, shim6_share_quickest(&k, 3, 1), 1);
	/* Half of it, but 4 ms */
	k.rtt[0] = 8000000;
	k.rtt[1] = 4000000;
	KUNIT_EXPECT_EQ(test, shim6_share_quickest(&k, 3, 1), 1);
	KUNIT_EXPECT_EQ(test, shim6_share_quickest(&k, 3, 0), 2);
	KUNIT_EXPECT_EQ(test, shim6_share_quickest(&k, 3, 5), 2);
	/* What is not known is not chosen, and not held to */
	KUNIT_EXPECT_EQ(test, shim6_share_quickest(&k, 4, 3), 0);
	KUNIT_EXPECT_EQ(test, shim6_share_quickest(&k, 5, 3), 1);
}

static void rules(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test,
			shim6_share_links(SHIM6_QOS_PATH_ANY, 1, 7), 7);
	KUNIT_EXPECT_EQ(test,
			shim6_share_links(SHIM6_QOS_PATH_PIN, 3, 6), 2);
	KUNIT_EXPECT_EQ(test,
			shim6_share_links(SHIM6_QOS_PATH_PREFER, 1, 6), 6);
	KUNIT_EXPECT_EQ(test,
			shim6_share_links(SHIM6_QOS_PATH_AVOID, 2, 7), 5);
	KUNIT_EXPECT_EQ(test,
			shim6_share_links(SHIM6_QOS_PATH_AVOID, 7, 3), 3);
	KUNIT_EXPECT_EQ(test,
			shim6_share_links(SHIM6_QOS_PATH_FORK, 4, 7), 4);
	KUNIT_EXPECT_EQ(test,
			shim6_share_links(SHIM6_QOS_PATH_LOWRTT, 3, 7), 3);
}

/* A table of two links: one and two, with flags */
static struct shim6_qos *two(struct kunit *test, u32 mode, u32 one, u32 two)
{
	struct shim6_qos *q = table(test, mode);

	link(q, 1, 0, 1, one);
	link(q, 2, 0, 1, two);
	return q;
}

/* What a rule or a flag says of a link holds in recovery, too */
static void later(struct kunit *test)
{
	static const struct {
		u8 path;
		u8 named;
		u8 other;
	} rules[] = {
		{ SHIM6_QOS_PATH_ANY, 0, 0 },
		{ SHIM6_QOS_PATH_PIN, 0, SHIM6_LATER_PINNED },
		{ SHIM6_QOS_PATH_PREFER, 0, SHIM6_LATER_RULE },
		{ SHIM6_QOS_PATH_AVOID, SHIM6_LATER_RULE, 0 },
		{ SHIM6_QOS_PATH_FORK, 0, SHIM6_LATER_RULE },
		{ SHIM6_QOS_PATH_LOWRTT, 0, SHIM6_LATER_RULE },
	};
	static const u32 flags[] = { SHIM6_QOS_LINK_NOPROBE,
				     SHIM6_QOS_LINK_DRAIN,
				     SHIM6_QOS_LINK_METERED };
	struct shim6_qos *q = two(test, SHIM6_QOS_SHARE_OFF, 0, 0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		u8 path = rules[i].path;

		KUNIT_EXPECT_EQ(test, shim6_share_later(q, path, 2, 2),
				rules[i].named);
		KUNIT_EXPECT_EQ(test, shim6_share_later(q, path, 2, 1),
				rules[i].other);
		/* What is of no link is of no rule's either */
		KUNIT_EXPECT_EQ(test, shim6_share_later(q, path, 2, 0),
				rules[i].other);
	}
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		q = two(test, SHIM6_QOS_SHARE_OFF, 0, flags[i]);
		KUNIT_EXPECT_EQ(test, shim6_share_later(q, 0, 0, 1), 0);
		KUNIT_EXPECT_EQ(test, shim6_share_later(q, 0, 0, 2),
				SHIM6_LATER_LINK);
		KUNIT_EXPECT_EQ(test, shim6_share_later(q, SHIM6_QOS_PATH_PIN,
							1, 2),
				SHIM6_LATER_LINK | SHIM6_LATER_PINNED);
	}
	/* Weights alone: metered or not */
	q = two(test, SHIM6_QOS_SHARE_WEIGHT, 0, SHIM6_QOS_LINK_METERED);
	KUNIT_EXPECT_EQ(test, shim6_share_later(q, 0, 0, 2), 0);
}

/* The quickest of those that may be used */
static void open_links(struct kunit *test)
{
	struct shim6_qos *q = two(test, SHIM6_QOS_SHARE_LOWRTT, 0,
				  SHIM6_QOS_LINK_METERED);

	KUNIT_EXPECT_EQ(test, shim6_share_open(q, 3), 1);
	KUNIT_EXPECT_EQ(test, shim6_share_open(q, 2), 2);
	q->links[0].flags = SHIM6_QOS_LINK_DRAIN;
	KUNIT_EXPECT_EQ(test, shim6_share_open(q, 3), 2);
	KUNIT_EXPECT_EQ(test, shim6_share_open(q, 1), 0);
	q->links[1].flags = 0;
	KUNIT_EXPECT_EQ(test, shim6_share_open(q, 3), 2);
	q->links[0].flags = 0;
	KUNIT_EXPECT_EQ(test, shim6_share_open(q, 3), 3);
}

/* Round-trip times count by a rule, whatever the mode, and by the mode where no
 * rule chooses
 */
static void by_rtt(struct kunit *test)
{
	u32 mode;

	for (mode = 0; mode <= SHIM6_QOS_SHARE_METERED; mode++) {
		KUNIT_EXPECT_TRUE(test,
				  shim6_share_by_rtt(SHIM6_QOS_PATH_LOWRTT,
						     mode));
		KUNIT_EXPECT_FALSE(test, shim6_share_by_rtt(SHIM6_QOS_PATH_PIN,
							    mode));
		KUNIT_EXPECT_EQ(test, shim6_share_by_rtt(SHIM6_QOS_PATH_ANY,
							 mode),
				mode == SHIM6_QOS_SHARE_LOWRTT);
	}
}

static struct shim6_loc loc(u8 last, u8 prio, u8 weight)
{
	return (struct shim6_loc) {
		.addr = { { { 0x20, 1, 0xd, 0xb8, [15] = last } } },
		.status = SHIM6_LOC_VERIFIED,
		.prio = prio,
		.weight = weight,
	};
}

static void destination(struct kunit *test)
{
	struct shim6_locset peer = {
		.n = 4,
		.loc = { loc(1, 0, 0), loc(2, 0, 0), loc(3, 0, 0),
			 loc(4, 0, 0) },
	};
	const struct in6_addr *cur = &peer.loc[1].addr;
	unsigned int i, n[4] = {};

	/* The peer does not care */
	KUNIT_EXPECT_PTR_EQ(test, shim6_share_target(&peer, cur, true, 7), cur);
	peer.loc[0] = loc(1, 9, 9);
	peer.loc[1] = loc(2, 5, 3);
	peer.loc[2] = loc(3, 5, 1);
	peer.loc[3] = loc(4, 0, 1);
	peer.loc[3].flags = SHIM6_LOC_BROKEN;
	for (i = 0; i < 1000; i++)
		n[shim6_share_target(&peer, cur, true, spread(i)) ==
		  &peer.loc[1].addr]++;
	KUNIT_EXPECT_TRUE(test, n[1] > 700 && n[1] < 800);
	/* Who is there stays */
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_PTR_EQ(test, shim6_share_target(&peer, cur, false,
							     spread(i)), cur);
	cur = &peer.loc[0].addr;
	KUNIT_EXPECT_PTR_NE(test, shim6_share_target(&peer, cur, false, 5),
			    cur);
	peer.loc[1].status = 0;
	peer.loc[2].status |= SHIM6_LOC_EXCLUDED;
	KUNIT_EXPECT_PTR_EQ(test, shim6_share_target(&peer, cur, false, 5),
			    cur);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(exact_shares),
	KUNIT_CASE(fewest_moves),
	KUNIT_CASE(by_weight),
	KUNIT_CASE(by_priority),
	KUNIT_CASE(tiers_keep_their_buckets),
	KUNIT_CASE(quickest),
	KUNIT_CASE(rules),
	KUNIT_CASE(later),
	KUNIT_CASE(open_links),
	KUNIT_CASE(by_rtt),
	KUNIT_CASE(destination),
	{}
};

static struct kunit_suite suite = {
	.name = "shim6_share",
	.test_cases = cases,
};
kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 load sharing");
MODULE_LICENSE("GPL");
