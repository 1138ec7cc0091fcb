/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User-space stand-in: a packet buffer of two pieces, each in memory of just
 * its size, so that a sanitizer sees what reaches beyond. What changes the
 * linear piece moves it, as the kernel may: old pointers are no longer good.
 */
#ifndef SHIM6_USER_SKBUFF_H
#define SHIM6_USER_SKBUFF_H

#include <linux/kernel.h>
#include <linux/string.h>

#define CHECKSUM_NONE		0
#define CHECKSUM_COMPLETE	2
#define CHECKSUM_PARTIAL	3

#define SKB_GSO_TCPV6		(1 << 4)
#define SKB_GSO_SCTP		(1 << 14)

struct skb_shared_info {
	u16 gso_size;
	u16 gso_segs;
	u32 gso_type;
};

/**
 * struct sk_buff - the members and the meaning the kernel gives them
 * @head: linear piece with its headroom
 * @data: first octet of the packet
 * @len: octets of the packet
 * @paged: how many of them are in @page
 * @page: the rest of the packet
 * @network_header: offset from @head; so the next four
 * @mac_header: ~0 without one
 */
struct sk_buff {
	u8 *head;
	u8 *data;
	unsigned int len;
	unsigned int paged;
	u8 *page;
	u16 network_header;
	u16 transport_header;
	u16 inner_network_header;
	u16 inner_transport_header;
	u16 mac_header;
	u8 ip_summed;
	bool encapsulation;
	__wsum csum;
	struct skb_shared_info shinfo;
};

#define skb_shinfo(skb)		(&(skb)->shinfo)
#define skb_clear_hash(skb)	((void)(skb))

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->paged;
}

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}

static inline u8 *skb_network_header(const struct sk_buff *skb)
{
	return skb->head + skb->network_header;
}

static inline int skb_network_offset(const struct sk_buff *skb)
{
	return skb_network_header(skb) - skb->data;
}

static inline int skb_transport_offset(const struct sk_buff *skb)
{
	return skb->head + skb->transport_header - skb->data;
}

static inline int skb_mac_offset(const struct sk_buff *skb)
{
	return skb->head + skb->mac_header - skb->data;
}

static inline bool skb_mac_header_was_set(const struct sk_buff *skb)
{
	return skb->mac_header != U16_MAX;
}

static inline void skb_reset_network_header(struct sk_buff *skb)
{
	skb->network_header = skb->data - skb->head;
}

static inline void skb_set_transport_header(struct sk_buff *skb, int off)
{
	skb->transport_header = skb->data - skb->head + off;
}

static inline void skb_set_inner_network_header(struct sk_buff *skb, int off)
{
	skb->inner_network_header = skb->data - skb->head + off;
}

static inline void skb_set_inner_transport_header(struct sk_buff *skb, int off)
{
	skb->inner_transport_header = skb->data - skb->head + off;
}

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb->shinfo.gso_size;
}

/* The linear piece anew: @room octets in front, @more from the page behind */
static inline void skb_user_move(struct sk_buff *skb, unsigned int room,
				 unsigned int more)
{
	unsigned int old = skb_headroom(skb), used = skb_headlen(skb);
	unsigned int keep = min(old, room);
	u8 *head = malloc(room + used + more), *page = NULL;

	if (!head)
		abort();
	memset(head, 0xa5, room);
	memcpy(head + room - keep, skb->data - keep, keep + used);
	if (more)
		memcpy(head + room + used, skb->page, more);
	skb->paged -= more;
	if (skb->paged) {
		page = malloc(skb->paged);
		if (!page)
			abort();
		memcpy(page, skb->page + more, skb->paged);
	}
	free(skb->page);
	free(skb->head);
	skb->page = page;
	skb->head = head;
	skb->data = head + room;
	skb->network_header += room - old;
	skb->transport_header += room - old;
	if (skb_mac_header_was_set(skb))
		skb->mac_header += room - old;
}

static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	if (len > skb->len)
		return false;
	if (len > skb_headlen(skb))
		skb_user_move(skb, skb_headroom(skb), len - skb_headlen(skb));
	return true;
}

static inline int skb_cow_head(struct sk_buff *skb, unsigned int room)
{
	skb_user_move(skb, max(room, skb_headroom(skb)), 0);
	return 0;
}

static inline int skb_header_unclone(struct sk_buff *skb, gfp_t gfp)
{
	return skb_cow_head(skb, skb_headroom(skb));
}

static inline u8 *skb_push(struct sk_buff *skb, unsigned int len)
{
	if (len > skb_headroom(skb))
		abort();
	skb->data -= len;
	skb->len += len;
	return skb->data;
}

static inline u8 *__skb_pull(struct sk_buff *skb, unsigned int len)
{
	if (len > skb_headlen(skb))
		abort();
	skb->data += len;
	skb->len -= len;
	return skb->data;
}

static inline void *skb_header_pointer(const struct sk_buff *skb, int off,
				       int len, void *buf)
{
	int linear = skb_headlen(skb), i;

	if (off < 0 || len < 0 || off + len > (int)skb->len)
		return NULL;
	if (off + len <= linear)
		return skb->data + off;
	for (i = 0; i < len; i++)
		((u8 *)buf)[i] = off + i < linear ?
			skb->data[off + i] : skb->page[off + i - linear];
	return buf;
}

#endif
