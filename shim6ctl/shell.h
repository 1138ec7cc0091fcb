/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shell: lines are edited and run, and whatever else there is to say comes
 * between them.
 *
 * Something that has news while a line is edited is a source: a descriptor and
 * a function that turns what can be read there into text. The shell takes the
 * line off the screen, prints the text and puts the line back, so neither tears
 * the other. A verb finds the shell in its struct cmd_env.
 */
#ifndef SHIM6CTL_SHELL_H
#define SHIM6CTL_SHELL_H

#include <stdbool.h>
#include <stdio.h>

struct session;
struct shell;

/**
 * struct shell_source - something that has news now and then
 * @fd: readable when it has; reading must not block
 * @ready: take the news from @fd and print them into @out, whole lines, perhaps
 *	none; false: there will be no more, and the shell forgets the source
 * @next: of the shell
 */
struct shell_source {
	int fd;
	bool (*ready)(struct shell_source *source, FILE *out);
	struct shell_source *next;
};

/**
 * shell_add() - listen to a source from now on
 * @sh: shell
 * @source: source; it stays its owner's
 */
void shell_add(struct shell *sh, struct shell_source *source);

/**
 * shell_remove() - do not listen to it any more
 * @sh: shell
 * @source: source; nothing happens when it was not listened to
 */
void shell_remove(struct shell *sh, struct shell_source *source);

/**
 * shell_run() - be a shell until it is left
 * @s: session, on a terminal
 * Return: enum ctl_exit
 */
int shell_run(struct session *s);

#endif
