// SPDX-License-Identifier: GPL-2.0
/*
 * Locator updates: RFC 5533 section 10, both roles.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include "explore.h"
#include "reap.h"
#include "step.h"
#include "update.h"
#include "wish.h"

/* So many times the same request: our answers do not arrive */
#define ACKS_UNHEARD	4

#define LIVE	(SHIM6_LOC_UP | SHIM6_LOC_DEPRECATED)

bool shim6_update_refused(const struct shim6_ev *ev, struct shim6_out *out,
			  bool tell)
{
	const struct shim6_auth *a = ev->auth;

	if (!a || a->verdict == SHIM6_AUTH_NONE || a->verdict == SHIM6_AUTH_OK)
		return false;
	if (a->verdict == SHIM6_AUTH_METHOD ||
	    (tell && a->verdict == SHIM6_AUTH_LOCATOR)) {
		shim6_fx_error(out, SHIM6_ERR_METHOD,
			       ev->msg->off_methods + a->bad);
		out->verdict = SHIM6_DO_METHOD;
		return true;
	}
	out->verdict = SHIM6_DO_AUTH;
	return true;
}

enum shim6_do shim6_update_prefs_ok(const struct shim6_proto *p,
				    const struct shim6_ev *ev,
				    struct shim6_out *out)
{
	const struct shim6_msg *m = ev->msg;
	bool list = m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);

	if (!(m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS)))
		return SHIM6_DO_OK;
	/* RFC 5533 10.4: the first octet of the generation */
	if (m->pref_gen != (list ? m->list_gen : p->peer.gen)) {
		shim6_fx_error(out, SHIM6_ERR_GENERATION, m->off_pref + 4);
		return SHIM6_DO_GENERATION;
	}
	/* ... and the first octet of the option's length */
	if (m->npref != (list ? m->nlocs : p->peer.n)) {
		shim6_fx_error(out, SHIM6_ERR_COUNT, m->off_pref + 2);
		return SHIM6_DO_COUNT;
	}
	return SHIM6_DO_OK;
}

void shim6_update_take_single(struct shim6_proto *p)
{
	p->peer_single = true;
	p->peer.n = 0;
	p->peer.gen = 0;
	shim6_locset_add(&p->peer, &p->ulid_peer, SHIM6_METHOD_NONE,
			 SHIM6_LOC_VERIFIED);
	shim6_wish_mark(p);
}

/* A list replaces the old one; what was proven of an address stays proven */
static void take_list(struct shim6_proto *p, const struct shim6_msg *m,
		      const struct shim6_auth *auth)
{
	struct shim6_locset *s = &p->peer;
	u32 proven = 0;
	unsigned int i;

	for (i = 0; i < m->nlocs; i++) {
		int old = shim6_locset_find(s, &m->locs[i]);

		if (old >= 0 && s->loc[old].status & SHIM6_LOC_PROBED)
			proven |= 1u << i;
	}
	p->peer_single = false;
	s->gen = m->list_gen;
	s->n = 0;
	for (i = 0; i < m->nlocs; i++) {
		u8 status = 0;

		if ((auth && auth->verified & (1u << i)) ||
		    shim6_addr_eq(&m->locs[i], &p->ulid_peer))
			status |= SHIM6_LOC_VERIFIED;
		if (proven & (1u << i))
			status |= SHIM6_LOC_PROBED;
		shim6_locset_add(s, &m->locs[i], m->methods[i], status);
	}
	shim6_wish_mark(p);
}

static void take_prefs(struct shim6_locset *s, const struct shim6_msg *m)
{
	unsigned int i, n = min_t(unsigned int, m->npref, s->n);

	for (i = 0; i < n; i++) {
		struct shim6_loc_pref pref;

		shim6_msg_pref(m, i, &pref);
		s->loc[i].flags = pref.flags;
		s->loc[i].prio = pref.priority;
		s->loc[i].weight = pref.weight;
	}
}

void shim6_update_take(struct shim6_proto *p, const struct shim6_ev *ev,
		       bool prefs)
{
	const struct shim6_msg *m = ev->msg;

	if (m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST))
		take_list(p, m, ev->auth);
	if (prefs && m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS))
		take_prefs(&p->peer, m);
	if (m->opts & SHIM6_OPT_BIT(SHIM6_OPT_PDS) &&
	    m->pds_len <= sizeof(p->peer_pds)) {
		memcpy(p->peer_pds, m->pds, m->pds_len);
		p->peer_pds_len = m->pds_len;
	}
	if (m->opts & SHIM6_OPT_BIT(SHIM6_OPT_KEEPALIVE))
		shim6_reap_take_timeout(&p->reap, m->keepalive);
}

/* Lp(peer) is no longer offered */
static bool destination_unlisted(const struct shim6_proto *p)
{
	return shim6_locset_find(&p->peer, &p->cur.dst) < 0;
}

/* ... or the peer says that it does not work */
static bool destination_gone(const struct shim6_proto *p)
{
	int i = shim6_locset_find(&p->peer, &p->cur.dst);

	return i < 0 || p->peer.loc[i].flags & SHIM6_LOC_BROKEN;
}

/*
 * Where an Acknowledgement goes: the pair in use if it works, else back where
 * the request came from. A request that is repeated shows that this way does
 * not work for us, and the next ones are tried.
 */
static struct shim6_pair ack_pair(struct shim6_proto *p,
				  const struct shim6_ev *ev)
{
	struct shim6_pair pair = shim6_pair_rev(&ev->pair);
	struct shim6_update *u = &p->up;
	struct shim6_order o = {
		.local = &p->local,
		.peer = &p->peer,
		.cur = &p->cur,
	};

	if (u->acks > 1 && shim6_explore_next(&o, &u->ack_cursor, &pair))
		return pair;
	if (p->reap.state == SHIM6_REAP_OPERATIONAL && !destination_gone(p))
		return p->cur;
	if (shim6_explore_usable(&p->local, &p->peer, &pair))
		return pair;
	return p->cur;
}

/* How often we have been asked the same */
static void count_request(struct shim6_update *u, u32 nonce)
{
	if (!u->acks || u->acked_nonce != nonce) {
		u->acks = 0;
		u->ack_cursor = 0;
	}
	u->acked_nonce = nonce;
	u->acks = min(u->acks + 1, ACKS_UNHEARD);
}

static void send_ack(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	struct shim6_pair pair = ack_pair(p, ev);

	shim6_fx_send(out, SHIM6_MSG_UPDATE_ACK, &pair)->req_nonce =
		ev->msg->req_nonce;
	shim6_reap_control_out(p, ev);
}

void shim6_update_request(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out)
{
	bool was_gone = destination_gone(p);
	enum shim6_do prefs;

	if (shim6_update_refused(ev, out, true))
		return;
	prefs = shim6_update_prefs_ok(p, ev, out);
	if (prefs != SHIM6_DO_OK) {
		out->verdict = prefs;
		return;
	}
	shim6_update_take(p, ev, true);
	shim6_reap_control_in(p, ev, out);
	count_request(&p->up, ev->msg->req_nonce);
	send_ack(p, ev, out);
	/* One that was said to be broken may have been in use all the same */
	if (destination_unlisted(p) || (!was_gone && destination_gone(p))) {
		shim6_reap_lost(p, ev, out);
	} else if (p->up.acks == ACKS_UNHEARD) {
		p->up.acks = 1;
		shim6_reap_unheard(p, ev, out);
	}
}

/*
 * Gone, and not what source_gone() must still find or the peer still has: the
 * source of a handshake under way is the one in use when it succeeds, and the
 * ULID is one whenever the peer takes it
 */
static bool disposable(const struct shim6_proto *p, unsigned int i)
{
	const struct shim6_loc *l = &p->local.loc[i];

	return !(l->status & SHIM6_LOC_UP) && !shim6_announces(p, l) &&
	       !shim6_addr_eq(&l->addr, &p->cur.src) &&
	       !shim6_addr_eq(&l->addr, &p->ulid_local) &&
	       (p->state == SHIM6_ESTABLISHED ||
		!shim6_addr_eq(&l->addr, &p->hs.pair.src));
}

/* The peer knows the set now: what is up may be a source, what is gone goes */
static void acknowledged(struct shim6_proto *p)
{
	struct shim6_locset *s = &p->local;
	unsigned int i = 0;

	while (i < s->n) {
		struct shim6_loc *l = &s->loc[i];

		if (disposable(p, i)) {
			shim6_locset_del(s, i);
			continue;
		}
		if (l->status & SHIM6_LOC_UP && shim6_announces(p, l))
			l->status |= SHIM6_LOC_ACKED;
		l->status &= ~SHIM6_LOC_NEW;
		i++;
	}
}

void shim6_update_ack(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out)
{
	struct shim6_update *u = &p->up;

	shim6_reap_control_in(p, ev, out);
	if (!u->outstanding || ev->msg->req_nonce != u->nonce) {
		out->verdict = SHIM6_DO_NONCE;
		return;
	}
	u->outstanding = false;
	u->tell = false;
	u->deadline = 0;
	acknowledged(p);
}

/* The source of the current pair went: nothing can be sent on it */
static bool source_gone(const struct shim6_proto *p)
{
	int i = shim6_locset_find(&p->local, &p->cur.src);

	return i >= 0 && !(p->local.loc[i].status & SHIM6_LOC_UP);
}

/* the peer knows it whether it is in the list or not */
static bool is_ulid(const struct shim6_proto *p, const struct in6_addr *addr)
{
	return shim6_addr_eq(addr, &p->ulid_local);
}

/*
 * RFC 5533 10.1, 10.3: the list as it is now, so whatever was not acknowledged
 * before is in it.
 */
static void begin(struct shim6_proto *p, const struct shim6_ev *ev)
{
	struct shim6_update *u = &p->up;
	unsigned int i;

	u->dirty = false;
	u->outstanding = true;
	p->reap.announced = shim6_reap_announce(p, ev->params);
	u->nonce = ev->rnd[SHIM6_RND_UPDATE_NONCE];
	u->interval = shim6_param_ns(ev->params, SHIM6_P_UPDATE_TIMEOUT);
	u->deadline = ev->now + shim6_jitter(u->interval,
					     ev->rnd[SHIM6_RND_UPDATE_JITTER]);
	if (u->prefs)
		return;
	p->local.gen++;
	for (i = 0; i < p->local.n; i++) {
		struct shim6_loc *l = &p->local.loc[i];
		bool listed = l->status & SHIM6_LOC_UP && shim6_announces(p, l);

		if (!listed && !is_ulid(p, &l->addr))
			l->status &= ~SHIM6_LOC_ACKED;
	}
}

static void send_request(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out, const struct shim6_pair *pair)
{
	p->up.pair = *pair;
	p->up.sent_at = ev->now;
	shim6_fx_send(out, SHIM6_MSG_UPDATE_REQ, pair);
	shim6_reap_control_out(p, ev);
}

void shim6_update_push(struct shim6_proto *p, const struct shim6_ev *ev,
		       struct shim6_out *out)
{
	struct shim6_update *u = &p->up;
	struct shim6_reap *r = &p->reap;
	bool knock = r->knock_valid;
	bool fresh = u->dirty;

	r->knock_valid = false;
	if (p->state != SHIM6_ESTABLISHED || (!fresh && !u->outstanding))
		return;
	if (!knock && source_gone(p))
		return;
	if (!knock && !fresh && !shim6_fx_has(out, SHIM6_FX_PATH))
		return;
	if (!u->tell && !shim6_lists(p, ev->params)) {
		u->dirty = false;
		return;
	}
	if (fresh && !knock && ev->hold) {
		shim6_hold(p, ev);
		return;
	}
	if (fresh)
		begin(p, ev);
	send_request(p, ev, out, knock ? &r->knock : &p->cur);
}

/* RFC 5534 5.3: a new Send Timeout is announced */
bool shim6_update_retell(struct shim6_proto *p, const struct shim6_ev *ev)
{
	if (p->reap.announced == shim6_reap_announce(p, ev->params))
		return false;
	p->up.tell = true;
	shim6_update_due(&p->up);
	return true;
}

/* RFC 5533 10.2: for ever, at most UPDATE_TIMEOUT_MAX apart (B-42) */
void shim6_update_timer(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out)
{
	struct shim6_update *u = &p->up;
	u64 ceiling = shim6_param_ns(ev->params, SHIM6_P_UPDATE_TIMEOUT_MAX);

	shim6_update_retell(p, ev);
	if (!u->outstanding || (s64)(ev->now - u->deadline) < 0)
		return;
	if (ev->hold) {
		shim6_hold(p, ev);
		return;
	}
	u->interval = min(u->interval << 1, ceiling);
	u->deadline = ev->now + shim6_jitter(u->interval,
					     ev->rnd[SHIM6_RND_UPDATE_JITTER]);
	/* Perhaps they do not fit to the list the peer has (Errors 3, 4) */
	if (u->prefs)
		shim6_update_due(u);
	/* A request that is due goes out anew, as soon as one can be sent */
	if (!u->dirty && !source_gone(p))
		send_request(p, ev, out, &p->cur);
}

/* What became of one locator of ours. Return: true when the list changes */
static bool refresh(const struct shim6_proto *p, struct shim6_loc *l,
		    const struct shim6_locset *now)
{
	int i = shim6_locset_find(now, &l->addr);
	u8 was = l->status;

	l->status &= ~LIVE;
	if (i >= 0 && !shim6_wish_excludes(p, &l->addr))
		l->status |= now->loc[i].status & LIVE;
	return (was ^ l->status) & SHIM6_LOC_UP;
}

/* Room for a new one is made of those that are gone and not in use */
static bool make_room(struct shim6_proto *p, unsigned int limit)
{
	unsigned int i;

	for (i = 0; i < p->local.n && p->local.n >= limit; i++)
		if (disposable(p, i))
			shim6_locset_del(&p->local, i--);
	return p->local.n < limit;
}

static bool add_new(struct shim6_proto *p, const struct shim6_ev *ev)
{
	unsigned int limit = shim6_param(ev->params, SHIM6_P_LOCATOR_MAX);
	const struct shim6_locset *now = ev->local;
	bool changed = false;
	unsigned int i;

	for (i = 0; i < now->n; i++) {
		const struct shim6_loc *l = &now->loc[i];

		if (!(l->status & SHIM6_LOC_UP) ||
		    !shim6_addr_usable(&l->addr) ||
		    shim6_wish_excludes(p, &l->addr) ||
		    shim6_locset_find(&p->local, &l->addr) >= 0 ||
		    !make_room(p, limit))
			continue;
		shim6_locset_add(&p->local, &l->addr, l->method,
				 (l->status & LIVE) | SHIM6_LOC_NEW |
				 (is_ulid(p, &l->addr) ? SHIM6_LOC_ACKED : 0));
		changed = true;
	}
	return changed;
}

/* A source that the peer knows is there again */
static bool came_back(u8 was, u8 is)
{
	return !(was & SHIM6_LOC_UP) && is & SHIM6_LOC_UP;
}

/*
 * The list of a host with a key changes when its signature is there; until then
 * the peer has the old one. Without the key any more the last one stays.
 */
static bool take_own(struct shim6_proto *p, const struct shim6_ev *ev)
{
	if (!ev->signs)
		return false;
	p->signs = true;
	if (!ev->own || ev->own == p->own)
		return false;
	p->own = ev->own;
	return true;
}

/* RFC 5533 10.1: preferences alone refer to the list that the peer has */
static void prefs_due(struct shim6_update *u)
{
	if (!u->dirty && !u->outstanding)
		u->prefs = true;
	u->dirty = true;
}

void shim6_update_local(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out)
{
	bool returned = false, changed = false, gone = source_gone(p);
	bool listed = take_own(p, ev);
	unsigned int i;

	for (i = 0; i < p->local.n; i++) {
		struct shim6_loc *l = &p->local.loc[i];
		u8 was = l->status;

		changed |= refresh(p, l, ev->local);
		returned |= came_back(was, l->status);
		if (p->state != SHIM6_ESTABLISHED)
			shim6_note_unlisted(p, l);
	}
	if (add_new(p, ev))
		changed = returned = true;
	shim6_wish_mark(p);
	if (p->state != SHIM6_IDLE && (p->signs ? listed : changed))
		shim6_update_due(&p->up);
	if (shim6_locset_take_prefs(&p->local, ev->local) &&
	    p->state != SHIM6_IDLE)
		prefs_due(&p->up);
	if (!changed)
		return;
	if (p->state != SHIM6_ESTABLISHED)
		return;
	if (!gone && source_gone(p))
		shim6_reap_lost(p, ev, out);
	else if (returned)
		shim6_reap_returned(p, ev, out);
}
