// SPDX-License-Identifier: GPL-2.0
/* Recovery keeps to the links that were chosen: &struct shim6_loc.later */
#include <linux/module.h>
#include <linux/slab.h>
#include "proto_kunit.h"

#define OPER	SHIM6_REAP_OPERATIONAL
#define EXPL	SHIM6_REAP_EXPLORING
#define INOK	SHIM6_REAP_INBOUND_OK

#define LINK	SHIM6_LATER_LINK
#define RULE	SHIM6_LATER_RULE
#define PINNED	SHIM6_LATER_PINNED

static void expect_way(struct kunit *test, const struct shim6_pair *pair,
		       const struct in6_addr *src, const struct in6_addr *dst)
{
	struct shim6_pair want = way(src, dst);

	KUNIT_EXPECT_TRUE(test, shim6_pair_eq(pair, &want));
}

/* Established, on the ULID pair; @one and @two: of A1 and A2 */
static struct bench *reach(struct kunit *test, u8 one, u8 two)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->p.local.loc[0].later = one;
	b->p.local.loc[1].later = two;
	b->now += SEC;
	bench_deadline(b);
	return b;
}

static void payload_out(struct kunit *test, struct bench *b)
{
	if (shim6_activity_out(&b->p.reap.act, b->now))
		bench_step(test, b, SHIM6_EV_PAYLOAD_OUT);
	bench_deadline(b);
}

static void payload_in(struct kunit *test, struct bench *b)
{
	if (shim6_activity_in(&b->p.reap.act, b->now))
		bench_step(test, b, SHIM6_EV_PAYLOAD_IN);
	bench_deadline(b);
}

/* Payload goes out and nothing comes back: the first probe */
static const struct shim6_fx *fail(struct kunit *test, struct bench *b)
{
	unsigned int guard = 0;

	payload_out(test, b);
	while (b->p.reap.state == OPER && ++guard < 100)
		bench_timer(test, b);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, EXPL);
	return bench_sent(b, SHIM6_MSG_PROBE);
}

static void expect_probe(struct kunit *test, struct bench *b,
			 const struct in6_addr *src, const struct in6_addr *dst)
{
	const struct shim6_fx *fx = bench_sent(b, SHIM6_MSG_PROBE);

	KUNIT_ASSERT_NOT_NULL(test, fx);
	expect_way(test, &fx->pair, src, dst);
}

static void expect_next(struct kunit *test, struct bench *b,
			const struct in6_addr *src, const struct in6_addr *dst)
{
	bench_timer(test, b);
	expect_probe(test, b, src, dst);
}

/* The probe that just left is reported: its pair is the one in use */
static void answered(struct kunit *test, struct bench *b)
{
	b->recs[0] = bench_sent(b, SHIM6_MSG_PROBE)->rec;
	bench_probe(test, b, INOK, &B1, &A1, 1);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, OPER);
	bench_deadline(b);
}

/* Without a choice, and with all of them alike, a pair that shares nothing with
 * the failed one is first
 */
static void unchosen(struct kunit *test)
{
	u8 all;

	for (all = 0; all <= PINNED; all++) {
		struct bench *b = reach(test, all, all);

		fail(test, b);
		expect_probe(test, b, &A2, &B2);
		expect_next(test, b, &A1, &B2);
		expect_next(test, b, &A2, &B1);
		expect_next(test, b, &A1, &B1);
		expect_next(test, b, &A2, &B2);
	}
}

/* Even the failed pair is tried again before one of another link; but those
 * are tried
 */
static void pinned(struct kunit *test)
{
	struct bench *b = reach(test, 0, PINNED);

	fail(test, b);
	expect_probe(test, b, &A1, &B2);
	expect_next(test, b, &A1, &B1);
	expect_next(test, b, &A2, &B2);
	expect_next(test, b, &A2, &B1);
	expect_next(test, b, &A1, &B2);
}

/* "These first", "these last": the failed pair is still the last one */
static void preferred(struct kunit *test)
{
	static const u8 bits[] = { LINK, RULE, LINK | RULE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		struct bench *b = reach(test, 0, bits[i]);

		fail(test, b);
		expect_probe(test, b, &A1, &B2);
		expect_next(test, b, &A2, &B2);
		expect_next(test, b, &A2, &B1);
		expect_next(test, b, &A1, &B1);
	}
}

/* A rule says more than a link; what the peer calls broken is last in any case
 */
static void which_is_more(struct kunit *test)
{
	struct bench *b = reach(test, LINK, RULE);

	fail(test, b);
	expect_probe(test, b, &A1, &B2);
	expect_next(test, b, &A2, &B2);
	b = reach(test, RULE, LINK);
	b->p.peer.loc[1].flags |= SHIM6_LOC_BROKEN;
	fail(test, b);
	expect_probe(test, b, &A2, &B1);
	expect_next(test, b, &A1, &B1);
	expect_next(test, b, &A2, &B2);
}

/* The way that the peer's probe came is the first back, but not before
 * pairs of a link that is to be used first; these were tried: now it is
 */
static void way_back(struct kunit *test)
{
	struct bench *b = reach(test, 0, PINNED);

	fail(test, b);
	bench_probe(test, b, EXPL, &B1, &A2, 0);
	expect_probe(test, b, &A1, &B1);
	bench_probe(test, b, EXPL, &B1, &A2, 0);
	expect_probe(test, b, &A2, &B1);
	/* Where all are alike it comes at once */
	b = reach(test, 0, 0);
	fail(test, b);
	bench_probe(test, b, EXPL, &B1, &A2, 0);
	expect_probe(test, b, &A2, &B1);
}

/* Another context's pair is of another link; an admin's is tried all the same */
static void told(struct kunit *test)
{
	struct bench *b = reach(test, 0, PINNED);

	payload_out(test, b);
	b->ev.pair = b->p.cur;
	b->ev.alive = way(&A2, &B1);
	bench_step(test, b, SHIM6_EV_VERDICT);
	expect_probe(test, b, &A1, &B2);
	b = reach(test, 0, PINNED);
	b->ev.pair = way(&A2, &B2);
	bench_step(test, b, SHIM6_EV_SET_PATH);
	expect_probe(test, b, &A2, &B2);
	answered(test, b);
	expect_way(test, &b->p.cur, &A2, &B2);
}

/* Several pairs work: not the newest, the one to be used first */
static void reported(struct kunit *test)
{
	struct bench *b = reach(test, 0, PINNED);

	b->recs[0] = fail(test, b)->rec;
	expect_next(test, b, &A1, &B1);
	expect_next(test, b, &A2, &B2);
	b->recs[1] = bench_sent(b, SHIM6_MSG_PROBE)->rec;
	bench_probe(test, b, INOK, &B2, &A2, 2);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	expect_way(test, &b->p.cur, &A1, &B2);
}

/* A look without distrust leaves a context where it is, whatever its link */
static void only_a_look(struct kunit *test)
{
	struct bench *b = reach(test, PINNED, 0);

	b->ev.pair = b->p.cur;
	bench_step(test, b, SHIM6_EV_HINT);
	expect_probe(test, b, &A1, &B1);
	b->recs[0] = bench_sent(b, SHIM6_MSG_PROBE)->rec;
	expect_next(test, b, &A2, &B2);
	b->recs[1] = bench_sent(b, SHIM6_MSG_PROBE)->rec;
	bench_probe(test, b, INOK, &B1, &A1, 2);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 0);
}

static bool is_backed_off(const struct bench *b, const struct shim6_pair *pair)
{
	unsigned int i;

	for (i = 0; i < SHIM6_REAP_SHUNNED; i++)
		if (b->p.reap.shun[i].until > b->now &&
		    shim6_pair_eq(&b->p.reap.shun[i].pair, pair))
			return true;
	return false;
}

/* On another pair that probes found, a moment ago */
static struct bench *moved(struct kunit *test)
{
	struct bench *b = reach(test, 0, 0);

	b->ev.provisional = true;
	fail(test, b);
	answered(test, b);
	expect_way(test, &b->p.cur, &A2, &B2);
	return b;
}

/* Payload came back: that pair fails like any other, however soon */
static void payload_proves(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair pair = b->p.cur;

	payload_out(test, b);
	b->now += SEC;
	payload_in(test, b);
	fail(test, b);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
	/* Nothing did, for longer than two Send Timeouts */
	b = moved(test);
	b->now += 3 * b->p.reap.send_timeout;
	fail(test, b);
	KUNIT_EXPECT_TRUE(test, is_backed_off(b, &pair));
}

/* Keepalives of the first Send Timeout are the answer to our probes (RFC 5534
 * 6.9), those that come later are for payload
 */
static void keepalives_prove(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair pair = b->p.cur;

	payload_out(test, b);
	b->now += b->p.reap.send_timeout - SEC;
	bench_recv(test, b, SHIM6_MSG_KEEPALIVE);
	fail(test, b);
	KUNIT_EXPECT_TRUE(test, is_backed_off(b, &pair));
	b = moved(test);
	b->now += 2 * b->p.reap.send_timeout;
	bench_recv(test, b, SHIM6_MSG_KEEPALIVE);
	fail(test, b);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
}

static bool is_probed(const struct bench *b, const struct shim6_pair *pair)
{
	const struct shim6_fx *fx = bench_sent(b, SHIM6_MSG_PROBE);

	return fx && shim6_pair_eq(&fx->pair, pair);
}

/* The peer explores: it has heard nothing for its Send Timeout */
static void complains(struct kunit *test, struct bench *b)
{
	bench_probe(test, b, EXPL, &B1, &A1, 0);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, INOK);
}

/* That payload comes in proves a pair of the peer's. Ours is none for payload
 * when the peer complains; and a Keepalive tells it that its own is one, before
 * the probe that it would choose another one by
 */
static void complaint_proves(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair pair = b->p.cur;
	const struct shim6_fx *fx;

	payload_out(test, b);
	b->now += b->p.reap.send_timeout - SEC;
	payload_in(test, b);
	payload_out(test, b);
	b->now += 2 * SEC;
	complains(test, b);
	KUNIT_EXPECT_TRUE(test, is_backed_off(b, &pair));
	fx = bench_sent(b, SHIM6_MSG_KEEPALIVE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	KUNIT_EXPECT_PTR_EQ(test, fx + 1, bench_sent(b, SHIM6_MSG_PROBE));
	KUNIT_EXPECT_TRUE(test, shim6_pair_eq(&fx[0].pair, &fx[1].pair));
	/* The same without the wish of an admin */
	b = moved(test);
	payload_out(test, b);
	payload_in(test, b);
	payload_out(test, b);
	b->ev.provisional = false;
	complains(test, b);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_KEEPALIVE));
}

/* Long enough ago there was no complaint, though payload came in: the pair is
 * one for payload, and fails like any other
 */
static void silence_proves(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair pair = b->p.cur;

	payload_out(test, b);
	b->now += SEC;
	payload_in(test, b);
	payload_out(test, b);
	b->now += 2 * b->p.reap.keepalive_timeout;
	complains(test, b);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
}

/* Nothing comes in either, or not for long: the peer's pair may be as bad as
 * ours, which is left only if something was sent there
 */
static void nobody_hears(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair pair = b->p.cur;

	payload_out(test, b);
	payload_in(test, b);
	payload_out(test, b);
	b->now += b->p.reap.keepalive_timeout / 2;
	complains(test, b);
	KUNIT_EXPECT_TRUE(test, is_backed_off(b, &pair));
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_KEEPALIVE));
	b = moved(test);
	b->p.reap.act.await_since = 0;
	complains(test, b);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_KEEPALIVE));
}

/* We complain, and the peer says that it hears us: ours is a pair for payload,
 * we stay there, whatever other probe is reported
 */
static void vouched(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair pair = b->p.cur;
	u32 before = b->p.switches;

	fail(test, b);
	b->recs[0] = bench_sent(b, SHIM6_MSG_PROBE)->rec;
	KUNIT_EXPECT_TRUE(test, is_backed_off(b, &pair));
	bench_recv(test, b, SHIM6_MSG_KEEPALIVE);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
	KUNIT_EXPECT_TRUE(test, is_probed(b, &pair));
	bench_probe(test, b, INOK, &B1, &A1, 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	KUNIT_EXPECT_EQ(test, b->p.switches, before);
	/* It is one for payload, so it may fail and be used again */
	fail(test, b);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
	/* That it was so once does not keep us there */
	answered(test, b);
	KUNIT_EXPECT_EQ(test, b->p.switches, before + 1);
}

/* The same after the probe that it was sent before, when we have gone: the pair
 * we left is free. A Keepalive that may be for our probes does not say that.
 */
static void vouched_late(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair pair = b->p.cur;

	fail(test, b);
	answered(test, b);
	KUNIT_ASSERT_FALSE(test, shim6_pair_eq(&b->p.cur, &pair));
	b->now += SEC;
	bench_recv(test, b, SHIM6_MSG_KEEPALIVE);
	KUNIT_EXPECT_TRUE(test, is_backed_off(b, &pair));
	b->now -= SEC;
	bench_recv(test, b, SHIM6_MSG_KEEPALIVE);
	KUNIT_EXPECT_FALSE(test, is_backed_off(b, &pair));
	KUNIT_EXPECT_FALSE(test, shim6_pair_eq(&b->p.cur, &pair));
}

/* Two pairs are for probes only, nothing is heard by the others: they are tried
 * first, then the one in use once more, and only then the other one; to stay is
 * better than to go round
 */
static void stays(struct kunit *test)
{
	struct bench *b = moved(test);
	struct shim6_pair first = b->p.cur, cur;
	unsigned int n, again = 0;

	fail(test, b);
	answered(test, b);
	cur = b->p.cur;
	KUNIT_ASSERT_FALSE(test, shim6_pair_eq(&cur, &first));
	fail(test, b);
	for (n = 1; n < 8; n++) {
		KUNIT_EXPECT_FALSE(test, is_probed(b, &first));
		KUNIT_EXPECT_EQ(test, is_probed(b, &cur), n >= 7);
		bench_timer(test, b);
	}
	KUNIT_EXPECT_TRUE(test, is_probed(b, &cur));
	for (n = 0; n < 4; n++) {
		bench_timer(test, b);
		again += is_probed(b, &first);
	}
	KUNIT_EXPECT_EQ(test, again, 1u);
	answered(test, b);
	fail(test, b);
	cur = b->p.cur;
	for (n = 1; n < 7; n++)
		bench_timer(test, b);
	answered(test, b);
	expect_way(test, &b->p.cur, &cur.src, &cur.dst);
}

static struct kunit_case later_cases[] = {
	KUNIT_CASE(unchosen),
	KUNIT_CASE(pinned),
	KUNIT_CASE(preferred),
	KUNIT_CASE(which_is_more),
	KUNIT_CASE(way_back),
	KUNIT_CASE(told),
	KUNIT_CASE(reported),
	KUNIT_CASE(only_a_look),
	KUNIT_CASE(payload_proves),
	KUNIT_CASE(keepalives_prove),
	KUNIT_CASE(complaint_proves),
	KUNIT_CASE(silence_proves),
	KUNIT_CASE(nobody_hears),
	KUNIT_CASE(vouched),
	KUNIT_CASE(vouched_late),
	KUNIT_CASE(stays),
	{}
};

static struct kunit_suite later_suite = {
	.name = "shim6_later",
	.test_cases = later_cases,
};

kunit_test_suite(later_suite);

MODULE_DESCRIPTION("KUnit tests of recovery by chosen links");
MODULE_LICENSE("GPL");
