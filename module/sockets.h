/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What single sockets want of the shim (RFC 6316). Nearly no socket wants
 * anything, so a socket has an entry only after it asked.
 */
#ifndef SHIM6_SOCKETS_H
#define SHIM6_SOCKETS_H

#include <linux/rhashtable.h>
#include <net/sock.h>
#include "fork.h"
#include "net.h"

/**
 * struct shim6_socket - a socket with wishes
 * @node: in the namespace's table, by @sk
 * @list: in the namespace's list
 * @sk: socket; a reference keeps its memory, so that no other one gets the same
 *	address. close() does not wait for it: within a second the entry goes
 * @dontshim: the shim leaves its packets alone (6.2)
 * @recv_local: SHIM_LOC_LOCAL_RECV (6.6)
 * @recv_peer: SHIM_LOC_PEER_RECV (6.7)
 * @fork: context of its own (RFC 6316 11.1), a reference; under the lock of
 *	struct shim6_sockets
 * @flow: the flow that @fork was made for; likewise
 * @rcu: for freeing
 *
 * The others are written under the lock of @sk and read under RCU.
 */
struct shim6_socket {
	struct rhash_head node;
	struct list_head list;
	struct sock *sk;
	bool dontshim;
	bool recv_local;
	bool recv_peer;
	struct shim6_ctx *fork;
	struct shim6_fork_flow flow;
	struct rcu_head rcu;
};

int shim6_sockets_init(struct shim6_net *sn);
void shim6_sockets_exit(struct shim6_net *sn);

/* Is there any entry: all the packet path asks while no socket wants anything */
static inline bool shim6_sockets_any(const struct shim6_net *sn)
{
	return unlikely(READ_ONCE(sn->nsockets) || READ_ONCE(sn->accepted));
}

/**
 * shim6_socket_find() - entry of a socket
 * @sn: namespace
 * @sk: socket, full or not, or NULL
 * Context: RCU; the entry is valid until rcu_read_unlock(), and as long as the
 * caller keeps the socket from being closed.
 * Return: entry or NULL.
 */
struct shim6_socket *shim6_socket_find(struct shim6_net *sn,
				       const struct sock *sk);

/**
 * shim6_socket_seek() - entry of a socket, also of one that was just accepted
 * @sn: namespace
 * @sk: socket, full or not, or NULL; nobody else sends by it or asks for it now
 *
 * A socket that a listener without the shim made has no entry before somebody
 * looks for it.
 * Context: any, RCU; the entry is valid as with shim6_socket_find().
 * Return: entry or NULL.
 */
struct shim6_socket *shim6_socket_seek(struct shim6_net *sn, struct sock *sk);

/**
 * shim6_socket_listens() - a socket of TCP may become a listener without shim
 * @sn: namespace
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_socket_listens(struct shim6_net *sn);

/**
 * shim6_socket_get() - entry of a socket, made if there is none
 * @sn: namespace
 * @sk: socket, its lock held; it is not closed before the caller is through,
 *	which keeps the entry
 * Context: process.
 * Return: entry, or ERR_PTR(): -ENOMEM, -ENOSPC at the limit.
 */
struct shim6_socket *shim6_socket_get(struct shim6_net *sn, struct sock *sk);

/**
 * shim6_socket_fork() - the context of its own that a socket has
 * @sn: namespace
 * @sk: socket, its lock held
 *
 * One that is of no use any more goes: it is dead or has failed, or the socket
 * has another flow now.
 * Context: process.
 * Return: a reference, its handshake may still be under way; or NULL.
 */
struct shim6_ctx *shim6_socket_fork(struct shim6_net *sn,
				    const struct sock *sk);

/**
 * shim6_socket_make_fork() - a context of its own for a socket without one
 * @sn: namespace
 * @sk: socket, its lock held
 * @flow: its flow
 * Context: process.
 * Return: a reference; or ERR_PTR() of what shim6_socket_get() and
 * shim6_fork_make() say.
 */
struct shim6_ctx *shim6_socket_make_fork(struct shim6_net *sn, struct sock *sk,
					 const struct shim6_fork_flow *flow);

#endif
