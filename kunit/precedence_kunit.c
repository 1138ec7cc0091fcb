// SPDX-License-Identifier: GPL-2.0
/* The DSCP of our own messages, by link; needs a real kernel around it */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/qos.c"
#include "../module/rule.c"
#include "../module/service.c"
#include "../module/marking.c"
#include "../module/question.c"
#include "../module/precedence.c"

#define CS6	48
#define OWN	46
#define NOW	NSEC_PER_SEC

/* Three providers; the third one is no link of the table */
static const struct in6_addr isp[] = {
	{ { { 0x20, 1, 0xd, 0xb8, 0, 1, [15] = 1 } } },
	{ { { 0x20, 1, 0xd, 0xb8, 0, 2, [15] = 1 } } },
	{ { { 0x20, 1, 0xd, 0xb8, 0, 3, [15] = 1 } } },
};

struct desk {
	struct shim6_net sn;
	struct shim6_ctx ctx;
};

static int make(struct kunit *test)
{
	struct desk *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);

	if (!d)
		return -ENOMEM;
	mutex_init(&d->sn.cfg_mutex);
	/* There is no queue that could look after the hooks */
	d->sn.dying = true;
	d->ctx.sn = &d->sn;
	d->ctx.service.own = OWN + 1;
	test->priv = d;
	return shim6_service_init(&d->sn) ?: shim6_precedence_init(&d->sn);
}

static void unmake(struct kunit *test)
{
	struct desk *d = test->priv;

	if (d && d->sn.precedence)
		shim6_precedence_exit(&d->sn);
	if (d)
		shim6_service_exit(&d->sn);
	/* What is freed later is of this module */
	rcu_barrier();
}

static int set_link(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_link(q, arg);
}

static int set_control(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_control(q, arg);
}

static int set_trust(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_trust(q, arg);
}

static void link_is(struct kunit *test, u32 id, const struct in6_addr *prefix,
		    u8 weight)
{
	struct shim6_qos_link l = {
		.id = id, .name = "isp0", .nprefix = 1,
		.prefix = { { .addr = *prefix, .len = 64 } },
		.weight = weight,
	};
	struct desk *d = test->priv;

	l.prefix[0].addr.s6_addr[15] = 0;
	l.name[3] += id;
	KUNIT_ASSERT_EQ(test, shim6_service_change(&d->sn, set_link, &l), 0);
}

static void control_is(struct kunit *test, u8 dscp, u8 alternate)
{
	struct shim6_qos_control c = {
		.dscp = dscp, .alternate = alternate,
	};
	struct desk *d = test->priv;

	KUNIT_ASSERT_EQ(test, shim6_service_change(&d->sn, set_control, &c), 0);
}

static u8 next(struct kunit *test, struct shim6_fx fx, int via)
{
	struct desk *d = test->priv;

	fx.type = SHIM6_FX_SEND;
	fx.pair = (struct shim6_pair) { .src = isp[via], .dst = isp[2] };
	return shim6_precedence_next(&d->ctx, &fx, NULL, NOW);
}

static u8 send(struct kunit *test, u8 msg, int via, bool repeat)
{
	return next(test, (struct shim6_fx) { .msg = msg, .repeat = repeat },
		    via);
}

/* Asks once with each DSCP; what has @good is answered */
static void ask(struct kunit *test, int via, u8 good)
{
	struct shim6_msg m = { .type = SHIM6_MSG_UPDATE_ACK };
	struct desk *d = test->priv;
	int i;

	for (i = 0; i < 2; i++) {
		m.req_nonce = ++d->ctx.proto.up.nonce;
		if (send(test, SHIM6_MSG_UPDATE_REQ, via, false) == good)
			shim6_precedence_heard(&d->ctx, &m, NOW);
	}
}

static void ask_often(struct kunit *test, int via, u8 good)
{
	int i;

	for (i = 0; i < SHIM6_MARKING_TRIES; i++)
		ask(test, via, good);
}

/* Of a link with a DSCP; false: nothing is told of that */
static bool told(struct kunit *test, u32 link, u8 dscp,
		 struct shim6_qos_marking *m)
{
	struct desk *d = test->priv;
	u64 cursor = 0;

	while (!shim6_precedence_list(&d->sn, &cursor, m))
		if (m->link == link && m->dscp == dscp)
			return true;
	memset(m, 0, sizeof(*m));
	return false;
}

static u8 reply(struct kunit *test, int via, u8 dscp)
{
	struct desk *d = test->priv;

	return shim6_precedence_reply(&d->sn, &isp[via], dscp);
}

/* Without a table there are no classes, and nothing is remembered */
static void no_table(struct kunit *test)
{
	struct shim6_qos_marking m;

	ask(test, 0, 0);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_I1, 0, false), 0);
	KUNIT_EXPECT_EQ(test, reply(test, 0, CS6), 0);
	KUNIT_EXPECT_FALSE(test, told(test, 0, 0, &m));
}

static void turns(struct kunit *test)
{
	int i;

	link_is(test, 1, &isp[0], 1);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, false),
				CS6);
		KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, true),
				OWN);
		KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, false),
				OWN);
	}
	control_is(test, SHIM6_QOS_DSCP_INHERIT, 1);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, false), OWN);
	control_is(test, 16, 0);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, false), 16);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, true), 16);
}

#define AF31	26

/* What it has sent counts until a Keepalive Timer has run to its end; then it
 * is what it receives
 */
static void receives(struct kunit *test)
{
	const struct shim6_fx repeat = {
		.msg = SHIM6_MSG_KEEPALIVE, .repeat = true,
	};
	struct shim6_fx last = repeat;
	struct desk *d = test->priv;
	struct shim6_qos_trust t = {
		.mode = SHIM6_QOS_TRUST_DSCP, .allow = BIT_ULL(AF31),
	};

	KUNIT_ASSERT_EQ(test, shim6_service_change(&d->sn, set_trust, &t), 0);
	d->ctx.service.dscp_in = AF31;
	KUNIT_EXPECT_EQ(test, next(test, repeat, 0), OWN);
	last.last = true;
	KUNIT_EXPECT_EQ(test, next(test, last, 0), AF31);
	KUNIT_EXPECT_EQ(test, next(test, repeat, 0), AF31);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_PROBE, 0, false), AF31);
	d->ctx.service.dscp_in = OWN;
	KUNIT_EXPECT_EQ(test, next(test, repeat, 0), 0);
	d->ctx.service.own = 0 + 1;
	d->ctx.service.dscp_in = AF31;
	KUNIT_EXPECT_EQ(test, next(test, repeat, 0), 0);
}

/* What gets lost on one link is left alone there, and there only */
static void by_link(struct kunit *test)
{
	struct shim6_qos_marking m;
	int i;

	link_is(test, 1, &isp[0], 1);
	link_is(test, 2, &isp[1], 1);
	ask_often(test, 0, OWN);
	KUNIT_EXPECT_TRUE(test, told(test, 1, CS6, &m));
	KUNIT_EXPECT_EQ(test, m.blocked, 1);
	KUNIT_EXPECT_EQ(test, m.sent, SHIM6_MARKING_TRIES);
	KUNIT_EXPECT_EQ(test, m.answered, 0);
	KUNIT_EXPECT_TRUE(test, told(test, 1, OWN, &m));
	KUNIT_EXPECT_EQ(test, m.blocked, 0);
	KUNIT_EXPECT_EQ(test, m.answered, SHIM6_MARKING_TRIES);
	KUNIT_EXPECT_FALSE(test, told(test, 2, CS6, &m));
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_I1, 0, false), OWN);
		KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_I1, 1, false),
				i & 1 ? OWN : CS6);
	}
	KUNIT_EXPECT_EQ(test, reply(test, 0, CS6), 0);
	KUNIT_EXPECT_EQ(test, reply(test, 1, CS6), CS6);
}

/* Payload's class is left alone: what only repeats has it all the same */
static void repeats(struct kunit *test)
{
	int i;

	link_is(test, 1, &isp[0], 1);
	ask_often(test, 0, CS6);
	ask(test, 0, CS6);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, false),
				CS6);
		KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_KEEPALIVE, 0, true),
				OWN);
	}
}

/* The number of a link goes to another provider; other weights are no news */
static void another_provider(struct kunit *test)
{
	struct shim6_qos_marking m;

	link_is(test, 1, &isp[0], 1);
	ask_often(test, 0, OWN);
	link_is(test, 1, &isp[0], 7);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_I1, 0, false), OWN);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_I1, 0, false), OWN);
	link_is(test, 1, &isp[1], 7);
	KUNIT_EXPECT_EQ(test, send(test, SHIM6_MSG_I1, 1, false), CS6);
	KUNIT_EXPECT_TRUE(test, told(test, 1, CS6, &m));
	KUNIT_EXPECT_EQ(test, m.sent, 1);
	KUNIT_EXPECT_EQ(test, m.blocked, 0);
	/* What is of no link is not forgotten by that */
	ask_often(test, 0, OWN);
	KUNIT_EXPECT_TRUE(test, told(test, 0, CS6, &m));
	KUNIT_EXPECT_EQ(test, m.blocked, 1);
}

/* Who asks does not choose what class we spend, but for the two of ours */
static void replies(struct kunit *test)
{
	link_is(test, 1, &isp[0], 1);
	KUNIT_EXPECT_EQ(test, reply(test, 0, CS6), CS6);
	KUNIT_EXPECT_EQ(test, reply(test, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, reply(test, 0, OWN), 0);
	control_is(test, CS6, 0);
	KUNIT_EXPECT_EQ(test, reply(test, 0, OWN), CS6);
	KUNIT_EXPECT_EQ(test, reply(test, 0, 0), CS6);
	control_is(test, SHIM6_QOS_DSCP_INHERIT, 0);
	KUNIT_EXPECT_EQ(test, reply(test, 0, CS6), 0);
	KUNIT_EXPECT_EQ(test, reply(test, 0, OWN), 0);
}

/* All that were sent and received, whether they ask or not */
static void counted(struct kunit *test)
{
	const struct shim6_service *sv;
	struct desk *d = test->priv;
	struct shim6_qos_marking m;
	u64 cursor = 0;

	link_is(test, 1, &isp[0], 1);
	rcu_read_lock();
	sv = shim6_service(&d->sn);
	shim6_service_count_control(sv, true, 16, 63 << 2 | 3, 100);
	shim6_service_count_control(sv, true, 16, 63 << 2, 100);
	shim6_service_count_control(sv, false, 0, 0, 100);
	rcu_read_unlock();
	send(test, SHIM6_MSG_UPDATE_REQ, 0, false);
	KUNIT_EXPECT_EQ(test, shim6_precedence_list(&d->sn, &cursor, &m), 0);
	KUNIT_EXPECT_EQ(test, m.link + m.dscp, 0);
	KUNIT_EXPECT_EQ(test, m.rx, 1);
	KUNIT_EXPECT_EQ(test, m.tx + m.sent, 0);
	KUNIT_EXPECT_EQ(test, shim6_precedence_list(&d->sn, &cursor, &m), 0);
	KUNIT_EXPECT_EQ(test, m.link, 1);
	KUNIT_EXPECT_EQ(test, m.dscp, CS6);
	KUNIT_EXPECT_EQ(test, m.sent, 1);
	KUNIT_EXPECT_EQ(test, m.tx + m.rx, 0);
	KUNIT_EXPECT_EQ(test, shim6_precedence_list(&d->sn, &cursor, &m), 0);
	KUNIT_EXPECT_EQ(test, m.link, 16);
	KUNIT_EXPECT_EQ(test, m.dscp, 63);
	KUNIT_EXPECT_EQ(test, m.tx, 2);
	KUNIT_EXPECT_EQ(test, m.rx + m.sent, 0);
	KUNIT_EXPECT_EQ(test, shim6_precedence_list(&d->sn, &cursor, &m),
			-ENOENT);
	shim6_service_reset(&d->sn);
	shim6_precedence_reset(&d->sn);
	cursor = 0;
	KUNIT_EXPECT_EQ(test, shim6_precedence_list(&d->sn, &cursor, &m),
			-ENOENT);
}

static struct kunit_case precedence_cases[] = {
	KUNIT_CASE(no_table),
	KUNIT_CASE(turns),
	KUNIT_CASE(receives),
	KUNIT_CASE(by_link),
	KUNIT_CASE(repeats),
	KUNIT_CASE(another_provider),
	KUNIT_CASE(replies),
	KUNIT_CASE(counted),
	{}
};

static struct kunit_suite precedence_suite = {
	.name = "shim6_precedence",
	.init = make,
	.exit = unmake,
	.test_cases = precedence_cases,
};

kunit_test_suite(precedence_suite);

MODULE_DESCRIPTION("KUnit tests of the DSCP of Shim6 control messages");
MODULE_LICENSE("GPL");
