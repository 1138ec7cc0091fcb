/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events of the module as they come, one line each. For whoever has a loop
 * around poll(): open, wait until the descriptor has something to read, read.
 */
#ifndef SHIM6CTL_MONITOR_H
#define SHIM6CTL_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct client;
struct net;
struct shim6_counter_entry;

/**
 * struct monitor_want - what is to be seen
 * @mask: bit n for event type n
 * @context: of this context only, 0: of all, and what is of none
 * @count: that many events, 0: without end
 * @json: a JSON object on each line, else words
 */
struct monitor_want {
	uint64_t mask;
	uint32_t context;
	uint64_t count;
	bool json;
};

/**
 * struct monitor - events being read
 * @client: module
 * @net: knows the names of interfaces; NULL: numbers do
 * @want: what is to be seen
 * @counters: names for the numbers of limits
 * @ncounters: how many
 * @shown: events shown so far
 * @lost: events lost since the last one shown
 */
struct monitor {
	struct client *client;
	struct net *net;
	struct monitor_want want;
	struct shim6_counter_entry *counters;
	size_t ncounters;
	uint64_t shown;
	uint64_t lost;
};

/* Types as words, by enum shim6_event_type less 1; NULL-terminated */
extern const char *const monitor_types[];

/**
 * monitor_open() - ask the module for events
 * @m: result
 * @c: module; it has one queue, so one monitor at a time
 * @net: knows the names of interfaces, or NULL
 * @want: what is to be seen
 * Return: 0 or a negative errno; nothing is to be closed then
 */
int monitor_open(struct monitor *m, struct client *c, struct net *net,
		 const struct monitor_want *want);

/**
 * monitor_fd() - what to wait for
 * @m: monitor
 * Return: descriptor that is readable when there are events
 */
int monitor_fd(const struct monitor *m);

/**
 * monitor_read() - show what there is
 * @m: monitor; its descriptor is readable, else this waits until it is
 * @file: where to; not flushed
 *
 * Ends behind the last of the events wanted; monitor_done() tells that.
 * Return: events shown, which may be 0; -ENODATA: no more will come; else a
 * negative errno
 */
int monitor_read(struct monitor *m, FILE *file);

/**
 * monitor_done() - have all events wanted been shown
 * @m: monitor
 * Return: true when they have
 */
bool monitor_done(const struct monitor *m);

/**
 * monitor_close() - want no more events
 * @m: monitor
 */
void monitor_close(struct monitor *m);

#endif
