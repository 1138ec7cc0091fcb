// SPDX-License-Identifier: GPL-2.0
/*
 * The HBA sets of a namespace, see identity.h. Readers run under RCU, writers
 * hold cfg_mutex.
 */
#include <linux/rculist.h>
#include <linux/slab.h>
#include "identity.h"
#include "net.h"

#define SHIM6_IDENTITIES	16

/**
 * struct shim6_identities - the sets of a namespace
 * @list: in the order of their numbers; RCU, written under cfg_mutex
 * @n: how many; likewise
 * @next_id: number of the next one; under cfg_mutex
 * @epoch: counts the changes; under cfg_mutex
 */
struct shim6_identities {
	struct list_head list;
	unsigned int n;
	u32 next_id;
	u32 epoch;
};

int shim6_identity_init(struct shim6_net *sn)
{
	sn->identities = kzalloc(sizeof(*sn->identities), GFP_KERNEL);
	if (!sn->identities)
		return -ENOMEM;
	INIT_LIST_HEAD(&sn->identities->list);
	sn->identities->next_id = 1;
	return 0;
}

void shim6_identity_exit(struct shim6_net *sn)
{
	struct shim6_identity *i, *next;

	list_for_each_entry_safe(i, next, &sn->identities->list, list)
		kfree(i);
	kfree(sn->identities);
}

static struct shim6_identity *shim6_identity_alloc(const u8 *raw, u16 len)
{
	struct shim6_identity *i;
	int err;

	if (!len || len > SHIM6_MAX_PDS)
		return ERR_PTR(-EINVAL);
	i = kzalloc(struct_size(i, raw, len), GFP_KERNEL);
	if (!i)
		return ERR_PTR(-ENOMEM);
	memcpy(i->raw, raw, len);
	err = shim6_pds_parse(i->raw, len, &i->pds);
	if (!err && !i->pds.mp)
		err = -EINVAL;
	if (!err)
		return i;
	kfree(i);
	return ERR_PTR(err);
}

/* cfg_mutex held */
static int shim6_identity_insert(struct shim6_identities *all,
				 struct shim6_identity *fresh)
{
	const struct shim6_identity *i;

	if (all->n >= SHIM6_IDENTITIES)
		return -ENOSPC;
	list_for_each_entry(i, &all->list, list)
		if (i->pds.len == fresh->pds.len &&
		    !memcmp(i->raw, fresh->raw, i->pds.len))
			return -EEXIST;
	fresh->id = all->next_id++;
	list_add_tail_rcu(&fresh->list, &all->list);
	WRITE_ONCE(all->n, all->n + 1);
	all->epoch++;
	return 0;
}

int shim6_identity_add(struct shim6_net *sn, const u8 *pds, u16 len, u32 *id)
{
	struct shim6_identity *i = shim6_identity_alloc(pds, len);
	int err;

	if (IS_ERR(i))
		return PTR_ERR(i);
	mutex_lock(&sn->cfg_mutex);
	err = shim6_identity_insert(sn->identities, i);
	if (!err)
		*id = i->id;
	mutex_unlock(&sn->cfg_mutex);
	if (err)
		kfree(i);
	return err;
}

int shim6_identity_del(struct shim6_net *sn, u32 id)
{
	struct shim6_identities *all = sn->identities;
	struct shim6_identity *i, *found = NULL;

	mutex_lock(&sn->cfg_mutex);
	list_for_each_entry(i, &all->list, list)
		if (i->id == id)
			found = i;
	if (found) {
		list_del_rcu(&found->list);
		WRITE_ONCE(all->n, all->n - 1);
		all->epoch++;
	}
	mutex_unlock(&sn->cfg_mutex);
	if (!found)
		return -ENOENT;
	kfree_rcu(found, rcu);
	return 0;
}

const struct shim6_identity *shim6_identity_of(struct shim6_net *sn,
					       const struct in6_addr *addr)
{
	const struct shim6_identity *i;

	list_for_each_entry_rcu(i, &sn->identities->list, list,
				lockdep_is_held(&sn->cfg_mutex))
		if (!shim6_hba_verify(&i->pds, addr))
			return i;
	return NULL;
}

const struct shim6_identity *shim6_identity_next(struct shim6_net *sn, u32 id)
{
	const struct shim6_identity *i;

	list_for_each_entry_rcu(i, &sn->identities->list, list)
		if (i->id >= id)
			return i;
	return NULL;
}

bool shim6_identity_any(struct shim6_net *sn)
{
	return READ_ONCE(sn->identities->n);
}

u32 shim6_identity_epoch(struct shim6_net *sn)
{
	return sn->identities->epoch;
}
