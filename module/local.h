/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Our side of a namespace: the addresses that can be locators, with what is
 * known of each.
 */
#ifndef SHIM6_LOCAL_H
#define SHIM6_LOCAL_H

#include "locset.h"

struct shim6_net;

/**
 * struct shim6_local_addr - an address of this host
 * @addr: address
 * @ifindex: interface it is on
 * @status: SHIM6_LOC_UP, SHIM6_LOC_DEPRECATED
 * @set: id of its HBA set, 0: none
 */
struct shim6_local_addr {
	struct in6_addr addr;
	int ifindex;
	u8 status;
	u32 set;
};

int shim6_local_init(struct shim6_net *sn);
void shim6_local_exit(struct shim6_net *sn);

/**
 * shim6_local_set() - Ls(local) for a ULID
 * @sn: namespace
 * @ulid: ULID(local)
 * @set: result: the members of its HBA set that are on this host, the ULID
 *	first if it is there; without a set just the ULID
 * @pds: result: parameters, SHIM6_MAX_PDS octets of room
 * @pds_len: result: their octets, 0: none
 * Context: any; RCU inside.
 * Return: 0, or -EADDRNOTAVAIL when @ulid is neither an address of this
 * namespace nor a member of a set whose other members are.
 */
int shim6_local_set(struct shim6_net *sn, const struct in6_addr *ulid,
		    struct shim6_locset *set, u8 *pds, u16 *pds_len);

/* Number of usable locators for a ULID; 0 when it is in no set and not ours */
unsigned int shim6_local_count(struct shim6_net *sn,
			       const struct in6_addr *ulid, bool *in_set);

/* Is it an address of this namespace on any interface. Context: RCU */
bool shim6_local_is_ours(struct shim6_net *sn, const struct in6_addr *addr);

/**
 * shim6_local_is_ulid() - may contexts be made for this ULID of ours
 * @sn: namespace
 * @ulid: ULID(local)
 * Context: any; RCU inside.
 * Return: true for an address of this namespace, and for a member of a set
 * whose other members are here: its interface may be down. Not for one that
 * was deleted from an interface that was up: it is invalid, and the peer must
 * not bring its context back.
 */
bool shim6_local_is_ulid(struct shim6_net *sn, const struct in6_addr *ulid);
/* The last copy of an address was deleted. Context: process, takes cfg_mutex */
void shim6_local_invalidate(struct shim6_net *sn, const struct in6_addr *addr);

/* How many addresses of this host are in a set. Context: any; RCU inside */
unsigned int shim6_local_members(struct shim6_net *sn, u32 id);

/* The n-th address that can be a locator; -ENOENT behind the last */
int shim6_local_addr_get(struct shim6_net *sn, unsigned int n,
			 struct shim6_local_addr *out);

/**
 * shim6_local_refresh() - read the addresses of the namespace anew
 * @sn: namespace
 * Context: process, takes cfg_mutex.
 * Return: true when something changed that contexts were not told of yet.
 */
bool shim6_local_refresh(struct shim6_net *sn);

#endif
