// SPDX-License-Identifier: GPL-2.0
/* State table of RFC 5533 section 7, one case per row */
#include <linux/module.h>
#include <linux/slab.h>
#include "proto_kunit.h"

/* What is odd about the message of a row */
enum odd {
	NOTHING,
	NONCE,		/* another Initiator Nonce */
	SOURCE,		/* source unknown */
	DEST,		/* destination unknown */
	TAG,		/* another tag */
	LISTED,		/* source unknown, but in the list and proven */
	UNPROVEN,	/* source unknown, in the list, not proven */
	BAD_PDS,	/* parameters do not belong to the ULID */
	METHOD,		/* a method we do not know */
	KNOWN,		/* source is not the ULID, but known */
	LAST,		/* no retransmission is left */
	LAST_AGAIN,	/* ... and it fell back to I1 before */
	STALE,		/* the validator is old */
	UNTAGGED,	/* payload without our tag */
};

#define SAME	0xff

/**
 * struct row - a row of the table
 * @desc: name of the case
 * @state: before
 * @ev: event
 * @msg: its message
 * @odd: what is odd about it
 * @next: state after, SAME: unchanged
 * @send: message that must go out, 0: none at all
 * @verdict: enum shim6_do
 */
struct row {
	const char *desc;
	u8 state;
	u8 ev;
	u8 msg;
	u8 odd;
	u8 next;
	u8 send;
	u8 verdict;
};

#define S(x)	SHIM6_##x
#define M(x)	SHIM6_EV_MSG, SHIM6_MSG_##x
#define TIMER	SHIM6_EV_TIMER, 0
#define DO(x)	SHIM6_DO_##x
#define NONE	0
#define OUT(x)	SHIM6_MSG_##x

static const struct row rows_all[] = {
	{ "idle start", S(IDLE), SHIM6_EV_START, 0, NOTHING, S(I1_SENT), OUT(I1), DO(OK) },
	{ "idle i1", S(IDLE), M(I1), NOTHING, SAME, NONE, DO(R1) },
	{ "idle i2", S(IDLE), M(I2), NOTHING, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "idle i2 bad pds", S(IDLE), M(I2), BAD_PDS, SAME, NONE, DO(AUTH) },
	{ "idle i2 method", S(IDLE), M(I2), METHOD, SAME, NONE, DO(METHOD) },
	{ "idle i2 stranger", S(IDLE), M(I2), SOURCE, SAME, NONE, DO(AUTH) },
	{ "idle i2 listed", S(IDLE), M(I2), LISTED, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "idle i2 unproven", S(IDLE), M(I2), UNPROVEN, SAME, NONE, DO(AUTH) },
	{ "idle i2 not ours", S(IDLE), M(I2), DEST, SAME, NONE, DO(PAIR) },
	{ "idle i2bis", S(IDLE), M(I2BIS), NOTHING, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "idle i2bis stranger", S(IDLE), M(I2BIS), SOURCE, SAME, NONE, DO(AUTH) },
	{ "idle i2bis listed", S(IDLE), M(I2BIS), LISTED, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "idle r1", S(IDLE), M(R1), NOTHING, SAME, NONE, DO(STATE) },
	{ "idle r2", S(IDLE), M(R2), NOTHING, SAME, NONE, DO(STATE) },
	{ "idle r1bis", S(IDLE), M(R1BIS), NOTHING, SAME, NONE, DO(STATE) },
	{ "idle probe", S(IDLE), M(PROBE), NOTHING, SAME, NONE, DO(R1BIS) },

	{ "i1-sent r1", S(I1_SENT), M(R1), NOTHING, S(I2_SENT), OUT(I2), DO(OK) },
	{ "i1-sent r1 nonce", S(I1_SENT), M(R1), NONCE, SAME, NONE, DO(NONCE) },
	{ "i1-sent r1 source", S(I1_SENT), M(R1), SOURCE, SAME, NONE, DO(PAIR) },
	{ "i1-sent r1 dest", S(I1_SENT), M(R1), DEST, SAME, NONE, DO(PAIR) },
	{ "i1-sent i1", S(I1_SENT), M(I1), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "i1-sent i1 stranger", S(I1_SENT), M(I1), SOURCE, SAME, NONE, DO(R1) },
	{ "i1-sent i2", S(I1_SENT), M(I2), NOTHING, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "i1-sent i2 listed", S(I1_SENT), M(I2), LISTED, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "i1-sent i2 unproven", S(I1_SENT), M(I2), UNPROVEN, SAME, NONE, DO(AUTH) },
	{ "i1-sent i2bis", S(I1_SENT), M(I2BIS), NOTHING, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "i1-sent r2", S(I1_SENT), M(R2), NOTHING, S(ESTABLISHED), NONE, DO(OK) },
	{ "i1-sent r2 nonce", S(I1_SENT), M(R2), NONCE, SAME, NONE, DO(NONCE) },
	{ "i1-sent r2 pair", S(I1_SENT), M(R2), SOURCE, SAME, NONE, DO(PAIR) },
	{ "i1-sent r2 bad pds", S(I1_SENT), M(R2), BAD_PDS, SAME, NONE, DO(AUTH) },
	{ "i1-sent r1bis", S(I1_SENT), M(R1BIS), NOTHING, SAME, NONE, DO(STATE) },
	{ "i1-sent update", S(I1_SENT), M(UPDATE_REQ), NOTHING, SAME, NONE, DO(STATE) },
	{ "i1-sent ack", S(I1_SENT), M(UPDATE_ACK), NOTHING, SAME, NONE, DO(STATE) },
	{ "i1-sent keepalive", S(I1_SENT), M(KEEPALIVE), NOTHING, SAME, NONE, DO(STATE) },
	{ "i1-sent probe", S(I1_SENT), M(PROBE), NOTHING, SAME, NONE, DO(STATE) },
	{ "i1-sent payload", S(I1_SENT), SHIM6_EV_PAYLOAD_IN, 0, NOTHING, SAME, NONE, DO(OK) },
	{ "i1-sent timer", S(I1_SENT), TIMER, NOTHING, SAME, OUT(I1), DO(OK) },
	{ "i1-sent last timer", S(I1_SENT), TIMER, LAST, S(E_FAILED), NONE, DO(OK) },
	{ "i1-sent icmp", S(I1_SENT), SHIM6_EV_ICMP_NO_SUPPORT, 0, NOTHING, S(NO_SUPPORT), NONE, DO(OK) },

	{ "i2-sent r2", S(I2_SENT), M(R2), NOTHING, S(ESTABLISHED), NONE, DO(OK) },
	{ "i2-sent r2 nonce", S(I2_SENT), M(R2), NONCE, SAME, NONE, DO(NONCE) },
	{ "i2-sent r2 pair", S(I2_SENT), M(R2), SOURCE, SAME, NONE, DO(PAIR) },
	{ "i2-sent r2 bad pds", S(I2_SENT), M(R2), BAD_PDS, SAME, NONE, DO(AUTH) },
	{ "i2-sent r2 method", S(I2_SENT), M(R2), METHOD, SAME, NONE, DO(METHOD) },
	{ "i2-sent r1", S(I2_SENT), M(R1), NOTHING, SAME, NONE, DO(STATE) },
	{ "i2-sent i1", S(I2_SENT), M(I1), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "i2-sent i2", S(I2_SENT), M(I2), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "i2-sent i2 stranger", S(I2_SENT), M(I2), SOURCE, SAME, NONE, DO(AUTH) },
	{ "i2-sent i2bis", S(I2_SENT), M(I2BIS), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "i2-sent payload", S(I2_SENT), SHIM6_EV_PAYLOAD_IN, 0, NOTHING, SAME, OUT(I2), DO(OK) },
	{ "i2-sent untagged", S(I2_SENT), SHIM6_EV_PAYLOAD_IN, 0, UNTAGGED, SAME, NONE, DO(OK) },
	{ "i2-sent update", S(I2_SENT), M(UPDATE_REQ), NOTHING, SAME, OUT(I2), DO(STATE) },
	{ "i2-sent ack", S(I2_SENT), M(UPDATE_ACK), NOTHING, SAME, OUT(I2), DO(STATE) },
	{ "i2-sent keepalive", S(I2_SENT), M(KEEPALIVE), NOTHING, SAME, OUT(I2), DO(STATE) },
	{ "i2-sent timer", S(I2_SENT), TIMER, NOTHING, SAME, OUT(I2), DO(OK) },
	{ "i2-sent last timer", S(I2_SENT), TIMER, LAST, S(I1_SENT), OUT(I1), DO(OK) },
	{ "i2-sent stale", S(I2_SENT), TIMER, STALE, S(I1_SENT), OUT(I1), DO(OK) },
	{ "i2-sent fell back", S(I2_SENT), TIMER, LAST_AGAIN, S(E_FAILED), NONE, DO(OK) },
	{ "i2-sent r1bis", S(I2_SENT), M(R1BIS), NOTHING, SAME, NONE, DO(STATE) },
	{ "i2-sent icmp", S(I2_SENT), SHIM6_EV_ICMP_NO_SUPPORT, 0, NOTHING, SAME, NONE, DO(OK) },

	{ "i2bis-sent r2", S(I2BIS_SENT), M(R2), NOTHING, S(ESTABLISHED), NONE, DO(OK) },
	{ "i2bis-sent r2 nonce", S(I2BIS_SENT), M(R2), NONCE, SAME, NONE, DO(NONCE) },
	{ "i2bis-sent r2 pair", S(I2BIS_SENT), M(R2), DEST, SAME, NONE, DO(PAIR) },
	{ "i2bis-sent r1", S(I2BIS_SENT), M(R1), NOTHING, SAME, NONE, DO(STATE) },
	{ "i2bis-sent r1bis", S(I2BIS_SENT), M(R1BIS), NOTHING, SAME, NONE, DO(STATE) },
	{ "i2bis-sent i1", S(I2BIS_SENT), M(I1), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "i2bis-sent i2", S(I2BIS_SENT), M(I2), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "i2bis-sent i2bis", S(I2BIS_SENT), M(I2BIS), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "i2bis-sent payload", S(I2BIS_SENT), SHIM6_EV_PAYLOAD_IN, 0, NOTHING, SAME, OUT(I2BIS), DO(OK) },
	{ "i2bis-sent update", S(I2BIS_SENT), M(UPDATE_REQ), NOTHING, SAME, OUT(I2BIS), DO(OK) },
	{ "i2bis-sent ack", S(I2BIS_SENT), M(UPDATE_ACK), NOTHING, SAME, OUT(I2BIS), DO(NONCE) },
	{ "i2bis-sent keepalive", S(I2BIS_SENT), M(KEEPALIVE), NOTHING, SAME, OUT(I2BIS), DO(OK) },
	{ "i2bis-sent update stranger", S(I2BIS_SENT), M(UPDATE_REQ), SOURCE, SAME, NONE, DO(R1BIS) },
	{ "i2bis-sent timer", S(I2BIS_SENT), TIMER, NOTHING, SAME, OUT(I2BIS), DO(OK) },
	{ "i2bis-sent last timer", S(I2BIS_SENT), TIMER, LAST, S(I1_SENT), OUT(I1), DO(OK) },

	{ "established i1", S(ESTABLISHED), M(I1), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "established i1 tag", S(ESTABLISHED), M(I1), TAG, SAME, NONE, DO(R1) },
	{ "established i1 stranger", S(ESTABLISHED), M(I1), SOURCE, SAME, NONE, DO(R1) },
	{ "established i2", S(ESTABLISHED), M(I2), TAG, SAME, OUT(R2), DO(OK) },
	{ "established i2 known", S(ESTABLISHED), M(I2), KNOWN, SAME, OUT(R2), DO(OK) },
	{ "established i2 stranger", S(ESTABLISHED), M(I2), SOURCE, SAME, NONE, DO(AUTH) },
	{ "established i2 listed", S(ESTABLISHED), M(I2), LISTED, SAME, OUT(R2), DO(OK) },
	{ "established i2bis", S(ESTABLISHED), M(I2BIS), NOTHING, SAME, OUT(R2), DO(OK) },
	{ "established r1", S(ESTABLISHED), M(R1), NOTHING, SAME, NONE, DO(STATE) },
	{ "established r2", S(ESTABLISHED), M(R2), NOTHING, SAME, NONE, DO(STATE) },
	{ "established r1bis", S(ESTABLISHED), M(R1BIS), NOTHING, S(I2BIS_SENT), OUT(I2BIS), DO(OK) },
	{ "established r1bis tag", S(ESTABLISHED), M(R1BIS), TAG, SAME, NONE, DO(TAG) },
	{ "established r1bis stranger", S(ESTABLISHED), M(R1BIS), SOURCE, SAME, NONE, DO(PAIR) },
	{ "established update", S(ESTABLISHED), M(UPDATE_REQ), NOTHING, SAME, OUT(UPDATE_ACK), DO(OK) },
	{ "established update source", S(ESTABLISHED), M(UPDATE_REQ), SOURCE, SAME, NONE, DO(R1BIS) },
	{ "established update dest", S(ESTABLISHED), M(UPDATE_REQ), DEST, SAME, NONE, DO(R1BIS) },
	{ "established ack source", S(ESTABLISHED), M(UPDATE_ACK), SOURCE, SAME, NONE, DO(R1BIS) },
	{ "established keepalive source", S(ESTABLISHED), M(KEEPALIVE), SOURCE, SAME, NONE, DO(R1BIS) },
	{ "established keepalive", S(ESTABLISHED), M(KEEPALIVE), NOTHING, SAME, NONE, DO(OK) },
	{ "established start", S(ESTABLISHED), SHIM6_EV_START, 0, NOTHING, SAME, NONE, DO(OK) },

	{ "e-failed start", S(E_FAILED), SHIM6_EV_START, 0, NOTHING, SAME, NONE, DO(OK) },
	{ "e-failed i1", S(E_FAILED), M(I1), NOTHING, SAME, NONE, DO(R1) },
	{ "e-failed i2", S(E_FAILED), M(I2), NOTHING, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "e-failed r2", S(E_FAILED), M(R2), NOTHING, SAME, NONE, DO(STATE) },
	{ "no-support start", S(NO_SUPPORT), SHIM6_EV_START, 0, NOTHING, SAME, NONE, DO(OK) },
	{ "no-support i2", S(NO_SUPPORT), M(I2), NOTHING, S(ESTABLISHED), OUT(R2), DO(OK) },
	{ "no-support probe", S(NO_SUPPORT), M(KEEPALIVE), NOTHING, SAME, NONE, DO(R1BIS) },
};

static void row_desc(const struct row *r, char *desc)
{
	strscpy(desc, r->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(row, rows_all, row_desc);

/* List of the stranger's address behind the ULID */
static void list_stranger(struct bench *b)
{
	bench_list(b);
	b->locs[1] = B3;
	b->ev.pair.src = B3;
}

static void make_odd_msg(struct bench *b, const struct row *r)
{
	switch (r->odd) {
	case NONCE:
		b->m.init_nonce ^= 1;
		break;
	case SOURCE:
		b->ev.pair.src = B3;
		break;
	case DEST:
		b->ev.pair.dst = A3;
		break;
	case TAG:
		b->m.tag ^= 1;
		break;
	case KNOWN:
		b->ev.pair.src = B2;
		break;
	case LISTED:
		list_stranger(b);
		break;
	case UNPROVEN:
		list_stranger(b);
		b->auth.verified = 1;
		break;
	case BAD_PDS:
		b->auth.verdict = SHIM6_AUTH_ULID;
		break;
	case METHOD:
		bench_list(b);
		b->auth.verdict = SHIM6_AUTH_METHOD;
		break;
	}
}

static void make_odd_timer(struct bench *b, const struct row *r)
{
	b->now = b->p.hs.deadline ? b->p.hs.deadline : b->now;
	if (r->odd == LAST || r->odd == LAST_AGAIN)
		b->p.hs.tries = 16;
	if (r->odd == LAST_AGAIN)
		b->p.hs.fell_back = true;
	if (r->odd == STALE)
		b->now = b->p.hs.validator_at + 30 * SEC;
}

static void table(struct kunit *test)
{
	const struct row *r = test->param_value;
	struct bench *b = bench_new(test);
	unsigned int i, n = 0;
	u64 ct_peer;

	bench_reach(test, b, r->state);
	ct_peer = b->p.ct_peer;
	bench_msg(b, r->msg);
	if (r->ev == SHIM6_EV_MSG)
		make_odd_msg(b, r);
	else
		make_odd_timer(b, r);
	b->ev.tagged = r->odd != UNTAGGED;
	if (r->msg == SHIM6_MSG_PROBE) {
		b->m.psent = 1;
		b->m.sent = &b->own;
	}
	bench_step(test, b, r->ev);
	KUNIT_EXPECT_EQ(test, b->p.state,
			r->next == SAME ? r->state : r->next);
	KUNIT_EXPECT_EQ(test, b->out.verdict, r->verdict);
	if (r->send)
		KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, r->send));
	for (i = 0; i < b->out.n; i++)
		n += b->out.fx[i].type == SHIM6_FX_SEND;
	if (!r->send)
		KUNIT_EXPECT_EQ(test, n, 0);
	/* 7.9: an I1 changes nothing; a refused message neither */
	if (r->msg == SHIM6_MSG_I1 || r->verdict == SHIM6_DO_AUTH)
		KUNIT_EXPECT_EQ(test, b->p.ct_peer, ct_peer);
}

/* 7.8, 14: 4 s doubling, jitter afterwards, five I1s in all, then a minute */
static void i1_schedule(struct kunit *test)
{
	struct bench *b = bench_new(test);
	u64 nominal = 4 * SEC;
	unsigned int sent = 0;
	u64 at;

	bench_step(test, b, SHIM6_EV_START);
	while (b->p.state == SHIM6_I1_SENT) {
		sent += !!bench_sent(b, SHIM6_MSG_I1);
		at = bench_deadline(b);
		KUNIT_EXPECT_GE(test, at - b->now, nominal / 2);
		KUNIT_EXPECT_LE(test, at - b->now, nominal + nominal / 2);
		nominal *= 2;
		bench_timer(test, b);
	}
	KUNIT_EXPECT_EQ(test, sent, 5);
	KUNIT_EXPECT_EQ(test, b->p.state, SHIM6_E_FAILED);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), b->now + 60 * SEC);
	bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_KILL), 1);
	KUNIT_EXPECT_TRUE(test, b->p.dead);
}

static void i2_schedule(struct kunit *test)
{
	struct bench *b = bench_new(test);
	unsigned int sent = 1;
	u32 nonce;

	bench_reach(test, b, SHIM6_I2_SENT);
	nonce = b->p.hs.init_nonce;
	while (b->p.state == SHIM6_I2_SENT) {
		bench_timer(test, b);
		sent += !!bench_sent(b, SHIM6_MSG_I2);
	}
	KUNIT_EXPECT_LE(test, sent, 3);
	KUNIT_EXPECT_EQ(test, b->p.state, SHIM6_I1_SENT);
	/* */
	KUNIT_EXPECT_NE(test, b->p.hs.init_nonce, nonce);
	KUNIT_EXPECT_EQ(test, b->p.hs.tries, 0);
	KUNIT_EXPECT_EQ(test, b->p.ct_local, TAG_A);
	bench_recv(test, b, SHIM6_MSG_R1);
	while (b->p.state == SHIM6_I2_SENT)
		bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, b->p.state, SHIM6_E_FAILED);
}

static void no_support_hold(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_NO_SUPPORT);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), b->now + 600 * SEC);
}

/* 7.18: the old tag and path stay, the answer goes the way the R1bis came */
static void recovery(struct kunit *test)
{
	struct bench *b = bench_new(test);
	const struct shim6_fx *fx;

	bench_reach(test, b, SHIM6_ESTABLISHED);
	bench_msg(b, SHIM6_MSG_R1BIS);
	b->ev.pair = way(&B2, &A2);
	bench_step(test, b, SHIM6_EV_MSG);
	fx = bench_sent(b, SHIM6_MSG_I2BIS);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&fx->pair.src, &A2));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&fx->pair.dst, &B2));
	KUNIT_EXPECT_EQ(test, b->p.hs.packet_tag, TAG_B);
	KUNIT_EXPECT_EQ(test, b->p.ct_peer, TAG_B);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.dst, &B1));
	/* R2 proves the pair */
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	b->m.tag = TAG_B + 1;
	b->ev.pair = way(&B2, &A2);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.state, SHIM6_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, b->p.ct_peer, TAG_B + 1);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.dst, &B2));
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 1);
}

/* B-18: on the way back to I1 payload leaves the locators */
static void recovery_fails(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->p.cur = way(&A2, &B2);
	bench_recv(test, b, SHIM6_MSG_R1BIS);
	while (b->p.state == SHIM6_I2BIS_SENT)
		bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, b->p.state, SHIM6_I1_SENT);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.src, &A1));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.dst, &B1));
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 1);
	KUNIT_EXPECT_FALSE(test, b->p.ct_peer_known);
}

/* The peer began anew: its tag changes, and its way is ours if we had none */
static void peer_began_anew(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	bench_msg(b, SHIM6_MSG_I2);
	bench_list(b);
	b->m.tag = TAG_B + 1;
	b->ev.pair = way(&B2, &A2);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.ct_peer, TAG_B + 1);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 1);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.dst, &B1));
	b->p.reap.state = SHIM6_REAP_EXPLORING;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_OPERATIONAL);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 1);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.src, &A2));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.dst, &B2));
}

/* preferences that do not fit cost an Error, not the handshake */
static void odd_preferences(struct kunit *test)
{
	static const u8 prefs[] = { 1, 0, 0 };
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_I2_SENT);
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	b->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS);
	b->m.pref_gen = 900;
	b->m.npref = 3;
	b->m.pref_elem = 1;
	b->m.prefs = prefs;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.state, SHIM6_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_ERROR), 1);
	KUNIT_EXPECT_EQ(test, b->p.peer.n, 2);
	KUNIT_EXPECT_EQ(test, b->p.peer.loc[0].flags, 0);
}

/* the peer's Send Timeout is our Keepalive Timeout; A-40 */
static void timeout_option(struct kunit *test)
{
	static const u16 in[] = { 0, 1, 10, 60000 };
	static const u16 want[] = { 15, 1, 10, 600 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(in); i++) {
		struct bench *b = bench_new(test);

		bench_reach(test, b, SHIM6_I2_SENT);
		bench_msg(b, SHIM6_MSG_R2);
		b->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_KEEPALIVE);
		b->m.keepalive = in[i];
		bench_step(test, b, SHIM6_EV_MSG);
		KUNIT_EXPECT_EQ(test, b->p.reap.keepalive_timeout,
				want[i] * SEC);
	}
}

/* RFC 5534 5.3: who began anew and says nothing has the default */
static void timeout_forgotten(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_I2_SENT);
	bench_msg(b, SHIM6_MSG_R2);
	b->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_KEEPALIVE);
	b->m.keepalive = 60;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.reap.keepalive_timeout, 60 * SEC);
	bench_msg(b, SHIM6_MSG_I2);
	b->m.tag = TAG_B + 1;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.reap.keepalive_timeout, 15 * SEC);
}

/* RFC 5533 7.15 */
static void confusion(struct kunit *test)
{
	struct bench *a = bench_new(test), *b = bench_new(test);

	bench_reach(test, a, SHIM6_ESTABLISHED);
	bench_reach(test, b, SHIM6_ESTABLISHED);
	KUNIT_EXPECT_FALSE(test, shim6_proto_confused(&a->p, &b->p));
	b->p.fii = 1;
	KUNIT_EXPECT_TRUE(test, shim6_proto_confused(&a->p, &b->p));
	b->p.ct_peer++;
	KUNIT_EXPECT_FALSE(test, shim6_proto_confused(&a->p, &b->p));
	b->p.ct_peer--;
	b->p.state = SHIM6_I1_SENT;
	KUNIT_EXPECT_FALSE(test, shim6_proto_confused(&a->p, &b->p));
}

/* an R1bis finds its context by the pair of a probe, too */
static void matching(struct kunit *test)
{
	struct bench *b = bench_new(test);
	struct shim6_pair pair = way(&B2, &A2);
	struct shim6_key key;

	bench_reach(test, b, SHIM6_ESTABLISHED);
	bench_msg(b, SHIM6_MSG_R1BIS);
	shim6_dispatch(&b->m, &pair, &key);
	KUNIT_EXPECT_EQ(test, key.type, SHIM6_KEY_PEER_TAG);
	KUNIT_EXPECT_FALSE(test, shim6_proto_matches(&b->p, &key, &pair));
	b->p.reap.sent[0].src = A2;
	b->p.reap.sent[0].dst = B2;
	b->p.reap.nsent = 1;
	KUNIT_EXPECT_TRUE(test, shim6_proto_matches(&b->p, &key, &pair));
	key.tag++;
	KUNIT_EXPECT_FALSE(test, shim6_proto_matches(&b->p, &key, &pair));
	bench_msg(b, SHIM6_MSG_R2);
	pair = way(&B1, &A1);
	shim6_dispatch(&b->m, &pair, &key);
	KUNIT_EXPECT_TRUE(test, shim6_proto_matches(&b->p, &key, &pair));
	key.nonce++;
	KUNIT_EXPECT_FALSE(test, shim6_proto_matches(&b->p, &key, &pair));
}

/* 9: five minutes without traffic */
static void idle_end(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), b->now + 300 * SEC);
	bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_KILL), 1);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 0);
}

static void kill_is_silent(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	bench_step(test, b, SHIM6_EV_KILL);
	KUNIT_EXPECT_EQ(test, b->out.n, 1);
	bench_recv(test, b, SHIM6_MSG_I2);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	KUNIT_EXPECT_EQ(test, bench_deadline(b), 0ULL);
}

static struct kunit_case fsm_cases[] = {
	KUNIT_CASE_PARAM(table, row_gen_params),
	KUNIT_CASE(i1_schedule),
	KUNIT_CASE(i2_schedule),
	KUNIT_CASE(no_support_hold),
	KUNIT_CASE(recovery),
	KUNIT_CASE(recovery_fails),
	KUNIT_CASE(peer_began_anew),
	KUNIT_CASE(odd_preferences),
	KUNIT_CASE(timeout_option),
	KUNIT_CASE(timeout_forgotten),
	KUNIT_CASE(confusion),
	KUNIT_CASE(matching),
	KUNIT_CASE(idle_end),
	KUNIT_CASE(kill_is_silent),
	{}
};

static struct kunit_suite fsm_suite = {
	.name = "shim6_fsm",
	.test_cases = fsm_cases,
};

kunit_test_suite(fsm_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 context establishment");
MODULE_LICENSE("GPL");
