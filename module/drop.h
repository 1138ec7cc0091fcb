/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of a packet that is not passed on, or not answered: it is
 * counted, and who traces shim6_drop sees it with its addresses and the reason,
 * which is the name of the counter.
 */
#ifndef SHIM6_DROP_H
#define SHIM6_DROP_H

#include <linux/ipv6.h>
#include "net.h"
#include "trace.h"

/**
 * shim6_drop_as() - a packet is dropped
 * @sn: namespace
 * @why: its counter
 * @pair: its addresses as they stood in it, or were to stand in it
 * Context: any.
 */
static inline void shim6_drop_as(struct shim6_net *sn, enum shim6_stat why,
				 const struct shim6_pair *pair)
{
	shim6_stat_inc(sn->stats, why);
	trace_shim6_drop(sn, why, pair);
}

/**
 * shim6_drop_packet() - the same for a packet at hand
 * @sn: namespace
 * @why: its counter
 * @skb: packet, whose IPv6 header is in its linear part
 * Context: any; its headers are looked at only while somebody traces.
 */
static inline void shim6_drop_packet(struct shim6_net *sn, enum shim6_stat why,
				     const struct sk_buff *skb)
{
	shim6_stat_inc(sn->stats, why);
	if (trace_shim6_drop_enabled()) {
		const struct shim6_pair pair = {
			.src = ipv6_hdr(skb)->saddr,
			.dst = ipv6_hdr(skb)->daddr,
		};

		trace_shim6_drop(sn, why, &pair);
	}
}

#define shim6_drop(sn, id, pair)	\
	shim6_drop_as(sn, SHIM6_STAT_##id, pair)
#define shim6_drop_skb(sn, id, skb)	\
	shim6_drop_packet(sn, SHIM6_STAT_##id, skb)

#endif
