// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a context, see bury.h.
 */
#include <linux/shim6.h>
#include "bury.h"
#include "event.h"
#include "fork.h"
#include "net.h"
#include "table.h"
#include "timer.h"
#include "trace.h"

void shim6_bury_mark(struct shim6_ctx *ctx)
{
	lockdep_assert_held(&ctx->lock);
	ctx->dead = true;
	ctx->proto.dead = true;
	shim6_timer_stop(ctx);
	shim6_ctx_publish(ctx, NULL);
}

static void shim6_bury_emit(const struct shim6_ctx *ctx)
{
	struct shim6_event ev = {
		.type = SHIM6_EVENT_CONTEXT_DOWN,
		.context = ctx->id,
		.ulid_local = ctx->key.local,
		.ulid_peer = ctx->key.peer,
		.fii = ctx->key.fii,
	};

	shim6_event_emit(ctx->sn, &ev);
}

void shim6_bury(struct shim6_ctx *ctx)
{
	struct shim6_net *sn = ctx->sn;

	if (!shim6_table_remove(sn, ctx))
		return;
	shim6_count(sn, CTX_KILLED);
	trace_shim6_context_state(ctx, READ_ONCE(ctx->proto.state),
				  SHIM6_TRACE_GONE);
	shim6_bury_emit(ctx);
	llist_add(&ctx->grave, &sn->grave);
	queue_work(sn->wq, &sn->reaper);
}

void shim6_bury_work(struct work_struct *work)
{
	struct shim6_net *sn = container_of(work, struct shim6_net, reaper);
	struct llist_node *dead = llist_del_all(&sn->grave);
	struct shim6_ctx *ctx, *next;

	llist_for_each_entry_safe(ctx, next, dead, grave) {
		shim6_timer_cancel(ctx);
		if (ctx->key.fii)
			shim6_fork_forget(ctx);
		shim6_ctx_put(ctx);
	}
	if (!READ_ONCE(sn->ncontexts))
		shim6_net_hooks_changed(sn);
}
