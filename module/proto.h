/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protocol of one context, both roles: establishment (fsm.c, RFC 5533 7),
 * updates (update.c, RFC 5533 10) and REAP (reap.c, RFC 5534), stepped by
 * events. Pure: no skb, no lock, no clock, no randomness of its own. Time and
 * random words come in with the event, effects go out as a small array.
 *
 * A context keeps at most one deadline per purpose; shim6_proto_deadline()
 * tells the earliest, and whoever owns the context sends SHIM6_EV_TIMER then.
 */
#ifndef SHIM6_PROTO_H
#define SHIM6_PROTO_H

#include "shim6.h"
#include "wire.h"
#include "locset.h"
#include "reap.h"
#include "params.h"
#include "auth.h"
#include "cga.h"
#include "wish.h"

/**
 * struct shim6_handshake - establishment block of a context
 * @begun: a handshake of ours was begun; the rest means nothing without
 * @pair: pinned locator pair of the handshake, source ours
 * @init_nonce: Initiator Nonce, the same for I1 and I2
 * @resp_nonce: Responder Nonce of the R1 or R1bis
 * @validator: Responder Validator as received
 * @validator_len: its octets
 * @validator_at: when it came, ns; older than its life: back to I1
 * @packet_tag: I2bis: the tag of the R1bis
 * @tries: retransmissions done of the current message
 * @deadline: next retransmission, ns, 0: none; in E-FAILED and NO-SUPPORT the
 *	end of the hold-down
 * @fell_back: I2 or I2bis fell back to I1 once already
 * @nudged_at: when the peer's traffic last made us repeat I2 or I2bis, ns
 */
struct shim6_handshake {
	bool begun;
	struct shim6_pair pair;
	u32 init_nonce;
	u32 resp_nonce;
	u8 validator[SHIM6_MAX_VALIDATOR];
	u8 validator_len;
	u64 validator_at;
	u64 packet_tag;
	u8 tries;
	u64 deadline;
	bool fell_back;
	u64 nudged_at;
};

/**
 * struct shim6_update - update block of a context (RFC 5533 10)
 * @outstanding: a request waits for its Acknowledgement
 * @dirty: the set changed; a request is due as soon as one may be sent
 * @prefs: preferences changed and nothing else: the list can stay at home
 * @tell: our Send Timeout changed and has to be told
 * @nonce: Request Nonce
 * @interval: nominal wait, ns
 * @deadline: next retransmission, ns, 0: none
 * @pair: where the request went last, source ours
 * @sent_at: when, ns
 * @acks: how often the peer's last request was acknowledged
 * @acked_nonce: its nonce
 * @ack_cursor: where the search for a way for its Acknowledgement stands
 */
struct shim6_update {
	bool outstanding;
	bool dirty;
	bool prefs;
	bool tell;
	u32 nonce;
	u64 interval;
	u64 deadline;
	struct shim6_pair pair;
	u64 sent_at;
	int acks;
	u32 acked_nonce;
	u64 ack_cursor;
};

/**
 * struct shim6_proto - protocol state of one context (RFC 5533 6.1)
 * @ulid_local: ULID(local); constant
 * @ulid_peer: ULID(peer); constant
 * @fii: forked instance identifier; constant
 * @ct_local: CT(local); constant
 * @ct_peer: CT(peer), meaningful while @ct_peer_known
 * @ct_peer_known: it was learnt (tag 0 is legal, B-43)
 * @initiator: we started this one
 * @state: enum shim6_state
 * @local: Ls(local): what we announce, with what we know of each
 * @peer: Ls(peer); ULID(peer) is always matched although it may not be listed
 * @peer_single: the peer sent no list: its set is its ULID
 * @cur: current pair: Lp(local) to Lp(peer)
 * @local_pds: our parameters, sent with a list
 * @local_pds_len: their octets, 0: none
 * @signs: the list is made and signed by the key of our identity
 * @own: that list, NULL: there is none yet; who owns the context keeps it
 * @peer_pds: the peer's verified parameters
 * @peer_pds_len: their octets
 * @hs: establishment
 * @up: updates
 * @reap: REAP
 * @wishes: of applications (RFC 6316), NULL: none; its owner frees it
 * @born: when the context was made, ns
 * @established_at: when it became ESTABLISHED, ns
 * @switches: how often the current pair changed
 * @switched_at: when it did last, ns, 0: never
 * @held: a probe or an Update Request is due and was held back
 * @held_at: when, ns
 * @dead: killed; every event is ignored
 */
struct shim6_proto {
	struct in6_addr ulid_local;
	struct in6_addr ulid_peer;
	u32 fii;
	u64 ct_local;
	u64 ct_peer;
	bool ct_peer_known;
	bool initiator;
	u8 state;
	struct shim6_locset local;
	struct shim6_locset peer;
	bool peer_single;
	struct shim6_pair cur;
	u8 local_pds[SHIM6_MAX_PDS];
	u16 local_pds_len;
	bool signs;
	const struct shim6_own_list *own;
	u8 peer_pds[SHIM6_MAX_PDS];
	u16 peer_pds_len;
	struct shim6_handshake hs;
	struct shim6_update up;
	struct shim6_reap reap;
	struct shim6_wishes *wishes;
	u64 born;
	u64 established_at;
	u32 switches;
	u64 switched_at;
	bool held;
	u64 held_at;
	bool dead;
};

enum shim6_ev_type {
	SHIM6_EV_START,		/* begin a handshake: I1 */
	SHIM6_EV_MSG,		/* a control message for this context */
	SHIM6_EV_TIMER,		/* a deadline was reached */
	SHIM6_EV_PAYLOAD_OUT,	/* shim6_activity_out() asked for it */
	SHIM6_EV_PAYLOAD_IN,	/* shim6_activity_in() asked for it */
	SHIM6_EV_LOCAL,		/* our locators changed: @local */
	SHIM6_EV_ICMP_NO_SUPPORT, /* type 4 code 1 about our I1, checked */
	SHIM6_EV_XMIT_FAILED,	/* no route for @pair (source ours) */
	SHIM6_EV_HINT,		/* unreachable about @pair: look, no proof */
	SHIM6_EV_SET_PATH,	/* an admin's wish: probe @pair first */
	SHIM6_EV_KILL,		/* discard, silently */
	SHIM6_EV_RESUMED,	/* the machine slept for @asleep, @now did not */
	SHIM6_EV_WISH,		/* of an application: @wish */
	SHIM6_EV_VERDICT,	/* another context left @pair for @alive */
};

#define SHIM6_EV_RND	16

/**
 * struct shim6_ev - an event
 * @type: enum shim6_ev_type
 * @now: ns, never 0
 * @params: tunables
 * @rnd: fresh random words, as many as any step may use
 * @hold: no probe and no new Update Request may leave in this step; when one
 *	is due the context is @held, until an event without @hold comes
 * @provisional: a pair that was found by probes and fails soon after is backed
 *	off, see &struct shim6_shun
 * @tagged: SHIM6_EV_PAYLOAD_IN: it came with our context tag
 * @pair: SHIM6_EV_MSG: addresses of the packet as received (source the
 *	peer's); XMIT_FAILED, HINT, SET_PATH, VERDICT: source ours
 * @alive: SHIM6_EV_VERDICT: pair that works for the other context
 * @msg: SHIM6_EV_MSG: decoded message
 * @auth: SHIM6_EV_MSG: what shim6_auth_check() said of @msg
 * @local: SHIM6_EV_LOCAL: the whole set as it is now, @status UP and
 *	DEPRECATED filled in; an address not in it is gone
 * @signs: SHIM6_EV_LOCAL: our identity has a key
 * @own: SHIM6_EV_LOCAL: the list it signed last, NULL: none
 * @asleep: SHIM6_EV_RESUMED: ns
 * @wish: SHIM6_EV_WISH: what shim6_wish_check() has not refused
 * @room: SHIM6_EV_WISH: memory for the first wish of a context, which keeps it
 */
struct shim6_ev {
	enum shim6_ev_type type;
	u64 now;
	const struct shim6_params *params;
	u32 rnd[SHIM6_EV_RND];
	bool hold;
	bool provisional;
	bool tagged;
	struct shim6_pair pair;
	struct shim6_pair alive;
	const struct shim6_msg *msg;
	const struct shim6_auth *auth;
	const struct shim6_locset *local;
	bool signs;
	const struct shim6_own_list *own;
	u64 asleep;
	const struct shim6_wish *wish;
	struct shim6_wishes *room;
};

/* Why a step refused a message; SHIM6_DO_OK when it did not */
enum shim6_do {
	SHIM6_DO_OK,
	SHIM6_DO_STATE,		/* not expected in this state: silence */
	SHIM6_DO_NONCE,		/* nonce does not match: silence */
	SHIM6_DO_PAIR,		/* locator pair does not match: silence */
	SHIM6_DO_TAG,		/* tag does not match: silence */
	SHIM6_DO_AUTH,		/* verification failed: silence */
	SHIM6_DO_METHOD,	/* Error 2 goes out (SHIM6_FX_ERROR) */
	SHIM6_DO_GENERATION,	/* Error 3 goes out */
	SHIM6_DO_COUNT,		/* Error 4 goes out */
	SHIM6_DO_R1BIS,		/* the caller answers R1bis (RFC 5533 12.4) */
	SHIM6_DO_R1,		/* the caller answers a stateless R1 */
	SHIM6_DO_REASONS,
};

enum shim6_fx_type {
	SHIM6_FX_SEND,		/* a message: encode it, send it on @pair */
	SHIM6_FX_ERROR,		/* Error @code, Pointer @off into the message */
	SHIM6_FX_PATH,		/* publish @proto->cur as the path */
	SHIM6_FX_STATE,		/* @proto->state changed */
	SHIM6_FX_REAP_STATE,	/* @proto->reap.state changed */
	SHIM6_FX_LOST,		/* the current pair's failure was seen */
	SHIM6_FX_KILL,		/* drop the context */
};

#define SHIM6_FX_MAX	8

/**
 * struct shim6_fx - an effect
 * @type: enum shim6_fx_type
 * @pair: SEND: source ours
 * @msg: SEND: enum shim6_msg_type
 * @sta: SEND of a probe: state it reports
 * @repeat: SEND of a Keepalive: no payload has come in since the last one
 * @last: SEND of a Keepalive: the Keepalive Timer ends, so no payload has left
 *	for a Keepalive Timeout (RFC 5534 6.1)
 * @rec: SEND of a probe: its own record
 * @init_nonce: SEND of R2: nonce to copy
 * @req_nonce: SEND of Update Acknowledgement: nonce to copy
 * @code: ERROR: enum shim6_error_code
 * @off: ERROR: offset in the message that was refused
 * @took: PATH: ns from the first sign of failure to the switch, 0: no failure
 */
struct shim6_fx {
	enum shim6_fx_type type;
	struct shim6_pair pair;
	u8 msg;
	u8 sta;
	bool repeat;
	bool last;
	struct shim6_probe_rec rec;
	u32 init_nonce;
	u32 req_nonce;
	u8 code;
	u16 off;
	u64 took;
};

/**
 * struct shim6_out - the effects of one step
 * @n: how many
 * @spilt: effects that found no room; always 0, the tests watch it
 * @fx: in the order in which they are to be done
 * @verdict: SHIM6_EV_MSG: enum shim6_do
 */
struct shim6_out {
	u8 n;
	u8 spilt;
	enum shim6_do verdict;
	struct shim6_fx fx[SHIM6_FX_MAX];
};

/**
 * shim6_proto_init() - a context in state IDLE
 * @p: memory, zeroed here
 * @local: our locators for this ULID, the ULID first if it is one of them
 * @ulid_local: ULID(local)
 * @ulid_peer: ULID(peer)
 * @fii: forked instance identifier
 * @ct_local: unused random tag
 * @now: ns
 * @params: tunables
 * @gen: random start for the generation of our list
 *
 * The current pair becomes the ULID pair.
 */
void shim6_proto_init(struct shim6_proto *p, const struct shim6_locset *local,
		      const struct in6_addr *ulid_local,
		      const struct in6_addr *ulid_peer, u32 fii, u64 ct_local,
		      u64 now, const struct shim6_params *params, u32 gen);

/**
 * shim6_proto_step() - one event
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects; the caller does them after unlocking, except that it encodes
 *	the messages of SHIM6_FX_SEND by shim6_proto_encode() before unlocking
 *
 * An I2 or I2bis for a new context is stepped in state IDLE after
 * shim6_cookie_check(), see shim6_dispatch(); for a context that exists the
 * caller checks the validator before the step as well. A context whose handshake gave
 * up stays as E-FAILED or NO-SUPPORT until the hold-down is over, then
 * SHIM6_FX_KILL comes out.
 */
void shim6_proto_step(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out);

/**
 * shim6_proto_deadline() - when the next SHIM6_EV_TIMER is due
 * @p: context, locked by the caller
 * @now: ns
 * @params: tunables
 *
 * Takes the activity stamps into account. When there is nothing to wait for
 * it sets SHIM6_ATTN_TIMER, so that the next packet asks again.
 * Return: ns, at least @now; 0 when no timer is needed.
 */
u64 shim6_proto_deadline(struct shim6_proto *p, u64 now,
			 const struct shim6_params *params);

/**
 * shim6_proto_encode() - write the message of an effect
 * @p: context, locked by the caller, unchanged since the step
 * @fx: effect of type SHIM6_FX_SEND
 * @params: tunables
 * @buf: where to
 * @room: octets there, SHIM6_CTRL_ROOM does always
 * Return: octets, or a negative error.
 */
int shim6_proto_encode(const struct shim6_proto *p, const struct shim6_fx *fx,
		       const struct shim6_params *params, u8 *buf,
		       size_t room);

/**
 * shim6_proto_lists() - does a message of the handshake have our whole list
 * @p: context, locked by the caller
 * @params: tunables
 * @msg: I2, R2 or I2bis
 * @pair: where it goes
 * Return: true when it is announced and fits into the smallest MTU together
 * with the proof for it.
 */
bool shim6_proto_lists(const struct shim6_proto *p,
		       const struct shim6_params *params, u8 msg,
		       const struct shim6_pair *pair);

/* By what a message finds its context (RFC 5533 12.4) */
enum shim6_key_type {
	SHIM6_KEY_ULIDS,	/* I1, I2, I2bis: @local, @peer, @fii */
	SHIM6_KEY_NONCE,	/* R1, R2: @nonce, pair */
	SHIM6_KEY_TAG,		/* types 64 to 67: @tag is CT(local) */
	SHIM6_KEY_PEER_TAG,	/* R1bis: @tag is CT(peer), pair */
	SHIM6_KEY_QUOTE,	/* Error: by the quoted packet */
	SHIM6_KEY_NONE,
};

/**
 * struct shim6_key - what to look up
 * @type: enum shim6_key_type
 * @local: our ULID
 * @peer: the peer's ULID
 * @fii: forked instance identifier
 * @tag: context tag
 * @nonce: Initiator Nonce
 */
struct shim6_key {
	enum shim6_key_type type;
	struct in6_addr local;
	struct in6_addr peer;
	u32 fii;
	u64 tag;
	u32 nonce;
};

/**
 * shim6_dispatch() - by what to look for the context of a message
 * @m: decoded message
 * @pair: addresses of the packet as received
 * @key: result
 */
void shim6_dispatch(const struct shim6_msg *m, const struct shim6_pair *pair,
		    struct shim6_key *key);

/**
 * shim6_proto_matches() - does a context answer to SHIM6_KEY_NONCE or
 * SHIM6_KEY_PEER_TAG
 * @p: context, locked by the caller
 * @key: from shim6_dispatch()
 * @pair: addresses of the packet as received
 * Return: true when the message is for it (RFC 5533 7.11, 7.16, 7.18; A-13).
 */
bool shim6_proto_matches(const struct shim6_proto *p,
			 const struct shim6_key *key,
			 const struct shim6_pair *pair);

/**
 * shim6_proto_expects() - is a message worth anything that costs: a signature
 * checked, a probe answered
 * @p: context, locked by the caller
 * @m: message
 * @pair: addresses of the packet as received
 * Return: false when the state or the addresses alone make the context refuse
 * it; shim6_proto_step() then says so.
 */
bool shim6_proto_expects(const struct shim6_proto *p,
			 const struct shim6_msg *m,
			 const struct shim6_pair *pair);

/* What to do with a message that found no context */
enum shim6_orphan {
	SHIM6_ORPHAN_DROP,
	SHIM6_ORPHAN_R1,	/* I1: answer R1 */
	SHIM6_ORPHAN_R1BIS,	/* types 64 to 67: answer R1bis */
	SHIM6_ORPHAN_CREATE,	/* I2, I2bis: check the validator, then create */
};

enum shim6_orphan shim6_orphan_action(const struct shim6_msg *m);

/**
 * shim6_proto_confused() - are two contexts confused (RFC 5533 7.6, 7.15)
 * @fresh: context whose CT(peer) was just set
 * @other: another one
 * Return: true when @other must go. Both locked or otherwise stable.
 */
bool shim6_proto_confused(const struct shim6_proto *fresh,
			  const struct shim6_proto *other);

/**
 * shim6_proto_payload_ok() - is tagged payload for this context accepted
 * @state: enum shim6_state
 * Return: false in states in which it is discarded (RFC 5533 12.2).
 */
static inline bool shim6_proto_payload_ok(u8 state)
{
	return state == SHIM6_ESTABLISHED || state == SHIM6_I2_SENT ||
	       state == SHIM6_I2BIS_SENT;
}

const char *shim6_state_name(u8 state);
const char *shim6_reap_state_name(u8 state);

#endif
