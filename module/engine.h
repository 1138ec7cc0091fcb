/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine: takes the lock of a context, steps its protocol, does the
 * effects. Everything that changes a context enters here.
 *
 * All functions may be called from process context or softirq, without any
 * lock of ours, unless they say otherwise.
 */
#ifndef SHIM6_ENGINE_H
#define SHIM6_ENGINE_H

#include "ctx.h"

struct shim6_net;

/**
 * shim6_engine_start() - begin a handshake as the initiator
 * @sn: namespace
 * @local: ULID(local)
 * @peer: ULID(peer)
 * @id: result: number of the context, an existing one too; may be NULL
 * Return: 0; -EEXIST when there is one already (@id is set); -ENOSPC at a
 * limit; -EADDRNOTAVAIL when @local is not ours; -ENOMEM; -ENETDOWN.
 */
int shim6_engine_start(struct shim6_net *sn, const struct in6_addr *local,
		       const struct in6_addr *peer, u32 *id);

/**
 * shim6_engine_begin() - a new context, and its handshake as the initiator
 * @sn: namespace
 * @key: ULIDs and FII
 * Return: a reference for the caller, or ERR_PTR(): -EEXIST for a context with
 * this key, else as shim6_engine_start().
 */
struct shim6_ctx *shim6_engine_begin(struct shim6_net *sn,
				     const struct shim6_ctx_key *key);

/**
 * struct shim6_refusal - an Error message that the caller must answer with
 * @error: an Error message is due
 * @code: its code
 * @off: offset in the refused message its Pointer names
 */
struct shim6_refusal {
	bool error;
	u8 code;
	u16 off;
};

/**
 * shim6_engine_accept() - a context for a checked I2 or I2bis
 * @sn: namespace
 * @key: ULIDs and FII from shim6_dispatch()
 * @pair: addresses of the packet as received
 * @msg: the message; its validator was checked
 * @auth: verification of its locators
 * @refusal: result
 * Return: enum shim6_do of the step, or a negative error when no context
 * could be made. A context that the step refused is gone again.
 */
int shim6_engine_accept(struct shim6_net *sn, const struct shim6_key *key,
			const struct shim6_pair *pair,
			const struct shim6_msg *msg,
			const struct shim6_auth *auth,
			struct shim6_refusal *refusal);

/**
 * shim6_engine_msg() - a control message for a context
 * @ctx: context, the caller's reference stays the caller's
 * @pair: addresses of the packet as received
 * @msg: decoded message
 * @auth: verification of its locators, or NULL without any
 * @refusal: result
 * Return: enum shim6_do.
 */
enum shim6_do shim6_engine_msg(struct shim6_ctx *ctx,
			       const struct shim6_pair *pair,
			       const struct shim6_msg *msg,
			       const struct shim6_auth *auth,
			       struct shim6_refusal *refusal);

/**
 * shim6_engine_payload() - shim6_activity_in() or _out() asked for it
 * @ctx: context, under RCU, no reference needed
 * @in: payload came in, else went out
 * @tagged: it came in with our context tag
 */
void shim6_engine_payload(struct shim6_ctx *ctx, bool in, bool tagged);

/* The timer of a context expired. Context: softirq */
void shim6_engine_timer(struct shim6_ctx *ctx);

/* Our addresses changed: tell every context. Context: process */
void shim6_engine_local(struct shim6_net *sn);

/* @addr is no ULID of ours any more: its contexts end (B-22) */
void shim6_engine_gone(struct shim6_net *sn, const struct in6_addr *addr);

/* The machine slept so many ns. Context: process */
void shim6_engine_resumed(struct shim6_ctx *ctx, u64 asleep);

/* Type 4 code 1 about our I1, unreachable about a pair, no route for it */
void shim6_engine_notice(struct shim6_ctx *ctx, enum shim6_ev_type type,
			 const struct shim6_pair *pair);

/* An admin's wish. Return: 0, -ENOENT for a pair not of the context */
int shim6_engine_set_path(struct shim6_ctx *ctx,
			  const struct shim6_pair *pair);

/**
 * shim6_engine_wish() - what an application asks of a context
 * @ctx: context, the caller's reference stays the caller's
 * @wish: what shim6_wish_check() has not refused
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_engine_wish(struct shim6_ctx *ctx, const struct shim6_wish *wish);

/* Our addresses as one context has them are compared again. Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_engine_local_one(struct shim6_ctx *ctx);

/* Discard a context; it may be gone already */
void shim6_engine_kill(struct shim6_ctx *ctx);
/* Discard all, wait until they are buried. Context: process, no lock of ours */
void shim6_engine_flush(struct shim6_net *sn);

/* Why a handshake for a ULID pair may not begin now: hold-down etc. are
 * contexts in E-FAILED or NO-SUPPORT, found by shim6_table_get_ulids()
 */

#endif
