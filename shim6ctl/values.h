/* SPDX-License-Identifier: GPL-2.0 */
/* What an argument may be now: ids, addresses and names that are there */
#ifndef SHIM6CTL_VALUES_H
#define SHIM6CTL_VALUES_H

struct arg_spec;
struct cmd_args;
struct complete;
struct session;

/**
 * values_add() - add what is there
 * @c: result
 * @s: session
 * @spec: argument
 * @args: arguments before it
 */
void values_add(struct complete *c, struct session *s,
		const struct arg_spec *spec, const struct cmd_args *args);

#endif
