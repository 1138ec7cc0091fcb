// SPDX-License-Identifier: GPL-2.0
/*
 * Memory and references of our signed lists, see own.h.
 */
#include <linux/slab.h>
#include "own.h"

struct shim6_own *shim6_own_alloc(void)
{
	struct shim6_own *own = kzalloc(sizeof(*own), GFP_KERNEL);

	if (own)
		refcount_set(&own->ref, 1);
	return own;
}

const struct shim6_own_list *shim6_own_get(const struct shim6_own_list *list)
{
	if (list)
		refcount_inc(&container_of(list, struct shim6_own, list)->ref);
	return list;
}

void shim6_own_put(const struct shim6_own_list *list)
{
	struct shim6_own *own = container_of(list, struct shim6_own, list);

	if (list && refcount_dec_and_test(&own->ref))
		kfree_rcu(own, rcu);
}
