// SPDX-License-Identifier: GPL-2.0
/*
 * Sending control messages along a given locator pair.
 */
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/pkt_sched.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include "drop.h"
#include "handover.h"
#include "local.h"
#include "net.h"
#include "service.h"
#include "xmit.h"

static const u8 shim6_xmit_stat[] = {
	[SHIM6_MSG_I1]		= SHIM6_STAT_I1_OUT,
	[SHIM6_MSG_R1]		= SHIM6_STAT_R1_OUT,
	[SHIM6_MSG_I2]		= SHIM6_STAT_I2_OUT,
	[SHIM6_MSG_R2]		= SHIM6_STAT_R2_OUT,
	[SHIM6_MSG_R1BIS]	= SHIM6_STAT_R1BIS_OUT,
	[SHIM6_MSG_I2BIS]	= SHIM6_STAT_I2BIS_OUT,
	[SHIM6_MSG_UPDATE_REQ]	= SHIM6_STAT_UPDATE_REQ_OUT,
	[SHIM6_MSG_UPDATE_ACK]	= SHIM6_STAT_UPDATE_ACK_OUT,
	[SHIM6_MSG_KEEPALIVE]	= SHIM6_STAT_KEEPALIVE_OUT,
	[SHIM6_MSG_PROBE]	= SHIM6_STAT_PROBE_OUT,
	[SHIM6_MSG_ERROR]	= SHIM6_STAT_ERROR_OUT,
};

struct dst_entry *shim6_xmit_route(struct shim6_net *sn,
				   const struct shim6_pair *pair, u32 mark)
{
	struct flowi6 fl6 = {
		.flowi6_proto = SHIM6_PROTO,
		.flowi6_mark = mark,
		.saddr = pair->src,
		.daddr = pair->dst,
	};
	int err, vrf = shim6_local_vrf(sn, &pair->src);
	struct dst_entry *dst;

	/* The route look-up takes any source; a locator that was taken from
	 * us must not leave this host any more.
	 */
	if (vrf < 0)
		return ERR_PTR(vrf);
	/* As for a socket that is bound to it; the kernel looks there */
	fl6.flowi6_oif = vrf;
	dst = ip6_route_output(sn->net, NULL, &fl6);
	err = dst->error;
	if (!err)
		return dst;
	dst_release(dst);
	return ERR_PTR(err);
}

struct sk_buff *shim6_xmit_alloc(gfp_t gfp)
{
	unsigned int head = LL_MAX_HEADER + sizeof(struct ipv6hdr);
	struct sk_buff *skb;

	skb = alloc_skb(head + SHIM6_CTRL_ROOM, gfp | __GFP_NOWARN);
	if (skb)
		skb_reserve(skb, head);
	return skb;
}

/* What a class does for our messages; without a table they are network control
 * to local queues and nothing on the wire.
 */
static void shim6_xmit_class(struct shim6_net *sn, struct sk_buff *skb,
			     const struct shim6_pair *pair)
{
	const struct shim6_service *sv = shim6_service(sn);
	const struct shim6_qos_class *klass;
	const struct shim6_qos_link *link;

	skb->priority = TC_PRIO_CONTROL;
	if (!sv)
		return;
	link = shim6_qos_link_of(&sv->q, &pair->src);
	klass = shim6_qos_class(&sv->q, sv->q.control.klass);
	skb->mark = shim6_handover_mark(0, link, klass);
	if (!klass)
		return;
	if (klass->minor)
		skb->priority = shim6_handover_priority(link, klass->minor);
	shim6_handover_index(skb, klass->tc_index);
}

static void shim6_xmit_header(struct sk_buff *skb,
			      const struct shim6_pair *pair, int hop_limit,
			      u8 dscp)
{
	struct ipv6hdr *hdr;

	skb_reset_transport_header(skb);
	hdr = skb_push(skb, sizeof(*hdr));
	skb_reset_network_header(skb);
	/* Not-ECT: a lost message says more than a marked one (RFC 3168 6.1) */
	ip6_flow_hdr(hdr, dscp << 2, 0);
	hdr->payload_len = htons(skb->len - sizeof(*hdr));
	hdr->nexthdr = SHIM6_PROTO;
	hdr->hop_limit = hop_limit;
	hdr->saddr = pair->src;
	hdr->daddr = pair->dst;
	skb->protocol = htons(ETH_P_IPV6);
}

static void shim6_xmit_count(struct shim6_net *sn, const struct sk_buff *skb,
			     const struct shim6_pair *pair, u8 dscp)
{
	const struct shim6_service *sv = shim6_service(sn);
	u8 type = skb->data[2];

	/* We encoded it: the type is one of the table */
	if (type < ARRAY_SIZE(shim6_xmit_stat))
		shim6_stat_inc(sn->stats, shim6_xmit_stat[type]);
	if (sv)
		shim6_service_count_control(sv, true,
					    shim6_service_link_id(sv,
								  &pair->src),
					    dscp << 2,
					    sizeof(struct ipv6hdr) + skb->len);
}

int shim6_xmit_skb(struct shim6_net *sn, const struct shim6_pair *pair,
		   struct sk_buff *skb, u8 dscp)
{
	struct dst_entry *dst;
	int err;

	rcu_read_lock();
	/* Routes may depend on the mark */
	shim6_xmit_class(sn, skb, pair);
	dst = shim6_xmit_route(sn, pair, skb->mark);
	if (IS_ERR(dst)) {
		rcu_read_unlock();
		shim6_drop(sn, TX_DROP_ROUTE, pair);
		kfree_skb(skb);
		return -ENETUNREACH;
	}
	shim6_xmit_count(sn, skb, pair, dscp);
	shim6_xmit_header(skb, pair, ip6_dst_hoplimit(dst), dscp);
	skb_dst_set(skb, dst);
	skb->dev = dst->dev;
	err = ip6_local_out(sn->net, NULL, skb);
	rcu_read_unlock();
	return net_xmit_eval(err);
}

int shim6_xmit_msg(struct shim6_net *sn, const struct shim6_pair *pair,
		   const struct shim6_msg *msg, u8 dscp)
{
	struct sk_buff *skb;
	int len;

	skb = shim6_xmit_alloc(GFP_ATOMIC);
	if (!skb) {
		shim6_drop(sn, TX_DROP_NOMEM, pair);
		return -ENOMEM;
	}
	len = shim6_wire_encode(msg, skb->data, SHIM6_CTRL_ROOM);
	if (len < 0) {
		kfree_skb(skb);
		return len;
	}
	skb_put(skb, len);
	return shim6_xmit_skb(sn, pair, skb, dscp);
}
