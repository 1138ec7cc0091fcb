// SPDX-License-Identifier: GPL-2.0
/*
 * The protocol of a context put together: events to the state machines,
 * effects to messages, messages to contexts.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "explore.h"
#include "fsm.h"
#include "proto.h"
#include "reap.h"
#include "step.h"
#include "update.h"
#include "wish.h"

/* Records in a probe beside its own: enough to find a pair, small on wire */
#define PROBE_SENT_MAX	3
#define PROBE_RECVD_MAX	8

void shim6_proto_init(struct shim6_proto *p, const struct shim6_locset *local,
		      const struct in6_addr *ulid_local,
		      const struct in6_addr *ulid_peer, u32 fii, u64 ct_local,
		      u64 now, const struct shim6_params *params, u32 gen)
{
	unsigned int limit = shim6_param(params, SHIM6_P_LOCATOR_MAX);
	unsigned int i;

	memset(p, 0, sizeof(*p));
	p->ulid_local = *ulid_local;
	p->ulid_peer = *ulid_peer;
	p->fii = fii;
	p->ct_local = ct_local & SHIM6_TAG_MASK;
	p->state = SHIM6_IDLE;
	p->born = now;
	p->cur = shim6_ulid_pair(p);
	p->local.gen = gen;
	for (i = 0; i < local->n && p->local.n < limit; i++) {
		const struct shim6_loc *l = &local->loc[i];

		if (shim6_addr_usable(&l->addr))
			shim6_locset_add(&p->local, &l->addr, l->method,
					 l->status & (SHIM6_LOC_UP |
						      SHIM6_LOC_DEPRECATED));
	}
	shim6_locset_take_prefs(&p->local, local);
	for (i = 0; i < p->local.n; i++)
		shim6_note_unlisted(p, &p->local.loc[i]);
	p->reap.act.last = now;
}

static bool idle_for_long(const struct shim6_proto *p,
			  const struct shim6_ev *ev)
{
	u64 idle = ev->now - READ_ONCE(p->reap.act.last);

	return (s64)idle >= (s64)shim6_param_ns(ev->params, SHIM6_P_IDLE_TIMEOUT);
}

static void end_context(struct shim6_proto *p, struct shim6_out *out)
{
	p->dead = true;
	shim6_fx_put(out, SHIM6_FX_KILL);
}

static void step_timer(struct shim6_proto *p, const struct shim6_ev *ev,
		       struct shim6_out *out)
{
	shim6_fsm_timer(p, ev, out);
	if (p->state != SHIM6_ESTABLISHED)
		return;
	/* RFC 5533 9; probing alone keeps nothing alive */
	if (idle_for_long(p, ev)) {
		end_context(p, out);
		return;
	}
	shim6_update_timer(p, ev, out);
	shim6_reap_timer(p, ev, out);
}

/* RFC 5533 9: time asleep is time without use. All else goes on as if it had
 * not been: silence that nobody could have heard is no failure.
 */
static void step_resumed(struct shim6_proto *p, const struct shim6_ev *ev,
			 struct shim6_out *out)
{
	u64 *last = &p->reap.act.last;

	WRITE_ONCE(*last, READ_ONCE(*last) - ev->asleep);
	if (idle_for_long(p, ev))
		end_context(p, out);
}

static void step_msg(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out)
{
	u8 type = ev->msg->type;

	if (type >= SHIM6_MSG_I1 && type <= SHIM6_MSG_I2BIS) {
		shim6_fsm_setup(p, ev, out);
		return;
	}
	/* an Error gets no answer; it is for the counters */
	if (type == SHIM6_MSG_ERROR)
		return;
	if (!shim6_fsm_admit(p, ev, out))
		return;
	switch (type) {
	case SHIM6_MSG_UPDATE_REQ:
		shim6_update_request(p, ev, out);
		break;
	case SHIM6_MSG_UPDATE_ACK:
		shim6_update_ack(p, ev, out);
		break;
	case SHIM6_MSG_KEEPALIVE:
		shim6_reap_keepalive(p, ev, out);
		break;
	case SHIM6_MSG_PROBE:
		shim6_reap_probe(p, ev, out);
		break;
	}
}

static void step_payload_in(struct shim6_proto *p, const struct shim6_ev *ev,
			    struct shim6_out *out)
{
	if (p->state == SHIM6_ESTABLISHED)
		shim6_reap_payload_in(p, ev, out);
	else if (ev->tagged)
		shim6_fsm_nudge(p, ev, out);
}

static void step_established(struct shim6_proto *p, const struct shim6_ev *ev,
			     struct shim6_out *out)
{
	switch (ev->type) {
	case SHIM6_EV_XMIT_FAILED:
		shim6_reap_xmit_failed(p, ev, out);
		break;
	case SHIM6_EV_HINT:
		shim6_reap_hint(p, ev, out);
		break;
	case SHIM6_EV_VERDICT:
		shim6_reap_verdict(p, ev, out);
		break;
	case SHIM6_EV_SET_PATH:
		shim6_reap_set_path(p, ev, out);
		break;
	case SHIM6_EV_RESUMED:
		step_resumed(p, ev, out);
		break;
	default:
		break;
	}
}

/* In other states it is told in the handshake */
static void step_wish(struct shim6_proto *p, const struct shim6_ev *ev)
{
	shim6_wish_take(p, ev);
	shim6_reap_retune(p, ev);
	if (p->state == SHIM6_ESTABLISHED)
		shim6_update_retell(p, ev);
}

void shim6_proto_step(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out)
{
	memset(out, 0, sizeof(*out));
	if (p->dead)
		return;
	p->held &= ev->hold;
	switch (ev->type) {
	case SHIM6_EV_START:
		shim6_fsm_start(p, ev, out);
		break;
	case SHIM6_EV_MSG:
		step_msg(p, ev, out);
		break;
	case SHIM6_EV_TIMER:
		step_timer(p, ev, out);
		break;
	case SHIM6_EV_PAYLOAD_IN:
		step_payload_in(p, ev, out);
		break;
	case SHIM6_EV_PAYLOAD_OUT:
		/* Only asks for a new look at the deadline */
		break;
	case SHIM6_EV_LOCAL:
		shim6_update_local(p, ev, out);
		break;
	case SHIM6_EV_ICMP_NO_SUPPORT:
		shim6_fsm_no_support(p, ev, out);
		break;
	case SHIM6_EV_WISH:
		step_wish(p, ev);
		break;
	case SHIM6_EV_KILL:
		end_context(p, out);
		break;
	default:
		if (p->state == SHIM6_ESTABLISHED)
			step_established(p, ev, out);
		break;
	}
	if (p->dead)
		return;
	if (p->wishes && p->state == SHIM6_ESTABLISHED)
		shim6_wish_pursue(p, ev, out);
	shim6_update_push(p, ev, out);
}

static void earlier(u64 *due, u64 when)
{
	if (when && (!*due || when < *due))
		*due = when;
}

/* Deadline of an ESTABLISHED context, and what the packet path must tell */
static u64 established_deadline(struct shim6_proto *p, u64 now,
				const struct shim6_params *params)
{
	struct shim6_activity *a = &p->reap.act;
	u64 due = shim6_reap_deadline(p, now, params);
	u32 attn = 0;

	if (p->reap.state == SHIM6_REAP_EXPLORING || !p->reap.heard ||
	    p->reap.told)
		attn |= SHIM6_ATTN_IN;
	if (!due)
		attn |= SHIM6_ATTN_TIMER;
	WRITE_ONCE(a->attn, attn);
	/* A packet may have slipped in before it could see the flag */
	if (!due)
		due = shim6_reap_deadline(p, now, params);
	if (p->up.outstanding)
		earlier(&due, shim6_due(p, p->up.deadline));
	else if (p->held)
		earlier(&due, shim6_due(p, 0));
	earlier(&due, READ_ONCE(a->last) +
		      shim6_param_ns(params, SHIM6_P_IDLE_TIMEOUT));
	return due;
}

u64 shim6_proto_deadline(struct shim6_proto *p, u64 now,
			 const struct shim6_params *params)
{
	u64 due = p->hs.deadline;
	u32 attn = 0;

	if (p->dead)
		return 0;
	if (p->state == SHIM6_ESTABLISHED) {
		earlier(&due, established_deadline(p, now, params));
	} else {
		if (p->state == SHIM6_I2_SENT || p->state == SHIM6_I2BIS_SENT)
			attn = SHIM6_ATTN_IN;
		WRITE_ONCE(p->reap.act.attn, attn);
	}
	if (!due)
		return 0;
	return max(due, now);
}

static void add_ulids(const struct shim6_proto *p, const struct shim6_fx *fx,
		      struct shim6_msg *m)
{
	if (!shim6_addr_eq(&fx->pair.src, &p->ulid_local) ||
	    !shim6_addr_eq(&fx->pair.dst, &p->ulid_peer)) {
		m->ulid_sender = p->ulid_local;
		m->ulid_receiver = p->ulid_peer;
		m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_ULID_PAIR);
	}
	if (p->fii) {
		m->fii = p->fii;
		m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_FII);
	}
}

static void add_validator(const struct shim6_proto *p, struct shim6_msg *m)
{
	m->resp_nonce = p->hs.resp_nonce;
	m->validator = p->hs.validator;
	m->validator_len = p->hs.validator_len;
	m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_VALIDATOR);
}

/*
 * RFC 5534 5.3: a Send Timeout that is not the default must be told; an
 * Update tells it always, in case it was another before.
 */
static void add_timeout(const struct shim6_proto *p,
			const struct shim6_params *params,
			struct shim6_msg *m)
{
	m->keepalive = shim6_reap_announce(p, params);
	if (m->keepalive == SHIM6_REAP_DEFAULT_S &&
	    m->type != SHIM6_MSG_UPDATE_REQ)
		return;
	m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_KEEPALIVE);
}

/* Flags, priority, weight (RFC 5533 5.15.3) */
#define PREF_ELEM	3

/* A list as it goes on the wire */
struct list_room {
	struct in6_addr addr[SHIM6_MAX_LOCS];
	u8 method[SHIM6_MAX_LOCS];
	u8 prefs[SHIM6_MAX_LOCS * PREF_ELEM];
};

/* Word for word what was signed (RFC 5533 5.15.5, C-11) */
static void add_own_list(const struct shim6_own_list *own, struct shim6_msg *m)
{
	m->nlocs = own->n;
	m->locs = own->addr;
	m->methods = own->method;
	m->sig = own->sig;
	m->sig_len = own->sig_len;
	if (m->sig_len)
		m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE);
}

static void add_locals(const struct shim6_proto *p, struct shim6_msg *m,
		       struct list_room *room)
{
	/* An R2 must not take back what an Update under way tells */
	u8 skip = p->state == SHIM6_ESTABLISHED ? 0 : SHIM6_LOC_NEW;
	unsigned int i;

	for (i = 0; i < p->local.n; i++) {
		const struct shim6_loc *l = &p->local.loc[i];

		if (!(l->status & SHIM6_LOC_UP) || l->status & skip)
			continue;
		room->addr[m->nlocs] = l->addr;
		room->method[m->nlocs++] = l->method;
	}
	m->locs = room->addr;
	m->methods = room->method;
}

/* RFC 5533 5.15.3: one for each locator of the list; none: no preference */
static void add_prefs(const struct shim6_proto *p, struct shim6_msg *m,
		      struct list_room *room)
{
	bool any = p->up.prefs && m->type == SHIM6_MSG_UPDATE_REQ;
	unsigned int i;

	for (i = 0; i < m->nlocs; i++) {
		int at = shim6_locset_find(&p->local, &m->locs[i]);
		u8 *e = &room->prefs[i * PREF_ELEM];

		memset(e, 0, PREF_ELEM);
		if (at < 0)
			continue;
		e[0] = p->local.loc[at].flags;
		e[1] = p->local.loc[at].prio;
		e[2] = p->local.loc[at].weight;
		any |= e[0] || e[1] || e[2];
	}
	if (!any)
		return;
	m->pref_gen = m->list_gen;
	m->pref_elem = PREF_ELEM;
	m->npref = m->nlocs;
	m->prefs = room->prefs;
	m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS);
}

static void add_list(const struct shim6_proto *p,
		     const struct shim6_params *params, struct shim6_msg *m,
		     struct list_room *room)
{
	if (!shim6_lists(p, params))
		return;
	if (p->own)
		add_own_list(p->own, m);
	else
		add_locals(p, m, room);
	if (!m->nlocs)
		return;
	m->list_gen = p->own ? p->own->gen : p->local.gen;
	m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
	add_prefs(p, m, room);
	if (!p->local_pds_len)
		return;
	m->pds = p->local_pds;
	m->pds_len = p->local_pds_len;
	m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_PDS);
}

/* Not more than the smallest MTU lets through (RFC 5533 5.1) */
static bool fits(const struct shim6_msg *m)
{
	size_t size = shim6_wire_size(m);

	return size && size <= SHIM6_CTRL_ROOM;
}

static bool has_list(const struct shim6_msg *m)
{
	return m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
}

/*
 * Without the source in a list, a message from elsewhere than the ULID proves
 * nothing (B-3). What was signed is one list and cannot be a shorter one. It is
 * another list than the whole one, hence its generation is another.
 */
static void list_source_alone(const struct shim6_proto *p,
			      const struct in6_addr *src,
			      struct shim6_msg *m, struct list_room *list)
{
	int at = shim6_locset_find(&p->local, src);

	if (p->own || at < 0 || shim6_addr_eq(src, &p->ulid_local))
		return;
	list->addr[0] = *src;
	list->method[0] = p->local.loc[at].method;
	m->nlocs = 1;
	m->list_gen--;
	m->opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
}

/*
 * A handshake goes without the list when that does not fit, but with the
 * parameters, so that the Update Request that follows with the list may go
 * without them: 32 locators, a key and a signature of 4096 bits fit that way.
 */
static void shorten_setup(const struct shim6_proto *p,
			  const struct in6_addr *src, struct shim6_msg *m,
			  struct list_room *list)
{
	m->opts &= ~(SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST) |
		     SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS) |
		     SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE));
	list_source_alone(p, src, m, list);
	if (!fits(m))
		m->opts &= ~SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
}

/* RFC 5534 6.1: its own record, what was not reported back, what came in */
static int encode_probe(const struct shim6_proto *p, const struct shim6_fx *fx,
			struct shim6_msg *m, u8 *buf, size_t room)
{
	struct shim6_probe_rec sent[1 + PROBE_SENT_MAX];
	const struct shim6_reap *r = &p->reap;
	unsigned int i, n = 0;

	sent[n++] = fx->rec;
	for (i = 0; i < r->nsent && n < ARRAY_SIZE(sent); i++)
		if (!(r->reported & (1u << i)) &&
		    r->sent[i].nonce != fx->rec.nonce)
			sent[n++] = r->sent[i];
	m->tag = p->ct_peer;
	m->sta = fx->sta;
	m->psent = n;
	m->sent = sent;
	m->precvd = min_t(unsigned int, r->nfresh, PROBE_RECVD_MAX);
	m->recvd = r->recvd;
	return shim6_wire_encode(m, buf, room);
}

/* Return: with our list as it is */
static bool form_setup(const struct shim6_proto *p, const struct shim6_fx *fx,
		       const struct shim6_params *params, struct shim6_msg *m,
		       struct list_room *list)
{
	m->tag = p->ct_local;
	m->init_nonce = p->hs.init_nonce;
	if (m->type == SHIM6_MSG_R2)
		m->init_nonce = fx->init_nonce;
	else
		add_ulids(p, fx, m);
	if (m->type == SHIM6_MSG_I1)
		return false;
	if (m->type != SHIM6_MSG_R2)
		add_validator(p, m);
	if (m->type == SHIM6_MSG_I2BIS)
		m->packet_tag = p->hs.packet_tag;
	add_list(p, params, m, list);
	add_timeout(p, params, m);
	if (fits(m))
		return has_list(m);
	if (has_list(m))
		shorten_setup(p, &fx->pair.src, m, list);
	return false;
}

static int encode_setup(const struct shim6_proto *p, const struct shim6_fx *fx,
			const struct shim6_params *params,
			struct shim6_msg *m, u8 *buf, size_t room)
{
	struct list_room list;

	form_setup(p, fx, params, m, &list);
	return shim6_wire_encode(m, buf, room);
}

bool shim6_proto_lists(const struct shim6_proto *p,
		       const struct shim6_params *params, u8 msg,
		       const struct shim6_pair *pair)
{
	struct shim6_fx fx = { .msg = msg, .pair = *pair };
	struct shim6_msg m = { .type = msg };
	struct list_room list;

	return form_setup(p, &fx, params, &m, &list);
}

static int encode_update(const struct shim6_proto *p,
			 const struct shim6_params *params,
			 struct shim6_msg *m, u8 *buf, size_t room)
{
	struct list_room list;

	m->tag = p->ct_peer;
	m->req_nonce = p->up.nonce;
	add_list(p, params, m, &list);
	if (p->up.prefs)
		m->opts &= ~(SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST) |
			     SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE) |
			     SHIM6_OPT_BIT(SHIM6_OPT_PDS));
	add_timeout(p, params, m);
	if (!fits(m))
		m->opts &= ~SHIM6_OPT_BIT(SHIM6_OPT_PDS);
	return shim6_wire_encode(m, buf, room);
}

int shim6_proto_encode(const struct shim6_proto *p, const struct shim6_fx *fx,
		       const struct shim6_params *params, u8 *buf,
		       size_t room)
{
	struct shim6_msg m = { .type = fx->msg };

	switch (fx->msg) {
	case SHIM6_MSG_I1:
	case SHIM6_MSG_I2:
	case SHIM6_MSG_R2:
	case SHIM6_MSG_I2BIS:
		return encode_setup(p, fx, params, &m, buf, room);
	case SHIM6_MSG_UPDATE_REQ:
		return encode_update(p, params, &m, buf, room);
	case SHIM6_MSG_UPDATE_ACK:
		m.req_nonce = fx->req_nonce;
		break;
	case SHIM6_MSG_KEEPALIVE:
		break;
	case SHIM6_MSG_PROBE:
		return encode_probe(p, fx, &m, buf, room);
	default:
		return -EINVAL;
	}
	m.tag = p->ct_peer;
	return shim6_wire_encode(&m, buf, room);
}
