/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One context on a table: A is ours with A1 and A2, B the peer with B1 and B2;
 * A1 and B1 are the ULIDs. Events go in one by one, effects are looked at.
 */
#ifndef SHIM6_PROTO_KUNIT_H
#define SHIM6_PROTO_KUNIT_H

#include <kunit/test.h>
#include "core_units.h"

#define SEC		SHIM6_NS_PER_SEC
#define MS		SHIM6_NS_PER_MS
#define START		(1000 * SEC)
#define TAG_A		0x123456789abcULL
#define TAG_B		0x23456789abcdULL
#define R1_NONCE	0x51515151u

#define HOST(host, n) { { {						\
	0x20, 0x01, 0x0d, 0xb8, (host), (n), [15] = 1			\
} } }

static const struct in6_addr A1 = HOST(0xa, 1);
static const struct in6_addr A2 = HOST(0xa, 2);
static const struct in6_addr A3 __maybe_unused = HOST(0xa, 3);
static const struct in6_addr B1 = HOST(0xb, 1);
static const struct in6_addr B2 = HOST(0xb, 2);
static const struct in6_addr B3 __maybe_unused = HOST(0xb, 3);

static const u8 validator[SHIM6_COOKIE_LEN] = { 1, 2, 3 };
static const u8 methods[SHIM6_MAX_LOCS] = {
	SHIM6_METHOD_HBA, SHIM6_METHOD_HBA, SHIM6_METHOD_HBA,
};

/**
 * struct bench - the context and what goes in and out
 * @p: the context
 * @params: its tunables, defaults without random parts
 * @ev: next event
 * @out: effects of the last step
 * @m: message of the next event
 * @auth: what its verification said
 * @locs: room for a list
 * @own: record of the next probe itself
 * @recs: room for reports
 * @now: virtual time
 * @draws: random words drawn
 * @buf: for encoding
 */
struct bench {
	struct shim6_proto p;
	struct shim6_params params;
	struct shim6_ev ev;
	struct shim6_out out;
	struct shim6_msg m;
	struct shim6_auth auth;
	struct in6_addr locs[4];
	struct shim6_probe_rec own;
	struct shim6_probe_rec recs[4];
	u64 now;
	u32 draws;
	u8 buf[SHIM6_CTRL_ROOM] __aligned(8);
};

static __maybe_unused struct shim6_pair way(const struct in6_addr *src,
					     const struct in6_addr *dst)
{
	struct shim6_pair pair = { .src = *src, .dst = *dst };

	return pair;
}

static __maybe_unused struct bench *bench_new(struct kunit *test)
{
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	struct shim6_locset set = { .n = 0 };

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b);
	shim6_params_init(&b->params);
	b->params.v[SHIM6_P_SEND_TIMEOUT_RANDOM] = 0;
	shim6_locset_add(&set, &A1, SHIM6_METHOD_HBA, SHIM6_LOC_UP);
	shim6_locset_add(&set, &A2, SHIM6_METHOD_HBA, SHIM6_LOC_UP);
	b->now = START;
	shim6_proto_init(&b->p, &set, &A1, &B1, 0, TAG_A, b->now, &b->params,
			 77);
	b->p.local_pds_len = 8;
	return b;
}

static __maybe_unused void bench_step(struct kunit *test, struct bench *b,
				       enum shim6_ev_type type)
{
	unsigned int i;

	b->ev.type = type;
	b->ev.now = b->now;
	b->ev.params = &b->params;
	b->ev.msg = &b->m;
	b->ev.auth = &b->auth;
	for (i = 0; i < SHIM6_EV_RND; i++)
		b->ev.rnd[i] = ++b->draws * 0x9e3779b9u;
	shim6_proto_step(&b->p, &b->ev, &b->out);
	KUNIT_EXPECT_EQ(test, b->out.spilt, 0);
	for (i = 0; i < b->out.n; i++)
		if (b->out.fx[i].type == SHIM6_FX_SEND)
			KUNIT_EXPECT_GT(test,
					shim6_proto_encode(&b->p,
							   &b->out.fx[i],
							   &b->params, b->buf,
							   sizeof(b->buf)), 0);
}

/* A message from B1 to A1, its fields as a well-behaved peer would fill them */
static __maybe_unused void bench_msg(struct bench *b, u8 type)
{
	memset(&b->m, 0, sizeof(b->m));
	memset(&b->auth, 0, sizeof(b->auth));
	b->m.type = type;
	b->m.tag = type >= SHIM6_MSG_UPDATE_REQ ? TAG_A : TAG_B;
	b->m.init_nonce = b->p.hs.init_nonce;
	b->m.resp_nonce = R1_NONCE;
	if (type == SHIM6_MSG_R1 || type == SHIM6_MSG_R1BIS ||
	    type == SHIM6_MSG_I2 || type == SHIM6_MSG_I2BIS) {
		b->m.validator = validator;
		b->m.validator_len = sizeof(validator);
		b->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_VALIDATOR);
	}
	if (type == SHIM6_MSG_UPDATE_ACK)
		b->m.req_nonce = b->p.up.nonce;
	b->ev.pair = way(&B1, &A1);
}

/* With a list of B1 and B2, verified */
static __maybe_unused void bench_list(struct bench *b)
{
	b->locs[0] = B1;
	b->locs[1] = B2;
	b->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
	b->m.list_gen = 900;
	b->m.nlocs = 2;
	b->m.locs = b->locs;
	b->m.methods = methods;
	b->auth.verdict = SHIM6_AUTH_OK;
	b->auth.verified = 3;
}

static __maybe_unused void bench_recv(struct kunit *test, struct bench *b,
				       u8 type)
{
	bench_msg(b, type);
	bench_step(test, b, SHIM6_EV_MSG);
}

/* Starts a handshake and finishes it up to a state, all by messages */
static __maybe_unused void bench_reach(struct kunit *test, struct bench *b,
					u8 state)
{
	if (state == SHIM6_IDLE)
		return;
	bench_step(test, b, SHIM6_EV_START);
	if (state == SHIM6_I1_SENT)
		return;
	if (state == SHIM6_NO_SUPPORT) {
		bench_step(test, b, SHIM6_EV_ICMP_NO_SUPPORT);
		return;
	}
	while (state == SHIM6_E_FAILED && b->p.state != SHIM6_E_FAILED) {
		b->now = b->p.hs.deadline;
		bench_step(test, b, SHIM6_EV_TIMER);
	}
	if (state == SHIM6_E_FAILED)
		return;
	bench_recv(test, b, SHIM6_MSG_R1);
	if (state == SHIM6_I2_SENT)
		return;
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	if (state == SHIM6_I2BIS_SENT)
		bench_recv(test, b, SHIM6_MSG_R1BIS);
	KUNIT_ASSERT_EQ(test, b->p.state, state);
}

static __maybe_unused const struct shim6_fx *
bench_sent(const struct bench *b, u8 msg)
{
	unsigned int i;

	for (i = 0; i < b->out.n; i++)
		if (b->out.fx[i].type == SHIM6_FX_SEND &&
		    b->out.fx[i].msg == msg)
			return &b->out.fx[i];
	return NULL;
}

static __maybe_unused unsigned int bench_count(const struct bench *b,
						enum shim6_fx_type type)
{
	unsigned int i, n = 0;

	for (i = 0; i < b->out.n; i++)
		n += b->out.fx[i].type == type;
	return n;
}

static __maybe_unused u64 bench_deadline(struct bench *b)
{
	return shim6_proto_deadline(&b->p, b->now, &b->params);
}

/* Goes to the next deadline and takes it */
static __maybe_unused void bench_timer(struct kunit *test, struct bench *b)
{
	u64 due = bench_deadline(b);

	KUNIT_ASSERT_GE(test, due, b->now);
	b->now = due;
	bench_step(test, b, SHIM6_EV_TIMER);
}

/* A probe from B; records of what it has received are in recs */
static __maybe_unused void bench_probe(struct kunit *test, struct bench *b,
					u8 sta, const struct in6_addr *from,
					const struct in6_addr *to,
					unsigned int reports)
{
	bench_msg(b, SHIM6_MSG_PROBE);
	b->ev.pair = way(from, to);
	b->own.src = *from;
	b->own.dst = *to;
	b->own.nonce = cpu_to_be32(++b->draws);
	b->m.sta = sta;
	b->m.psent = 1;
	b->m.sent = &b->own;
	b->m.precvd = reports;
	b->m.recvd = b->recs;
	bench_step(test, b, SHIM6_EV_MSG);
}

#endif
