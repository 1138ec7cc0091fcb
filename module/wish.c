// SPDX-License-Identifier: GPL-2.0
/*
 * Wishes of applications: see wish.h.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include "explore.h"
#include "reap.h"
#include "step.h"
#include "wish.h"

#define USABLE_SOURCE	(SHIM6_LOC_UP | SHIM6_LOC_ACKED)

static bool is_set(const struct in6_addr *addr)
{
	static const struct in6_addr none;

	return !shim6_addr_eq(addr, &none);
}

bool shim6_wish_is_default(const struct shim6_wish *w)
{
	static const struct shim6_tuning none;

	switch (w->type) {
	case SHIM6_WISH_SOURCE:
	case SHIM6_WISH_DESTINATION:
		return !is_set(&w->loc[0].addr);
	case SHIM6_WISH_TIMEOUT:
	case SHIM6_WISH_EXPLORE:
		return !memcmp(&w->tune, &none, sizeof(none));
	default:
		return false;
	}
}

/* RFC 6316 3: valid is what was proven, by HBA or CGA */
static bool is_valid(const struct shim6_loc *l)
{
	return l->status & SHIM6_LOC_VERIFIED;
}

/* Has the peer shown that it receives there (RFC 5533 7.2) */
static bool is_reached(const struct shim6_proto *p, const struct shim6_loc *l)
{
	return l->status & SHIM6_LOC_PROBED ||
	       shim6_addr_eq(&l->addr, &p->ulid_peer) ||
	       shim6_addr_eq(&l->addr, &p->cur.dst);
}

/* A probe to it was not reported, but one sent later was */
static bool is_unheard(const struct shim6_reap *r, const struct in6_addr *dst)
{
	bool later = false;
	unsigned int i;

	for (i = 0; i < r->nsent; i++) {
		bool reported = r->reported & (1u << i);

		if (shim6_addr_eq(&r->sent[i].dst, dst))
			return !reported && later;
		later |= reported;
	}
	return false;
}

/* A list may bring back what an earlier one left out */
static enum shim6_wish_flaw check_peer(const struct shim6_proto *p,
				       const struct in6_addr *addr,
				       enum shim6_wish_type type)
{
	int i = shim6_locset_find(&p->peer, addr);
	const struct shim6_loc *l = &p->peer.loc[max(i, 0)];

	if (i < 0 || !is_valid(l))
		return SHIM6_WISH_UNKNOWN;
	if (type != SHIM6_WISH_PEER_LIST && l->status & SHIM6_LOC_EXCLUDED)
		return SHIM6_WISH_UNKNOWN;
	if (l->flags & SHIM6_LOC_BROKEN)
		return SHIM6_WISH_UNREACHABLE;
	if (type != SHIM6_WISH_DESTINATION || is_reached(p, l))
		return SHIM6_WISH_GOOD;
	return is_unheard(&p->reap, addr) ? SHIM6_WISH_UNREACHABLE :
					    SHIM6_WISH_UNVERIFIED;
}

static enum shim6_wish_flaw check_local(const struct shim6_proto *p,
					const struct in6_addr *addr)
{
	int i = shim6_locset_find(&p->local, addr);

	if (i < 0 || !(p->local.loc[i].status & SHIM6_LOC_UP))
		return SHIM6_WISH_UNKNOWN;
	return SHIM6_WISH_GOOD;
}

enum shim6_wish_flaw shim6_wish_check(const struct shim6_proto *p,
				      const struct shim6_wish *w)
{
	enum shim6_wish_flaw flaw = SHIM6_WISH_GOOD;
	unsigned int i;

	for (i = 0; i < w->n && flaw == SHIM6_WISH_GOOD; i++) {
		const struct in6_addr *addr = &w->loc[i].addr;

		switch (w->type) {
		case SHIM6_WISH_SOURCE:
		case SHIM6_WISH_LOCAL_PREF:
			flaw = is_set(addr) ? check_local(p, addr) : flaw;
			break;
		case SHIM6_WISH_DESTINATION:
		case SHIM6_WISH_PEER_PREF:
		case SHIM6_WISH_PEER_LIST:
			flaw = is_set(addr) ? check_peer(p, addr, w->type) :
					      flaw;
			break;
		default:
			break;
		}
	}
	return flaw;
}

/* Return: entry of an address, a free one, or the last when there is none */
static struct shim6_wish_loc *pref_of(struct shim6_wish_side *side,
				      const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < side->npref; i++)
		if (shim6_addr_eq(&side->pref[i].addr, addr))
			return &side->pref[i];
	if (side->npref < SHIM6_MAX_LOCS)
		side->npref++;
	return &side->pref[side->npref - 1];
}

/* What it names twice is as it says last */
static void replace_list(struct shim6_wish_side *side, const struct shim6_wish *w)
{
	unsigned int i;

	side->listed = true;
	side->nlist = w->n;
	side->npref = 0;
	for (i = 0; i < w->n; i++) {
		side->list[i] = w->loc[i].addr;
		*pref_of(side, &w->loc[i].addr) = w->loc[i];
	}
}

void shim6_wish_take(struct shim6_proto *p, const struct shim6_ev *ev)
{
	const struct shim6_wish *w = ev->wish;
	struct shim6_wishes *all;

	if (!p->wishes) {
		memset(ev->room, 0, sizeof(*ev->room));
		p->wishes = ev->room;
	}
	all = p->wishes;
	all->tried_valid = false;
	switch (w->type) {
	case SHIM6_WISH_SOURCE:
		all->local.use = w->loc[0].addr;
		break;
	case SHIM6_WISH_DESTINATION:
		all->peer.use = w->loc[0].addr;
		break;
	case SHIM6_WISH_LOCAL_PREF:
		*pref_of(&all->local, &w->loc[0].addr) = w->loc[0];
		break;
	case SHIM6_WISH_PEER_PREF:
		*pref_of(&all->peer, &w->loc[0].addr) = w->loc[0];
		break;
	case SHIM6_WISH_LOCAL_LIST:
		replace_list(&all->local, w);
		break;
	case SHIM6_WISH_PEER_LIST:
		replace_list(&all->peer, w);
		break;
	case SHIM6_WISH_TIMEOUT:
		all->tune.send_timeout = w->tune.send_timeout;
		break;
	case SHIM6_WISH_EXPLORE:
		all->tune = w->tune;
		break;
	}
	shim6_wish_mark(p);
}

static bool excluded(const struct shim6_wish_side *side,
		     const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < side->nlist; i++)
		if (shim6_addr_eq(&side->list[i], addr))
			return false;
	return side->listed;
}

bool shim6_wish_excludes(const struct shim6_proto *p,
			 const struct in6_addr *addr)
{
	return p->wishes && excluded(&p->wishes->local, addr);
}

/*
 * Once an application prefers anything on a side, what nobody prefers counts as
 * 0 and 0 there, and the peer's preferences count no more (RFC 6316 11.1).
 */
static void mark_loc(struct shim6_loc *l, const struct shim6_wish_side *side)
{
	unsigned int i;

	l->status &= ~(SHIM6_LOC_OWN | SHIM6_LOC_EXCLUDED);
	if (excluded(side, &l->addr))
		l->status |= SHIM6_LOC_EXCLUDED;
	if (!side->npref)
		return;
	l->status |= SHIM6_LOC_OWN;
	l->own_prio = 0;
	l->own_weight = 0;
	for (i = 0; i < side->npref; i++) {
		if (!shim6_addr_eq(&side->pref[i].addr, &l->addr))
			continue;
		l->own_prio = side->pref[i].prio;
		l->own_weight = side->pref[i].weight;
	}
}

void shim6_wish_mark(struct shim6_proto *p)
{
	unsigned int i;

	if (!p->wishes)
		return;
	for (i = 0; i < p->local.n; i++)
		mark_loc(&p->local.loc[i], &p->wishes->local);
	for (i = 0; i < p->peer.n; i++)
		mark_loc(&p->peer.loc[i], &p->wishes->peer);
}

/* Is @a to be used before @b */
static bool before(const struct shim6_loc *a, const struct shim6_loc *b,
		   const struct in6_addr *cur)
{
	u8 pa = shim6_loc_prio(a), pb = shim6_loc_prio(b);
	u8 wa = shim6_loc_weight(a), wb = shim6_loc_weight(b);

	if (pa != pb)
		return pa < pb;
	if (wa != wb)
		return wa > wb;
	return shim6_addr_eq(&a->addr, cur);
}

int shim6_wish_best(const struct shim6_locset *s, u8 need,
		    const struct in6_addr *cur)
{
	int best = -1;
	unsigned int i;

	for (i = 0; i < s->n; i++) {
		const struct shim6_loc *l = &s->loc[i];

		if ((l->status & need) != need ||
		    l->status & SHIM6_LOC_EXCLUDED ||
		    l->flags & SHIM6_LOC_BROKEN)
			continue;
		if (best < 0 || before(l, &s->loc[best], cur))
			best = i;
	}
	return best;
}

/* Return: false when nothing is wished of this side */
static bool wished(const struct shim6_wish_side *side,
		   const struct shim6_locset *s, u8 need, struct in6_addr *addr)
{
	int best;

	if (is_set(&side->use)) {
		*addr = side->use;
		return true;
	}
	best = side->npref ? shim6_wish_best(s, need, addr) : -1;
	if (best < 0)
		return false;
	*addr = s->loc[best].addr;
	return true;
}

void shim6_wish_pursue(struct shim6_proto *p, const struct shim6_ev *ev,
		       struct shim6_out *out)
{
	struct shim6_wishes *w = p->wishes;
	struct shim6_pair pair = p->cur;
	struct shim6_ev wish;
	bool any;

	any = wished(&w->local, &p->local, USABLE_SOURCE, &pair.src);
	any |= wished(&w->peer, &p->peer, SHIM6_LOC_VERIFIED, &pair.dst);
	if (!any || !shim6_explore_usable(&p->local, &p->peer, &pair)) {
		w->tried_valid = false;
		return;
	}
	if (p->reap.state != SHIM6_REAP_OPERATIONAL ||
	    (w->tried_valid && shim6_pair_eq(&w->tried, &pair)))
		return;
	w->tried = pair;
	w->tried_valid = true;
	if (shim6_pair_eq(&pair, &p->cur))
		return;
	wish = *ev;
	wish.pair = pair;
	shim6_reap_set_path(p, &wish, out);
}

u64 shim6_wish_param(const struct shim6_proto *p,
		     const struct shim6_params *params, enum shim6_param i)
{
	const struct shim6_tuning *t = p->wishes ? &p->wishes->tune : NULL;
	u32 own = 0;

	if (t && i == SHIM6_P_SEND_TIMEOUT)
		own = t->send_timeout;
	else if (t && i == SHIM6_P_KEEPALIVE_INTERVAL)
		own = t->keepalive_interval;
	else if (t && i == SHIM6_P_PROBE_INITIAL_TIMEOUT)
		own = t->probe_timeout;
	else if (t && i == SHIM6_P_PROBE_INITIAL_COUNT)
		own = t->probe_count;
	return own ?: shim6_param(params, i);
}
