/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Putting an HBA set to use: its addresses onto the interfaces, its parameters
 * into the module. All of it happens or nothing.
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
 * @id: number of the set in the module
 * @loaded: it was not there before
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
	uint32_t id;
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
