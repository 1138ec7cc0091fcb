/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Our side of a namespace: the addresses that can be locators, with what is
 * known of each.
 */
#ifndef SHIM6_LOCAL_H
#define SHIM6_LOCAL_H

#include "cga.h"
#include "locset.h"

struct shim6_identity;
struct shim6_net;

/**
 * struct shim6_local_addr - an address of this host
 * @addr: address
 * @ifindex: interface it is on
 * @vrf: ifindex of the VRF that is in, 0: none
 * @status: SHIM6_LOC_UP, SHIM6_LOC_DEPRECATED
 * @method: how its set proves it, enum shim6_method
 * @temporary: a privacy address (RFC 8981), never listed but by its own set
 * @set: id of its HBA set or CGA, 0: none
 * @group: the same for all sets of one key
 */
struct shim6_local_addr {
	struct in6_addr addr;
	int ifindex;
	int vrf;
	u8 status;
	u8 method;
	bool temporary;
	u32 set;
	u32 group;
};

/**
 * struct shim6_view - our side as a context of one ULID sees it
 * @set: locators that are on this host, the ULID first if it is there; without
 *	a set just the ULID; none of another VRF than that of the ULID
 * @pds: parameters
 * @pds_len: their octets, 0: none
 * @signs: the identity of the ULID has a key
 * @own: list it signed last, a reference for shim6_own_put(); NULL: none
 */
struct shim6_view {
	struct shim6_locset set;
	u8 pds[SHIM6_MAX_PDS];
	u16 pds_len;
	bool signs;
	const struct shim6_own_list *own;
};

int shim6_local_init(struct shim6_net *sn);
void shim6_local_exit(struct shim6_net *sn);

/**
 * shim6_local_view() - our side for a ULID
 * @sn: namespace
 * @ulid: ULID(local)
 * @view: result
 *
 * The locators of an HBA set are its members. Those of a CGA are the CGAs of
 * its key and whatever other address is in no set and not temporary: the key
 * signs for them (RFC 5533 3).
 * Context: any; RCU inside.
 * Return: 0, or -EADDRNOTAVAIL when @ulid is neither an address of this
 * namespace nor a member of a set whose other members are.
 */
int shim6_local_view(struct shim6_net *sn, const struct in6_addr *ulid,
		     struct shim6_view *view);

/**
 * shim6_local_listing() - the list that an identity with a key announces
 * @sn: namespace
 * @i: identity
 * @list: result: locators that work now, with their methods
 * Context: any; RCU inside.
 */
void shim6_local_listing(struct shim6_net *sn, const struct shim6_identity *i,
			 struct shim6_own_list *list);

/* Number of usable locators for a ULID; 0 when it is in no set and not ours */
unsigned int shim6_local_count(struct shim6_net *sn,
			       const struct in6_addr *ulid, bool *in_set);

/**
 * shim6_local_vrf() - the VRF that an address of ours is in
 * @sn: namespace
 * @addr: address; one on an interface outside of all VRFs is in none, whoever
 *	else has it, and one in several is in the first
 * Context: any; RCU inside.
 * Return: ifindex of the VRF, 0: in none; -EADDRNOTAVAIL: not ours.
 */
int shim6_local_vrf(struct shim6_net *sn, const struct in6_addr *addr);

/* Is it an address of this namespace on any interface, in a VRF or not */
bool shim6_local_is_ours(struct shim6_net *sn, const struct in6_addr *addr);

/* Is it ours for what comes by @dev: in the VRF of that, if it is in one.
 * Context: RCU
 */
bool shim6_local_takes(struct shim6_net *sn, const struct net_device *dev,
		       const struct in6_addr *addr);

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
