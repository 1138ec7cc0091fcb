// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of a namespace. Readers run under RCU; writers hold table_lock.
 */
#include <linux/random.h>
#include <linux/rculist.h>
#include "net.h"
#include "peer.h"
#include "table.h"

/* Enough to find the last one free of 127 */
#define SHIM6_TAG_TRIES		4096

static const struct rhashtable_params shim6_ulids_params = {
	.key_offset = offsetof(struct shim6_ctx, key),
	.key_len = sizeof(struct shim6_ctx_key),
	.head_offset = offsetof(struct shim6_ctx, node),
	.automatic_shrinking = true,
};

static const struct rhashtable_params shim6_tags_params = {
	.key_offset = offsetof(struct shim6_ctx, tag),
	.key_len = sizeof(u64),
	.head_offset = offsetof(struct shim6_ctx, tag_node),
	.automatic_shrinking = true,
};

static const struct rhashtable_params shim6_peer_tags_params = {
	.key_offset = offsetof(struct shim6_ctx, index.peer_tag),
	.key_len = sizeof(u64),
	.head_offset = offsetof(struct shim6_ctx, peer_node),
	.automatic_shrinking = true,
};

int shim6_table_init(struct shim6_net *sn)
{
	int err;

	spin_lock_init(&sn->table_lock);
	INIT_LIST_HEAD(&sn->pending);
	xa_init_flags(&sn->ids, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH);
	err = rhashtable_init(&sn->ulids, &shim6_ulids_params);
	if (err)
		return err;
	err = rhashtable_init(&sn->tags, &shim6_tags_params);
	if (err)
		goto err_tags;
	err = rhltable_init(&sn->peer_tags, &shim6_peer_tags_params);
	if (err)
		goto err_peer_tags;
	return 0;

err_peer_tags:
	rhashtable_destroy(&sn->tags);
err_tags:
	rhashtable_destroy(&sn->ulids);
	return err;
}

void shim6_table_exit(struct shim6_net *sn)
{
	rhltable_destroy(&sn->peer_tags);
	rhashtable_destroy(&sn->tags);
	rhashtable_destroy(&sn->ulids);
	xa_destroy(&sn->ids);
}

struct shim6_ctx *shim6_table_by_ulids(struct shim6_net *sn,
				       const struct in6_addr *local,
				       const struct in6_addr *peer, u32 fii)
{
	struct shim6_ctx_key key = {
		.local = *local,
		.peer = *peer,
		.fii = fii,
	};

	return rhashtable_lookup(&sn->ulids, &key, shim6_ulids_params);
}

struct shim6_ctx *shim6_table_by_tag(struct shim6_net *sn, u64 tag)
{
	return rhashtable_lookup(&sn->tags, &tag, shim6_tags_params);
}

/* Under RCU: a strong reference of what was found, or NULL */
static struct shim6_ctx *shim6_table_hold(struct shim6_ctx *ctx)
{
	return ctx && shim6_ctx_get_maybe(ctx) ? ctx : NULL;
}

struct shim6_ctx *shim6_table_get_ulids(struct shim6_net *sn,
					const struct in6_addr *local,
					const struct in6_addr *peer, u32 fii)
{
	struct shim6_ctx *ctx;

	rcu_read_lock();
	ctx = shim6_table_hold(shim6_table_by_ulids(sn, local, peer, fii));
	rcu_read_unlock();
	return ctx;
}

struct shim6_ctx *shim6_table_get_tag(struct shim6_net *sn, u64 tag)
{
	struct shim6_ctx *ctx;

	rcu_read_lock();
	ctx = shim6_table_hold(shim6_table_by_tag(sn, tag));
	rcu_read_unlock();
	return ctx;
}

struct shim6_ctx *shim6_table_get_id(struct shim6_net *sn, u32 id)
{
	struct shim6_ctx *ctx;

	rcu_read_lock();
	ctx = shim6_table_hold(xa_load(&sn->ids, id));
	rcu_read_unlock();
	return ctx;
}

struct shim6_ctx *shim6_table_get_next(struct shim6_net *sn, u32 id)
{
	struct shim6_ctx *ctx = NULL;
	struct shim6_ctx *found;
	unsigned long at;

	rcu_read_lock();
	xa_for_each_range(&sn->ids, at, found, id, U32_MAX) {
		ctx = shim6_table_hold(found);
		if (ctx)
			break;
	}
	rcu_read_unlock();
	return ctx;
}

struct shim6_ctx *shim6_table_get_peer_tag(struct shim6_net *sn, u64 tag,
					   unsigned int n,
					   const struct shim6_ctx *not)
{
	struct rhlist_head *list, *pos;
	struct shim6_ctx *found = NULL;
	struct shim6_ctx *ctx;

	rcu_read_lock();
	list = rhltable_lookup(&sn->peer_tags, &tag, shim6_peer_tags_params);
	rhl_for_each_entry_rcu(ctx, pos, list, peer_node) {
		if (ctx == not || n--)
			continue;
		found = shim6_table_hold(ctx);
		break;
	}
	rcu_read_unlock();
	return found;
}

static bool shim6_table_try(struct shim6_ctx *ctx, const struct shim6_key *key,
			    const struct shim6_pair *pair)
{
	bool hit;

	spin_lock_bh(&ctx->lock);
	hit = !ctx->dead && shim6_proto_matches(&ctx->proto, key, pair);
	spin_unlock_bh(&ctx->lock);
	return hit;
}

/* The n-th handshake under way with this nonce */
static struct shim6_ctx *shim6_table_get_pending(struct shim6_net *sn,
						 u32 nonce, unsigned int n)
{
	struct shim6_ctx *found = NULL;
	struct shim6_ctx *ctx;

	rcu_read_lock();
	list_for_each_entry_rcu(ctx, &sn->pending, pending) {
		/* Without the lock, as strangers' messages must not cost one
		 * for each handshake; whoever finds one looks again under it.
		 */
		if (data_race(ctx->proto.hs.init_nonce) != nonce || n--)
			continue;
		found = shim6_table_hold(ctx);
		break;
	}
	rcu_read_unlock();
	return found;
}

struct shim6_ctx *shim6_table_match(struct shim6_net *sn,
				    const struct shim6_key *key,
				    const struct shim6_pair *pair)
{
	struct shim6_ctx *ctx;
	unsigned int n;

	for (n = 0; n < SHIM6_TABLE_TRIES; n++) {
		if (key->type == SHIM6_KEY_NONCE)
			ctx = shim6_table_get_pending(sn, key->nonce, n);
		else
			ctx = shim6_table_get_peer_tag(sn, key->tag, n, NULL);
		if (!ctx || shim6_table_try(ctx, key, pair))
			return ctx;
		shim6_ctx_put(ctx);
	}
	return NULL;
}

/* Is @pair, source ours, one of the context's, and @tag its CT(peer) */
static bool shim6_table_has_pair(struct shim6_ctx *ctx,
				 const struct shim6_pair *pair, u64 tag)
{
	const struct shim6_proto *p = &ctx->proto;
	bool hit;

	spin_lock_bh(&ctx->lock);
	hit = !ctx->dead &&
	      p->ct_peer_known && p->ct_peer == tag &&
	      (ipv6_addr_equal(&pair->src, &p->ulid_local) ||
	       shim6_locset_find(&p->local, &pair->src) >= 0) &&
	      (ipv6_addr_equal(&pair->dst, &p->ulid_peer) ||
	       shim6_locset_find(&p->peer, &pair->dst) >= 0);
	spin_unlock_bh(&ctx->lock);
	return hit;
}

struct shim6_ctx *shim6_table_quoted(struct shim6_net *sn,
				     const struct shim6_pair *pair, u64 tag)
{
	struct shim6_ctx *ctx;
	unsigned int n;

	for (n = 0; n < SHIM6_TABLE_TRIES; n++) {
		ctx = shim6_table_get_peer_tag(sn, tag, n, NULL);
		if (!ctx || shim6_table_has_pair(ctx, pair, tag))
			return ctx;
		shim6_ctx_put(ctx);
	}
	return NULL;
}

u64 shim6_table_new_tag(struct shim6_net *sn)
{
	unsigned int bits = shim6_param(&sn->params, SHIM6_P_TAG_BITS);
	unsigned int tries;
	u64 tag;
	bool used;

	for (tries = 0; tries < SHIM6_TAG_TRIES; tries++) {
		tag = get_random_u64() & ((1ULL << bits) - 1);
		rcu_read_lock();
		used = shim6_table_by_tag(sn, tag);
		rcu_read_unlock();
		/* 0 is legal on the wire but looks unset to people (B-43) */
		if (tag && !used)
			return tag;
	}
	return 0;
}

/* table_lock held */
static int shim6_table_room(struct shim6_net *sn, const struct shim6_ctx *ctx)
{
	if (sn->dying)
		return -ENETDOWN;
	if (sn->ncontexts >= shim6_param(&sn->params, SHIM6_P_CONTEXT_MAX))
		return -ENOSPC;
	if (*shim6_peer_contexts(sn, ctx->share) >=
	    shim6_param(&sn->params, SHIM6_P_CONTEXT_MAX_PREFIX))
		return -EDQUOT;
	if (ctx->index.pending && sn->half_open >=
	    shim6_param(&sn->params, SHIM6_P_CONTEXT_MAX_HALF_OPEN))
		return -EBUSY;
	return 0;
}

/* table_lock held */
static int shim6_table_add(struct shim6_net *sn, struct shim6_ctx *ctx)
{
	int err;

	err = rhashtable_lookup_insert_fast(&sn->ulids, &ctx->node,
					    shim6_ulids_params);
	if (err)
		return err;
	err = rhashtable_lookup_insert_fast(&sn->tags, &ctx->tag_node,
					    shim6_tags_params);
	if (err)
		goto err_tag;
	err = xa_alloc_cyclic(&sn->ids, &ctx->id, ctx, xa_limit_31b,
			      &sn->next_id, GFP_ATOMIC);
	if (err < 0)
		goto err_id;
	return 0;

err_id:
	rhashtable_remove_fast(&sn->tags, &ctx->tag_node, shim6_tags_params);
err_tag:
	rhashtable_remove_fast(&sn->ulids, &ctx->node, shim6_ulids_params);
	return err;
}

int shim6_table_insert(struct shim6_net *sn, struct shim6_ctx *ctx)
{
	int err;

	spin_lock_bh(&sn->table_lock);
	err = shim6_table_room(sn, ctx);
	if (!err)
		err = shim6_table_add(sn, ctx);
	if (!err) {
		ctx->hashed = true;
		WRITE_ONCE(sn->ncontexts, sn->ncontexts + 1);
		++*shim6_peer_contexts(sn, ctx->share);
	}
	if (!err && ctx->index.pending) {
		list_add_rcu(&ctx->pending, &sn->pending);
		sn->half_open++;
	}
	spin_unlock_bh(&sn->table_lock);
	return err;
}

/* table_lock held */
static void shim6_table_set_pending(struct shim6_net *sn,
				    struct shim6_ctx *ctx, bool pending)
{
	if (ctx->index.pending == pending)
		return;
	ctx->index.pending = pending;
	if (pending) {
		list_add_rcu(&ctx->pending, &sn->pending);
		sn->half_open++;
	} else {
		list_del_rcu(&ctx->pending);
		sn->half_open--;
	}
}

/* table_lock held. Out of memory, the context is not found by what others
 * quote of it; nothing worse.
 */
static void shim6_table_set_peer(struct shim6_net *sn, struct shim6_ctx *ctx,
				 bool known, u64 tag)
{
	if (ctx->index.peer_known == known && ctx->index.peer_tag == tag)
		return;
	if (ctx->index.peer_known)
		rhltable_remove(&sn->peer_tags, &ctx->peer_node,
				shim6_peer_tags_params);
	ctx->index.peer_known = false;
	ctx->index.peer_tag = tag;
	if (known && !rhltable_insert(&sn->peer_tags, &ctx->peer_node,
				      shim6_peer_tags_params))
		ctx->index.peer_known = true;
}

void shim6_table_reindex(struct shim6_net *sn, struct shim6_ctx *ctx,
			 const struct shim6_ctx_index *index, u32 seq)
{
	spin_lock_bh(&sn->table_lock);
	if (ctx->hashed && (s32)(seq - ctx->indexed) > 0) {
		ctx->indexed = seq;
		shim6_table_set_pending(sn, ctx, index->pending);
		shim6_table_set_peer(sn, ctx, index->peer_known,
				     index->peer_tag);
	}
	spin_unlock_bh(&sn->table_lock);
}

bool shim6_table_remove(struct shim6_net *sn, struct shim6_ctx *ctx)
{
	bool was;

	spin_lock_bh(&sn->table_lock);
	was = ctx->hashed;
	if (was) {
		shim6_table_set_pending(sn, ctx, false);
		shim6_table_set_peer(sn, ctx, false, 0);
		xa_erase(&sn->ids, ctx->id);
		rhashtable_remove_fast(&sn->tags, &ctx->tag_node,
				       shim6_tags_params);
		rhashtable_remove_fast(&sn->ulids, &ctx->node,
				       shim6_ulids_params);
		ctx->hashed = false;
		WRITE_ONCE(sn->ncontexts, sn->ncontexts - 1);
		--*shim6_peer_contexts(sn, ctx->share);
	}
	spin_unlock_bh(&sn->table_lock);
	return was;
}
