/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of a namespace: contexts by ULIDs, by our tag, by number.
 */
#ifndef SHIM6_TABLE_H
#define SHIM6_TABLE_H

#include "ctx.h"

struct shim6_net;

/* Peers choose their tags and nonces at random: more than a few contexts with
 * the same one are somebody's doing, and must not cost long walks.
 */
#define SHIM6_TABLE_TRIES	64

int shim6_table_init(struct shim6_net *sn);
/* All contexts are gone and a grace period has passed */
void shim6_table_exit(struct shim6_net *sn);

/*
 * Look-ups of the packet path: under rcu_read_lock(), no reference is taken,
 * the context is valid until rcu_read_unlock().
 */
struct shim6_ctx *shim6_table_by_ulids(struct shim6_net *sn,
				       const struct in6_addr *local,
				       const struct in6_addr *peer, u32 fii);
struct shim6_ctx *shim6_table_by_tag(struct shim6_net *sn, u64 tag);

/*
 * Look-ups of everyone else: take RCU themselves and return a strong
 * reference or NULL.
 */
struct shim6_ctx *shim6_table_get_ulids(struct shim6_net *sn,
					const struct in6_addr *local,
					const struct in6_addr *peer, u32 fii);
struct shim6_ctx *shim6_table_get_tag(struct shim6_net *sn, u64 tag);
struct shim6_ctx *shim6_table_get_id(struct shim6_net *sn, u32 id);
/* The first context whose number is at least @id, for lists with a cursor */
struct shim6_ctx *shim6_table_get_next(struct shim6_net *sn, u32 id);

/**
 * shim6_table_match() - context by nonce or by the peer's tag
 * @sn: namespace
 * @key: SHIM6_KEY_NONCE or SHIM6_KEY_PEER_TAG
 * @pair: addresses of the packet as received
 * Return: strong reference or NULL. Walks the handshakes under way, or the
 * contexts with that CT(peer), SHIM6_TABLE_TRIES at most.
 */
struct shim6_ctx *shim6_table_match(struct shim6_net *sn,
				    const struct shim6_key *key,
				    const struct shim6_pair *pair);

/**
 * shim6_table_quoted() - context of a packet of ours that somebody quotes
 * @sn: namespace
 * @pair: addresses of the quoted packet, source ours
 * @tag: tag in its payload header or message: CT(peer) (B-6)
 * Return: strong reference or NULL.
 */
struct shim6_ctx *shim6_table_quoted(struct shim6_net *sn,
				     const struct shim6_pair *pair, u64 tag);

/* A random tag that no context of the namespace has; 0 when none was found,
 * which takes a laboratory with few of them
 */
u64 shim6_table_new_tag(struct shim6_net *sn);

/* The n-th context that has this CT(peer), @not left out; strong reference or
 * NULL
 */
struct shim6_ctx *shim6_table_get_peer_tag(struct shim6_net *sn, u64 tag,
					   unsigned int n,
					   const struct shim6_ctx *not);

/**
 * shim6_table_insert() - publish a context
 * @sn: namespace
 * @ctx: context with @key, @tag, @share and @index.pending set; gets its @id;
 *	the table takes over the caller's first reference
 * Return: 0, -EEXIST for a ULID pair or tag in use, -ENOSPC at the limit
 * of contexts, -EDQUOT at that of a prefix, -EBUSY at that of handshakes,
 * -ENOMEM,
 * -ENETDOWN while the namespace goes away. Context: process or softirq.
 */
int shim6_table_insert(struct shim6_net *sn, struct shim6_ctx *ctx);

/* Takes it out of all tables; the table's reference is then the caller's.
 * Return: false when it was out already.
 */
bool shim6_table_remove(struct shim6_net *sn, struct shim6_ctx *ctx);

/**
 * shim6_table_reindex() - what is looked up changed in a context
 * @sn: namespace
 * @ctx: context
 * @index: as it was under ctx->lock
 * @seq: ctx->seq of that moment; an older one than known is ignored, since
 *	two steps of a context may come here in the wrong order
 */
void shim6_table_reindex(struct shim6_net *sn, struct shim6_ctx *ctx,
			 const struct shim6_ctx_index *index, u32 seq);

#endif
