/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When to start a context: ULID pairs without one are counted until the
 * trigger or a policy rule says so. Bounded memory; only outgoing traffic may
 * start a context.
 */
#ifndef SHIM6_TRIGGER_H
#define SHIM6_TRIGGER_H

#include <linux/skbuff.h>
#include "shim6.h"

struct shim6_net;
struct shim6_flow_entry;

int shim6_trigger_init(struct shim6_net *sn);
void shim6_trigger_exit(struct shim6_net *sn);

/**
 * shim6_trigger_out() - a packet without a context leaves
 * @sn: namespace
 * @skb: packet, network header set; not changed
 * Context: RCU; process or softirq. Starts the context itself when due.
 */
void shim6_trigger_out(struct shim6_net *sn, const struct sk_buff *skb);

/**
 * shim6_trigger_start() - start a context as the trigger does
 * @sn: namespace
 * @local: our address, of a set with another locator that works
 * @peer: the other's
 * Context: process or softirq.
 * Return: enum shim6_flow_reason; SHIM6_FLOW_BELOW_TRIGGER: it is begun, or
 * there was a context.
 */
u32 shim6_trigger_start(struct shim6_net *sn, const struct in6_addr *local,
			const struct in6_addr *peer);

/**
 * shim6_trigger_in() - a packet without a context came in
 * @sn: namespace
 * @skb: packet, its destination is ours or not; counts only for a ULID pair
 *	that outgoing traffic made known
 * Context: RCU, softirq.
 */
void shim6_trigger_in(struct shim6_net *sn, const struct sk_buff *skb);

/**
 * shim6_trigger_prepare() - have the table of ULID pairs, in the size wanted
 * @sn: namespace
 *
 * Not necessary: without it the table is made by a work item after the first
 * packet, which then is not counted. A change of size forgets all pairs.
 * Context: process, cfg_mutex held.
 * Return: 0 or -ENOMEM and nothing changed.
 */
int shim6_trigger_prepare(struct shim6_net *sn);

/* As shim6_trigger_prepare(), but only if there is a table already */
int shim6_trigger_resize(struct shim6_net *sn);

/**
 * shim6_trigger_next() - list ULID pairs seen lately
 * @sn: namespace
 * @cursor: 0 to begin; then as the last call left it
 * @out: result
 * Context: process.
 * Return: 0, -ENOENT behind the last.
 */
int shim6_trigger_next(struct shim6_net *sn, u64 *cursor,
		       struct shim6_flow_entry *out);

#endif
