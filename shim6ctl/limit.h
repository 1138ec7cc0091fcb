/* SPDX-License-Identifier: GPL-2.0 */
/* Counters that say a limit was met */
#ifndef SHIM6CTL_LIMIT_H
#define SHIM6CTL_LIMIT_H

/**
 * struct limit - a limit
 * @counter: how often it was met
 * @text: what happened then
 * @advice: what to do
 * @param: tunable that raises it
 */
struct limit {
	const char *counter;
	const char *text;
	const char *advice;
	const char *param;
};

#define LIMITS	6

extern const struct limit limits[LIMITS];

#endif
