/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What proves that addresses of this host belong together: its HBA sets
 * (RFC 5535) and its CGAs with their keys (RFC 3972), each a parameter data
 * structure.
 */
#ifndef SHIM6_IDENTITY_H
#define SHIM6_IDENTITY_H

#include <linux/rcupdate.h>
#include "hba.h"

struct key;
struct shim6_net;
struct shim6_own;

/**
 * struct shim6_identity - an HBA set or a CGA of this host; immutable but for
 * @own and @err
 * @list: in the namespace's list
 * @id: its number, never 0
 * @group: the same for all identities of one key
 * @key: private key, a reference; NULL: none, an HBA set
 * @sig_len: octets of a signature
 * @own: Locator List as signed last, NULL: none; RCU, written under cfg_mutex
 * @err: why the last attempt to sign failed, a negative error; cfg_mutex
 * @pds: parameters taken apart; points into @raw
 * @raw: parameters, @pds.len octets
 */
struct shim6_identity {
	struct list_head list;
	u32 id;
	u32 group;
	struct key *key;
	u16 sig_len;
	struct shim6_own __rcu *own;
	int err;
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

/**
 * shim6_identity_add_cga() - take in a CGA, or an HBA set with a key
 * @sn: namespace
 * @pds: parameters
 * @len: their octets
 * @serial: private key in the kernel's keyrings
 * @id: result: its number
 *
 * The key signs something once: that is how its public half is compared with
 * the one in the parameters.
 * Context: process, sleeps; takes cfg_mutex. The caller has the addresses read
 * anew.
 * Return: as shim6_identity_add(), shim6_cga_key() and shim6_key_find();
 * -EKEYREJECTED when the key is not the one of the parameters.
 */
int shim6_identity_add_cga(struct shim6_net *sn, const u8 *pds, u16 len,
			   s32 serial, u32 *id);

/**
 * shim6_identity_del() - give up an identity
 * @sn: namespace
 * @id: its number
 * @key: it must have one, else none
 * Context: process, sleeps; takes cfg_mutex.
 * Return: 0, -ENOENT when there is none of that number and kind.
 */
int shim6_identity_del(struct shim6_net *sn, u32 id, bool key);

/**
 * shim6_identity_signed() - the list of an identity was signed
 * @sn: namespace
 * @id: its number
 * @own: the list, NULL: it could not be signed; takes a reference
 * @err: why not
 * Context: process; takes cfg_mutex.
 * Return: true when @own is in force.
 */
bool shim6_identity_signed(struct shim6_net *sn, u32 id, struct shim6_own *own,
			   int err);

/* The set an address is a member of, or NULL. Context: RCU or cfg_mutex */
const struct shim6_identity *shim6_identity_of(struct shim6_net *sn,
					       const struct in6_addr *addr);

/* The first whose number is at least @id, or NULL. Context: RCU or cfg_mutex */
const struct shim6_identity *shim6_identity_next(struct shim6_net *sn, u32 id);

bool shim6_identity_any(struct shim6_net *sn);

/* Another value whenever the sets changed. Context: cfg_mutex */
u32 shim6_identity_epoch(struct shim6_net *sn);

#endif
