/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Order of the candidate pairs of an exploration and the time between its
 * probes (RFC 5534 4.3). Pure.
 */
#ifndef SHIM6_EXPLORE_H
#define SHIM6_EXPLORE_H

#include "shim6.h"
#include "locset.h"
#include "params.h"

/**
 * struct shim6_order - what the order of pairs depends on
 * @local: our locators
 * @peer: the peer's
 * @cur: current pair, source ours
 * @suspect: the current pair comes last of those not BROKEN, else it is first
 * @unknown: walk over pairs from a locator the peer does not know yet, too
 * @seed: for the random choice among weights
 */
struct shim6_order {
	const struct shim6_locset *local;
	const struct shim6_locset *peer;
	const struct shim6_pair *cur;
	bool suspect;
	bool unknown;
	u32 seed;
};

/**
 * shim6_explore_usable() - may a pair be probed and used
 * @local: our locators; the source must be up and known to the peer (B-45)
 * @peer: the peer's; the destination must be verified
 * @pair: source ours
 * Return: true when it may.
 */
bool shim6_explore_usable(const struct shim6_locset *local,
			  const struct shim6_locset *peer,
			  const struct shim6_pair *pair);

/**
 * shim6_explore_later() - how late a pair is to be explored
 * @local: our locators
 * @src: its source
 * Return: &struct shim6_loc.later; 0 for an address that is not in the set.
 */
u8 shim6_explore_later(const struct shim6_locset *local,
		       const struct in6_addr *src);

/**
 * shim6_explore_count() - how many pairs one round of the walk has
 * @local: our locators
 * @peer: the peer's
 * Return: pairs of ours that are up and the peer's that are verified.
 */
unsigned int shim6_explore_count(const struct shim6_locset *local,
				 const struct shim6_locset *peer);

/**
 * shim6_explore_next() - next pair of the walk over all candidates
 * @o: order
 * @cursor: where the walk stands, 0 before the first pair; advanced
 * @pair: result, source ours
 *
 * The walk keeps no memory but @cursor, the rank of the pair it gave last:
 * it goes on in order when the sets change under it, visits each pair once a
 * round and starts again after the last. Pairs with &shim6_order.unknown come
 * after all that the peer knows; shim6_explore_usable() tells the two apart.
 * Return: false when there is no pair at all.
 */
bool shim6_explore_next(const struct shim6_order *o, u64 *cursor,
			struct shim6_pair *pair);

/**
 * struct shim6_pace - time between the probes of a context
 * @initial: between the first ones, ns
 * @count: how many those are
 * @ceiling: the longest, ns
 */
struct shim6_pace {
	u64 initial;
	u32 count;
	u64 ceiling;
};

/**
 * shim6_explore_wait() - time after a probe until the next one
 * @pace: how fast
 * @nprobes: probes sent, this one included
 * @last: time that was waited before this one, ns
 * Return: ns.
 */
u64 shim6_explore_wait(const struct shim6_pace *pace, u32 nprobes, u64 last);

#endif
