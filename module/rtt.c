// SPDX-License-Identifier: GPL-2.0
/*
 * Round-trip times of pairs of locators: see rtt.h.
 */
#include <linux/minmax.h>
#include "rtt.h"

/* Nobody wants to know a pair that was not measured again when it was due */
#define UNUSED_NS	(2 * SHIM6_RTT_FRESH_NS)

static u64 used_at(const struct shim6_rtt *r)
{
	return max(r->at, r->asked);
}

static unsigned int set_of(u32 hash)
{
	return hash % SHIM6_RTT_SETS;
}

/* Return: its way, negative: it has no place */
static int find(const struct shim6_rtts *t, const struct shim6_pair *pair,
		u32 hash)
{
	const struct shim6_rtt *set = t->place[set_of(hash)];
	int i;

	for (i = 0; i < SHIM6_RTT_WAYS; i++)
		if (used_at(&set[i]) && shim6_pair_eq(&set[i].pair, pair))
			return i;
	return -1;
}

/* Return: the way of its place or of one it may have, negative: there is none */
static int place_for(const struct shim6_rtts *t, const struct shim6_pair *pair,
		     u32 hash, u64 now)
{
	const struct shim6_rtt *set = t->place[set_of(hash)];
	int i, best = find(t, pair, hash);

	if (best >= 0)
		return best;
	best = 0;
	for (i = 1; i < SHIM6_RTT_WAYS; i++)
		if (used_at(&set[i]) < used_at(&set[best]))
			best = i;
	if (used_at(&set[best]) && now < used_at(&set[best]) + UNUSED_NS)
		return -1;
	return best;
}

static struct shim6_rtt *take(struct shim6_rtts *t,
			      const struct shim6_pair *pair, u32 hash, u64 now)
{
	int way = place_for(t, pair, hash, now);
	struct shim6_rtt *r;

	if (way < 0)
		return NULL;
	r = &t->place[set_of(hash)][way];
	if (!shim6_pair_eq(&r->pair, pair))
		*r = (struct shim6_rtt) { .pair = *pair };
	return r;
}

u64 shim6_rtt_known(const struct shim6_rtts *t, const struct shim6_pair *pair,
		    u32 hash, u64 now)
{
	int way = find(t, pair, hash);
	const struct shim6_rtt *r;

	if (way < 0)
		return 0;
	r = &t->place[set_of(hash)][way];
	return r->at && now <= r->at + SHIM6_RTT_LIFE_NS ? r->rtt : 0;
}

void shim6_rtt_learn(struct shim6_rtts *t, const struct shim6_pair *pair,
		     u32 hash, u64 rtt, u64 at)
{
	struct shim6_rtt *r = take(t, pair, hash, at);

	if (!r || at <= r->at)
		return;
	r->rtt = rtt;
	r->at = at;
}

bool shim6_rtt_due(const struct shim6_rtts *t, const struct shim6_pair *pair,
		   u32 hash, u64 age, u64 now)
{
	const struct shim6_rtt *r;
	int way = find(t, pair, hash);

	if (way < 0)
		return place_for(t, pair, hash, now) >= 0;
	r = &t->place[set_of(hash)][way];
	if (r->at && now <= r->at + age)
		return false;
	/* Who asked before it was measured has had its answer */
	return r->asked <= r->at || now > r->asked + SHIM6_RTT_TURN_NS;
}

void shim6_rtt_ask(struct shim6_rtts *t, const struct shim6_pair *pair,
		   u32 hash, u64 now)
{
	struct shim6_rtt *r = take(t, pair, hash, now);

	if (r)
		r->asked = now;
}
