// SPDX-License-Identifier: GPL-2.0
/*
 * The HBA sets and CGAs of a namespace, see identity.h. Readers run under RCU,
 * writers hold cfg_mutex.
 */
#include <linux/key.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include "cga.h"
#include "identity.h"
#include "keyring.h"
#include "net.h"
#include "own.h"

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

/* Nobody sees it any more. Context: process */
static void shim6_identity_free(struct shim6_identity *i)
{
	struct shim6_own *own = rcu_dereference_protected(i->own, true);

	if (own)
		shim6_own_put(&own->list);
	key_put(i->key);
	kfree(i);
}

void shim6_identity_exit(struct shim6_net *sn)
{
	struct shim6_identity *i, *next;

	list_for_each_entry_safe(i, next, &sn->identities->list, list)
		shim6_identity_free(i);
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
	if (!err)
		return i;
	kfree(i);
	return ERR_PTR(err);
}

static bool shim6_identity_same_key(const struct shim6_identity *a,
				    const struct shim6_identity *b)
{
	return a->key && b->key && a->pds.key_len == b->pds.key_len &&
	       !memcmp(a->pds.key, b->pds.key, a->pds.key_len);
}

/* cfg_mutex held */
static int shim6_identity_insert(struct shim6_identities *all,
				 struct shim6_identity *fresh)
{
	const struct shim6_identity *i;

	if (all->n >= SHIM6_IDENTITIES)
		return -ENOSPC;
	fresh->group = all->next_id;
	list_for_each_entry(i, &all->list, list) {
		if (i->pds.len == fresh->pds.len &&
		    !memcmp(i->raw, fresh->raw, i->pds.len))
			return -EEXIST;
		if (shim6_identity_same_key(i, fresh))
			fresh->group = i->group;
	}
	fresh->id = all->next_id++;
	list_add_tail_rcu(&fresh->list, &all->list);
	WRITE_ONCE(all->n, all->n + 1);
	all->epoch++;
	return 0;
}

/* Takes @i over, whatever comes of it */
static int shim6_identity_take(struct shim6_net *sn, struct shim6_identity *i,
			       u32 *id)
{
	int err;

	mutex_lock(&sn->cfg_mutex);
	err = shim6_identity_insert(sn->identities, i);
	if (!err)
		*id = i->id;
	mutex_unlock(&sn->cfg_mutex);
	if (err)
		shim6_identity_free(i);
	return err;
}

int shim6_identity_add(struct shim6_net *sn, const u8 *pds, u16 len, u32 *id)
{
	struct shim6_identity *i = shim6_identity_alloc(pds, len);

	if (IS_ERR(i))
		return PTR_ERR(i);
	if (i->pds.mp)
		return shim6_identity_take(sn, i, id);
	shim6_identity_free(i);
	return -EINVAL;
}

/* Is the key the other half of the one in the parameters */
static int shim6_identity_try_key(struct shim6_identity *i)
{
	u8 digest[SHIM6_SHA1_LEN] = {};
	struct shim6_rsa_key key;
	u8 *sig;
	int err;

	err = shim6_cga_key(&i->pds, &key);
	if (err)
		return err;
	sig = kmalloc(key.size, GFP_KERNEL);
	if (!sig)
		return -ENOMEM;
	i->sig_len = key.size;
	err = shim6_key_sign(i->key, digest, sig, key.size);
	if (!err && shim6_key_verify(&key, digest, sig, key.size))
		err = -EKEYREJECTED;
	kfree(sig);
	return err;
}

int shim6_identity_add_cga(struct shim6_net *sn, const u8 *pds, u16 len,
			   s32 serial, u32 *id)
{
	struct shim6_identity *i = shim6_identity_alloc(pds, len);
	struct key *key;
	int err;

	if (IS_ERR(i))
		return PTR_ERR(i);
	key = shim6_key_find(serial);
	if (!IS_ERR(key))
		i->key = key;
	err = PTR_ERR_OR_ZERO(key);
	if (!err)
		err = shim6_identity_try_key(i);
	if (!err)
		return shim6_identity_take(sn, i, id);
	shim6_identity_free(i);
	return err;
}

bool shim6_identity_signed(struct shim6_net *sn, u32 id, struct shim6_own *own,
			   int err)
{
	struct shim6_own *old = NULL;
	struct shim6_identity *i;
	bool done = false;

	mutex_lock(&sn->cfg_mutex);
	list_for_each_entry(i, &sn->identities->list, list) {
		if (i->id != id)
			continue;
		i->err = err;
		if (!own)
			continue;
		shim6_own_get(&own->list);
		old = rcu_replace_pointer(i->own, own,
					  lockdep_is_held(&sn->cfg_mutex));
		done = true;
	}
	mutex_unlock(&sn->cfg_mutex);
	if (old)
		shim6_own_put(&old->list);
	return done;
}

int shim6_identity_del(struct shim6_net *sn, u32 id, bool key)
{
	struct shim6_identities *all = sn->identities;
	struct shim6_identity *i, *found = NULL;

	mutex_lock(&sn->cfg_mutex);
	list_for_each_entry(i, &all->list, list)
		if (i->id == id && !i->key == !key)
			found = i;
	if (found) {
		list_del_rcu(&found->list);
		WRITE_ONCE(all->n, all->n - 1);
		all->epoch++;
	}
	mutex_unlock(&sn->cfg_mutex);
	if (!found)
		return -ENOENT;
	synchronize_rcu();
	shim6_identity_free(found);
	return 0;
}

static bool shim6_identity_has(const struct shim6_identity *i,
			       const struct in6_addr *addr)
{
	struct shim6_pds_check c = { .p = &i->pds, .strength = -1 };

	return !shim6_check_member(&c, addr);
}

const struct shim6_identity *shim6_identity_of(struct shim6_net *sn,
					       const struct in6_addr *addr)
{
	const struct shim6_identity *i;

	list_for_each_entry_rcu(i, &sn->identities->list, list,
				lockdep_is_held(&sn->cfg_mutex))
		if (shim6_identity_has(i, addr))
			return i;
	return NULL;
}

const struct shim6_identity *shim6_identity_next(struct shim6_net *sn, u32 id)
{
	const struct shim6_identity *i;

	list_for_each_entry_rcu(i, &sn->identities->list, list,
				lockdep_is_held(&sn->cfg_mutex))
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
