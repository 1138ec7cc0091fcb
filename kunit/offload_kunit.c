// SPDX-License-Identifier: GPL-2.0
/* Merging and segmenting tagged TCP, in every mode of received checksums */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/table.h"
#include "../module/net.h"

/* The one context, in place of the tables of a namespace */
static struct shim6_ctx fake_ctx;
static struct shim6_net fake_net;

#define FAKE_TAG	0x123456789abcULL
#define shim6_table_by_tag(sn, tag)					\
	((void)(sn), (tag) == FAKE_TAG ? &fake_ctx : NULL)
#define shim6_net(net)	((void)(net), &fake_net)

#include "../module/wire.c"
#include "../module/offload.c"

#define SEGMENT		1000
#define SEGMENTS	3
#define HEADERS		(40 + 8 + 20)

static const struct in6_addr ulid_peer = { { { 0x20, 1, 0xd, 0xb8, 1 } } };
static const struct in6_addr ulid_local = { { { 0x20, 1, 0xd, 0xb8, 2 } } };
static const struct in6_addr loc_peer = { { { 0x20, 1, 0xd, 0xb8, 3 } } };
static const struct in6_addr loc_local = { { { 0x20, 1, 0xd, 0xb8, 4 } } };

struct mode {
	const char *name;
	u8 ip_summed;
	bool damaged;		/* the second segment */
	bool foreign;		/* a tag of no context */
	bool merged;
};

static const struct mode modes[] = {
	{ "none", CHECKSUM_NONE, .merged = true },
	{ "complete", CHECKSUM_COMPLETE, .merged = true },
	{ "unnecessary", CHECKSUM_UNNECESSARY, .merged = true },
	{ "partial", CHECKSUM_PARTIAL, .merged = true },
	{ "none, damaged", CHECKSUM_NONE, .damaged = true },
	{ "complete, damaged", CHECKSUM_COMPLETE, .damaged = true },
	{ "partial, another's", CHECKSUM_PARTIAL, .damaged = true },
	{ "none, unknown tag", CHECKSUM_NONE, .foreign = true },
	{ "complete, unknown tag", CHECKSUM_COMPLETE, .foreign = true },
};

static void mode_desc(const struct mode *m, char *desc)
{
	strscpy(desc, m->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mode, modes, mode_desc);

static u8 data_octet(unsigned int i)
{
	return i * 13 + i / 251;
}

static void write_ip6(struct sk_buff *skb)
{
	struct ipv6hdr *ip6 = skb_put_zero(skb, sizeof(*ip6));

	ip6->version = 6;
	ip6->nexthdr = SHIM6_PROTO;
	ip6->hop_limit = 64;
	ip6->saddr = loc_peer;
	ip6->daddr = loc_local;
	ip6->payload_len = htons(HEADERS - 40 + SEGMENT);
}

/* The checksum of the ULIDs, finished or only begun */
static void write_check(struct sk_buff *skb, struct tcphdr *th, bool partial)
{
	unsigned int len = sizeof(*th) + SEGMENT;
	__wsum sum = 0;

	th->check = 0;
	if (!partial)
		sum = skb_checksum(skb, HEADERS - 20, len, 0);
	th->check = csum_ipv6_magic(&ulid_peer, &ulid_local, len, IPPROTO_TCP,
				    sum);
	if (partial)
		th->check = (__force __sum16)~(__force u16)th->check;
}

/* What the stack sees of a packet before it asks the protocols */
static void write_mode(struct sk_buff *skb, const struct mode *m)
{
	struct napi_gro_cb *cb = NAPI_GRO_CB(skb);

	memset(cb, 0, sizeof(*cb));
	cb->count = 1;
	skb->ip_summed = m->ip_summed;
	switch (m->ip_summed) {
	case CHECKSUM_COMPLETE:
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
		cb->csum = skb->csum;
		cb->csum_valid = 1;
		break;
	case CHECKSUM_UNNECESSARY:
		cb->csum_cnt = 1;
		break;
	case CHECKSUM_PARTIAL:
		skb->csum_start = skb_headroom(skb) + HEADERS - 20;
		skb->csum_offset = offsetof(struct tcphdr, check);
		break;
	}
}

static struct sk_buff *make_segment(struct kunit *test, const struct mode *m,
				    unsigned int number)
{
	struct sk_buff *skb = alloc_skb(128 + HEADERS + SEGMENT, GFP_ATOMIC);
	unsigned int i, first = number * SEGMENT;
	struct tcphdr *th;
	u8 *data;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb_reserve(skb, 128);
	skb->dev = init_net.loopback_dev;
	skb->protocol = htons(ETH_P_IPV6);
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	write_ip6(skb);
	shim6_wire_payload(skb_put(skb, 8), IPPROTO_TCP,
			   FAKE_TAG + m->foreign);
	th = skb_put_zero(skb, sizeof(*th));
	th->source = htons(1000);
	th->dest = htons(2000);
	th->seq = htonl(first + 1);
	th->doff = 5;
	th->ack = 1;
	th->window = htons(100);
	data = skb_put(skb, SEGMENT);
	for (i = 0; i < SEGMENT; i++)
		data[i] = data_octet(first + i);
	write_check(skb, th, m->ip_summed == CHECKSUM_PARTIAL);
	if (m->damaged && number == 1) {
		if (m->ip_summed == CHECKSUM_PARTIAL)
			th->check ^= htons(0x100);
		else
			data[500] ^= 1;
	}
	write_mode(skb, m);
	return skb;
}

/* As dev_gro_receive() does it. Return: true when it became part of another */
static bool receive(struct list_head *head, struct sk_buff *skb)
{
	const struct packet_offload *ip6 =
		gro_find_receive_by_type(htons(ETH_P_IPV6));
	struct sk_buff *pp, *p;

	list_for_each_entry(p, head, list)
		NAPI_GRO_CB(p)->same_flow = 1;
	pp = ip6->callbacks.gro_receive(head, skb);
	if (pp)
		skb_list_del_init(pp);
	if (NAPI_GRO_CB(skb)->same_flow)
		return true;
	if (!NAPI_GRO_CB(skb)->flush) {
		NAPI_GRO_CB(skb)->last = skb;
		skb_shinfo(skb)->gso_size = skb_gro_len(skb);
		list_add(&skb->list, head);
	}
	return false;
}

/* Each segment on its own: its checksum is that of the ULIDs again */
static void expect_segments(struct kunit *test, struct sk_buff *skb,
			    netdev_features_t features)
{
	unsigned int n = 0, len = 20 + SEGMENT, i;
	struct sk_buff *segs, *seg, *next;
	u8 octet;

	segs = skb_gso_segment(skb, features);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, segs);
	skb_list_walk_safe(segs, seg, next) {
		KUNIT_EXPECT_EQ(test, seg->len, HEADERS + SEGMENT);
		KUNIT_EXPECT_EQ(test, (int)seg->encapsulation, 0);
		if (seg->ip_summed == CHECKSUM_PARTIAL)
			KUNIT_EXPECT_EQ(test, skb_checksum_help(seg), 0);
		KUNIT_EXPECT_EQ(test, 0, (int)(__force u16)
				csum_ipv6_magic(&ulid_peer, &ulid_local, len,
						IPPROTO_TCP,
						skb_checksum(seg, HEADERS - 20,
							     len, 0)));
		for (i = 0; i < SEGMENT; i++) {
			skb_copy_bits(seg, HEADERS + i, &octet, 1);
			if (octet != data_octet(n * SEGMENT + i))
				break;
		}
		KUNIT_EXPECT_EQ(test, i, SEGMENT);
		n++;
		kfree_skb(seg);
	}
	KUNIT_EXPECT_EQ(test, n, SEGMENTS);
}

static void expect_merged(struct kunit *test, struct sk_buff *skb)
{
	const struct packet_offload *ip6 =
		gro_find_complete_by_type(htons(ETH_P_IPV6));
	unsigned int len = 20 + SEGMENTS * SEGMENT;

	KUNIT_EXPECT_EQ(test, (int)NAPI_GRO_CB(skb)->count, SEGMENTS);
	KUNIT_EXPECT_EQ(test, 0, ip6->callbacks.gro_complete(skb, 0));
	KUNIT_EXPECT_EQ(test, skb->len, 48 + len);
	KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, CHECKSUM_PARTIAL);
	KUNIT_EXPECT_EQ(test, (int)skb_shinfo(skb)->gso_type, SKB_GSO_TCPV6);
	KUNIT_EXPECT_EQ(test, (int)skb_shinfo(skb)->gso_segs, SEGMENTS);
	KUNIT_EXPECT_EQ(test, (u16)tcp_hdr(skb)->check,
			(u16)~csum_ipv6_magic(&ulid_peer, &ulid_local, len,
					      IPPROTO_TCP, 0));
}

static void offload_merges(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct sk_buff *skb[SEGMENTS];
	bool merged[SEGMENTS];
	LIST_HEAD(head);
	int i;

	rcu_read_lock();
	for (i = 0; i < SEGMENTS; i++) {
		skb[i] = make_segment(test, m, i);
		merged[i] = receive(&head, skb[i]);
	}
	KUNIT_EXPECT_FALSE(test, merged[0]);
	KUNIT_EXPECT_EQ(test, merged[1], m->merged);
	KUNIT_EXPECT_EQ(test, merged[2], m->merged);
	if (m->merged) {
		list_del_init(&skb[0]->list);
		expect_merged(test, skb[0]);
		expect_segments(test, skb[0], NETIF_F_SG);
	} else if (m->foreign) {
		/* Never held, never touched */
		KUNIT_EXPECT_TRUE(test, list_empty(&head));
		KUNIT_EXPECT_EQ(test, (int)skb[0]->ip_summed,
				(int)m->ip_summed);
	}
	rcu_read_unlock();
	for (i = 0; i < SEGMENTS; i++)
		if (!merged[i])
			kfree_skb(skb[i]);
}

/* A super-packet as it is sent: whatever a device leaves to us */
static void offload_segments(struct kunit *test)
{
	static const netdev_features_t features[] = {
		0, NETIF_F_SG, NETIF_F_SG | NETIF_F_HW_CSUM,
		NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO_SCTP,
		NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO6,
		NETIF_F_SG | NETIF_F_IPV6_CSUM | NETIF_F_GSO_SCTP,
	};
	const struct mode *partial = &modes[3];
	struct sk_buff *skb, *more;
	LIST_HEAD(head);
	int i, n;

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(features); i++) {
		skb = make_segment(test, partial, 0);
		receive(&head, skb);
		for (n = 1; n < SEGMENTS; n++) {
			more = make_segment(test, partial, n);
			KUNIT_EXPECT_TRUE(test, receive(&head, more));
		}
		list_del_init(&skb->list);
		expect_merged(test, skb);
		skb_shinfo(skb)->gso_type |= SKB_GSO_SCTP;
		expect_segments(test, skb, features[i]);
		kfree_skb(skb);
	}
	rcu_read_unlock();
}

static void offload_refuses(struct kunit *test)
{
	struct sk_buff *skb = make_segment(test, &modes[0], 0);

	rcu_read_lock();
	__skb_pull(skb, sizeof(struct ipv6hdr));
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV6;
	skb_shinfo(skb)->gso_size = 100;
	/* Not PARTIAL: nobody knows what the checksum covers */
	KUNIT_EXPECT_TRUE(test, IS_ERR(shim6_gso_segment(skb, 0)));
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->data[2] &= 0x7f;
	KUNIT_EXPECT_TRUE(test, IS_ERR(shim6_gso_segment(skb, 0)));
	skb->data[2] |= 0x80;
	skb->data[0] = IPPROTO_UDP;
	KUNIT_EXPECT_TRUE(test, IS_ERR(shim6_gso_segment(skb, 0)));
	rcu_read_unlock();
	kfree_skb(skb);
}

static int offload_init(struct kunit *test)
{
	fake_ctx.key.local = ulid_local;
	fake_ctx.key.peer = ulid_peer;
	return shim6_offload_setup();
}

static void offload_exit(struct kunit *test)
{
	shim6_offload_teardown();
}

static struct kunit_case offload_cases[] = {
	KUNIT_CASE_PARAM(offload_merges, mode_gen_params),
	KUNIT_CASE(offload_segments),
	KUNIT_CASE(offload_refuses),
	{},
};

static struct kunit_suite offload_suite = {
	.name = "shim6_offload",
	.init = offload_init,
	.exit = offload_exit,
	.test_cases = offload_cases,
};

kunit_test_suite(offload_suite);

MODULE_DESCRIPTION("Tests of merging and segmenting tagged TCP");
MODULE_LICENSE("GPL");
