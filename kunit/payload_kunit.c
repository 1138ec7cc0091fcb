// SPDX-License-Identifier: GPL-2.0
/* Payload header: its place, in and out, on every shape of packet */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include "../module/compat.h"
#include "../module/wire.c"
#include "../module/payload.c"
#include "compat_kunit.h"

#define DATA_LEN	333
#define MAX_PACKET	1024
#define TAG		0x123456789abcULL

/* One letter per header: h Hop-by-Hop, r Routing with nothing left, R with
 * one segment left, d Destination Options, f Fragment, t TCP, u UDP, e ESP.
 * A digit behind one is its Hdr Ext Len.
 */
struct chain {
	const char *name;
	const char *headers;
	int off;
	int prev;
	u8 nexthdr;
	bool routed;
};

static const struct chain chains[] = {
	{ "plain", "t", 40, 6, IPPROTO_TCP },
	{ "udp", "u", 40, 6, IPPROTO_UDP },
	{ "esp", "e", 40, 6, IPPROTO_ESP },
	{ "fragment", "ft", 40, 6, NEXTHDR_FRAGMENT },
	{ "destination options", "dt", 40, 6, NEXTHDR_DEST },
	{ "destination options, fragment", "dft", 40, 6, NEXTHDR_DEST },
	{ "hop-by-hop", "ht", 48, 40, IPPROTO_TCP },
	{ "long hop-by-hop", "h2t", 64, 40, IPPROTO_TCP },
	{ "hop-by-hop, fragment", "hfu", 48, 40, NEXTHDR_FRAGMENT },
	{ "hop-by-hop, options", "hdt", 48, 40, NEXTHDR_DEST },
	{ "routing", "r2t", 64, 40, IPPROTO_TCP },
	{ "routing, options", "rdt", 48, 40, NEXTHDR_DEST },
	{ "options, routing", "drt", 56, 48, IPPROTO_TCP },
	{ "all in the recommended order", "hdr2dfu", 80, 56, NEXTHDR_DEST },
	{ "routing with a segment left", "Rt", 48, 40, IPPROTO_TCP, true },
	{ "options, routing with a segment left", "dRt", 56, 48, IPPROTO_TCP,
	  true },
};

static void chain_desc(const struct chain *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(chain, chains, chain_desc);

/* How a packet lies in memory */
enum shape {
	LINEAR,
	PAGED,		/* all behind the IPv6 header in a page */
	CLONED,
	NO_HEADROOM,
	SHAPES,
};

static const struct in6_addr ulid_src = { { { 0x20, 1, 0xd, 0xb8, 1 } } };
static const struct in6_addr ulid_dst = { { { 0x20, 1, 0xd, 0xb8, 2 } } };

static const struct shim6_payload locators = {
	.pair = {
		.src = { { { 0x20, 1, 0xd, 0xb8, 3 } } },
		.dst = { { { 0x20, 1, 0xd, 0xb8, 4 } } },
	},
	.tag = TAG,
};

static const struct shim6_payload ulids = {
	.pair = {
		.src = { { { 0x20, 1, 0xd, 0xb8, 1 } } },
		.dst = { { { 0x20, 1, 0xd, 0xb8, 2 } } },
	},
};

static u8 header_number(char letter)
{
	switch (letter) {
	case 'h': return NEXTHDR_HOP;
	case 'r':
	case 'R': return NEXTHDR_ROUTING;
	case 'd': return NEXTHDR_DEST;
	case 'f': return NEXTHDR_FRAGMENT;
	case 't': return IPPROTO_TCP;
	case 'u': return IPPROTO_UDP;
	case 's': return SHIM6_PROTO;
	default: return IPPROTO_ESP;
	}
}

/* The octets of a packet. Return: their number */
static unsigned int write_packet(u8 *buf, const char *headers)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)buf;
	unsigned int prev = 6, at = sizeof(*ip6), i;

	memset(buf, 0, MAX_PACKET);
	ip6->version = 6;
	ip6->hop_limit = 64;
	ip6->saddr = ulid_src;
	ip6->daddr = ulid_dst;
	for (; *headers; headers++) {
		buf[prev] = header_number(*headers);
		if (strchr("tue", *headers))
			break;
		prev = at;
		buf[at + 3] = *headers == 'R';
		if (headers[1] >= '0' && headers[1] <= '9')
			buf[at + 1] = *++headers - '0';
		at += (buf[at + 1] + 1) * 8;
	}
	for (i = 0; i < DATA_LEN; i++)
		buf[at + i] = i * 7 + 1;
	buf[at + 12] = 5 << 4;	/* TCP's data offset */
	ip6->payload_len = htons(at + DATA_LEN - sizeof(*ip6));
	return at + DATA_LEN;
}

static struct sk_buff *make_paged(const u8 *buf, unsigned int len,
				  unsigned int head)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);

	if (!page || !skb)
		return NULL;
	skb_reserve(skb, 64);
	skb_put_data(skb, buf, head);
	memcpy(page_address(page), buf + head, len - head);
	skb_add_rx_frag(skb, 0, page, 0, len - head, PAGE_SIZE);
	return skb;
}

static struct sk_buff *make_linear(const u8 *buf, unsigned int len,
				   unsigned int headroom)
{
	struct sk_buff *skb = alloc_skb(headroom + len, GFP_KERNEL);

	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	skb_put_data(skb, buf, len);
	return skb;
}

/* @other: the other one of a clone, else NULL */
static struct sk_buff *make_skb(struct kunit *test, const u8 *buf,
				unsigned int len, enum shape shape,
				struct sk_buff **other)
{
	struct sk_buff *skb;

	if (shape == PAGED)
		skb = make_paged(buf, len, sizeof(struct ipv6hdr));
	else
		skb = make_linear(buf, len, shape == NO_HEADROOM ? 0 : 128);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb->protocol = htons(ETH_P_IPV6);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(struct ipv6hdr));
	*other = shape == CLONED ? skb_clone(skb, GFP_KERNEL) : NULL;
	return skb;
}

static void expect_octets(struct kunit *test, struct sk_buff *skb,
			  const u8 *want, unsigned int len)
{
	static u8 got[MAX_PACKET];

	KUNIT_ASSERT_EQ(test, skb->len, len);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, 0, got, len), 0);
	SHIM6_EXPECT_MEMEQ(test, got, want, len);
}

/* What a tagged packet must look like, made the plain way */
static unsigned int tag_octets(u8 *to, const u8 *from, unsigned int len,
			       const struct chain *c)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)to;

	memcpy(to, from, c->off);
	shim6_wire_payload(to + c->off, c->nexthdr, TAG);
	memcpy(to + c->off + 8, from + c->off, len - c->off);
	to[c->prev] = SHIM6_PROTO;
	ip6->saddr = locators.pair.src;
	ip6->daddr = locators.pair.dst;
	ip6->payload_len = htons(len + 8 - sizeof(*ip6));
	return len + 8;
}

static void payload_place_finds(struct kunit *test)
{
	const struct chain *c = test->param_value;
	static u8 buf[MAX_PACKET];
	struct shim6_payload_at at;
	struct sk_buff *skb, *other;
	enum shape shape;

	for (shape = LINEAR; shape < SHAPES; shape++) {
		skb = make_skb(test, buf, write_packet(buf, c->headers), shape,
			       &other);
		KUNIT_EXPECT_EQ(test, shim6_payload_place(skb, &at), 0);
		KUNIT_EXPECT_EQ(test, (int)at.off, c->off);
		KUNIT_EXPECT_EQ(test, (int)at.prev, c->prev);
		KUNIT_EXPECT_EQ(test, at.nexthdr, c->nexthdr);
		KUNIT_EXPECT_EQ(test, at.routed, c->routed);
		kfree_skb(skb);
		kfree_skb(other);
	}
}

static void payload_round_trip(struct kunit *test)
{
	const struct chain *c = test->param_value;
	static u8 buf[MAX_PACKET], tagged[MAX_PACKET];
	struct shim6_payload_at at;
	struct sk_buff *skb, *other;
	unsigned int len, tlen;
	enum shape shape;

	len = write_packet(buf, c->headers);
	tlen = tag_octets(tagged, buf, len, c);
	for (shape = LINEAR; shape < SHAPES; shape++) {
		skb = make_skb(test, buf, len, shape, &other);
		shim6_payload_place(skb, &at);
		KUNIT_EXPECT_EQ(test, 0,
				shim6_payload_push(skb, &at, &locators, 32));
		KUNIT_EXPECT_GE(test, skb_headroom(skb), 0);
		expect_octets(test, skb, tagged, tlen);
		KUNIT_EXPECT_TRUE(test, shim6_payload_locate(skb, &at));
		KUNIT_EXPECT_EQ(test, (int)at.off, c->off);
		KUNIT_EXPECT_EQ(test, at.routed, c->routed);
		KUNIT_EXPECT_EQ(test, 0, shim6_payload_strip(skb, &at, &ulids));
		expect_octets(test, skb, buf, len);
		KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
		/* A clone's other half must not see any of it */
		if (other)
			expect_octets(test, other, buf, len);
		kfree_skb(skb);
		kfree_skb(other);
	}
}

/* A received packet, from the wire's side: MAC header, every checksum mode */
static void payload_strip_received(struct kunit *test)
{
	static const u8 modes[] = { CHECKSUM_NONE, CHECKSUM_UNNECESSARY,
				    CHECKSUM_COMPLETE, CHECKSUM_PARTIAL };
	const struct chain *c = test->param_value;
	static u8 buf[MAX_PACKET], tagged[MAX_PACKET];
	struct shim6_payload_at at;
	struct sk_buff *skb, *other;
	unsigned int len, tlen, start;
	enum shape shape;
	u8 mac[ETH_HLEN];
	int i;

	len = write_packet(buf, c->headers);
	tlen = tag_octets(tagged, buf, len, c);
	memset(mac, 0xa5, sizeof(mac));
	for (i = 0; i < 2 * ARRAY_SIZE(modes); i++) {
		shape = i & 1 ? PAGED : CLONED;
		skb = make_skb(test, tagged, tlen, shape, &other);
		memcpy(skb_push(skb, ETH_HLEN), mac, ETH_HLEN);
		skb_reset_mac_header(skb);
		__skb_pull(skb, ETH_HLEN);
		skb->ip_summed = modes[i / 2];
		if (skb->ip_summed == CHECKSUM_COMPLETE)
			skb->csum = skb_checksum(skb, 0, tlen, 0);
		if (skb->ip_summed == CHECKSUM_PARTIAL)
			skb->csum_start = skb_headroom(skb) + c->off + 8;

		KUNIT_ASSERT_TRUE(test, shim6_payload_locate(skb, &at));
		KUNIT_EXPECT_EQ(test, 0, shim6_payload_strip(skb, &at, &ulids));
		expect_octets(test, skb, buf, len);
		KUNIT_EXPECT_EQ(test, skb_mac_offset(skb), -ETH_HLEN);
		SHIM6_EXPECT_MEMEQ(test, skb_mac_header(skb), mac, ETH_HLEN);
		KUNIT_EXPECT_EQ(test, skb_transport_offset(skb),
				(int)sizeof(struct ipv6hdr));
		KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, (int)modes[i / 2]);
		if (skb->ip_summed == CHECKSUM_COMPLETE)
			KUNIT_EXPECT_EQ(test, csum_fold(skb->csum),
					csum_fold(skb_checksum(skb, 0, len, 0)));
		start = skb_headroom(skb) + c->off;
		if (skb->ip_summed == CHECKSUM_PARTIAL)
			KUNIT_EXPECT_EQ(test, (unsigned int)skb->csum_start,
					start);
		kfree_skb(skb);
		kfree_skb(other);
	}
}

/* Cut at every octet: refused or read, never beyond the end */
static void payload_truncated(struct kunit *test)
{
	static u8 buf[MAX_PACKET];
	struct shim6_payload_at at;
	struct sk_buff *skb, *other;
	unsigned int len;
	int i, want = 80;

	write_packet(buf, "hdr2dfu");
	for (len = sizeof(struct ipv6hdr); len < 120; len++) {
		for (i = 0; i < 2; i++) {
			skb = make_skb(test, buf, len, i ? PAGED : LINEAR,
				       &other);
			/* Options behind Routing are only looked at */
			KUNIT_EXPECT_EQ_MSG(test, len >= want + 8 ? 0 : -EINVAL,
					    shim6_payload_place(skb, &at),
					    "length %u", len);
			kfree_skb(skb);
		}
	}
}

/* A received packet that ends before our header */
static void payload_locate_truncated(struct kunit *test)
{
	static u8 buf[MAX_PACKET];
	struct shim6_payload_at at;
	struct sk_buff *skb, *other;
	unsigned int len;

	write_packet(buf, "hrst");
	for (len = sizeof(struct ipv6hdr); len < 72; len++) {
		skb = make_skb(test, buf, len, LINEAR, &other);
		KUNIT_EXPECT_EQ_MSG(test, len >= 56,
				    shim6_payload_locate(skb, &at),
				    "length %u", len);
		kfree_skb(skb);
	}
}

static void payload_too_many_headers(struct kunit *test)
{
	static u8 buf[MAX_PACKET];
	struct shim6_payload_at at;
	struct sk_buff *skb, *other;

	skb = make_skb(test, buf, write_packet(buf, "rrrrrrrrt"), LINEAR,
		       &other);
	KUNIT_EXPECT_EQ(test, shim6_payload_place(skb, &at), 0);
	kfree_skb(skb);
	skb = make_skb(test, buf, write_packet(buf, "rrrrrrrrrt"), LINEAR,
		       &other);
	KUNIT_EXPECT_EQ(test, shim6_payload_place(skb, &at), -EINVAL);
	KUNIT_EXPECT_FALSE(test, shim6_payload_locate(skb, &at));
	kfree_skb(skb);
}

static void payload_strip_short(struct kunit *test)
{
	static u8 buf[MAX_PACKET];
	struct shim6_payload_at at;
	struct sk_buff *skb, *other;
	unsigned int len;

	write_packet(buf, "st");
	for (len = 40; len < 48; len++) {
		skb = make_skb(test, buf, len, LINEAR, &other);
		KUNIT_EXPECT_TRUE(test, shim6_payload_locate(skb, &at));
		KUNIT_EXPECT_EQ(test, -EINVAL,
				shim6_payload_strip(skb, &at, &ulids));
		kfree_skb(skb);
	}
}

/* A TCP packet as TCP gives it: paged, checksum unfinished */
static struct sk_buff *make_tcp(struct kunit *test, u8 *buf, bool gso)
{
	unsigned int len = write_packet(buf, "t");
	struct sk_buff *skb, *other;

	skb = make_skb(test, buf, len, LINEAR, &other);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	if (gso) {
		skb_shinfo(skb)->gso_type = SKB_GSO_TCPV6;
		skb_shinfo(skb)->gso_size = 100;
		skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(DATA_LEN - 20, 100);
	}
	return skb;
}

static void payload_whole(struct kunit *test)
{
	static u8 buf[MAX_PACKET];
	struct sk_buff *skb = make_tcp(test, buf, true);
	struct sk_buff *other = skb_clone(skb, GFP_KERNEL);
	struct shim6_payload_at at;

	shim6_payload_place(skb, &at);
	KUNIT_ASSERT_TRUE(test, shim6_payload_may_stay_whole(skb, &at));
	KUNIT_EXPECT_TRUE(test, skb_gso_validate_network_len(skb, 160));
	KUNIT_EXPECT_FALSE(test, skb_gso_validate_network_len(skb, 159));
	KUNIT_EXPECT_EQ(test, 0,
			shim6_payload_push_whole(skb, &at, &locators, 32));
	KUNIT_EXPECT_EQ(test, (int)skb_shinfo(skb)->gso_type,
			SKB_GSO_TCPV6 | SKB_GSO_SCTP);
	/* The others of a clone keep what they had */
	KUNIT_EXPECT_EQ(test, (int)skb_shinfo(other)->gso_type, SKB_GSO_TCPV6);
	KUNIT_EXPECT_EQ(test, (int)skb->encapsulation, 1);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), 40);
	KUNIT_EXPECT_EQ(test, skb_inner_transport_offset(skb), 48);
	KUNIT_EXPECT_EQ(test, skb_inner_network_offset(skb), 0);
	KUNIT_EXPECT_EQ(test, skb_checksum_start_offset(skb), 48);
	/* What a forwarder reckons, and what it really is */
	KUNIT_EXPECT_TRUE(test, skb_gso_validate_network_len(skb, 168));
	KUNIT_EXPECT_FALSE(test, skb_gso_validate_network_len(skb, 167));

	KUNIT_ASSERT_TRUE(test, shim6_payload_locate(skb, &at));
	KUNIT_EXPECT_EQ(test, 0, shim6_payload_strip(skb, &at, &ulids));
	KUNIT_EXPECT_EQ(test, (int)skb_shinfo(skb)->gso_type, SKB_GSO_TCPV6);
	KUNIT_EXPECT_EQ(test, (int)skb->encapsulation, 0);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), 40);
	KUNIT_EXPECT_EQ(test, skb_checksum_start_offset(skb), 40);
	KUNIT_EXPECT_TRUE(test, skb_gso_validate_network_len(skb, 160));
	kfree_skb(other);
	kfree_skb(skb);
}

static void payload_not_whole(struct kunit *test)
{
	static u8 buf[MAX_PACKET];
	struct sk_buff *skb = make_tcp(test, buf, true);
	struct shim6_payload_at at;

	shim6_payload_place(skb, &at);
	skb->ip_summed = CHECKSUM_NONE;
	KUNIT_EXPECT_FALSE(test, shim6_payload_may_stay_whole(skb, &at));
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
	KUNIT_EXPECT_FALSE(test, shim6_payload_may_stay_whole(skb, &at));
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV6;
	at.off = 48;
	KUNIT_EXPECT_FALSE(test, shim6_payload_may_stay_whole(skb, &at));
	at.off = 40;
	at.nexthdr = NEXTHDR_DEST;
	KUNIT_EXPECT_FALSE(test, shim6_payload_may_stay_whole(skb, &at));
	at.nexthdr = IPPROTO_TCP;
	/* With our header the length field must still do */
	skb->len = 40 + 65535 - 8;
	KUNIT_EXPECT_TRUE(test, shim6_payload_may_stay_whole(skb, &at));
	skb->len++;
	KUNIT_EXPECT_FALSE(test, shim6_payload_may_stay_whole(skb, &at));
	skb->len = 40 + DATA_LEN;
	kfree_skb(skb);
}

static void payload_resize_fits(struct kunit *test)
{
	static u8 buf[MAX_PACKET];
	struct sk_buff *skb;
	unsigned int mtu;
	int gso;

	for (gso = 0; gso < 2; gso++) {
		for (mtu = 61; mtu < 200; mtu += 13) {
			skb = make_tcp(test, buf, gso);
			KUNIT_EXPECT_EQ(test, 0, shim6_payload_resize(skb, mtu));
			KUNIT_EXPECT_TRUE(test,
					  skb_gso_validate_network_len(skb, mtu));
			KUNIT_EXPECT_EQ(test, (int)skb_shinfo(skb)->gso_segs,
					(int)DIV_ROUND_UP(DATA_LEN - 20, mtu - 60));
			KUNIT_EXPECT_EQ(test, (int)skb_shinfo(skb)->gso_type,
					SKB_GSO_TCPV6);
			kfree_skb(skb);
		}
		skb = make_tcp(test, buf, gso);
		KUNIT_EXPECT_EQ(test, -EMSGSIZE, shim6_payload_resize(skb, 60));
		kfree_skb(skb);
	}
}

static struct kunit_case payload_cases[] = {
	KUNIT_CASE_PARAM(payload_place_finds, chain_gen_params),
	KUNIT_CASE_PARAM(payload_round_trip, chain_gen_params),
	KUNIT_CASE_PARAM(payload_strip_received, chain_gen_params),
	KUNIT_CASE(payload_truncated),
	KUNIT_CASE(payload_locate_truncated),
	KUNIT_CASE(payload_too_many_headers),
	KUNIT_CASE(payload_strip_short),
	KUNIT_CASE(payload_whole),
	KUNIT_CASE(payload_not_whole),
	KUNIT_CASE(payload_resize_fits),
	{},
};

static struct kunit_suite payload_suite = {
	.name = "shim6_payload",
	.test_cases = payload_cases,
};

kunit_test_suite(payload_suite);

MODULE_DESCRIPTION("Tests of the Shim6 payload header");
MODULE_LICENSE("GPL");
