/* SPDX-License-Identifier: GPL-2.0 */
/* What "hba" and "cga" have in common: sets in files and in the module */
#ifndef SHIM6CTL_CMD_SET_H
#define SHIM6CTL_CMD_SET_H

#include <stddef.h>

#include "cmd.h"
#include "setfile.h"

struct client;
struct in6_addr;

/* A file that "generate" of an object has made */
#define CMD_SET_FILE(object)						\
	{ .name = "file", .type = ARG_STRING,				\
	  .help = "file of \"" object " generate\"", .from = ARG_FROM_FILES, \
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

/* The number of something in the module */
#define CMD_SET_ID(source, text)					\
	{ .name = "id", .type = ARG_ID, .help = text, .from = source,	\
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

/* Arguments of "hba install" and "cga load" */
#define CMD_SET_INSTALL_ARGS(object)					\
	CMD_SET_FILE(object),						\
	{ .name = "dev", .type = ARG_DEV_PREFIX, .flags = ARG_MANY,	\
	  .help = "where a prefix is, when no address or route shows it" }, \
	{ .name = "nodad", .type = ARG_FLAG,				\
	  .help = "no duplicate address detection, for laboratories" },	\
	{ .name = "pin", .type = ARG_FLAG,				\
	  .help = "keep sessions when an interface goes: a copy of each address on lo" }, \
	{ .name = "name", .type = ARG_HOST,				\
	  .help = "host name in the DNS; else that of this host" }

/* Arguments both kinds of "generate" begin with */
#define CMD_SET_GENERATE_ARGS						\
	{ .name = "prefix", .type = ARG_PREFIX64,			\
	  .help = "one of each provider",				\
	  .flags = ARG_POSITIONAL | ARG_REQUIRED | ARG_MANY },		\
	{ .name = "sec", .type = ARG_NUMBER, .max = HBA_SEC_MAX,	\
	  .help = "strength: 65536^sec hashes to make; 1 when not given" }

/**
 * struct cmd_set_kind - what can be removed from the module
 * @object: as in "hba remove"
 * @what: what it is
 * @note: what stays when it is removed
 * @del: removes it
 */
struct cmd_set_kind {
	const char *object;
	const char *what;
	const char *note;
	int (*del)(struct client *c, uint32_t id);
};

/**
 * cmd_set_prefixes() - the arguments "prefix"
 * @args: arguments
 * @v: result, HBA_GENERATE_MAX at most
 * @n: how many
 * Return: enum ctl_exit
 */
int cmd_set_prefixes(const struct cmd_args *args, struct in6_addr *v,
		     size_t *n);

/**
 * cmd_set_load() - read a file whose addresses must belong to its parameters
 * @file: its name
 * @kind: what must be in it
 * @set: result
 * Return: enum ctl_exit
 */
int cmd_set_load(const char *file, enum setfile_kind kind,
		 struct hba_set *set);

/**
 * cmd_set_addresses() - show the addresses of a set
 * @o: inside a record
 * @set: set
 */
void cmd_set_addresses(struct out *o, const struct hba_set *set);

/**
 * cmd_set_remove() - the verb "remove"
 * @env: what the command works with
 * @args: its arguments
 * @kind: of what is removed
 * Return: enum ctl_exit
 */
int cmd_set_remove(struct cmd_env *env, const struct cmd_args *args,
		   const struct cmd_set_kind *kind);

/**
 * cmd_hba_install() - put an HBA set to use
 * @env: what the command works with
 * @args: its arguments
 * Return: enum ctl_exit
 */
int cmd_hba_install(struct cmd_env *env, const struct cmd_args *args);

/* Is the file what it must be */
int cmd_hba_install_check(struct cmd_env *env, const struct cmd_args *args);

/* The same two for CGAs and their key */
int cmd_cga_load_check(struct cmd_env *env, const struct cmd_args *args);
int cmd_cga_load(struct cmd_env *env, const struct cmd_args *args);

#endif
