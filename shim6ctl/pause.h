/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting, for commands that go on until somebody ends them: by a signal, a
 * key, or by no longer reading what they print.
 */
#ifndef SHIM6CTL_PAUSE_H
#define SHIM6CTL_PAUSE_H

#include <signal.h>
#include <stdbool.h>

/**
 * struct pause - what is put back at the end
 * @fd: tells of signals
 * @mask: signals that were blocked
 * @pipe: what SIGPIPE did
 */
struct pause {
	int fd;
	sigset_t mask;
	struct sigaction pipe;
};

enum pause_why {
	PAUSE_TIME,	/* time is up */
	PAUSE_READ,	/* there is something to read */
	PAUSE_RESIZE,	/* the terminal has another size */
	PAUSE_STOP,	/* the terminal is to be given back for a while */
	PAUSE_QUIT,	/* SIGINT, SIGTERM, SIGHUP, or nobody reads stdout */
};

/**
 * pause_begin() - from now on signals only end pause_wait()
 * @p: for pause_end()
 * @terminal: SIGWINCH and SIGTSTP too
 *
 * What was ignored stays so. SIGPIPE is: who writes sees that it fails.
 *
 * Return: 0 or a negative errno
 */
int pause_begin(struct pause *p, bool terminal);

/**
 * pause_end() - signals do what they did
 * @p: from pause_begin()
 */
void pause_end(const struct pause *p);

/**
 * pause_wait() - until something happens
 * @p: from pause_begin()
 * @fd: what may have something to read, -1: nothing
 * @ms: how long at most, -1: for ever
 * Return: why it ended; what came first of several
 */
enum pause_why pause_wait(const struct pause *p, int fd, int ms);

/**
 * pause_flush() - what was printed goes out
 * Return: true when it did; false when nobody reads it any more, which is no
 * failure, and what is left of it is forgotten
 */
bool pause_flush(void);

#endif
