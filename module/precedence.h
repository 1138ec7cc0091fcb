/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The DSCP of our own messages. In their queue they always come first; on the
 * wire every second message of a context on a pair of locators has that of its
 * payload, so that a provider which treats network control (RFC 4594 3.1)
 * better or worse than payload decides nothing alone (RFC 5534 9: what tells of
 * a path has to share its fate). What is answered tells which one gets through.
 */
#ifndef SHIM6_PRECEDENCE_H
#define SHIM6_PRECEDENCE_H

#include "ctx.h"

struct shim6_qos_marking;

/**
 * shim6_precedence_init() - nothing is known of any marking
 * @sn: namespace
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_precedence_init(struct shim6_net *sn);

/**
 * shim6_precedence_exit() - free what is known
 * @sn: namespace; no message of its contexts leaves or comes any more
 * Context: process.
 */
void shim6_precedence_exit(struct shim6_net *sn);

/**
 * shim6_precedence_next() - DSCP of a message of a context
 * @ctx: context, locked
 * @fx: its effect, of type SHIM6_FX_SEND
 * @asked: message that led to it, NULL: none did
 * @now: ns
 *
 * Counts it, and remembers it if it asks for an answer.
 * Return: 0 to 63; 0 while there is no table.
 */
u8 shim6_precedence_next(struct shim6_ctx *ctx, const struct shim6_fx *fx,
			 const struct shim6_msg *asked, u64 now);

/**
 * shim6_precedence_heard() - a message may answer one of ours
 * @ctx: context, locked
 * @m: message that its context has accepted
 * @now: ns
 */
void shim6_precedence_heard(struct shim6_ctx *ctx, const struct shim6_msg *m,
			    u64 now);

/**
 * shim6_precedence_reply() - DSCP of an answer that no context gives
 * @sn: namespace
 * @src: locator that it leaves from
 * @dscp: of the question, as it came
 *
 * Who asks alternates; the answer to what is marked as our messages are is
 * marked so, others are not: nobody chooses by a question what class we spend.
 * Context: RCU or process.
 * Return: 0 to 63; 0 while there is no table.
 */
u8 shim6_precedence_reply(struct shim6_net *sn, const struct in6_addr *src,
			  u8 dscp);

/**
 * shim6_precedence_list() - messages by link and DSCP
 * @sn: namespace
 * @cursor: 0 to begin; then as the last call left it
 * @m: result
 * Context: process.
 * Return: 0, or -ENOENT when no others were sent.
 */
int shim6_precedence_list(struct shim6_net *sn, u64 *cursor,
			  struct shim6_qos_marking *m);

/**
 * shim6_precedence_reset() - all counters become zero, every DSCP is tried again
 * @sn: namespace
 * Context: process.
 */
void shim6_precedence_reset(struct shim6_net *sn);

#endif
