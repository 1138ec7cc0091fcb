// SPDX-License-Identifier: GPL-2.0
/* What applications ask of a context (RFC 6316), and in what form */
#include <linux/module.h>
#include <linux/slab.h>
#include "proto_kunit.h"
#include "../module/sockval.c"

static struct bench *reach(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->now += SEC;
	return b;
}

static void take(struct kunit *test, struct bench *b, struct shim6_wish *w)
{
	struct shim6_wishes *room;

	room = kunit_kzalloc(test, sizeof(*room), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, room);
	b->ev.wish = w;
	b->ev.room = room;
	bench_step(test, b, SHIM6_EV_WISH);
}

static void ask(struct kunit *test, struct bench *b, enum shim6_wish_type type,
		const struct in6_addr *addr, u8 prio, u8 weight)
{
	struct shim6_wish w = {
		.type = type,
		.n = 1,
		.loc = { { .addr = *addr, .prio = prio, .weight = weight } },
	};

	take(test, b, &w);
}

static void expect_probe(struct kunit *test, struct bench *b,
			 const struct in6_addr *src, const struct in6_addr *dst)
{
	const struct shim6_fx *fx = bench_sent(b, SHIM6_MSG_PROBE);

	KUNIT_ASSERT_NOT_NULL(test, fx);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&fx->pair.src, src));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&fx->pair.dst, dst));
}

static void expect_cur(struct kunit *test, struct bench *b,
		       const struct in6_addr *src, const struct in6_addr *dst)
{
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.src, src));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.dst, dst));
}

/* B has received our last probe and says so */
static void answered(struct kunit *test, struct bench *b)
{
	b->recs[0] = b->p.reap.sent[0];
	bench_probe(test, b, SHIM6_REAP_INBOUND_OK, &B1, &A1, 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_OPERATIONAL);
}

static void expect_flaw(struct kunit *test, const struct bench *b,
			enum shim6_wish_type type, const struct in6_addr *addr,
			enum shim6_wish_flaw want)
{
	struct shim6_wish w = {
		.type = type,
		.n = 1,
		.loc = { { .addr = *addr } },
	};

	KUNIT_EXPECT_EQ(test, shim6_wish_check(&b->p, &w), want);
}

/* 6.8, 6.9: probed, then used */
static void use(struct kunit *test)
{
	struct bench *b = reach(test);

	ask(test, b, SHIM6_WISH_SOURCE, &A2, 0, 0);
	expect_probe(test, b, &A2, &B1);
	expect_cur(test, b, &A1, &B1);
	answered(test, b);
	expect_cur(test, b, &A2, &B1);
	ask(test, b, SHIM6_WISH_DESTINATION, &B2, 0, 0);
	expect_probe(test, b, &A2, &B2);
	answered(test, b);
	expect_cur(test, b, &A2, &B2);
	/* Fulfilled: nothing more to do, now and later */
	bench_timer(test, b);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
}

/* A pair that does not answer is tried once, not for ever */
static void once(struct kunit *test)
{
	struct bench *b = reach(test);

	ask(test, b, SHIM6_WISH_DESTINATION, &B2, 0, 0);
	expect_probe(test, b, &A1, &B2);
	bench_timer(test, b);
	expect_probe(test, b, &A1, &B1);
	answered(test, b);
	expect_cur(test, b, &A1, &B1);
	bench_timer(test, b);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_PROBE));
	ask(test, b, SHIM6_WISH_DESTINATION, &B2, 0, 0);
	expect_probe(test, b, &A1, &B2);
}

/* Asked for before the handshake is over: the fork of a socket */
static void early(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_I1_SENT);
	ask(test, b, SHIM6_WISH_DESTINATION, &B2, 0, 0);
	KUNIT_EXPECT_EQ(test, b->out.n, 0);
	bench_recv(test, b, SHIM6_MSG_R1);
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_ASSERT_EQ(test, b->p.state, SHIM6_ESTABLISHED);
	expect_probe(test, b, &A1, &B2);
	answered(test, b);
	expect_cur(test, b, &A1, &B2);
}

/* RFC 6316 11.1: *_SEND before *_PREF; taken back, the preference counts */
static void send_before_pref(struct kunit *test)
{
	static const struct in6_addr none;
	struct bench *b = reach(test);

	ask(test, b, SHIM6_WISH_LOCAL_PREF, &A2, 0, 9);
	answered(test, b);
	expect_cur(test, b, &A2, &B1);
	ask(test, b, SHIM6_WISH_SOURCE, &A1, 0, 0);
	answered(test, b);
	expect_cur(test, b, &A1, &B1);
	ask(test, b, SHIM6_WISH_LOCAL_PREF, &A2, 0, 99);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_SEND), 0);
	ask(test, b, SHIM6_WISH_SOURCE, &none, 0, 0);
	answered(test, b);
	expect_cur(test, b, &A2, &B1);
}

static int best_peer(const struct bench *b)
{
	return shim6_wish_best(&b->p.peer, SHIM6_LOC_VERIFIED, &b->p.cur.dst);
}

/* RFC 6316 11.1: what is preferred here before what the peer prefers */
static void pref_before_peer(struct kunit *test)
{
	struct bench *b = reach(test);

	b->p.peer.loc[0].prio = 1;
	b->p.peer.loc[1].prio = 5;
	KUNIT_EXPECT_EQ(test, best_peer(b), 0);
	ask(test, b, SHIM6_WISH_PEER_PREF, &B2, 0, 10);
	KUNIT_EXPECT_EQ(test, best_peer(b), 1);
	expect_probe(test, b, &A1, &B2);
	answered(test, b);
	expect_cur(test, b, &A1, &B2);
	/* The same after a list with preferences of the peer's own */
	bench_msg(b, SHIM6_MSG_UPDATE_REQ);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	b->p.peer.loc[1].prio = 200;
	KUNIT_EXPECT_EQ(test, best_peer(b), 1);
	expect_cur(test, b, &A1, &B2);
	/* What nobody here prefers counts as 0, whatever the peer says of it */
	b->p.peer.loc[0].prio = 5;
	ask(test, b, SHIM6_WISH_PEER_PREF, &B2, 1, 10);
	KUNIT_EXPECT_EQ(test, best_peer(b), 0);
}

/* The order of an exploration: sources, destinations */
static void order(struct kunit *test)
{
	struct bench *b = reach(test);
	struct shim6_order o = {
		.local = &b->p.local,
		.peer = &b->p.peer,
		.cur = &b->p.cur,
		.suspect = true,
	};
	struct in6_addr elsewhere = A3;
	struct shim6_pair pair, cur = { elsewhere, elsewhere };
	u64 cursor = 0;

	o.cur = &cur;
	ask(test, b, SHIM6_WISH_LOCAL_PREF, &A2, 0, 1);
	ask(test, b, SHIM6_WISH_PEER_PREF, &B1, 7, 1);
	KUNIT_ASSERT_TRUE(test, shim6_explore_next(&o, &cursor, &pair));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&pair.src, &A2));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&pair.dst, &B2));
	KUNIT_ASSERT_TRUE(test, shim6_explore_next(&o, &cursor, &pair));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&pair.src, &A1));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&pair.dst, &B2));
}

/* 6.11: what is left out is no destination, whatever the peer's next list says */
static void peer_list(struct kunit *test)
{
	struct shim6_wish w = {
		.type = SHIM6_WISH_PEER_LIST,
		.n = 1,
		.loc = { { .addr = B2 } },
	};
	struct bench *b = reach(test);
	struct shim6_pair out = way(&A1, &B1), in = way(&A1, &B2);
	int i;

	for (i = 0; i < 2; i++) {
		take(test, b, &w);
		KUNIT_EXPECT_FALSE(test, shim6_explore_usable(&b->p.local,
							      &b->p.peer,
							      &out));
		KUNIT_EXPECT_TRUE(test, shim6_explore_usable(&b->p.local,
							     &b->p.peer, &in));
		expect_flaw(test, b, SHIM6_WISH_PEER_PREF, &B1,
			    SHIM6_WISH_UNKNOWN);
		expect_flaw(test, b, SHIM6_WISH_PEER_LIST, &B1,
			    SHIM6_WISH_GOOD);
		bench_msg(b, SHIM6_MSG_UPDATE_REQ);
		bench_list(b);
		bench_step(test, b, SHIM6_EV_MSG);
	}
	w.n = 2;
	w.loc[1].addr = B1;
	take(test, b, &w);
	KUNIT_EXPECT_TRUE(test, shim6_explore_usable(&b->p.local, &b->p.peer,
						     &out));
}

/* 6.10: what is left out goes from the list that the peer has */
static void local_list(struct kunit *test)
{
	struct shim6_wish w = {
		.type = SHIM6_WISH_LOCAL_LIST,
		.n = 1,
		.loc = { { .addr = A1 } },
	};
	struct bench *b = reach(test);
	struct shim6_locset now = b->p.local;

	take(test, b, &w);
	b->ev.local = &now;
	bench_step(test, b, SHIM6_EV_LOCAL);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_LT(test, shim6_locset_find(&b->p.local, &A2), 0);
	w.n = 2;
	w.loc[1].addr = A2;
	take(test, b, &w);
	bench_step(test, b, SHIM6_EV_LOCAL);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	KUNIT_EXPECT_GE(test, shim6_locset_find(&b->p.local, &A2), 0);
}

static void flaws(struct kunit *test)
{
	static const struct in6_addr none;
	struct bench *b = reach(test);

	expect_flaw(test, b, SHIM6_WISH_SOURCE, &A2, SHIM6_WISH_GOOD);
	expect_flaw(test, b, SHIM6_WISH_SOURCE, &none, SHIM6_WISH_GOOD);
	expect_flaw(test, b, SHIM6_WISH_SOURCE, &A3, SHIM6_WISH_UNKNOWN);
	expect_flaw(test, b, SHIM6_WISH_LOCAL_PREF, &B1, SHIM6_WISH_UNKNOWN);
	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &B1, SHIM6_WISH_GOOD);
	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &none, SHIM6_WISH_GOOD);
	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &B3, SHIM6_WISH_UNKNOWN);
	expect_flaw(test, b, SHIM6_WISH_PEER_PREF, &B3, SHIM6_WISH_UNKNOWN);
	expect_flaw(test, b, SHIM6_WISH_PEER_LIST, &B3, SHIM6_WISH_UNKNOWN);
	expect_flaw(test, b, SHIM6_WISH_PEER_PREF, &B2, SHIM6_WISH_GOOD);
	b->p.peer.loc[1].flags = SHIM6_LOC_BROKEN;
	expect_flaw(test, b, SHIM6_WISH_PEER_PREF, &B2,
		    SHIM6_WISH_UNREACHABLE);
	b->p.peer.loc[1].flags = 0;
	b->p.peer.loc[1].status = 0;
	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &B2, SHIM6_WISH_UNKNOWN);
}

/* 6.9: how far the check of a destination is */
static void reached(struct kunit *test)
{
	struct bench *b = reach(test);

	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &B2,
		    SHIM6_WISH_UNVERIFIED);
	ask(test, b, SHIM6_WISH_DESTINATION, &B2, 0, 0);
	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &B2,
		    SHIM6_WISH_UNVERIFIED);
	bench_timer(test, b);
	answered(test, b);
	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &B2,
		    SHIM6_WISH_UNREACHABLE);
	ask(test, b, SHIM6_WISH_DESTINATION, &B2, 0, 0);
	answered(test, b);
	expect_flaw(test, b, SHIM6_WISH_DESTINATION, &B2, SHIM6_WISH_GOOD);
}

/* 6.12: the Send Timeout of one context, told to the peer (RFC 5534 5.3) */
static void timeout(struct kunit *test)
{
	struct shim6_wish w = {
		.type = SHIM6_WISH_TIMEOUT,
		.tune = { .send_timeout = 3000 },
	};
	struct bench *b = reach(test);

	take(test, b, &w);
	KUNIT_EXPECT_EQ(test, b->p.reap.send_timeout, 3 * SEC);
	KUNIT_EXPECT_NOT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	KUNIT_EXPECT_EQ(test, b->p.reap.announced, 3);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	shim6_activity_out(&b->p.reap.act, b->now);
	b->now += 3 * SEC;
	bench_step(test, b, SHIM6_EV_TIMER);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_EXPLORING);
	w.tune.send_timeout = 0;
	take(test, b, &w);
	KUNIT_EXPECT_EQ(test, b->p.reap.send_timeout, 15 * SEC);
}

/* 6.13: number of initial probes and the time between them */
static void pace(struct kunit *test)
{
	struct shim6_wish w = {
		.type = SHIM6_WISH_EXPLORE,
		.tune = { .probe_count = 2, .probe_timeout = 200 },
	};
	struct bench *b = reach(test);
	u64 begun;

	take(test, b, &w);
	b->ev.pair = b->p.cur;
	bench_step(test, b, SHIM6_EV_HINT);
	begun = b->now;
	bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, b->now - begun, 200 * MS);
	bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, b->now - begun, 400 * MS);
	bench_timer(test, b);
	KUNIT_EXPECT_EQ(test, b->now - begun, 800 * MS);
}

static struct shim_locator value(const struct in6_addr *addr)
{
	struct shim_locator l = {
		.lc_family = AF_INET6,
		.lc_prio = 3,
		.lc_weight = 255,
		.lc_ifidx = 99,
		.lc_addr = *addr,
		.lc_flags = 0xffff,
	};

	return l;
}

/* RFC 6316 8.1 */
static void locators(struct kunit *test)
{
	static const struct in6_addr mapped = { { {
		[10] = 0xff, 0xff, 192, 0, 2, 1 } } };
	static const struct in6_addr group = { { { 0xff, 2, [15] = 1 } } };
	struct shim_locator none = { 0 };
	struct shim_locator l = value(&B1);
	struct shim6_wish_loc out;

	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out), 0);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&out.addr, &B1));
	KUNIT_EXPECT_EQ(test, out.prio, 3);
	KUNIT_EXPECT_EQ(test, out.weight, 255);
	KUNIT_EXPECT_FALSE(test, shim6_sockval_none(&l));
	KUNIT_EXPECT_TRUE(test, shim6_sockval_none(&none));
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&none, &out), -EINVAL);
	l.lc_prio = 256;
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out), -EINVAL);
	l = value(&B1);
	l.lc_weight = 256;
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out), -EINVAL);
	l = value(&B1);
	l.lc_proto = 17;
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out), -EINVAL);
	l = value(&B1);
	l.lc_port = 1;
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out), -EINVAL);
	l = value(&B1);
	l.lc_family = AF_INET;
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out), -EINVAL);
	l = value(&mapped);
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out),
			-EINVALIDLOCATOR);
	l.lc_family = AF_INET;
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out),
			-EINVALIDLOCATOR);
	l = value(&group);
	KUNIT_EXPECT_EQ(test, shim6_sockval_locator(&l, &out),
			-EINVALIDLOCATOR);
}

/* A list that names an address twice, and a preference for it afterwards */
static void listed_twice(struct kunit *test)
{
	struct shim6_wish w = {
		.type = SHIM6_WISH_PEER_LIST,
		.n = 3,
		.loc = { { B1, 9, 1 }, { B2, 5, 1 }, { B1, 1, 1 } },
	};
	struct bench *b = reach(test);

	take(test, b, &w);
	KUNIT_EXPECT_EQ(test, best_peer(b), 0);
	ask(test, b, SHIM6_WISH_PEER_PREF, &B1, 6, 1);
	KUNIT_EXPECT_EQ(test, best_peer(b), 1);
	ask(test, b, SHIM6_WISH_PEER_PREF, &B1, 4, 1);
	KUNIT_EXPECT_EQ(test, best_peer(b), 0);
}

/* The octets behind the last member: none of the program's, none of ours */
static void padding(struct kunit *test)
{
	const struct shim6_loc loc = {
		.addr = B1,
		.method = SHIM6_METHOD_HBA,
		.prio = 3,
		.weight = 255,
	};
	struct shim_locator l, want;
	u8 *end = (u8 *)&l + offsetof(struct shim_locator, lc_flags) +
		  sizeof(l.lc_flags);

	memset(&want, 0, sizeof(want));
	want.lc_family = AF_INET6;
	want.lc_prio = 3;
	want.lc_weight = 255;
	want.lc_addr = B1;
	want.lc_flags = SHIM_LOCATOR_HBA;
	memset(&l, 0xa5, sizeof(l));
	shim6_sockval_of(&loc, &l);
	KUNIT_EXPECT_EQ(test, memcmp(&l, &want, sizeof(l)), 0);
	memset(&l, 0, sizeof(l));
	*end = 1;
	KUNIT_EXPECT_TRUE(test, shim6_sockval_none(&l));
	l.lc_flags = 1;
	KUNIT_EXPECT_FALSE(test, shim6_sockval_none(&l));
}

#define PE(num, to, interval, init, res) {				\
	.pe_probenum = (num), .pe_keepaliveto = (to),			\
	.pe_keepaliveint = (interval), .pe_initprobeto = (init),	\
	.pe_reserved = (res),						\
}

/* RFC 6316 8.2 */
static void explores(struct kunit *test)
{
	static const struct {
		struct shim_pathexplore pe;
		int err;
	} rows[] = {
		{ PE(0, 0, 0, 0, 0), 0 },
		{ PE(4, 10, 5, 500, 0), 0 },
		{ PE(16, 100, 50, 10000, 0), 0 },
		{ PE(1, 1, 1, 50, 0), 0 },
		{ PE(17, 0, 0, 0, 0), -EINVAL },
		{ PE(0, 101, 0, 0, 0), -EINVAL },
		{ PE(0, 0, 51, 0, 0), -EINVAL },
		{ PE(0, 0, 0, 49, 0), -EINVAL },
		{ PE(0, 0, 0, 10001, 0), -EINVAL },
		{ PE(4, 10, 5, 500, 1), -EINVAL },
	};
	struct shim_pathexplore back;
	struct shim6_tuning tune;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(&tune, 0, sizeof(tune));
		KUNIT_EXPECT_EQ_MSG(test,
				    shim6_sockval_explore(&rows[i].pe, &tune),
				    rows[i].err, "row %u", i);
		if (rows[i].err)
			continue;
		shim6_sockval_tuning(&tune, &back);
		KUNIT_EXPECT_EQ(test, memcmp(&back, &rows[i].pe,
					     sizeof(back)), 0);
	}
	KUNIT_EXPECT_EQ(test, shim6_sockval_timeout(100, &tune), 0);
	KUNIT_EXPECT_EQ(test, tune.send_timeout, 100000);
	KUNIT_EXPECT_EQ(test, shim6_sockval_timeout(-1, &tune), -EINVAL);
	KUNIT_EXPECT_EQ(test, shim6_sockval_timeout(101, &tune), -EINVAL);
}

/* RFC 6316 8.3 */
static void feedback(struct kunit *test)
{
	struct shim_feedback fb = { .fb_reserved = 0xffff };
	unsigned int i;

	for (i = 0; i <= 5; i++) {
		fb.fb_indicator = i;
		KUNIT_EXPECT_EQ(test, shim6_sockval_feedback(&fb),
				i <= 3 ? 0 : -EINVAL);
	}
	fb.fb_indicator = 1;
	for (i = 0; i <= 3; i++) {
		fb.fb_direction = i;
		KUNIT_EXPECT_EQ(test, shim6_sockval_feedback(&fb),
				i <= 1 ? 0 : -EINVAL);
	}
}

static struct kunit_case wish_cases[] = {
	KUNIT_CASE(use),
	KUNIT_CASE(once),
	KUNIT_CASE(early),
	KUNIT_CASE(send_before_pref),
	KUNIT_CASE(pref_before_peer),
	KUNIT_CASE(order),
	KUNIT_CASE(peer_list),
	KUNIT_CASE(local_list),
	KUNIT_CASE(flaws),
	KUNIT_CASE(reached),
	KUNIT_CASE(timeout),
	KUNIT_CASE(pace),
	KUNIT_CASE(locators),
	KUNIT_CASE(listed_twice),
	KUNIT_CASE(padding),
	KUNIT_CASE(explores),
	KUNIT_CASE(feedback),
	{}
};

static struct kunit_suite wish_suite = {
	.name = "shim6_wish",
	.test_cases = wish_cases,
};

kunit_test_suite(wish_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 wishes of applications");
MODULE_LICENSE("GPL");
