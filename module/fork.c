// SPDX-License-Identifier: GPL-2.0
/*
 * Forked contexts, see fork.h.
 *
 * A flow is bound to the identifier, not to the context: whoever looks finds
 * the context in the table of ULIDs or does not, so nothing is held.
 */
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>
#include "engine.h"
#include "event.h"
#include "fork.h"
#include "request.h"
#include "table.h"

/* Identifiers tried until one is free; all but a few of 2^32 are */
#define FII_TRIES	8

/**
 * struct binding - a flow and its fork
 * @node: in shim6_forks.flows
 * @rcu: for freeing
 * @flow: key
 * @fii: Forked Instance Identifier
 */
struct binding {
	struct rhash_head node;
	struct rcu_head rcu;
	struct shim6_fork_flow flow;
	u32 fii;
};

/**
 * struct shim6_forks - the bindings of a namespace
 * @flows: by flow
 */
struct shim6_forks {
	struct rhashtable flows;
};

static const struct rhashtable_params flow_params = {
	.key_len = sizeof(struct shim6_fork_flow),
	.key_offset = offsetof(struct binding, flow),
	.head_offset = offsetof(struct binding, node),
	.automatic_shrinking = true,
};

static void free_binding(void *ptr, void *arg)
{
	kfree(ptr);
}

void shim6_fork_exit(struct shim6_net *sn)
{
	rhashtable_free_and_destroy(&sn->forks->flows, free_binding, NULL);
	kfree(sn->forks);
	sn->forks = NULL;
}

int shim6_fork_init(struct shim6_net *sn)
{
	struct shim6_forks *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int err;

	if (!f)
		return -ENOMEM;
	err = rhashtable_init(&f->flows, &flow_params);
	if (err) {
		kfree(f);
		return err;
	}
	atomic_set(&sn->nforks, 0);
	sn->forks = f;
	return 0;
}

static struct shim6_ctx *begin(struct shim6_net *sn,
			       const struct shim6_fork_flow *flow)
{
	struct shim6_ctx *ctx = ERR_PTR(-EEXIST);
	struct shim6_ctx_key key = { .local = flow->local, .peer = flow->peer };
	unsigned int i;

	for (i = 0; i < FII_TRIES && ctx == ERR_PTR(-EEXIST); i++) {
		key.fii = get_random_u32() ?: 1;
		ctx = shim6_engine_begin(sn, &key);
	}
	return ctx;
}

static bool has_fork(struct shim6_net *sn, const struct shim6_fork_flow *flow)
{
	bool has;

	rcu_read_lock();
	has = rhashtable_lookup(&sn->forks->flows, flow, flow_params);
	rcu_read_unlock();
	return has;
}

static void release(struct shim6_net *sn, struct binding *b)
{
	atomic_dec(&sn->nforks);
	kfree(b);
}

/* A binding for release(), in no table; before a handshake begins for nothing */
static struct binding *reserve(struct shim6_net *sn,
			       const struct shim6_fork_flow *flow)
{
	struct binding *b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);

	if (!b)
		return ERR_PTR(-ENOMEM);
	b->flow = *flow;
	if (atomic_inc_return(&sn->nforks) <=
	    shim6_param(&sn->params, SHIM6_P_FORK_MAX))
		return b;
	release(sn, b);
	shim6_count(sn, LIMIT_FORK);
	shim6_event_limit(sn, SHIM6_STAT_LIMIT_FORK);
	return ERR_PTR(-ENOSPC);
}

static bool is_bound(const struct binding *b, const struct shim6_ctx_key *key)
{
	return b->fii == key->fii &&
	       ipv6_addr_equal(&b->flow.local, &key->local) &&
	       ipv6_addr_equal(&b->flow.peer, &key->peer);
}

void shim6_fork_forget(const struct shim6_ctx *ctx)
{
	struct shim6_net *sn = ctx->sn;
	struct rhashtable_iter iter;
	struct binding *b;

	rhashtable_walk_enter(&sn->forks->flows, &iter);
	rhashtable_walk_start(&iter);
	while ((b = rhashtable_walk_next(&iter))) {
		/* The table is being resized: the walk begins anew */
		if (IS_ERR(b) || !is_bound(b, &ctx->key))
			continue;
		if (rhashtable_remove_fast(&sn->forks->flows, &b->node,
					   flow_params))
			continue;
		atomic_dec(&sn->nforks);
		kfree_rcu(b, rcu);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

static bool is_dead(struct shim6_ctx *ctx)
{
	bool dead;

	spin_lock_bh(&ctx->lock);
	dead = ctx->dead;
	spin_unlock_bh(&ctx->lock);
	return dead;
}

struct shim6_ctx *shim6_fork_make(struct shim6_net *sn,
				  const struct shim6_fork_flow *flow)
{
	struct shim6_ctx *ctx;
	struct binding *b;
	int err;

	if (has_fork(sn, flow))
		return ERR_PTR(-EEXIST);
	b = reserve(sn, flow);
	if (IS_ERR(b))
		return ERR_CAST(b);
	ctx = begin(sn, flow);
	if (IS_ERR(ctx)) {
		release(sn, b);
		return ctx;
	}
	b->fii = ctx->key.fii;
	err = rhashtable_lookup_insert_fast(&sn->forks->flows, &b->node,
					    flow_params);
	if (err) {
		release(sn, b);
		shim6_engine_kill(ctx);
		shim6_ctx_put(ctx);
		return ERR_PTR(err);
	}
	/* Who buried it meanwhile found no binding to end */
	if (is_dead(ctx))
		shim6_fork_forget(ctx);
	return ctx;
}

int shim6_fork_flow_of(struct shim6_net *sn, const struct sock *sk,
		       struct shim6_fork_flow *flow)
{
	const struct inet_sock *inet = inet_sk(sk);
	u8 state = READ_ONCE(sk->sk_state);
	const struct ipv6_pinfo *np;

	if (sk->sk_family != AF_INET6 || sk->sk_protocol > U8_MAX)
		return -EAFNOSUPPORT;
	/* NULL once IPV6_ADDRFORM made it a socket of IPv4 */
	np = inet6_sk(sk);
	if (!np || ipv6_addr_v4mapped(&sk->sk_v6_daddr))
		return -EAFNOSUPPORT;
	if (!net_eq(sock_net(sk), sn->net))
		return -EXDEV;
	/* What is connected no more keeps the address of its last peer */
	if (state == TCP_CLOSE || state == TCP_LISTEN ||
	    ipv6_addr_any(&sk->sk_v6_daddr))
		return -ENOTCONN;
	*flow = (struct shim6_fork_flow) {
		.local = np->saddr,
		.peer = sk->sk_v6_daddr,
		.proto = sk->sk_protocol,
	};
	if (shim6_has_ports(flow->proto)) {
		flow->port_local = inet->inet_sport;
		flow->port_peer = inet->inet_dport;
	}
	return 0;
}

/* Return: false for a packet whose ports cannot be seen */
static bool flow_of(const struct sk_buff *skb, struct shim6_fork_flow *flow)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	__be16 buf[2], frag;
	const __be16 *port;
	int off;

	*flow = (struct shim6_fork_flow) {
		.local = ip6->saddr,
		.peer = ip6->daddr,
		.proto = ip6->nexthdr,
	};
	off = ipv6_skip_exthdr(skb, skb_network_offset(skb) + sizeof(*ip6),
			       &flow->proto, &frag);
	if (off < 0)
		return false;
	if (!shim6_has_ports(flow->proto))
		return true;
	port = skb_header_pointer(skb, off, sizeof(buf), buf);
	if (!port || frag & htons(~0x7))
		return false;
	flow->port_local = port[0];
	flow->port_peer = port[1];
	return true;
}

struct shim6_ctx *shim6_fork_lookup(struct shim6_net *sn,
				    const struct shim6_fork_flow *flow)
{
	struct shim6_ctx *ctx;
	struct binding *b;

	b = rhashtable_lookup(&sn->forks->flows, flow, flow_params);
	if (!b)
		return NULL;
	ctx = shim6_table_by_ulids(sn, &flow->local, &flow->peer, b->fii);
	return ctx && rcu_access_pointer(ctx->path) ? ctx : NULL;
}

struct shim6_ctx *shim6_fork_find(struct shim6_net *sn,
				  const struct sk_buff *skb)
{
	struct shim6_fork_flow flow;

	return flow_of(skb, &flow) ? shim6_fork_lookup(sn, &flow) : NULL;
}
