/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands as data: objects, verbs and their arguments. Matching, usage
 * and help are all made from these tables.
 */
#ifndef SHIM6CTL_CMD_H
#define SHIM6CTL_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arg.h"

struct client;
struct host_ops;
struct net;
struct out;
struct shell;

#define CMD_MODULE	(1u << 0)	/* talks to the module */
#define CMD_ADMIN	(1u << 1)	/* changes something: CAP_NET_ADMIN */
#define CMD_NET		(1u << 2)	/* reads addresses and routes */
#define CMD_FILES	(1u << 3)	/* opens a file of the user */
#define CMD_TAGS	(1u << 4)	/* shows tags, which the module gives to
					 * those with CAP_NET_ADMIN only
					 */
#define CMD_TOOLS	(1u << 5)	/* runs tc and ip, tries things in a
					 * namespace of its own
					 */
#define CMD_TRY		(1u << 8)	/* as CMD_MODULE, and goes on without */
#define CMD_ECHO	(1u << 9)	/* asks peers for an echo: CAP_NET_RAW */

#define CMD_TABLE	(1u << 10)	/* of the table of classes: one of many
					 * that may take effect together
					 */

#define CMD_ONCE	(1u << 12)	/* not to be repeated by -w: it makes
					 * something, or goes on by itself
					 */

#define CMD_ARGS_MAX	80

#define CMD_NAME_MAX	96

/**
 * struct cmd_args - arguments of a command
 * @verb: what they are for
 * @name: of the command: object, part and verb in full, but for a verb that
 *	was left out
 * @n: how many
 * @v: the arguments in the order given
 */
struct cmd_args {
	const struct cmd_verb *verb;
	char name[CMD_NAME_MAX];
	unsigned int n;
	struct arg_value v[CMD_ARGS_MAX];
};

/**
 * struct cmd_env - what a command works with
 * @client: module, when the verb has CMD_MODULE
 * @net: addresses and routes, when the verb has CMD_NET
 * @out: where its result goes
 * @add_key: as key_add_kernel()
 * @drop_key: as key_drop_kernel()
 * @quiet: no progress, nothing that is not asked for
 * @shell: the shell it was typed into, or NULL
 * @client_err: CMD_TRY: why there is no @client, a negative errno or 0
 * @host: files, tools, peers
 * @open: opens a client; for a command that runs so long that the module may
 *	come and go meanwhile, and so has no CMD_MODULE
 * @admin: as caps_admin()
 * @scratch_enter: as netns_scratch_enter()
 * @scratch_leave: as netns_scratch_leave()
 */
struct cmd_env {
	struct client *client;
	struct net *net;
	struct out *out;
	int (*add_key)(const uint8_t *pkcs8, size_t len, int32_t *serial);
	void (*drop_key)(int32_t serial);
	bool quiet;
	struct shell *shell;
	int client_err;
	const struct host_ops *host;
	int (*open)(struct client *client);
	bool (*admin)(void);
	int (*scratch_enter)(int *home);
	int (*scratch_leave)(int home);
};

/**
 * struct cmd_verb - what can be done with an object
 * @name: verb, NULL ends an array
 * @help: one phrase
 * @args: arguments it takes; positional ones first
 * @flags: CMD_*
 * @features: SHIM6_FEATURE_* it needs
 * @run: does it; returns enum ctl_exit
 * @of: to what, for a @run that several verbs have
 * @check: says what would be wrong with it beside its words, as far as that can
 *	be told, and changes nothing; NULL: nothing can. Without a module
 *	@client_err of the environment is set
 * @verbs: this is no verb but a part of the object, and these are its verbs,
 *	one of which must follow; NULL: it is a verb
 */
struct cmd_verb {
	const char *name;
	const char *help;
	const struct arg_spec *args;
	unsigned int flags;
	uint64_t features;
	int (*run)(struct cmd_env *env, const struct cmd_args *args);
	const void *of;
	int (*check)(struct cmd_env *env, const struct cmd_args *args);
	const struct cmd_verb *verbs;
};

/**
 * struct cmd_object - what a command is about
 * @name: object, NULL ends an array
 * @help: one phrase
 * @verbs: what can be done; the first one is meant when none is given and
 *	@implied is set
 * @implied: the first verb may be left out
 */
struct cmd_object {
	const char *name;
	const char *help;
	const struct cmd_verb *verbs;
	bool implied;
};

extern const struct cmd_object cmd_objects[];

/**
 * cmd_parse() - understand a command
 * @argc: words
 * @argv: words, the object first
 * @verb: result: what to run
 * @args: result: its arguments
 * Return: CTL_OK, or CTL_USAGE and the reason was reported
 */
int cmd_parse(int argc, char *const *argv, const struct cmd_verb **verb,
	      struct cmd_args *args);

/**
 * struct cmd_next - what may follow the words that are there
 * @wrong: nothing, they make no sense
 * @object: what they are about; NULL: an object
 * @verb: what is to be done; NULL: one of @verbs
 * @verbs: of the object, or of the part of it that was named
 * @words: words of the object, its part and the verb, as far as they are there
 * @value: a value of this argument, NULL: none
 * @keys: a key that cmd_next_key() likes
 * @args: arguments that are there; their texts only
 */
struct cmd_next {
	bool wrong;
	const struct cmd_object *object;
	const struct cmd_verb *verb;
	const struct cmd_verb *verbs;
	int words;
	const struct arg_spec *value;
	bool keys;
	struct cmd_args args;
};

/**
 * cmd_next() - what may follow
 * @argc: words
 * @argv: words, the object first; they may be shortened
 * @next: result
 */
void cmd_next(int argc, char *const *argv, struct cmd_next *next);

/**
 * cmd_next_key() - may this key follow
 * @next: what may
 * @spec: argument of its verb
 * Return: true when it may
 */
bool cmd_next_key(const struct cmd_next *next, const struct arg_spec *spec);

/**
 * cmd_help() - print what there is
 * @file: where
 * @argc: words
 * @argv: words, the object first; help is about as much as they name
 * Return: CTL_OK, or CTL_USAGE and the reason was reported
 */
int cmd_help(FILE *file, int argc, char *const *argv);

/**
 * cmd_get() - an argument by its name
 * @args: arguments
 * @name: its name
 * Return: the first of that name, or NULL
 */
const struct arg_value *cmd_get(const struct cmd_args *args, const char *name);

/**
 * cmd_has() - was an argument given
 * @args: arguments
 * @name: its name
 * Return: true when it was
 */
bool cmd_has(const struct cmd_args *args, const char *name);

/**
 * cmd_fail() - report what the module said
 * @what: what was tried, such as "context 7"
 * @err: negative errno
 * Return: CTL_FAILED
 */
int cmd_fail(const char *what, int err);

#endif
