/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many messages may go in a time: a rate and a burst, kept as one time
 * stamp each; and how fast the probes of a link may be (RFC 5534 9: contexts
 * that fail together must not probe all at once). Pure.
 *
 * The stamp says until when is paid for in advance, the "theoretical arrival
 * time" of ATM's generic cell rate algorithm; zero is a full bucket.
 */
#ifndef SHIM6_PACE_H
#define SHIM6_PACE_H

#include "qos.h"

/* What a probe or an Update Request takes of a link, octets, all headers */
#define SHIM6_PACE_OCTETS	150

/**
 * struct shim6_rate_limit - a rate and a burst
 * @rate: a second; 0: no limit
 * @burst: at once, at least 1
 */
struct shim6_rate_limit {
	u32 rate;
	u32 burst;
};

/**
 * shim6_pace_limit() - for the probes of a link
 * @c: what is configured
 * @up_kbit: rate of the link, kbit/s, 0: unknown
 * Return: limit; its rate is 0 when there is none.
 */
struct shim6_rate_limit
shim6_pace_limit(const struct shim6_qos_control *c, u32 up_kbit);

/**
 * shim6_pace_wait() - until when must the next one wait
 * @stamp: bucket
 * @l: limit
 * @now: ns
 *
 * What the bucket owes may be from the time of another limit: it becomes what
 * this one could owe.
 * Return: ns to wait, 0: it may go.
 */
u64 shim6_pace_wait(u64 *stamp, const struct shim6_rate_limit *l, u64 now);

/**
 * shim6_pace_charge() - something went, whether it might or not
 * @stamp: bucket
 * @l: limit
 * @now: ns
 *
 * What went too early is owed for, up to one second's worth.
 */
void shim6_pace_charge(u64 *stamp, const struct shim6_rate_limit *l, u64 now);

/**
 * shim6_pace_take() - both at once: charge what may go
 * @stamp: bucket
 * @l: limit
 * @now: ns
 * Return: false: it may not go, and nothing is charged.
 */
static inline bool shim6_pace_take(u64 *stamp,
				   const struct shim6_rate_limit *l, u64 now)
{
	if (shim6_pace_wait(stamp, l, now))
		return false;
	shim6_pace_charge(stamp, l, now);
	return true;
}

/**
 * shim6_pace_first() - whose turn it is
 * @q: ranks of the classes
 * @waiting: bit i: somebody of class i waits, 0 for those of none
 * Return: class with the lowest rank, the lowest id among equals; contexts of
 * no class come last. -1: nobody waits.
 */
int shim6_pace_first(const struct shim6_qos *q, u16 waiting);

#endif
