/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages whose signature must be checked: that takes long and sleeps, so
 * they wait, a bounded number of them, for a work item (C-8).
 */
#ifndef SHIM6_VERIFY_H
#define SHIM6_VERIFY_H

#include <linux/llist.h>
#include "shim6.h"

struct shim6_net;

/**
 * struct shim6_waiting - a message that waits
 * @node: in sn->waiting
 * @pair: addresses of its packet as received
 * @offset: octets from the IPv6 header to the Shim6 header
 * @len: octets of @packet
 * @packet: copy of the packet up to the end of the message
 */
struct shim6_waiting {
	struct llist_node node;
	struct shim6_pair pair;
	u16 offset;
	u16 len;
	u8 packet[] __aligned(8);
};

/**
 * shim6_waiting_new() - a copy of a message
 * @pair: addresses of its packet
 * @packet: IPv6 header
 * @len: octets from there to the end of the message
 * @offset: where the Shim6 header is
 *
 * Context: any.
 * Return: to be freed with kfree(), or NULL without memory.
 */
struct shim6_waiting *shim6_waiting_new(const struct shim6_pair *pair,
					const u8 *packet, u16 len, u16 offset);

/**
 * shim6_verify_queue() - let a message wait
 * @sn: namespace
 * @pair: addresses of its packet
 * @packet: IPv6 header
 * @len: octets from there to the end of the message
 * @offset: where the Shim6 header is
 *
 * The caller has made all cheap checks (C-9). Context: any. Beyond verify_max,
 * and without memory, the message is dropped and counted.
 */
void shim6_verify_queue(struct shim6_net *sn, const struct shim6_pair *pair,
			const u8 *packet, u16 len, u16 offset);

/**
 * shim6_verify_setup() - who takes the messages up again
 * @handler: called in process context; the message stays the caller's
 */
void shim6_verify_setup(void (*handler)(struct shim6_net *sn,
					const struct shim6_waiting *w));

int shim6_verify_init(struct shim6_net *sn);
/* Nothing is queued any more; waits for the one in hand */
void shim6_verify_exit(struct shim6_net *sn);

#endif
