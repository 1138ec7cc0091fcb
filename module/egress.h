/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Payload that leaves on a pair of locators: route, size, segments, fragments.
 */
#ifndef SHIM6_EGRESS_H
#define SHIM6_EGRESS_H

#include <linux/netfilter.h>
#include "ctx.h"
#include "payload.h"

/**
 * shim6_egress() - rewrite a packet for a pair of locators
 * @skb: packet of ours, still with its ULIDs and their route
 * @ctx: its context
 * @path: path of @ctx, @path->rewrite is true
 * @at: from shim6_payload_place()
 * @state: of the LOCAL_OUT hook
 *
 * On success the packet has the route of the locators, and goes on as it is
 * (NF_ACCEPT); or it was sent in pieces (NF_STOLEN).
 * Context: RCU; process or softirq.
 * Return: a netfilter verdict. A drop carries the error the sender gets.
 */
unsigned int shim6_egress(struct sk_buff *skb, struct shim6_ctx *ctx,
			  struct shim6_path *path,
			  const struct shim6_payload_at *at,
			  const struct nf_hook_state *state);

#endif
