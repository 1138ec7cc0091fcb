/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one timer of a context.
 *
 * It follows shim6_proto_deadline(), and is set nowhere but in
 * shim6_timer_sync(), which refuses when the context is dead. It holds no
 * reference: the reaper waits for it before the context is given back.
 */
#ifndef SHIM6_TIMER_H
#define SHIM6_TIMER_H

#include "ctx.h"

void shim6_timer_setup(struct shim6_ctx *ctx);

/* Arm or disarm as the protocol wants. Context: @ctx->lock held */
void shim6_timer_sync(struct shim6_ctx *ctx, u64 now);

/* Disarm without waiting for a callback. Context: @ctx->lock held */
void shim6_timer_stop(struct shim6_ctx *ctx);

/* Wait for a callback too. Context: process, no lock of ours held */
void shim6_timer_cancel(struct shim6_ctx *ctx);

#endif
