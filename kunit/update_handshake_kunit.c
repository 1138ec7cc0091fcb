// SPDX-License-Identifier: GPL-2.0
/* Handshakes and locator updates (RFC 5533 10): what changes during one, and
 * what has no room in one
 */
#include <linux/module.h>
#include <linux/slab.h>
#include "update_bench.h"

/* What came up during the handshake is announced after it */
static void new_in_handshake(struct kunit *test)
{
	struct bench *b = bench_new(test);
	struct shim6_msg m;

	bench_reach(test, b, SHIM6_I2_SENT);
	local(test, b, 7, 0);
	b->now = b->p.hs.deadline;
	bench_step(test, b, SHIM6_EV_TIMER);
	decode(test, b, SHIM6_MSG_I2, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 2);
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_FALSE(test, status_of(b, &A3) & SHIM6_LOC_ACKED);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 3);
}

/* B-45: so is what was down when the list was formed, and came back since */
static void back_in_handshake(struct kunit *test)
{
	struct bench *b = bench_new(test);
	struct shim6_msg m;

	bench_reach(test, b, SHIM6_I1_SENT);
	local(test, b, 1, 0);
	bench_recv(test, b, SHIM6_MSG_R1);
	decode(test, b, SHIM6_MSG_I2, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 1);
	local(test, b, 3, 0);
	b->now = b->p.hs.deadline;
	bench_step(test, b, SHIM6_EV_TIMER);
	decode(test, b, SHIM6_MSG_I2, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 1);
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A1) & SHIM6_LOC_ACKED);
	KUNIT_EXPECT_FALSE(test, status_of(b, &A2) & SHIM6_LOC_ACKED);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 2);
}

/* ... but not where the list comes from: it proves that source (7.20) */
static void source_back_in_handshake(struct kunit *test)
{
	struct bench *b = reach(test);
	struct shim6_msg m;

	b->p.cur = way(&A2, &B1);
	bench_msg(b, SHIM6_MSG_R1BIS);
	b->ev.pair = way(&B1, &A2);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_ASSERT_EQ(test, b->p.state, SHIM6_I2BIS_SENT);
	local(test, b, 1, 0);
	local(test, b, 3, 0);
	b->now = b->p.hs.deadline;
	bench_step(test, b, SHIM6_EV_TIMER);
	decode(test, b, SHIM6_MSG_I2BIS, &m);
	KUNIT_ASSERT_EQ(test, m.nlocs, 2);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&m.locs[1], &A2));
}

/* An Acknowledgement forgets what is gone, but not the handshake's source */
static void source_lost_in_handshake(struct kunit *test)
{
	struct bench *b = reach(test);

	local(test, b, 7, 0);
	bench_msg(b, SHIM6_MSG_R1BIS);
	b->ev.pair = way(&B2, &A2);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_ASSERT_EQ(test, b->p.state, SHIM6_I2BIS_SENT);
	local(test, b, 1, 0);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_EQ(test, b->out.verdict, SHIM6_DO_OK);
	KUNIT_EXPECT_LT(test, shim6_locset_find(&b->p.local, &A3), 0);
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	b->ev.pair = way(&B2, &A2);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_EQ(test, b->p.state, SHIM6_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_EXPLORING);
}

/* Nor the ULID: the peer may come back by it while its link is down */
static void ulid_lost(struct kunit *test)
{
	struct bench *b = reach(test);

	b->p.cur = way(&A2, &B1);
	local(test, b, 2, 0);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_ASSERT_EQ(test, b->out.verdict, SHIM6_DO_OK);
	KUNIT_EXPECT_GE(test, shim6_locset_find(&b->p.local, &A1), 0);
	b->p.reap.state = SHIM6_REAP_EXPLORING;
	bench_msg(b, SHIM6_MSG_I2);
	bench_list(b);
	b->m.tag = TAG_B + 1;
	b->ev.pair = way(&B2, &A1);
	bench_step(test, b, SHIM6_EV_MSG);
	expect_cur(test, b, &A1, &B2);
	KUNIT_EXPECT_EQ(test, bench_count(b, SHIM6_FX_LOST), 1);
	KUNIT_EXPECT_EQ(test, b->p.reap.state, SHIM6_REAP_EXPLORING);
}

static const u8 longest[SHIM6_MAX_VALIDATOR] = { 1 };

/* As many locators and parameters as there may be */
static struct bench *crowded(struct kunit *test)
{
	struct bench *b = bench_new(test);
	struct shim6_locset set = { .n = 0 };
	struct in6_addr addr = A1;

	for (; set.n < SHIM6_MAX_LOCS; addr.s6_addr[5]++)
		shim6_locset_add(&set, &addr, SHIM6_METHOD_HBA, SHIM6_LOC_UP);
	b->params.v[SHIM6_P_LOCATOR_MAX] = SHIM6_MAX_LOCS;
	shim6_proto_init(&b->p, &set, &A1, &B1, 1, TAG_A, b->now, &b->params,
			 77);
	b->p.local_pds_len = SHIM6_MAX_PDS;
	return b;
}

/*
 * 5533-5.1-2, 5533-5.1-3: with the longest validator, the handshake goes
 * without the list.
 */
static void long_validator(struct kunit *test)
{
	struct bench *b = crowded(test);
	struct shim6_msg m;

	bench_step(test, b, SHIM6_EV_START);
	bench_msg(b, SHIM6_MSG_R1);
	b->m.validator = longest;
	b->m.validator_len = sizeof(longest);
	bench_step(test, b, SHIM6_EV_MSG);
	decode(test, b, SHIM6_MSG_I2, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 0);
	KUNIT_EXPECT_EQ(test, m.pds_len, SHIM6_MAX_PDS);
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_FALSE(test, b->p.local.loc[1].status & SHIM6_LOC_ACKED);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, SHIM6_MAX_LOCS);
}

/*
 * B-3: the same from another locator than the ULID, which the peer takes only
 * with a proof: the list is that locator alone, the whole one follows.
 */
static void long_validator_elsewhere(struct kunit *test)
{
	struct bench *b = crowded(test);
	struct in6_addr src = b->p.local.loc[3].addr;
	struct shim6_msg m;

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->p.cur = way(&src, &B2);
	bench_msg(b, SHIM6_MSG_R1BIS);
	b->m.packet_tag = b->p.ct_peer;
	b->m.validator = longest;
	b->m.validator_len = sizeof(longest);
	b->ev.pair = way(&B2, &src);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_ASSERT_EQ(test, b->p.state, SHIM6_I2BIS_SENT);
	decode(test, b, SHIM6_MSG_I2BIS, &m);
	KUNIT_ASSERT_EQ(test, m.nlocs, 1);
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&m.locs[0], &src));
	KUNIT_EXPECT_EQ(test, m.methods[0], SHIM6_METHOD_HBA);
	KUNIT_EXPECT_EQ(test, m.pds_len, SHIM6_MAX_PDS);
	KUNIT_EXPECT_NE(test, m.list_gen, b->p.local.gen);
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	b->ev.pair = way(&B2, &src);
	bench_step(test, b, SHIM6_EV_MSG);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, SHIM6_MAX_LOCS);
	KUNIT_EXPECT_EQ(test, m.list_gen, b->p.local.gen);
}

static struct kunit_case update_handshake_cases[] = {
	KUNIT_CASE(new_in_handshake),
	KUNIT_CASE(back_in_handshake),
	KUNIT_CASE(source_back_in_handshake),
	KUNIT_CASE(source_lost_in_handshake),
	KUNIT_CASE(ulid_lost),
	KUNIT_CASE(long_validator),
	KUNIT_CASE(long_validator_elsewhere),
	{}
};

static struct kunit_suite update_handshake_suite = {
	.name = "shim6_update_handshake",
	.test_cases = update_handshake_cases,
};

kunit_test_suite(update_handshake_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 locator updates and handshakes");
MODULE_LICENSE("GPL");
