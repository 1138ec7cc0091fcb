/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of a context.
 *
 * Three steps: it is marked dead under its lock, so that nothing is armed,
 * published or stepped any more; it leaves the tables and goes to the grave;
 * the reaper, which may sleep, waits for its timer and drops the reference of
 * the tables. Who still holds a context then is one of: the packet path under
 * RCU (the memory outlives it), a message being handled (a reference), the
 * work after a switch (a reference).
 */
#ifndef SHIM6_BURY_H
#define SHIM6_BURY_H

#include <linux/workqueue.h>
#include "ctx.h"

struct shim6_net;

/* Context: @ctx->lock held, @ctx not dead */
void shim6_bury_mark(struct shim6_ctx *ctx);

/* After shim6_bury_mark(), without the lock. Context: any */
void shim6_bury(struct shim6_ctx *ctx);

void shim6_bury_work(struct work_struct *work);

#endif
