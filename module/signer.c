// SPDX-License-Identifier: GPL-2.0
/*
 * Signs our Locator Lists, see signer.h. cfg_mutex is not held meanwhile: what
 * a failure asks for does not wait for a signature.
 */
#include <linux/key.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "engine.h"
#include "identity.h"
#include "keyring.h"
#include "local.h"
#include "net.h"
#include "own.h"
#include "signer.h"

/* There was no memory */
#define SIGN_AGAIN	HZ

/**
 * struct shim6_signing - a list that is being signed
 * @id: its identity
 * @key: private key, a reference
 * @size: octets of a signature
 * @own: the list, a reference
 */
struct shim6_signing {
	u32 id;
	struct key *key;
	u16 size;
	struct shim6_own *own;
};

/* cfg_mutex held. Is there something else to announce than before */
static bool shim6_signer_wanted(struct shim6_net *sn,
				const struct shim6_identity *i,
				struct shim6_own *fresh)
{
	struct shim6_own *old;

	old = rcu_dereference_protected(i->own,
					lockdep_is_held(&sn->cfg_mutex));
	/* Nobody can have a context of it before its address was here */
	if (!old && !shim6_local_members(sn, i->id))
		return false;
	shim6_local_listing(sn, i, &fresh->list);
	/* An empty list cannot be sent; the last one stays */
	if (!fresh->list.n || (old && shim6_own_same(&old->list, &fresh->list)))
		return false;
	/* Random to begin with, then the next */
	fresh->list.gen = old ? old->list.gen + 1 : get_random_u32();
	return true;
}

/* The next identity from @id on whose list changed. Return: 0 or -ENOENT */
static int shim6_signer_next(struct shim6_net *sn, u32 id,
			     struct shim6_signing *s)
{
	const struct shim6_identity *i;
	int err = -ENOENT;

	mutex_lock(&sn->cfg_mutex);
	while ((i = shim6_identity_next(sn, id))) {
		id = i->id + 1;
		if (!i->key || !shim6_signer_wanted(sn, i, s->own))
			continue;
		s->id = i->id;
		s->key = key_get(i->key);
		s->size = i->sig_len;
		err = 0;
		break;
	}
	mutex_unlock(&sn->cfg_mutex);
	return err;
}

static int shim6_signer_sign(struct shim6_signing *s)
{
	struct shim6_own_list *list = &s->own->list;
	u8 digest[SHIM6_SHA1_LEN];
	int err;

	if (!shim6_own_needs_signature(list))
		return 0;
	err = shim6_cga_digest(list->gen, list->addr, list->method, list->n,
			       digest);
	if (err)
		return err;
	list->sig_len = s->size;
	return shim6_key_sign(s->key, digest, list->sig, s->size);
}

/* Return: true when contexts have something to tell */
static bool shim6_signer_one(struct shim6_net *sn, struct shim6_signing *s)
{
	int err = shim6_signer_sign(s);

	if (err)
		shim6_count(sn, SIGN_FAILED);
	else if (s->own->list.sig_len)
		shim6_count(sn, SIGNED);
	return shim6_identity_signed(sn, s->id, err ? NULL : s->own, err);
}

static void shim6_signer_work(struct work_struct *work)
{
	struct shim6_net *sn = container_of(to_delayed_work(work),
					    struct shim6_net, sign_work);
	struct shim6_signing s;
	bool changed = false;
	u32 id = 1;
	int err = 0;

	while (!err && !READ_ONCE(sn->dying)) {
		s.own = shim6_own_alloc();
		if (!s.own) {
			queue_delayed_work(sn->wq, &sn->sign_work, SIGN_AGAIN);
			break;
		}
		err = shim6_signer_next(sn, id, &s);
		if (!err) {
			changed |= shim6_signer_one(sn, &s);
			key_put(s.key);
			id = s.id + 1;
		}
		shim6_own_put(&s.own->list);
		cond_resched();
	}
	if (changed)
		shim6_engine_local(sn);
}

void shim6_signer_changed(struct shim6_net *sn)
{
	if (!READ_ONCE(sn->dying))
		mod_delayed_work(sn->wq, &sn->sign_work, 0);
}

void shim6_signer_flush(struct shim6_net *sn)
{
	flush_delayed_work(&sn->sign_work);
}

int shim6_signer_init(struct shim6_net *sn)
{
	INIT_DELAYED_WORK(&sn->sign_work, shim6_signer_work);
	return 0;
}

void shim6_signer_exit(struct shim6_net *sn)
{
	cancel_delayed_work_sync(&sn->sign_work);
}
