// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts and paths as objects: memory, references, publication.
 */
#include <linux/compiler.h>
#include <linux/slab.h>
#include "ctx.h"
#include "own.h"

static struct kmem_cache *shim6_ctx_cache;

int shim6_ctx_setup(void)
{
	shim6_ctx_cache = KMEM_CACHE(shim6_ctx, SLAB_ACCOUNT);
	return shim6_ctx_cache ? 0 : -ENOMEM;
}

/* The caller has waited for all callbacks (rcu_barrier()) */
void shim6_ctx_teardown(void)
{
	kmem_cache_destroy(shim6_ctx_cache);
}

struct shim6_ctx *shim6_ctx_alloc(struct shim6_net *sn, gfp_t gfp)
{
	struct shim6_ctx *ctx;

	ctx = kmem_cache_zalloc(shim6_ctx_cache, gfp);
	if (!ctx)
		return NULL;
	ctx->traffic = alloc_percpu_gfp(struct shim6_ctx_traffic,
					gfp | __GFP_ACCOUNT);
	if (!ctx->traffic) {
		kmem_cache_free(shim6_ctx_cache, ctx);
		return NULL;
	}
	ctx->sn = sn;
	spin_lock_init(&ctx->lock);
	spin_lock_init(&ctx->seen_lock);
	INIT_LIST_HEAD(&ctx->pending);
	INIT_LIST_HEAD(&ctx->kick.list);
	INIT_LIST_HEAD(&ctx->wait);
	refcount_set(&ctx->ref, 1);
	return ctx;
}

static void shim6_ctx_free_rcu(struct rcu_head *head)
{
	struct shim6_ctx *ctx = container_of(head, struct shim6_ctx, rcu);

	shim6_path_free(rcu_dereference_protected(ctx->path, true));
	kfree(ctx->proto.wishes);
	free_percpu(ctx->traffic);
	shim6_own_put(ctx->proto.own);
	kmem_cache_free(shim6_ctx_cache, ctx);
}

void shim6_ctx_put(struct shim6_ctx *ctx)
{
	if (ctx && refcount_dec_and_test(&ctx->ref))
		call_rcu(&ctx->rcu, shim6_ctx_free_rcu);
}

struct shim6_path *shim6_path_alloc(const struct shim6_pair *pair, u64 tag,
				    bool rewrite, gfp_t gfp)
{
	struct shim6_path *path;

	path = kzalloc(sizeof(*path), gfp | __GFP_NOWARN);
	if (!path)
		return NULL;
	path->pair = *pair;
	path->tag = tag;
	path->rewrite = rewrite;
	/* A path that never rewrites never looks a route up */
	if (rewrite && dst_cache_init(&path->cache, gfp | __GFP_NOWARN))
		path->cache.cache = NULL;
	return path;
}

void shim6_path_free(struct shim6_path *path)
{
	if (!path)
		return;
	dst_cache_destroy(&path->cache);
	kfree(path);
}

static void shim6_path_free_rcu(struct rcu_head *head)
{
	shim6_path_free(container_of(head, struct shim6_path, rcu));
}

void shim6_ctx_publish(struct shim6_ctx *ctx, struct shim6_path *path)
{
	struct shim6_path *old;

	old = rcu_replace_pointer(ctx->path, path,
				  lockdep_is_held(&ctx->lock));
	if (old)
		call_rcu(&old->rcu, shim6_path_free_rcu);
}

void shim6_ctx_watch(struct shim6_ctx *ctx)
{
	struct shim6_pair back;

	if (READ_ONCE(ctx->watched))
		return;
	/* The second one must not undo what packets have told since the first */
	spin_lock_bh(&ctx->lock);
	if (!ctx->watched) {
		back = shim6_pair_rev(&ctx->proto.cur);
		shim6_ctx_saw(ctx, &back.src, &back.dst);
		WRITE_ONCE(ctx->watched, true);
	}
	spin_unlock_bh(&ctx->lock);
}

void shim6_ctx_saw(struct shim6_ctx *ctx, const struct in6_addr *src,
		   const struct in6_addr *dst)
{
	struct shim6_pair pair = { .src = *src, .dst = *dst };

	/* Nearly every packet: no lock for it. A note of another CPU just now
	 * may be taken for ours, either is as good as the latest
	 */
	if (data_race(shim6_pair_eq(&ctx->seen, &pair)))
		return;
	spin_lock_bh(&ctx->seen_lock);
	ctx->seen = pair;
	spin_unlock_bh(&ctx->seen_lock);
}

struct shim6_pair shim6_ctx_seen(struct shim6_ctx *ctx)
{
	struct shim6_pair seen;

	spin_lock_bh(&ctx->seen_lock);
	seen = ctx->seen;
	spin_unlock_bh(&ctx->seen_lock);
	return seen;
}

void shim6_ctx_traffic_sum(const struct shim6_ctx *ctx,
			   struct shim6_ctx_traffic *sum)
{
	const struct shim6_ctx_traffic *t;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		t = per_cpu_ptr(ctx->traffic, cpu);
		sum->tx_packets += READ_ONCE(t->tx_packets);
		sum->tx_bytes += READ_ONCE(t->tx_bytes);
		sum->rx_packets += READ_ONCE(t->rx_packets);
		sum->rx_bytes += READ_ONCE(t->rx_bytes);
		sum->plain_tx_packets += READ_ONCE(t->plain_tx_packets);
		sum->plain_tx_bytes += READ_ONCE(t->plain_tx_bytes);
		sum->plain_rx_packets += READ_ONCE(t->plain_rx_packets);
		sum->plain_rx_bytes += READ_ONCE(t->plain_rx_bytes);
	}
}
