/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events for readers of the device. The only door from the engine upwards.
 */
#ifndef SHIM6_EVENT_H
#define SHIM6_EVENT_H

#include <linux/fs.h>
#include <linux/poll.h>
#include "shim6.h"

struct shim6_net;
struct shim6_event;
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

/*
 * A reader: one open file. It costs no memory for events and no time until it
 * asks for some. All functions: process context.
 */
struct shim6_reader *shim6_reader_alloc(struct shim6_net *sn);
void shim6_reader_free(struct shim6_reader *r);

/**
 * shim6_reader_mask() - choose event types
 * @r: reader
 * @mask: bit n for event type n; 0: none, what is queued stays
 * Return: 0 or -ENOMEM.
 */
int shim6_reader_mask(struct shim6_reader *r, u64 mask);

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
