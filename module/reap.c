// SPDX-License-Identifier: GPL-2.0
/*
 * REAP: RFC 5534 section 6. Send and Keepalive timer are the two stamps of
 * struct shim6_activity; the rest of the machine runs in events.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <asm/byteorder.h>
#include "blame.h"
#include "explore.h"
#include "probes.h"
#include "reap.h"
#include "step.h"
#include "wish.h"

#define KEEPALIVE_MAX_S		600	/* */
/* How many pairs without a route one tick may pass over */
#define FAILED_MAX		16

static void stamp(u64 *word, u64 value)
{
	WRITE_ONCE(*word, value);
}

static void start_send(struct shim6_reap *r, u64 now)
{
	stamp(&r->act.await_since, now);
	stamp(&r->act.owe_since, 0);
}

static void stop_timers(struct shim6_reap *r)
{
	stamp(&r->act.await_since, 0);
	stamp(&r->act.owe_since, 0);
	r->next_keepalive = 0;
	r->owe_seen = 0;
	r->told = false;
}

u16 shim6_reap_announce(const struct shim6_proto *p,
			const struct shim6_params *params)
{
	u32 ms = shim6_wish_param(p, params, SHIM6_P_SEND_TIMEOUT);

	return max_t(u32, ms / 1000, 1);
}

void shim6_reap_take_timeout(struct shim6_reap *r, u16 seconds)
{
	if (!seconds)
		return;
	r->keepalive_timeout = min_t(u64, seconds, KEEPALIVE_MAX_S) *
			       SHIM6_NS_PER_SEC;
}

/* RFC 5534 4.1: a third to a half of what the peer waits for us */
static u64 keepalive_interval(const struct shim6_proto *p,
			      const struct shim6_params *params)
{
	u64 tk = p->reap.keepalive_timeout;
	u64 ki = shim6_wish_param(p, params, SHIM6_P_KEEPALIVE_INTERVAL) *
		 SHIM6_NS_PER_MS;

	if (!ki)
		ki = div_u64(tk, 3);
	ki = min(ki, tk >> 1);
	return max_t(u64, ki, SHIM6_KEEPALIVE_MIN_GAP);
}

/* 0 to N % are added, so that contexts of one outage do not probe in step */
static void draw_send_timeout(struct shim6_proto *p, const struct shim6_ev *ev)
{
	u32 ms = shim6_wish_param(p, ev->params, SHIM6_P_SEND_TIMEOUT);
	u32 pct = shim6_param(ev->params, SHIM6_P_SEND_TIMEOUT_RANDOM);
	u32 extra = ms * pct / 100;

	extra = ((u64)extra * ev->rnd[SHIM6_RND_SEND]) >> 32;
	p->reap.send_timeout = (ms + extra) * SHIM6_NS_PER_MS;
}

static void enter(struct shim6_proto *p, u8 state, struct shim6_out *out)
{
	if (p->reap.state == state)
		return;
	p->reap.state = state;
	if (state == SHIM6_REAP_OPERATIONAL)
		p->reap.heard = false;
	if (!shim6_fx_has(out, SHIM6_FX_REAP_STATE))
		shim6_fx_put(out, SHIM6_FX_REAP_STATE);
}

static void restart_backoff(struct shim6_reap *r)
{
	r->nprobes = 0;
	r->interval = 0;
	r->failed = 0;
}

/* Leaving Operational: what was sent and received before proves nothing now */
static void begin_episode(struct shim6_reap *r, const struct shim6_ev *ev,
			  u64 first_sign)
{
	r->started = first_sign;
	r->suspect = true;
	r->heard = false;
	r->lost_valid = false;
	r->vouched = false;
	r->seed = ev->rnd[SHIM6_RND_ORDER];
	r->cursor = 0;
	r->first_valid = false;
	r->wish_valid = false;
	r->knock_valid = false;
	r->nsent = 0;
	r->reported = 0;
	r->nfresh = 0;
	restart_backoff(r);
	stop_timers(r);
}

/* the state in the probe is the one we are in now */
static void send_probe(struct shim6_proto *p, const struct shim6_ev *ev,
		       struct shim6_out *out, const struct shim6_pair *pair)
{
	u32 nonce = ev->rnd[SHIM6_RND_PROBE + (out->n & 7)];
	struct shim6_fx *fx;

	shim6_blame_vouch(&p->reap, ev, out, pair);
	fx = shim6_fx_send(out, SHIM6_MSG_PROBE, pair);
	fx->sta = p->reap.state;
	fx->rec.src = pair->src;
	fx->rec.dst = pair->dst;
	fx->rec.nonce = cpu_to_be32(nonce);
	shim6_probes_sent(&p->reap, &fx->rec, ev->now);
}

/* What seems to work is tried before its turn, but not before pairs that are to
 * be explored earlier; an admin's wish is
 */
static bool may_come_first(const struct shim6_proto *p,
			   const struct shim6_pair *next)
{
	const struct shim6_reap *r = &p->reap;

	if (!shim6_explore_usable(&p->local, &p->peer, &r->first))
		return false;
	if (r->wish_valid && shim6_pair_eq(&r->wish, &r->first))
		return true;
	return shim6_explore_later(&p->local, &r->first.src) <=
	       shim6_explore_later(&p->local, &next->src);
}

/* The pair to probe after @cursor */
static bool pair_after(const struct shim6_proto *p, bool first, u64 *cursor,
		       struct shim6_pair *pair)
{
	const struct shim6_reap *r = &p->reap;
	struct shim6_order o = {
		.local = &p->local,
		.peer = &p->peer,
		.cur = &p->cur,
		.suspect = r->suspect,
		.unknown = p->up.outstanding || p->up.dirty,
		.seed = r->seed,
	};

	u64 next = *cursor;

	if (!shim6_explore_next(&o, &next, pair))
		return false;
	if (first && may_come_first(p, pair))
		*pair = r->first;
	else
		*cursor = next;
	return true;
}

static bool next_pair(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_pair *pair)
{
	struct shim6_reap *r = &p->reap;
	bool first = r->first_valid;
	unsigned int n;

	r->first_valid = false;
	if (!pair_after(p, first, &r->cursor, pair))
		return false;
	for (n = shim6_explore_count(&p->local, &p->peer);
	     n && shim6_blame_shunned(r, ev, pair); n--)
		pair_after(p, false, &r->cursor, pair);
	if (shim6_blame_stays(p, ev, pair))
		*pair = p->cur;
	return true;
}

struct shim6_pair shim6_reap_next(const struct shim6_proto *p)
{
	u64 cursor = p->reap.cursor;
	struct shim6_pair pair = p->cur;

	if (p->reap.state != SHIM6_REAP_OPERATIONAL)
		pair_after(p, p->reap.first_valid, &cursor, &pair);
	return pair;
}

/*
 * While no pair works the update must look for one as the probes do: the
 * locator it tells of may be the only one on which we can be reached.
 */
static bool update_waits(const struct shim6_proto *p,
			 const struct shim6_ev *ev)
{
	if (!p->up.outstanding)
		return p->up.dirty;
	return shim6_since(ev->now, p->up.sent_at,
			   shim6_param_ns(ev->params, SHIM6_P_UPDATE_TIMEOUT));
}

static void try_next(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;
	bool known;

	if (!next_pair(p, ev, &r->knock))
		return;
	known = shim6_explore_usable(&p->local, &p->peer, &r->knock);
	if (known)
		send_probe(p, ev, out, &r->knock);
	r->knock_valid = !known || update_waits(p, ev);
}

static void arm_probe(struct shim6_proto *p, const struct shim6_ev *ev)
{
	struct shim6_pace pace = {
		.initial = shim6_wish_param(p, ev->params,
					    SHIM6_P_PROBE_INITIAL_TIMEOUT) *
			   SHIM6_NS_PER_MS,
		.count = shim6_wish_param(p, ev->params,
					  SHIM6_P_PROBE_INITIAL_COUNT),
		.ceiling = shim6_param_ns(ev->params,
					  SHIM6_P_PROBE_TIMEOUT_MAX),
	};
	struct shim6_reap *r = &p->reap;

	r->nprobes++;
	r->interval = shim6_explore_wait(&pace, r->nprobes, r->interval);
	r->next_probe = ev->now + r->interval;
	r->failed = 0;
}

static void tick(struct shim6_proto *p, const struct shim6_ev *ev,
		 struct shim6_out *out)
{
	if (ev->hold) {
		shim6_hold(p, ev);
		p->reap.next_probe = ev->now;
		return;
	}
	try_next(p, ev, out);
	arm_probe(p, ev);
}

/* RFC 5534 6.4; the backoff goes on unless this begins an episode */
static void explore(struct shim6_proto *p, const struct shim6_ev *ev,
		    struct shim6_out *out, u64 first_sign)
{
	struct shim6_reap *r = &p->reap;

	if (r->state == SHIM6_REAP_OPERATIONAL)
		begin_episode(r, ev, first_sign);
	draw_send_timeout(p, ev);
	stop_timers(r);
	r->nfresh = 0;
	r->heard = false;
	r->vouched = false;
	enter(p, SHIM6_REAP_EXPLORING, out);
	tick(p, ev, out);
}

/*
 * Exploring to InboundOk is real news, and at most once per Send Timeout:
 * the backoff starts again there and nowhere else on reception. Without
 * it the peer's reports would be forgotten before our next probe left.
 */
static void inbound(struct shim6_proto *p, const struct shim6_ev *ev,
		    struct shim6_out *out)
{
	restart_backoff(&p->reap);
	enter(p, SHIM6_REAP_INBOUND_OK, out);
	start_send(&p->reap, ev->now);
}

/* 6.1 and 6.6 in Exploring */
static void heard(struct shim6_proto *p, const struct shim6_ev *ev,
		  struct shim6_out *out)
{
	inbound(p, ev, out);
	tick(p, ev, out);
}

void shim6_reap_reset(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;

	begin_episode(r, ev, 0);
	draw_send_timeout(p, ev);
	r->broken = false;
	r->provisional = false;
	r->next_probe = 0;
	enter(p, SHIM6_REAP_OPERATIONAL, out);
}

void shim6_reap_lost(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;

	if (r->broken)
		return;
	r->broken = true;
	r->suspect = true;
	if (r->state != SHIM6_REAP_OPERATIONAL)
		restart_backoff(r);
	shim6_fx_put(out, SHIM6_FX_LOST);
	explore(p, ev, out, ev->now);
}

void shim6_reap_unheard(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out)
{
	if (p->reap.state != SHIM6_REAP_OPERATIONAL)
		return;
	begin_episode(&p->reap, ev, ev->now);
	draw_send_timeout(p, ev);
	heard(p, ev, out);
}

void shim6_reap_returned(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out)
{
	if (p->reap.state == SHIM6_REAP_OPERATIONAL)
		return;
	restart_backoff(&p->reap);
	p->reap.cursor = 0;
	if (shim6_explore_usable(&p->local, &p->peer, &p->cur))
		p->reap.suspect = false;
	tick(p, ev, out);
}

void shim6_reap_payload_in(struct shim6_proto *p, const struct shim6_ev *ev,
			   struct shim6_out *out)
{
	p->reap.heard = true;
	p->reap.told = false;
	if (p->reap.state == SHIM6_REAP_EXPLORING)
		heard(p, ev, out);
}

void shim6_reap_control_in(struct shim6_proto *p, const struct shim6_ev *ev,
			   struct shim6_out *out)
{
	struct shim6_activity *a = &p->reap.act;

	if (p->reap.state == SHIM6_REAP_EXPLORING) {
		heard(p, ev, out);
		return;
	}
	stamp(&a->await_since, 0);
	if (!READ_ONCE(a->owe_since))
		stamp(&a->owe_since, ev->now);
}

void shim6_reap_control_out(struct shim6_proto *p, const struct shim6_ev *ev)
{
	struct shim6_activity *a = &p->reap.act;

	if (p->reap.state == SHIM6_REAP_EXPLORING)
		return;
	if (!READ_ONCE(a->await_since))
		stamp(&a->await_since, ev->now);
	stamp(&a->owe_since, 0);
}

void shim6_reap_keepalive(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out)
{
	shim6_blame_keepalive(p, ev);
	if (p->reap.state == SHIM6_REAP_EXPLORING)
		heard(p, ev, out);
	else
		stamp(&p->reap.act.await_since, 0);
}

static void use_pair(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out, const struct shim6_pair *pair)
{
	struct shim6_reap *r = &p->reap;
	struct shim6_fx *fx;

	r->broken = false;
	if (shim6_pair_eq(&p->cur, pair))
		return;
	p->cur = *pair;
	p->switches++;
	p->switched_at = ev->now;
	r->provisional = ev->provisional;
	r->heard = false;
	fx = shim6_fx_put(out, SHIM6_FX_PATH);
	if (r->started)
		fx->took = ev->now - r->started;
	r->started = 0;
}

/* A probe on this pair was reported since the failure */
static bool is_proven(const struct shim6_reap *r, const struct shim6_pair *pair)
{
	unsigned int i;

	for (i = 0; i < r->nsent; i++)
		if (r->reported & (1u << i) &&
		    shim6_addr_eq(&r->sent[i].src, &pair->src) &&
		    shim6_addr_eq(&r->sent[i].dst, &pair->dst))
			return true;
	return false;
}

/* every probe's reports are looked at */
static void take_reports(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out)
{
	struct shim6_pair pair;

	if (!shim6_probes_reported(p, ev->msg, ev->now, &pair) ||
	    shim6_blame_settled(&p->reap))
		return;
	if (shim6_blame_shunned(&p->reap, ev, &pair) &&
	    is_proven(&p->reap, &p->cur))
		pair = p->cur;
	use_pair(p, ev, out, &pair);
}

/* RATE_PROBE: what we send for another's probe is bounded */
static bool may_answer(struct shim6_reap *r, const struct shim6_ev *ev)
{
	if (shim6_since(ev->now, r->answer_since, SHIM6_NS_PER_SEC)) {
		r->answer_since = ev->now;
		r->answers = 0;
	}
	if (r->answers >= shim6_param(ev->params, SHIM6_P_RATE_PROBE))
		return false;
	r->answers++;
	return true;
}

/* the way a probe came is the first to try back */
static void answer(struct shim6_proto *p, const struct shim6_ev *ev,
		   struct shim6_out *out)
{
	p->reap.first = shim6_pair_rev(&ev->pair);
	p->reap.first_valid = true;
	if (may_answer(&p->reap, ev))
		try_next(p, ev, out);
}

/* RFC 5534 6.7 */
static void probe_exploring(struct shim6_proto *p, const struct shim6_ev *ev,
			    struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;
	bool news = r->state != SHIM6_REAP_INBOUND_OK;

	if (news)
		inbound(p, ev, out);
	else
		start_send(r, ev->now);
	answer(p, ev, out);
	if (news)
		arm_probe(p, ev);
}

/* The peer hears us, but we know of no pair to leave Exploring with */
static void stay_inbound(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out)
{
	if (p->reap.state == SHIM6_REAP_EXPLORING) {
		inbound(p, ev, out);
		answer(p, ev, out);
		arm_probe(p, ev);
	}
}

/* RFC 5534 6.8 */
static void probe_inbound_ok(struct shim6_proto *p, const struct shim6_ev *ev,
			     struct shim6_out *out)
{
	take_reports(p, ev, out);
	if (p->reap.broken) {
		stay_inbound(p, ev, out);
		return;
	}
	enter(p, SHIM6_REAP_OPERATIONAL, out);
	start_send(&p->reap, ev->now);
	if (may_answer(&p->reap, ev))
		send_probe(p, ev, out, &p->cur);
}

/* RFC 5534 6.9; A-18: no probe is sent in return */
static void probe_operational(struct shim6_proto *p, const struct shim6_ev *ev,
			      struct shim6_out *out)
{
	struct shim6_activity *a = &p->reap.act;

	take_reports(p, ev, out);
	if (p->reap.broken) {
		stay_inbound(p, ev, out);
		return;
	}
	stamp(&a->await_since, 0);
	if (p->reap.state != SHIM6_REAP_OPERATIONAL ||
	    !READ_ONCE(a->owe_since))
		stamp(&a->owe_since, ev->now);
	enter(p, SHIM6_REAP_OPERATIONAL, out);
}

/* The peer explores, and we were content */
static void complained(struct shim6_proto *p, const struct shim6_ev *ev)
{
	bool comes_in = shim6_blame_hears(&p->reap, ev->now);

	shim6_blame_told(p, ev, comes_in);
	begin_episode(&p->reap, ev, ev->now);
	p->reap.heard = comes_in;
	draw_send_timeout(p, ev);
}

void shim6_reap_probe(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;

	if (!shim6_probes_received(r, &ev->msg->sent[0]))
		return;
	if (r->state == SHIM6_REAP_OPERATIONAL &&
	    ev->msg->sta == SHIM6_REAP_EXPLORING) {
		complained(p, ev);
		r->nfresh = 1;
	}
	switch (ev->msg->sta) {
	case SHIM6_REAP_EXPLORING:
		probe_exploring(p, ev, out);
		break;
	case SHIM6_REAP_INBOUND_OK:
		probe_inbound_ok(p, ev, out);
		break;
	default:
		probe_operational(p, ev, out);
		break;
	}
}

/* RFC 5534 6.1, 6.3: R-2, the stamp is the first packet's, not the last's */
static void keepalive_due(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;
	u64 owe = READ_ONCE(r->act.owe_since);
	struct shim6_fx *fx;
	u64 ki, end;

	if (!owe)
		return;
	ki = keepalive_interval(p, ev->params);
	end = owe + r->keepalive_timeout;
	if (owe != r->owe_seen) {
		r->owe_seen = owe;
		r->next_keepalive = min(owe + ki, end);
	}
	if (!shim6_since(ev->now, r->next_keepalive, 0))
		return;
	fx = shim6_fx_send(out, SHIM6_MSG_KEEPALIVE, &p->cur);
	fx->repeat = r->told;
	r->told = true;
	fx->last = shim6_since(ev->now, end, 0);
	if (fx->last)
		stamp(&r->act.owe_since, 0);
	r->next_keepalive = min(ev->now + ki, end);
}

static bool send_expired(const struct shim6_reap *r, u64 now)
{
	u64 await = READ_ONCE(r->act.await_since);

	return await && shim6_since(now, await, r->send_timeout);
}

/* RFC 5534 6.4 */
static void unanswered(struct shim6_proto *p, const struct shim6_ev *ev,
		       struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;
	bool lost = r->state == SHIM6_REAP_OPERATIONAL;

	if (lost) {
		shim6_fx_put(out, SHIM6_FX_LOST);
		shim6_blame_us(p, ev);
	}
	explore(p, ev, out, READ_ONCE(r->act.await_since));
	if (lost) {
		r->lost = p->cur;
		r->lost_valid = true;
	}
}

void shim6_reap_timer(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;

	if (r->state != SHIM6_REAP_EXPLORING && send_expired(r, ev->now)) {
		unanswered(p, ev, out);
		return;
	}
	if (r->state == SHIM6_REAP_OPERATIONAL) {
		keepalive_due(p, ev, out);
		return;
	}
	if (!shim6_since(ev->now, r->next_probe, 0))
		return;
	tick(p, ev, out);
	if (r->state == SHIM6_REAP_INBOUND_OK &&
	    !READ_ONCE(r->act.await_since))
		start_send(r, ev->now);
}

void shim6_reap_retune(struct shim6_proto *p, const struct shim6_ev *ev)
{
	draw_send_timeout(p, ev);
}

/* A look without a reason to distrust the current pair: it is tried too */
static void look(struct shim6_proto *p, const struct shim6_ev *ev,
		 struct shim6_out *out)
{
	begin_episode(&p->reap, ev, 0);
	p->reap.suspect = false;
	draw_send_timeout(p, ev);
	enter(p, SHIM6_REAP_EXPLORING, out);
}

void shim6_reap_set_path(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;

	if (!shim6_explore_usable(&p->local, &p->peer, &ev->pair))
		return;
	if (r->state == SHIM6_REAP_OPERATIONAL)
		look(p, ev, out);
	r->first = ev->pair;
	r->first_valid = true;
	r->wish = ev->pair;
	r->wish_valid = true;
	restart_backoff(r);
	tick(p, ev, out);
}

/* RFC 5534 8: no proof. We look, the current pair first, not too often */
void shim6_reap_hint(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;

	if (r->state != SHIM6_REAP_OPERATIONAL ||
	    !shim6_pair_eq(&ev->pair, &p->cur))
		return;
	if (r->hinted_at && !shim6_since(ev->now, r->hinted_at, r->send_timeout))
		return;
	r->hinted_at = ev->now;
	look(p, ev, out);
	r->started = ev->now;
	tick(p, ev, out);
}

/* Nothing is awaited, and something came: the pair carries our traffic */
static bool is_heard(const struct shim6_activity *a)
{
	return !READ_ONCE(a->await_since) && READ_ONCE(a->owe_since);
}

void shim6_reap_verdict(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;
	bool fresh = r->state == SHIM6_REAP_OPERATIONAL;

	if (!shim6_pair_eq(&ev->pair, &p->cur) || is_heard(&r->act))
		return;
	if (fresh && r->hinted_at &&
	    !shim6_since(ev->now, r->hinted_at, r->send_timeout))
		return;
	if (fresh) {
		r->hinted_at = ev->now;
		begin_episode(r, ev, ev->now);
		draw_send_timeout(p, ev);
		enter(p, SHIM6_REAP_EXPLORING, out);
	}
	r->first = ev->alive;
	r->first_valid = true;
	restart_backoff(r);
	tick(p, ev, out);
}

void shim6_reap_xmit_failed(struct shim6_proto *p, const struct shim6_ev *ev,
			    struct shim6_out *out)
{
	struct shim6_reap *r = &p->reap;

	if (r->state == SHIM6_REAP_OPERATIONAL) {
		if (shim6_pair_eq(&ev->pair, &p->cur))
			shim6_reap_lost(p, ev, out);
		return;
	}
	if (!r->nsent || r->sent[0].nonce == r->failed_nonce ||
	    !shim6_addr_eq(&r->sent[0].src, &ev->pair.src) ||
	    !shim6_addr_eq(&r->sent[0].dst, &ev->pair.dst))
		return;
	r->failed_nonce = r->sent[0].nonce;
	if (++r->failed < shim6_explore_count(&p->local, &p->peer) &&
	    r->failed < FAILED_MAX)
		try_next(p, ev, out);
}

u64 shim6_reap_deadline(const struct shim6_proto *p, u64 now,
			const struct shim6_params *params)
{
	const struct shim6_reap *r = &p->reap;
	u64 await = READ_ONCE(r->act.await_since);
	u64 owe = READ_ONCE(r->act.owe_since);
	u64 ki = keepalive_interval(p, params);
	u64 due;

	if (r->state == SHIM6_REAP_EXPLORING)
		return shim6_due(p, r->next_probe);
	if (r->state == SHIM6_REAP_OPERATIONAL && !await && !owe)
		return 0;
	/* A stamp set later than this look must be seen in time */
	due = now + min(r->send_timeout, ki);
	if (await)
		due = min(due, await + r->send_timeout);
	if (r->state == SHIM6_REAP_INBOUND_OK)
		return min(due, shim6_due(p, r->next_probe));
	if (owe)
		due = min(due, owe == r->owe_seen ? r->next_keepalive :
						    owe + ki);
	return due;
}
