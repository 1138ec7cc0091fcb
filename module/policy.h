/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules by prefix pair, protocol and port: never, on trigger, at once.
 */
#ifndef SHIM6_POLICY_H
#define SHIM6_POLICY_H

#include "shim6.h"

struct shim6_net;
struct shim6_policy_entry;

int shim6_policy_init(struct shim6_net *sn);
void shim6_policy_exit(struct shim6_net *sn);

/* Checks the rule; sets entry->id. Return: 0, -EINVAL, -ENOSPC, -ENOMEM */
int shim6_policy_add(struct shim6_net *sn, struct shim6_policy_entry *entry);
int shim6_policy_del(struct shim6_net *sn, u32 id);
/* The n-th rule in the order of matching; -ENOENT behind the last */
int shim6_policy_get(struct shim6_net *sn, unsigned int n,
		     struct shim6_policy_entry *entry);

/**
 * shim6_policy_match() - action for a packet
 * @sn: namespace
 * @local: our address
 * @peer: the other's
 * @proto: upper-layer protocol
 * @port: the peer's port, 0 without one
 * Context: RCU.
 * Return: enum shim6_policy_action; SHIM6_POLICY_TRIGGER without a rule.
 */
unsigned int shim6_policy_match(struct shim6_net *sn,
				const struct in6_addr *local,
				const struct in6_addr *peer, u8 proto,
				u16 port);

#endif
