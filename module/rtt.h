/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Round-trip times of pairs of locators, as the contexts of a namespace have
 * measured them, and whose turn it is to measure one again. Pure.
 *
 * The table is small and bounds what measuring costs: a pair is measured by one
 * context at a time, a pair that has no place not at all, and a place is given
 * away only when nobody has asked for its pair for some time.
 */
#ifndef SHIM6_RTT_H
#define SHIM6_RTT_H

#include "locset.h"

#define SHIM6_RTT_SETS		64
#define SHIM6_RTT_WAYS		4
/* Measured again after */
#define SHIM6_RTT_FRESH_NS	(60 * SHIM6_NS_PER_SEC)
/* Not believed any more after */
#define SHIM6_RTT_LIFE_NS	(600 * SHIM6_NS_PER_SEC)
/* Who was sent to measure a pair has so long, then it is another one's turn */
#define SHIM6_RTT_TURN_NS	(30 * SHIM6_NS_PER_SEC)

/**
 * struct shim6_rtt - what is known of a pair of locators
 * @pair: source ours
 * @rtt: ns
 * @at: when it was measured, ns, 0: never
 * @asked: when a context was sent to measure it last, ns, 0: never
 */
struct shim6_rtt {
	struct shim6_pair pair;
	u64 rtt;
	u64 at;
	u64 asked;
};

/**
 * struct shim6_rtts - what is known of all
 * @place: those whose hash is the same stand together
 */
struct shim6_rtts {
	struct shim6_rtt place[SHIM6_RTT_SETS][SHIM6_RTT_WAYS];
};

/**
 * shim6_rtt_known() - the time of a pair
 * @t: table
 * @pair: source ours
 * @hash: of @pair, the same at each call
 * @now: ns
 * Return: ns, 0: not known, or too old.
 */
u64 shim6_rtt_known(const struct shim6_rtts *t, const struct shim6_pair *pair,
		    u32 hash, u64 now);

/**
 * shim6_rtt_learn() - a pair was measured
 * @t: table
 * @pair: source ours
 * @hash: of @pair
 * @rtt: ns
 * @at: when, ns; what is older than that which is known changes nothing
 */
void shim6_rtt_learn(struct shim6_rtts *t, const struct shim6_pair *pair,
		     u32 hash, u64 rtt, u64 at);

/**
 * shim6_rtt_due() - should somebody measure a pair
 * @t: table
 * @pair: source ours
 * @hash: of @pair
 * @age: when what is known is older, ns
 * @now: ns
 * Return: false also while another context is at it, and when there is no place
 * to remember it.
 */
bool shim6_rtt_due(const struct shim6_rtts *t, const struct shim6_pair *pair,
		   u32 hash, u64 age, u64 now);

/* A context is sent to measure it; after shim6_rtt_due() has said so */
void shim6_rtt_ask(struct shim6_rtts *t, const struct shim6_pair *pair,
		   u32 hash, u64 now);

#endif
