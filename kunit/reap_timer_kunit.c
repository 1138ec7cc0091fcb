// SPDX-License-Identifier: GPL-2.0
/* RFC 5534: Keepalive and Send timers, and what the machine's sleep does to them
 */
#include <linux/module.h>
#include <linux/slab.h>
#include "reap_bench.h"

/* RFC 5534 4.1: at a third of the time, and a last one at its end */
static void keepalives(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	u64 first = b->now, at[4];
	unsigned int n = 0;

	payload(test, b, true);
	while (act(b)->owe_since) {
		bench_timer(test, b);
		if (!bench_sent(b, SHIM6_MSG_KEEPALIVE))
			continue;
		KUNIT_ASSERT_LT(test, n, 4);
		at[n++] = b->now - first;
	}
	KUNIT_ASSERT_EQ(test, n, 3);
	KUNIT_EXPECT_EQ(test, at[0], 5 * SEC);
	KUNIT_EXPECT_EQ(test, at[1], 10 * SEC);
	KUNIT_EXPECT_EQ(test, at[2], 15 * SEC);
	/* 4.1-13: nothing more until traffic asks for it */
	bench_deadline(b);
	KUNIT_EXPECT_TRUE(test, act(b)->attn & SHIM6_ATTN_TIMER);
}

/* The effect that sends the next Keepalive */
static struct shim6_fx next_keepalive(struct kunit *test, struct bench *b)
{
	const struct shim6_fx *fx;
	unsigned int guard = 0;

	do {
		bench_timer(test, b);
		fx = bench_sent(b, SHIM6_MSG_KEEPALIVE);
	} while (!fx && ++guard < 100);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	bench_deadline(b);
	return *fx;
}

/* Does the next one repeat what the one before it told */
static bool is_repeat(struct kunit *test, struct bench *b)
{
	return next_keepalive(test, b).repeat;
}

/* RFC 5534 9: one that payload has not called for since the last one shares
 * payload's fate, so it has to be told from the others
 */
static void keepalive_repeats(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	unsigned int i;

	payload(test, b, true);
	bench_deadline(b);
	KUNIT_EXPECT_FALSE(test, is_repeat(test, b));
	KUNIT_EXPECT_TRUE(test, is_repeat(test, b));
	/* A last one, too */
	KUNIT_EXPECT_TRUE(test, is_repeat(test, b));
	KUNIT_EXPECT_EQ(test, act(b)->owe_since, 0);
	/* With payload between, all of them tell something, and the last one */
	for (i = 0; i < 6; i++) {
		payload(test, b, true);
		bench_deadline(b);
		KUNIT_EXPECT_FALSE(test, is_repeat(test, b));
	}
	KUNIT_EXPECT_EQ(test, act(b)->owe_since, 0);
	/* Of what came first, one packet is told to the engine for each */
	payload(test, b, true);
	bench_deadline(b);
	KUNIT_EXPECT_FALSE(test, act(b)->attn & SHIM6_ATTN_IN);
	KUNIT_EXPECT_FALSE(test, is_repeat(test, b));
	KUNIT_EXPECT_TRUE(test, act(b)->attn & SHIM6_ATTN_IN);
}

/* The one that ends a Keepalive Timer tells that we have sent nothing for as
 * long; a packet in between begins another
 */
static void keepalive_last(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		payload(test, b, true);
		bench_deadline(b);
		KUNIT_EXPECT_FALSE(test, next_keepalive(test, b).last);
		KUNIT_EXPECT_FALSE(test, next_keepalive(test, b).last);
		KUNIT_EXPECT_TRUE(test, next_keepalive(test, b).last);
	}
	payload(test, b, true);
	bench_deadline(b);
	KUNIT_EXPECT_FALSE(test, next_keepalive(test, b).last);
	payload(test, b, false);
	payload(test, b, true);
	bench_deadline(b);
	KUNIT_EXPECT_FALSE(test, next_keepalive(test, b).last);
	KUNIT_EXPECT_FALSE(test, next_keepalive(test, b).last);
	KUNIT_EXPECT_TRUE(test, next_keepalive(test, b).last);
}

/* What we asked for ourselves is no payload of the peer's: the word that a
 * Keepalive gives for payload stays given
 */
static void keepalive_control(struct kunit *test)
{
	struct bench *b = reach(test, OPER);

	payload(test, b, true);
	bench_deadline(b);
	KUNIT_EXPECT_FALSE(test, is_repeat(test, b));
	shim6_reap_control_in(&b->p, &b->ev, &b->out);
	KUNIT_EXPECT_TRUE(test, is_repeat(test, b));
	/* Another path, another word */
	bench_probe(test, b, EXPL, &B1, &A1, 0);
	bench_probe(test, b, OPER, &B1, &A1, 0);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, OPER);
	bench_deadline(b);
	KUNIT_EXPECT_FALSE(test, is_repeat(test, b));
}

/* Payload sent within the interval is as good as a Keepalive */
static void keepalive_suppressed(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	unsigned int i;

	for (i = 0; i < 40; i++) {
		payload(test, b, true);
		b->now += 500 * MS;
		payload(test, b, false);
		b->now += 500 * MS;
		bench_step(test, b, SHIM6_EV_TIMER);
		KUNIT_EXPECT_EQ(test, b->out.n, 0);
	}
}

/* An interval is never more than half of what the peer announced */
static void keepalive_clamped(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	u64 first = b->now;

	b->params.v[SHIM6_P_KEEPALIVE_INTERVAL] = 50000;
	payload(test, b, true);
	do {
		bench_timer(test, b);
	} while (!bench_sent(b, SHIM6_MSG_KEEPALIVE));
	KUNIT_EXPECT_EQ(test, b->now - first, 7500 * MS);
}

/* the Send timer runs from the first packet, however many follow */
static void steady_sender(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	u64 first = b->now;

	while (b->p.reap.state == OPER && b->now < first + 60 * SEC) {
		payload(test, b, false);
		if (bench_deadline(b) <= b->now)
			bench_step(test, b, SHIM6_EV_TIMER);
		b->now += 50 * MS;
	}
	KUNIT_EXPECT_EQ(test, b->p.reap.state, EXPL);
	KUNIT_EXPECT_LE(test, b->now - first, 15100 * MS);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
}

/* The random part is added, never taken */
static void random_part(struct kunit *test)
{
	struct bench *b = bench_new(test);
	u64 low = ~0ULL, high = 0;
	unsigned int i;

	b->params.v[SHIM6_P_SEND_TIMEOUT_RANDOM] = 20;
	bench_reach(test, b, SHIM6_ESTABLISHED);
	for (i = 0; i < 200; i++) {
		b->p.state = SHIM6_I2_SENT;
		bench_recv(test, b, SHIM6_MSG_R2);
		low = min(low, b->p.reap.send_timeout);
		high = max(high, b->p.reap.send_timeout);
	}
	KUNIT_EXPECT_GE(test, low, 15 * SEC);
	KUNIT_EXPECT_LT(test, low, 15200 * MS);
	KUNIT_EXPECT_GT(test, high, 17800 * MS);
	KUNIT_EXPECT_LE(test, high, 18 * SEC);
}

/* The machine sleeps for so many seconds; nothing comes of it at once */
static void nap(struct kunit *test, struct bench *b, u64 seconds)
{
	u64 due = bench_deadline(b);

	b->ev.asleep = seconds * SEC;
	bench_step(test, b, SHIM6_EV_RESUMED);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), due);
}

/* Goes on until exploration begins; returns when that was */
static u64 failure(struct kunit *test, struct bench *b)
{
	unsigned int guard = 0;

	while (b->p.reap.state == OPER && !b->p.dead && ++guard < 100)
		bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, EXPL);
	return b->now;
}

/* RFC 5533 9: asleep for a while is idle for a while, and nothing else: what
 * was awaited before is awaited as long as it was to be
 */
static void short_sleep(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	u64 fails = b->now + b->p.reap.send_timeout;

	payload(test, b, false);
	b->now += SEC;
	nap(test, b, 200);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	KUNIT_EXPECT_EQ(test, failure(test, b), fails);
}

/* Nobody uses it: what is left of the five minutes is what was not slept */
static void sleep_is_idle(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	u64 ends = bench_deadline(b);

	KUNIT_EXPECT_EQ(test, ends, act(b)->last + 300 * SEC);
	b->ev.asleep = 200 * SEC;
	bench_step(test, b, SHIM6_EV_RESUMED);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), ends - 200 * SEC);
	bench_step(test, b, SHIM6_EV_RESUMED);
	KUNIT_EXPECT_TRUE(test, b->p.dead);
}

/* Hours, longer than the machine was awake: the context is gone; one that may
 * be idle for a day has looked at nothing and told nobody
 */
static void long_sleep(struct kunit *test)
{
	struct bench *b = reach(test, OPER);

	b->params.v[SHIM6_P_IDLE_TIMEOUT] = 24 * 3600 * 1000;
	payload(test, b, false);
	nap(test, b, 8 * 3600);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	b->params.v[SHIM6_P_IDLE_TIMEOUT] = 300 * 1000;
	bench_step(test, b, SHIM6_EV_RESUMED);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_KILL), 1);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 0);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), 0ULL);
}

/* A handshake goes on where it was */
static void sleep_in_a_handshake(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_I2_SENT);
	nap(test, b, 8 * 3600);
}

static struct kunit_case reap_timer_cases[] = {
	KUNIT_CASE(keepalives),
	KUNIT_CASE(keepalive_repeats),
	KUNIT_CASE(keepalive_last),
	KUNIT_CASE(keepalive_control),
	KUNIT_CASE(keepalive_suppressed),
	KUNIT_CASE(keepalive_clamped),
	KUNIT_CASE(steady_sender),
	KUNIT_CASE(random_part),
	KUNIT_CASE(short_sleep),
	KUNIT_CASE(sleep_is_idle),
	KUNIT_CASE(long_sleep),
	KUNIT_CASE(sleep_in_a_handshake),
	{}
};

static struct kunit_suite reap_timer_suite = {
	.name = "shim6_reap_timer",
	.test_cases = reap_timer_cases,
};

kunit_test_suite(reap_timer_suite);

MODULE_DESCRIPTION("KUnit tests of the timers of REAP");
MODULE_LICENSE("GPL");
