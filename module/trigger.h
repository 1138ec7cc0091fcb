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
 * shim6_trigger_in() - a packet without a context came in
 * @sn: namespace
 * @skb: packet, its destination is ours or not; counts only for a ULID pair
 *	that outgoing traffic made known
 * Context: RCU, softirq.
 */
void shim6_trigger_in(struct shim6_net *sn, const struct sk_buff *skb);

/* The n-th ULID pair seen lately; -ENOENT behind the last. Context: process */
int shim6_trigger_get(struct shim6_net *sn, unsigned int n,
		      struct shim6_flow_entry *out);

#endif
