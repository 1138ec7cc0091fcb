/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What commands for dsmark, tcindex and CBQ say, and the commands of today that
 * are made of it. Covered is what the survey uses of them.
 *
 * A major number N becomes QOS_FIRST + N, the preference N becomes a group of
 * ten from QOS_PREF + 10 N on, so that the result is known as ours.
 */
#ifndef SHIM6CTL_QOS_OLD_H
#define SHIM6CTL_QOS_OLD_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "macros.h"

struct qos_batch;
struct tc_line;

#define QOS_OLD_CLASSES	8	/* their leaves have QOS_FIRST + 8 to QOS_LAST */
#define QOS_OLD_FILTERS	60
#define QOS_OLD_PRIO	98	/* the largest of a filter */

/* What a filter of u32 looks at, as text; "" or 0: it does not */
struct qos_old_match {
	bool ipv6;
	char dst[64];
	char src[64];
	unsigned long proto;
	unsigned long port;
};

/**
 * struct qos_old_filter - a filter below dsmark
 * @line: where it stands
 * @prio: its preference
 * @match: what it is for
 * @rate: of its policer, "" without one
 * @burst: likewise
 * @minor: class of dsmark that marks
 */
struct qos_old_filter {
	unsigned int line;
	unsigned long prio;
	struct qos_old_match match;
	char rate[24];
	char burst[24];
	unsigned int minor;
};

/**
 * struct qos_old_class - a class of CBQ
 * @minor: its number
 * @rate: bit/s
 * @prio: 1 to 8
 * @allot: octets of a turn
 * @octets: the longest burst
 * @bounded: it never borrows
 * @isolated: it never lends
 * @leaf: its queueing discipline and the options of that, "" for the usual one
 */
struct qos_old_class {
	unsigned int minor;
	uint64_t rate;
	unsigned long prio;
	unsigned long allot;
	unsigned long octets;
	bool bounded;
	bool isolated;
	char leaf[256];
};

/**
 * struct qos_old - what was read
 * @name: of the file, for messages
 * @line: that is read, or written
 * @b: commands of today
 * @u32: classify with u32 instead of flower
 * @router: look through the header of Shim6
 * @dev: device
 * @root: major number of dsmark, 0: none yet
 * @indices: how many classes it has
 * @set_tc_index: it keeps the class of a packet
 * @reads_dscp: its filter takes the codepoint for it
 * @mark: DS field by class of dsmark, plus 1; 0: none
 * @filters: below dsmark
 * @nfilters: how many
 * @cbq: major number of CBQ, 0: none yet
 * @bandwidth: of the line, bit/s
 * @classes: of CBQ
 * @nclasses: how many
 * @by_dscp: number of the class by codepoint, 0: none
 * @rest: number of the class of all others
 */
struct qos_old {
	const char *name;
	unsigned int line;
	struct qos_batch *b;
	bool u32;
	bool router;
	char dev[IF_NAMESIZE];
	unsigned int root;
	unsigned long indices;
	bool set_tc_index;
	bool reads_dscp;
	unsigned int mark[64];
	struct qos_old_filter filters[QOS_OLD_FILTERS];
	size_t nfilters;
	unsigned int cbq;
	uint64_t bandwidth;
	struct qos_old_class classes[QOS_OLD_CLASSES];
	size_t nclasses;
	unsigned int by_dscp[64];
	unsigned int rest;
};

/**
 * qos_old_fail() - say what is wrong with the line
 * @o: what was read so far
 * @fmt: as printf
 * Return: CTL_FAILED
 */
int qos_old_fail(const struct qos_old *o, const char *fmt, ...)
	__printf(2, 3);

/**
 * qos_old_take() - read a command
 * @o: result
 * @l: its words
 * Return: CTL_OK, or CTL_FAILED and the reason was reported
 */
int qos_old_take(struct qos_old *o, struct tc_line *l);

/**
 * qos_old_class() - a class of CBQ
 * @o: what was read
 * @minor: its number
 * Return: the class, NULL: there is none
 */
struct qos_old_class *qos_old_class(struct qos_old *o, unsigned int minor);

/* Write the commands of today: for dsmark that marks; CTL_OK or CTL_FAILED */
int qos_old_put_edge(struct qos_old *o);

/* And for CBQ below dsmark */
int qos_old_put_core(struct qos_old *o);

#endif
