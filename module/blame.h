/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pairs of locators that probes pass and payload does not, as by a provider that
 * prefers our messages (RFC 5534 9), and which of two hosts that complain has
 * such a pair. All of it is a wish of the admin's, &shim6_ev.provisional; without
 * it nothing is backed off and nothing is said. Pure.
 */
#ifndef SHIM6_BLAME_H
#define SHIM6_BLAME_H

#include "proto.h"

/**
 * shim6_blame_shunned() - is a pair left out of an exploration
 * @r: REAP block
 * @ev: event
 * @pair: source ours
 * Return: true when it was found by probes, failed soon after and its time is
 * not over; false after some probes in vain, as it is better than none.
 */
bool shim6_blame_shunned(const struct shim6_reap *r, const struct shim6_ev *ev,
			 const struct shim6_pair *pair);

/**
 * shim6_blame_us() - nothing came back (RFC 5534 6.4), in Operational
 * @p: context, locked by the caller
 * @ev: event
 *
 * The peer does not hear us, or we not the peer. The pair that has failed is ours
 * until the peer vouches for it; but if payload came back before, it is one for
 * payload.
 */
void shim6_blame_us(struct shim6_proto *p, const struct shim6_ev *ev);

/**
 * shim6_blame_hears() - do we hear a peer that complains
 * @r: REAP block, as it was before the complaint
 * @now: ns
 *
 * When both ways fail at once we have heard it, too, but not after it began to
 * wait for an answer; or, where that is a Keepalive, half of its Send Timeout
 * later at most (RFC 5534 4.1).
 *
 * Return: true when payload of it comes in.
 */
bool shim6_blame_hears(const struct shim6_reap *r, u64 now);

/**
 * shim6_blame_told() - the peer complains (RFC 5534 6.7), in Operational
 * @p: context, locked by the caller
 * @ev: event
 * @comes_in: see shim6_blame_hears()
 *
 * Nothing of what we sent reached the peer, so our pair has failed, whatever we
 * hear: that comes by a pair of the peer's, and proves ours only if there was
 * time for a complaint and none came.
 */
void shim6_blame_told(struct shim6_proto *p, const struct shim6_ev *ev,
		      bool comes_in);

/**
 * shim6_blame_stays() - is the pair in use tried before another
 * @p: context, locked by the caller
 * @ev: event
 * @pair: the other one
 * Return: true when payload passes by neither.
 */
bool shim6_blame_stays(const struct shim6_proto *p, const struct shim6_ev *ev,
		       const struct shim6_pair *pair);

/**
 * shim6_blame_keepalive() - a Keepalive came
 * @p: context, locked by the caller
 * @ev: event
 *
 * It may be for payload of ours, which has arrived; or while we look for another
 * pair it says that ours is fine, and the peer is to find one.
 */
void shim6_blame_keepalive(struct shim6_proto *p, const struct shim6_ev *ev);

/**
 * shim6_blame_settled() - is no other pair wanted
 * @r: REAP block
 * Return: true when the pair in use carries payload, as the peer has said.
 */
bool shim6_blame_settled(const struct shim6_reap *r);

/**
 * shim6_blame_vouch() - tell a peer that complains that we hear its payload
 * @r: REAP block
 * @ev: event
 * @out: effects
 * @pair: that a probe is to go by, which makes the peer choose a pair
 *
 * By a Keepalive, as what we sent does not arrive and has said nothing (RFC 5534
 * 4.1), before that probe. Else each of two hosts would leave the pair that is
 * fine because the other one's is not, by turns.
 */
void shim6_blame_vouch(const struct shim6_reap *r, const struct shim6_ev *ev,
		       struct shim6_out *out, const struct shim6_pair *pair);

#endif
