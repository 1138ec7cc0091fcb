// SPDX-License-Identifier: GPL-2.0
/* Locator updates (RFC 5533 10), both roles */
#include <linux/module.h>
#include <linux/slab.h>
#include "update_bench.h"

/* 10.1; B-45: a source only after the Acknowledgement */
static void added(struct kunit *test)
{
	struct bench *b = reach(test);
	struct shim6_pair pair = way(&A3, &B1);
	struct shim6_msg m;
	u32 gen = b->p.local.gen;

	local(test, b, 7, 0);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.tag, TAG_B);
	KUNIT_EXPECT_EQ(test, m.nlocs, 3);
	KUNIT_EXPECT_NE(test, m.list_gen, gen);
	KUNIT_EXPECT_EQ(test, m.req_nonce, b->p.up.nonce);
	KUNIT_EXPECT_TRUE(test, m.opts & SHIM6_OPT_BIT(SHIM6_OPT_PDS));
	KUNIT_EXPECT_FALSE(test, shim6_explore_usable(&b->p.local, &b->p.peer,
						      &pair));
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_EQ(test, b->out.verdict, SHIM6_DO_OK);
	KUNIT_EXPECT_FALSE(test, b->p.up.outstanding);
	KUNIT_EXPECT_TRUE(test, shim6_explore_usable(&b->p.local, &b->p.peer,
						     &pair));
}

static void wrong_ack(struct kunit *test)
{
	struct bench *b = reach(test);

	local(test, b, 7, 0);
	bench_msg(b, SHIM6_MSG_UPDATE_ACK);
	b->m.req_nonce++;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->out.verdict, SHIM6_DO_NONCE);
	KUNIT_EXPECT_TRUE(test, b->p.up.outstanding);
	KUNIT_EXPECT_FALSE(test, status_of(b, &A3) & SHIM6_LOC_ACKED);
}

/* 10.3: one outstanding; the newer one has all, the older Ack means nothing */
static void cumulative(struct kunit *test)
{
	struct bench *b = reach(test);
	struct shim6_msg m;
	u32 nonce;

	local(test, b, 7, 0);
	nonce = b->p.up.nonce;
	local(test, b, 5, 0);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_NE(test, m.req_nonce, nonce);
	KUNIT_EXPECT_EQ(test, m.nlocs, 2);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&m.locs[1], &A3));
	/* B-46: until it is acknowledged the old one is received on */
	KUNIT_EXPECT_GE(test, shim6_locset_find(&b->p.local, &A2), 0);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_LT(test, shim6_locset_find(&b->p.local, &A2), 0);
}

/* 10.2, B-42: 4 s doubling to 120 s, with jitter, for ever, the same nonce */
static void for_ever(struct kunit *test)
{
	struct bench *b = reach(test);
	u64 nominal = 4 * SEC, sent;
	unsigned int i;
	u32 nonce;

	local(test, b, 7, 0);
	nonce = b->p.up.nonce;
	sent = b->now;
	for (i = 0; i < 40; i++) {
		KUNIT_EXPECT_GE(test, b->p.up.deadline - sent, nominal / 2);
		KUNIT_EXPECT_LE(test, b->p.up.deadline - sent,
				nominal + nominal / 2);
		b->now = b->p.up.deadline;
		sent = b->now;
		b->p.reap.act.last = b->now;
		b->p.reap.act.await_since = 0;
		bench_step(test, b, SHIM6_EV_TIMER);
		KUNIT_EXPECT_NOT_NULL(test,
				      bench_sent(b, SHIM6_MSG_UPDATE_REQ));
		KUNIT_EXPECT_EQ(test, b->p.up.nonce, nonce);
		nominal = min(nominal * 2, 120 * SEC);
	}
}

/* The lost source is explored away from at once, then the peer is told */
static void source_lost(struct kunit *test)
{
	struct bench *b = reach(test);
	const struct shim6_fx *fx;
	struct shim6_msg m;

	local(test, b, 2, 0);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_EXPLORING);
	fx = bench_sent(b, SHIM6_MSG_PROBE);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&fx->pair.src, &A2));
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 0);
	b->recs[0] = fx->rec;
	b->now += 20 * MS;
	bench_probe(test, b, SHIM6_REAP_INBOUND_OK, &fx->rec.dst, &A2, 1);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 1);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 1);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&m.locs[0], &A2));
}

/* No message may take us back to Operational on a pair that is gone */
static void no_way_back(struct kunit *test)
{
	struct bench *b = reach(test);

	local(test, b, 2, 0);
	bench_probe(test, b, SHIM6_REAP_OPERATIONAL, &B1, &A2, 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_INBOUND_OK);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	bench_probe(test, b, SHIM6_REAP_INBOUND_OK, &B1, &A2, 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_INBOUND_OK);
}

static void all_lost(struct kunit *test)
{
	struct bench *b = reach(test);

	local(test, b, 0, 0);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 0);
	bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 0);
	local(test, b, 2, 0);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
}

/* B-45: from a locator it does not know the peer gets an Update, no probe */
static void only_new_left(struct kunit *test)
{
	struct bench *b = reach(test);
	const struct shim6_fx *fx;

	local(test, b, 0, 0);
	local(test, b, 4, 0);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	fx = bench_sent(b, SHIM6_MSG_UPDATE_REQ);
	KUNIT_ASSERT_NOT_NULL(test, fx);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&fx->pair.src, &A3));
}

/* What the peer sends to it knows, whatever became of its Acknowledgement */
static void known_by_use(struct kunit *test)
{
	struct bench *b = reach(test);

	local(test, b, 7, 0);
	KUNIT_EXPECT_FALSE(test, status_of(b, &A3) & SHIM6_LOC_ACKED);
	bench_probe(test, b, SHIM6_REAP_OPERATIONAL, &B1, &A3, 0);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A3) & SHIM6_LOC_ACKED);
}

/* A locator that is not in use goes without exploration */
static void other_lost(struct kunit *test)
{
	struct bench *b = reach(test);

	local(test, b, 1, 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_OPERATIONAL);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
}

static void deprecated(struct kunit *test)
{
	struct bench *b = reach(test);

	local(test, b, 3, 1);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A1) & SHIM6_LOC_DEPRECATED);
	expect_cur(test, b, &A1, &B1);
}

/* An admin's wish for A2: @weight */
static void wish(struct kunit *test, struct bench *b, unsigned int mask,
		 u8 weight)
{
	const struct in6_addr *all[] = { &A1, &A2, &A3 };
	struct shim6_locset set = { .n = 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (mask & BIT(i))
			shim6_locset_add(&set, all[i], SHIM6_METHOD_HBA,
					 SHIM6_LOC_UP);
	set.loc[1].flags = SHIM6_LOC_TRANSIENT;
	set.loc[1].prio = 7;
	set.loc[1].weight = weight;
	b->ev.local = &set;
	bench_step(test, b, SHIM6_EV_LOCAL);
	b->ev.local = NULL;
}

static void expect_wish(struct kunit *test, const struct shim6_msg *m,
			u8 weight)
{
	struct shim6_loc_pref pref;

	KUNIT_ASSERT_TRUE(test, m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS));
	KUNIT_EXPECT_EQ(test, m->pref_elem, 3);
	shim6_msg_pref(m, 0, &pref);
	KUNIT_EXPECT_EQ(test, pref.flags | pref.priority | pref.weight, 0);
	shim6_msg_pref(m, 1, &pref);
	KUNIT_EXPECT_EQ(test, pref.flags, SHIM6_LOC_TRANSIENT);
	KUNIT_EXPECT_EQ(test, pref.priority, 7);
	KUNIT_EXPECT_EQ(test, pref.weight, weight);
}

/* 10.1: preferences alone, for the list that the peer has */
static void wishes(struct kunit *test)
{
	struct bench *b = reach(test);
	u32 gen = b->p.local.gen;
	struct shim6_msg m;

	wish(test, b, 3, 9);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 0);
	KUNIT_EXPECT_FALSE(test, m.opts & SHIM6_OPT_BIT(SHIM6_OPT_PDS));
	KUNIT_EXPECT_EQ(test, m.pref_gen, gen);
	KUNIT_EXPECT_EQ(test, m.npref, 2);
	expect_wish(test, &m, 9);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	wish(test, b, 3, 9);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
}

/* A list that changes takes them along, and resets the peer's if there are
 * none any more
 */
static void wishes_with_list(struct kunit *test)
{
	struct bench *b = reach(test);
	struct shim6_msg m;

	wish(test, b, 7, 9);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 3);
	KUNIT_EXPECT_EQ(test, m.npref, 3);
	KUNIT_EXPECT_EQ(test, m.pref_gen, m.list_gen);
	expect_wish(test, &m, 9);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	local(test, b, 7, 0);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 0);
	KUNIT_EXPECT_EQ(test, m.npref, 3);
	KUNIT_EXPECT_EQ(test, m.prefs[3] | m.prefs[4] | m.prefs[5], 0);
}

/* While the list is under way the next request has it again, and preferences
 * that are not acknowledged get the list with them
 */
static void wishes_outstanding(struct kunit *test)
{
	struct bench *b = reach(test);
	u32 gen = b->p.local.gen;
	struct shim6_msg m;

	local(test, b, 7, 0);
	wish(test, b, 7, 9);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 3);
	expect_wish(test, &m, 9);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	wish(test, b, 7, 8);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 0);
	gen = b->p.local.gen;
	b->now = b->p.up.deadline;
	bench_step(test, b, SHIM6_EV_TIMER);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 3);
	KUNIT_EXPECT_NE(test, m.list_gen, gen);
	expect_wish(test, &m, 8);
}

/* Without proof for it no second locator is announced or used */
static void nothing_to_show(struct kunit *test)
{
	struct bench *b = bench_new(test);
	struct shim6_pair pair = way(&A2, &B1);

	b->p.local_pds_len = 0;
	bench_reach(test, b, SHIM6_ESTABLISHED);
	KUNIT_EXPECT_FALSE(test, shim6_explore_usable(&b->p.local, &b->p.peer,
						      &pair));
	local(test, b, 7, 0);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	KUNIT_EXPECT_FALSE(test, b->p.up.dirty);
}

/* An R2 that arrives after an Update Request has the same list as that one */
static void answer_while_outstanding(struct kunit *test)
{
	struct bench *b = reach(test);
	struct shim6_msg m;
	u32 gen;

	local(test, b, 7, 0);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	gen = m.list_gen;
	KUNIT_EXPECT_EQ(test, m.nlocs, 3);
	bench_recv(test, b, SHIM6_MSG_I1);
	decode(test, b, SHIM6_MSG_R2, &m);
	KUNIT_EXPECT_EQ(test, m.list_gen, gen);
	KUNIT_EXPECT_EQ(test, m.nlocs, 3);
}

/* 5534-5.3: a new Send Timeout is told, and in the handshake if not 15 s */
static void send_timeout(struct kunit *test)
{
	struct bench *b = bench_new(test);
	struct shim6_msg m;

	b->params.v[SHIM6_P_SEND_TIMEOUT] = 10000;
	bench_step(test, b, SHIM6_EV_START);
	bench_recv(test, b, SHIM6_MSG_R1);
	decode(test, b, SHIM6_MSG_I2, &m);
	KUNIT_EXPECT_TRUE(test, m.opts & SHIM6_OPT_BIT(SHIM6_OPT_KEEPALIVE));
	KUNIT_EXPECT_EQ(test, m.keepalive, 10);
	bench_recv(test, b, SHIM6_MSG_R2);
	bench_step(test, b, SHIM6_EV_TIMER);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	b->params.v[SHIM6_P_SEND_TIMEOUT] = 15000;
	bench_step(test, b, SHIM6_EV_TIMER);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.keepalive, 15);
}

/*
 * There is something new to tell while the old is not acknowledged, and no
 * source to tell it from: the timer waits, it does not spin.
 */
static void nothing_to_send_from(struct kunit *test)
{
	struct bench *b = reach(test);
	unsigned int n = 0;

	local(test, b, 2, 0);
	KUNIT_ASSERT_TRUE(test, b->p.up.outstanding);
	b->params.v[SHIM6_P_SEND_TIMEOUT] = 10000;
	while (b->now < START + 100 * SEC && n++ < 50) {
		bench_timer(test, b);
		KUNIT_EXPECT_GT(test, bench_deadline(b), b->now);
	}
	KUNIT_EXPECT_LT(test, n, 50);
}

/* 10.4: recorded, acknowledged with the peer's tag and nonce */
static void request(struct kunit *test)
{
	struct bench *b = reach(test);
	struct shim6_msg m;

	bench_msg(b, SHIM6_MSG_UPDATE_REQ);
	bench_list(b);
	b->m.req_nonce = 0x0badcafe;
	b->m.list_gen = 5;
	b->locs[1] = B3;
	bench_step(test, b, SHIM6_EV_MSG);
	decode(test, b, SHIM6_MSG_UPDATE_ACK, &m);
	KUNIT_EXPECT_EQ(test, m.req_nonce, 0x0badcafeU);
	KUNIT_EXPECT_EQ(test, m.tag, TAG_B);
	/* */
	KUNIT_EXPECT_EQ(test, b->p.peer.gen, 5U);
	KUNIT_EXPECT_GE(test, shim6_locset_find(&b->p.peer, &B3), 0);
	KUNIT_EXPECT_LT(test, shim6_locset_find(&b->p.peer, &B2), 0);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_OPERATIONAL);
}

/* A repeated request: the Acknowledgement tries other ways, then we look */
static void request_again(struct kunit *test)
{
	struct bench *b = reach(test);
	const struct shim6_fx *fx;
	bool other = false;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		bench_msg(b, SHIM6_MSG_UPDATE_REQ);
		bench_list(b);
		b->m.req_nonce = 99;
		bench_step(test, b, SHIM6_EV_MSG);
		fx = bench_sent(b, SHIM6_MSG_UPDATE_ACK);
		KUNIT_ASSERT_NOT_NULL(test, fx);
		if (!i)
			KUNIT_EXPECT_TRUE(test, shim6_pair_eq(&fx->pair,
							      &b->p.cur));
		other |= !shim6_pair_eq(&fx->pair, &b->p.cur);
	}
	KUNIT_EXPECT_TRUE(test, other);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_INBOUND_OK);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	expect_cur(test, b, &A1, &B1);
}

/* Lp(peer) is gone: exploration, but no other pair before it is proven */
static void peer_drops(struct kunit *test)
{
	struct bench *b = reach(test);

	bench_msg(b, SHIM6_MSG_UPDATE_REQ);
	bench_list(b);
	b->locs[0] = B2;
	b->m.nlocs = 1;
	b->auth.verified = 1;
	b->ev.pair = way(&B2, &A1);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_PATH), 0);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_ACK));
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	expect_cur(test, b, &A1, &B1);
}

static void prefs_msg(struct bench *b, const u8 *prefs, u32 gen, u8 n)
{
	bench_msg(b, SHIM6_MSG_UPDATE_REQ);
	b->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS);
	b->m.pref_gen = gen;
	b->m.npref = n;
	b->m.pref_elem = 1;
	b->m.prefs = prefs;
	b->m.off_pref = 16;
}

static void broken(struct kunit *test)
{
	static const u8 prefs[] = { SHIM6_LOC_BROKEN, 0 };
	struct bench *b = reach(test);

	prefs_msg(b, prefs, 900, 2);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_EXPLORING);
	/* The same again is no news */
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 0);
}

/* B-34: a broken locator is used while there is none better; not when dropped */
static void broken_then_dropped(struct kunit *test)
{
	static const u8 prefs[] = { SHIM6_LOC_BROKEN, 0 };
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_I2_SENT);
	prefs_msg(b, prefs, 900, 2);
	b->m.type = SHIM6_MSG_R2;
	b->m.tag = TAG_B;
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	expect_cur(test, b, &A1, &B1);
	KUNIT_ASSERT_EQ(test, b->p.state, SHIM6_ESTABLISHED);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, SHIM6_REAP_OPERATIONAL);
	bench_msg(b, SHIM6_MSG_UPDATE_REQ);
	bench_list(b);
	b->locs[0] = B2;
	b->m.nlocs = 1;
	b->auth.verified = 1;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_EXPLORING);
	/* Once is enough */
	b->m.req_nonce++;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 0);
}

static void expect_error(struct kunit *test, struct bench *b, u8 code,
			 u16 off)
{
	unsigned int i;

	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_ACK));
	KUNIT_ASSERT_EQ(test, bench_count(b, SHIM6_FX_ERROR), 1);
	for (i = 0; b->out.fx[i].type != SHIM6_FX_ERROR; i++)
		;
	KUNIT_EXPECT_EQ(test, b->out.fx[i].code, code);
	KUNIT_EXPECT_EQ(test, b->out.fx[i].off, off);
}

static void errors(struct kunit *test)
{
	static const u8 prefs[] = { 1, 1, 1 };
	struct bench *b = reach(test);

	prefs_msg(b, prefs, 901, 2);
	bench_step(test, b, SHIM6_EV_MSG);
	expect_error(test, b, SHIM6_ERR_GENERATION, 20);
	KUNIT_EXPECT_EQ(test, b->out.verdict, SHIM6_DO_GENERATION);
	prefs_msg(b, prefs, 900, 3);
	bench_step(test, b, SHIM6_EV_MSG);
	expect_error(test, b, SHIM6_ERR_COUNT, 18);
	KUNIT_EXPECT_EQ(test, b->out.verdict, SHIM6_DO_COUNT);
	KUNIT_EXPECT_EQ(test, b->p.peer.loc[0].flags, 0);
	bench_msg(b, SHIM6_MSG_UPDATE_REQ);
	bench_list(b);
	b->m.list_gen = 6;
	b->m.off_methods = 25;
	b->auth.verdict = SHIM6_AUTH_LOCATOR;
	b->auth.bad = 1;
	bench_step(test, b, SHIM6_EV_MSG);
	expect_error(test, b, SHIM6_ERR_METHOD, 26);
	KUNIT_EXPECT_EQ(test, b->p.peer.gen, 900U);
	b->auth.verdict = SHIM6_AUTH_ULID;
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	KUNIT_EXPECT_EQ(test, b->out.verdict, SHIM6_DO_AUTH);
}

static struct kunit_case update_cases[] = {
	KUNIT_CASE(added),
	KUNIT_CASE(wrong_ack),
	KUNIT_CASE(cumulative),
	KUNIT_CASE(for_ever),
	KUNIT_CASE(source_lost),
	KUNIT_CASE(no_way_back),
	KUNIT_CASE(all_lost),
	KUNIT_CASE(only_new_left),
	KUNIT_CASE(known_by_use),
	KUNIT_CASE(other_lost),
	KUNIT_CASE(deprecated),
	KUNIT_CASE(nothing_to_show),
	KUNIT_CASE(answer_while_outstanding),
	KUNIT_CASE(send_timeout),
	KUNIT_CASE(nothing_to_send_from),
	KUNIT_CASE(wishes),
	KUNIT_CASE(wishes_with_list),
	KUNIT_CASE(wishes_outstanding),
	KUNIT_CASE(request),
	KUNIT_CASE(request_again),
	KUNIT_CASE(peer_drops),
	KUNIT_CASE(broken),
	KUNIT_CASE(broken_then_dropped),
	KUNIT_CASE(errors),
	{}
};

static struct kunit_suite update_suite = {
	.name = "shim6_update",
	.test_cases = update_cases,
};

kunit_test_suite(update_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 locator updates");
MODULE_LICENSE("GPL");
