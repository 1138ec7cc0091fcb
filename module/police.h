/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many messages of a kind are served: all together, and from each source
 * prefix. Prefixes are kept in an array of fixed size: strangers cannot make it
 * grow, they only push each other out. Pure.
 */
#ifndef SHIM6_POLICE_H
#define SHIM6_POLICE_H

#include "pace.h"

/**
 * struct shim6_police_slot - a source prefix
 * @prefix: its bits, the rest zero; the first 64 of an address
 * @stamp: bucket, see pace.h
 * @head: its hash, an index of &shim6_police.heads
 * @chain: next slot of the same hash, plus 1
 * @newer: slot seen after this one, plus 1
 * @older: slot seen before it, plus 1
 */
struct shim6_police_slot {
	u64 prefix;
	u64 stamp;
	u32 head;
	u32 chain;
	u32 newer;
	u32 older;
};

/**
 * struct shim6_police - limits of one kind; whoever uses it serialises
 * @src_len: length of the prefixes, 0: no limit for each
 * @all: of all together
 * @src: of each prefix
 * @stamp: bucket of all
 * @passed: messages served
 * @dropped: not served
 * @nslots: prefixes there is room for
 * @used: slots in use
 * @newest: slot seen last, plus 1
 * @oldest: slot seen longest ago, plus 1
 * @nheads: entries of @heads, a power of two
 * @heads: first slot of each hash, plus 1
 * @slots: the slots
 */
struct shim6_police {
	u32 src_len;
	struct shim6_rate_limit all;
	struct shim6_rate_limit src;
	u64 stamp;
	u64 passed;
	u64 dropped;
	u32 nslots;
	u32 used;
	u32 newest;
	u32 oldest;
	u32 nheads;
	u32 *heads;
	struct shim6_police_slot *slots;
};

/**
 * shim6_police_prefix() - the bits of an address that its limit goes by
 * @p: limits
 * @addr: source of a message
 * Return: the first &shim6_police.src_len bits, the others are zero.
 */
u64 shim6_police_prefix(const struct shim6_police *p,
			const struct in6_addr *addr);

/**
 * shim6_police_heads() - how many entries &shim6_police.heads must have
 * @nslots: slots, 0 to 65536
 * Return: a power of two, 0 for no slots.
 */
u32 shim6_police_heads(u32 nslots);

/**
 * shim6_police_admit() - may a message be served; counts it
 * @p: limits
 * @prefix: shim6_police_prefix() of its source
 * @hash: keyed hash of @prefix
 * @now: ns
 *
 * What a prefix may not takes nothing from the others.
 * Return: true when both limits, of all and of its prefix, leave room.
 */
bool shim6_police_admit(struct shim6_police *p, u64 prefix, u32 hash, u64 now);

#endif
