/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Putting an HBA set or CGAs to use: the addresses onto the interfaces, the
 * parameters into the module, the key into the kernel. All of it happens or
 * nothing.
 */
#ifndef SHIM6CTL_INSTALL_H
#define SHIM6CTL_INSTALL_H

#include <stdbool.h>
#include <stdint.h>

#include "hba.h"
#include "net.h"

struct client;

#define INSTALL_PIN	(1u << 0)	/* a copy of each address on lo */
#define INSTALL_NODAD	(1u << 1)	/* do not ask whether they are unique */

/**
 * struct install - an installation
 * @client: module
 * @net: kernel
 * @set: set, verified
 * @flags: INSTALL_*
 * @ifindex: interface of each address; those that are not 0 at the beginning
 *	stay as they are
 * @addrs: addresses of the host at the beginning
 * @naddrs: how many
 * @routes: routes at the beginning
 * @nroutes: how many
 * @added: addresses added by us, to be removed when something fails
 * @nadded: how many
 * @add_key: as key_add_kernel()
 * @key: serial number of the private key, 0: none was needed
 * @ids: numbers of the identities in the module, by the address; a set has one
 * @fresh: the identity of this address was not there before
 * @loaded: one was not
 */
struct install {
	struct client *client;
	struct net *net;
	const struct hba_set *set;
	unsigned int flags;
	unsigned int ifindex[HBA_MEMBERS_MAX];
	struct net_addr *addrs;
	size_t naddrs;
	struct net_route *routes;
	size_t nroutes;
	struct net_addr added[2 * HBA_MEMBERS_MAX];
	size_t nadded;
	int (*add_key)(const uint8_t *pkcs8, size_t len, int32_t *serial);
	int32_t key;
	uint32_t ids[HBA_MEMBERS_MAX];
	bool fresh[HBA_MEMBERS_MAX];
	bool loaded;
};

/**
 * install_plan() - find an interface for every address
 * @in: @client, @net, @set, @flags and perhaps some of @ifindex are filled in
 * Return: 0, or enum ctl_exit and the reason was reported; nothing is changed
 */
int install_plan(struct install *in);

/**
 * install_apply() - do it
 * @in: planned
 * Return: 0, or enum ctl_exit and the reason was reported; what was changed is
 * as before then
 */
int install_apply(struct install *in);

/**
 * install_was_added() - was this address new
 * @in: applied
 * @addr: address
 * Return: true when it was
 */
bool install_was_added(const struct install *in, const struct in6_addr *addr);

/**
 * install_finish() - free what the installation holds
 * @in: planned or applied
 */
void install_finish(struct install *in);

#endif
