// SPDX-License-Identifier: GPL-2.0
/*
 * Limits for received messages in a namespace, see guard.h.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "guard.h"
#include "net.h"
#include "police.h"
#include "service.h"

/**
 * struct limit - one kind
 * @lock: protects the rest
 * @on: there is one
 * @is: as it was configured
 * @p: its buckets
 */
struct limit {
	spinlock_t lock;	/* see above */
	bool on;
	struct shim6_qos_police is;
	struct shim6_police p;
};

/**
 * struct shim6_guard - the limits of a namespace
 * @key: of the hash
 * @update: one update at a time
 * @limit: by kind
 */
struct shim6_guard {
	siphash_key_t key;
	struct mutex update;	/* see above */
	struct limit limit[SHIM6_QOS_POLICE_COUNT];
};

int shim6_guard_kind(u8 type)
{
	switch (type) {
	case SHIM6_MSG_I1:
		return SHIM6_QOS_POLICE_I1_IN;
	case SHIM6_MSG_I2:
		return SHIM6_QOS_POLICE_I2_IN;
	case SHIM6_MSG_R1BIS:
	case SHIM6_MSG_I2BIS:
		return SHIM6_QOS_POLICE_BIS_IN;
	case SHIM6_MSG_UPDATE_REQ:
		return SHIM6_QOS_POLICE_UR_IN;
	case SHIM6_MSG_PROBE:
		return SHIM6_QOS_POLICE_PROBE_IN;
	default:
		return -1;
	}
}

bool shim6_guard_admits(struct shim6_net *sn, unsigned int kind,
			const struct in6_addr *who)
{
	struct shim6_guard *g = sn->guard;
	struct limit *l = &g->limit[kind];
	u64 prefix;
	bool good;

	if (!READ_ONCE(l->on))
		return true;
	spin_lock_bh(&l->lock);
	prefix = shim6_police_prefix(&l->p, who);
	good = shim6_police_admit(&l->p, prefix, siphash_1u64(prefix, &g->key),
				  ktime_get_ns());
	spin_unlock_bh(&l->lock);
	return good;
}

static void free_arrays(const struct shim6_police *p)
{
	kvfree(p->heads);
	kvfree(p->slots);
}

static void make(struct shim6_police *p, const struct shim6_qos_police *is)
{
	*p = (struct shim6_police) {
		.src_len = is->src_len,
		.all = { .rate = is->rate, .burst = is->burst },
		.src = { .rate = is->src_rate, .burst = is->src_burst },
	};
	if (!is->src_len || !is->src_rate || !is->src_slots)
		return;
	p->nheads = shim6_police_heads(is->src_slots);
	p->heads = kvcalloc(p->nheads, sizeof(*p->heads), GFP_KERNEL_ACCOUNT);
	p->slots = kvcalloc(is->src_slots, sizeof(*p->slots),
			    GFP_KERNEL_ACCOUNT);
	if (p->heads && p->slots)
		p->nslots = is->src_slots;
}

static void replace(struct limit *l, const struct shim6_qos_police *is)
{
	struct shim6_police fresh, old;

	make(&fresh, is);
	spin_lock_bh(&l->lock);
	old = l->p;
	fresh.passed = l->on ? old.passed : 0;
	fresh.dropped = l->on ? old.dropped : 0;
	l->p = fresh;
	l->is = *is;
	WRITE_ONCE(l->on, is->rate || is->src_rate);
	spin_unlock_bh(&l->lock);
	free_arrays(&old);
}

void shim6_guard_update(struct shim6_net *sn)
{
	struct shim6_qos_police want[SHIM6_QOS_POLICE_COUNT] = {};
	struct shim6_guard *g = sn->guard;
	const struct shim6_service *sv;
	unsigned int i;

	mutex_lock(&g->update);
	rcu_read_lock();
	sv = shim6_service(sn);
	if (sv)
		memcpy(want, sv->q.police, sizeof(want));
	rcu_read_unlock();
	for (i = 0; i < SHIM6_QOS_POLICE_COUNT; i++)
		if (memcmp(&want[i], &g->limit[i].is, sizeof(want[i])))
			replace(&g->limit[i], &want[i]);
	mutex_unlock(&g->update);
}

void shim6_guard_counted(struct shim6_net *sn, struct shim6_qos_police *p)
{
	struct limit *l;

	p->passed = 0;
	p->dropped = 0;
	if (p->kind >= SHIM6_QOS_POLICE_COUNT)
		return;
	l = &sn->guard->limit[p->kind];
	spin_lock_bh(&l->lock);
	if (l->on) {
		p->passed = l->p.passed;
		p->dropped = l->p.dropped;
	}
	spin_unlock_bh(&l->lock);
}

void shim6_guard_exit(struct shim6_net *sn)
{
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_POLICE_COUNT; i++)
		free_arrays(&sn->guard->limit[i].p);
	kfree(sn->guard);
	sn->guard = NULL;
}

int shim6_guard_init(struct shim6_net *sn)
{
	struct shim6_guard *g = kzalloc(sizeof(*g), GFP_KERNEL);
	unsigned int i;

	if (!g)
		return -ENOMEM;
	get_random_bytes(&g->key, sizeof(g->key));
	mutex_init(&g->update);
	for (i = 0; i < SHIM6_QOS_POLICE_COUNT; i++)
		spin_lock_init(&g->limit[i].lock);
	sn->guard = g;
	return 0;
}
