/* SPDX-License-Identifier: GPL-2.0 */
/* "hba install" has a file of its own */
#ifndef SHIM6CTL_CMD_HBA_H
#define SHIM6CTL_CMD_HBA_H

struct cmd_args;
struct cmd_env;

/**
 * cmd_hba_install() - put an HBA set to use
 * @env: what the command works with
 * @args: its arguments
 * Return: enum ctl_exit
 */
int cmd_hba_install(struct cmd_env *env, const struct cmd_args *args);

#endif
