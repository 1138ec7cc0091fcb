// SPDX-License-Identifier: GPL-2.0
/* Which of our messages an answer answers */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "../module/question.c"

#define NONCE	0x1234u

struct desk {
	struct shim6_proto p;
	struct shim6_questions qs;
	struct shim6_question q;
};

static struct desk *desk(struct kunit *test)
{
	struct desk *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, d);
	d->p.hs.init_nonce = NONCE;
	d->p.up.nonce = NONCE;
	return d;
}

static bool put(struct desk *d, u8 msg, u32 probe, u8 link, u8 dscp)
{
	struct shim6_fx fx = {
		.type = SHIM6_FX_SEND, .msg = msg,
		.sta = SHIM6_REAP_EXPLORING,
		.rec = { .nonce = (__force __be32)probe },
	};

	return shim6_question_put(&d->qs, &d->p, &fx, link, dscp);
}

static int take(struct desk *d, u8 msg, u32 nonce)
{
	struct shim6_msg m = { .type = msg };

	m.init_nonce = nonce;
	m.req_nonce = nonce;
	memset(&d->q, 0, sizeof(d->q));
	return shim6_question_take(&d->qs, &m, 0, &d->q);
}

/* Every answer to every question: what it may answer is RFC 5533 7's */
static void question_kinds(struct kunit *test)
{
	static const u8 msgs[] = {
		SHIM6_MSG_I1, SHIM6_MSG_R1, SHIM6_MSG_I2, SHIM6_MSG_R2,
		SHIM6_MSG_R1BIS, SHIM6_MSG_I2BIS, SHIM6_MSG_UPDATE_REQ,
		SHIM6_MSG_UPDATE_ACK, SHIM6_MSG_KEEPALIVE, SHIM6_MSG_ERROR,
	};
	static const struct {
		u8 question;
		u8 answer;
	} pairs[] = {
		{ SHIM6_MSG_I1, SHIM6_MSG_R1 },
		{ SHIM6_MSG_I1, SHIM6_MSG_R2 },
		{ SHIM6_MSG_I2, SHIM6_MSG_R2 },
		{ SHIM6_MSG_I2BIS, SHIM6_MSG_R2 },
		{ SHIM6_MSG_UPDATE_REQ, SHIM6_MSG_UPDATE_ACK },
	};
	unsigned int i, j, k;

	for (i = 0; i < ARRAY_SIZE(msgs); i++) {
		for (j = 0; j < ARRAY_SIZE(msgs); j++) {
			struct desk *d = desk(test);
			bool asks = false, is = false;

			for (k = 0; k < ARRAY_SIZE(pairs); k++) {
				asks |= pairs[k].question == msgs[i];
				is |= pairs[k].question == msgs[i] &&
				      pairs[k].answer == msgs[j];
			}
			KUNIT_EXPECT_EQ(test, put(d, msgs[i], 0, 3, 48), asks);
			KUNIT_EXPECT_EQ(test, take(d, msgs[j], NONCE) == 1, is);
			KUNIT_EXPECT_EQ(test, d->q.dscp, is ? 48 : 0);
			KUNIT_EXPECT_EQ(test, d->q.link, is ? 3 : 0);
			/* Once */
			KUNIT_EXPECT_LE(test, take(d, msgs[j], NONCE), 0);
		}
	}
}

static void question_nonce(struct kunit *test)
{
	struct desk *d = desk(test);

	put(d, SHIM6_MSG_UPDATE_REQ, 0, 1, 48);
	KUNIT_EXPECT_EQ(test, take(d, SHIM6_MSG_UPDATE_ACK, NONCE + 1), 0);
	KUNIT_EXPECT_EQ(test, take(d, SHIM6_MSG_UPDATE_ACK, NONCE), 1);
	put(d, SHIM6_MSG_I1, 0, 1, 48);
	KUNIT_EXPECT_EQ(test, take(d, SHIM6_MSG_R1, NONCE + 1), 0);
	KUNIT_EXPECT_EQ(test, take(d, SHIM6_MSG_R1, NONCE), 1);
}

/* What was sent again has the number it had: the youngest is answered */
static void question_again(struct kunit *test)
{
	struct desk *d = desk(test);
	unsigned int i;

	for (i = 0; i < SHIM6_QUESTIONS + 3; i++)
		put(d, SHIM6_MSG_I1, 0, 1, i);
	for (i = 0; i < SHIM6_QUESTIONS; i++) {
		KUNIT_EXPECT_EQ(test, take(d, SHIM6_MSG_R1, NONCE), 1);
		KUNIT_EXPECT_EQ(test, d->q.dscp, SHIM6_QUESTIONS + 2 - i);
	}
	KUNIT_EXPECT_EQ(test, take(d, SHIM6_MSG_R1, NONCE), 0);
}

/* A Probe answers all that it reports, and asks unless it is the last word */
static void question_probes(struct kunit *test)
{
	struct shim6_probe_rec recs[3] = {
		{ .nonce = (__force __be32)7 }, { .nonce = (__force __be32)8 },
		{ .nonce = (__force __be32)5 },
	};
	struct shim6_msg m = {
		.type = SHIM6_MSG_PROBE, .precvd = 3, .recvd = recs,
	};
	struct shim6_fx last = {
		.type = SHIM6_FX_SEND, .msg = SHIM6_MSG_PROBE,
		.sta = SHIM6_REAP_OPERATIONAL,
	};
	struct desk *d = desk(test);

	/* Another kind may happen to have the number */
	d->p.up.nonce = 8;
	put(d, SHIM6_MSG_UPDATE_REQ, 0, 1, 48);
	KUNIT_EXPECT_TRUE(test, put(d, SHIM6_MSG_PROBE, 5, 1, 48));
	KUNIT_EXPECT_TRUE(test, put(d, SHIM6_MSG_PROBE, 6, 1, 0));
	KUNIT_EXPECT_TRUE(test, put(d, SHIM6_MSG_PROBE, 7, 2, 0));
	KUNIT_EXPECT_FALSE(test, shim6_question_put(&d->qs, &d->p, &last, 1,
						    0));
	KUNIT_EXPECT_EQ(test, shim6_question_take(&d->qs, &m, 0, &d->q), 1);
	KUNIT_EXPECT_EQ(test, d->q.link, 2);
	KUNIT_EXPECT_EQ(test, shim6_question_take(&d->qs, &m, 1, &d->q), 0);
	KUNIT_EXPECT_EQ(test, shim6_question_take(&d->qs, &m, 2, &d->q), 1);
	KUNIT_EXPECT_EQ(test, d->q.dscp, 48);
	KUNIT_EXPECT_EQ(test, shim6_question_take(&d->qs, &m, 3, &d->q),
			-ENOENT);
	/* Reported once more */
	KUNIT_EXPECT_EQ(test, shim6_question_take(&d->qs, &m, 0, &d->q), 0);
}

static struct kunit_case question_cases[] = {
	KUNIT_CASE(question_kinds),
	KUNIT_CASE(question_nonce),
	KUNIT_CASE(question_again),
	KUNIT_CASE(question_probes),
	{}
};

static struct kunit_suite question_suite = {
	.name = "shim6_question",
	.test_cases = question_cases,
};

kunit_test_suite(question_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 messages that ask for an answer");
MODULE_LICENSE("GPL");
