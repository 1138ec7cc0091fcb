/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What proves that addresses of this host belong together: its HBA sets
 * (RFC 5535), each a parameter data structure.
 */
#ifndef SHIM6_IDENTITY_H
#define SHIM6_IDENTITY_H

#include <linux/rcupdate.h>
#include "hba.h"

struct shim6_net;

/**
 * struct shim6_identity - an HBA set of this host; immutable
 * @list: in the namespace's list
 * @rcu: for freeing
 * @id: its number, never 0
 * @pds: parameters taken apart; points into @raw
 * @raw: parameters, @pds.len octets
 */
struct shim6_identity {
	struct list_head list;
	struct rcu_head rcu;
	u32 id;
	struct shim6_pds pds;
	u8 raw[];
};

int shim6_identity_init(struct shim6_net *sn);
/* Nobody looks anything up any more */
void shim6_identity_exit(struct shim6_net *sn);

/**
 * shim6_identity_add() - take in a set
 * @sn: namespace
 * @pds: parameters
 * @len: their octets
 * @id: result: its number
 * Context: process; takes cfg_mutex. The caller has the addresses read anew.
 * Return: 0, -EINVAL for what is no HBA set, -EEXIST for one that is known,
 * -ENOSPC when there are too many, -ENOMEM.
 */
int shim6_identity_add(struct shim6_net *sn, const u8 *pds, u16 len, u32 *id);

/* As shim6_identity_add(); -ENOENT when there is none of that number */
int shim6_identity_del(struct shim6_net *sn, u32 id);

/* The set an address is a member of, or NULL. Context: RCU or cfg_mutex */
const struct shim6_identity *shim6_identity_of(struct shim6_net *sn,
					       const struct in6_addr *addr);

/* The first set whose number is at least @id, or NULL. Context: RCU */
const struct shim6_identity *shim6_identity_next(struct shim6_net *sn, u32 id);

bool shim6_identity_any(struct shim6_net *sn);

/* Another value whenever the sets changed. Context: cfg_mutex */
u32 shim6_identity_epoch(struct shim6_net *sn);

#endif
