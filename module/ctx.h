/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A context: the object around the pure protocol state, its lifetime and the
 * path that the packet path reads.
 */
#ifndef SHIM6_CTX_H
#define SHIM6_CTX_H

#include <linux/hrtimer.h>
#include <linux/llist.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/shim6_qos.h>
#include <linux/spinlock.h>
#include <net/dst_cache.h>
#include "marking.h"
#include "proto.h"
#include "question.h"

struct shim6_net;

/**
 * struct shim6_path - where payload of a context goes; immutable, RCU
 * @pair: source ours
 * @tag: CT(peer)
 * @rewrite: @pair differs from the ULID pair: rewrite and tag
 * @cache: route of @pair; dies with the path. Without its per-cpu memory
 *	(cache.cache NULL) the route is looked up for each packet
 * @rcu: for freeing
 */
struct shim6_path {
	struct shim6_pair pair;
	u64 tag;
	bool rewrite;
	struct dst_cache cache;
	struct rcu_head rcu;
};

/**
 * struct shim6_ctx_key - by what outgoing payload finds its context
 * @local: ULID(local)
 * @peer: ULID(peer)
 * @fii: forked instance identifier
 */
struct shim6_ctx_key {
	struct in6_addr local;
	struct in6_addr peer;
	u32 fii;
};

/**
 * struct shim6_ctx_traffic - payload of a context, per CPU
 * @tx_packets: packets rewritten
 * @tx_bytes: their octets
 * @rx_packets: packets restored
 * @rx_bytes: their octets
 * @plain_tx_packets: packets that left as they were, while sn->watchers
 * @plain_tx_bytes: their octets
 * @plain_rx_packets: packets that came as they were, likewise
 * @plain_rx_bytes: their octets
 */
struct shim6_ctx_traffic {
	u64 tx_packets;
	u64 tx_bytes;
	u64 rx_packets;
	u64 rx_bytes;
	u64 plain_tx_packets;
	u64 plain_tx_bytes;
	u64 plain_rx_packets;
	u64 plain_rx_bytes;
};

/**
 * struct shim6_ctx_index - what changes in a context and is looked up
 * @peer_tag: CT(peer)
 * @peer_known: @peer_tag is meaningful
 * @pending: a handshake is under way: R1 or R2 may come
 */
struct shim6_ctx_index {
	u64 peer_tag;
	bool peer_known;
	bool pending;
};

/**
 * struct shim6_ctx_kick - what the walk over sockets knows of it (kick.c)
 * @list: in the list of contexts that moved, or in that of the walk; empty
 *	while it did not move. Under the walk's lock, as the others but @mtu
 * @mtu: what the new path leaves to the upper layer, 0: all of it; of the walk
 * @walking: it is one of the walk
 * @again: it moved once more since the walk began
 */
struct shim6_ctx_kick {
	struct list_head list;
	u32 mtu;
	bool walking;
	bool again;
};

/**
 * struct shim6_ctx_service - classes of a context's payload (handover.c); each
 *	member is written without a lock, and stays while there is no table
 * @rule: preference of the rule that the last packet sent met, 0: none
 * @klass: id of its class, 0: none
 * @dscp_out: its DSCP as it was sent
 * @dscp_in: DSCP of the last packet received, as it came
 * @link_out: id of the link that the last packet sent left by, 0: none
 * @link_in: of the one that the last packet received came by
 * @klass_in: id of the class of that packet, 0: none
 * @own: @dscp_out plus 1; 0: nothing was sent, or not for so long that it does
 *	not tell what control messages are to share the fate of (precedence.c)
 * @had: by class: what @dscp_out was last, plus 1; 0: nothing of it was sent
 */
struct shim6_ctx_service {
	u32 rule;
	u8 klass;
	u8 dscp_out;
	u8 dscp_in;
	u8 link_out;
	u8 link_in;
	u8 klass_in;
	u8 own;
	u8 had[SHIM6_QOS_CLASSES + 1];
};

/**
 * struct shim6_ctx_spread - which link a context uses (spread.c)
 * @node: in the list of those to be looked at soon, with a reference
 * @listed: it is there
 * @rule: preference of the rule that was met first, 0: none yet
 * @links: links that were chosen for a forked context; 0: none were
 * @chosen: id of the link it should be on, 0: any
 * @chosen_by: generation of the table that said so
 * @wrong_since: since when it should be on another one, ns, 0: it should not
 * @better: id of the link that is quicker, 0: none
 * @better_since: since when, ns
 * @home: id of the link it left to measure others, 0: it did not
 * @tried: id of the link it was sent to last
 * @tried_at: when, ns
 * @forked_at: when a flow of it was to be forked last, ns, coarse
 * @marked: &struct shim6_loc.later counts; under &struct shim6_ctx.lock
 *
 * Without a lock: the rest but @listed is of one work item; @rule, @links,
 * @chosen and @chosen_by are read elsewhere.
 */
struct shim6_ctx_spread {
	struct llist_node node;
	atomic_t listed;
	u32 rule;
	u16 links;
	u8 chosen;
	u32 chosen_by;
	u64 wrong_since;
	u8 better;
	u64 better_since;
	u8 home;
	u8 tried;
	u64 tried_at;
	u64 forked_at;
	bool marked;
};

/**
 * struct shim6_ctx_control - how the messages of a context are marked
 * @alternation: whose turn it is
 * @asked: the last of those that ask
 */
struct shim6_ctx_control {
	struct shim6_alternation alternation;
	struct shim6_questions asked;
};

/**
 * struct shim6_ctx - a context
 * @key: ULIDs and FII; constant
 * @tag: CT(local); constant
 * @id: number in this namespace; constant
 * @share: which prefix's share of the contexts it is of (peer.h); constant
 * @sn: namespace; constant; the context dies before it
 * @path: current path, NULL while payload must go unmodified; read under RCU,
 *	written under @lock
 * @traffic: per-cpu counters
 * @watched: somebody asks for @seen (RFC 6316 7.1); never unset
 * @seen_lock: protects @seen
 * @seen: addresses of the last payload packet, as received
 * @service: classes of its payload
 * @lock: protects @proto except the stamps of @proto.reap.act, writes of
 *	@path, and @armed
 * @proto: protocol state
 * @timer: the one timer, HRTIMER_MODE_ABS_SOFT; holds no reference
 * @control: how its messages are marked; under @lock
 * @armed: when @timer is due, ns, 0: not armed; under @lock
 * @last_took: how long the last switch took, ns; under @lock
 * @explored_at: when exploration began, ns, 0: none is under way; under @lock
 * @probe_second: second in which @probes were taken; under @lock
 * @probes: probes taken in that second; under @lock
 * @seq: counts the changes of what the tables know; under @lock
 * @spread: which link it uses, see spread.c
 * @wait: in a list of recover.c, with a reference, likewise the next two
 * @wait_link: its link
 * @wait_klass: its class
 * @dead: set under @lock once; nothing is armed or sent any more
 * @hashed: it is in the tables; under sn->table_lock
 * @indexed: @seq of what the tables know; under sn->table_lock
 * @index: what the tables know of it; under sn->table_lock
 * @ref: references: 1 of the table, the others short-lived
 * @node: in sn->ulids, under RCU and sn->table_lock
 * @tag_node: in sn->tags, likewise
 * @peer_node: in sn->peer_tags while @index.peer_known, likewise
 * @pending: in sn->pending while @index.pending, likewise
 * @grave: in sn->grave, waiting for the reaper
 * @kick: its sockets are to be restarted
 * @rcu: for freeing
 */
struct shim6_ctx {
	struct shim6_ctx_key key;
	u64 tag;
	u32 id;
	u16 share;
	struct shim6_net *sn;
	struct shim6_path __rcu *path;
	struct shim6_ctx_traffic __percpu *traffic;
	bool watched;
	spinlock_t seen_lock;
	struct shim6_pair seen;
	struct shim6_ctx_service service;
	spinlock_t lock;
	struct shim6_proto proto;
	struct shim6_ctx_control control;
	struct hrtimer timer;
	u64 armed;
	u64 last_took;
	u64 explored_at;
	u64 probe_second;
	u32 probes;
	struct shim6_ctx_spread spread;
	struct list_head wait;
	u8 wait_link;
	u8 wait_klass;
	u32 seq;
	bool dead;
	bool hashed;
	u32 indexed;
	struct shim6_ctx_index index;
	refcount_t ref;
	struct rhash_head node;
	struct rhash_head tag_node;
	struct rhlist_head peer_node;
	struct list_head pending;
	struct llist_node grave;
	struct shim6_ctx_kick kick;
	struct rcu_head rcu;
};

int shim6_ctx_setup(void);
void shim6_ctx_teardown(void);

/**
 * shim6_ctx_alloc() - memory for a context, one reference, in no table
 * @sn: namespace
 * @gfp: GFP_ATOMIC from softirq; a program that asks for it is charged for it
 * Return: context or NULL.
 */
struct shim6_ctx *shim6_ctx_alloc(struct shim6_net *sn, gfp_t gfp);

/* Must hold a reference already */
static inline struct shim6_ctx *shim6_ctx_get(struct shim6_ctx *ctx)
{
	refcount_inc(&ctx->ref);
	return ctx;
}

/* Under RCU, for a context found in a table; false when it is going away */
static inline bool shim6_ctx_get_maybe(struct shim6_ctx *ctx)
{
	return refcount_inc_not_zero(&ctx->ref);
}

/* Accepts NULL; the last one frees after a grace period. Context: any */
void shim6_ctx_put(struct shim6_ctx *ctx);

/**
 * shim6_path_alloc() - a path for shim6_ctx_publish()
 * @pair: source ours
 * @tag: CT(peer)
 * @rewrite: the pair differs from the ULID pair
 * @gfp: GFP_ATOMIC from softirq
 * Return: path or NULL. Missing per-cpu memory is no failure.
 */
struct shim6_path *shim6_path_alloc(const struct shim6_pair *pair, u64 tag,
				    bool rewrite, gfp_t gfp);

/* Context: @ctx->lock held. @path may be NULL: payload goes unmodified */
void shim6_ctx_publish(struct shim6_ctx *ctx, struct shim6_path *path);

/* Free a path that was never published; accepts NULL */
void shim6_path_free(struct shim6_path *path);

static inline void shim6_ctx_count_tx(struct shim6_ctx *ctx, u32 packets,
				      u32 bytes)
{
	this_cpu_add(ctx->traffic->tx_packets, packets);
	this_cpu_add(ctx->traffic->tx_bytes, bytes);
}

static inline void shim6_ctx_count_rx(struct shim6_ctx *ctx, u32 packets,
				      u32 bytes)
{
	this_cpu_add(ctx->traffic->rx_packets, packets);
	this_cpu_add(ctx->traffic->rx_bytes, bytes);
}

/* Payload that is not rewritten; only while somebody watches */
static inline void shim6_ctx_count_plain_tx(struct shim6_ctx *ctx, u32 packets,
					    u32 bytes)
{
	this_cpu_add(ctx->traffic->plain_tx_packets, packets);
	this_cpu_add(ctx->traffic->plain_tx_bytes, bytes);
}

static inline void shim6_ctx_count_plain_rx(struct shim6_ctx *ctx, u32 packets,
					    u32 bytes)
{
	this_cpu_add(ctx->traffic->plain_rx_packets, packets);
	this_cpu_add(ctx->traffic->plain_rx_bytes, bytes);
}

/* Notes from where payload comes, from now on. Context: @ctx->lock not held */
void shim6_ctx_watch(struct shim6_ctx *ctx);

/* Note the addresses of a payload packet. Context: softirq */
void shim6_ctx_saw(struct shim6_ctx *ctx, const struct in6_addr *src,
		   const struct in6_addr *dst);

/* Addresses of the last payload packet; before the first, the way back */
struct shim6_pair shim6_ctx_seen(struct shim6_ctx *ctx);

void shim6_ctx_traffic_sum(const struct shim6_ctx *ctx,
			   struct shim6_ctx_traffic *sum);

#endif
