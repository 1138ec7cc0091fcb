/* SPDX-License-Identifier: GPL-2.0 */
/* Files of commands, one a line: settings that are kept */
#ifndef SHIM6CTL_SETTINGS_H
#define SHIM6CTL_SETTINGS_H

struct cmd_env;

/**
 * settings_run() - do something with every command of a file, and say how many
 * there were
 * @env: environment
 * @name: file
 * @line: called for each line that has words; complaints have name and number
 *	of the line in front; enum ctl_exit
 * Return: CTL_OK, or CTL_FAILED when something was reported; all lines were
 * looked at then, too
 */
int settings_run(struct cmd_env *env, const char *name,
		 int (*line)(struct cmd_env *env, int argc, char **argv));

/**
 * settings_look() - the same for somebody who needs only some of the lines:
 * without a word when all is well, or when there is no such file
 * @env: environment
 * @name: file
 * @line: called for each line that has words
 * Return: enum ctl_exit
 */
int settings_look(struct cmd_env *env, const char *name,
		  int (*line)(struct cmd_env *env, int argc, char **argv));

#endif
