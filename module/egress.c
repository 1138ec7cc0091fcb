// SPDX-License-Identifier: GPL-2.0
/*
 * Payload that leaves on a pair of locators: see egress.h.
 *
 * A TCP super-packet stays whole whatever happens. Everything else that does
 * not fit is cut here, since the header stands in front of the Fragment header
 * (RFC 5533 4.6) and the stack would put it behind (L-1).
 */
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/geneve.h>
#include <net/gre.h>
#include <net/ip6_route.h>
#include <net/vxlan.h>
#include "compat.h"
#include "drop.h"
#include "egress.h"
#include "engine.h"
#include "handover.h"
#include "net.h"
#include "service.h"
#include "xmit.h"

/**
 * struct shim6_tx - a packet on its way out
 * @sn: namespace
 * @ctx: context
 * @at: where the header goes
 * @to: what the packet gets
 * @dst: route of the locators, a reference
 * @mtu: longest packet, before it is tagged
 * @state: of the hook
 */
struct shim6_tx {
	struct shim6_net *sn;
	struct shim6_ctx *ctx;
	struct shim6_payload_at at;
	struct shim6_payload to;
	struct dst_entry *dst;
	unsigned int mtu;
	const struct nf_hook_state *state;
};

/* The cache holds what was found for packets without a mark */
static struct dst_entry *shim6_egress_route(struct shim6_net *sn,
					    struct shim6_path *path, u32 mark)
{
	bool cached = path->cache.cache && !mark;
	struct dst_entry *dst;

	if (cached) {
		local_bh_disable();
		dst = dst_cache_get(&path->cache);
		local_bh_enable();
		if (dst)
			return dst;
	}
	dst = shim6_xmit_route(sn, &path->pair, mark);
	if (cached && !IS_ERR(dst)) {
		local_bh_disable();
		dst_cache_set_ip6(&path->cache, dst, &path->pair.src);
		local_bh_enable();
	}
	return dst;
}

/* What the sender set for its socket. Not that of @skb->sk, which a tunnel's
 * packet has of the packet inside.
 */
static const struct ipv6_pinfo *
shim6_egress_socket(const struct nf_hook_state *state)
{
	const struct sock *sk = state->sk;

	return sk && sk->sk_family == AF_INET6 ? inet6_sk(sk) : NULL;
}

/* As ip6_skb_dst_mtu(), for a route the packet does not have yet */
static unsigned int shim6_egress_mtu(const struct nf_hook_state *state,
				     const struct dst_entry *dst)
{
	const struct ipv6_pinfo *np = shim6_egress_socket(state);

	if (np && np->pmtudisc >= IPV6_PMTUDISC_PROBE)
		return READ_ONCE(dst->dev->mtu) - SHIM6_PAYLOAD_LEN;
	return dst_mtu(dst) - SHIM6_PAYLOAD_LEN;
}

/* Devices that put a header of their own around a packet use the marks of an
 * inner packet for it, and segmentation is theirs.
 */
static bool shim6_egress_tunnel(const struct net_device *dev)
{
	if (dev->type != ARPHRD_ETHER && dev->type != ARPHRD_LOOPBACK)
		return true;
	return netif_is_vxlan(dev) || netif_is_geneve(dev) ||
	       netif_is_gretap(dev) || netif_is_ip6gretap(dev);
}

/* Software devices finish a checksum where csum_start says (2.5 in L-3); a
 * network card may look at the headers instead.
 */
static bool shim6_egress_soft(const struct net_device *dev)
{
	return dev->features & NETIF_F_GSO_SCTP;
}

static void shim6_egress_count(const struct shim6_tx *tx,
			       const struct sk_buff *skb)
{
	u32 packets = max_t(u32, skb_shinfo(skb)->gso_segs, 1);

	shim6_count_add(tx->sn, PAYLOAD_OUT, packets);
	shim6_ctx_count_tx(tx->ctx, packets, skb->len);
}

/* Gone without a word: for the sender it is a packet lost on the way, which is
 * what it is prepared for while a path fails.
 */
static unsigned int shim6_egress_lose(struct sk_buff *skb)
{
	kfree_skb(skb);
	return NF_STOLEN;
}

/* The packet takes over a reference of the route */
static void shim6_egress_set_route(const struct shim6_tx *tx,
				   struct sk_buff *skb)
{
	skb_dst_drop(skb);
	skb_dst_set(skb, tx->dst);
}

/* The ULIDs' route learns what fits, once; senders then adapt by themselves.
 * Values below 1280 are none to the stack (L-2): then this is done for each
 * packet and does nothing.
 */
static void shim6_egress_teach(const struct shim6_tx *tx, struct sk_buff *skb)
{
	if (dst_mtu(skb_dst(skb)) > tx->mtu)
		skb_dst_update_pmtu_no_confirm(skb, tx->mtu);
}

/* A sender that wants no fragments hears of it as from a router */
static unsigned int shim6_egress_too_big(const struct shim6_tx *tx,
					 struct sk_buff *skb)
{
	shim6_drop(tx->sn, TX_DROP_TOO_BIG, &tx->to.pair);
	skb->dev = skb_dst(skb)->dev;
	icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, tx->mtu);
	return NF_DROP_ERR(-EMSGSIZE);
}

static unsigned int shim6_egress_nomem(const struct shim6_tx *tx)
{
	shim6_drop(tx->sn, TX_DROP_NOMEM, &tx->to.pair);
	return NF_DROP_ERR(-ENOBUFS);
}

/* What qdiscs and the receiver's queues are chosen by must not become blind to
 * ports. Most packets have it already; the flow dissector wants to know of
 * some namespace.
 */
static void shim6_egress_hash(struct sk_buff *skb)
{
	if (skb->sk || skb->dev)
		skb_get_hash(skb);
}

/* A packet that fits: tagged, with its route. Return: 0, and a reference of
 * the route is the packet's, or -ENOMEM
 */
static int shim6_egress_single(const struct shim6_tx *tx, struct sk_buff *skb,
			       const struct shim6_payload_at *at)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    !shim6_egress_soft(tx->dst->dev) && skb_checksum_help(skb))
		return -ENOMEM;
	shim6_egress_hash(skb);
	if (shim6_payload_push(skb, at, &tx->to,
			       LL_RESERVED_SPACE(tx->dst->dev)))
		return -ENOMEM;
	shim6_egress_count(tx, skb);
	shim6_egress_set_route(tx, skb);
	return 0;
}

static unsigned int shim6_egress_whole(const struct shim6_tx *tx,
				       struct sk_buff *skb)
{
	shim6_egress_hash(skb);
	if (shim6_payload_push_whole(skb, &tx->at, &tx->to,
				     LL_RESERVED_SPACE(tx->dst->dev)))
		return shim6_egress_nomem(tx);
	shim6_egress_count(tx, skb);
	shim6_egress_set_route(tx, skb);
	return NF_ACCEPT;
}

static unsigned int shim6_egress_smaller(const struct shim6_tx *tx,
					 struct sk_buff *skb)
{
	int err = shim6_payload_resize(skb, tx->mtu);

	if (err == -ENOMEM)
		return shim6_egress_nomem(tx);
	if (err)
		return shim6_egress_too_big(tx, skb);
	shim6_count(tx->sn, TX_RESIZED);
	shim6_egress_teach(tx, skb);
	return shim6_egress_whole(tx, skb);
}

/* A piece of a packet, on its own from here on */
static void shim6_egress_piece(const struct shim6_tx *tx, struct sk_buff *skb,
			       const struct shim6_payload_at *at)
{
	dst_hold(tx->dst);
	if (shim6_egress_single(tx, skb, at)) {
		dst_release(tx->dst);
		shim6_drop(tx->sn, TX_DROP_NOMEM, &tx->to.pair);
		kfree_skb(skb);
		return;
	}
	tx->state->okfn(tx->state->net, tx->state->sk, skb);
}

/* Payload octets of a fragment, 0 when there is no room for any */
static unsigned int shim6_egress_fragment_room(const struct shim6_tx *tx)
{
	const struct ipv6_pinfo *np = shim6_egress_socket(tx->state);
	unsigned int mtu = tx->mtu, size, head;

	size = np ? READ_ONCE(np->frag_size) : 0;
	if (size && size < mtu)
		mtu = size;
	head = tx->at.off + sizeof(struct frag_hdr);
	return mtu >= head + 8 ? mtu - head : 0;
}

/* Fragments of @room octets each, the header in front of Fragment (L-1, L-2).
 * Return: 0 or a negative error; @skb stays the caller's.
 */
static int shim6_egress_fragments(const struct shim6_tx *tx,
				  struct sk_buff *skb, unsigned int room)
{
	struct shim6_payload_at at = tx->at;
	struct net_device *dev = tx->dst->dev;
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct ip6_frag_state frags;
	struct sk_buff *piece;
	__be32 id;

	id = ipv6_select_ident(tx->sn->net, &ip6->daddr, &ip6->saddr);
	ip6_frag_init(skb, at.off, room, dev->needed_tailroom,
		      LL_RESERVED_SPACE(dev) + SHIM6_PAYLOAD_LEN,
		      skb_network_header(skb) + at.prev, at.nexthdr, id,
		      &frags);
	at.nexthdr = NEXTHDR_FRAGMENT;
	while (frags.left > 0) {
		piece = ip6_frag_next(skb, &frags);
		if (IS_ERR(piece))
			return PTR_ERR(piece);
		shim6_egress_piece(tx, piece, &at);
	}
	return 0;
}

static unsigned int shim6_egress_fragment(const struct shim6_tx *tx,
					  struct sk_buff *skb)
{
	unsigned int room = shim6_egress_fragment_room(tx);

	shim6_egress_teach(tx, skb);
	if (!skb->ignore_df || !room || tx->at.nexthdr == NEXTHDR_FRAGMENT)
		return shim6_egress_too_big(tx, skb);
	if (!pskb_may_pull(skb, tx->at.off) ||
	    (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb)))
		return shim6_egress_nomem(tx);
	shim6_egress_hash(skb);
	if (shim6_egress_fragments(tx, skb, room)) {
		shim6_drop(tx->sn, TX_DROP_FRAGMENT, &tx->to.pair);
		return shim6_egress_lose(skb);
	}
	shim6_count(tx->sn, TX_FRAGMENTED);
	consume_skb(skb);
	return NF_STOLEN;
}

/* A packet that is no super-packet. Return: as shim6_egress() */
static unsigned int shim6_egress_plain(const struct shim6_tx *tx,
				       struct sk_buff *skb)
{
	if (skb->len > tx->mtu)
		return shim6_egress_fragment(tx, skb);
	if (shim6_egress_single(tx, skb, &tx->at))
		return shim6_egress_nomem(tx);
	return NF_ACCEPT;
}

static void shim6_egress_segment_out(const struct shim6_tx *tx,
				     struct sk_buff *seg)
{
	unsigned int verdict;

	dst_hold(tx->dst);
	verdict = shim6_egress_plain(tx, seg);
	if (verdict == NF_ACCEPT) {
		tx->state->okfn(tx->state->net, tx->state->sk, seg);
		return;
	}
	dst_release(tx->dst);
	if ((verdict & NF_VERDICT_MASK) == NF_DROP)
		kfree_skb(seg);
}

/* A super-packet that cannot stay whole */
static unsigned int shim6_egress_segment(const struct shim6_tx *tx,
					 struct sk_buff *skb)
{
	netdev_features_t features = NETIF_F_SG;
	struct sk_buff *seg, *next;

	if (!skb_gso_validate_network_len(skb, tx->mtu)) {
		shim6_egress_teach(tx, skb);
		if (!skb->ignore_df)
			return shim6_egress_too_big(tx, skb);
	}
	if (shim6_egress_soft(tx->dst->dev))
		features |= NETIF_F_HW_CSUM;
	shim6_egress_hash(skb);
	seg = skb_gso_segment(skb, features);
	if (IS_ERR_OR_NULL(seg)) {
		shim6_drop(tx->sn, TX_DROP_SEGMENT, &tx->to.pair);
		return shim6_egress_lose(skb);
	}
	shim6_count(tx->sn, TX_SEGMENTED);
	consume_skb(skb);
	skb_list_walk_safe(seg, seg, next) {
		skb_mark_not_on_list(seg);
		shim6_egress_segment_out(tx, seg);
	}
	return NF_STOLEN;
}

/* Return: as shim6_egress(); with NF_ACCEPT the route's reference is gone */
static unsigned int shim6_egress_send(const struct shim6_tx *tx,
				      struct sk_buff *skb)
{
	bool whole = shim6_payload_may_stay_whole(skb, &tx->at) &&
		     !shim6_egress_tunnel(tx->dst->dev);

	if (skb_is_gso(skb)) {
		if (!whole)
			return shim6_egress_segment(tx, skb);
		if (!skb_gso_validate_network_len(skb, tx->mtu))
			return shim6_egress_smaller(tx, skb);
		return shim6_egress_whole(tx, skb);
	}
	/* TCP cut it for the route of the ULIDs: two segments, no fragments */
	if (whole && skb->len > tx->mtu)
		return shim6_egress_smaller(tx, skb);
	return shim6_egress_plain(tx, skb);
}

unsigned int shim6_egress(struct sk_buff *skb, struct shim6_ctx *ctx,
			  struct shim6_path *path,
			  const struct shim6_payload_at *at,
			  const struct nf_hook_state *state)
{
	struct shim6_tx tx = {
		.sn = ctx->sn,
		.ctx = ctx,
		.at = *at,
		.to = { .pair = path->pair, .tag = path->tag },
		.state = state,
	};
	const struct shim6_service *sv = shim6_service(ctx->sn);
	unsigned int verdict;

	/* Routes may depend on the mark */
	if (sv)
		shim6_handover_out(sv, skb, ctx, &path->pair.src, state->sk);
	tx.dst = shim6_egress_route(ctx->sn, path, skb->mark);
	if (IS_ERR(tx.dst)) {
		shim6_drop(ctx->sn, TX_DROP_ROUTE, &path->pair);
		shim6_engine_notice(ctx, SHIM6_EV_XMIT_FAILED, &path->pair);
		return shim6_egress_lose(skb);
	}
	/* It would only wait there, see hooks.c */
	if (!netif_carrier_ok(tx.dst->dev)) {
		shim6_drop(ctx->sn, TX_DROP_LINK, &path->pair);
		dst_release(tx.dst);
		return shim6_egress_lose(skb);
	}
	tx.mtu = shim6_egress_mtu(state, tx.dst);
	verdict = shim6_egress_send(&tx, skb);
	if (verdict != NF_ACCEPT)
		dst_release(tx.dst);
	return verdict;
}
