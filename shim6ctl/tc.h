/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs of iproute2, which know how to talk to a dozen queueing
 * disciplines and as many classifiers: run, with what they say caught.
 */
#ifndef SHIM6CTL_TC_H
#define SHIM6CTL_TC_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct tc_said - what a program said
 * @status: its exit status, 128 and the signal that ended it
 * @out: its standard output
 * @err: its standard error
 */
struct tc_said {
	int status;
	char *out;
	char *err;
};

/**
 * tc_run() - run a program and wait for it
 * @argv: name, looked for in the path, and arguments; NULL-terminated
 * @input: its standard input, NULL: nothing
 * @said: result, to be freed with tc_free() in any case
 * Return: 0 when it ended, however it did; -EINTR when a signal told this
 * program to stop, and the other one was ended; another negative errno when it
 * could not be started.
 */
int tc_run(const char *const *argv, const char *input, struct tc_said *said);

/**
 * tc_free() - free what a program said
 * @said: may be all zero
 */
void tc_free(struct tc_said *said);

/**
 * tc_batch() - let a program work through lines
 * @tool: "tc" or "ip"
 * @lines: commands without that name, a newline behind each
 * @said: as tc_run()
 * Return: as tc_run()
 */
int tc_batch(const char *tool, const char *lines, struct tc_said *said);

/**
 * tc_failed_line() - which line of a batch was refused
 * @said: what tc_batch() got
 * Return: its number, from 1; 0 when it does not say
 */
unsigned int tc_failed_line(const struct tc_said *said);

/**
 * tc_reason() - the first line of a program's complaint
 * @said: what it said
 * @text: result
 * @room: octets of @text
 */
void tc_reason(const struct tc_said *said, char *text, unsigned int room);

/**
 * tc_watch() - from now on SIGINT, SIGTERM and SIGHUP only interrupt tc_run()
 */
void tc_watch(void);

/**
 * tc_unwatch() - what they did before is done again
 */
void tc_unwatch(void);

/**
 * tc_watched() - was there such a signal
 * Return: true when there was one
 */
bool tc_watched(void);

/**
 * tc_hold() - what follows is not to be interrupted, by the last signal or by
 *	another one
 * @hold: false: it is from now on
 */
void tc_hold(bool hold);

/**
 * tc_speed() - what a link can do
 * @dev: interface
 * Return: bits per second, 0 when nobody knows
 */
uint64_t tc_speed(const char *dev);

/**
 * tc_ask() - what a program prints
 * @argv: program and its words, then NULL
 * Return: text, to be freed; NULL when the program fails.
 */
char *tc_ask(const char *const *argv);

#endif
