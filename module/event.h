/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events for readers of the device. The only door from the engine upwards.
 */
#ifndef SHIM6_EVENT_H
#define SHIM6_EVENT_H

#include <linux/fs.h>
#include <linux/poll.h>
#include "stats.h"

struct shim6_net;
struct shim6_event;
struct shim6_event_mask;
struct shim6_reader;

int shim6_event_init(struct shim6_net *sn);
void shim6_event_exit(struct shim6_net *sn);

/**
 * shim6_event_emit() - give an event to every reader that wants its type
 * @sn: namespace
 * @ev: event; size, seq, time and lost are filled in here
 * Context: any. Costs one test while nobody listens.
 */
void shim6_event_emit(struct shim6_net *sn, struct shim6_event *ev);

/**
 * shim6_event_limit() - tell that a limit bites, once a second
 * @sn: namespace
 * @which: the limit's counter, which the caller counts
 *
 * Context: any, without ctx->lock. Costs one test while nobody listens, and a
 * look at the clock while it is quiet.
 */
void shim6_event_limit(struct shim6_net *sn, enum shim6_stat which);

/*
 * A reader: one open file. It costs no memory for events and no time until it
 * asks for some. All functions: process context.
 */
struct shim6_reader *shim6_reader_alloc(struct shim6_net *sn);
void shim6_reader_free(struct shim6_reader *r);

/**
 * shim6_reader_mask() - choose event types, their size, and what is counted
 * @r: reader
 * @m: checked by shim6_request_mask()
 * Return: 0 or -ENOMEM.
 */
int shim6_reader_mask(struct shim6_reader *r,
		      const struct shim6_event_mask *m);

/**
 * shim6_reader_read() - whole records
 * @r: reader
 * @buf: where to
 * @len: octets there
 * @nonblock: do not wait for the first one
 * Return: octets; -EAGAIN; -ERESTARTSYS; -EINVAL when not one record fits or
 * no events were asked for; -EFAULT.
 */
ssize_t shim6_reader_read(struct shim6_reader *r, char __user *buf, size_t len,
			  bool nonblock);
__poll_t shim6_reader_poll(struct shim6_reader *r, struct file *file,
			   poll_table *wait);

#endif
