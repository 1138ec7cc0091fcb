/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Token buckets for stateless answers, per source prefix of 48 bits and in
 * all, and how many contexts such a prefix has. Fixed arrays: strangers cannot
 * make them grow.
 */
#ifndef SHIM6_PEER_H
#define SHIM6_PEER_H

#include "shim6.h"

struct shim6_net;

enum shim6_rate {
	SHIM6_RATE_R1,
	SHIM6_RATE_R1BIS,
	SHIM6_RATE_ERROR,
	SHIM6_RATE_COUNT,
};

int shim6_peer_init(struct shim6_net *sn);
void shim6_peer_exit(struct shim6_net *sn);

/**
 * shim6_peer_allow() - may an answer go to this source now
 * @sn: namespace
 * @src: source of what is answered
 * @kind: enum shim6_rate
 * Context: softirq.
 * Return: true: it may; false: its share is used up, which is counted.
 */
bool shim6_peer_allow(struct shim6_net *sn, const struct in6_addr *src,
		      enum shim6_rate kind);

/**
 * shim6_peer_share() - which share of the contexts an address draws on
 * @sn: namespace
 * @addr: address of the peer that was shown to be its own
 * Return: number of the share, for shim6_peer_contexts(); the same for a
 * prefix of 48 bits, and now and then for two. Context: any.
 */
u16 shim6_peer_share(const struct shim6_net *sn, const struct in6_addr *addr);

/* How many contexts a share has. Context: sn->table_lock held */
u32 *shim6_peer_contexts(struct shim6_net *sn, u16 share);

/**
 * shim6_peer_mark() - we send payload to this address ourselves
 * @sn: namespace
 * @peer: address
 *
 * For one to two minutes answers to it come before those to strangers.
 * Context: any; cheap, but meant for once a second.
 */
void shim6_peer_mark(struct shim6_net *sn, const struct in6_addr *peer);

#endif
