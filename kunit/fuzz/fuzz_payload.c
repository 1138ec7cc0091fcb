// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: the walk over the headers of a packet, and the Payload
 * Extension header put in and taken out (RFC 5533 11, 12.2).
 */
#include "../../module/wire.c"
#include "../../module/payload.c"
#include "fuzz.h"

#define IP6_LEN		40
#define MAC_LEN		16	/* keeps the IPv6 header aligned */
#define TAG		0x123456789abcULL

static struct sk_buff packet(const u8 *data, size_t len, size_t linear)
{
	struct sk_buff skb = {
		.len = len,
		.paged = len - linear,
		.network_header = MAC_LEN,
		.transport_header = MAC_LEN + IP6_LEN,
		.mac_header = 0,
		.ip_summed = CHECKSUM_COMPLETE,
		.csum = csum_partial(data, len, 0),
	};

	skb.head = malloc(MAC_LEN + linear);
	FUZZ_CHECK(skb.head);
	memset(skb.head, 0x5a, MAC_LEN);
	memcpy(skb.head + MAC_LEN, data, linear);
	skb.data = skb.head + MAC_LEN;
	skb.page = fuzz_copy(data + linear, len - linear);
	return skb;
}

static void discard(struct sk_buff *skb)
{
	free(skb->head);
	free(skb->page);
}

/*
 * RFC 5533 4.6: the last header that may stand in front of ours; Destination
 * Options only in front of a Routing header, or @all of them.
 */
static bool model(const u8 *data, size_t len, bool all, size_t *prev,
		  size_t *off)
{
	size_t at = 6, next = IP6_LEN, n = 0;

	*prev = at;
	*off = next;
	while (data[at] == 0 || data[at] == 43 || data[at] == 60) {
		bool wait = !all && data[at] == 60;

		if (n++ == 8 || next + 4 > len ||
		    next + 8 * (data[next + 1] + 1) > len)
			return false;
		at = next;
		next += 8 * (data[at + 1] + 1);
		if (wait)
			continue;
		*prev = at;
		*off = next;
	}
	return true;
}

static void check_place(const u8 *data, size_t len, bool all, bool good,
			const struct shim6_payload_at *at)
{
	size_t prev, off;

	FUZZ_CHECK(good == model(data, len, all, &prev, &off));
	if (!good)
		return;
	FUZZ_CHECK(at->prev == prev && at->off == off && off <= len);
	FUZZ_CHECK(at->nexthdr == data[prev]);
}

static void check_locate(const u8 *data, size_t len, size_t linear)
{
	struct sk_buff skb = packet(data, len, linear);
	struct shim6_payload_at at;
	bool found = shim6_payload_locate(&skb, &at);
	size_t prev, off;

	if (found)
		check_place(data, len, true, true, &at);
	else if (model(data, len, true, &prev, &off))
		FUZZ_CHECK(data[prev] != SHIM6_PROTO);
	discard(&skb);
}

static void check_tagged(const struct sk_buff *skb, size_t len,
			 const struct shim6_payload_at *was,
			 const struct shim6_payload *to,
			 struct shim6_payload_at *at)
{
	const u8 *hdr;
	u8 buf[8];

	FUZZ_CHECK(skb->len == len + SHIM6_PAYLOAD_LEN);
	FUZZ_CHECK(shim6_payload_locate(skb, at));
	FUZZ_CHECK(at->off == was->off && at->prev == was->prev);
	hdr = skb_header_pointer(skb, at->off, sizeof(buf), buf);
	FUZZ_CHECK(hdr && hdr[0] == was->nexthdr && !hdr[1]);
	FUZZ_CHECK(shim6_wire_payload_tag(hdr) == to->tag);
	FUZZ_CHECK(!memcmp(&ipv6_hdr(skb)->saddr, &to->pair, 32));
}

/* Over the whole packet, wherever its octets are */
static __wsum sum_of(const struct sk_buff *skb)
{
	unsigned int i;
	__wsum sum = 0;
	u8 pair[2];

	for (i = 0; i < skb->len; i += 2) {
		unsigned int n = min(skb->len - i, 2U);

		sum = csum_partial(skb_header_pointer(skb, i, n, pair), n,
				   sum);
	}
	return sum;
}

static void check_restored(struct sk_buff *skb, const u8 *data, size_t len)
{
	FUZZ_CHECK(skb->len == len);
	FUZZ_CHECK(!skb_network_offset(skb));
	FUZZ_CHECK(skb_mac_offset(skb) == -MAC_LEN);
	FUZZ_CHECK(csum_fold_user(skb->csum) % 0xffff ==
		   csum_fold_user(sum_of(skb)) % 0xffff);
	FUZZ_CHECK(pskb_may_pull(skb, len));
	FUZZ_CHECK(!memcmp(skb->data, data, len));
}

/* In and out again: not an octet differs, and the sum is right (L-4) */
static void check_trip(const u8 *data, size_t len, size_t linear)
{
	struct shim6_payload to = { .tag = TAG }, back = { .tag = 0 };
	struct sk_buff skb = packet(data, len, linear);
	struct shim6_payload_at at, found;
	bool good = !shim6_payload_place(&skb, &at);

	check_place(data, len, false, good, &at);
	if (good) {
		memset(&to.pair, 0x77, sizeof(to.pair));
		memcpy(&back.pair, data + 8, sizeof(back.pair));
		FUZZ_CHECK(!shim6_payload_push(&skb, &at, &to, MAC_LEN));
		/* As it comes in at the other end */
		skb.mac_header = skb_headroom(&skb) - MAC_LEN;
		skb.csum = sum_of(&skb);
		check_tagged(&skb, len, &at, &to, &found);
		FUZZ_CHECK(!shim6_payload_strip(&skb, &found, &back));
		check_restored(&skb, data, len);
	}
	discard(&skb);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	size_t len, linear;
	u8 *octets;

	if (size < 1 + IP6_LEN)
		return 0;
	len = size - 1;
	linear = min_t(size_t, IP6_LEN + data[0], len);
	octets = fuzz_copy(data + 1, len);
	shim6_put16(octets + 4, len - IP6_LEN);
	check_locate(octets, len, linear);
	check_trip(octets, len, linear);
	free(octets);
	return 0;
}
