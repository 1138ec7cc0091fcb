/* SPDX-License-Identifier: GPL-2.0 */
/* Contexts at work: two looks at them, and what happened in between */
#ifndef SHIM6CTL_TOP_H
#define SHIM6CTL_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "client.h"

enum top_order {
	TOP_BY_OUT,	/* octets sent in a second */
	TOP_BY_IN,	/* octets received in a second */
	TOP_BY_RTT,	/* of probes */
	TOP_BY_SWITCH,	/* the last first */
	TOP_BY_ID,
	TOP_ORDERS,
};

/* By enum top_order; NULL-terminated */
extern const char *const top_orders[];

/**
 * struct top_flow - payload one way, rewritten and plain together
 * @packets: packets so far, in a second when it is a rate
 * @bytes: octets, likewise
 */
struct top_flow {
	uint64_t packets;
	uint64_t bytes;
};

/**
 * struct top_row - a context
 * @c: as it is now
 * @rated: it was there at the last look: @out and @in count
 * @out: rate of what we send
 * @in: rate of what we receive
 */
struct top_row {
	struct shim6_context_entry c;
	bool rated;
	struct top_flow out;
	struct top_flow in;
};

/**
 * struct top - all contexts
 * @rows: contexts in the order wanted
 * @n: how many
 * @last: the look before, by id
 * @nlast: how many
 * @now: when @rows were looked at
 * @before: when @last were
 * @order: enum top_order
 * @reverse: the other way round
 */
struct top {
	struct top_row *rows;
	size_t n;
	struct shim6_context_entry *last;
	size_t nlast;
	struct client_clock now;
	struct client_clock before;
	unsigned int order;
	bool reverse;
};

/**
 * top_look() - look at the contexts again
 * @t: zeroed before the first look
 * @c: module
 * Return: 0 or a negative errno
 */
int top_look(struct top *t, struct client *c);

/**
 * top_sort() - put the rows into their order
 * @t: contexts
 */
void top_sort(struct top *t);

/**
 * top_text() - a summary, the names of the columns, a line for each context
 * @t: contexts
 * @f: where to
 * @columns: width of the page: where it is too small, the pair of a context has
 *	a line of its own; 0: there is no limit
 */
void top_text(const struct top *t, FILE *f, unsigned int columns);

/**
 * top_json() - the same as one line of JSON
 * @t: contexts
 * @f: where to
 */
void top_json(const struct top *t, FILE *f);

/**
 * top_free() - forget all of it
 * @t: contexts
 */
void top_free(struct top *t);

#endif
