/* SPDX-License-Identifier: GPL-2.0 */
/* "hba auto" has a file of its own */
#ifndef SHIM6CTL_CMD_AUTO_H
#define SHIM6CTL_CMD_AUTO_H

#include "arg.h"

struct cmd_args;
struct cmd_env;

extern const struct arg_spec cmd_hba_auto_args[];

/**
 * cmd_hba_auto() - keep the addresses of the host as they should be
 * @env: what the command works with
 * @args: its arguments
 * Return: enum ctl_exit
 */
int cmd_hba_auto(struct cmd_env *env, const struct cmd_args *args);

/**
 * cmd_hba_auto_check() - may these arguments stand in a file of settings
 * @env: what the command works with
 * @args: its arguments
 * Return: enum ctl_exit
 */
int cmd_hba_auto_check(struct cmd_env *env, const struct cmd_args *args);

#endif
