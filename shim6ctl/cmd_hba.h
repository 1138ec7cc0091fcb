/* SPDX-License-Identifier: GPL-2.0 */
/* "hba install" and "cga load" have a file of their own; what "cga" shares */
#ifndef SHIM6CTL_CMD_HBA_H
#define SHIM6CTL_CMD_HBA_H

#include <stddef.h>

#include "setfile.h"

struct cmd_args;
struct cmd_env;
struct in6_addr;

/**
 * cmd_hba_prefixes() - the arguments "prefix"
 * @args: arguments
 * @v: result, HBA_GENERATE_MAX at most
 * @n: how many
 * Return: enum ctl_exit
 */
int cmd_hba_prefixes(const struct cmd_args *args, struct in6_addr *v,
		     size_t *n);

/**
 * cmd_hba_load() - read a file whose addresses must belong to its parameters
 * @file: its name
 * @kind: what must be in it
 * @set: result
 * Return: enum ctl_exit
 */
int cmd_hba_load(const char *file, enum setfile_kind kind,
		 struct hba_set *set);

/**
 * cmd_hba_install() - put an HBA set to use
 * @env: what the command works with
 * @args: its arguments
 * Return: enum ctl_exit
 */
int cmd_hba_install(struct cmd_env *env, const struct cmd_args *args);

/* The same for CGAs and their key */
int cmd_cga_load(struct cmd_env *env, const struct cmd_args *args);

#endif
