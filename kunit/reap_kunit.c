// SPDX-License-Identifier: GPL-2.0
/* RFC 5534: its table row by row, its examples, its timers */
#include <linux/module.h>
#include <linux/slab.h>
#include "proto_kunit.h"

#define OPER	SHIM6_REAP_OPERATIONAL
#define EXPL	SHIM6_REAP_EXPLORING
#define INOK	SHIM6_REAP_INBOUND_OK

enum what {
	PAYLOAD_IN,
	PAYLOAD_OUT,
	SEND_EXPIRES,
	TICK,
	KEEPALIVE,
	PROBE_EXPL,
	PROBE_INOK,
	PROBE_OPER,
};

/* Timers after the event; both cannot run */
enum timer {
	STOPPED,
	SEND,		/* started by the event */
	SEND_OLD,	/* runs since before */
	KEEP,		/* started by the event */
	KEEP_OLD,
};

/**
 * struct row - a cell of the table in RFC 5534 section 6
 * @desc: name of the case
 * @state: before
 * @before: timer that runs before
 * @what: event
 * @next: state after
 * @after: timer that runs after
 * @sta: Sta of the probe that goes out, -1: none
 */
struct row {
	const char *desc;
	u8 state;
	u8 before;
	u8 what;
	u8 next;
	u8 after;
	s8 sta;
};

static const struct row cells[] = {
	{ "operational payload in", OPER, SEND, PAYLOAD_IN, OPER, KEEP, -1 },
	{ "operational payload in again", OPER, KEEP, PAYLOAD_IN, OPER, KEEP_OLD, -1 },
	{ "operational payload out", OPER, KEEP, PAYLOAD_OUT, OPER, SEND, -1 },
	{ "operational payload out again", OPER, SEND, PAYLOAD_OUT, OPER, SEND_OLD, -1 },
	{ "operational send expires", OPER, SEND, SEND_EXPIRES, EXPL, STOPPED, EXPL },
	{ "operational keepalive", OPER, SEND, KEEPALIVE, OPER, STOPPED, -1 },
	{ "operational probe exploring", OPER, KEEP, PROBE_EXPL, INOK, SEND, INOK },
	{ "operational probe inbound-ok", OPER, KEEP, PROBE_INOK, OPER, SEND, OPER },
	{ "operational probe inbound-ok restarts", OPER, SEND, PROBE_INOK, OPER, SEND, OPER },
	{ "operational probe operational", OPER, SEND, PROBE_OPER, OPER, KEEP, -1 },
	{ "operational probe operational again", OPER, KEEP, PROBE_OPER, OPER, KEEP_OLD, -1 },
	{ "exploring payload in", EXPL, STOPPED, PAYLOAD_IN, INOK, SEND, INOK },
	{ "exploring tick", EXPL, STOPPED, TICK, EXPL, STOPPED, EXPL },
	{ "exploring keepalive", EXPL, STOPPED, KEEPALIVE, INOK, SEND, INOK },
	{ "exploring probe exploring", EXPL, STOPPED, PROBE_EXPL, INOK, SEND, INOK },
	{ "exploring probe inbound-ok", EXPL, STOPPED, PROBE_INOK, OPER, SEND, OPER },
	{ "exploring probe operational", EXPL, STOPPED, PROBE_OPER, OPER, KEEP, -1 },
	{ "inbound-ok payload in", INOK, SEND, PAYLOAD_IN, INOK, STOPPED, -1 },
	{ "inbound-ok payload out", INOK, STOPPED, PAYLOAD_OUT, INOK, SEND, -1 },
	{ "inbound-ok payload out again", INOK, SEND, PAYLOAD_OUT, INOK, SEND_OLD, -1 },
	{ "inbound-ok send expires", INOK, SEND, SEND_EXPIRES, EXPL, STOPPED, EXPL },
	{ "inbound-ok tick", INOK, SEND, TICK, INOK, SEND_OLD, INOK },
	{ "inbound-ok tick starts send", INOK, STOPPED, TICK, INOK, SEND, INOK },
	{ "inbound-ok keepalive", INOK, SEND, KEEPALIVE, INOK, STOPPED, -1 },
	{ "inbound-ok probe exploring", INOK, SEND, PROBE_EXPL, INOK, SEND, INOK },
	{ "inbound-ok probe inbound-ok", INOK, SEND, PROBE_INOK, OPER, SEND, OPER },
	{ "inbound-ok probe operational", INOK, SEND, PROBE_OPER, OPER, KEEP, -1 },
};

static void cell_desc(const struct row *r, char *desc)
{
	strscpy(desc, r->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cell, cells, cell_desc);

static struct shim6_activity *act(struct bench *b)
{
	return &b->p.reap.act;
}

/* What packet path and engine do with a packet of payload */
static void payload(struct kunit *test, struct bench *b, bool in)
{
	bool tell = in ? shim6_activity_in(act(b), b->now) :
			 shim6_activity_out(act(b), b->now);

	memset(&b->out, 0, sizeof(b->out));
	if (!tell)
		return;
	bench_step(test, b, in ? SHIM6_EV_PAYLOAD_IN : SHIM6_EV_PAYLOAD_OUT);
	bench_deadline(b);
}

static void lapse(struct kunit *test, struct bench *b)
{
	unsigned int guard = 0;

	payload(test, b, false);
	do {
		bench_timer(test, b);
	} while (b->p.reap.state == OPER && ++guard < 100);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, EXPL);
}

static struct bench *reach(struct kunit *test, u8 state)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->now += SEC;
	bench_deadline(b);
	if (state == INOK)
		bench_probe(test, b, EXPL, &B1, &A1, 0);
	else if (state == EXPL)
		lapse(test, b);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, state);
	bench_deadline(b);
	return b;
}

static void set_timer(struct bench *b, u8 timer)
{
	act(b)->await_since = timer == SEND ? b->now : 0;
	act(b)->owe_since = timer == KEEP ? b->now : 0;
}

static void happen(struct kunit *test, struct bench *b, u8 what)
{
	switch (what) {
	case PAYLOAD_IN:
	case PAYLOAD_OUT:
		payload(test, b, what == PAYLOAD_IN);
		break;
	case SEND_EXPIRES:
		b->now = act(b)->await_since + b->p.reap.send_timeout;
		bench_step(test, b, SHIM6_EV_TIMER);
		break;
	case TICK:
		b->now = b->p.reap.next_probe;
		bench_step(test, b, SHIM6_EV_TIMER);
		break;
	case KEEPALIVE:
		bench_recv(test, b, SHIM6_MSG_KEEPALIVE);
		break;
	default:
		bench_probe(test, b, what == PROBE_EXPL ? EXPL :
				     what == PROBE_INOK ? INOK : OPER,
			    &B1, &A1, 0);
		break;
	}
}

static void check_timers(struct kunit *test, struct bench *b, u8 after,
			 u64 before)
{
	u64 await = 0, owe = 0;

	if (after == SEND)
		await = b->now;
	if (after == SEND_OLD)
		await = before;
	if (after == KEEP)
		owe = b->now;
	if (after == KEEP_OLD)
		owe = before;
	KUNIT_EXPECT_EQ(test, act(b)->await_since, await);
	/* Outside Operational the Keepalive stamp means nothing */
	if (b->p.reap.state == OPER)
		KUNIT_EXPECT_EQ(test, act(b)->owe_since, owe);
}

static void table(struct kunit *test)
{
	const struct row *r = test->param_value;
	struct bench *b = reach(test, r->state);
	const struct shim6_fx *fx;
	u64 before = b->now;

	set_timer(b, r->before);
	bench_deadline(b);
	b->now += 100 * MS;
	happen(test, b, r->what);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, r->next);
	check_timers(test, b, r->after, before);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	if (r->sta < 0) {
		KUNIT_EXPECT_NULL(test, fx);
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, fx);
	/* */
	KUNIT_EXPECT_EQ(test, fx->sta, r->sta);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 1);
}

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

/* */
static void backoff(struct kunit *test)
{
	static const u32 at_ms[] = {
		0, 500, 1000, 1500, 2000, 3000, 5000, 9000, 17000, 33000,
		65000, 125000, 185000,
	};
	struct bench *b = reach(test, EXPL);
	u64 start = b->now;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(at_ms); i++) {
		KUNIT_EXPECT_EQ(test, b->now - start, at_ms[i] * MS);
		KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
		KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 1);
		act(b)->last = b->now;
		bench_timer(test, b);
	}
}

/* an Exploring probe is answered, the own backoff goes on */
static void own_backoff(struct kunit *test)
{
	struct bench *b = reach(test, INOK);
	unsigned int i;
	u64 wait;

	for (i = 0; i < 8; i++) {
		act(b)->await_since = 0;
		bench_timer(test, b);
	}
	wait = b->p.reap.interval;
	bench_probe(test, b, EXPL, &B2, &A2, 0);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	b->now = b->p.reap.next_probe;
	act(b)->await_since = 0;
	bench_step(test, b, SHIM6_EV_TIMER);
	KUNIT_EXPECT_EQ(test, b->p.reap.interval, 2 * wait);
	/* Out of Exploring it begins anew, before the reports are forgotten */
	happen(test, b, SEND_EXPIRES);
	bench_probe(test, b, EXPL, &B1, &A1, 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.next_probe, b->now + 500 * MS);
}

static void expect_way(struct kunit *test, const struct shim6_pair *pair,
		       const struct in6_addr *src, const struct in6_addr *dst)
{
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&pair->src, src));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&pair->dst, dst));
}

/* Example 4, A's part: answer to where the probe came from, then switch */
static void example_4(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	const struct shim6_fx *fx;

	payload(test, b, false);
	b->now += 15 * SEC;
	bench_probe(test, b, EXPL, &B2, &A1, 0);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	expect_way(test, &fx->pair, &A1, &B2);
	KUNIT_EXPECT_EQ(test, b->p.reap.nfresh, 1);
	/* nothing moves yet */
	expect_way(test, &b->p.cur, &A1, &B1);
	b->recs[0] = fx->rec;
	b->now += 20 * MS;
	/* this one is Operational, and it is what moves us */
	bench_probe(test, b, OPER, &B2, &A1, 1);
	expect_way(test, &b->p.cur, &A1, &B2);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 1);
	/* */
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	KUNIT_EXPECT_TRUE(test, b->p.peer.loc[1].status & SHIM6_LOC_PROBED);
}

/*
 * Example 5, B's part: A hears us all the time, our way in is another. R-8: the
 * way A's probe came says nothing of ours to it.
 */
static void example_5(struct kunit *test)
{
	struct bench *b = reach(test, EXPL);
	const struct shim6_fx *fx = bench_sent(b, SHIM6_MSG_PROBE);
	struct shim6_probe_rec first = fx->rec;

	expect_way(test, &fx->pair, &A2, &B2);
	b->now += 30 * MS;
	b->recs[0] = first;
	bench_probe(test, b, INOK, &B1, &A1, 1);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	KUNIT_EXPECT_EQ(test, fx->sta, OPER);
	expect_way(test, &fx->pair, &A2, &B2);
	expect_way(test, &b->p.cur, &A2, &B2);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	KUNIT_EXPECT_GT(test, act(b)->await_since, 0ULL);
}

/* addresses and nonce must be those of a probe we sent */
static void forged_reports(struct kunit *test)
{
	struct bench *b = reach(test, EXPL);
	struct shim6_probe_rec mine = bench_sent(b, SHIM6_MSG_PROBE)->rec;

	b->recs[0] = mine;
	b->recs[0].nonce ^= cpu_to_be32(1);
	b->recs[1] = mine;
	b->recs[1].src = A1;
	b->recs[2] = mine;
	b->recs[2].dst = B3;
	bench_probe(test, b, INOK, &B2, &A2, 3);
	expect_way(test, &b->p.cur, &A1, &B1);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 0);
}

/* Probes of the last failure prove nothing in this one */
static void old_reports(struct kunit *test)
{
	struct bench *b = reach(test, EXPL);
	struct shim6_probe_rec old = bench_sent(b, SHIM6_MSG_PROBE)->rec;

	bench_probe(test, b, OPER, &B1, &A1, 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	bench_recv(test, b, SHIM6_MSG_KEEPALIVE);
	b->now += SEC;
	lapse(test, b);
	b->recs[0] = old;
	bench_probe(test, b, INOK, &B2, &A2, 1);
	expect_way(test, &b->p.cur, &A1, &B1);
}

/* A round trip is that of the newest probe which is news: the answer to an
 * older one may have been lost
 */
static void round_trip(struct kunit *test)
{
	struct bench *b = reach(test, EXPL);
	u32 sent = b->p.reap.probes_out;

	KUNIT_EXPECT_EQ(test, b->p.reap.rtt, 0ULL);
	KUNIT_EXPECT_EQ(test, b->p.reap.probes_in, 0);
	b->recs[0] = bench_sent(b, SHIM6_MSG_PROBE)->rec;
	happen(test, b, TICK);
	b->recs[1] = bench_sent(b, SHIM6_MSG_PROBE)->rec;
	KUNIT_EXPECT_EQ(test, b->p.reap.probes_out, sent + 1);
	b->now += 30 * MS;
	bench_probe(test, b, EXPL, &B2, &A2, 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.rtt, 0ULL);
	b->now += 10 * MS;
	bench_probe(test, b, INOK, &B2, &A2, 2);
	KUNIT_EXPECT_EQ(test, b->p.reap.rtt, 40 * MS);
	KUNIT_EXPECT_EQ(test, b->p.reap.rtt_at, b->now);
	KUNIT_EXPECT_EQ(test, b->p.switched_at, b->now);
	KUNIT_EXPECT_EQ(test, b->p.reap.probes_in, 2);
	/* Reported once more: no news, and no probe of ours in between */
	b->now += 50 * MS;
	bench_probe(test, b, OPER, &B2, &A2, 2);
	KUNIT_EXPECT_EQ(test, b->p.reap.rtt, 40 * MS);
	/* The same again is none that was received */
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.reap.probes_in, 3);
}

/* */
static void received_cleared(struct kunit *test)
{
	struct bench *b = reach(test, INOK);

	KUNIT_EXPECT_EQ(test, b->p.reap.nfresh, 1);
	happen(test, b, SEND_EXPIRES);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, EXPL);
	KUNIT_EXPECT_EQ(test, b->p.reap.nfresh, 0);
	bench_probe(test, b, EXPL, &B2, &A2, 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.nfresh, 1);
}

/* A message that came twice gets one answer */
static void duplicate(struct kunit *test)
{
	struct bench *b = reach(test, OPER);

	bench_probe(test, b, EXPL, &B1, &A1, 0);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	bench_probe(test, b, OPER, &B1, &A1, 0);
	b->own.nonce = b->p.reap.recvd[1].nonce;
	b->m.sta = EXPL;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
}

static void answers_bounded(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	unsigned int i, n = 0;

	b->params.v[SHIM6_P_RATE_PROBE] = 5;
	for (i = 0; i < 100; i++) {
		bench_probe(test, b, i & 1 ? INOK : EXPL, &B1, &A1, 0);
		n += !!bench_sent(b, SHIM6_MSG_PROBE);
	}
	KUNIT_EXPECT_EQ(test, n, 5);
	b->now += SEC;
	bench_probe(test, b, INOK, &B1, &A1, 0);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
}

/* No route: on to the next pair at once, but not for ever */
static void no_route(struct kunit *test)
{
	struct bench *b = reach(test, EXPL);
	const struct shim6_fx *fx = bench_sent(b, SHIM6_MSG_PROBE);
	unsigned int n = 0;

	while (fx && n < 100) {
		n++;
		b->ev.pair = fx->pair;
		bench_step(test, b, SHIM6_EV_XMIT_FAILED);
		fx = bench_sent(b, SHIM6_MSG_PROBE);
	}
	KUNIT_EXPECT_EQ(test, n, 4);
	bench_timer(test, b);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
}

/* 5534-3.3-3: a hint moves no payload when the pair works */
static void hint(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	const struct shim6_fx *fx;

	b->ev.pair = way(&A2, &B2);
	bench_step(test, b, SHIM6_EV_HINT);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	b->ev.pair = b->p.cur;
	bench_step(test, b, SHIM6_EV_HINT);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	expect_way(test, &fx->pair, &A1, &B1);
	b->recs[0] = fx->rec;
	bench_probe(test, b, INOK, &B1, &A1, 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 0);
	b->ev.pair = b->p.cur;
	bench_step(test, b, SHIM6_EV_HINT);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
}

static void wish(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	const struct shim6_fx *fx;

	b->ev.pair = way(&A2, &B1);
	bench_step(test, b, SHIM6_EV_SET_PATH);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	expect_way(test, &fx->pair, &A2, &B1);
	expect_way(test, &b->p.cur, &A1, &B1);
	b->recs[0] = fx->rec;
	bench_timer(test, b);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	expect_way(test, &fx->pair, &A1, &B1);
	b->recs[1] = fx->rec;
	bench_probe(test, b, INOK, &B1, &A1, 2);
	expect_way(test, &b->p.cur, &A2, &B1);
	/* Not to a locator that is not verified */
	b->p.peer.loc[1].status &= ~SHIM6_LOC_VERIFIED;
	b->ev.pair = way(&A1, &B2);
	bench_step(test, b, SHIM6_EV_SET_PATH);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
}

/* Whatever is sent: what the wire says is what the machine meant */
static void contents(struct kunit *test)
{
	struct bench *b = reach(test, EXPL);
	struct shim6_msg m;
	u16 off;
	int len;

	bench_timer(test, b);
	bench_probe(test, b, EXPL, &B2, &A2, 0);
	len = shim6_proto_encode(&b->p, bench_sent(b, SHIM6_MSG_PROBE),
				 &b->params, b->buf, sizeof(b->buf));
	KUNIT_ASSERT_GT(test, len, 0);
	KUNIT_ASSERT_EQ(test, shim6_wire_decode(b->buf, len, &m, &off),
			SHIM6_WIRE_OK);
	KUNIT_EXPECT_EQ(test, m.tag, TAG_B);
	KUNIT_EXPECT_EQ(test, m.sta, INOK);
	KUNIT_EXPECT_EQ(test, m.psent, 3);
	KUNIT_EXPECT_EQ(test, m.precvd, 1);
	KUNIT_EXPECT_TRUE(test, !memcmp(&m.recvd[0], &b->own, sizeof(b->own)));
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

/* What is held back leaves with the first event that does not hold, and does
 * not ask all the time until then
 */
static void held(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	const struct shim6_fx *fx;
	struct shim6_pair next;
	u64 due;

	payload(test, b, false);
	b->ev.hold = true;
	do {
		bench_timer(test, b);
		KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	} while (b->p.reap.state == OPER);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, EXPL);
	KUNIT_EXPECT_TRUE(test, b->p.held);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	due = bench_deadline(b);
	KUNIT_EXPECT_EQ(test, due, b->now + SEC);
	b->now = due;
	bench_step(test, b, SHIM6_EV_TIMER);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 0);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), b->now + SEC);
	next = shim6_reap_next(&b->p);
	b->ev.hold = false;
	bench_step(test, b, SHIM6_EV_TIMER);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	expect_way(test, &fx->pair, &next.src, &next.dst);
	KUNIT_EXPECT_FALSE(test, b->p.held);
	KUNIT_EXPECT_EQ(test, b->p.reap.nprobes, 1u);
	/* The answer of another is never held back */
	b->ev.hold = true;
	bench_probe(test, b, EXPL, &B1, &A1, 0);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
}

/* Another context has left our pair: its new one is probed first */
static void verdict(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	const struct shim6_fx *fx;

	b->ev.pair = way(&A2, &B2);
	b->ev.alive = way(&A2, &B1);
	payload(test, b, false);
	bench_step(test, b, SHIM6_EV_VERDICT);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	b->ev.pair = b->p.cur;
	payload(test, b, true);
	/* What comes in says that ours works */
	bench_step(test, b, SHIM6_EV_VERDICT);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	b->now += SEC;
	payload(test, b, false);
	bench_step(test, b, SHIM6_EV_VERDICT);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	expect_way(test, &fx->pair, &A2, &B1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, EXPL);
	/* An indication only: payload stays until a probe has shown the way */
	expect_way(test, &b->p.cur, &A1, &B1);
	b->recs[0] = fx->rec;
	bench_probe(test, b, INOK, &B1, &A2, 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, OPER);
	expect_way(test, &b->p.cur, &A2, &B1);
	/* Not again so soon */
	b->ev.pair = b->p.cur;
	b->ev.alive = way(&A1, &B1);
	payload(test, b, false);
	bench_step(test, b, SHIM6_EV_VERDICT);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
}

/* The peer answers the probe that just left, and the context uses its pair */
static void answered(struct kunit *test, struct bench *b)
{
	const struct shim6_fx *fx = bench_sent(b, SHIM6_MSG_PROBE);
	struct shim6_probe_rec rec;

	KUNIT_ASSERT_NOT_NULL(test, fx);
	rec = fx->rec;
	b->recs[0] = rec;
	bench_probe(test, b, INOK, &rec.dst, &rec.src, 1);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, OPER);
	expect_way(test, &b->p.cur, &rec.src, &rec.dst);
}

/* Probes pass everywhere, payload nowhere: each pair is tried once, then the
 * context stays where it is; without the wish of an admin it goes round.
 */
static void provisional(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	u32 once;
	int i;

	b->ev.provisional = true;
	for (i = 0; i < 5; i++) {
		lapse(test, b);
		answered(test, b);
	}
	once = b->p.switches;
	KUNIT_EXPECT_EQ(test, once, 4u);
	lapse(test, b);
	answered(test, b);
	KUNIT_EXPECT_EQ(test, b->p.switches, once);
	b->ev.provisional = false;
	lapse(test, b);
	answered(test, b);
	KUNIT_EXPECT_EQ(test, b->p.switches, once + 1);
}

/* One that carried payload for some time may fail and be used again */
static void not_provisional(struct kunit *test)
{
	struct bench *b = reach(test, OPER);
	struct shim6_pair first;

	b->ev.provisional = true;
	lapse(test, b);
	answered(test, b);
	bench_deadline(b);
	first = b->p.cur;
	b->now += 100 * SEC;
	payload(test, b, true);
	bench_deadline(b);
	lapse(test, b);
	KUNIT_EXPECT_EQ(test, b->p.reap.shun[0].until, 0ULL);
	answered(test, b);
	/* The next one fails at once, the first one is free */
	lapse(test, b);
	KUNIT_EXPECT_NE(test, b->p.reap.shun[0].until, 0ULL);
	KUNIT_EXPECT_FALSE(test, shim6_pair_eq(&b->p.reap.shun[0].pair,
					       &first));
}

static struct kunit_case reap_cases[] = {
	KUNIT_CASE_PARAM(table, cell_gen_params),
	KUNIT_CASE(keepalives),
	KUNIT_CASE(keepalive_repeats),
	KUNIT_CASE(keepalive_last),
	KUNIT_CASE(keepalive_control),
	KUNIT_CASE(keepalive_suppressed),
	KUNIT_CASE(keepalive_clamped),
	KUNIT_CASE(steady_sender),
	KUNIT_CASE(random_part),
	KUNIT_CASE(backoff),
	KUNIT_CASE(own_backoff),
	KUNIT_CASE(example_4),
	KUNIT_CASE(example_5),
	KUNIT_CASE(forged_reports),
	KUNIT_CASE(old_reports),
	KUNIT_CASE(round_trip),
	KUNIT_CASE(received_cleared),
	KUNIT_CASE(duplicate),
	KUNIT_CASE(answers_bounded),
	KUNIT_CASE(no_route),
	KUNIT_CASE(hint),
	KUNIT_CASE(wish),
	KUNIT_CASE(held),
	KUNIT_CASE(verdict),
	KUNIT_CASE(provisional),
	KUNIT_CASE(not_provisional),
	KUNIT_CASE(contents),
	KUNIT_CASE(short_sleep),
	KUNIT_CASE(sleep_is_idle),
	KUNIT_CASE(long_sleep),
	KUNIT_CASE(sleep_in_a_handshake),
	{}
};

static struct kunit_suite reap_suite = {
	.name = "shim6_reap",
	.test_cases = reap_cases,
};

kunit_test_suite(reap_suite);

MODULE_DESCRIPTION("KUnit tests of REAP");
MODULE_LICENSE("GPL");
