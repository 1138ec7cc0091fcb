/* SPDX-License-Identifier: GPL-2.0 */
/* What tc(8) counts in the queues of an interface */
#ifndef SHIM6CTL_QOS_QUEUE_H
#define SHIM6CTL_QOS_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct host_ops;

/**
 * struct qos_queue - a class of tc, and the queue it has
 * @major: its number
 * @minor: likewise
 * @packets: sent
 * @bytes: their octets
 * @drops: packets that were not
 * @overlimits: packets that had to wait for their rate, or were marked
 * @backlog: octets that wait now
 */
struct qos_queue {
	unsigned int major;
	unsigned int minor;
	uint64_t packets;
	uint64_t bytes;
	uint64_t drops;
	uint64_t overlimits;
	uint64_t backlog;
};

/**
 * struct qos_queues - those of an interface
 * @v: queues
 * @n: how many
 */
struct qos_queues {
	struct qos_queue *v;
	size_t n;
};

/**
 * qos_queues_read() - ask tc
 * @host: runs it
 * @dev: interface
 * @q: result, to be freed in any case
 * @why: result: what it complains of
 * @room: octets of @why
 * Return: 0, or -1 and @why is filled in
 */
int qos_queues_read(const struct host_ops *host, const char *dev,
		    struct qos_queues *q, char *why, size_t room);

/**
 * qos_queues_free() - free what it holds
 * @q: read or zeroed
 */
void qos_queues_free(struct qos_queues *q);

/**
 * qos_queue_of() - a class by its number
 * @q: those of the interface
 * @major: number
 * @minor: likewise
 * Return: what was counted, NULL when there is no such class
 */
const struct qos_queue *qos_queue_of(const struct qos_queues *q,
				     unsigned int major, unsigned int minor);

#endif
