// SPDX-License-Identifier: GPL-2.0
/*
 * The doors of the engine: who wants something of a context comes in here.
 */
#include <linux/slab.h>
#include "bury.h"
#include "engine.h"
#include "event.h"
#include "guard.h"
#include "local.h"
#include "net.h"
#include "own.h"
#include "peer.h"
#include "recover.h"
#include "table.h"
#include "timer.h"
#include "turn.h"

static void shim6_engine_limit(struct shim6_net *sn, enum shim6_stat which)
{
	shim6_stat_inc(sn->stats, which);
	shim6_event_limit(sn, which);
}

/* Return: the context or ERR_PTR() */
static struct shim6_ctx *shim6_engine_make(struct shim6_net *sn,
					   const struct shim6_ctx_key *key,
					   const struct shim6_view *view)
{
	struct shim6_ctx *ctx = shim6_ctx_alloc(sn, GFP_ATOMIC);

	if (!ctx)
		return ERR_PTR(-ENOMEM);
	ctx->key = *key;
	ctx->tag = shim6_table_new_tag(sn);
	if (!ctx->tag) {
		shim6_ctx_put(ctx);
		shim6_engine_limit(sn, SHIM6_STAT_LIMIT_CTX);
		return ERR_PTR(-ENOSPC);
	}
	shim6_proto_init(&ctx->proto, &view->set, &key->local, &key->peer,
			 key->fii, ctx->tag, ktime_get_ns(), &sn->params,
			 get_random_u32());
	memcpy(ctx->proto.local_pds, view->pds, view->pds_len);
	ctx->proto.local_pds_len = view->pds_len;
	ctx->proto.signs = view->signs;
	ctx->proto.own = shim6_own_get(view->own);
	shim6_timer_setup(ctx);
	return ctx;
}

static int shim6_engine_insert(struct shim6_net *sn, struct shim6_ctx *ctx)
{
	int err = shim6_table_insert(sn, ctx);

	switch (err) {
	case 0:
		break;
	case -ENOSPC:
		shim6_engine_limit(sn, SHIM6_STAT_LIMIT_CTX);
		return -ENOSPC;
	case -EDQUOT:
		shim6_engine_limit(sn, SHIM6_STAT_LIMIT_PREFIX);
		return -ENOSPC;
	case -EBUSY:
		shim6_engine_limit(sn, SHIM6_STAT_LIMIT_HALF_OPEN);
		return -ENOSPC;
	default:
		return err;
	}
	shim6_count(sn, CTX_CREATED);
	if (!READ_ONCE(sn->hooks_on))
		shim6_net_hooks_changed(sn);
	return 0;
}

/* A context in state IDLE, in the tables, that @peer draws on its share for; a
 * reference for the caller or ERR_PTR()
 */
static struct shim6_ctx *shim6_engine_new(struct shim6_net *sn,
					  const struct shim6_ctx_key *key,
					  const struct in6_addr *peer,
					  bool pending)
{
	struct shim6_view *view;
	struct shim6_ctx *ctx;
	int err;

	view = kmalloc(sizeof(*view), GFP_ATOMIC);
	if (!view)
		return ERR_PTR(-ENOMEM);
	err = shim6_local_view(sn, &key->local, view);
	ctx = err ? ERR_PTR(err) : shim6_engine_make(sn, key, view);
	shim6_own_put(view->own);
	kfree(view);
	if (IS_ERR(ctx))
		return ctx;
	ctx->share = shim6_peer_share(sn, peer);
	ctx->index.pending = pending;
	/* One reference for the tables, one for the caller */
	shim6_ctx_get(ctx);
	err = shim6_engine_insert(sn, ctx);
	if (!err)
		return ctx;
	shim6_ctx_put(ctx);
	shim6_ctx_put(ctx);
	return ERR_PTR(err);
}

struct shim6_ctx *shim6_engine_begin(struct shim6_net *sn,
				     const struct shim6_ctx_key *key)
{
	struct shim6_turn t;
	struct shim6_ctx *ctx;

	if (READ_ONCE(sn->dying))
		return ERR_PTR(-ENETDOWN);
	if (!shim6_guard_admits(sn, SHIM6_QOS_POLICE_CTX_OUT, &key->peer)) {
		shim6_engine_limit(sn, SHIM6_STAT_POLICE_CTX);
		return ERR_PTR(-ENOSPC);
	}
	ctx = shim6_engine_new(sn, key, &key->peer, true);
	if (IS_ERR(ctx))
		return ctx;
	shim6_turn_init(&t, ctx, SHIM6_EV_START);
	shim6_turn_run(&t);
	return ctx;
}

int shim6_engine_start(struct shim6_net *sn, const struct in6_addr *local,
		       const struct in6_addr *peer, u32 *id)
{
	struct shim6_ctx_key key = { .local = *local, .peer = *peer };
	struct shim6_ctx *ctx;
	int err = 0;

	ctx = shim6_table_get_ulids(sn, local, peer, 0);
	if (ctx)
		err = -EEXIST;
	else
		ctx = shim6_engine_begin(sn, &key);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	if (id)
		*id = ctx->id;
	shim6_ctx_put(ctx);
	return err;
}

int shim6_engine_accept(struct shim6_net *sn, const struct shim6_key *key,
			const struct shim6_pair *pair,
			const struct shim6_msg *msg,
			const struct shim6_auth *auth,
			struct shim6_refusal *refusal)
{
	struct shim6_ctx_key ckey = {
		.local = key->local,
		.peer = key->peer,
		.fii = key->fii,
	};
	struct shim6_turn t;
	struct shim6_ctx *ctx;

	/* The validator came back to this address. A set may have ULIDs of any
	 * prefix.
	 */
	ctx = shim6_engine_new(sn, &ckey, &pair->src, false);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	shim6_turn_init(&t, ctx, SHIM6_EV_MSG);
	t.ev.pair = *pair;
	t.ev.msg = msg;
	t.ev.auth = auth;
	shim6_turn_run(&t);
	if (t.verdict != SHIM6_DO_OK || t.is == SHIM6_IDLE)
		shim6_engine_kill(ctx);
	shim6_ctx_put(ctx);
	*refusal = t.refusal;
	return t.verdict;
}

enum shim6_do shim6_engine_msg(struct shim6_ctx *ctx,
			       const struct shim6_pair *pair,
			       const struct shim6_msg *msg,
			       const struct shim6_auth *auth,
			       struct shim6_refusal *refusal)
{
	struct shim6_turn t;

	shim6_turn_init(&t, ctx, SHIM6_EV_MSG);
	t.ev.pair = *pair;
	t.ev.msg = msg;
	t.ev.auth = auth;
	shim6_turn_run(&t);
	*refusal = t.refusal;
	return t.verdict;
}

void shim6_engine_payload(struct shim6_ctx *ctx, bool in, bool tagged)
{
	struct shim6_turn t;

	/* RCU keeps the memory only; what follows may pass the context on */
	if (!shim6_ctx_get_maybe(ctx))
		return;
	shim6_turn_init(&t, ctx,
			in ? SHIM6_EV_PAYLOAD_IN : SHIM6_EV_PAYLOAD_OUT);
	t.ev.tagged = tagged;
	shim6_turn_run(&t);
	shim6_ctx_put(ctx);
}

void shim6_engine_timer(struct shim6_ctx *ctx)
{
	struct shim6_turn t;

	shim6_turn_init(&t, ctx, SHIM6_EV_TIMER);
	shim6_turn_run(&t);
}

void shim6_engine_notice(struct shim6_ctx *ctx, enum shim6_ev_type type,
			 const struct shim6_pair *pair)
{
	struct shim6_turn t;

	shim6_turn_init(&t, ctx, type);
	t.ev.pair = *pair;
	shim6_turn_run(&t);
}

void shim6_engine_resumed(struct shim6_ctx *ctx, u64 asleep)
{
	struct shim6_turn t;

	shim6_turn_init(&t, ctx, SHIM6_EV_RESUMED);
	t.ev.asleep = asleep;
	shim6_turn_run(&t);
}

static bool shim6_engine_has_pair(struct shim6_ctx *ctx,
				  const struct shim6_pair *pair)
{
	const struct shim6_proto *p = &ctx->proto;
	bool has;

	spin_lock_bh(&ctx->lock);
	has = !ctx->dead &&
	      (ipv6_addr_equal(&pair->dst, &p->ulid_peer) ||
	       shim6_locset_find(&p->peer, &pair->dst) >= 0) &&
	      shim6_locset_find(&p->local, &pair->src) >= 0;
	spin_unlock_bh(&ctx->lock);
	return has;
}

int shim6_engine_set_path(struct shim6_ctx *ctx, const struct shim6_pair *pair)
{
	if (!shim6_engine_has_pair(ctx, pair))
		return -ENOENT;
	shim6_engine_notice(ctx, SHIM6_EV_SET_PATH, pair);
	return 0;
}

static void shim6_engine_tell_local(struct shim6_ctx *ctx,
				    struct shim6_view *view)
{
	struct shim6_turn t;

	/* Not an address of ours any more: no locator is left. Whether the
	 * ULID is lost for good is not told by that, see addrwatch.c.
	 */
	shim6_local_view(ctx->sn, &ctx->key.local, view);
	shim6_turn_init(&t, ctx, SHIM6_EV_LOCAL);
	t.ev.local = &view->set;
	t.ev.signs = view->signs;
	t.ev.own = view->own;
	if (view->pds_len) {
		t.pds = view->pds;
		t.pds_len = view->pds_len;
	}
	shim6_turn_run(&t);
	shim6_own_put(view->own);
}

int shim6_engine_local_one(struct shim6_ctx *ctx)
{
	struct shim6_view *view = kmalloc(sizeof(*view), GFP_KERNEL);

	if (!view)
		return -ENOMEM;
	shim6_engine_tell_local(ctx, view);
	kfree(view);
	return 0;
}

int shim6_engine_wish(struct shim6_ctx *ctx, const struct shim6_wish *wish)
{
	struct shim6_turn t;

	shim6_turn_init(&t, ctx, SHIM6_EV_WISH);
	t.ev.wish = wish;
	t.ev.room = kmalloc(sizeof(*t.ev.room), GFP_KERNEL_ACCOUNT);
	if (!t.ev.room)
		return -ENOMEM;
	shim6_turn_run(&t);
	/* The context keeps what it took until it is freed itself */
	if (READ_ONCE(ctx->proto.wishes) != t.ev.room)
		kfree(t.ev.room);
	if (wish->type != SHIM6_WISH_LOCAL_LIST)
		return 0;
	return shim6_engine_local_one(ctx);
}

void shim6_engine_local(struct shim6_net *sn)
{
	struct shim6_view *view;
	struct shim6_ctx *ctx;
	u32 id = 0;

	view = kmalloc(sizeof(*view), GFP_KERNEL);
	if (!view)
		return;
	shim6_recover_gather(sn);
	while ((ctx = shim6_table_get_next(sn, id))) {
		id = ctx->id + 1;
		shim6_engine_tell_local(ctx, view);
		shim6_ctx_put(ctx);
		cond_resched();
	}
	shim6_recover_release(sn);
	kfree(view);
}

void shim6_engine_gone(struct shim6_net *sn, const struct in6_addr *addr)
{
	struct shim6_ctx *ctx;
	u32 id = 0;

	while ((ctx = shim6_table_get_next(sn, id))) {
		id = ctx->id + 1;
		if (ipv6_addr_equal(&ctx->key.local, addr))
			shim6_engine_kill(ctx);
		shim6_ctx_put(ctx);
		cond_resched();
	}
}

void shim6_engine_kill(struct shim6_ctx *ctx)
{
	spin_lock_bh(&ctx->lock);
	if (ctx->dead) {
		spin_unlock_bh(&ctx->lock);
		return;
	}
	shim6_bury_mark(ctx);
	spin_unlock_bh(&ctx->lock);
	shim6_bury(ctx);
}

void shim6_engine_flush(struct shim6_net *sn)
{
	struct shim6_ctx *ctx;
	u32 id = 0;

	while ((ctx = shim6_table_get_next(sn, id))) {
		id = ctx->id + 1;
		shim6_engine_kill(ctx);
		shim6_ctx_put(ctx);
		cond_resched();
	}
	flush_work(&sn->reaper);
}
