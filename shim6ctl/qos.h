/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Traffic control of a device: the commands of tc that a profile is made of,
 * what of it is on a device, and the survey's own commands as they run today.
 *
 * What is ours is known by its numbers, so nothing has to be remembered to take
 * it away: the queueing disciplines QOS_MAJOR: and QOS_FIRST: to QOS_LAST:, the
 * filters of clsact with a preference from QOS_PREF to QOS_PREF_MAX, and a
 * device called QOS_IFB and the number of the interface it serves. What made it
 * is remembered, for when it is to come back.
 */
#ifndef SHIM6CTL_QOS_H
#define SHIM6CTL_QOS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "macros.h"

#define QOS_MAJOR	0x140		/* after IP protocol 140 */
#define QOS_FIRST	0x150
#define QOS_LAST	0x15f
#define QOS_PREF	14000
#define QOS_PREF_MAX	14999
#define QOS_IFB		"shim6ifb"

#define QOS_RATE_MIN	100000ULL		/* bit/s */
#define QOS_RATE_MAX	100000000000ULL

/* --- the commands, qos_batch.c */

enum qos_line_kind {
	QOS_COMMENT,
	QOS_IP,		/* of ip, before any of tc */
	QOS_TC,
};

/**
 * struct qos_line - a line of a script
 * @kind: enum qos_line_kind
 * @text: without the program's name; $D is the device, $I the one of ingress
 */
struct qos_line {
	enum qos_line_kind kind;
	char *text;
};

/*
 * What a batch sets up, or is to be taken away: what leaves has the root
 * queueing discipline and the egress filters of clsact, what arrives its
 * ingress filters and the device of ingress. Each goes without the other.
 */
#define QOS_LEAVING	(1u << 0)
#define QOS_ARRIVING	(1u << 1)
#define QOS_BOTH_WAYS	(QOS_LEAVING | QOS_ARRIVING)

/**
 * struct qos_batch - a script
 * @v: lines
 * @n: how many
 * @ways: QOS_LEAVING or QOS_ARRIVING
 * @ifb: a device of its own is used: $I
 * @example: device of the script when it is started without one, NULL: eth0
 */
struct qos_batch {
	struct qos_line *v;
	size_t n;
	unsigned int ways;
	bool ifb;
	char *example;
};

/**
 * qos_batch_add() - add a line
 * @b: batch
 * @kind: of which kind
 * @fmt: as printf, without a newline
 */
void qos_batch_add(struct qos_batch *b, enum qos_line_kind kind,
		   const char *fmt, ...) __printf(3, 4);

#define qos_tc(b, ...)		qos_batch_add(b, QOS_TC, __VA_ARGS__)
#define qos_comment(b, ...)	qos_batch_add(b, QOS_COMMENT, __VA_ARGS__)

/**
 * qos_batch_needs() - are these words in a line of it
 * @b: batch
 * @words: as they are written there
 * Return: true when they are
 */
bool qos_batch_needs(const struct qos_batch *b, const char *words);

/**
 * qos_batch_print() - write it as a script for a shell
 * @b: batch
 * @file: where
 * @dev: device of the script when it is started without one, NULL: as the
 *	batch says
 */
void qos_batch_print(const struct qos_batch *b, FILE *file, const char *dev);

/**
 * qos_print_remove() - write a script that takes away what is ours
 * @file: where
 * @dev: device of the script when it is started without one
 */
void qos_print_remove(FILE *file, const char *dev);

/**
 * qos_batch_lines() - the lines of one kind for a device
 * @b: batch
 * @kind: which
 * @dev: device
 * @ifb: its device of ingress
 * Return: text to be freed, a newline behind each line
 */
char *qos_batch_lines(const struct qos_batch *b, enum qos_line_kind kind,
		      const char *dev, const char *ifb);

/**
 * qos_batch_line() - a line of that text
 * @lines: text
 * @n: which, from 1
 * @text: result, shortened when it has to be
 * @room: octets of @text
 */
void qos_batch_line(const char *lines, unsigned int n, char *text,
		    size_t room);

/**
 * qos_batch_free() - free it
 * @b: batch
 */
void qos_batch_free(struct qos_batch *b);

/* --- what a batch is made from, qos_profile.c */

enum qos_role {
	QOS_EDGE,
	QOS_CORE,
	QOS_INGRESS,
	QOS_PRIO,
	QOS_AF_GRED,
	QOS_ROLES,
};

#define QOS_SURVEY	1	/* in qos_profiles */

/* By enum qos_role and by profile; NULL-terminated */
extern const char *const qos_roles[];
extern const char *const qos_profiles[];

#define QOS_SHARES	15

/**
 * struct qos_share - what a class of the module is sure of
 * @name: of the class
 * @minor: its number below QOS_MAJOR; one that no profile has is a class of its
 *	own that gets its share and no more
 * @permille: of the rate
 */
struct qos_share {
	char name[16];
	unsigned int minor;
	unsigned int permille;
};

/**
 * struct qos_want - what is asked for
 * @role: enum qos_role
 * @profile: index in qos_profiles
 * @rate: bit/s, 0: not said
 * @router: for a box without the module: look through its header
 * @u32: classify with u32 instead of flower
 * @link: of the module, for messages; NULL without one
 * @overhead: octets of each packet that the device does not know of
 * @nshares: elements of @shares
 * @shares: in place of those of the profile
 */
struct qos_want {
	enum qos_role role;
	unsigned int profile;
	uint64_t rate;
	bool router;
	bool u32;
	const char *link;
	int overhead;
	unsigned int nshares;
	struct qos_share shares[QOS_SHARES];
};

/**
 * qos_build() - make the commands
 * @want: what is asked for
 * @b: result, to be freed in any case
 * Return: CTL_OK, or CTL_USAGE and the reason was reported
 */
int qos_build(const struct qos_want *want, struct qos_batch *b);

/* --- the classes of a device, qos_tree.c */

#define QOS_EXPEDITED	0x11	/* the class of EF, below QOS_MAJOR */

/**
 * qos_part() - a part of a rate
 * @rate: bit/s
 * @permille: how much of it
 * Return: bit/s, whole kbit
 */
uint64_t qos_part(uint64_t rate, unsigned int permille);

/**
 * qos_tree_check() - is there room for the shares that are asked for
 * @want: what is asked for
 * Return: CTL_OK, or CTL_FAILED and the reason was reported
 */
int qos_tree_check(const struct qos_want *want);

/**
 * qos_tree_rate() - what a class is sure of
 * @want: what is asked for
 * @minor: of the class, which is one of the tree
 * Return: bit/s
 */
uint64_t qos_tree_rate(const struct qos_want *want, unsigned int minor);

/**
 * qos_tree() - classes for every codepoint, below QOS_MAJOR
 * @b: batch
 * @dev: "$D" or "$I"
 * @rate: of the link, bit/s
 * @want: which parts: @u32 means FIFOs and u32 only
 */
void qos_tree(struct qos_batch *b, const char *dev, uint64_t rate,
	      const struct qos_want *want);

/**
 * qos_dscp_name() - a codepoint in words
 * @dscp: codepoint
 * @text: result
 * @room: octets of @text
 * Return: @text, such as "AF31"
 */
const char *qos_dscp_name(unsigned int dscp, char *text, size_t room);

/* --- the survey's figures, qos_survey.c */

/**
 * qos_survey() - a figure as commands that run today
 * @want: which
 * @b: result
 * Return: CTL_OK, or enum ctl_exit and the reason was reported
 */
int qos_survey(const struct qos_want *want, struct qos_batch *b);

/**
 * qos_translate() - commands of Linux 2.4 as those that run today
 * @file: the old commands, one a line
 * @name: of that file, for messages
 * @u32: classify with u32 instead of flower
 * @router: look through the header of Shim6
 * @b: result
 * Return: CTL_OK, or CTL_FAILED and the first line that cannot be translated
 * was reported
 */
int qos_translate(FILE *file, const char *name, bool u32, bool router,
		  struct qos_batch *b);

/**
 * struct qos_retired - what the kernel had once
 * @kind: name of a queueing discipline or a classifier
 * @advice: what does its work today
 */
struct qos_retired {
	const char *kind;
	const char *advice;
};

extern const struct qos_retired qos_retired[];

/* --- what is on a device, qos_device.c */

/**
 * struct qos_device - a device and what is on it
 * @name: interface
 * @ifb: its device of ingress, whether it is there or not
 * @has_ifb: it is
 * @index: number of the interface
 * @mtu: octets
 * @qlen: packets, 0: no queue of its own
 * @gso_octets: largest packet handed to the device
 * @gso_segs: packets it may become
 * @root: kind of its root queueing discipline
 * @major: of that, 0: the kernel's default
 * @clsact: there is one
 * @ingress: there is an "ingress" queueing discipline, in whose place no
 *	clsact can be
 * @egress_filters: text of the filters of clsact, leaving
 * @ingress_filters: arriving
 */
struct qos_device {
	char name[IF_NAMESIZE];
	char ifb[IF_NAMESIZE];
	bool has_ifb;
	unsigned int index;
	unsigned int mtu;
	unsigned int qlen;
	unsigned int gso_octets;
	unsigned int gso_segs;
	char root[32];
	unsigned int major;
	bool clsact;
	bool ingress;
	char *egress_filters;
	char *ingress_filters;
};

/**
 * qos_device_check() - may this name be in commands of a shell and of tc
 * @name: of a device, which need not be there
 * Return: CTL_OK, or CTL_USAGE and the reason was reported
 */
int qos_device_check(const char *name);

/**
 * qos_device_read() - look at a device
 * @name: interface
 * @d: result, to be freed in any case
 * Return: CTL_OK, or enum ctl_exit and the reason was reported
 */
int qos_device_read(const char *name, struct qos_device *d);

/**
 * qos_device_free() - free what was read
 * @d: may be all zero
 */
void qos_device_free(struct qos_device *d);

/**
 * qos_is_ours() - is this major number one of ours
 * @major: of a queueing discipline
 * Return: true when it is
 */
bool qos_is_ours(unsigned int major);

/**
 * qos_device_ours() - is something of ours on the device
 * @d: device
 * @ways: where to look, QOS_LEAVING and QOS_ARRIVING
 * Return: true when there is
 */
bool qos_device_ours(const struct qos_device *d, unsigned int ways);

/**
 * qos_device_strip() - take away what is ours, and nothing else
 * @d: device; read again when something changed
 * @ways: of what leaves, of what arrives
 * Return: CTL_OK, or enum ctl_exit and the reason was reported
 */
int qos_device_strip(struct qos_device *d, unsigned int ways);

/**
 * qos_device_dump() - what is ours on a device, in a form that two devices with
 *	the same settings have in common
 * @d: device
 * @ways: of what leaves, of what arrives
 * @text: result, to be freed
 * Return: 0 or a negative errno
 */
int qos_device_dump(const struct qos_device *d, unsigned int ways, char **text);

/**
 * qos_next_filter() - the next filter in a text of tc
 * @at: where to look
 * @pref: result: its preference
 * @len: result: octets of it, with its continuation lines
 * Return: where it begins, NULL when there is none
 */
const char *qos_next_filter(const char *at, unsigned int *pref, size_t *len);

/* --- one at a time, qos_lock.c */

/**
 * qos_lock() - wait until nobody else of us changes a device
 * @lock: result: for qos_unlock(), in any case
 * Return: CTL_OK, or CTL_FAILED and the reason was reported
 */
int qos_lock(int *lock);

/**
 * qos_unlock() - let others
 * @lock: from qos_lock()
 */
void qos_unlock(int lock);

/* --- trying, qos_trial.c */

struct cmd_env;

/**
 * qos_trial() - run the commands in a network namespace that is thrown away
 * @env: for the way into it
 * @d: device they are meant for
 * @b: commands
 * @dump: result: what they make, as qos_device_dump(), to be freed; NULL when
 *	there was no namespace for want of a capability
 * Return: CTL_OK, or enum ctl_exit and the reason was reported
 */
int qos_trial(struct cmd_env *env, const struct qos_device *d,
	      const struct qos_batch *b, char **dump);

/**
 * qos_run_batch() - run the commands on a device
 * @b: commands
 * @d: device
 * @room: octets of @why
 * @why: what went wrong, with the command
 * Return: 0, -EINTR for a signal, another negative errno and @why is filled in
 */
int qos_run_batch(const struct qos_batch *b, const struct qos_device *d,
		  char *why, size_t room);

/* --- what made what is there, qos_record.c */

/**
 * qos_record_save() - remember what made a part of a device
 * @index: number of the interface
 * @b: commands, whose @ways say which part
 *
 * For this network namespace. Without the right to, nothing is remembered.
 */
void qos_record_save(unsigned int index, const struct qos_batch *b);

/**
 * qos_record_read() - what is remembered
 * @index: number of the interface
 * @way: which part: QOS_LEAVING or QOS_ARRIVING
 * @b: result, all zero before, to be freed in any case
 * Return: false when there is nothing
 */
bool qos_record_read(unsigned int index, unsigned int way,
		     struct qos_batch *b);

/**
 * qos_record_drop() - remember nothing
 * @index: number of the interface
 * @ways: which parts
 */
void qos_record_drop(unsigned int index, unsigned int ways);

/* --- another tree, qos_exchange.c */

/**
 * qos_exchange() - put a tree where the one before is, or leave that one there
 * @d: device as it is
 * @b: commands that make the new one, and say which part of the device changes
 * Return: CTL_OK, or CTL_FAILED and it was reported why, and what the device has
 * now
 *
 * What was there comes back as far as it was ours and qos_record_save() has
 * been told what made it. Between tc_watch() and tc_unwatch().
 */
int qos_exchange(struct qos_device *d, const struct qos_batch *b);

#endif
