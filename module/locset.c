// SPDX-License-Identifier: GPL-2.0
/*
 * Locator sets: small arrays, searched from the front. Pure.
 */
#include <linux/string.h>
#include "locset.h"

int shim6_locset_find(const struct shim6_locset *s,
		      const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (shim6_addr_eq(&s->loc[i].addr, addr))
			return i;
	return -1;
}

int shim6_locset_add(struct shim6_locset *s, const struct in6_addr *addr,
		     u8 method, u8 status)
{
	int i = shim6_locset_find(s, addr);
	struct shim6_loc *l;

	if (i >= 0)
		return i;
	if (s->n >= SHIM6_MAX_LOCS)
		return -1;
	l = &s->loc[s->n];
	memset(l, 0, sizeof(*l));
	l->addr = *addr;
	l->method = method;
	l->status = status;
	return s->n++;
}

void shim6_locset_del(struct shim6_locset *s, unsigned int i)
{
	if (i >= s->n)
		return;
	s->n--;
	memmove(&s->loc[i], &s->loc[i + 1], (s->n - i) * sizeof(s->loc[0]));
}

static bool same_prefs(const struct shim6_loc *a, const struct shim6_loc *b)
{
	return a->flags == b->flags && a->prio == b->prio &&
	       a->weight == b->weight;
}

bool shim6_locset_take_prefs(struct shim6_locset *s,
			     const struct shim6_locset *from)
{
	bool changed = false;
	unsigned int i;

	for (i = 0; i < s->n; i++) {
		struct shim6_loc *l = &s->loc[i];
		int at = shim6_locset_find(from, &l->addr);

		if (at < 0 || same_prefs(l, &from->loc[at]))
			continue;
		l->flags = from->loc[at].flags;
		l->prio = from->loc[at].prio;
		l->weight = from->loc[at].weight;
		changed = true;
	}
	return changed;
}

bool shim6_locset_overlaps(const struct shim6_locset *a,
			   const struct shim6_locset *b)
{
	unsigned int i;

	for (i = 0; i < a->n; i++)
		if (shim6_locset_find(b, &a->loc[i].addr) >= 0)
			return true;
	return false;
}

bool shim6_addr_usable(const struct in6_addr *addr)
{
	static const u8 zero[10];
	const u8 *b = addr->s6_addr;

	if (b[0] == 0xff)
		return false;
	/* fe80::/10 and fec0::/10 */
	if (b[0] == 0xfe && b[1] & 0x80)
		return false;
	/* ::, ::1, v4-compatible and v4-mapped */
	return memcmp(b, zero, sizeof(zero)) != 0;
}
