// SPDX-License-Identifier: GPL-2.0
/*
 * Order of candidate pairs. Each pair has a rank, a number that no other pair
 * has; the walk asks for the smallest rank above the last one. Nothing is
 * sorted or stored, and 32 x 32 pairs cost a thousand comparisons a probe.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include "explore.h"

/* Fields of a rank, the most significant first */
#define RANK_BROKEN	(1ULL << 61)	/* B-34: last, but kept */
#define RANK_UNKNOWN	(1ULL << 60)	/* the peer does not know the source */
#define RANK_PINNED	(1ULL << 59)	/* even the suspected pair comes before */
#define RANK_CURRENT	(1ULL << 58)	/* suspected, but kept */
#define RANK_LATER	56
#define RANK_SINK	54		/* DEPRECATED source, TRANSIENT destination */
#define RANK_CLASS	52		/* how much it shares with the current pair */
#define RANK_PRIO	44
#define RANK_WEIGHT	28
#define RANK_SOURCE	22
#define RANK_STEP	12
#define RANK_LOCAL	6
#define RANK_VALID	1

static bool known_source(const struct shim6_loc *l)
{
	return (l->status & (SHIM6_LOC_UP | SHIM6_LOC_ACKED)) ==
	       (SHIM6_LOC_UP | SHIM6_LOC_ACKED);
}

static bool usable_target(const struct shim6_loc *l)
{
	return (l->status & (SHIM6_LOC_VERIFIED | SHIM6_LOC_EXCLUDED)) ==
	       SHIM6_LOC_VERIFIED;
}

bool shim6_explore_usable(const struct shim6_locset *local,
			  const struct shim6_locset *peer,
			  const struct shim6_pair *pair)
{
	int i = shim6_locset_find(local, &pair->src);
	int j = shim6_locset_find(peer, &pair->dst);

	if (i < 0 || j < 0)
		return false;
	return known_source(&local->loc[i]) && usable_target(&peer->loc[j]);
}

u8 shim6_explore_later(const struct shim6_locset *local,
		       const struct in6_addr *src)
{
	int i = shim6_locset_find(local, src);

	return i < 0 ? 0 : local->loc[i].later;
}

static unsigned int count_status(const struct shim6_locset *s, u8 status)
{
	unsigned int i, n = 0;

	for (i = 0; i < s->n; i++)
		n += !!(s->loc[i].status & status);
	return n;
}

unsigned int shim6_explore_count(const struct shim6_locset *local,
				 const struct shim6_locset *peer)
{
	return count_status(local, SHIM6_LOC_UP) *
	       count_status(peer, SHIM6_LOC_VERIFIED);
}

/*
 * RFC 2782: among equals of priority the chance to come first is proportional
 * to the weight. An exponential variable divided by the weight has just that
 * property; its logarithm is taken in sixteenths of a bit.
 */
static u16 weight_key(u8 weight, u32 seed, unsigned int j)
{
	u32 r = (seed ^ (j * 0x9e3779b9u)) * 0x85ebca6bu;
	unsigned int top;
	u32 e;

	if (!weight)
		return 0xffff;
	r ^= r >> 15;
	r = (r * 0xc2b2ae35u) | 0x10;
	top = fls(r) - 1;
	e = (31 - top) * 16 + 15 - ((r >> (top - 4)) & 0xf);
	return min_t(u32, (e << 7) / weight, 0xfffe);
}

/*
 * Place inside a class. Indices count from the current pair. Pairs that share
 * nothing with it go by diagonals, so that two probes in a row share nothing
 * either; pairs that share one address change one end, then the other.
 */
static u64 step_key(unsigned int i, unsigned int j)
{
	if (i && j)
		return ((j - i) & 31) << 5 | i;
	return (i | j) << 1 | (j ? 0 : 1);
}

/* How many sources an application prefers to this one (RFC 6316 6.4) */
static u64 source_key(const struct shim6_locset *local, unsigned int i)
{
	const struct shim6_loc *l = &local->loc[i], *o;
	unsigned int n = 0;

	if (!(l->status & SHIM6_LOC_OWN))
		return 0;
	for (o = local->loc; o < local->loc + local->n; o++)
		n += o->own_prio < l->own_prio ||
		     (o->own_prio == l->own_prio &&
		      o->own_weight > l->own_weight);
	return n;
}

static unsigned int from_current(unsigned int i, int cur, unsigned int n)
{
	return cur < 0 ? i + 1 : (i + n - cur) % n;
}

/* What is decided about our links (RFC 5534 4.3 leaves the order to us) */
static u64 later_key(const struct shim6_loc *l)
{
	u64 r = (u64)(l->later & (SHIM6_LATER_LINK | SHIM6_LATER_RULE)) <<
		RANK_LATER;

	return l->later & SHIM6_LATER_PINNED ? r | RANK_PINNED : r;
}

static u64 class_key(const struct shim6_order *o, bool src, bool dst)
{
	if (src && dst)
		return o->suspect ? RANK_CURRENT : 0;
	return (u64)(1 + (src || dst)) << RANK_CLASS;
}

static u64 rank(const struct shim6_order *o, unsigned int i, unsigned int j,
		int ci, int cj)
{
	const struct shim6_loc *l = &o->local->loc[i];
	const struct shim6_loc *d = &o->peer->loc[j];
	u64 r;

	if (!(l->status & SHIM6_LOC_UP) || !usable_target(d))
		return 0;
	if (!known_source(l) && !o->unknown)
		return 0;
	r = (u64)j << 1 | RANK_VALID | (u64)i << RANK_LOCAL;
	r |= step_key(from_current(i, ci, o->local->n),
		      from_current(j, cj, o->peer->n)) << RANK_STEP;
	r |= source_key(o->local, i) << RANK_SOURCE;
	r |= (u64)weight_key(shim6_loc_weight(d), o->seed, j) << RANK_WEIGHT;
	r |= (u64)shim6_loc_prio(d) << RANK_PRIO;
	r |= class_key(o, (int)i == ci, (int)j == cj);
	if (o->suspect || (int)i != ci || (int)j != cj)
		r |= later_key(l);
	r += (u64)(!!(l->status & SHIM6_LOC_DEPRECATED) +
		   !!(d->flags & SHIM6_LOC_TRANSIENT)) << RANK_SINK;
	if (!known_source(l))
		r |= RANK_UNKNOWN;
	if (d->flags & SHIM6_LOC_BROKEN)
		r |= RANK_BROKEN;
	return r;
}

bool shim6_explore_next(const struct shim6_order *o, u64 *cursor,
			struct shim6_pair *pair)
{
	int ci = shim6_locset_find(o->local, &o->cur->src);
	int cj = shim6_locset_find(o->peer, &o->cur->dst);
	u64 first = 0, next = 0, best;
	unsigned int i, j;

	for (i = 0; i < o->local->n; i++) {
		for (j = 0; j < o->peer->n; j++) {
			u64 r = rank(o, i, j, ci, cj);

			if (r && (!first || r < first))
				first = r;
			if (r > *cursor && (!next || r < next))
				next = r;
		}
	}
	best = next ? next : first;
	if (!best)
		return false;
	*cursor = best;
	pair->src = o->local->loc[(best >> RANK_LOCAL) & 31].addr;
	pair->dst = o->peer->loc[(best >> 1) & 31].addr;
	return true;
}

u64 shim6_explore_wait(const struct shim6_pace *pace, u32 nprobes, u64 last)
{
	u64 initial = pace->initial;
	u64 ceiling = pace->ceiling;

	if (nprobes <= pace->count)
		return initial;
	return min(last << 1, max(initial, ceiling));
}
