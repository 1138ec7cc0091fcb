// SPDX-License-Identifier: GPL-2.0
/*
 * Preferences of our locators, see prefs.h. A table that is replaced as a
 * whole: it changes when an admin says so.
 */
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/ipv6.h>
#include "net.h"
#include "prefs.h"
#include "service.h"

#define PREFS_MAX	256

/**
 * struct shim6_prefs - a table
 * @rcu: for freeing
 * @n: entries
 * @entry: the entries
 */
struct shim6_prefs {
	struct rcu_head rcu;
	unsigned int n;
	struct {
		struct in6_addr addr;
		struct shim6_loc_pref pref;
	} entry[];
};

static struct shim6_prefs *table_locked(struct shim6_net *sn)
{
	return rcu_dereference_protected(sn->prefs,
					 lockdep_is_held(&sn->cfg_mutex));
}

void shim6_prefs_exit(struct shim6_net *sn)
{
	kfree(rcu_dereference_protected(sn->prefs, true));
	RCU_INIT_POINTER(sn->prefs, NULL);
}

int shim6_prefs_init(struct shim6_net *sn)
{
	RCU_INIT_POINTER(sn->prefs, NULL);
	return 0;
}

static int find(const struct shim6_prefs *t, const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; t && i < t->n; i++)
		if (ipv6_addr_equal(&t->entry[i].addr, addr))
			return i;
	return -1;
}

static bool is_none(const struct shim6_loc_pref *pref)
{
	return !pref->flags && !pref->priority && !pref->weight;
}

/* A copy of @old with room for one more */
static struct shim6_prefs *copy(const struct shim6_prefs *old)
{
	unsigned int n = old ? old->n : 0;
	struct shim6_prefs *t;

	t = kzalloc(struct_size(t, entry, n + 1), GFP_KERNEL);
	if (!t)
		return NULL;
	t->n = n;
	if (n)
		memcpy(t->entry, old->entry, n * sizeof(t->entry[0]));
	return t;
}

static void put(struct shim6_prefs *t, int at, const struct in6_addr *addr,
		const struct shim6_loc_pref *pref)
{
	if (at >= 0 && is_none(pref)) {
		t->entry[at] = t->entry[--t->n];
		return;
	}
	if (at < 0)
		at = t->n++;
	t->entry[at].addr = *addr;
	t->entry[at].pref = *pref;
}

static int set_locked(struct shim6_net *sn, const struct in6_addr *addr,
		      const struct shim6_loc_pref *pref)
{
	struct shim6_prefs *old = table_locked(sn), *t;
	int at = find(old, addr);

	if (at < 0 && is_none(pref))
		return 0;
	if (at < 0 && old && old->n == PREFS_MAX)
		return -ENOSPC;
	t = copy(old);
	if (!t)
		return -ENOMEM;
	put(t, at, addr, pref);
	rcu_assign_pointer(sn->prefs, t);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

int shim6_prefs_set(struct shim6_net *sn, const struct in6_addr *addr,
		    const struct shim6_loc_pref *pref)
{
	int err;

	mutex_lock(&sn->cfg_mutex);
	err = set_locked(sn, addr, pref);
	mutex_unlock(&sn->cfg_mutex);
	return err;
}

/* The highest value is used last (RFC 5533 5.15.3, RFC 2782) */
#define PRIO_METERED	254
#define PRIO_DRAIN	255

static u8 prio_of_link(const struct shim6_qos *q,
		       const struct shim6_qos_link *l)
{
	if (l->flags & SHIM6_QOS_LINK_DRAIN)
		return PRIO_DRAIN;
	if (l->flags & SHIM6_QOS_LINK_METERED &&
	    q->share.mode == SHIM6_QOS_SHARE_METERED)
		return max_t(u8, l->prio, PRIO_METERED);
	return l->prio;
}

/* Peers are to send by our links as we do (RFC 3582 3.1.2) */
static void prefs_of_link(struct shim6_net *sn, const struct in6_addr *addr,
			  struct shim6_loc_pref *pref)
{
	const struct shim6_service *sv = shim6_service(sn);
	const struct shim6_qos_link *l = NULL;

	*pref = (struct shim6_loc_pref) {};
	if (sv && sv->q.share.mode != SHIM6_QOS_SHARE_OFF)
		l = shim6_qos_link_of(&sv->q, addr);
	if (!l)
		return;
	pref->priority = prio_of_link(&sv->q, l);
	pref->weight = l->weight;
}

void shim6_prefs_get(struct shim6_net *sn, const struct in6_addr *addr,
		     struct shim6_loc_pref *pref)
{
	const struct shim6_prefs *t = rcu_dereference(sn->prefs);
	int at = find(t, addr);

	if (at < 0)
		prefs_of_link(sn, addr, pref);
	else
		*pref = t->entry[at].pref;
}

void shim6_prefs_apply(struct shim6_net *sn, struct shim6_locset *set)
{
	struct shim6_loc_pref pref;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < set->n; i++) {
		shim6_prefs_get(sn, &set->loc[i].addr, &pref);
		set->loc[i].flags = pref.flags;
		set->loc[i].prio = pref.priority;
		set->loc[i].weight = pref.weight;
	}
	rcu_read_unlock();
}
