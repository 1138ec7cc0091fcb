// SPDX-License-Identifier: GPL-2.0
/*
 * Segmentation and merging of tagged TCP (L-3).
 *
 * Registered without INET6_PROTO_GSO_EXTHDR: with that flag the stack would
 * walk over our header and let TCP seed its checksum over the locators. The
 * checksum is that of the ULIDs, so all three callbacks are our own; TCP's do
 * the work behind the header.
 */
#include <linux/delay.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <net/gro.h>
#include <net/ip6_checksum.h>
#include <net/protocol.h>
#include "compat.h"
#include "ctx.h"
#include "net.h"
#include "offload.h"
#include "table.h"
#include "wire.h"

/* At least this long may a device hold packets after merging has stopped */
#define SHIM6_HOLD_MIN_MS	20
#define SHIM6_HOLD_MAX_MS	5000

static bool shim6_merge_stopped;

static const struct net_offload *shim6_offload_tcp(void)
{
	return rcu_dereference(inet6_offloads[IPPROTO_TCP]);
}

/* A payload header in front of TCP */
static bool shim6_offload_header_ok(const u8 *hdr)
{
	return hdr[0] == IPPROTO_TCP && !hdr[1] && (hdr[2] & 0x80);
}

/* What may be left to the device. Software ones, known by the spare bit, finish
 * a checksum where csum_start says; others may look for the addresses.
 */
static netdev_features_t shim6_gso_features(netdev_features_t features)
{
	netdev_features_t mask = NETIF_F_GSO_MASK | NETIF_F_GSO_PARTIAL |
				 NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM;

	if (!(features & NETIF_F_GSO_SCTP))
		mask |= NETIF_F_CSUM_MASK;
	return features & ~mask;
}

static struct sk_buff *shim6_gso_segment(struct sk_buff *skb,
					 netdev_features_t features)
{
	const struct net_offload *tcp = shim6_offload_tcp();

	if (!(skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6) ||
	    skb->ip_summed != CHECKSUM_PARTIAL || !tcp ||
	    !pskb_may_pull(skb, SHIM6_PAYLOAD_LEN) ||
	    !shim6_offload_header_ok(skb->data))
		return ERR_PTR(-EINVAL);
	__skb_pull(skb, SHIM6_PAYLOAD_LEN);
	skb_reset_transport_header(skb);
	skb->encapsulation = 0;
	return tcp->callbacks.gso_segment(skb, shim6_gso_features(features));
}

/* Sum of the pseudo header that TCP's checksum covers, for a received packet */
static __sum16 shim6_gro_pseudo(const struct shim6_ctx *ctx, unsigned int len)
{
	return csum_ipv6_magic(&ctx->key.peer, &ctx->key.local, len,
			       IPPROTO_TCP, 0);
}

/*
 * Is the checksum right over the ULIDs? An unfinished one has its seed
 * compared, which a packet of somebody else's with our tag does not survive.
 */
static bool shim6_gro_check(struct sk_buff *skb, const struct shim6_ctx *ctx,
			    __sum16 check)
{
	unsigned int len = skb_gro_len(skb);
	__sum16 pseudo = shim6_gro_pseudo(ctx, len);

	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_start_offset(skb) == skb_gro_offset(skb))
		return check == (__force __sum16)~(__force u16)pseudo;
	if (!__skb_gro_checksum_validate_needed(skb, false, 0))
		return true;
	if (__skb_gro_checksum_validate_complete(skb, ~csum_unfold(pseudo)))
		return false;
	/* TCP's own callback takes this one as done */
	__skb_incr_checksum_unnecessary(skb);
	NAPI_GRO_CB(skb)->csum_cnt = 1;
	return true;
}

/* Held packets with another header in this place are other flows */
static void shim6_gro_compare(struct list_head *head, const u8 *hdr,
			      unsigned int off)
{
	struct sk_buff *p;

	list_for_each_entry(p, head, list) {
		if (NAPI_GRO_CB(p)->same_flow &&
		    memcmp(hdr, p->data + off, SHIM6_PAYLOAD_LEN))
			NAPI_GRO_CB(p)->same_flow = 0;
	}
}

static struct shim6_ctx *shim6_gro_context(const struct sk_buff *skb,
					   const u8 *hdr)
{
	struct shim6_net *sn = shim6_net(dev_net(skb->dev));

	/* A namespace that goes away loses its tables before its devices */
	if (!shim6_offload_header_ok(hdr) || READ_ONCE(sn->dying))
		return NULL;
	return shim6_table_by_tag(sn, shim6_wire_payload_tag(hdr));
}

/* Return: true when the packet is one of ours that may be merged; it is then
 * pulled up to its TCP header.
 */
static bool shim6_gro_enter(struct list_head *head, struct sk_buff *skb)
{
	unsigned int off = skb_gro_offset(skb);
	unsigned int end = off + SHIM6_PAYLOAD_LEN + sizeof(struct tcphdr);
	const struct shim6_ctx *ctx;
	const struct tcphdr *th;
	const u8 *hdr;

	/* Lists of fragments are for forwarding; their checksums stay apart */
	if (READ_ONCE(shim6_merge_stopped) || NAPI_GRO_CB(skb)->flush ||
	    skb->dev->features & NETIF_F_GRO_FRAGLIST)
		return false;
	hdr = skb_gro_header(skb, end, off);
	if (!hdr)
		return false;
	ctx = shim6_gro_context(skb, hdr);
	if (!ctx)
		return false;
	shim6_gro_compare(head, hdr, off);
	skb_gro_pull(skb, SHIM6_PAYLOAD_LEN);
	skb_gro_postpull_rcsum(skb, hdr, SHIM6_PAYLOAD_LEN);
	skb_set_transport_header(skb, skb_gro_offset(skb));
	th = (const struct tcphdr *)(hdr + SHIM6_PAYLOAD_LEN);
	return shim6_gro_check(skb, ctx, th->check);
}

static struct sk_buff *shim6_gro_receive(struct list_head *head,
					 struct sk_buff *skb)
{
	const struct net_offload *tcp = shim6_offload_tcp();
	struct sk_buff *pp = NULL;
	int flush = 1;

	if (tcp && shim6_gro_enter(head, skb)) {
		flush = 0;
		NAPI_GRO_CB(skb)->proto = IPPROTO_TCP;
		/* TCP would look for an inner network header that no
		 * tunnel has set
		 */
		skb->encapsulation = 0;
		pp = call_gro_receive(tcp->callbacks.gro_receive, head, skb);
	}
	skb_gro_flush_final(skb, pp, flush);
	return pp;
}

static int shim6_gro_complete(struct sk_buff *skb, int nhoff)
{
	const struct net_offload *tcp = shim6_offload_tcp();
	const struct shim6_ctx *ctx;
	int thoff = nhoff + SHIM6_PAYLOAD_LEN;
	int err;

	if (!tcp)
		return -ENOENT;
	err = tcp->callbacks.gro_complete(skb, thoff);
	/* A context that went meanwhile: the hook refuses the packet */
	ctx = shim6_gro_context(skb, skb->data + nhoff);
	if (!err && ctx)
		tcp_hdr(skb)->check = (__force __sum16)
			~(__force u16)shim6_gro_pseudo(ctx, skb->len - thoff);
	return err;
}

static const struct net_offload shim6_offload = {
	.callbacks = {
		.gso_segment	= shim6_gso_segment,
		.gro_receive	= shim6_gro_receive,
		.gro_complete	= shim6_gro_complete,
	},
};

/* How long some device may hold a packet that was merged */
static unsigned int shim6_offload_hold_ms(void)
{
	unsigned long longest = 0;
	struct net_device *dev;
	struct net *net;

	rtnl_lock();
	down_read(&net_rwsem);
	for_each_net(net)
		for_each_netdev(net, dev)
			longest = max(longest, READ_ONCE(dev->gro_flush_timeout));
	up_read(&net_rwsem);
	rtnl_unlock();
	return clamp_t(unsigned long, 2 * longest / NSEC_PER_MSEC,
		       SHIM6_HOLD_MIN_MS, SHIM6_HOLD_MAX_MS);
}

int shim6_offload_setup(void)
{
	WRITE_ONCE(shim6_merge_stopped, false);
	return inet6_add_offload(&shim6_offload, SHIM6_PROTO);
}

void shim6_offload_teardown(void)
{
	/*
	 * The stack warns when a held packet finds its callback gone: no new
	 * one is held, then those that are leave their devices.
	 */
	WRITE_ONCE(shim6_merge_stopped, true);
	synchronize_net();
	msleep(shim6_offload_hold_ms());
	inet6_del_offload(&shim6_offload, SHIM6_PROTO);
}
