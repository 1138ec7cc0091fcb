/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands of the table of classes have in common */
#ifndef SHIM6CTL_CMD_QOS_H
#define SHIM6CTL_CMD_QOS_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd.h"
#include "qos_table.h"
#include "words.h"

#define CMD_QOS_CHANGE	(CMD_MODULE | CMD_ADMIN | CMD_TABLE)

/**
 * struct qos_member - a member of a structure that the module may refuse
 * @offset: of it
 * @size: octets of it
 * @key: argument it is set by
 * @must: what it must be, and what to do
 */
struct qos_member {
	size_t offset;
	size_t size;
	const char *key;
	const char *must;
};

#define QOS_MEMBER(type, member, arg, text)				\
	{ .offset = offsetof(struct type, member),			\
	  .size = sizeof(((struct type *)0)->member), .key = (arg),	\
	  .must = (text) }

/**
 * qos_refused() - say why the module did not take something
 * @what: what was tried, such as "class ef"
 * @err: negative errno
 * @bad: member that is to blame, as in the ABI
 * @members: what is known of them; ends with a @key of NULL
 * Return: CTL_FAILED
 */
int qos_refused(const char *what, int err, uint32_t bad,
		const struct qos_member *members);

/* Say that there is none of this name, and which there are */
int qos_no_class(const struct qos_table *t, const char *name);
int qos_no_link(const struct qos_table *t, const char *name);

/**
 * cmd_qos_table() - the table as it is for this command
 * @env: environment
 * @t: result, to be freed even after an error
 * Return: CTL_OK, or CTL_FAILED and the reason was reported
 */
int cmd_qos_table(struct cmd_env *env, struct qos_table *t);

/**
 * struct qos_edit - a change that depends on what is there
 * @env: environment
 * @args: arguments of the command
 * @arg: what else it needs
 * @name: result of the change that cmd_qos_set() makes: what it was about
 * @once: it cannot be made again: what it is made of is read but once
 * @t: the table as it is
 * @same: result: there is nothing to change
 */
struct qos_edit {
	struct cmd_env *env;
	const struct cmd_args *args;
	void *arg;
	const char *name;
	bool once;
	struct qos_table t;
	bool same;
};

/* Makes the change, and reports nothing but errors; Return: enum ctl_exit */
typedef int qos_edit_fn(struct qos_edit *e);

/**
 * cmd_qos_edit() - change the table as it was read, or not at all
 * @e: what @make needs
 * @make: makes the change; again, with a table read anew, when another program
 *	changed it meanwhile
 * Return: enum ctl_exit
 *
 * Within a file of "qos load" the changes are being collected already, and
 * take effect with all the others.
 */
int cmd_qos_edit(struct qos_edit *e, qos_edit_fn *make);

/**
 * cmd_qos_put() - set an object, when it is not so already
 * @e: the change; @same of it is set when it is
 * @cmd: ioctl that sets it
 * @now: as it shall be
 * @old: as it is; NULL: it is not there
 * @size: octets at its beginning that say what it is
 * Return: 0 or a negative errno
 */
int cmd_qos_put(struct qos_edit *e, unsigned long cmd, void *now,
		const void *old, size_t size);

/* What became of the object */
static inline const char *cmd_qos_state(const struct qos_edit *e)
{
	return e->same ? "so already" : "changed";
}

/**
 * cmd_qos_set() - change what there is one of
 * @env: environment
 * @args: arguments of the command
 * @word: what it is called
 * @make: makes the change, and tells @name
 * Return: enum ctl_exit
 */
int cmd_qos_set(struct cmd_env *env, const struct cmd_args *args,
		const char *word, qos_edit_fn *make);

/**
 * cmd_qos_check_set() - is there anything that "set" is to change
 * @args: arguments of the command
 * @n: how many of them only say what it is about
 * Return: CTL_OK, or CTL_USAGE and the reason was reported
 */
int cmd_qos_check_set(const struct cmd_args *args, unsigned int n);

/**
 * cmd_qos_done() - say what was done
 * @env: environment
 * @kind: as "class"
 * @name: which
 * @state: what became of it
 * Return: CTL_OK
 */
int cmd_qos_done(struct cmd_env *env, const char *kind, const char *name,
		 const char *state);

/* Numbers and switches that may be given */
uint64_t cmd_qos_number(const struct cmd_args *args, const char *name,
			uint64_t otherwise);
void cmd_qos_mark(const struct cmd_args *args, uint32_t *mark, uint32_t *mask);

/**
 * cmd_qos_class_arg() - the class that the argument "class" names
 * @args: arguments
 * @t: table
 * @id: result: its number, 0 for "none"; left alone without the argument
 * Return: CTL_OK, or CTL_FAILED and the reason was reported
 */
int cmd_qos_class_arg(const struct cmd_args *args, const struct qos_table *t,
		      uint32_t *id);

/* Arguments and verbs that several of them have */
#define QOS_SWITCH(key, text)						\
	{ .name = (key), .type = ARG_WORD, .words = words_switch,	\
	  .help = (text) }

#define QOS_MESSAGES_MAX	1000000		/* a second, and at once */

#define QOS_MESSAGES(key, text)						\
	{ .name = (key), .type = ARG_NUMBER, .min = 1,			\
	  .max = QOS_MESSAGES_MAX, .help = (text) }

#define QOS_PER_SECOND(key, text)					\
	{ .name = (key), .type = ARG_PER_SECOND, .min = 1,		\
	  .max = QOS_MESSAGES_MAX, .help = (text) }

/* A verb that prints a part of the table */
#define QOS_PRINTS(fn)							\
	.run = cmd_qos_list, .of = &(const struct qos_part) { .show = (fn) }

#define QOS_SHOW(text, fn)						\
	{ .name = "show", .help = (text), .flags = CMD_MODULE,		\
	  .features = SHIM6_FEATURE_QOS, QOS_PRINTS(fn) }

#define QOS_SET(text, with, fn)						\
	{ .name = "set", .help = (text), .flags = CMD_QOS_CHANGE,	\
	  .features = SHIM6_FEATURE_QOS, .args = (with), .run = (fn) }

/*
 * Parts of the table, as "list" and "show" print them; @key: in a record. All
 * are qos_show_fn.
 */
typedef void qos_show_fn(struct cmd_env *env, const char *key,
			 const struct qos_table *t);

/**
 * struct qos_part - what cmd_qos_list() prints
 * @show: by this
 */
struct qos_part {
	qos_show_fn *show;
};

qos_show_fn qos_show_classes;
qos_show_fn qos_show_links;
qos_show_fn qos_show_rules;
qos_show_fn qos_show_control;
qos_show_fn qos_show_police;
qos_show_fn qos_show_share;
qos_show_fn qos_show_trust;

/**
 * cmd_qos_list() - print a part of the table
 * @env: environment
 * @args: arguments of a verb with QOS_PRINTS()
 * Return: CTL_OK, or CTL_FAILED and the reason was reported
 */
int cmd_qos_list(struct cmd_env *env, const struct cmd_args *args);

/**
 * cmd_qos_check_print() - refuse "print" in a file of settings
 * @args: arguments
 * Return: CTL_USAGE
 */
int cmd_qos_check_print(const struct cmd_args *args);

/**
 * cmd_qos_check_links() - is there a module that knows the links
 * @env: environment
 * @word: what needs it, for messages
 * @instead: arguments that say the same without it
 * Return: CTL_OK, or enum ctl_exit and the reason was reported
 */
int cmd_qos_check_links(const struct cmd_env *env, const char *word,
			const char *instead);

/*
 * The verbs of cmd_qos_apply.c, cmd_qos_remove.c, cmd_qos_table.c and
 * cmd_qos_show.c
 */
extern const struct arg_spec cmd_qos_apply_args[];
extern const struct arg_spec cmd_qos_remove_args[];
extern const struct arg_spec cmd_qos_init_args[];
extern const struct arg_spec cmd_qos_load_args[];
extern const struct arg_spec cmd_qos_show_args[];
int cmd_qos_apply(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_apply_check(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_remove(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_remove_check(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_init(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_load(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_load_check(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_save(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_flush(struct cmd_env *env, const struct cmd_args *args);
int cmd_qos_show(struct cmd_env *env, const struct cmd_args *args);

#endif
