/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Our signed Locator List as an object: the identity that made it and the
 * contexts that announce it share one copy.
 */
#ifndef SHIM6_OWN_H
#define SHIM6_OWN_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include "cga.h"

/**
 * struct shim6_own - the list and who counts it
 * @list: the list; not changed once others see it
 * @ref: references
 * @rcu: for freeing
 */
struct shim6_own {
	struct shim6_own_list list;
	refcount_t ref;
	struct rcu_head rcu;
};

/* An empty list with one reference, or NULL. Context: process */
struct shim6_own *shim6_own_alloc(void);

/* Must hold a reference already; accepts NULL */
const struct shim6_own_list *shim6_own_get(const struct shim6_own_list *list);

/* Under RCU, for one that an identity has; false when it is going away */
static inline bool shim6_own_get_maybe(struct shim6_own *own)
{
	return refcount_inc_not_zero(&own->ref);
}

/* Accepts NULL; the last one frees after a grace period. Context: any */
void shim6_own_put(const struct shim6_own_list *list);

#endif
