/* SPDX-License-Identifier: GPL-2.0 */
/*
 * After a switch: lower the path MTU of the sockets of a context, then
 * restart their backed-off timers.
 */
#ifndef SHIM6_KICK_H
#define SHIM6_KICK_H

struct shim6_net;
struct shim6_ctx;

int shim6_kick_init(struct shim6_net *sn);
void shim6_kick_exit(struct shim6_net *sn);

/**
 * shim6_kick_ctx() - the path of a context was just published anew
 * @ctx: context; a reference is taken while the work is pending
 *
 * Queues one walk over the sockets of the namespace for all contexts that
 * moved since the last one. Context: any, no lock of ours held.
 */
void shim6_kick_ctx(struct shim6_ctx *ctx);

#endif
