/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forked contexts (RFC 5533 4.2, 7.7): a second context of a ULID pair, told
 * from the first by a Forked Instance Identifier, and which flows use it.
 */
#ifndef SHIM6_FORK_H
#define SHIM6_FORK_H

#include <linux/atomic.h>
#include <linux/skbuff.h>
#include "ctx.h"
#include "net.h"

/**
 * struct shim6_fork_flow - packets that a forked context carries
 * @local: ULID(local)
 * @peer: ULID(peer)
 * @port_local: our port; 0 for a protocol without ports
 * @port_peer: the peer's port, likewise
 * @proto: upper-layer protocol
 * @zero: zero, since it is compared as a whole
 */
struct shim6_fork_flow {
	struct in6_addr local;
	struct in6_addr peer;
	__be16 port_local;
	__be16 port_peer;
	u8 proto;
	u8 zero[3];
};

int shim6_fork_init(struct shim6_net *sn);
/* Contexts and packets are gone */
void shim6_fork_exit(struct shim6_net *sn);

/**
 * shim6_fork_make() - a forked context for a flow, its handshake has begun
 * @sn: namespace
 * @flow: flow
 *
 * The flow uses the context for ULID pairs until this one is established, and
 * again when it is gone.
 * Context: process.
 * Return: a reference for the caller, the identifier is in @key.fii; or
 * ERR_PTR(): -EEXIST when the flow has a fork already, -ENOSPC when there are
 * fork_max of them, -ENOMEM, and what shim6_engine_begin() says.
 */
struct shim6_ctx *shim6_fork_make(struct shim6_net *sn,
				  const struct shim6_fork_flow *flow);

/**
 * shim6_fork_flow_of() - the flow of a socket
 * @sn: namespace
 * @sk: socket, held by the caller; without its lock what is read of a socket
 *	that connects just now may be of two peers
 * @flow: result
 * Context: any.
 * Return: 0; -EAFNOSUPPORT when its packets are not IPv6 or not its own, as
 * those of MPTCP; -EXDEV when it is of another namespace, -ENOTCONN when it has
 * no peer.
 */
int shim6_fork_flow_of(struct shim6_net *sn, const struct sock *sk,
		       struct shim6_fork_flow *flow);

/* No flow uses it any more. Context: process; the context may live or not */
void shim6_fork_forget(const struct shim6_ctx *ctx);

/* The established fork of a flow, or NULL. Context: RCU */
struct shim6_ctx *shim6_fork_lookup(struct shim6_net *sn,
				    const struct shim6_fork_flow *flow);

/* The same for the flow of a packet */
struct shim6_ctx *shim6_fork_find(struct shim6_net *sn,
				  const struct sk_buff *skb);

static inline bool shim6_fork_any(const struct shim6_net *sn)
{
	return atomic_read(&sn->nforks);
}

#endif
