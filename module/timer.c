// SPDX-License-Identifier: GPL-2.0
/*
 * The one timer of a context; no other file deals with hrtimers.
 */
#include <linux/hrtimer.h>
#include <linux/rcupdate.h>
#include "compat.h"
#include "engine.h"
#include "net.h"
#include "timer.h"

/* A deadline that does not move must not become a storm of callbacks */
#define SHIM6_TIMER_MIN_NS	SHIM6_NS_PER_MS

static enum hrtimer_restart shim6_timer_fire(struct hrtimer *timer)
{
	struct shim6_ctx *ctx = container_of(timer, struct shim6_ctx, timer);

	rcu_read_lock();
	shim6_engine_timer(ctx);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

void shim6_timer_setup(struct shim6_ctx *ctx)
{
	shim6_hrtimer_setup(&ctx->timer, shim6_timer_fire, CLOCK_MONOTONIC,
			    HRTIMER_MODE_ABS_SOFT);
}

void shim6_timer_stop(struct shim6_ctx *ctx)
{
	lockdep_assert_held(&ctx->lock);
	ctx->armed = 0;
	hrtimer_try_to_cancel(&ctx->timer);
}

void shim6_timer_sync(struct shim6_ctx *ctx, u64 now)
{
	u64 due;

	lockdep_assert_held(&ctx->lock);
	if (ctx->dead)
		return;
	due = shim6_proto_deadline(&ctx->proto, now, &ctx->sn->params);
	if (!due) {
		shim6_timer_stop(ctx);
		return;
	}
	due = max(due, now + SHIM6_TIMER_MIN_NS);
	if (ctx->armed == due)
		return;
	ctx->armed = due;
	hrtimer_start(&ctx->timer, ns_to_ktime(due), HRTIMER_MODE_ABS_SOFT);
}

void shim6_timer_cancel(struct shim6_ctx *ctx)
{
	hrtimer_cancel(&ctx->timer);
}
