// SPDX-License-Identifier: GPL-2.0
/*
 * State table of RFC 5533 sections 7.7 to 7.20, one function per kind of row.
 */
#include <linux/string.h>
#include "explore.h"
#include "fsm.h"
#include "reap.h"
#include "step.h"
#include "update.h"

/* RFC 5533 14: an older validator need not be accepted (7.12) */
#define VALIDATOR_MIN_LIFETIME	(30 * SHIM6_NS_PER_SEC)
#define NUDGE_GAP		SHIM6_NS_PER_SEC

typedef void (*fsm_row)(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out);

static void set_state(struct shim6_proto *p, u8 state, struct shim6_out *out)
{
	if (p->state == state)
		return;
	p->state = state;
	shim6_fx_put(out, SHIM6_FX_STATE);
}

static void arm(struct shim6_proto *p, const struct shim6_ev *ev,
		enum shim6_param base)
{
	u64 nominal = shim6_param_ns(ev->params, base) << p->hs.tries;

	p->hs.deadline = ev->now + shim6_jitter(nominal,
						ev->rnd[SHIM6_RND_JITTER]);
}

static void send_i1(struct shim6_proto *p, const struct shim6_ev *ev,
		    struct shim6_out *out)
{
	shim6_fx_send(out, SHIM6_MSG_I1, &p->hs.pair);
	arm(p, ev, SHIM6_P_I1_TIMEOUT);
}

/* What the handshake's list names is all that works now; the rest is NEW */
static void form_list(struct shim6_proto *p)
{
	unsigned int i;

	for (i = 0; i < p->local.n; i++) {
		p->local.loc[i].status &= ~SHIM6_LOC_NEW;
		shim6_note_unlisted(p, &p->local.loc[i]);
	}
}

/* I2 or I2bis, whichever this state repeats */
static void send_i2(struct shim6_proto *p, const struct shim6_ev *ev,
		    struct shim6_out *out)
{
	u8 msg = p->state == SHIM6_I2_SENT ? SHIM6_MSG_I2 : SHIM6_MSG_I2BIS;

	shim6_fx_send(out, msg, &p->hs.pair);
	arm(p, ev, SHIM6_P_I2_TIMEOUT);
}

static void begin_i1(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	p->hs.init_nonce = ev->rnd[SHIM6_RND_NONCE];
	p->hs.tries = 0;
	set_state(p, SHIM6_I1_SENT, out);
	send_i1(p, ev, out);
}

void shim6_fsm_start(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	if (p->state != SHIM6_IDLE)
		return;
	p->initiator = true;
	p->hs.begun = true;
	p->hs.pair = shim6_ulid_pair(p);
	p->hs.fell_back = false;
	begin_i1(p, ev, out);
}

static void give_up(struct shim6_proto *p, const struct shim6_ev *ev,
		    struct shim6_out *out, u8 state, enum shim6_param hold)
{
	p->ct_peer_known = false;
	p->hs.deadline = ev->now + shim6_param_ns(ev->params, hold);
	set_state(p, state, out);
}

/*
 * RFC 5533 7.12, 7.19; A-16: new nonce and a fresh count of I1s, our tag and
 * the pair stay. Payload goes with its ULIDs until then (B-18).
 */
static void fall_back(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out)
{
	struct shim6_pair ulids = shim6_ulid_pair(p);
	bool moved = !shim6_pair_eq(&p->cur, &ulids);

	p->ct_peer_known = false;
	p->cur = ulids;
	if (p->hs.fell_back) {
		give_up(p, ev, out, SHIM6_E_FAILED, SHIM6_P_HOLDDOWN_NO_R1);
	} else {
		p->hs.fell_back = true;
		begin_i1(p, ev, out);
	}
	if (moved)
		shim6_fx_put(out, SHIM6_FX_PATH);
}

static void i1_timer(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	if (p->hs.tries >= shim6_param(ev->params, SHIM6_P_I1_RETRIES)) {
		give_up(p, ev, out, SHIM6_E_FAILED, SHIM6_P_HOLDDOWN_NO_R1);
		return;
	}
	p->hs.tries++;
	send_i1(p, ev, out);
}

static bool validator_old(const struct shim6_proto *p, u64 now)
{
	return (s64)(now - p->hs.validator_at) >= (s64)VALIDATOR_MIN_LIFETIME;
}

static void i2_timer(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	if (p->hs.tries >= shim6_param(ev->params, SHIM6_P_I2_RETRIES) ||
	    validator_old(p, ev->now)) {
		fall_back(p, ev, out);
		return;
	}
	p->hs.tries++;
	send_i2(p, ev, out);
}

void shim6_fsm_timer(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	if (!p->hs.deadline || (s64)(ev->now - p->hs.deadline) < 0)
		return;
	p->hs.deadline = 0;
	switch (p->state) {
	case SHIM6_I1_SENT:
		i1_timer(p, ev, out);
		break;
	case SHIM6_I2_SENT:
	case SHIM6_I2BIS_SENT:
		i2_timer(p, ev, out);
		break;
	case SHIM6_E_FAILED:
	case SHIM6_NO_SUPPORT:
		p->dead = true;
		shim6_fx_put(out, SHIM6_FX_KILL);
		break;
	}
}

void shim6_fsm_no_support(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out)
{
	if (p->state == SHIM6_I1_SENT)
		give_up(p, ev, out, SHIM6_NO_SUPPORT, SHIM6_P_HOLDDOWN_ICMP);
}

void shim6_fsm_nudge(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	if (p->state != SHIM6_I2_SENT && p->state != SHIM6_I2BIS_SENT)
		return;
	if (p->hs.nudged_at && ev->now - p->hs.nudged_at < NUDGE_GAP)
		return;
	if (validator_old(p, ev->now))
		return;
	p->hs.nudged_at = ev->now;
	shim6_fx_send(out, p->state == SHIM6_I2_SENT ? SHIM6_MSG_I2 :
						       SHIM6_MSG_I2BIS,
		      &p->hs.pair);
}

/* What the peer sends to it knows, even if its Acknowledgement was lost */
static void used_by_peer(struct shim6_proto *p, const struct in6_addr *addr)
{
	int i = shim6_locset_find(&p->local, addr);

	if (i >= 0 && p->local.loc[i].status & SHIM6_LOC_UP)
		p->local.loc[i].status |= SHIM6_LOC_ACKED;
}

bool shim6_fsm_admit(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	switch (p->state) {
	case SHIM6_I1_SENT:
		out->verdict = SHIM6_DO_STATE;
		return false;
	case SHIM6_I2_SENT:
		/* an I2 also for an Update Acknowledgement */
		shim6_fsm_nudge(p, ev, out);
		out->verdict = SHIM6_DO_STATE;
		return false;
	case SHIM6_I2BIS_SENT:
	case SHIM6_ESTABLISHED:
		break;
	default:
		out->verdict = SHIM6_DO_R1BIS;
		return false;
	}
	if (!shim6_knows_pair(p, &ev->pair)) {
		out->verdict = SHIM6_DO_R1BIS;
		return false;
	}
	if (p->state == SHIM6_ESTABLISHED) {
		used_by_peer(p, &ev->pair.dst);
		return true;
	}
	shim6_fsm_nudge(p, ev, out);
	/* a Keepalive counts in ESTABLISHED only */
	return ev->msg->type != SHIM6_MSG_KEEPALIVE;
}

static void send_r2(struct shim6_proto *p, const struct shim6_ev *ev,
		    struct shim6_out *out)
{
	struct shim6_pair back = shim6_pair_rev(&ev->pair);

	shim6_fx_send(out, SHIM6_MSG_R2, &back)->init_nonce =
		ev->msg->init_nonce;
}

static void row_discard(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out)
{
	out->verdict = SHIM6_DO_STATE;
}

static void row_r1(struct shim6_proto *p, const struct shim6_ev *ev,
		   struct shim6_out *out)
{
	out->verdict = SHIM6_DO_R1;
}

/* RFC 5533 7.4, 7.9: both started at once; B-4: not for just anyone */
static void row_i1_crossing(struct shim6_proto *p, const struct shim6_ev *ev,
			    struct shim6_out *out)
{
	if (!shim6_knows_pair(p, &ev->pair)) {
		out->verdict = SHIM6_DO_R1;
		return;
	}
	send_r2(p, ev, out);
}

/* RFC 5533 7.9; B-16: the same tag means that our R2 was lost */
static void row_i1_established(struct shim6_proto *p,
			       const struct shim6_ev *ev,
			       struct shim6_out *out)
{
	if (!shim6_knows_pair(p, &ev->pair) ||
	    (ev->msg->tag & SHIM6_TAG_MASK) != p->ct_peer) {
		out->verdict = SHIM6_DO_R1;
		return;
	}
	send_r2(p, ev, out);
}

static bool keep_validator(struct shim6_proto *p, const struct shim6_ev *ev)
{
	const struct shim6_msg *m = ev->msg;

	if (!m->validator || m->validator_len > SHIM6_MAX_VALIDATOR)
		return false;
	memcpy(p->hs.validator, m->validator, m->validator_len);
	p->hs.validator_len = m->validator_len;
	p->hs.validator_at = ev->now;
	p->hs.resp_nonce = m->resp_nonce;
	p->hs.tries = 0;
	p->hs.nudged_at = 0;
	return true;
}

/* RFC 5533 7.11 */
static void row_r1_i1_sent(struct shim6_proto *p, const struct shim6_ev *ev,
			   struct shim6_out *out)
{
	struct shim6_pair back = shim6_pair_rev(&ev->pair);

	if (ev->msg->init_nonce != p->hs.init_nonce) {
		out->verdict = SHIM6_DO_NONCE;
		return;
	}
	if (!shim6_pair_eq(&back, &p->hs.pair) || !keep_validator(p, ev)) {
		out->verdict = SHIM6_DO_PAIR;
		return;
	}
	set_state(p, SHIM6_I2_SENT, out);
	form_list(p);
	send_i2(p, ev, out);
}

/* RFC 5533 7.18; the old tag stays in use meanwhile (B-18) */
static void row_r1bis_established(struct shim6_proto *p,
				  const struct shim6_ev *ev,
				  struct shim6_out *out)
{
	if ((ev->msg->tag & SHIM6_TAG_MASK) != p->ct_peer) {
		out->verdict = SHIM6_DO_TAG;
		return;
	}
	if (!shim6_knows_pair(p, &ev->pair) || !keep_validator(p, ev)) {
		out->verdict = SHIM6_DO_PAIR;
		return;
	}
	p->hs.begun = true;
	p->hs.pair = shim6_pair_rev(&ev->pair);
	p->hs.packet_tag = p->ct_peer;
	p->hs.init_nonce = ev->rnd[SHIM6_RND_NONCE];
	p->hs.fell_back = false;
	set_state(p, SHIM6_I2BIS_SENT, out);
	form_list(p);
	send_i2(p, ev, out);
}

/* What of our locators the peer has learnt by the handshake (B-45) */
static void announced(struct shim6_proto *p, const struct shim6_params *params,
		      u8 msg, const struct shim6_pair *pair)
{
	bool list = shim6_proto_lists(p, params, msg, pair);
	unsigned int i;

	/* One that did not fit follows in an Update Request */
	if (!list && shim6_lists(p, params))
		shim6_update_due(&p->up);

	for (i = 0; i < p->local.n; i++) {
		struct shim6_loc *l = &p->local.loc[i];

		l->status &= ~SHIM6_LOC_ACKED;
		if (l->status & SHIM6_LOC_NEW)
			continue;
		if (p->own && !shim6_own_has(p->own, &l->addr) &&
		    !shim6_addr_eq(&l->addr, &p->ulid_local))
			continue;
		if (list || shim6_addr_eq(&l->addr, &p->ulid_local))
			l->status |= SHIM6_LOC_ACKED;
	}
	p->reap.announced = shim6_reap_announce(p, params);
}

/*
 * The pair of a finished handshake was shown to work both ways: a nonce or a
 * validator came back over it. It is used if its destination is
 * verified, else payload stays on the ULIDs.
 */
static void settle(struct shim6_proto *p, const struct shim6_pair *pair)
{
	int i = shim6_locset_find(&p->peer, &pair->dst);

	if (i >= 0 && p->peer.loc[i].status & SHIM6_LOC_VERIFIED) {
		p->peer.loc[i].status |= SHIM6_LOC_PROBED;
		p->cur = *pair;
	} else {
		p->cur = shim6_ulid_pair(p);
	}
}

/* The pair in use cannot stay: explore at once */
static void check_current(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out)
{
	int i = shim6_locset_find(&p->local, &p->cur.src);

	if ((i >= 0 && !(p->local.loc[i].status & SHIM6_LOC_UP)) ||
	    shim6_locset_find(&p->peer, &p->cur.dst) < 0)
		shim6_reap_lost(p, ev, out);
}

/* @msg: of ours, what the peer has of us: I2 or I2bis, or the R2 to come */
static void establish(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out, const struct shim6_pair *pair,
		      u8 msg)
{
	p->hs.deadline = 0;
	p->established_at = ev->now;
	WRITE_ONCE(p->reap.act.last, ev->now);
	set_state(p, SHIM6_ESTABLISHED, out);
	settle(p, pair);
	announced(p, ev->params, msg, pair);
	shim6_reap_reset(p, ev, out);
	shim6_fx_put(out, SHIM6_FX_PATH);
}

/* Tag, list, parameters and timeout of an I2, I2bis or R2 */
static void take_context(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out)
{
	bool list = ev->msg->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
	bool prefs;

	p->ct_peer = ev->msg->tag & SHIM6_TAG_MASK;
	p->ct_peer_known = true;
	if (!list)
		shim6_update_take_single(p);
	/* RFC 5534 5.3: a peer that says nothing waits the default time */
	shim6_reap_take_timeout(&p->reap, SHIM6_REAP_DEFAULT_S);
	/* preferences that do not fit cost only themselves */
	prefs = shim6_update_prefs_ok(p, ev, out) == SHIM6_DO_OK;
	shim6_update_take(p, ev, prefs);
}

static int in_list(const struct shim6_msg *m, const struct in6_addr *addr)
{
	unsigned int i;

	if (!(m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST)))
		return -1;
	for (i = 0; i < m->nlocs; i++)
		if (shim6_addr_eq(&m->locs[i], addr))
			return i;
	return -1;
}

/*
 * RFC 5533 7.13, 7.20; A-33, B-3: the source must be the ULID, a locator that
 * was proven before, or one that this message proves. Otherwise anyone who can
 * provoke an R1bis could speak for the ULID.
 */
static bool source_proven(const struct shim6_proto *p,
			  const struct shim6_ev *ev)
{
	const struct in6_addr *src = &ev->pair.src;
	int i;

	if (shim6_addr_eq(src, &p->ulid_peer))
		return true;
	i = shim6_locset_find(&p->peer, src);
	if (i >= 0 && p->peer.loc[i].status & SHIM6_LOC_VERIFIED)
		return true;
	i = in_list(ev->msg, src);
	return i >= 0 && ev->auth && ev->auth->verified & (1u << i);
}

/*
 * The peer made its context anew while we had ours. If it works for us, only
 * the tag changes; if we were looking for a pair, this message came by one.
 */
static void renew(struct shim6_proto *p, const struct shim6_ev *ev,
		  struct shim6_out *out, u64 old_tag)
{
	struct shim6_pair back = shim6_pair_rev(&ev->pair);
	bool stuck = p->reap.state != SHIM6_REAP_OPERATIONAL ||
		     shim6_locset_find(&p->peer, &p->cur.dst) < 0;

	if (!stuck && old_tag == p->ct_peer)
		return;
	if (stuck) {
		settle(p, &back);
		p->switches++;
		p->switched_at = ev->now;
	}
	shim6_reap_reset(p, ev, out);
	shim6_fx_put(out, SHIM6_FX_PATH);
	check_current(p, ev, out);
}

/* I2 and I2bis: the caller has checked the validator */
static void row_initiator(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out)
{
	struct shim6_pair back = shim6_pair_rev(&ev->pair);
	u64 old_tag = p->ct_peer;
	u8 state = p->state;

	if (!shim6_is_local(p, &ev->pair.dst)) {
		out->verdict = SHIM6_DO_PAIR;
		return;
	}
	if (shim6_update_refused(ev, out, false))
		return;
	if (!source_proven(p, ev)) {
		out->verdict = SHIM6_DO_AUTH;
		return;
	}
	take_context(p, ev, out);
	if (state == SHIM6_ESTABLISHED) {
		renew(p, ev, out, old_tag);
	} else if (state == SHIM6_I2BIS_SENT) {
		if (old_tag != p->ct_peer)
			shim6_fx_put(out, SHIM6_FX_PATH);
	} else if (state != SHIM6_I2_SENT) {
		form_list(p);
		establish(p, ev, out, &back, SHIM6_MSG_R2);
	}
	send_r2(p, ev, out);
	if (p->state == SHIM6_ESTABLISHED && state != SHIM6_ESTABLISHED)
		check_current(p, ev, out);
}

/* RFC 5533 7.16 */
static void row_r2(struct shim6_proto *p, const struct shim6_ev *ev,
		   struct shim6_out *out)
{
	struct shim6_pair back = shim6_pair_rev(&ev->pair);

	if (ev->msg->init_nonce != p->hs.init_nonce) {
		out->verdict = SHIM6_DO_NONCE;
		return;
	}
	if (!shim6_pair_eq(&back, &p->hs.pair)) {
		out->verdict = SHIM6_DO_PAIR;
		return;
	}
	if (shim6_update_refused(ev, out, false))
		return;
	take_context(p, ev, out);
	establish(p, ev, out, &back, p->state == SHIM6_I2BIS_SENT ?
				     SHIM6_MSG_I2BIS : SHIM6_MSG_I2);
	check_current(p, ev, out);
}

#define ROWS(i1, r1, i2, r2, r1bis, i2bis) {		\
	[SHIM6_MSG_I1]		= (i1),			\
	[SHIM6_MSG_R1]		= (r1),			\
	[SHIM6_MSG_I2]		= (i2),			\
	[SHIM6_MSG_R2]		= (r2),			\
	[SHIM6_MSG_R1BIS]	= (r1bis),		\
	[SHIM6_MSG_I2BIS]	= (i2bis),		\
}

static const fsm_row rows[SHIM6_STATE_COUNT][SHIM6_MSG_I2BIS + 1] = {
	[SHIM6_IDLE] = ROWS(row_r1, row_discard, row_initiator, row_discard,
			    row_discard, row_initiator),
	[SHIM6_I1_SENT] = ROWS(row_i1_crossing, row_r1_i1_sent, row_initiator,
			       row_r2, row_discard, row_initiator),
	[SHIM6_I2_SENT] = ROWS(row_i1_crossing, row_discard, row_initiator,
			       row_r2, row_discard, row_initiator),
	[SHIM6_I2BIS_SENT] = ROWS(row_i1_crossing, row_discard, row_initiator,
				  row_r2, row_discard, row_initiator),
	[SHIM6_ESTABLISHED] = ROWS(row_i1_established, row_discard,
				   row_initiator, row_discard,
				   row_r1bis_established, row_initiator),
	/* As in IDLE: only our own wish to start is held down (7.8) */
	[SHIM6_E_FAILED] = ROWS(row_r1, row_discard, row_initiator,
				row_discard, row_discard, row_initiator),
	[SHIM6_NO_SUPPORT] = ROWS(row_r1, row_discard, row_initiator,
				  row_discard, row_discard, row_initiator),
};

void shim6_fsm_setup(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	rows[p->state][ev->msg->type](p, ev, out);
}
