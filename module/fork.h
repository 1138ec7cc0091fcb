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
 * shim6_fork_begin() - a new forked context, its handshake has begun
 * @sn: namespace
 * @local: ULID(local)
 * @peer: ULID(peer)
 * Context: any.
 * Return: a reference for the caller, the identifier is in @key.fii; or
 * ERR_PTR() of what shim6_engine_begin() says.
 */
struct shim6_ctx *shim6_fork_begin(struct shim6_net *sn,
				   const struct in6_addr *local,
				   const struct in6_addr *peer);

/**
 * shim6_fork_bind() - let a flow use a forked context
 * @sn: namespace
 * @flow: flow between the ULIDs of @ctx
 * @ctx: forked context; the caller's reference stays the caller's
 *
 * The flow uses the context for ULID pairs until this one is established, and
 * again when it is gone, which ends the binding.
 * Context: process.
 * Return: 0, -EEXIST when the flow has a fork already, -ENOSPC when there are
 * fork_max of them, -ENOMEM.
 */
int shim6_fork_bind(struct shim6_net *sn, const struct shim6_fork_flow *flow,
		    const struct shim6_ctx *ctx);

/**
 * shim6_fork_make() - a forked context for a flow
 * @sn: namespace
 * @flow: flow
 * Context: process.
 * Return: as shim6_fork_begin(), or ERR_PTR() of what shim6_fork_bind() says.
 */
struct shim6_ctx *shim6_fork_make(struct shim6_net *sn,
				  const struct shim6_fork_flow *flow);

/**
 * shim6_fork_flow_of() - the flow of a socket
 * @sn: namespace
 * @sk: socket, held by the caller; its lock is not taken
 * @flow: result
 * Return: 0; -EAFNOSUPPORT when its packets are not IPv6, -EXDEV when it is
 * of another namespace, -ENOTCONN when it has no peer.
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
