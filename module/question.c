// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that ask for an answer, see question.h. Pure.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include "question.h"

/* The number by which an answer names the question; false: it asks nothing */
static bool asks(const struct shim6_proto *p, const struct shim6_fx *fx,
		 u32 *nonce)
{
	switch (fx->msg) {
	case SHIM6_MSG_I1:
	case SHIM6_MSG_I2:
	case SHIM6_MSG_I2BIS:
		*nonce = p->hs.init_nonce;
		return true;
	case SHIM6_MSG_UPDATE_REQ:
		*nonce = p->up.nonce;
		return true;
	case SHIM6_MSG_PROBE:
		/* RFC 5534 6.9: that of Operational is the last word */
		*nonce = (__force u32)fx->rec.nonce;
		return fx->sta != SHIM6_REAP_OPERATIONAL;
	}
	return false;
}

bool shim6_question_put(struct shim6_questions *qs, const struct shim6_proto *p,
			const struct shim6_fx *fx, u8 link, u8 dscp)
{
	u32 nonce;

	if (!asks(p, fx, &nonce))
		return false;
	qs->q[qs->next] = (struct shim6_question) {
		.nonce = nonce,
		.msg = fx->msg,
		.link = link,
		.dscp = dscp,
	};
	qs->next = (qs->next + 1) % SHIM6_QUESTIONS;
	return true;
}

/* The messages that one of a type may answer, as bits. What an R2 answers may
 * have been an I1 (RFC 5533 7.12).
 */
static const u8 questions_of[] = {
	[SHIM6_MSG_R1] = BIT(SHIM6_MSG_I1),
	[SHIM6_MSG_R2] = BIT(SHIM6_MSG_I1) | BIT(SHIM6_MSG_I2) |
			 BIT(SHIM6_MSG_I2BIS),
};

static bool is_question(u8 msg, u8 answer)
{
	switch (answer) {
	case SHIM6_MSG_R1:
	case SHIM6_MSG_R2:
		return msg <= SHIM6_MSG_I2BIS && questions_of[answer] & BIT(msg);
	case SHIM6_MSG_UPDATE_ACK:
		return msg == SHIM6_MSG_UPDATE_REQ;
	}
	return msg == answer;
}

/* The number of the question that a message answers */
static bool answers(const struct shim6_msg *m, unsigned int i, u32 *nonce)
{
	switch (m->type) {
	case SHIM6_MSG_R1:
	case SHIM6_MSG_R2:
		*nonce = m->init_nonce;
		return !i;
	case SHIM6_MSG_UPDATE_ACK:
		*nonce = m->req_nonce;
		return !i;
	case SHIM6_MSG_PROBE:
		if (i >= m->precvd)
			return false;
		*nonce = (__force u32)m->recvd[i].nonce;
		return true;
	}
	return false;
}

int shim6_question_take(struct shim6_questions *qs, const struct shim6_msg *m,
			unsigned int i, struct shim6_question *q)
{
	unsigned int n;
	u32 nonce;

	if (!answers(m, i, &nonce))
		return -ENOENT;
	for (n = 1; n <= SHIM6_QUESTIONS; n++) {
		struct shim6_question *known =
			&qs->q[(qs->next - n) % SHIM6_QUESTIONS];

		if (!known->msg || known->nonce != nonce ||
		    !is_question(known->msg, m->type))
			continue;
		*q = *known;
		known->msg = 0;
		return 1;
	}
	return 0;
}
