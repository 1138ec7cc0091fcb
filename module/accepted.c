// SPDX-License-Identifier: GPL-2.0
/*
 * Connections to listeners that do without the shim, see accepted.h.
 *
 * Nobody tells a module which listener made a socket, but the SYN-ACK leaves in
 * the name of the listener. A fingerprint of the connection is kept until the
 * new socket shows up. There are as many places as that, whoever knocks: a
 * later connection may take the place of an earlier one, which is then one with
 * the shim. Places are written without a lock, all of one at once.
 */
#include <linux/ipv6.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include "accepted.h"

#define PLACES	4096

/**
 * struct shim6_accepted - connections of a namespace
 * @key: of the fingerprints
 * @seen: fingerprints; 0: free
 */
struct shim6_accepted {
	siphash_key_t key;
	u64 seen[PLACES];
};

/* What tells a connection from others */
struct ends {
	struct in6_addr local;
	struct in6_addr peer;
	__be16 port_local;
	__be16 port_peer;
	__be32 zero;
} __aligned(SIPHASH_ALIGNMENT);

struct shim6_accepted *shim6_accepted_alloc(void)
{
	struct shim6_accepted *a = kvzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);

	if (a)
		get_random_bytes(&a->key, sizeof(a->key));
	return a;
}

void shim6_accepted_free(struct shim6_accepted *a)
{
	kvfree(a);
}

static u64 fingerprint(const struct shim6_accepted *a, const struct ends *e)
{
	return siphash(e, sizeof(*e), &a->key) ?: 1;
}

static u64 *place_of(struct shim6_accepted *a, u64 print)
{
	return &a->seen[print % PLACES];
}

void shim6_accepted_note(struct shim6_accepted *a, const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct ends e = { .local = ip6->saddr, .peer = ip6->daddr };
	u8 proto = ip6->nexthdr;
	__be16 buf[2], frag;
	const __be16 *port;
	u64 print;
	int off;

	off = ipv6_skip_exthdr(skb, skb_network_offset(skb) + sizeof(*ip6),
			       &proto, &frag);
	if (off < 0 || proto != IPPROTO_TCP)
		return;
	port = skb_header_pointer(skb, off, sizeof(buf), buf);
	if (!port)
		return;
	e.port_local = port[0];
	e.port_peer = port[1];
	print = fingerprint(a, &e);
	WRITE_ONCE(*place_of(a, print), print);
}

bool shim6_accepted_take(struct shim6_accepted *a, const struct sock *sk)
{
	const struct ends e = {
		.local = sk->sk_v6_rcv_saddr,
		.peer = sk->sk_v6_daddr,
		.port_local = inet_sk(sk)->inet_sport,
		.port_peer = inet_sk(sk)->inet_dport,
	};
	u64 print = fingerprint(a, &e);
	u64 *place = place_of(a, print);

	if (READ_ONCE(*place) != print)
		return false;
	WRITE_ONCE(*place, 0);
	return true;
}
