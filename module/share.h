/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which provider link a context uses (RFC 3582 3.1.2): tables of buckets that
 * are filled by the weights of the links, and the choice from them. Pure.
 *
 * A context has a place in each table, by a keyed hash of its ULIDs and its
 * Forked Instance Identifier. It keeps its link as long as its bucket does, and
 * a change of the links moves as few buckets as there must be.
 */
#ifndef SHIM6_SHARE_H
#define SHIM6_SHARE_H

#include "locset.h"
#include "qos.h"

#define SHIM6_SHARE_BUCKETS	256

/**
 * struct shim6_tier - links that are preferred alike
 * @links: bit i: link i + 1
 * @bucket: id of a link of @links; 0 in a tier that is not used
 */
struct shim6_tier {
	u16 links;
	u8 bucket[SHIM6_SHARE_BUCKETS];
};

/**
 * struct shim6_share - the tables of a namespace
 * @n: tiers in use
 * @tier: the most preferred one first
 */
struct shim6_share {
	u8 n;
	struct shim6_tier tier[SHIM6_QOS_LINKS];
};

/**
 * struct shim6_quick - round-trip times of a context by link
 * @rtt: ns, by id - 1; 0: not known
 * @hyst_permille: another link must be quicker by so much
 * @hyst_us: and by so many microseconds
 */
struct shim6_quick {
	u64 rtt[SHIM6_QOS_LINKS];
	u32 hyst_permille;
	u32 hyst_us;
};

/**
 * shim6_share_tier() - fill the buckets of a tier by weight
 * @t: tier; what its buckets say stays so as far as possible
 * @links: its links from now on, bit i: link i + 1
 * @weight: by id - 1; all of them 0: all alike
 * Return: how many buckets got another link.
 */
unsigned int shim6_share_tier(struct shim6_tier *t, u16 links,
			      const u8 *weight);

/**
 * shim6_share_update() - the links are others now
 * @s: tables, all zero before the first time
 * @q: links and mode; those that are drained are in no tier
 */
void shim6_share_update(struct shim6_share *s, const struct shim6_qos *q);

/**
 * shim6_share_pick() - the link of a context
 * @s: tables
 * @usable: links on which it can send, bit i: link i + 1
 * @hash: of the context
 * Return: id, 0: none of @usable is in a tier.
 *
 * The link of its bucket, else the one that others like it are on, by weight.
 */
u8 shim6_share_pick(const struct shim6_share *s, u16 usable, u64 hash);

/**
 * shim6_share_quickest() - SHIM6_QOS_SHARE_LOWRTT
 * @k: times and how much must be won
 * @usable: links, bit i: link i + 1
 * @cur: id of the link in use, 0: none
 * Return: id; 0: nothing is known, @cur stays if it is the quickest, or nearly.
 */
u8 shim6_share_quickest(const struct shim6_quick *k, u16 usable, u8 cur);

/**
 * shim6_share_links() - links that the rule of a context leaves
 * @path: enum shim6_qos_path
 * @links: links of the rule
 * @usable: links on which the context can send
 * Return: some of @usable; all of them when the rule leaves none.
 */
u16 shim6_share_links(u8 path, u16 links, u16 usable);

/**
 * shim6_share_open() - links that a choice by round-trip time may use
 * @q: table
 * @links: links that are left so far
 * Return: those of @links that are not drained, metered ones only if there are
 * no others.
 */
u16 shim6_share_open(const struct shim6_qos *q, u16 links);

/**
 * shim6_share_later() - when exploration comes to the locators of a link
 * @q: table
 * @path: enum shim6_qos_path of the context
 * @links: its links
 * @id: link, 0: none
 * Return: SHIM6_LATER_*, 0: as early as any. A choice of links holds when a
 * pair fails, too: what works of the links of a rule is found before another.
 */
u8 shim6_share_later(const struct shim6_qos *q, u8 path, u16 links, u32 id);

/**
 * shim6_share_by_rtt() - is a context on its link because of round-trip times
 * @path: enum shim6_qos_path of the context
 * @mode: enum shim6_qos_share_mode
 * Return: true when it is.
 */
static inline bool shim6_share_by_rtt(u8 path, u32 mode)
{
	return path == SHIM6_QOS_PATH_LOWRTT ||
	       (path == SHIM6_QOS_PATH_ANY && mode == SHIM6_QOS_SHARE_LOWRTT);
}

/**
 * shim6_share_target() - destination of a context (RFC 5533 5.15.3)
 * @peer: the peer's locators
 * @cur: destination in use
 * @fresh: the context has not used it for long
 * @hash: of the context
 *
 * By RFC 2782: the lowest priority, among equals by weight. A context that has
 * a destination of that priority keeps it.
 * Return: an address of @peer, or @cur.
 */
const struct in6_addr *shim6_share_target(const struct shim6_locset *peer,
					  const struct in6_addr *cur,
					  bool fresh, u32 hash);

/**
 * shim6_share_bit() - the bit of a link
 * @id: link, 0: none
 * Return: bit @id - 1, or 0.
 */
static inline u16 shim6_share_bit(u32 id)
{
	return id ? 1u << (id - 1) : 0;
}

#endif
