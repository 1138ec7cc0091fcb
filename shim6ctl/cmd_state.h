/* SPDX-License-Identifier: GPL-2.0 */
/* "hba add" is to "state restore" what "hba install" is to a person */
#ifndef SHIM6CTL_CMD_STATE_H
#define SHIM6CTL_CMD_STATE_H

#include "cmd.h"

extern const struct arg_spec cmd_hba_add_args[];

/**
 * cmd_hba_add() - load the parameters of a set, without its addresses
 * @env: environment
 * @args: arguments
 * Return: enum ctl_exit
 */
int cmd_hba_add(struct cmd_env *env, const struct cmd_args *args);

#endif
