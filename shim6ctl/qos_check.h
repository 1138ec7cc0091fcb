/* SPDX-License-Identifier: GPL-2.0 */
/* The traps of traffic control: which of them a device or a script is in */
#ifndef SHIM6CTL_QOS_CHECK_H
#define SHIM6CTL_QOS_CHECK_H

struct cmd_env;
struct cmd_args;

/**
 * qos_check() - the verb "qos check"
 * @env: environment
 * @args: "dev", "file"
 * Return: 0 when nothing was found, 1 for warnings, 2 for what would not work
 */
int qos_check(struct cmd_env *env, const struct cmd_args *args);

#endif
