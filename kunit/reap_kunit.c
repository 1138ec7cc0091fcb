// SPDX-License-Identifier: GPL-2.0
/* RFC 5534: its table row by row, its examples, its probes */
#include <linux/module.h>
#include <linux/slab.h>
#include "reap_bench.h"

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
	{}
};

static struct kunit_suite reap_suite = {
	.name = "shim6_reap",
	.test_cases = reap_cases,
};

kunit_test_suite(reap_suite);

MODULE_DESCRIPTION("KUnit tests of REAP");
MODULE_LICENSE("GPL");
