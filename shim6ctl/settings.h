/* SPDX-License-Identifier: GPL-2.0 */
/* Files of commands, one a line */
#ifndef SHIM6CTL_SETTINGS_H
#define SHIM6CTL_SETTINGS_H

#include <stdbool.h>

struct cmd_env;

/* What is done with a line that has words; returns enum ctl_exit */
typedef int settings_line_fn(struct cmd_env *env, int argc, char **argv);

/**
 * settings_run() - carry out all lines that can be, and say how many
 * @env: what commands work with
 * @name: file
 * @line: what is done with a line
 * Return: enum ctl_exit; what is wrong was reported, with the number of the
 * line
 */
int settings_run(struct cmd_env *env, const char *name,
		 settings_line_fn *line);

/**
 * settings_look() - as settings_run(), for somebody who needs only some of the
 * lines: without a word when all is well, or when there is no such file
 * @env: what commands work with
 * @name: file
 * @line: what is done with a line
 * Return: enum ctl_exit
 */
int settings_look(struct cmd_env *env, const char *name,
		  settings_line_fn *line);

/**
 * settings_read() - carry out lines up to the first that cannot be
 * @env: what commands work with
 * @name: file, "-": standard input
 * @line: what is done with a line
 * @n: result: how many went well
 * Return: enum ctl_exit; what is wrong was reported, with the number of the
 * line
 */
int settings_read(struct cmd_env *env, const char *name,
		  settings_line_fn *line, unsigned int *n);

/**
 * settings_quiet() - run a command whose result is nobody's business
 * @env: what commands work with
 * @run: the command, with an output that prints nothing
 * @arg: for it
 * Return: enum ctl_exit
 */
int settings_quiet(struct cmd_env *env,
		   int (*run)(struct cmd_env *env, void *arg), void *arg);

#endif
