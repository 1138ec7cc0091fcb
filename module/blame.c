// SPDX-License-Identifier: GPL-2.0
/*
 * Pairs that carry probes and no payload: see blame.h.
 */
#include <linux/minmax.h>
#include "blame.h"
#include "explore.h"
#include "reap.h"
#include "step.h"

/* A pair that only probes can use is left out so long: eight Send Timeouts, then
 * twice as long each time
 */
#define SHUN_TIMEOUTS		8
#define SHUN_MAX_NS		(600 * SHIM6_NS_PER_SEC)
/* So many probes, then even such a pair is better than none; the last of them
 * try the one in use, with either marking
 */
#define SHUN_PROBES		8
#define SHUN_STAY		2

/* Return: its place, or -1 */
static int shun_at(const struct shim6_reap *r, const struct shim6_pair *pair)
{
	int i;

	for (i = 0; i < SHIM6_REAP_SHUNNED; i++)
		if (r->shun[i].until && shim6_pair_eq(&r->shun[i].pair, pair))
			return i;
	return -1;
}

bool shim6_blame_shunned(const struct shim6_reap *r, const struct shim6_ev *ev,
			 const struct shim6_pair *pair)
{
	int i;

	if (!ev->provisional || r->nprobes >= SHUN_PROBES)
		return false;
	i = shun_at(r, pair);
	return i >= 0 && !shim6_since(ev->now, r->shun[i].until, 0);
}

/* The place of a pair, else a free one, else the one that ends first */
static struct shim6_shun *shun_place(struct shim6_reap *r,
				     const struct shim6_pair *pair)
{
	struct shim6_shun *best = r->shun;
	int i = shun_at(r, pair);

	if (i >= 0)
		return &r->shun[i];
	for (i = 1; i < SHIM6_REAP_SHUNNED; i++)
		if (r->shun[i].until < best->until)
			best = &r->shun[i];
	*best = (struct shim6_shun) { .pair = *pair };
	return best;
}

/* The current pair fails. If probes are all that ever came back by it, it is
 * none for payload; to go back to it at once would lead round and round.
 */
static void shun(struct shim6_proto *p, const struct shim6_ev *ev)
{
	struct shim6_reap *r = &p->reap;
	struct shim6_shun *s;

	if (!ev->provisional || !r->provisional)
		return;
	s = shun_place(r, &p->cur);
	s->span = s->span ? min_t(u64, s->span << 1, SHUN_MAX_NS) :
			    SHUN_TIMEOUTS * r->send_timeout;
	s->until = ev->now + s->span;
}

void shim6_blame_us(struct shim6_proto *p, const struct shim6_ev *ev)
{
	if (p->reap.heard)
		p->reap.provisional = false;
	shun(p, ev);
}

bool shim6_blame_hears(const struct shim6_reap *r, u64 now)
{
	u64 last = READ_ONCE(r->act.await_since);

	if (!last)
		last = READ_ONCE(r->act.last);
	return r->heard && !shim6_since(now, last, r->keepalive_timeout >> 2);
}

void shim6_blame_told(struct shim6_proto *p, const struct shim6_ev *ev,
		      bool comes_in)
{
	struct shim6_reap *r = &p->reap;

	if (!comes_in && !READ_ONCE(r->act.await_since))
		return;
	if (r->heard && shim6_since(ev->now, p->switched_at,
				    2 * r->keepalive_timeout))
		r->provisional = false;
	shun(p, ev);
}

bool shim6_blame_stays(const struct shim6_proto *p, const struct shim6_ev *ev,
		       const struct shim6_pair *pair)
{
	const struct shim6_reap *r = &p->reap;

	if (r->broken || !shim6_explore_usable(&p->local, &p->peer, &p->cur))
		return false;
	return shim6_blame_shunned(r, ev, pair) ||
	       (r->nprobes >= SHUN_PROBES - SHUN_STAY &&
		shim6_blame_shunned(r, ev, &p->cur));
}

/* RFC 5534 6.9: for one Send Timeout the probes are why the peer sends them */
static bool is_for_payload(const struct shim6_proto *p,
			   const struct shim6_ev *ev)
{
	return shim6_since(ev->now, p->switched_at, 2 * p->reap.send_timeout);
}

/* We look for another pair, as nothing came back. Or we have just found one, and
 * the probe overtook it: a Keepalive for our own probes takes longer.
 */
static bool is_vouched(const struct shim6_proto *p, const struct shim6_ev *ev)
{
	if (!ev->provisional || !p->reap.lost_valid)
		return false;
	return p->reap.state != SHIM6_REAP_OPERATIONAL ||
	       !shim6_since(ev->now, p->switched_at, SHIM6_KEEPALIVE_MIN_GAP);
}

/* What we send arrives: we stay, the peer is to find a pair. If we have left
 * already, the pair is free to come back to.
 */
static void take_vouch(struct shim6_proto *p)
{
	struct shim6_reap *r = &p->reap;
	int i = shun_at(r, &r->lost);

	if (i >= 0)
		r->shun[i] = (struct shim6_shun) {};
	if (!shim6_pair_eq(&r->lost, &p->cur))
		return;
	r->provisional = false;
	r->suspect = false;
	r->vouched = true;
	r->cursor = 0;
	r->first_valid = false;
}

void shim6_blame_keepalive(struct shim6_proto *p, const struct shim6_ev *ev)
{
	if (is_for_payload(p, ev))
		p->reap.provisional = false;
	if (is_vouched(p, ev))
		take_vouch(p);
}

bool shim6_blame_settled(const struct shim6_reap *r)
{
	return r->vouched && !r->broken && !r->wish_valid;
}

void shim6_blame_vouch(const struct shim6_reap *r, const struct shim6_ev *ev,
		       struct shim6_out *out, const struct shim6_pair *pair)
{
	if (ev->provisional && r->heard && r->state == SHIM6_REAP_INBOUND_OK)
		shim6_fx_send(out, SHIM6_MSG_KEEPALIVE, pair);
}
