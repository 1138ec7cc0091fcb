/* SPDX-License-Identifier: GPL-2.0 */
/* -w: a command again and again, until Ctrl-C */
#ifndef SHIM6CTL_WATCH_H
#define SHIM6CTL_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/**
 * struct watch - a repetition
 * @title: the command, for people
 * @json: a program reads: nothing stands between the rounds
 * @ms: from the beginning of a round to that of the next one; 0: one round
 * @rounds: rounds so far
 * @next: when the next one begins
 */
struct watch {
	const char *title;
	bool json;
	uint32_t ms;
	unsigned long rounds;
	struct timespec next;
};

/**
 * watch_round() - begin a round
 * @w: repetition
 */
void watch_round(struct watch *w);

/**
 * watch_again() - wait for the next round
 * @w: repetition
 * Return: false when there is none
 */
bool watch_again(struct watch *w);

#endif
