// SPDX-License-Identifier: GPL-2.0
/*
 * Markings of control messages: whose turn it is, which are left alone, and for
 * how long.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/marking.c"

#define CS6	48
#define BE	0
#define NOW	SHIM6_NS_PER_SEC

static struct shim6_marking *marking(struct kunit *test)
{
	struct shim6_marking *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	return m;
}

/* What goes out if there is a choice of two */
static u8 choose(struct shim6_marking *m, u8 wanted, u8 other, u64 now)
{
	struct shim6_marking_turn turn = { wanted, other };

	return shim6_marking_choose(m, &turn, now);
}

/* Sends @n of each; of @bad every @every-th is answered, 0: none. Returns what
 * is left alone.
 */
static int ask(struct shim6_marking *m, u8 bad, u8 good, int n, int every)
{
	int i, got, blocked = -1;

	for (i = 1; i <= n; i++) {
		shim6_marking_sent(m, bad);
		if (every && i % every == 0) {
			got = shim6_marking_answered(m, bad, NOW);
			blocked = got < 0 ? blocked : got;
		}
		shim6_marking_sent(m, good);
		got = shim6_marking_answered(m, good, NOW);
		blocked = got < 0 ? blocked : got;
	}
	return blocked;
}

static void marking_dropped(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, SHIM6_MARKING_TRIES - 1, 0), -1);
	KUNIT_EXPECT_FALSE(test, shim6_marking_blocked(m, CS6, NOW));
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 1, 0), CS6);
	KUNIT_EXPECT_TRUE(test, shim6_marking_blocked(m, CS6, NOW));
	KUNIT_EXPECT_FALSE(test, shim6_marking_blocked(m, BE, NOW));
	KUNIT_EXPECT_EQ(test, choose(m, CS6, BE, NOW), BE);
	KUNIT_EXPECT_EQ(test, choose(m, BE, CS6, NOW), BE);
	KUNIT_EXPECT_EQ(test, m->row[CS6].sent, (u64)SHIM6_MARKING_TRIES);
	KUNIT_EXPECT_EQ(test, m->row[CS6].answered, 0ULL);
	KUNIT_EXPECT_EQ(test, m->row[BE].answered, (u64)SHIM6_MARKING_TRIES);
}

/* Best effort is dead, network control is not: told as well */
static void marking_favoured(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, ask(m, BE, CS6, SHIM6_MARKING_TRIES, 0), BE);
	KUNIT_EXPECT_EQ(test, choose(m, BE, CS6, NOW), CS6);
}

/* A quarter is enough to go on, a sixth is not; for any number of messages */
static void marking_fifth(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 2000, 4), -1);
	m = marking(test);
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 2000, 6), CS6);
}

/* Nothing is answered, or hardly anything: no marking is to blame */
static void marking_dead(struct kunit *test)
{
	struct shim6_marking *m = marking(test);
	int i;

	for (i = 0; i < 1000; i++) {
		shim6_marking_sent(m, CS6);
		shim6_marking_sent(m, BE);
	}
	KUNIT_EXPECT_EQ(test, shim6_marking_answered(m, BE, NOW), -1);
	KUNIT_EXPECT_EQ(test, shim6_marking_answered(m, BE, NOW), -1);
	KUNIT_EXPECT_FALSE(test, shim6_marking_blocked(m, CS6, NOW));
}

static void marking_again(struct kunit *test)
{
	struct shim6_marking *m = marking(test);
	u64 later = NOW + SHIM6_MARKING_REST;

	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, SHIM6_MARKING_TRIES, 0), CS6);
	KUNIT_EXPECT_EQ(test, choose(m, CS6, BE, later - 1), BE);
	KUNIT_EXPECT_EQ(test, choose(m, CS6, BE, later), CS6);
	KUNIT_EXPECT_EQ(test, m->row[CS6].sent, (u64)SHIM6_MARKING_TRIES);
	/* As many as before are needed to judge it anew */
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, SHIM6_MARKING_TRIES - 1, 0), -1);
	KUNIT_EXPECT_EQ(test, ask(m, CS6, BE, 1, 0), CS6);
}

/* An answer that comes when its question does not count any more */
static void marking_late(struct kunit *test)
{
	struct shim6_marking *m = marking(test);

	KUNIT_EXPECT_EQ(test, shim6_marking_answered(m, CS6, NOW), -1);
	KUNIT_EXPECT_EQ(test, m->row[CS6].hits, 0);
	KUNIT_EXPECT_EQ(test, m->row[CS6].answered, 1ULL);
}

#define OWN	46

static const struct in6_addr A1 = { { { 0x20, 1, [15] = 1 } } };
static const struct in6_addr A2 = { { { 0x20, 2, [15] = 1 } } };
static const struct in6_addr B1 = { { { 0x20, 3, [15] = 1 } } };

static const struct shim6_qos_control by_turns = {
	.dscp = CS6, .alternate = 1,
};

static struct shim6_fx message(u8 msg, const struct in6_addr *src)
{
	return (struct shim6_fx) {
		.type = SHIM6_FX_SEND, .msg = msg,
		.pair = { .src = *src, .dst = B1 },
	};
}

/* The DSCP of the next one; the other choice must be the other one of the two */
static u8 next(struct kunit *test, struct shim6_alternation *a, u8 msg,
	       const struct in6_addr *src)
{
	struct shim6_fx fx = message(msg, src);
	struct shim6_marking_turn turn =
		shim6_marking_turn(a, &by_turns, &fx, NULL, OWN);

	KUNIT_EXPECT_EQ(test, turn.wanted + turn.other, CS6 + OWN);
	return turn.wanted;
}

/* Each pair has its own turns, and its Probes have others than the rest */
static void marking_turns(struct kunit *test)
{
	struct shim6_alternation a = {};
	int i;

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_I1, &A1), CS6);
		KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_PROBE, &A1),
				OWN);
		KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_KEEPALIVE, &A1),
				OWN);
		KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_I1, &A2),
				i & 1 ? OWN : CS6);
		KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_PROBE, &A1),
				CS6);
	}
}

/* Wherever the locators of a host differ, most of its pairs have turns of their
 * own: a walk over two that share theirs would give each of them one DSCP
 */
static void marking_apart(struct kunit *test)
{
	unsigned int same = 0, octet, i, j;
	u64 bits[16];

	for (octet = 0; octet < 16; octet++) {
		for (i = 0; i < 16; i++) {
			struct shim6_fx fx = message(SHIM6_MSG_PROBE, &A1);

			fx.pair.src.s6_addr[octet] = i;
			bits[i] = bit_of(&fx.pair);
			for (j = 0; j < i; j++)
				same += bits[i] == bits[j];
		}
	}
	/* Twos for each octet; by chance one in 64 would be */
	KUNIT_EXPECT_LT(test, same, 16 * 120 / 16);
}

/* It tells nothing new: as payload goes, whoever's turn it is, and no turn */
static void marking_repeat(struct kunit *test)
{
	struct shim6_fx fx = message(SHIM6_MSG_KEEPALIVE, &A1);
	struct shim6_alternation a = {};
	struct shim6_marking_turn turn;
	int i;

	fx.repeat = true;
	for (i = 0; i < 3; i++) {
		turn = shim6_marking_turn(&a, &by_turns, &fx, NULL, OWN);
		KUNIT_EXPECT_EQ(test, turn.wanted, OWN);
		KUNIT_EXPECT_EQ(test, turn.other, OWN);
	}
	KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_KEEPALIVE, &A1), CS6);
	turn = shim6_marking_turn(&a, &by_turns, &fx, NULL, OWN);
	KUNIT_EXPECT_EQ(test, turn.wanted, OWN);
	KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_KEEPALIVE, &A1), OWN);
}

/* Not even where everything else has left payload's class alone */
static void marking_repeat_blocked(struct kunit *test)
{
	struct shim6_fx fx = message(SHIM6_MSG_KEEPALIVE, &A1);
	struct shim6_marking *m = marking(test);
	struct shim6_alternation a = {};
	struct shim6_marking_turn turn;

	KUNIT_EXPECT_EQ(test, ask(m, OWN, CS6, SHIM6_MARKING_TRIES, 0), OWN);
	fx.repeat = true;
	turn = shim6_marking_turn(&a, &by_turns, &fx, NULL, OWN);
	KUNIT_EXPECT_EQ(test, shim6_marking_choose(m, &turn, NOW), OWN);
	KUNIT_EXPECT_EQ(test, choose(m, OWN, CS6, NOW), CS6);
}

/* As the question came, and nobody's turn is over by that */
static void marking_asked(struct kunit *test)
{
	struct shim6_fx fx = message(SHIM6_MSG_UPDATE_ACK, &A1);
	struct shim6_msg asked = { .dscp = CS6 };
	struct shim6_alternation a = {};
	int i;

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, shim6_marking_turn(&a, &by_turns, &fx,
							 &asked, OWN).wanted,
				CS6);
	}
	asked.dscp = 7;
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, shim6_marking_turn(&a, &by_turns, &fx,
							 &asked, OWN).wanted,
				OWN);
	}
	KUNIT_EXPECT_EQ(test, next(test, &a, SHIM6_MSG_I1, &A1), CS6);
}

/* One DSCP only: that of the configuration, or that of the payload */
static void marking_one(struct kunit *test)
{
	static const struct shim6_qos_control one = { .dscp = CS6 };
	static const struct shim6_qos_control inherit = {
		.dscp = SHIM6_QOS_DSCP_INHERIT, .alternate = 1,
	};
	struct shim6_fx fx = message(SHIM6_MSG_KEEPALIVE, &A1);
	struct shim6_msg asked = { .dscp = 7 };
	struct shim6_alternation a = {};
	struct shim6_marking_turn turn;
	int i;

	for (i = 0; i < 8; i++) {
		fx.repeat = i & 1;
		turn = shim6_marking_turn(&a, &one, &fx, i & 2 ? &asked : NULL,
					  OWN);
		KUNIT_EXPECT_EQ(test, turn.wanted, CS6);
		KUNIT_EXPECT_EQ(test, turn.other, CS6);
		turn = shim6_marking_turn(&a, &inherit, &fx,
					  i & 2 ? &asked : NULL, OWN);
		KUNIT_EXPECT_EQ(test, turn.wanted, OWN);
		KUNIT_EXPECT_EQ(test, turn.other, OWN);
	}
}

#define AF31	26

/* Class 1 has no DSCP of its own, class 2 is for OWN */
static struct shim6_qos *classes(struct kunit *test, u32 trust, u64 allow)
{
	struct shim6_qos *q = kunit_kzalloc(test, sizeof(*q), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, q);
	q->classes[0].id = 1;
	q->classes[0].dscp = SHIM6_QOS_DSCP_KEEP;
	q->classes[1].id = 2;
	q->classes[1].dscp = OWN;
	q->trust.mode = trust;
	q->trust.allow = allow;
	return q;
}

/* What it has sent comes first, best effort as well, and nobody is asked */
static void marking_payload_sent(struct kunit *test)
{
	struct shim6_qos *q = classes(test, SHIM6_QOS_TRUST_NONE, 0);

	KUNIT_EXPECT_EQ(test, shim6_marking_payload(q, AF31 + 1, 2, OWN), AF31);
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(q, BE + 1, 2, OWN), BE);
}

/* The class of what it receives, whatever a provider made of its DSCP */
static void marking_payload_class(struct kunit *test)
{
	struct shim6_qos *q = classes(test, SHIM6_QOS_TRUST_NONE, 0);

	KUNIT_EXPECT_EQ(test, shim6_marking_payload(q, 0, 2, BE), OWN);
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(q, 0, 2, AF31), OWN);
	/* It is gone */
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(q, 0, 3, OWN), BE);
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(q, 0, 1, OWN), BE);
}

/* Without one, its DSCP, but not any that somebody chooses to send */
static void marking_payload_trust(struct kunit *test)
{
	struct shim6_qos *all = classes(test, SHIM6_QOS_TRUST_ALL, 0);
	struct shim6_qos *none = classes(test, SHIM6_QOS_TRUST_NONE,
					 BIT_ULL(OWN));
	struct shim6_qos *some = classes(test, SHIM6_QOS_TRUST_DSCP,
					 BIT_ULL(AF31) | BIT_ULL(63));
	u32 klass;

	for (klass = 0; klass < 2; klass++) {
		KUNIT_EXPECT_EQ(test, shim6_marking_payload(all, 0, klass, OWN),
				OWN);
		KUNIT_EXPECT_EQ(test, shim6_marking_payload(all, 0, klass,
							    AF31), BE);
		KUNIT_EXPECT_EQ(test, shim6_marking_payload(all, 0, klass, CS6),
				BE);
		KUNIT_EXPECT_EQ(test, shim6_marking_payload(none, 0, klass,
							    OWN), BE);
		KUNIT_EXPECT_EQ(test, shim6_marking_payload(some, 0, klass,
							    AF31), AF31);
		KUNIT_EXPECT_EQ(test, shim6_marking_payload(some, 0, klass, 63),
				63);
		KUNIT_EXPECT_EQ(test, shim6_marking_payload(some, 0, klass,
							    OWN), BE);
	}
	/* As our messages have it, there would be no other one */
	all->control.dscp = OWN;
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(all, 0, 0, OWN), BE);
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(all, 0, 2, OWN), OWN);
	all->control.dscp = CS6;
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(all, 0, 0, OWN), OWN);
	/* The class was for it, and is no more */
	all->classes[1].id = 0;
	KUNIT_EXPECT_EQ(test, shim6_marking_payload(all, 0, 0, OWN), BE);
}

static struct kunit_case marking_cases[] = {
	KUNIT_CASE(marking_dropped),
	KUNIT_CASE(marking_favoured),
	KUNIT_CASE(marking_fifth),
	KUNIT_CASE(marking_dead),
	KUNIT_CASE(marking_again),
	KUNIT_CASE(marking_late),
	KUNIT_CASE(marking_turns),
	KUNIT_CASE(marking_apart),
	KUNIT_CASE(marking_repeat),
	KUNIT_CASE(marking_repeat_blocked),
	KUNIT_CASE(marking_asked),
	KUNIT_CASE(marking_one),
	KUNIT_CASE(marking_payload_sent),
	KUNIT_CASE(marking_payload_class),
	KUNIT_CASE(marking_payload_trust),
	{}
};

static struct kunit_suite marking_suite = {
	.name = "shim6_marking",
	.test_cases = marking_cases,
};

kunit_test_suite(marking_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 markings of control messages");
MODULE_LICENSE("GPL");
