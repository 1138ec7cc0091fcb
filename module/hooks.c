// SPDX-License-Identifier: GPL-2.0
/*
 * The netfilter hooks of a namespace.
 *
 * On receive ours is the first of all: defragmentation, connection tracking,
 * firewall, IPsec and routing see ULIDs. On send it is the last, for the same
 * reason.
 */
#include <linux/icmpv6.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv6.h>
#include <net/dst.h>
#include <net/ip6_route.h>
#include <net/ndisc.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/tcp_states.h>
#include "accepted.h"
#include "compat.h"
#include "ctx.h"
#include "drop.h"
#include "egress.h"
#include "engine.h"
#include "fork.h"
#include "handover.h"
#include "hooks.h"
#include "local.h"
#include "net.h"
#include "payload.h"
#include "service.h"
#include "sockets.h"
#include "table.h"
#include "trigger.h"
#include "wire.h"

/* For the stamps of activity; 0 means "never" to them */
static u64 shim6_now(void)
{
	return ktime_get_coarse_ns() ?: 1;
}

/* Packets on the wire */
static u32 shim6_segments(const struct sk_buff *skb)
{
	return max_t(u32, skb_shinfo(skb)->gso_segs, 1);
}

/* Neighbour Discovery and MLD run below the shim (B-29) */
static bool shim6_is_discovery(const struct sk_buff *skb)
{
	int off = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	const u8 *type;
	u8 buf;

	if (ipv6_hdr(skb)->nexthdr != IPPROTO_ICMPV6)
		return false;
	type = skb_header_pointer(skb, off, sizeof(buf), &buf);
	return !type || (*type >= ICMPV6_MGM_QUERY && *type <= NDISC_REDIRECT) ||
	       *type == ICMPV6_MLD2_REPORT;
}

/*
 * A packet of an interface that is in a VRF meets each hook twice, once for the
 * VRF: when it is sent before the other, when it is received after it. Ours is
 * that for the interface: what is sent has its ULIDs for the VRF as well, what
 * is received has them back. What meets it for the VRF only is what this host
 * sends to itself.
 */
static bool shim6_is_vrf(const struct net_device *dev)
{
	return netif_is_l3_master(dev);
}

/* Addresses that can be no ULID (B-29) */
static bool shim6_no_ulid(const struct in6_addr *addr)
{
	return ipv6_addr_type(addr) & (IPV6_ADDR_MULTICAST |
				       IPV6_ADDR_LINKLOCAL |
				       IPV6_ADDR_LOOPBACK) ||
	       ipv6_addr_any(addr);
}

static bool shim6_no_flow(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);

	return shim6_no_ulid(&ip6->saddr) || shim6_no_ulid(&ip6->daddr) ||
	       shim6_is_discovery(skb);
}

/* NAT behind us would overwrite a locator */
static bool shim6_is_natted(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	return ct && ct->status & IPS_NAT_MASK;
#else
	return false;
#endif
}

static bool shim6_out_bypass(struct shim6_net *sn, const struct sk_buff *skb,
			     const struct shim6_payload_at *at)
{
	if (at->routed) {
		shim6_count(sn, TX_BYPASS_ROUTING);
		return true;
	}
	if (!shim6_is_natted(skb))
		return false;
	shim6_count(sn, TX_BYPASS_NAT);
	return true;
}

static noinline unsigned int shim6_out_reroute(struct shim6_net *sn,
					       struct sk_buff *skb,
					       const struct nf_hook_state *state)
{
	int err = ip6_route_me_harder(state->net, state->sk, skb);

	if (!err)
		return NF_ACCEPT;
	shim6_drop_skb(sn, TX_DROP_ROUTE, skb);
	return NF_DROP_ERR(err);
}

/*
 * The class of a packet that leaves with its ULIDs: what it would have after a
 * switch. A mark that is another now may lead elsewhere, as one that a firewall
 * sets does; rules on the traffic class see what the sender had set, after a
 * switch likewise. Where nothing is configured all of it is a jump not taken.
 * Return: a netfilter verdict.
 */
static __always_inline unsigned int
shim6_out_class(struct shim6_net *sn, struct sk_buff *skb,
		struct shim6_ctx *ctx, const struct nf_hook_state *state)
{
	const struct shim6_service *sv = shim6_service(sn);

	/* What we send to ourselves leaves by no link */
	if (!sv || skb_dst(skb)->dev->flags & IFF_LOOPBACK ||
	    !shim6_handover_out(sv, skb, ctx, &ipv6_hdr(skb)->saddr, state->sk))
		return NF_ACCEPT;
	return shim6_out_reroute(sn, skb, state);
}

/*
 * On a link without carrier a packet would wait for its neighbour until that
 * is given up, and TCP does not send again what it believes to be under way
 * in this host: seconds after a switch that took milliseconds. So it is lost
 * at once, without a word to the sender.
 */
static unsigned int shim6_out_unchanged(struct sk_buff *skb,
					struct shim6_ctx *ctx,
					const struct nf_hook_state *state)
{
	unsigned int verdict = shim6_out_class(ctx->sn, skb, ctx, state);

	if (verdict != NF_ACCEPT)
		return verdict;
	if (netif_carrier_ok(skb_dst(skb)->dev)) {
		if (unlikely(READ_ONCE(ctx->sn->watchers)))
			shim6_ctx_count_plain_tx(ctx, shim6_segments(skb),
						 skb->len);
		return NF_ACCEPT;
	}
	shim6_drop_skb(ctx->sn, TX_DROP_LINK, skb);
	kfree_skb(skb);
	return NF_STOLEN;
}

static unsigned int shim6_out_context(struct sk_buff *skb,
				      struct shim6_ctx *ctx,
				      const struct nf_hook_state *state)
{
	struct shim6_payload_at at;
	struct shim6_path *path;
	int err;

	/* As without a context: no class, and no mark that leads elsewhere */
	if (shim6_is_discovery(skb))
		return NF_ACCEPT;
	err = shim6_payload_place(skb, &at);
	if (shim6_out_bypass(ctx->sn, skb, &at))
		return shim6_out_class(ctx->sn, skb, NULL, state);
	if (shim6_activity_out(&ctx->proto.reap.act, shim6_now()))
		shim6_engine_payload(ctx, false, false);
	path = rcu_dereference(ctx->path);
	if (!path || !path->rewrite)
		return shim6_out_unchanged(skb, ctx, state);
	if (err) {
		shim6_drop_skb(ctx->sn, TX_DROP_HEADER, skb);
		return NF_DROP_ERR(-EINVAL);
	}
	return shim6_egress(skb, ctx, path, &at, state);
}

static struct shim6_ctx *shim6_out_lookup(struct shim6_net *sn,
					  const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct shim6_ctx *ctx;

	ctx = shim6_fork_any(sn) ? shim6_fork_find(sn, skb) : NULL;
	return ctx ?: shim6_table_by_ulids(sn, &ip6->saddr, &ip6->daddr, 0);
}

/* The socket of @state: that of @skb may be the one inside of a tunnel */
static bool shim6_out_unwanted(struct shim6_net *sn, const struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	const struct shim6_socket *s = shim6_socket_seek(sn, state->sk);

	if (!s || !READ_ONCE(s->dontshim))
		return false;
	/* What a listener sends is a SYN-ACK */
	if (READ_ONCE(s->sk->sk_state) == TCP_LISTEN && READ_ONCE(sn->accepted))
		shim6_accepted_note(sn->accepted, skb);
	shim6_count(sn, TX_BYPASS_SOCKET);
	return true;
}

static unsigned int shim6_local_out(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct shim6_net *sn = shim6_net(state->net);
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct shim6_ctx *ctx;

	/* IPsec sits above: what it will transform comes again, transformed */
	if (ip6->nexthdr == SHIM6_PROTO || dst_xfrm(skb_dst(skb)) ||
	    unlikely(shim6_is_vrf(state->out)))
		return NF_ACCEPT;
	if (shim6_sockets_any(sn) && shim6_out_unwanted(sn, skb, state))
		return shim6_out_class(sn, skb, NULL, state);
	ctx = shim6_out_lookup(sn, skb);
	if (ctx)
		return shim6_out_context(skb, ctx, state);
	if (shim6_no_flow(skb))
		return NF_ACCEPT;
	shim6_trigger_out(sn, skb);
	return shim6_out_class(sn, skb, NULL, state);
}

/* Input route of the addresses as they are now; without a reference, under
 * RCU, as ip6_route_input() does it.
 */
static struct dst_entry *shim6_in_route(struct net *net,
					const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct flowi6 fl6 = {
		.flowi6_iif = skb->dev->ifindex,
		.daddr = ip6->daddr,
		.saddr = ip6->saddr,
		.flowlabel = ip6_flowinfo(ip6),
		.flowi6_mark = skb->mark,
		.flowi6_proto = ip6->nexthdr,
	};

	return ip6_route_input_lookup(net, skb->dev, &fl6, skb,
				      RT6_LOOKUP_F_HAS_SADDR |
				      RT6_LOOKUP_F_DST_NOREF);
}

/* What has no context may be on its way to others, in a router, or in a bridge
 * that shows its packets to the hooks
 */
static bool shim6_in_ends(struct shim6_net *sn, const struct sk_buff *skb)
{
	return likely(!shim6_forwards(sn->net, skb->dev) &&
		      !nf_bridge_in_prerouting(skb)) ||
	       shim6_local_takes(sn, skb->dev, &ipv6_hdr(skb)->daddr);
}

/* The class of a packet that came with its ULIDs */
static __always_inline void shim6_in_class(struct shim6_net *sn,
					   struct sk_buff *skb,
					   struct shim6_ctx *ctx)
{
	const struct shim6_service *sv = shim6_service(sn);
	const struct in6_addr *dst = &ipv6_hdr(skb)->daddr;
	const struct shim6_qos_link *link;

	/* What we send to ourselves comes by no link */
	if (!sv || skb->dev->flags & IFF_LOOPBACK)
		return;
	link = shim6_qos_link_of(&sv->q, dst);
	if (ctx || (link && shim6_in_ends(sn, skb)))
		shim6_handover_in(sv, skb, ctx, link);
}

static void shim6_in_active(struct shim6_ctx *ctx, bool tagged)
{
	bool due = shim6_activity_in(&ctx->proto.reap.act, shim6_now());

	/* In I2-SENT and I2BIS-SENT tagged payload is an event (RFC 5533 12.2) */
	if (due || (tagged &&
		    READ_ONCE(ctx->proto.state) != SHIM6_ESTABLISHED))
		shim6_engine_payload(ctx, true, tagged);
}

/* Put the ULIDs back; the packet keeps the input route of its locator, so it
 * needs none for the ULID (architecture: the ULID's interface may be gone).
 */
static unsigned int shim6_in_restore(struct sk_buff *skb, struct shim6_ctx *ctx,
				     const struct shim6_payload_at *at,
				     struct dst_entry *dst)
{
	const struct shim6_payload to = {
		.pair = { .src = ctx->key.peer, .dst = ctx->key.local },
	};
	const struct shim6_service *sv = shim6_service(ctx->sn);
	const struct shim6_qos_link *link = NULL;
	u32 packets = shim6_segments(skb);
	u32 octets = skb->len;

	if (unlikely(READ_ONCE(ctx->watched)))
		shim6_ctx_saw(ctx, &ipv6_hdr(skb)->saddr,
			      &ipv6_hdr(skb)->daddr);
	if (sv)
		link = shim6_qos_link_of(&sv->q, &ipv6_hdr(skb)->daddr);
	if (shim6_payload_strip(skb, at, &to)) {
		shim6_drop_skb(ctx->sn, RX_DROP_PAYLOAD_NOMEM, skb);
		return NF_DROP;
	}
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, dst);
	shim6_count_add(ctx->sn, PAYLOAD_IN, packets);
	shim6_ctx_count_rx(ctx, packets, octets);
	if (sv)
		shim6_handover_in(sv, skb, ctx, link);
	shim6_in_active(ctx, true);
	return NF_ACCEPT;
}

/* A header that cannot be: RFC 5533 5.2, one header per packet (B-40) */
static bool shim6_in_malformed(const u8 *hdr)
{
	return hdr[1] || hdr[0] == SHIM6_PROTO;
}

static unsigned int shim6_in_tagged(struct shim6_net *sn, struct sk_buff *skb,
				    const struct shim6_payload_at *at,
				    const u8 *hdr)
{
	struct shim6_ctx *ctx;
	struct dst_entry *dst;

	/* Unknown tags are the protocol handler's, if they are for us (B-2) */
	ctx = shim6_table_by_tag(sn, shim6_wire_payload_tag(hdr));
	if (!ctx)
		return NF_ACCEPT;
	/* What is not for an address of ours is only passing through */
	dst = shim6_in_route(sn->net, skb);
	if (dst->error || !(shim6_route_flags(dst) & RTF_LOCAL))
		return NF_ACCEPT;
	if (shim6_in_malformed(hdr)) {
		shim6_drop_skb(sn, RX_BAD_PAYLOAD_HDR, skb);
		return NF_DROP;
	}
	if (!shim6_proto_payload_ok(READ_ONCE(ctx->proto.state))) {
		shim6_drop_skb(sn, RX_DROP_PAYLOAD_STATE, skb);
		return NF_DROP;
	}
	return shim6_in_restore(skb, ctx, at, dst);
}

/* Untagged traffic of a ULID pair counts too (B-23) */
static void shim6_in_untagged(struct shim6_net *sn, struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct shim6_ctx *ctx;

	ctx = shim6_table_by_ulids(sn, &ip6->daddr, &ip6->saddr, 0);
	if (!ctx) {
		if (shim6_no_flow(skb))
			return;
		shim6_trigger_in(sn, skb);
		shim6_in_class(sn, skb, NULL);
		return;
	}
	if (shim6_is_discovery(skb))
		return;
	if (unlikely(READ_ONCE(ctx->watched)))
		shim6_ctx_saw(ctx, &ip6->saddr, &ip6->daddr);
	if (unlikely(READ_ONCE(sn->watchers)))
		shim6_ctx_count_plain_rx(ctx, shim6_segments(skb), skb->len);
	shim6_in_class(sn, skb, ctx);
	shim6_in_active(ctx, false);
}

static unsigned int shim6_pre_routing(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	struct shim6_net *sn = shim6_net(state->net);
	u8 buf[SHIM6_PAYLOAD_LEN];
	struct shim6_payload_at at;
	const u8 *hdr;

	if (unlikely(shim6_is_vrf(state->in)))
		return NF_ACCEPT;
	if (!shim6_payload_locate(skb, &at)) {
		shim6_in_untagged(sn, skb);
		return NF_ACCEPT;
	}
	hdr = skb_header_pointer(skb, skb_network_offset(skb) + at.off,
				 sizeof(buf), buf);
	/* Not ours: control, truncated, or for another node first */
	if (!hdr || !(hdr[2] & 0x80) || at.routed)
		return NF_ACCEPT;
	return shim6_in_tagged(sn, skb, &at, hdr);
}

static const struct nf_hook_ops shim6_hook_ops[] = {
	{
		.hook		= shim6_pre_routing,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_RAW_BEFORE_DEFRAG - 1,
	}, {
		.hook		= shim6_local_out,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP6_PRI_LAST,
	},
};

int shim6_hooks_register(struct shim6_net *sn)
{
	return nf_register_net_hooks(sn->net, shim6_hook_ops,
				     ARRAY_SIZE(shim6_hook_ops));
}

void shim6_hooks_unregister(struct shim6_net *sn)
{
	nf_unregister_net_hooks(sn->net, shim6_hook_ops,
				ARRAY_SIZE(shim6_hook_ops));
}
