/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recovery of many contexts at once (RFC 5534 9): their probes and Update
 * Requests leave at the pace of the link they go by, those of the class with
 * the lowest rank first; and what one context learns about a pair of locators
 * the others on it are told. Without a table of service there is none of this.
 */
#ifndef SHIM6_RECOVER_H
#define SHIM6_RECOVER_H

#include "ctx.h"

struct shim6_net;

/**
 * shim6_recover_init() - before there are contexts
 * @sn: namespace
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_recover_init(struct shim6_net *sn);

/**
 * shim6_recover_exit() - nobody waits any more
 * @sn: namespace; all of its contexts are dead
 * Context: process.
 */
void shim6_recover_exit(struct shim6_net *sn);

/**
 * shim6_recover_ask() - what the table says of recovery
 * @sn: namespace
 * @ev: its hold and provisional are filled in
 * Context: any.
 */
void shim6_recover_ask(const struct shim6_net *sn, struct shim6_ev *ev);

/**
 * shim6_recover_hold() - a context is held, see &struct shim6_proto.held
 * @ctx: context
 * @pair: what it will most likely send on
 * @late: its first probes were not answered: it waits with those of no class,
 *	or the contexts of a peer that is gone would keep all others waiting
 *
 * Who may not go is remembered, with a reference, and gets SHIM6_EV_TIMER
 * without a hold in its turn.
 * Context: any, without ctx->lock.
 * Return: true when it may go at once; the caller sees to it.
 */
bool shim6_recover_hold(struct shim6_ctx *ctx, const struct shim6_pair *pair,
			bool late);

/**
 * shim6_recover_sent() - a probe or an Update Request went
 * @sn: namespace
 * @pair: its addresses, source ours
 * Context: any.
 */
void shim6_recover_sent(struct shim6_net *sn, const struct shim6_pair *pair);

/**
 * shim6_recover_gather() - nobody goes until shim6_recover_release()
 * @sn: namespace
 *
 * Who tells many contexts of something lets them all come before the first one
 * goes, so that the order is that of the ranks.
 * Context: any.
 */
void shim6_recover_gather(struct shim6_net *sn);

/**
 * shim6_recover_release() - who came since shim6_recover_gather() may go
 * @sn: namespace
 *
 * When more than one gathers, with the last of them.
 * Context: any.
 */
void shim6_recover_release(struct shim6_net *sn);

/**
 * shim6_recover_verdict() - a context has left a pair that failed
 * @sn: namespace
 * @dead: that pair, source ours
 * @alive: the pair that works
 * Context: any, without ctx->lock.
 */
void shim6_recover_verdict(struct shim6_net *sn, const struct shim6_pair *dead,
			   const struct shim6_pair *alive);

#endif
