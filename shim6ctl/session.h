/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands one after the other: what they share is opened, kept and given up
 * here. One on the command line is a session of one.
 *
 * A session of many keeps the capabilities that any of its commands may need,
 * but none of them is in effect until a command runs that needs it. The module
 * is opened for each command of a shell, which would otherwise keep it from
 * being unloaded, and once for all of a batch.
 */
#ifndef SHIM6CTL_SESSION_H
#define SHIM6CTL_SESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "client.h"
#include "net.h"
#include "options.h"

struct cmd_verb;
struct ctl_system;
struct shell;

/**
 * enum session_kind - where the commands come from
 * @SESSION_ONE: the command line, a single one
 * @SESSION_BATCH: a file
 * @SESSION_SHELL: somebody who types them
 */
enum session_kind {
	SESSION_ONE,
	SESSION_BATCH,
	SESSION_SHELL,
};

/**
 * struct session - commands one after the other
 * @sys: ways to the system
 * @opt: options of the program
 * @kind: where the commands come from
 * @shell: the shell, or NULL
 * @client: module; open when its @ops are there
 * @net: addresses and routes, likewise
 * @ended: "exit" was said
 */
struct session {
	const struct ctl_system *sys;
	struct options opt;
	enum session_kind kind;
	struct shell *shell;
	struct client client;
	struct net net;
	bool ended;
};

/**
 * session_begin() - enter the namespace and give up capabilities
 * @s: @sys, @opt and @kind are filled in; not SESSION_ONE
 * Return: enum ctl_exit
 */
int session_begin(struct session *s);

/**
 * session_end() - close what is open
 * @s: session
 */
void session_end(struct session *s);

/**
 * session_words() - run the command that these words are
 * @s: session
 * @argc: words
 * @argv: words, behind the options
 * @opt: options of this command
 * Return: enum ctl_exit
 */
int session_words(struct session *s, int argc, char **argv,
		  const struct options *opt);

/**
 * session_line() - run the command of a line, if there is one
 * @s: session
 * @line: options and words
 * Return: enum ctl_exit
 */
int session_line(struct session *s, const char *line);

/**
 * session_open() - open a file to read, of anybody
 * @s: session, begun
 * @name: file
 * Return: the file, or NULL and the reason was reported
 */
FILE *session_open(struct session *s, const char *name);

/**
 * session_flush() - is what was printed where it should be
 * @ret: enum ctl_exit so far
 * Return: enum ctl_exit
 */
int session_flush(int ret);

/**
 * session_look() - what can be read without privileges, for completion
 * @s: session
 * @client: result: module, or NULL
 * @net: result: addresses and routes, or NULL
 */
void session_look(struct session *s, struct client **client,
		  struct net **net);

/**
 * session_rest() - close what a session of this kind does not keep open
 * @s: session
 */
void session_rest(struct session *s);

#endif
