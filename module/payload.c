// SPDX-License-Identifier: GPL-2.0
/*
 * Payload packets: see payload.h. Upper-layer checksums are those of the
 * ULIDs throughout; nothing here touches them (RFC 5533 11.1).
 */
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/ipv6.h>
#include "payload.h"
#include "wire.h"

/* More extension headers than any sensible packet has. Each has 2048 octets at
 * most, so that 16 bits hold every offset.
 */
#define SHIM6_MAX_HEADERS	8

/* Headers that may stand in front of ours */
static bool shim6_header_leads(u8 nexthdr)
{
	return nexthdr == NEXTHDR_HOP || nexthdr == NEXTHDR_ROUTING ||
	       nexthdr == NEXTHDR_DEST;
}

static void shim6_payload_begin(const struct sk_buff *skb,
				struct shim6_payload_at *at)
{
	at->off = sizeof(struct ipv6hdr);
	at->prev = offsetof(struct ipv6hdr, nexthdr);
	at->nexthdr = ipv6_hdr(skb)->nexthdr;
	at->routed = false;
}

/* Step over the header at @at. The first four octets of all three kinds have
 * the same form: Next Header, length, and in a Routing header type and
 * Segments Left.
 */
static int shim6_payload_skip(const struct sk_buff *skb,
			      struct shim6_payload_at *at)
{
	int start = skb_network_offset(skb);
	unsigned int len;
	const u8 *hdr;
	u8 buf[4];

	hdr = skb_header_pointer(skb, start + at->off, sizeof(buf), buf);
	if (!hdr)
		return -EINVAL;
	len = (hdr[1] + 1) << 3;
	if (at->off + len > skb->len - start)
		return -EINVAL;
	if (at->nexthdr == NEXTHDR_ROUTING && hdr[3])
		at->routed = true;
	at->prev = at->off;
	at->off += len;
	at->nexthdr = hdr[0];
	return 0;
}

int shim6_payload_place(const struct sk_buff *skb, struct shim6_payload_at *at)
{
	struct shim6_payload_at next;
	bool behind_it;
	int i;

	shim6_payload_begin(skb, at);
	next = *at;
	for (i = 0; shim6_header_leads(next.nexthdr); i++) {
		if (i == SHIM6_MAX_HEADERS)
			return -EINVAL;
		/* Destination Options wait for a Routing header behind them */
		behind_it = next.nexthdr != NEXTHDR_DEST;
		if (shim6_payload_skip(skb, &next))
			return -EINVAL;
		if (behind_it)
			*at = next;
	}
	return 0;
}

bool shim6_payload_locate(const struct sk_buff *skb,
			  struct shim6_payload_at *at)
{
	int i;

	shim6_payload_begin(skb, at);
	for (i = 0; shim6_header_leads(at->nexthdr); i++) {
		if (i == SHIM6_MAX_HEADERS || shim6_payload_skip(skb, at))
			return false;
	}
	return at->nexthdr == SHIM6_PROTO;
}

/* Addresses and length. What is longer than the field can say (a merged
 * super-packet) has 0 there, as everywhere in the kernel.
 */
static void shim6_payload_address(struct sk_buff *skb,
				  const struct shim6_pair *pair)
{
	struct ipv6hdr *ip6 = ipv6_hdr(skb);
	unsigned int len = skb->len - sizeof(*ip6);

	ip6->saddr = pair->src;
	ip6->daddr = pair->dst;
	ip6->payload_len = len > IPV6_MAXPLEN ? 0 : htons(len);
}

int shim6_payload_push(struct sk_buff *skb, const struct shim6_payload_at *at,
		       const struct shim6_payload *to, unsigned int room)
{
	u8 *hdr;

	if (!pskb_may_pull(skb, at->off) ||
	    skb_cow_head(skb, room + SHIM6_PAYLOAD_LEN))
		return -ENOMEM;
	hdr = skb_push(skb, SHIM6_PAYLOAD_LEN);
	memmove(hdr, hdr + SHIM6_PAYLOAD_LEN, at->off);
	skb_reset_network_header(skb);
	hdr[at->prev] = SHIM6_PROTO;
	shim6_wire_payload(hdr + at->off, at->nexthdr, to->tag);
	shim6_payload_address(skb, &to->pair);
	return 0;
}

bool shim6_payload_may_stay_whole(const struct sk_buff *skb,
				  const struct shim6_payload_at *at)
{
	if (skb_is_gso(skb) && !(skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6))
		return false;
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       at->off == sizeof(struct ipv6hdr) &&
	       at->nexthdr == IPPROTO_TCP &&
	       skb_transport_offset(skb) == at->off &&
	       skb->len - at->off + SHIM6_PAYLOAD_LEN <= IPV6_MAXPLEN;
}

int shim6_payload_resize(struct sk_buff *skb, unsigned int mtu)
{
	unsigned int hlen = skb_transport_offset(skb) + tcp_hdrlen(skb);
	unsigned int size;

	/* A segment may carry 65535 octets at most, whatever the path can */
	if (mtu <= hlen || skb->len <= hlen)
		return -EMSGSIZE;
	size = min_t(unsigned int, mtu - hlen, U16_MAX - 1);
	if (skb_header_unclone(skb, GFP_ATOMIC))
		return -ENOMEM;
	skb_shinfo(skb)->gso_type |= SKB_GSO_TCPV6;
	skb_shinfo(skb)->gso_size = size;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - hlen, size);
	return 0;
}

int shim6_payload_push_whole(struct sk_buff *skb,
			     const struct shim6_payload_at *at,
			     const struct shim6_payload *to, unsigned int room)
{
	int err;

	if (skb_header_unclone(skb, GFP_ATOMIC))
		return -ENOMEM;
	err = shim6_payload_push(skb, at, to, room);
	if (err)
		return err;
	skb_shinfo(skb)->gso_type |= SKB_GSO_SCTP;
	/*
	 * A forwarder in the same kernel sets the transport header behind the
	 * IPv6 header; only the inner one leads it to the length of TCP's.
	 */
	skb->encapsulation = 1;
	skb_set_inner_network_header(skb, skb_network_offset(skb));
	skb_set_inner_transport_header(skb, skb_transport_offset(skb));
	skb_set_transport_header(skb, skb_network_offset(skb) + at->off);
	return 0;
}

/* With CHECKSUM_COMPLETE the sum covers the headers too (L-4) */
static void shim6_payload_sum(struct sk_buff *skb, unsigned int len, bool add)
{
	__wsum sum;

	if (skb->ip_summed != CHECKSUM_COMPLETE)
		return;
	sum = csum_partial(skb_network_header(skb), len, 0);
	skb->csum = add ? csum_add(skb->csum, sum) : csum_sub(skb->csum, sum);
}

/* Move the headers up to @off over the eight octets behind them, with the MAC
 * header if there is one.
 */
static void shim6_payload_close_gap(struct sk_buff *skb, unsigned int off)
{
	unsigned int transport = skb_transport_offset(skb);
	unsigned int mac = 0;
	u8 *from;

	if (skb_mac_header_was_set(skb))
		mac = -skb_mac_offset(skb);
	from = skb->data - mac;
	memmove(from + SHIM6_PAYLOAD_LEN, from, mac + off);
	__skb_pull(skb, SHIM6_PAYLOAD_LEN);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, transport);
	if (skb_mac_header_was_set(skb))
		skb->mac_header += SHIM6_PAYLOAD_LEN;
}

int shim6_payload_strip(struct sk_buff *skb, const struct shim6_payload_at *at,
			const struct shim6_payload *to)
{
	u8 nexthdr;

	if (!pskb_may_pull(skb, at->off + SHIM6_PAYLOAD_LEN))
		return -EINVAL;
	if (skb_cow_head(skb, 0))
		return -ENOMEM;
	shim6_payload_sum(skb, at->off + SHIM6_PAYLOAD_LEN, false);
	nexthdr = skb->data[at->off];
	shim6_payload_close_gap(skb, at->off);
	skb->data[at->prev] = nexthdr;
	shim6_payload_address(skb, &to->pair);
	shim6_payload_sum(skb, at->off, true);
	if (skb_is_gso(skb))
		skb_shinfo(skb)->gso_type &= ~SKB_GSO_SCTP;
	skb->encapsulation = 0;
	skb_clear_hash(skb);
	return 0;
}
