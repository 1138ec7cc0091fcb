/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of a context that ask for an answer, and how they were marked: what
 * is answered tells which markings get through. Pure.
 */
#ifndef SHIM6_QUESTION_H
#define SHIM6_QUESTION_H

#include "proto.h"

/* So many are remembered, a power of two; an older one is like one unanswered */
#define SHIM6_QUESTIONS		8

/**
 * struct shim6_question - a message that asks for an answer
 * @nonce: by which an answer names it
 * @msg: enum shim6_msg_type, 0: it was answered
 * @link: id of the link that it left by, 0: none
 * @dscp: as it was sent
 */
struct shim6_question {
	u32 nonce;
	u8 msg;
	u8 link;
	u8 dscp;
};

/**
 * struct shim6_questions - the last of a context
 * @q: one after the other, round and round
 * @next: where the next one goes
 */
struct shim6_questions {
	struct shim6_question q[SHIM6_QUESTIONS];
	u8 next;
};

/**
 * shim6_question_put() - a message is sent
 * @qs: questions of its context
 * @p: its context
 * @fx: effect of type SHIM6_FX_SEND
 * @link: id of the link that it leaves by, 0: none
 * @dscp: as it is marked
 * Return: true: it asks for an answer, and is remembered.
 */
bool shim6_question_put(struct shim6_questions *qs, const struct shim6_proto *p,
			const struct shim6_fx *fx, u8 link, u8 dscp);

/**
 * shim6_question_take() - a message came
 * @qs: questions of its context
 * @m: message
 * @i: number of the question that it may answer, from 0
 * @q: result: that question, which is forgotten
 *
 * A Probe answers as many as it reports, every other message one at most. Of
 * those with the same number the youngest is meant: what was sent again has the
 * number it had.
 * Return: 1: @q is answered; 0: what it answers is not known; -ENOENT: it
 * answers no more.
 */
int shim6_question_take(struct shim6_questions *qs, const struct shim6_msg *m,
			unsigned int i, struct shim6_question *q);

#endif
