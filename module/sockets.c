// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets with wishes: see sockets.h.
 *
 * Nobody tells a module of the end of a socket. A destructor put into it would
 * outlive the module, so each entry holds a reference and a walk once a second
 * looks which sockets were closed. What was closed keeps no port and no
 * connection for that; its memory, what a datagram socket had received and not
 * read, and its namespace wait for the walk. A TCP socket counts as closed when
 * its last FIN has been acknowledged.
 *
 * The walk also ends the forks that are of no use any more: a program that does
 * not look again must not keep them.
 */
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/tcp_states.h>
#include "accepted.h"
#include "engine.h"
#include "event.h"
#include "sockets.h"

/* Entries looked at under the lock at a time */
#define SHIM6_SOCKETS_AT_ONCE	64

/**
 * struct shim6_sockets - of one namespace
 * @sn: namespace
 * @table: entries by socket; read under RCU, written under @lock
 * @lock: protects @list, the writes of @table and the forks of the entries; a
 *	lock of a context is taken inside
 * @list: all entries
 * @walk: looks for those that were closed
 */
struct shim6_sockets {
	struct shim6_net *sn;
	struct rhashtable table;
	spinlock_t lock;
	struct list_head list;
	struct delayed_work walk;
};

static const struct rhashtable_params shim6_sockets_params = {
	.key_len = sizeof_field(struct shim6_socket, sk),
	.key_offset = offsetof(struct shim6_socket, sk),
	.head_offset = offsetof(struct shim6_socket, node),
	.automatic_shrinking = true,
};

struct shim6_socket *shim6_socket_find(struct shim6_net *sn,
				       const struct sock *sk)
{
	return rhashtable_lookup(&sn->sockets->table, &sk,
				 shim6_sockets_params);
}

static bool shim6_socket_closed(const struct shim6_socket *s)
{
	const struct sock *sk = s->sk;

	if (!sock_flag(sk, SOCK_DEAD))
		return false;
	return sk->sk_protocol != IPPROTO_TCP ||
	       READ_ONCE(sk->sk_state) == TCP_CLOSE;
}

/* @lock held, or out of the table */
static void shim6_socket_unfork(struct shim6_socket *s)
{
	if (!s->fork)
		return;
	shim6_engine_kill(s->fork);
	shim6_ctx_put(s->fork);
	s->fork = NULL;
}

/* @lock held. Nobody needs to hold the socket's: one that connects just now
 * has another flow in a moment
 */
static bool shim6_socket_outgrown(struct shim6_net *sn,
				  const struct shim6_socket *s)
{
	u8 state = READ_ONCE(s->fork->proto.state);
	struct shim6_fork_flow flow;

	return READ_ONCE(s->fork->dead) || state == SHIM6_E_FAILED ||
	       state == SHIM6_NO_SUPPORT ||
	       shim6_fork_flow_of(sn, s->sk, &flow) ||
	       memcmp(&flow, &s->flow, sizeof(flow));
}

/* Out of the table already; nobody finds it any more */
static void shim6_socket_free(struct shim6_socket *s)
{
	shim6_socket_unfork(s);
	sock_put(s->sk);
	kfree_rcu(s, rcu);
}

/* @lock held. Return: true when the entry goes */
static bool shim6_sockets_look(struct shim6_sockets *t, struct shim6_socket *s,
			       bool all)
{
	if (all || shim6_socket_closed(s)) {
		rhashtable_remove_fast(&t->table, &s->node,
				       shim6_sockets_params);
		WRITE_ONCE(t->sn->nsockets, t->sn->nsockets - 1);
		return true;
	}
	if (s->fork && shim6_socket_outgrown(t->sn, s))
		shim6_socket_unfork(s);
	return false;
}

/* Looks at the first @n of the list, which go out of it or behind the others */
static void shim6_sockets_take(struct shim6_sockets *t, bool all,
			       unsigned int n, struct list_head *out)
{
	struct shim6_socket *s;

	spin_lock_bh(&t->lock);
	while (n-- && !list_empty(&t->list)) {
		s = list_first_entry(&t->list, struct shim6_socket, list);
		list_move_tail(&s->list,
			       shim6_sockets_look(t, s, all) ? out : &t->list);
	}
	spin_unlock_bh(&t->lock);
}

/* Entries that @all or their end condemns go. Context: process */
static void shim6_sockets_clear(struct shim6_sockets *t, bool all)
{
	unsigned int left = READ_ONCE(t->sn->nsockets);
	struct shim6_socket *s, *next;
	LIST_HEAD(closed);
	unsigned int n;

	for (; left; left -= n) {
		n = min_t(unsigned int, left, SHIM6_SOCKETS_AT_ONCE);
		shim6_sockets_take(t, all, n, &closed);
		list_for_each_entry_safe(s, next, &closed, list) {
			list_del(&s->list);
			shim6_socket_free(s);
		}
		cond_resched();
	}
}

static void shim6_sockets_again(struct shim6_sockets *t)
{
	queue_delayed_work(t->sn->wq, &t->walk, HZ);
}

static void shim6_sockets_walk(struct work_struct *work)
{
	struct shim6_sockets *t = container_of(to_delayed_work(work),
					       struct shim6_sockets, walk);

	shim6_sockets_clear(t, false);
	if (shim6_sockets_any(t->sn))
		shim6_sockets_again(t);
}

static int shim6_socket_insert(struct shim6_sockets *t, struct shim6_socket *s)
{
	u64 limit = shim6_param(&t->sn->params, SHIM6_P_SOCKET_MAX);
	int err = -ENOSPC;

	spin_lock_bh(&t->lock);
	if (t->sn->nsockets < limit)
		err = rhashtable_lookup_insert_fast(&t->table, &s->node,
						    shim6_sockets_params);
	if (!err) {
		list_add(&s->list, &t->list);
		WRITE_ONCE(t->sn->nsockets, t->sn->nsockets + 1);
	}
	spin_unlock_bh(&t->lock);
	if (!err)
		shim6_sockets_again(t);
	return err;
}

static struct shim6_socket *shim6_socket_alloc(struct sock *sk, gfp_t gfp)
{
	struct shim6_socket *s = kzalloc(sizeof(*s), gfp | __GFP_ACCOUNT);

	if (!s)
		return NULL;
	s->sk = sk;
	sock_hold(sk);
	return s;
}

/* An entry that @err kept out of the table. Return: @err */
static int shim6_socket_refuse(struct shim6_sockets *t, struct shim6_socket *s,
			       int err)
{
	if (err == -ENOSPC) {
		shim6_count(t->sn, LIMIT_SOCKET);
		shim6_event_limit(t->sn, SHIM6_STAT_LIMIT_SOCKET);
	}
	sock_put(s->sk);
	kfree(s);
	return err;
}

static struct shim6_socket *shim6_socket_new(struct shim6_sockets *t,
					     struct sock *sk)
{
	struct shim6_socket *s = shim6_socket_alloc(sk, GFP_KERNEL);
	int err;

	if (!s)
		return ERR_PTR(-ENOMEM);
	err = shim6_socket_insert(t, s);
	if (err == -ENOSPC) {
		/* Those that were closed within the last second make room */
		shim6_sockets_clear(t, false);
		err = shim6_socket_insert(t, s);
	}
	return err ? ERR_PTR(shim6_socket_refuse(t, s, err)) : s;
}

struct shim6_socket *shim6_socket_get(struct shim6_net *sn, struct sock *sk)
{
	struct shim6_socket *s;

	rcu_read_lock();
	s = shim6_socket_find(sn, sk);
	rcu_read_unlock();
	return s ?: shim6_socket_new(sn->sockets, sk);
}

int shim6_socket_listens(struct shim6_net *sn)
{
	struct shim6_accepted *fresh;

	if (READ_ONCE(sn->accepted))
		return 0;
	fresh = shim6_accepted_alloc();
	if (!fresh)
		return -ENOMEM;
	/* Another one may have been quicker */
	if (cmpxchg(&sn->accepted, NULL, fresh))
		shim6_accepted_free(fresh);
	return 0;
}

/* May a listener have made it */
static bool shim6_socket_has_peer(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && sk->sk_family == AF_INET6 &&
	       sk->sk_protocol == IPPROTO_TCP &&
	       !((1 << READ_ONCE(sk->sk_state)) &
		 (TCPF_CLOSE | TCPF_LISTEN | TCPF_SYN_SENT));
}

/* Return: NULL when there is no room */
static struct shim6_socket *shim6_socket_inherit(struct shim6_sockets *t,
						 struct sock *sk)
{
	struct shim6_socket *s = shim6_socket_alloc(sk, GFP_ATOMIC);
	int err;

	if (!s)
		return NULL;
	s->dontshim = true;
	err = shim6_socket_insert(t, s);
	if (!err)
		return s;
	shim6_socket_refuse(t, s, err);
	return NULL;
}

struct shim6_socket *shim6_socket_seek(struct shim6_net *sn, struct sock *sk)
{
	struct shim6_accepted *accepted = READ_ONCE(sn->accepted);
	struct shim6_socket *s = shim6_socket_find(sn, sk);

	if (s || !accepted || !shim6_socket_has_peer(sk) ||
	    !shim6_accepted_take(accepted, sk))
		return s;
	return shim6_socket_inherit(sn->sockets, sk);
}

struct shim6_ctx *shim6_socket_fork(struct shim6_net *sn,
				    const struct sock *sk)
{
	struct shim6_ctx *fork = NULL;
	struct shim6_socket *s;

	rcu_read_lock();
	s = shim6_socket_find(sn, sk);
	rcu_read_unlock();
	if (!s)
		return NULL;
	spin_lock_bh(&sn->sockets->lock);
	if (s->fork && shim6_socket_outgrown(sn, s))
		shim6_socket_unfork(s);
	if (s->fork)
		fork = shim6_ctx_get(s->fork);
	spin_unlock_bh(&sn->sockets->lock);
	return fork;
}

struct shim6_ctx *shim6_socket_make_fork(struct shim6_net *sn, struct sock *sk,
					 const struct shim6_fork_flow *flow)
{
	struct shim6_socket *s = shim6_socket_get(sn, sk);
	struct shim6_ctx *fork;

	if (IS_ERR(s))
		return ERR_CAST(s);
	fork = shim6_fork_make(sn, flow);
	if (IS_ERR(fork))
		return fork;
	spin_lock_bh(&sn->sockets->lock);
	s->flow = *flow;
	s->fork = shim6_ctx_get(fork);
	spin_unlock_bh(&sn->sockets->lock);
	return fork;
}

int shim6_sockets_init(struct shim6_net *sn)
{
	struct shim6_sockets *t = kzalloc(sizeof(*t), GFP_KERNEL);
	int err;

	if (!t)
		return -ENOMEM;
	err = rhashtable_init(&t->table, &shim6_sockets_params);
	if (err) {
		kfree(t);
		return err;
	}
	t->sn = sn;
	spin_lock_init(&t->lock);
	INIT_LIST_HEAD(&t->list);
	INIT_DELAYED_WORK(&t->walk, shim6_sockets_walk);
	sn->sockets = t;
	return 0;
}

/* No packet and no option can come any more */
void shim6_sockets_exit(struct shim6_net *sn)
{
	struct shim6_sockets *t = sn->sockets;

	cancel_delayed_work_sync(&t->walk);
	shim6_sockets_clear(t, true);
	rhashtable_destroy(&t->table);
	shim6_accepted_free(sn->accepted);
	kfree(t);
}
