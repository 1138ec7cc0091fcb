/* SPDX-License-Identifier: GPL-2.0 */
/*
 * REAP (RFC 5534): failure detection and exploration of one context. Pure.
 */
#ifndef SHIM6_REAP_H
#define SHIM6_REAP_H

#include "shim6.h"
#include "wire.h"

/* struct shim6_activity::attn: when the packet path must call the engine */
#define SHIM6_ATTN_TIMER	0x01	/* no timer pending: any traffic */
#define SHIM6_ATTN_IN		0x02	/* incoming payload is an event */
#define SHIM6_ATTN_OUT		0x04	/* outgoing payload is an event */

/**
 * struct shim6_activity - what the packet path notes of payload
 * @await_since: when the first packet left after the last one came in, ns;
 *	0: nothing is awaited. This is the Send timer: it runs while not 0
 * @owe_since: when the first packet came in after the last one left, ns;
 *	0: nothing is owed. This is the Keepalive timer
 * @last: last payload either way, ns, coarse to a second
 * @attn: SHIM6_ATTN_*
 *
 * Written without a lock by the packet path and by the core, each word with
 * WRITE_ONCE; a lost update costs at most one early or late look by the timer.
 */
struct shim6_activity {
	u64 await_since;
	u64 owe_since;
	u64 last;
	u32 attn;
};

/**
 * shim6_activity_out() - payload goes out (RFC 5534 6.2)
 * @a: activity of the context
 * @now: ns, coarse, never 0
 *
 * At most two stores. In Exploring no timer may start: @attn has no bit for
 * that, since the core overwrites both stamps when it leaves that state.
 * Return: true when the engine must be told by shim6_engine_payload().
 */
static inline bool shim6_activity_out(struct shim6_activity *a, u64 now)
{
	if (!READ_ONCE(a->await_since))
		WRITE_ONCE(a->await_since, now);
	if (READ_ONCE(a->owe_since))
		WRITE_ONCE(a->owe_since, 0);
	if (now - READ_ONCE(a->last) >= SHIM6_NS_PER_SEC)
		WRITE_ONCE(a->last, now);
	return READ_ONCE(a->attn) & (SHIM6_ATTN_TIMER | SHIM6_ATTN_OUT);
}

/**
 * shim6_activity_in() - payload came in (RFC 5534 6.1)
 * @a: activity of the context
 * @now: ns, coarse, never 0
 * Return: true when the engine must be told by shim6_engine_payload().
 */
static inline bool shim6_activity_in(struct shim6_activity *a, u64 now)
{
	if (READ_ONCE(a->await_since))
		WRITE_ONCE(a->await_since, 0);
	if (!READ_ONCE(a->owe_since))
		WRITE_ONCE(a->owe_since, now);
	if (now - READ_ONCE(a->last) >= SHIM6_NS_PER_SEC)
		WRITE_ONCE(a->last, now);
	return READ_ONCE(a->attn) & (SHIM6_ATTN_TIMER | SHIM6_ATTN_IN);
}

/**
 * struct shim6_reap - REAP block of a context
 * @state: enum shim6_reap_state
 * @act: what the packet path notes
 * @send_timeout: Ts with its random part, ns, drawn anew on each detection
 * @keepalive_timeout: Tk, ns, the peer's announced Send Timeout
 * @next_keepalive: when the next Keepalive is due, ns, 0: none
 * @next_probe: when the next probe is due, ns, 0: none
 * @interval: current time between probes, ns
 * @nprobes: probes since exploration began
 * @started: when exploration began, ns, for the report of a switch
 * @sent: probes sent and not yet reported back, newest first
 * @nsent: their number
 * @recvd: probes received since the last entry to Exploring, newest first
 * @nrecvd: their number
 * @first: pair to probe first (reverse of the peer's probe, R-18)
 * @first_valid: @first counts
 * @cursor: position in the order of pairs
 */
struct shim6_reap {
	u8 state;
	struct shim6_activity act;
	u64 send_timeout;
	u64 keepalive_timeout;
	u64 next_keepalive;
	u64 next_probe;
	u64 interval;
	u32 nprobes;
	u64 started;
	struct shim6_probe_rec sent[SHIM6_MAX_PROBE_RECS];
	u8 nsent;
	struct shim6_probe_rec recvd[SHIM6_MAX_PROBE_RECS];
	u8 nrecvd;
	struct shim6_pair first;
	bool first_valid;
	u32 cursor;
};

#endif
