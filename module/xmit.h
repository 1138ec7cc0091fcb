/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending control messages.
 */
#ifndef SHIM6_XMIT_H
#define SHIM6_XMIT_H

#include <linux/skbuff.h>
#include "wire.h"

struct shim6_net;
struct dst_entry;

/**
 * shim6_xmit_route() - output route for a locator pair
 * @sn: namespace
 * @pair: source ours; the source is part of the look-up and never re-chosen,
 *	and its VRF is where the route is
 * @mark: skb->mark of the packet
 * Context: RCU, BH off or on.
 * Return: route with a reference, or ERR_PTR().
 */
struct dst_entry *shim6_xmit_route(struct shim6_net *sn,
				   const struct shim6_pair *pair, u32 mark);

/* Memory for a control message: put SHIM6_CTRL_ROOM at most, then xmit */
struct sk_buff *shim6_xmit_alloc(gfp_t gfp);

/**
 * shim6_xmit_skb() - send a control message
 * @sn: namespace
 * @pair: source ours
 * @skb: from shim6_xmit_alloc(), the encoded message in it; consumed
 * @dscp: of the packet, see precedence.h
 * Counts the message by its type.
 * Return: 0, -ENETUNREACH without a route, another error of the output.
 */
int shim6_xmit_skb(struct shim6_net *sn, const struct shim6_pair *pair,
		   struct sk_buff *skb, u8 dscp);

/* Encode and send a stateless message */
int shim6_xmit_msg(struct shim6_net *sn, const struct shim6_pair *pair,
		   const struct shim6_msg *msg, u8 dscp);

#endif
