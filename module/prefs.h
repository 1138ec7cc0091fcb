/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the admin wants peers to think of the locators of this host: the
 * Locator Preferences that contexts announce (RFC 5533 5.15.3).
 */
#ifndef SHIM6_PREFS_H
#define SHIM6_PREFS_H

#include "locset.h"
#include "wire.h"

struct shim6_net;

int shim6_prefs_init(struct shim6_net *sn);
/* Nobody looks anything up any more */
void shim6_prefs_exit(struct shim6_net *sn);

/**
 * shim6_prefs_set() - preferences of an address from now on
 * @sn: namespace
 * @addr: address, whether it is there or not
 * @pref: preferences; all zero: none
 * Context: process; takes cfg_mutex. The caller has the contexts told.
 * Return: 0, -ENOSPC when there are too many, -ENOMEM.
 */
int shim6_prefs_set(struct shim6_net *sn, const struct in6_addr *addr,
		    const struct shim6_loc_pref *pref);

/**
 * shim6_prefs_get() - preferences of an address
 * @sn: namespace
 * @addr: address
 * @pref: result: what was set for it; else, while load is shared, those of its
 *	link, which comes last when it drains, or is metered and that counts; else
 *	all zero
 * Context: RCU.
 */
void shim6_prefs_get(struct shim6_net *sn, const struct in6_addr *addr,
		     struct shim6_loc_pref *pref);

/* Puts them into a set. Context: any; RCU inside */
void shim6_prefs_apply(struct shim6_net *sn, struct shim6_locset *set);

#endif
