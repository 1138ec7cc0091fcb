/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which markings of control messages get through on a link. A provider may
 * drop what is marked as network control, or carry nothing else: the messages
 * of a context alternate between two DSCPs, and a DSCP whose messages are
 * answered so much more seldom than those of another is left alone for a time.
 * Pure.
 */
#ifndef SHIM6_MARKING_H
#define SHIM6_MARKING_H

#include "shim6.h"

#define SHIM6_DSCPS		64
/* Messages of each before one is judged by the other */
#define SHIM6_MARKING_TRIES	20
/* For so long a marking is left alone; routes and providers change */
#define SHIM6_MARKING_REST	(600 * SHIM6_NS_PER_SEC)

/**
 * struct shim6_marking_row - messages with one DSCP that ask for an answer
 * @sent: how many
 * @answered: how many were answered
 * @until: it is left alone until then, ns, 0: it is not
 * @tries: @sent of late
 * @hits: @answered of late
 */
struct shim6_marking_row {
	u64 sent;
	u64 answered;
	u64 until;
	u16 tries;
	u16 hits;
};

/**
 * struct shim6_marking - the control messages of a link
 * @row: by DSCP
 */
struct shim6_marking {
	struct shim6_marking_row row[SHIM6_DSCPS];
};

void shim6_marking_sent(struct shim6_marking *m, u8 dscp);

/**
 * shim6_marking_answered() - a message was answered
 * @m: its link
 * @dscp: as it was sent
 * @now: ns
 * Return: the DSCP that is left alone from now on, since it was answered less
 * than a fifth as often over SHIM6_MARKING_TRIES messages; or -1.
 */
int shim6_marking_answered(struct shim6_marking *m, u8 dscp, u64 now);

bool shim6_marking_blocked(const struct shim6_marking *m, u8 dscp, u64 now);

/**
 * shim6_marking_choose() - the DSCP of the next message
 * @m: its link
 * @wanted: it is its turn
 * @other: the one it alternates with
 * @now: ns
 * Return: @wanted, or @other while only @wanted is to be left alone.
 */
u8 shim6_marking_choose(struct shim6_marking *m, u8 wanted, u8 other, u64 now);

#endif
