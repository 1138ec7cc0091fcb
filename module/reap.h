/* SPDX-License-Identifier: GPL-2.0 */
/*
 * REAP (RFC 5534): failure detection and exploration of one context. Pure.
 */
#ifndef SHIM6_REAP_H
#define SHIM6_REAP_H

#include "shim6.h"
#include "wire.h"

#define SHIM6_REAP_DEFAULT_S	15	/* RFC 5534 7: Send Timeout */

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

#define SHIM6_KEEPALIVE_MIN_GAP	(100 * SHIM6_NS_PER_MS)
/* Hosts of three links have nine pairs, of which one is to be found */
#define SHIM6_REAP_SHUNNED	8

/**
 * struct shim6_shun - a pair on which probes pass, but payload does not
 * @pair: source ours
 * @until: it is left out of exploration, ns; 0: the place is free
 * @span: for so long, ns; longer each time
 */
struct shim6_shun {
	struct shim6_pair pair;
	u64 until;
	u64 span;
};

/**
 * struct shim6_reap - REAP block of a context
 * @state: enum shim6_reap_state
 * @broken: the current pair is known to be unusable (locator lost, dropped by
 *	the peer): no way back to Operational without a new one
 * @suspect: the current pair comes last in the order of pairs
 * @provisional: the current pair was found by probes, and whether payload
 *	passes it is not known
 * @heard: payload has come in since the last pair was found, or, while another
 *	one is looked for, the peer complains though its payload comes in
 * @lost: pair on which we were when nothing came back for a Send Timeout
 * @lost_valid: that is why we look, or last looked, for another one
 * @vouched: it carries payload, as the peer says: we stay
 * @act: what the packet path notes
 * @announced: our Send Timeout as the peer knows it, s
 * @send_timeout: Ts with its random part, ns, drawn anew on each detection
 * @keepalive_timeout: Tk, ns, the peer's announced Send Timeout
 * @owe_seen: the &shim6_activity.owe_since that @next_keepalive belongs to
 * @next_keepalive: when the next Keepalive is due, ns, 0: none
 * @told: since the last Keepalive no payload has come in; the first that does
 *	is an event, so that no packet pays for this
 * @next_probe: when the next probe is due, ns, 0: none
 * @interval: current time between probes, ns
 * @nprobes: probes since exploration began
 * @started: first sign of the failure, ns, for the report of a switch
 * @seed: random order among the peer's locators of equal priority
 * @cursor: where the walk over the pairs stands, see shim6_explore_next()
 * @first: pair to probe first
 * @first_valid: @first counts
 * @wish: pair an admin asked for; wins over others when it is proven
 * @wish_valid: @wish counts
 * @knock: pair the walk came to, on which the outstanding Update Request is to
 *	be sent: in place of a probe from a locator that the peer does not know
 *	yet, and from time to time beside a probe
 * @knock_valid: @knock counts
 * @failed: pairs passed over since the last tick because they had no route
 * @failed_nonce: nonce of the last probe for which that was counted
 * @hinted_at: when a hint last led to a look, ns
 * @answer_since: start of the second in which @answers are counted, ns
 * @answers: answers to probes in that second
 * @shun: pairs that were left soon after they were found
 * @sent: probes sent since the last failure was noticed, newest first
 * @sent_at: when each of them was sent, ns
 * @nsent: their number
 * @reported: bit i set: @sent[i] was reported back
 * @rtt: from a probe to the first message that reported it, ns, 0: none was
 * @rtt_at: when that message came, ns
 * @probes_out: Probes sent
 * @probes_in: Probes received, each counted once
 * @recvd: probes received, newest first
 * @nrecvd: their number
 * @nfresh: how many of them came since the last entry to Exploring
 */
struct shim6_reap {
	u8 state;
	bool broken;
	bool suspect;
	bool provisional;
	bool heard;
	struct shim6_pair lost;
	bool lost_valid;
	bool vouched;
	struct shim6_activity act;
	u16 announced;
	u64 send_timeout;
	u64 keepalive_timeout;
	u64 owe_seen;
	u64 next_keepalive;
	bool told;
	u64 next_probe;
	u64 interval;
	u32 nprobes;
	u64 started;
	u32 seed;
	u64 cursor;
	struct shim6_pair first;
	bool first_valid;
	struct shim6_pair wish;
	bool wish_valid;
	struct shim6_pair knock;
	bool knock_valid;
	u8 failed;
	__be32 failed_nonce;
	u64 hinted_at;
	u64 answer_since;
	u32 answers;
	struct shim6_shun shun[SHIM6_REAP_SHUNNED];
	struct shim6_probe_rec sent[SHIM6_MAX_PROBE_RECS];
	u64 sent_at[SHIM6_MAX_PROBE_RECS];
	u8 nsent;
	u16 reported;
	u64 rtt;
	u64 rtt_at;
	u32 probes_out;
	u32 probes_in;
	struct shim6_probe_rec recvd[SHIM6_MAX_PROBE_RECS];
	u8 nrecvd;
	u8 nfresh;
};

struct shim6_proto;
struct shim6_params;
struct shim6_pair;
struct shim6_ev;
struct shim6_out;

/**
 * shim6_reap_reset() - the context became ESTABLISHED, or its peer's did anew
 * @p: context, its current pair set
 * @ev: event that led there
 * @out: effects
 *
 * Operational and no timer.
 */
void shim6_reap_reset(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out);

/**
 * shim6_reap_lost() - the current pair cannot be used any more
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * No timer is waited for: exploration begins in this step.
 */
void shim6_reap_lost(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out);

/**
 * shim6_reap_unheard() - the peer goes on asking what we have answered
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * It cannot complain by a probe if it has only locators that we have not
 * acknowledged to it; this says the same as a Probe in state Exploring.
 */
void shim6_reap_unheard(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out);

/**
 * shim6_reap_returned() - a locator came back that may be used as source
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * An exploration under way starts again from its first, short intervals.
 */
void shim6_reap_returned(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out);

/* A control message other than Keepalive and Probe came or goes */
void shim6_reap_control_in(struct shim6_proto *p, const struct shim6_ev *ev,
			   struct shim6_out *out);
void shim6_reap_control_out(struct shim6_proto *p, const struct shim6_ev *ev);

/* RFC 5534 6.1 in Exploring, which the packet path leaves to us; in the other
 * states the first payload on a pair, or after a Keepalive
 */
void shim6_reap_payload_in(struct shim6_proto *p, const struct shim6_ev *ev,
			   struct shim6_out *out);
void shim6_reap_keepalive(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out);
void shim6_reap_probe(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out);
void shim6_reap_timer(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out);
void shim6_reap_set_path(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out);
void shim6_reap_hint(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out);

/**
 * shim6_reap_verdict() - for another context the current pair has failed
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * No proof either: we look at once, the pair that works for the other one
 * first, unless payload that came in lately shows that ours works.
 */
void shim6_reap_verdict(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out);
void shim6_reap_xmit_failed(struct shim6_proto *p, const struct shim6_ev *ev,
			    struct shim6_out *out);

/**
 * shim6_reap_take_timeout() - the peer announced its Send Timeout
 * @r: REAP block
 * @seconds: option 10; 0 is ignored
 */
void shim6_reap_take_timeout(struct shim6_reap *r, u16 seconds);

/* The pair that the next probe will most likely try */
struct shim6_pair shim6_reap_next(const struct shim6_proto *p);

/* Seconds to announce in option 10 */
u16 shim6_reap_announce(const struct shim6_proto *p,
			const struct shim6_params *params);

/* The times of the context are others now, see shim6_wish_param() */
void shim6_reap_retune(struct shim6_proto *p, const struct shim6_ev *ev);

/**
 * shim6_reap_deadline() - when REAP wants to look again
 * @p: context, locked by the caller
 * @now: ns
 * @params: tunables
 * Return: ns; 0 when no timer runs.
 */
u64 shim6_reap_deadline(const struct shim6_proto *p, u64 now,
			const struct shim6_params *params);

#endif
