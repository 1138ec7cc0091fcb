/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Payload packets: where the Payload Extension header goes, putting it in and
 * taking it out (RFC 5533 11, 12.2). Works on an skb and plain values only:
 * no context, no route, no counter.
 */
#ifndef SHIM6_PAYLOAD_H
#define SHIM6_PAYLOAD_H

#include <linux/skbuff.h>
#include "shim6.h"

/**
 * struct shim6_payload - what a packet is given
 * @pair: addresses for its IPv6 header
 * @tag: the receiver's context tag; not used when a header is taken out
 */
struct shim6_payload {
	struct shim6_pair pair;
	u64 tag;
};

/**
 * struct shim6_payload_at - a place in a chain of headers
 * @off: octets from the IPv6 header to the place
 * @prev: octets from the IPv6 header to the Next Header octet that names what
 *	stands there
 * @nexthdr: what stands there
 * @routed: a Routing header in front of it has segments left
 */
struct shim6_payload_at {
	u16 off;
	u16 prev;
	u8 nexthdr;
	bool routed;
};

/**
 * shim6_payload_place() - where the header of an outgoing packet belongs
 * @skb: packet, network header set
 * @at: result
 *
 * Behind Hop-by-Hop, Routing, and Destination Options that stand in front of
 * a Routing header; before all else (RFC 5533 4.6, 11.1).
 * Return: 0, or -EINVAL for a chain that cannot be read.
 */
int shim6_payload_place(const struct sk_buff *skb, struct shim6_payload_at *at);

/**
 * shim6_payload_locate() - find a Shim6 header in a received packet
 * @skb: packet, network header set
 * @at: result, @at->nexthdr is SHIM6_PROTO when there is one
 * Return: true when there is one, of any kind.
 */
bool shim6_payload_locate(const struct sk_buff *skb,
			  struct shim6_payload_at *at);

/**
 * shim6_payload_push() - tag and readdress a packet
 * @skb: packet, its data begins with the IPv6 header
 * @at: from shim6_payload_place()
 * @to: locators and tag
 * @room: octets the device wants in front
 *
 * The payload stays where it is in memory, so that csum_start stays right;
 * the checksum of the upper layer stays that of the ULIDs. Pointers into the
 * packet must be read again.
 * Return: 0, or -ENOMEM and the packet is as it was.
 */
int shim6_payload_push(struct sk_buff *skb, const struct shim6_payload_at *at,
		       const struct shim6_payload *to, unsigned int room);

/**
 * shim6_payload_may_stay_whole() - can a packet be tagged as a super-packet
 * @skb: packet, GSO or a single one that is about to become GSO
 * @at: from shim6_payload_place()
 * Return: true for plain TCP whose checksum is still to be finished.
 */
bool shim6_payload_may_stay_whole(const struct sk_buff *skb,
				  const struct shim6_payload_at *at);

/**
 * shim6_payload_resize() - make the segments of a super-packet smaller
 * @skb: packet for which shim6_payload_may_stay_whole() is true; one that is
 *	not GSO becomes it
 * @mtu: longest packet, before it is tagged
 *
 * TCP sets the fields anew on each transmission, so nothing sticks.
 * Return: 0, -ENOMEM, or -EMSGSIZE when @mtu has no room for any data.
 */
int shim6_payload_resize(struct sk_buff *skb, unsigned int mtu);

/**
 * shim6_payload_push_whole() - tag and readdress a super-packet
 * @skb: packet for which shim6_payload_may_stay_whole() is true
 * @at: from shim6_payload_place()
 * @to: locators and tag
 * @room: octets the device wants in front
 *
 * Keeps hardware from segmenting it: the GSO type gets a bit that software
 * devices have and no network card has (L-3).
 * Return: 0, or -ENOMEM.
 */
int shim6_payload_push_whole(struct sk_buff *skb,
			     const struct shim6_payload_at *at,
			     const struct shim6_payload *to, unsigned int room);

/**
 * shim6_payload_strip() - take the header out and put the ULIDs in
 * @skb: packet, its data begins with the IPv6 header
 * @at: from shim6_payload_locate()
 * @to: ULIDs
 *
 * Works for single and super-packets. The caller must have checked the eight
 * octets. Pointers into the packet must be read again.
 * Return: 0, -ENOMEM, or -EINVAL for a packet that is too short.
 */
int shim6_payload_strip(struct sk_buff *skb, const struct shim6_payload_at *at,
			const struct shim6_payload *to);

#endif
