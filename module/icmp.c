// SPDX-License-Identifier: GPL-2.0
/*
 * ICMPv6 errors about packets of ours (RFC 5533 8).
 *
 * The stack hands them to protocol 140, whose header the quoted packet has
 * (L-7). An error about tagged payload is given to the upper layer as one
 * about the packet it had sent: ULIDs, no header of ours.
 */
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/protocol.h>
#include "ctx.h"
#include "drop.h"
#include "engine.h"
#include "icmp.h"
#include "net.h"
#include "octets.h"
#include "table.h"
#include "wire.h"

/* What of an I1 must be quoted to believe it is ours: up to its nonce */
#define SHIM6_I1_QUOTE		16

/**
 * struct shim6_quote - a quoted packet of ours
 * @pair: its addresses, source ours
 * @hdr: its Shim6 header, eight octets of it
 * @offset: octets from its IPv6 header to @hdr
 */
struct shim6_quote {
	struct shim6_pair pair;
	u8 hdr[SHIM6_PAYLOAD_LEN];
	unsigned int offset;
};

/**
 * struct shim6_icmp - an ICMPv6 error
 * @type: type
 * @code: code
 * @info: second word: MTU or Pointer, else 0
 */
struct shim6_icmp {
	u8 type;
	u8 code;
	u32 info;
};

static bool shim6_quote_read(struct sk_buff *skb, int offset,
			     struct shim6_quote *q)
{
	const struct ipv6hdr *ip6;

	if (offset < (int)sizeof(*ip6) ||
	    !pskb_may_pull(skb, offset + SHIM6_PAYLOAD_LEN))
		return false;
	ip6 = (const struct ipv6hdr *)skb->data;
	q->pair.src = ip6->saddr;
	q->pair.dst = ip6->daddr;
	q->offset = offset;
	memcpy(q->hdr, skb->data + offset, sizeof(q->hdr));
	return true;
}

static bool shim6_quote_is_payload(const struct shim6_quote *q)
{
	return q->hdr[2] & 0x80;
}

/* Does the Pointer of a Parameter Problem name an octet of our header, or the
 * Next Header octet that leads to it (a peer that lost its Shim6)?
 */
static bool shim6_icmp_about_us(const struct shim6_icmp *icmp,
				const struct shim6_quote *q)
{
	if (icmp->code == ICMPV6_UNK_NEXTHDR)
		return icmp->info < q->offset;
	return icmp->info >= q->offset &&
	       icmp->info < q->offset + SHIM6_PAYLOAD_LEN;
}

/* Errors that say something of the pair rather than of the peer's upper layer
 * (RFC 5533 8)
 */
static bool shim6_icmp_of_path(const struct shim6_icmp *icmp,
			       const struct shim6_quote *q)
{
	switch (icmp->type) {
	case ICMPV6_DEST_UNREACH:
		return icmp->code != ICMPV6_PORT_UNREACH;
	case ICMPV6_TIME_EXCEED:
		return true;
	case ICMPV6_PARAMPROB:
		return shim6_icmp_about_us(icmp, q);
	}
	return false;
}

/* Whether there is anything else to try; a look without the lock is enough */
static bool shim6_icmp_can_act(const struct shim6_ctx *ctx)
{
	const struct shim6_proto *p = &ctx->proto;

	return READ_ONCE(p->state) == SHIM6_ESTABLISHED &&
	       READ_ONCE(p->local.n) * max_t(u8, READ_ONCE(p->peer.n), 1) > 1;
}

/*
 * Cut our header out of the quoted packet: all in front of it moves up, the
 * ICMPv6 message with it, as sockets read the address right behind that.
 * RFC 4884: the quoted packet is a multiple of eight octets, as is our header.
 */
static void shim6_icmp_cut(struct sk_buff *skb, const struct shim6_quote *q)
{
	unsigned int front = skb->data - skb_network_header(skb);
	u8 *start = skb_network_header(skb);
	struct icmp6hdr *icmp6;
	unsigned int len;

	memmove(start + SHIM6_PAYLOAD_LEN, start, front + q->offset);
	skb->network_header += SHIM6_PAYLOAD_LEN;
	skb->transport_header += SHIM6_PAYLOAD_LEN;
	__skb_pull(skb, SHIM6_PAYLOAD_LEN);
	len = ntohs(ipv6_hdr(skb)->payload_len);
	if (len > SHIM6_PAYLOAD_LEN)
		ipv6_hdr(skb)->payload_len = htons(len - SHIM6_PAYLOAD_LEN);
	icmp6 = icmp6_hdr(skb);
	if ((icmp6->icmp6_type == ICMPV6_DEST_UNREACH ||
	     icmp6->icmp6_type == ICMPV6_TIME_EXCEED) &&
	    icmp6->icmp6_datagram_len * 8 > q->offset)
		icmp6->icmp6_datagram_len--;
}

/* Offset of the Next Header octet that leads to what stands at @offset */
static int shim6_quote_prev(const struct sk_buff *skb, unsigned int offset)
{
	unsigned int prev = offsetof(struct ipv6hdr, nexthdr);
	unsigned int at = sizeof(struct ipv6hdr);

	while (at < offset) {
		prev = at;
		at += ipv6_optlen((struct ipv6_opt_hdr *)(skb->data + at));
	}
	return at == offset ? (int)prev : -EINVAL;
}

/* Make the quoted packet the one that the upper layer sent */
static int shim6_icmp_translate(struct sk_buff *skb, const struct shim6_ctx *ctx,
				const struct shim6_quote *q)
{
	struct ipv6hdr *ip6;
	int prev;
	u16 len;

	prev = shim6_quote_prev(skb, q->offset);
	if (prev < 0)
		return prev;
	shim6_icmp_cut(skb, q);
	skb->data[prev] = q->hdr[0];
	ip6 = (struct ipv6hdr *)skb->data;
	ip6->saddr = ctx->key.local;
	ip6->daddr = ctx->key.peer;
	len = ntohs(ip6->payload_len);
	if (len >= SHIM6_PAYLOAD_LEN)
		ip6->payload_len = htons(len - SHIM6_PAYLOAD_LEN);
	return 0;
}

/* As the stack does it for a packet without our header */
static void shim6_icmp_deliver(struct sk_buff *skb,
			       const struct shim6_icmp *icmp)
{
	const struct inet6_protocol *proto;
	u8 nexthdr = ((struct ipv6hdr *)skb->data)->nexthdr;
	int offset = sizeof(struct ipv6hdr);
	__be16 frag_off;

	if (ipv6_ext_hdr(nexthdr))
		offset = ipv6_skip_exthdr(skb, offset, &nexthdr, &frag_off);
	if (offset < 0 || nexthdr == SHIM6_PROTO ||
	    !pskb_may_pull(skb, offset + 8))
		return;
	proto = rcu_dereference(inet6_protos[nexthdr]);
	if (proto && proto->err_handler)
		proto->err_handler(skb, IP6CB(skb), icmp->type, icmp->code,
				   offset, htonl(icmp->info));
}

/* The numbers in the message, seen from above the shim */
static void shim6_icmp_info(struct shim6_icmp *icmp,
			    const struct shim6_quote *q)
{
	if (icmp->type == ICMPV6_PKT_TOOBIG &&
	    icmp->info > SHIM6_PAYLOAD_LEN)
		icmp->info -= SHIM6_PAYLOAD_LEN;
	if (icmp->type == ICMPV6_PARAMPROB &&
	    icmp->info >= q->offset + SHIM6_PAYLOAD_LEN)
		icmp->info -= SHIM6_PAYLOAD_LEN;
}

/* On a copy: others read the message after us */
static void shim6_icmp_give(struct shim6_net *sn, const struct sk_buff *orig,
			    const struct shim6_ctx *ctx,
			    const struct shim6_quote *q, struct shim6_icmp icmp)
{
	struct sk_buff *skb = skb_copy(orig, GFP_ATOMIC);

	if (!skb) {
		shim6_drop(sn, RX_DROP_NOMEM, &q->pair);
		return;
	}
	shim6_icmp_info(&icmp, q);
	if (!shim6_icmp_translate(skb, ctx, q)) {
		shim6_count(sn, ICMP_TRANSLATED);
		shim6_icmp_deliver(skb, &icmp);
	}
	kfree_skb(skb);
}

/* Packet Too Big: the locators' route keeps what the router said; the upper
 * layer hears what is left for it.
 */
static void shim6_icmp_mtu(struct shim6_net *sn, struct sk_buff *skb,
			   const struct shim6_icmp *icmp)
{
	if (icmp->type == ICMPV6_PKT_TOOBIG)
		ip6_update_pmtu(skb, sn->net, htonl(icmp->info),
				l3mdev_master_ifindex_rcu(skb->dev), skb->mark,
				sock_net_uid(sn->net, NULL));
}

static void shim6_icmp_context(struct shim6_net *sn, struct sk_buff *skb,
			       struct shim6_ctx *ctx,
			       const struct shim6_quote *q,
			       const struct shim6_icmp *icmp)
{
	bool acted = false;

	shim6_icmp_mtu(sn, skb, icmp);
	if (shim6_icmp_of_path(icmp, q) && shim6_icmp_can_act(ctx)) {
		shim6_engine_notice(ctx, SHIM6_EV_HINT, &q->pair);
		acted = true;
	}
	if (!shim6_quote_is_payload(q))
		return;
	if (!acted || shim6_param(&sn->params, SHIM6_P_ICMP_ALWAYS))
		shim6_icmp_give(sn, skb, ctx, q, *icmp);
}

/* About tagged payload, or a message that carries the peer's tag (B-6) */
static void shim6_icmp_quoted(struct shim6_net *sn, struct sk_buff *skb,
			      const struct shim6_quote *q, u64 tag,
			      const struct shim6_icmp *icmp)
{
	struct shim6_ctx *ctx = shim6_table_quoted(sn, &q->pair, tag);

	if (!ctx) {
		shim6_count(sn, ICMP_UNMATCHED);
		return;
	}
	shim6_icmp_context(sn, skb, ctx, q, icmp);
	shim6_ctx_put(ctx);
}

/* Is it the I1 that this context has sent: addresses and nonce */
static bool shim6_icmp_is_i1(struct shim6_ctx *ctx, const struct shim6_quote *q,
			     u32 nonce)
{
	const struct shim6_proto *p = &ctx->proto;
	bool is;

	spin_lock_bh(&ctx->lock);
	is = p->state == SHIM6_I1_SENT && p->hs.init_nonce == nonce &&
	     shim6_pair_eq(&p->hs.pair, &q->pair);
	spin_unlock_bh(&ctx->lock);
	return is;
}

/* The peer has no Shim6, says its kernel (L-15); off-path liars know neither
 * our tag nor the nonce.
 */
static void shim6_icmp_i1(struct shim6_net *sn, struct sk_buff *skb,
			  const struct shim6_quote *q,
			  const struct shim6_icmp *icmp)
{
	struct shim6_ctx *ctx;
	const u8 *i1;

	if (icmp->type != ICMPV6_PARAMPROB ||
	    icmp->code != ICMPV6_UNK_NEXTHDR ||
	    !pskb_may_pull(skb, q->offset + SHIM6_I1_QUOTE))
		return;
	i1 = skb->data + q->offset;
	ctx = shim6_table_get_tag(sn, shim6_get48(i1 + 6) & SHIM6_TAG_MASK);
	if (ctx && shim6_icmp_is_i1(ctx, q, shim6_get32(i1 + 12)))
		shim6_engine_notice(ctx, SHIM6_EV_ICMP_NO_SUPPORT, &q->pair);
	else
		shim6_count(sn, ICMP_UNMATCHED);
	shim6_ctx_put(ctx);
}

static void shim6_icmp_control(struct shim6_net *sn, struct sk_buff *skb,
			       const struct shim6_quote *q,
			       const struct shim6_icmp *icmp)
{
	const u8 *msg;

	switch (q->hdr[2]) {
	case SHIM6_MSG_I1:
		shim6_icmp_i1(sn, skb, q, icmp);
		return;
	case SHIM6_MSG_UPDATE_REQ:
	case SHIM6_MSG_UPDATE_ACK:
	case SHIM6_MSG_KEEPALIVE:
	case SHIM6_MSG_PROBE:
		if (!pskb_may_pull(skb, q->offset + 12))
			return;
		msg = skb->data + q->offset;
		shim6_icmp_quoted(sn, skb, q,
				  shim6_get48(msg + 6) & SHIM6_TAG_MASK, icmp);
	}
}

int shim6_icmp_err(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		   u8 code, int offset, __be32 info)
{
	struct shim6_net *sn = shim6_net(dev_net(skb->dev));
	const struct shim6_icmp icmp = {
		.type = type, .code = code, .info = ntohl(info),
	};
	struct shim6_quote q;

	if (READ_ONCE(sn->dying) || !shim6_quote_read(skb, offset, &q))
		return 0;
	if (shim6_quote_is_payload(&q))
		shim6_icmp_quoted(sn, skb, &q, shim6_wire_payload_tag(q.hdr),
				  &icmp);
	else
		shim6_icmp_control(sn, skb, &q, &icmp);
	return 0;
}
