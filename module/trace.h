/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, under events/shim6/ in tracefs. Off they are a jump that is not
 * taken. Addresses are octets as in a packet, contexts have the numbers and
 * namespaces the inodes that user space knows; a "was" and an "is" are the
 * numbers of the ABI. Nothing here is ABI: what the module does may change.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM shim6

#if !defined(SHIM6_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SHIM6_TRACE_H

#include <linux/tracepoint.h>
#include "ctx.h"
#include "net.h"

#ifndef SHIM6_TRACE_ONCE
#define SHIM6_TRACE_ONCE

/* Discarded, in the place of a state */
#define SHIM6_TRACE_GONE	SHIM6_STATE_COUNT

#define SHIM6_TRACE_STATES				\
	{ SHIM6_IDLE,		"idle" },		\
	{ SHIM6_I1_SENT,	"i1_sent" },		\
	{ SHIM6_I2_SENT,	"i2_sent" },		\
	{ SHIM6_I2BIS_SENT,	"i2bis_sent" },		\
	{ SHIM6_ESTABLISHED,	"established" },	\
	{ SHIM6_E_FAILED,	"e_failed" },		\
	{ SHIM6_NO_SUPPORT,	"no_support" },		\
	{ SHIM6_TRACE_GONE,	"gone" }

#define SHIM6_TRACE_REAP				\
	{ SHIM6_REAP_OPERATIONAL, "operational" },	\
	{ SHIM6_REAP_EXPLORING,	"exploring" },		\
	{ SHIM6_REAP_INBOUND_OK, "inbound_ok" }

#define SHIM6_TRACE_REASON(id, name, ...)	{ SHIM6_STAT_##id, #name },

/* A list of declarations, each with its end */
#define SHIM6_TRACE_ENUM(id, ...)	TRACE_DEFINE_ENUM(SHIM6_STAT_##id);

#endif

/* The numbers for readers outside of the kernel, who do not know the names */
TRACE_DEFINE_ENUM(SHIM6_IDLE);
TRACE_DEFINE_ENUM(SHIM6_I1_SENT);
TRACE_DEFINE_ENUM(SHIM6_I2_SENT);
TRACE_DEFINE_ENUM(SHIM6_I2BIS_SENT);
TRACE_DEFINE_ENUM(SHIM6_ESTABLISHED);
TRACE_DEFINE_ENUM(SHIM6_E_FAILED);
TRACE_DEFINE_ENUM(SHIM6_NO_SUPPORT);
TRACE_DEFINE_ENUM(SHIM6_STATE_COUNT);
TRACE_DEFINE_ENUM(SHIM6_REAP_OPERATIONAL);
TRACE_DEFINE_ENUM(SHIM6_REAP_EXPLORING);
TRACE_DEFINE_ENUM(SHIM6_REAP_INBOUND_OK);
SHIM6_STATS(SHIM6_TRACE_ENUM)

/* Of a context: shim6_context_state, shim6_reach_state */
DECLARE_EVENT_CLASS(shim6_change,
	TP_PROTO(const struct shim6_ctx *ctx, u8 was, u8 is),
	TP_ARGS(ctx, was, is),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, context)
		__array(u8, ulid_local, 16)
		__array(u8, ulid_peer, 16)
		__field(u32, was)
		__field(u32, is)
	),
	TP_fast_assign(
		__entry->netns = ctx->sn->net->ns.inum;
		__entry->context = ctx->id;
		memcpy(__entry->ulid_local, &ctx->key.local, 16);
		memcpy(__entry->ulid_peer, &ctx->key.peer, 16);
		__entry->was = was;
		__entry->is = is;
	),
	TP_printk("netns=%u context=%u ulid_local=%pI6c ulid_peer=%pI6c was=%s is=%s",
		  __entry->netns, __entry->context, __entry->ulid_local,
		  __entry->ulid_peer,
		  __print_symbolic(__entry->was, SHIM6_TRACE_STATES),
		  __print_symbolic(__entry->is, SHIM6_TRACE_STATES))
);

/**
 * shim6_context_state() - RFC 5533 6.2
 * @ctx: context
 * @was: state before
 * @is: state now; SHIM6_TRACE_GONE: discarded
 */
DEFINE_EVENT(shim6_change, shim6_context_state,
	TP_PROTO(const struct shim6_ctx *ctx, u8 was, u8 is),
	TP_ARGS(ctx, was, is)
);

/*
 * shim6_reach_state() - RFC 5534 6
 * @ctx: context
 * @was: enum shim6_reap_state before
 * @is: enum shim6_reap_state now
 */
DEFINE_EVENT_PRINT(shim6_change, shim6_reach_state,
	TP_PROTO(const struct shim6_ctx *ctx, u8 was, u8 is),
	TP_ARGS(ctx, was, is),
	TP_printk("netns=%u context=%u ulid_local=%pI6c ulid_peer=%pI6c was=%s is=%s",
		  __entry->netns, __entry->context, __entry->ulid_local,
		  __entry->ulid_peer,
		  __print_symbolic(__entry->was, SHIM6_TRACE_REAP),
		  __print_symbolic(__entry->is, SHIM6_TRACE_REAP))
);

/**
 * shim6_path_change() - the current pair changed
 * @ctx: context
 * @old: pair before, source ours
 * @pair: pair now
 * @took: ns from the first sign of a failure, 0: there was none
 * @explored: ns since exploration began
 */
TRACE_EVENT(shim6_path_change,
	TP_PROTO(const struct shim6_ctx *ctx, const struct shim6_pair *old,
		 const struct shim6_pair *pair, u64 took, u64 explored),
	TP_ARGS(ctx, old, pair, took, explored),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, context)
		__array(u8, old_local, 16)
		__array(u8, old_peer, 16)
		__array(u8, loc_local, 16)
		__array(u8, loc_peer, 16)
		__field(u64, took)
		__field(u64, explored)
	),
	TP_fast_assign(
		__entry->netns = ctx->sn->net->ns.inum;
		__entry->context = ctx->id;
		memcpy(__entry->old_local, &old->src, 16);
		memcpy(__entry->old_peer, &old->dst, 16);
		memcpy(__entry->loc_local, &pair->src, 16);
		memcpy(__entry->loc_peer, &pair->dst, 16);
		__entry->took = took;
		__entry->explored = explored;
	),
	TP_printk("netns=%u context=%u old_local=%pI6c old_peer=%pI6c loc_local=%pI6c loc_peer=%pI6c took=%llu explored=%llu",
		  __entry->netns, __entry->context, __entry->old_local,
		  __entry->old_peer, __entry->loc_local, __entry->loc_peer,
		  __entry->took, __entry->explored)
);

/* Of a Probe (RFC 5534 5.2), with its addresses as on the wire */
DECLARE_EVENT_CLASS(shim6_probe,
	TP_PROTO(const struct shim6_ctx *ctx, const struct shim6_pair *pair,
		 u8 sta, __be32 nonce),
	TP_ARGS(ctx, pair, sta, nonce),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, context)
		__array(u8, src, 16)
		__array(u8, dst, 16)
		__field(u32, sta)
		__field(u32, nonce)
	),
	TP_fast_assign(
		__entry->netns = ctx->sn->net->ns.inum;
		__entry->context = ctx->id;
		memcpy(__entry->src, &pair->src, 16);
		memcpy(__entry->dst, &pair->dst, 16);
		__entry->sta = sta;
		__entry->nonce = be32_to_cpu(nonce);
	),
	TP_printk("netns=%u context=%u src=%pI6c dst=%pI6c sta=%s nonce=0x%08x",
		  __entry->netns, __entry->context, __entry->src, __entry->dst,
		  __print_symbolic(__entry->sta, SHIM6_TRACE_REAP),
		  __entry->nonce)
);

/**
 * shim6_probe_sent() - a Probe goes out
 * @ctx: context
 * @pair: source ours
 * @sta: state it reports
 * @nonce: its own
 */
DEFINE_EVENT(shim6_probe, shim6_probe_sent,
	TP_PROTO(const struct shim6_ctx *ctx, const struct shim6_pair *pair,
		 u8 sta, __be32 nonce),
	TP_ARGS(ctx, pair, sta, nonce)
);

/**
 * shim6_probe_received() - a Probe for a context came
 * @ctx: context
 * @pair: source the peer's
 * @sta: state it reports
 * @nonce: its own
 */
DEFINE_EVENT(shim6_probe, shim6_probe_received,
	TP_PROTO(const struct shim6_ctx *ctx, const struct shim6_pair *pair,
		 u8 sta, __be32 nonce),
	TP_ARGS(ctx, pair, sta, nonce)
);

/**
 * shim6_drop() - a packet was dropped, or not answered
 * @sn: namespace
 * @reason: counter that was counted for it
 * @pair: addresses of the packet, as far as it had any
 */
TRACE_EVENT(shim6_drop,
	TP_PROTO(const struct shim6_net *sn, u32 reason,
		 const struct shim6_pair *pair),
	TP_ARGS(sn, reason, pair),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, reason)
		__array(u8, src, 16)
		__array(u8, dst, 16)
	),
	TP_fast_assign(
		__entry->netns = sn->net->ns.inum;
		__entry->reason = reason;
		memcpy(__entry->src, &pair->src, 16);
		memcpy(__entry->dst, &pair->dst, 16);
	),
	TP_printk("netns=%u reason=%s src=%pI6c dst=%pI6c",
		  __entry->netns,
		  __print_symbolic(__entry->reason,
				   SHIM6_STATS(SHIM6_TRACE_REASON)
				   { SHIM6_STAT_COUNT, "?" }),
		  __entry->src, __entry->dst)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
