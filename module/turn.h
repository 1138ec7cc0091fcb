/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One turn of a context: an event goes into the protocol, what comes out is
 * done. State is changed and messages are encoded under the lock of the
 * context; sending, telling and burying follow after it.
 */
#ifndef SHIM6_TURN_H
#define SHIM6_TURN_H

#include "ctx.h"
#include "engine.h"

struct sk_buff;

/**
 * struct shim6_turn - one turn; on the stack of whoever runs it
 * @ctx: context; a reference or RCU keeps it
 * @ev: event; its caller fills in what belongs to the type
 * @pds: new parameters of ours, NULL: as before
 * @pds_len: their octets
 * @verdict: result: enum shim6_do of the first step
 * @refusal: result: Error that is due
 * @out: effects of the last step
 * @skb: encoded messages, by the number of the effect
 * @dscp: of each of them
 * @index: what the tables must know
 * @seq: of @index
 * @reindex: @index changed
 * @fresh: CT(peer) was set by a message: look for confused contexts
 * @was: state before
 * @is: state after
 * @old: current pair before
 * @cur: current pair after
 * @reap_was: enum shim6_reap_state before
 * @reap: enum shim6_reap_state after
 * @failing: how long the current pair has been failing, ns, 0: it does not
 * @explored: how long exploration has taken, ns, 0: none is under way; one that
 *	is over with this turn counts
 * @limited: a probe was not answered, since there were too many
 * @moved: the current pair changed
 * @kick: payload goes another way than before
 * @held: a message is due and was held back, see recover.h
 * @next: pair it will most likely go on
 * @bury: the context is dead
 * @failed: a message could not be sent on @failed_pair
 * @failed_pair: see @failed
 */
struct shim6_turn {
	struct shim6_ctx *ctx;
	struct shim6_ev ev;
	const u8 *pds;
	u16 pds_len;
	enum shim6_do verdict;
	struct shim6_refusal refusal;
	struct shim6_out out;
	struct sk_buff *skb[SHIM6_FX_MAX];
	u8 dscp[SHIM6_FX_MAX];
	struct shim6_ctx_index index;
	u32 seq;
	bool reindex;
	bool fresh;
	u8 was;
	u8 is;
	u8 reap_was;
	u8 reap;
	u64 failing;
	u64 explored;
	bool limited;
	struct shim6_pair old;
	struct shim6_pair cur;
	bool moved;
	bool kick;
	bool held;
	struct shim6_pair next;
	bool bury;
	bool failed;
	struct shim6_pair failed_pair;
};

/* Fills in all of the event that does not depend on its type */
void shim6_turn_init(struct shim6_turn *t, struct shim6_ctx *ctx,
		     enum shim6_ev_type type);

/**
 * shim6_turn_run() - do it
 * @t: from shim6_turn_init()
 * Context: process or softirq, no lock of ours.
 */
void shim6_turn_run(struct shim6_turn *t);

#endif
