/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a packet hands over to traffic control: which class it is of is told by
 * skb->priority, skb->mark, skb->tc_index and the DSCP, and is told alike before
 * and after a switch, when filters on ports and addresses see neither.
 *
 * Only the namespaces with a table come here. ECN and the flow label are never
 * touched (RFC 3168, RFC 6437), and neither is skb->hash.
 */
#ifndef SHIM6_HANDOVER_H
#define SHIM6_HANDOVER_H

#include <linux/skbuff.h>
#include "ctx.h"
#include "service.h"

struct sock;

/**
 * shim6_handover_out() - a packet of ours gets what its class has
 * @sv: table
 * @skb: packet, still with its ULIDs; skb->data is its IPv6 header
 * @ctx: its context, NULL: it has none, and is left alone unless @src is a
 *	locator of a link
 * @src: locator that it leaves from
 * @sk: socket that sends it, NULL: none
 *
 * To be done before its route is looked up, as rules for routes may look at
 * its mark.
 * Context: RCU; process or softirq.
 * Return: true when skb->mark is another now: a route found before may not be
 * that of the packet.
 */
bool shim6_handover_out(const struct shim6_service *sv, struct sk_buff *skb,
			struct shim6_ctx *ctx, const struct in6_addr *src,
			const struct sock *sk);

/**
 * shim6_handover_in() - a received packet gets its class back
 * @sv: table
 * @skb: packet, with its ULIDs; skb->data is its IPv6 header
 * @ctx: its context, NULL: none
 * @link: link that it came by, NULL: none; what has neither is to be left alone
 * Context: softirq, RCU. Headers may have moved afterwards.
 */
void shim6_handover_in(const struct shim6_service *sv, struct sk_buff *skb,
		       struct shim6_ctx *ctx,
		       const struct shim6_qos_link *link);

/**
 * shim6_handover_priority() - queue on a link
 * @link: link, NULL: none
 * @minor: class in it
 * Return: for skb->priority.
 */
static inline u32 shim6_handover_priority(const struct shim6_qos_link *link,
					  u16 minor)
{
	u16 major = link ? link->major : 0;

	return (u32)(major ?: SHIM6_QOS_MAJOR) << 16 | minor;
}

/**
 * shim6_handover_mark() - skb->mark of a packet
 * @mark: as it is
 * @link: link, NULL: none
 * @klass: class, NULL: none; its bits win
 * Return: as it is to be.
 */
static inline u32 shim6_handover_mark(u32 mark,
				      const struct shim6_qos_link *link,
				      const struct shim6_qos_class *klass)
{
	if (link)
		mark = (mark & ~link->mark_mask) | link->mark;
	if (klass)
		mark = (mark & ~klass->mark_mask) | klass->mark;
	return mark;
}

/**
 * shim6_handover_index() - skb->tc_index of a packet, where there is one
 * @skb: packet
 * @index: as it is to be, 0: as it is. Drop precedences choose GRED's queues
 */
static inline void shim6_handover_index(struct sk_buff *skb, u16 index)
{
#ifdef CONFIG_NET_SCHED
	if (index)
		skb->tc_index = index;
#endif
}

#endif
