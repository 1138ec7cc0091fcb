/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locator sets Ls(local) and Ls(peer) of a context (RFC 5533 6.1). Pure.
 */
#ifndef SHIM6_LOCSET_H
#define SHIM6_LOCSET_H

#include <linux/string.h>
#include "shim6.h"

/* Local side */
#define SHIM6_LOC_UP		0x01	/* address present, its link works */
#define SHIM6_LOC_DEPRECATED	0x02	/* sinks in the order for new choices */
#define SHIM6_LOC_ACKED		0x04	/* the peer knows it: usable as source (B-45) */
#define SHIM6_LOC_NEW		0x08	/* not in the handshake's list */
/* Peer side, but for the last two */
#define SHIM6_LOC_VERIFIED	0x10	/* HBA, CGA, or the ULID itself */
#define SHIM6_LOC_PROBED	0x20	/* a probe to it was answered (5533 7.2) */
#define SHIM6_LOC_OWN		0x40	/* @own_prio, @own_weight count (wish.c) */
#define SHIM6_LOC_EXCLUDED	0x80	/* an application left it out (wish.c) */

/**
 * struct shim6_loc - one locator
 * @addr: address
 * @method: enum shim6_method, as on the wire
 * @flags: SHIM6_LOC_BROKEN, SHIM6_LOC_TRANSIENT as announced
 * @prio: announced priority, lower first
 * @weight: announced weight
 * @status: SHIM6_LOC_UP ... SHIM6_LOC_EXCLUDED
 * @own_prio: priority that an application here gave it
 * @own_weight: weight likewise
 * @later: of ours: to be explored after those with less, see
 *	shim6_share_later()
 */
struct shim6_loc {
	struct in6_addr addr;
	u8 method;
	u8 flags;
	u8 prio;
	u8 weight;
	u8 status;
	u8 own_prio;
	u8 own_weight;
	u8 later;
};

/* Bits of &struct shim6_loc.later, the least important first */
#define SHIM6_LATER_LINK	0x01	/* its link is for when nothing else works */
#define SHIM6_LATER_RULE	0x02	/* a rule would rather use others */
#define SHIM6_LATER_PINNED	0x04	/* ... and only others, as long as one works */

/* RFC 6316 11.1: what an application here prefers before what is announced */
static inline u8 shim6_loc_prio(const struct shim6_loc *l)
{
	return l->status & SHIM6_LOC_OWN ? l->own_prio : l->prio;
}

static inline u8 shim6_loc_weight(const struct shim6_loc *l)
{
	return l->status & SHIM6_LOC_OWN ? l->own_weight : l->weight;
}

/**
 * struct shim6_locset - an ordered set of locators
 * @gen: generation of the list, only ever compared for equality
 * @n: locators in use
 * @loc: in list order
 */
struct shim6_locset {
	u32 gen;
	u8 n;
	struct shim6_loc loc[SHIM6_MAX_LOCS];
};

static inline bool shim6_addr_eq(const struct in6_addr *a,
				 const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline bool shim6_pair_eq(const struct shim6_pair *a,
				 const struct shim6_pair *b)
{
	return shim6_addr_eq(&a->src, &b->src) &&
	       shim6_addr_eq(&a->dst, &b->dst);
}

/* The way back */
static inline struct shim6_pair shim6_pair_rev(const struct shim6_pair *p)
{
	struct shim6_pair r = { .src = p->dst, .dst = p->src };

	return r;
}

/**
 * shim6_locset_find() - index of an address
 * @s: set
 * @addr: address
 * Return: index, or -1.
 */
int shim6_locset_find(const struct shim6_locset *s,
		      const struct in6_addr *addr);

/**
 * shim6_locset_add() - append an address
 * @s: set
 * @addr: address
 * @method: enum shim6_method, how the peer is to verify it
 * @status: SHIM6_LOC_*
 * Return: its index, the old one if it was there, -1 when the set is full.
 */
int shim6_locset_add(struct shim6_locset *s, const struct in6_addr *addr,
		     u8 method, u8 status);

void shim6_locset_del(struct shim6_locset *s, unsigned int i);

/**
 * shim6_locset_take_prefs() - flags, priorities and weights of another set
 * @s: set
 * @from: the other; what is not in it is left as it is
 * Return: true when something changed.
 */
bool shim6_locset_take_prefs(struct shim6_locset *s,
			     const struct shim6_locset *from);

/**
 * shim6_locset_overlaps() - do two sets share a locator (RFC 5533 7.6)
 * @a: set
 * @b: another
 * Return: true when one locator is in both.
 */
bool shim6_locset_overlaps(const struct shim6_locset *a,
			   const struct shim6_locset *b);

/**
 * shim6_addr_usable() - may an address be a locator (RFC 5534 3.1)
 * @addr: address
 * Return: true for global unicast and unique local ones; false for multicast,
 * link-local, loopback, unspecified, v4-mapped and site-local ones.
 */
bool shim6_addr_usable(const struct in6_addr *addr);

#endif
