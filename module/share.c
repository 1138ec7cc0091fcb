// SPDX-License-Identifier: GPL-2.0
/*
 * Load sharing: see share.h.
 */
#include <linux/math64.h>
#include <linux/string.h>
#include "share.h"

static bool has(u16 links, unsigned int i)
{
	return links & (1u << i);
}

/*
 * Buckets of each link: its part of all by weight, rounded so that the sum is
 * right; the largest remainders get one more (Hamilton).
 */
static void targets(u16 links, const u8 *weight, u16 *want)
{
	u32 rest[SHIM6_QOS_LINKS] = {}, total = 0, given = 0;
	bool alike;
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		total += has(links, i) ? weight[i] : 0;
	alike = !total;
	for (i = 0; i < SHIM6_QOS_LINKS && alike; i++)
		total += has(links, i);
	for (i = 0; i < SHIM6_QOS_LINKS; i++) {
		u32 part = SHIM6_SHARE_BUCKETS * (alike ? 1 : weight[i]);

		want[i] = has(links, i) ? part / total : 0;
		rest[i] = has(links, i) ? part % total : 0;
		given += want[i];
	}
	while (total && given < SHIM6_SHARE_BUCKETS) {
		unsigned int best = 0;

		for (i = 1; i < SHIM6_QOS_LINKS; i++)
			if (rest[i] > rest[best])
				best = i;
		rest[best] = 0;
		want[best]++;
		given++;
	}
}

/* Who lacks most gets the next one, so that links alternate in a new table */
static u8 neediest(const u16 *want, const u16 *have)
{
	unsigned int i, best = 0;

	for (i = 1; i < SHIM6_QOS_LINKS; i++)
		if ((int)want[i] - have[i] > (int)want[best] - have[best])
			best = i;
	return best;
}

unsigned int shim6_share_tier(struct shim6_tier *t, u16 links, const u8 *weight)
{
	u16 want[SHIM6_QOS_LINKS], have[SHIM6_QOS_LINKS] = {};
	bool free[SHIM6_SHARE_BUCKETS] = {};
	unsigned int b, moved = 0;

	t->links = links;
	if (!links) {
		memset(t->bucket, 0, sizeof(t->bucket));
		return 0;
	}
	targets(links, weight, want);
	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++) {
		u8 id = t->bucket[b];

		free[b] = !id || have[id - 1] >= want[id - 1];
		if (!free[b])
			have[id - 1]++;
	}
	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++) {
		if (!free[b])
			continue;
		t->bucket[b] = neediest(want, have) + 1;
		have[t->bucket[b] - 1]++;
		moved++;
	}
	return moved;
}

/* Is a link for when nothing else works */
static bool is_last(const struct shim6_qos_link *l, u32 mode)
{
	return l->flags & SHIM6_QOS_LINK_METERED &&
	       mode != SHIM6_QOS_SHARE_WEIGHT;
}

/*
 * What is preferred, as a number, lower first. A link of weight 0 is for when
 * no other of its priority is there (RFC 2782), one that is metered for when
 * nothing else is there at all; unless weights alone are to count.
 */
static u32 rank(const struct shim6_qos_link *l, u32 mode)
{
	u32 r = (u32)l->prio * 2 + (l->weight ? 0 : 1);

	return is_last(l, mode) ? r | 1u << 16 : r;
}

/* Links of the lowest rank that is not below @from; @rank: result */
static u16 next_tier(const struct shim6_qos *q, u32 from, u32 *rank_is)
{
	u16 links = 0;
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_LINKS; i++) {
		const struct shim6_qos_link *l = &q->links[i];
		u32 r = rank(l, q->share.mode);

		if (!l->id || l->flags & SHIM6_QOS_LINK_DRAIN || r < from)
			continue;
		if (!links || r < *rank_is) {
			*rank_is = r;
			links = 0;
		}
		if (r == *rank_is)
			links |= 1u << i;
	}
	return links;
}

/* The tier that has most in common with the new links, so that few move */
static int alike(const struct shim6_share *s, u16 taken, u16 links)
{
	int i, best = -1;

	for (i = 0; i < s->n; i++)
		if (!(taken & (1u << i)) && s->tier[i].links & links &&
		    (best < 0 || (s->tier[i].links ^ links) <
				 (s->tier[best].links ^ links)))
			best = i;
	return best;
}

/* All tiers have the same form: put the one wanted in place @n */
static void swap_in(struct shim6_share *s, unsigned int n, int from)
{
	unsigned int b;
	u16 links;

	if (from < 0 || from == n)
		return;
	links = s->tier[n].links;
	s->tier[n].links = s->tier[from].links;
	s->tier[from].links = links;
	for (b = 0; b < SHIM6_SHARE_BUCKETS; b++) {
		u8 id = s->tier[n].bucket[b];

		s->tier[n].bucket[b] = s->tier[from].bucket[b];
		s->tier[from].bucket[b] = id;
	}
}

void shim6_share_update(struct shim6_share *s, const struct shim6_qos *q)
{
	u8 weight[SHIM6_QOS_LINKS];
	unsigned int i, n = 0;
	u32 from = 0, is = 0;
	u16 links;

	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		weight[i] = q->links[i].weight;
	while (n < SHIM6_QOS_LINKS && (links = next_tier(q, from, &is))) {
		swap_in(s, n, alike(s, (1u << n) - 1, links));
		shim6_share_tier(&s->tier[n], links, weight);
		from = is + 1;
		n++;
	}
	for (i = n; i < s->n; i++)
		shim6_share_tier(&s->tier[i], 0, weight);
	s->n = n;
}

/*
 * When the link of its bucket cannot be used, a context walks over the others
 * in steps of its own: all contexts of a bucket are spread by weight again.
 */
static u8 walk(const struct shim6_tier *t, u16 usable, u64 hash)
{
	unsigned int at = hash % SHIM6_SHARE_BUCKETS;
	unsigned int step = (hash >> 8) | 1;
	unsigned int i;

	for (i = 0; i < SHIM6_SHARE_BUCKETS; i++) {
		u8 id = t->bucket[at % SHIM6_SHARE_BUCKETS];

		if (usable & shim6_share_bit(id))
			return id;
		at += step;
	}
	return 0;
}

u8 shim6_share_pick(const struct shim6_share *s, u16 usable, u64 hash)
{
	unsigned int i;
	u8 id = 0;

	for (i = 0; i < s->n && !id; i++)
		if (s->tier[i].links & usable)
			id = walk(&s->tier[i], usable, hash);
	return id;
}

static bool worth_it(const struct shim6_quick *k, u64 cur, u64 best)
{
	u64 won = cur > best ? cur - best : 0;

	return won > k->hyst_us * 1000ULL &&
	       won > div_u64(cur, 1000) * k->hyst_permille;
}

u8 shim6_share_quickest(const struct shim6_quick *k, u16 usable, u8 cur)
{
	unsigned int i;
	u8 best = 0;

	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		if (has(usable, i) && k->rtt[i] &&
		    (!best || k->rtt[i] < k->rtt[best - 1]))
			best = i + 1;
	if (!best || !(usable & shim6_share_bit(cur)) || !k->rtt[cur - 1])
		return best;
	return worth_it(k, k->rtt[cur - 1], k->rtt[best - 1]) ? best : cur;
}

u16 shim6_share_links(u8 path, u16 links, u16 usable)
{
	u16 left = usable;

	switch (path) {
	case SHIM6_QOS_PATH_PIN:
	case SHIM6_QOS_PATH_PREFER:
	case SHIM6_QOS_PATH_FORK:
	case SHIM6_QOS_PATH_LOWRTT:
		left &= links;
		break;
	case SHIM6_QOS_PATH_AVOID:
		left &= ~links;
		break;
	}
	return left ?: usable;
}

u16 shim6_share_open(const struct shim6_qos *q, u16 links)
{
	u16 cheap = 0, open = 0;
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_LINKS; i++) {
		const struct shim6_qos_link *l = &q->links[i];

		if (!has(links, i) || l->flags & SHIM6_QOS_LINK_DRAIN)
			continue;
		open |= 1u << i;
		if (!is_last(l, q->share.mode))
			cheap |= 1u << i;
	}
	return cheap ?: open;
}

static u8 later_by_rule(u8 path, bool named)
{
	switch (path) {
	case SHIM6_QOS_PATH_PIN:
		return named ? 0 : SHIM6_LATER_PINNED;
	case SHIM6_QOS_PATH_PREFER:
	case SHIM6_QOS_PATH_FORK:
	case SHIM6_QOS_PATH_LOWRTT:
		return named ? 0 : SHIM6_LATER_RULE;
	case SHIM6_QOS_PATH_AVOID:
		return named ? SHIM6_LATER_RULE : 0;
	default:
		return 0;
	}
}

u8 shim6_share_later(const struct shim6_qos *q, u8 path, u16 links, u32 id)
{
	const u32 sunk = SHIM6_QOS_LINK_DRAIN | SHIM6_QOS_LINK_NOPROBE;
	u8 later = later_by_rule(path, links & shim6_share_bit(id));
	const struct shim6_qos_link *l;

	if (!id)
		return later;
	l = &q->links[id - 1];
	if (l->flags & sunk || is_last(l, q->share.mode))
		later |= SHIM6_LATER_LINK;
	return later;
}

static bool usable_target(const struct shim6_loc *l)
{
	return (l->status & (SHIM6_LOC_VERIFIED | SHIM6_LOC_EXCLUDED)) ==
		SHIM6_LOC_VERIFIED && !(l->flags & SHIM6_LOC_BROKEN);
}

/* The lowest priority, and the sum of the weights of those that have it.
 * Return: false when the peer prefers nothing.
 */
static bool best_targets(const struct shim6_locset *peer, u8 *prio,
			 u32 *weight)
{
	bool any = false, prefers = false;
	unsigned int i;

	for (i = 0; i < peer->n; i++) {
		const struct shim6_loc *l = &peer->loc[i];

		if (!usable_target(l))
			continue;
		prefers |= shim6_loc_prio(l) || shim6_loc_weight(l);
		if (!any || shim6_loc_prio(l) < *prio) {
			*prio = shim6_loc_prio(l);
			*weight = 0;
		}
		any = true;
		if (shim6_loc_prio(l) == *prio)
			*weight += shim6_loc_weight(l);
	}
	return prefers;
}

const struct in6_addr *shim6_share_target(const struct shim6_locset *peer,
					  const struct in6_addr *cur,
					  bool fresh, u32 hash)
{
	int at = shim6_locset_find(peer, cur);
	const struct in6_addr *best = cur;
	u32 weight = 0, point, sum = 0;
	unsigned int i;
	u8 prio = 0;

	if (!best_targets(peer, &prio, &weight))
		return cur;
	if (at >= 0 && usable_target(&peer->loc[at]) &&
	    shim6_loc_prio(&peer->loc[at]) == prio && !(fresh && weight))
		return cur;
	point = weight ? hash % weight : 0;
	for (i = 0; i < peer->n; i++) {
		const struct shim6_loc *l = &peer->loc[i];

		if (!usable_target(l) || shim6_loc_prio(l) != prio)
			continue;
		best = &l->addr;
		sum += shim6_loc_weight(l);
		if (sum > point)
			break;
	}
	return best;
}
