/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Contexts on the links that the load sharing and the rules of a namespace
 * choose for them. A context is sent to another pair as by an admin's wish: the
 * pair is probed first, and payload follows when the peer has answered.
 */
#ifndef SHIM6_SPREAD_H
#define SHIM6_SPREAD_H

#include "ctx.h"
#include "fork.h"

struct shim6_net;
struct shim6_qos_rule;

/**
 * shim6_spread_init() - before there are contexts
 * @sn: namespace
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_spread_init(struct shim6_net *sn);

/**
 * shim6_spread_exit() - stop looking after contexts
 * @sn: namespace; all of its contexts are dead, no packet is left
 * Context: process.
 */
void shim6_spread_exit(struct shim6_net *sn);

/**
 * shim6_spread_changed() - the table of service is another one
 * @sn: namespace
 *
 * All contexts are looked at soon.
 * Context: any.
 */
void shim6_spread_changed(struct shim6_net *sn);

/**
 * shim6_spread_soon() - a context was established: give it its link
 * @ctx: context; a reference is taken until that is done
 * Context: any.
 */
void shim6_spread_soon(struct shim6_ctx *ctx);

/* Return: id of the link that was chosen for a context, 0: none. Context: any */
u8 shim6_spread_link(const struct shim6_ctx *ctx);

/**
 * shim6_spread_mark() - note in our locators what is decided about their links
 * @ctx: context
 *
 * Before a step of its protocol, so that what the step explores is in the order
 * of that, see &struct shim6_loc.later.
 * Context: ctx->lock held.
 */
void shim6_spread_mark(struct shim6_ctx *ctx);

/**
 * shim6_spread_fork() - a packet met a rule with SHIM6_QOS_PATH_FORK
 * @ctx: its context
 * @flow: its flow
 * @rule: the rule
 *
 * Has the flow forked, unless its context is on a link of the rule, or the flow
 * has a context of its own already. Asked for again and again while it fails.
 * Context: RCU; softirq or process.
 */
void shim6_spread_fork(struct shim6_ctx *ctx,
		       const struct shim6_fork_flow *flow,
		       const struct shim6_qos_rule *rule);

#endif
