// SPDX-License-Identifier: GPL-2.0
/* Order of candidate pairs and time between probes */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "../module/params.c"
#include "../module/locset.c"
#include "../module/explore.c"

/**
 * struct sets - two sets and a current pair
 * @l: ours, all of it up and known
 * @p: the peer's, all of it verified
 * @cur: first with first
 * @o: order over them
 * @cursor: of the walk
 */
struct sets {
	struct shim6_locset l;
	struct shim6_locset p;
	struct shim6_pair cur;
	struct shim6_order o;
	u64 cursor;
};

static struct in6_addr addr(u8 host, u8 n)
{
	struct in6_addr a = { { { 0x20, 1, 0xd, 0xb8, host, n } } };

	return a;
}

static struct sets *make(struct kunit *test, unsigned int nl, unsigned int np)
{
	struct sets *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s);
	for (i = 0; i < nl; i++) {
		struct in6_addr a = addr(0xa, i);

		shim6_locset_add(&s->l, &a, 1, SHIM6_LOC_UP | SHIM6_LOC_ACKED);
	}
	for (i = 0; i < np; i++) {
		struct in6_addr a = addr(0xb, i);

		shim6_locset_add(&s->p, &a, 1, SHIM6_LOC_VERIFIED);
	}
	s->cur.src = addr(0xa, 0);
	s->cur.dst = addr(0xb, 0);
	s->o.local = &s->l;
	s->o.peer = &s->p;
	s->o.cur = &s->cur;
	s->o.suspect = true;
	return s;
}

/* Next pair as two digits, ours and the peer's index; -1: none */
static int next(struct sets *s)
{
	struct shim6_pair pair;

	if (!shim6_explore_next(&s->o, &s->cursor, &pair))
		return -1;
	return pair.src.s6_addr[5] * 100 + pair.dst.s6_addr[5];
}

static void expect(struct kunit *test, struct sets *s, const int *want,
		   unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ_MSG(test, next(s), want[i], "pair %u", i);
}

#define EXPECT(test, s, ...) do {				\
	static const int want[] = { __VA_ARGS__ };		\
								\
	expect(test, s, want, ARRAY_SIZE(want));		\
} while (0)

/* Disjoint first, the suspect last but not forgotten, then again */
static void two_by_two(struct kunit *test)
{
	struct sets *s = make(test, 2, 2);

	EXPECT(test, s, 101, 1, 100, 0, 101, 1, 100, 0);
}

static void not_suspect(struct kunit *test)
{
	struct sets *s = make(test, 2, 2);

	s->o.suspect = false;
	EXPECT(test, s, 0, 101, 1, 100, 0);
}

/* One after the other shares nothing, as long as that is possible */
static void three_by_three(struct kunit *test)
{
	struct sets *s = make(test, 3, 3);

	EXPECT(test, s, 101, 202, 102, 201, 1, 100, 2, 200, 0);
}

/* */
static void one_by_one(struct kunit *test)
{
	struct sets *s = make(test, 1, 1);

	EXPECT(test, s, 0, 0, 0);
}

static void nothing(struct kunit *test)
{
	struct sets *s = make(test, 0, 2);

	EXPECT(test, s, -1, -1);
	s = make(test, 2, 1);
	s->p.loc[0].status = 0;
	EXPECT(test, s, -1);
}

/* Each pair once a round, whatever the shape */
static void each_pair(struct kunit *test)
{
	unsigned int nl, np, i;

	for (nl = 1; nl <= SHIM6_MAX_LOCS; nl += 5) {
		for (np = 1; np <= SHIM6_MAX_LOCS; np += 7) {
			struct sets *s = make(test, nl, np);
			u8 *seen = kunit_kzalloc(test, 32 * 32, GFP_KERNEL);

			KUNIT_ASSERT_NOT_ERR_OR_NULL(test, seen);
			KUNIT_EXPECT_EQ(test,
					shim6_explore_count(&s->l, &s->p),
					nl * np);
			for (i = 0; i < 2 * nl * np; i++) {
				int n = next(s);

				KUNIT_ASSERT_GE(test, n, 0);
				seen[n / 100 * 32 + n % 100]++;
			}
			for (i = 0; i < 32 * 32; i++)
				KUNIT_EXPECT_TRUE(test, seen[i] == 0 ||
							seen[i] == 2);
		}
	}
}

/* B-34 */
static void broken(struct kunit *test)
{
	struct sets *s = make(test, 2, 2);

	s->p.loc[1].flags = SHIM6_LOC_BROKEN;
	EXPECT(test, s, 100, 0, 101, 1, 100);
	s->p.loc[0].flags = SHIM6_LOC_BROKEN;
	s->cursor = 0;
	EXPECT(test, s, 101, 1, 100, 0);
}

static void sinks(struct kunit *test)
{
	struct sets *s = make(test, 3, 2);

	s->l.loc[1].status |= SHIM6_LOC_DEPRECATED;
	EXPECT(test, s, 201, 1, 200, 101, 100, 0);
	s->l.loc[1].status &= ~SHIM6_LOC_DEPRECATED;
	s->p.loc[1].flags = SHIM6_LOC_TRANSIENT;
	s->cursor = 0;
	EXPECT(test, s, 100, 200);
}

static void priority(struct kunit *test)
{
	struct sets *s = make(test, 2, 3);

	s->p.loc[1].prio = 2;
	s->p.loc[2].prio = 1;
	EXPECT(test, s, 102, 101);
}

/* RFC 2782: shares of the first place in proportion to the weights */
static void weight(struct kunit *test)
{
	struct sets *s = make(test, 1, 3);
	unsigned int i, first = 0;

	s->p.loc[1].weight = 30;
	s->p.loc[2].weight = 10;
	for (i = 0; i < 4000; i++) {
		s->o.seed = i * 2654435761u;
		s->cursor = 0;
		first += next(s) == 1;
	}
	KUNIT_EXPECT_GT(test, first, 2800);
	KUNIT_EXPECT_LT(test, first, 3200);
}

/* B-45: what the peer does not know is last, and only on demand */
static void unknown(struct kunit *test)
{
	struct sets *s = make(test, 2, 2);
	struct shim6_pair pair = { addr(0xa, 1), addr(0xb, 0) };

	KUNIT_EXPECT_TRUE(test, shim6_explore_usable(&s->l, &s->p, &pair));
	s->l.loc[1].status &= ~SHIM6_LOC_ACKED;
	KUNIT_EXPECT_FALSE(test, shim6_explore_usable(&s->l, &s->p, &pair));
	EXPECT(test, s, 1, 0, 1);
	s->o.unknown = true;
	s->cursor = 0;
	EXPECT(test, s, 1, 0, 101, 100, 1);
	s->l.loc[1].status &= ~SHIM6_LOC_UP;
	s->cursor = 0;
	EXPECT(test, s, 1, 0, 1);
}

/* The sets change under the walk; it goes on where it was */
static void changing(struct kunit *test)
{
	struct sets *s = make(test, 2, 2);
	struct in6_addr a = addr(0xb, 2);

	EXPECT(test, s, 101, 1);
	shim6_locset_add(&s->p, &a, 1, SHIM6_LOC_VERIFIED);
	EXPECT(test, s, 100, 2, 0, 101, 102);
	shim6_locset_del(&s->p, 0);
	EXPECT(test, s, 1, 2);
}

/* */
static void waits(struct kunit *test)
{
	static const u32 ms[] = {
		500, 500, 500, 500, 1000, 2000, 4000, 8000, 16000, 32000,
		60000, 60000,
	};
	static const struct shim6_pace pace = {
		.initial = 500 * SHIM6_NS_PER_MS,
		.count = 4,
		.ceiling = 60 * SHIM6_NS_PER_SEC,
	};
	unsigned int i;
	u64 last = 0;

	for (i = 0; i < ARRAY_SIZE(ms); i++) {
		last = shim6_explore_wait(&pace, i + 1, last);
		KUNIT_EXPECT_EQ(test, last, ms[i] * SHIM6_NS_PER_MS);
	}
}

static struct kunit_case explore_cases[] = {
	KUNIT_CASE(two_by_two),
	KUNIT_CASE(not_suspect),
	KUNIT_CASE(three_by_three),
	KUNIT_CASE(one_by_one),
	KUNIT_CASE(nothing),
	KUNIT_CASE(each_pair),
	KUNIT_CASE(broken),
	KUNIT_CASE(sinks),
	KUNIT_CASE(priority),
	KUNIT_CASE(weight),
	KUNIT_CASE(unknown),
	KUNIT_CASE(changing),
	KUNIT_CASE(waits),
	{}
};

static struct kunit_suite explore_suite = {
	.name = "shim6_explore",
	.test_cases = explore_cases,
};

kunit_test_suite(explore_suite);

MODULE_DESCRIPTION("KUnit tests of the exploration order");
MODULE_LICENSE("GPL");
