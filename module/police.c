// SPDX-License-Identifier: GPL-2.0
/*
 * Limits for received messages: see police.h.
 */
#include <linux/bitops.h>
#include "police.h"

u64 shim6_police_prefix(const struct shim6_police *p,
			const struct in6_addr *addr)
{
	u64 bits = 0;
	unsigned int i;

	for (i = 0; i < 8; i++)
		bits = bits << 8 | addr->s6_addr[i];
	if (!p->src_len || p->src_len >= 64)
		return bits;
	return bits & ~0ULL << (64 - p->src_len);
}

u32 shim6_police_heads(u32 nslots)
{
	return nslots ? 1u << fls(nslots - 1) : 0;
}

static void unlink_age(struct shim6_police *p, struct shim6_police_slot *s)
{
	if (s->newer)
		p->slots[s->newer - 1].older = s->older;
	else
		p->newest = s->older;
	if (s->older)
		p->slots[s->older - 1].newer = s->newer;
	else
		p->oldest = s->newer;
}

static void link_newest(struct shim6_police *p, u32 at)
{
	struct shim6_police_slot *s = &p->slots[at - 1];

	s->newer = 0;
	s->older = p->newest;
	if (p->newest)
		p->slots[p->newest - 1].newer = at;
	else
		p->oldest = at;
	p->newest = at;
}

static void unchain(struct shim6_police *p, u32 at)
{
	u32 *link = &p->heads[p->slots[at - 1].head];

	while (*link != at)
		link = &p->slots[*link - 1].chain;
	*link = p->slots[at - 1].chain;
}

static u32 find(const struct shim6_police *p, u64 prefix, u32 head)
{
	u32 at = p->heads[head];

	while (at && p->slots[at - 1].prefix != prefix)
		at = p->slots[at - 1].chain;
	return at;
}

/* A free slot, or that of the prefix seen longest ago */
static u32 make(struct shim6_police *p, u64 prefix, u32 head)
{
	struct shim6_police_slot *s;
	u32 at;

	if (p->used < p->nslots) {
		at = ++p->used;
	} else {
		at = p->oldest;
		unchain(p, at);
		unlink_age(p, &p->slots[at - 1]);
	}
	s = &p->slots[at - 1];
	s->prefix = prefix;
	s->stamp = 0;
	s->head = head;
	s->chain = p->heads[head];
	p->heads[head] = at;
	link_newest(p, at);
	return at;
}

static struct shim6_police_slot *slot_of(struct shim6_police *p, u64 prefix,
					 u32 hash)
{
	u32 head = hash & (p->nheads - 1);
	u32 at = find(p, prefix, head);

	if (!at)
		at = make(p, prefix, head);
	if (p->newest != at) {
		unlink_age(p, &p->slots[at - 1]);
		link_newest(p, at);
	}
	return &p->slots[at - 1];
}

static bool admits(struct shim6_police *p, u64 prefix, u32 hash, u64 now)
{
	struct shim6_police_slot *s;

	if (!p->src_len || !p->src.rate || !p->nslots)
		return shim6_pace_take(&p->stamp, &p->all, now);
	s = slot_of(p, prefix, hash);
	if (shim6_pace_wait(&s->stamp, &p->src, now) ||
	    !shim6_pace_take(&p->stamp, &p->all, now))
		return false;
	shim6_pace_charge(&s->stamp, &p->src, now);
	return true;
}

bool shim6_police_admit(struct shim6_police *p, u64 prefix, u32 hash, u64 now)
{
	bool good = admits(p, prefix, hash, now);

	if (good)
		p->passed++;
	else
		p->dropped++;
	return good;
}
