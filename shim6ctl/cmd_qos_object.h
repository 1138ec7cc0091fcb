/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classes, links and rules: they are added, set and removed alike. What is
 * different about them is in their struct qos_kind.
 */
#ifndef SHIM6CTL_CMD_QOS_OBJECT_H
#define SHIM6CTL_CMD_QOS_OBJECT_H

#include <linux/shim6.h>

#include "cmd_qos.h"

/**
 * struct qos_head - what classes and links begin with
 * @id: their number; that of a rule is its pref
 * @flags: as in the ABI
 * @name: unique among its kind
 */
struct qos_head {
	__u32 id;
	__u32 flags;
	char name[SHIM6_QOS_NAME_LEN];
};

union qos_object {
	struct qos_head head;
	struct shim6_qos_class klass;
	struct shim6_qos_link link;
	struct shim6_qos_rule rule;
};

/**
 * struct qos_change - what becomes of one object
 * @env: environment
 * @args: arguments of the command
 * @t: the table as it is
 * @name: of the object
 * @o: the object as it is to be
 */
struct qos_change {
	struct cmd_env *env;
	const struct cmd_args *args;
	const struct qos_table *t;
	char name[SHIM6_QOS_NAME_LEN];
	union qos_object o;
};

/**
 * struct qos_kind - classes, links or rules
 * @word: what one is called
 * @words: what some are
 * @key: argument that names one
 * @most: how many there can be
 * @size: octets of one
 * @given: octets of one up to what is but a result of a list
 * @bad: offset of the member @bad
 * @set: SHIM6_IOC_QOS_*_SET
 * @del: SHIM6_IOC_QOS_*_DEL
 * @members: what the module may refuse
 * @of: the one with a number, or NULL
 * @named: the one of a name, or NULL; NULL: they have numbers only
 * @fresh: fill in what one has that nothing was said of; its number and its
 *	name are there
 * @take: fill in what was said; enum ctl_exit
 * @missing: say that there is none of this name; CTL_FAILED
 * @refused: say why the module did not take it, if more is known of it than
 *	@members; CTL_FAILED or CTL_OK: no more is known; may be NULL
 * @used: say who needs it; CTL_FAILED; NULL: nobody can
 */
struct qos_kind {
	const char *word;
	const char *words;
	const char *key;
	uint32_t most;
	size_t size;
	size_t given;
	size_t bad;
	unsigned long set;
	unsigned long del;
	const struct qos_member *members;
	const void *(*of)(const struct qos_table *t, uint32_t id);
	const void *(*named)(const struct qos_table *t, const char *name);
	int (*fresh)(struct qos_change *c);
	int (*take)(struct qos_change *c);
	int (*missing)(const struct qos_table *t, const char *name);
	int (*refused)(const struct qos_change *c, int err);
	int (*used)(const struct qos_change *c);
};

/* "add", "set" and "del", of verbs whose @of is the kind; enum ctl_exit */
int qos_object_add(struct cmd_env *env, const struct cmd_args *args);
int qos_object_set(struct cmd_env *env, const struct cmd_args *args);
int qos_object_del(struct cmd_env *env, const struct cmd_args *args);

#endif
