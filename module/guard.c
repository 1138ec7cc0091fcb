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
#include "qos.h"

/**
 * struct limit - one kind
 * @lock: protects @on and @p
 * @on: there is one
 * @p: its buckets
 * @is: as it was configured; by &shim6_guard.change as all that follows
 * @other: what comes is not what is
 * @want: as it is to be, if that is something else
 * @next: its buckets then
 */
struct limit {
	spinlock_t lock;	/* see above */
	bool on;
	struct shim6_police p;
	struct shim6_qos_police is;
	bool other;
	struct shim6_qos_police want;
	struct shim6_police next;
};

/**
 * struct shim6_guard - the limits of a namespace
 * @key: of the hash
 * @change: from shim6_guard_begin() to shim6_guard_end()
 * @limit: by kind
 */
struct shim6_guard {
	siphash_key_t key;
	struct mutex change;	/* see above */
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

static void free_arrays(struct shim6_police *p)
{
	kvfree(p->heads);
	kvfree(p->slots);
	p->heads = NULL;
	p->slots = NULL;
}

static int make(struct shim6_police *p, const struct shim6_qos_police *is)
{
	*p = (struct shim6_police) {
		.src_len = is->src_len,
		.all = { .rate = is->rate, .burst = is->burst },
		.src = { .rate = is->src_rate, .burst = is->src_burst },
	};
	if (!is->src_len)
		return 0;
	p->nslots = is->src_slots;
	p->nheads = shim6_police_heads(is->src_slots);
	p->heads = kvcalloc(p->nheads, sizeof(*p->heads), GFP_KERNEL_ACCOUNT);
	p->slots = kvcalloc(p->nslots, sizeof(*p->slots), GFP_KERNEL_ACCOUNT);
	if (p->heads && p->slots)
		return 0;
	free_arrays(p);
	return -ENOMEM;
}

static void forget(struct limit *l)
{
	if (l->other)
		free_arrays(&l->next);
	l->other = false;
}

static void replace(struct limit *l)
{
	struct shim6_police old;

	spin_lock_bh(&l->lock);
	old = l->p;
	if (l->on) {
		l->next.passed = old.passed;
		l->next.dropped = old.dropped;
	}
	l->p = l->next;
	WRITE_ONCE(l->on, l->want.rate || l->want.src_rate);
	spin_unlock_bh(&l->lock);
	l->is = l->want;
	l->other = false;
	free_arrays(&old);
}

void shim6_guard_begin(struct shim6_net *sn)
{
	mutex_lock(&sn->guard->change);
}

static int prepare(struct limit *l, const struct shim6_qos_police *want)
{
	int err;

	forget(l);
	if (!memcmp(want, &l->is, sizeof(*want)))
		return 0;
	err = make(&l->next, want);
	if (err)
		return err;
	l->want = *want;
	l->other = true;
	return 0;
}

int shim6_guard_prepare(struct shim6_net *sn, const struct shim6_qos *q)
{
	struct shim6_guard *g = sn->guard;
	unsigned int i;
	int err;

	lockdep_assert_held(&g->change);
	for (i = 0; i < SHIM6_QOS_POLICE_COUNT; i++) {
		err = prepare(&g->limit[i], &q->police[i]);
		if (err)
			return err;
	}
	return 0;
}

void shim6_guard_end(struct shim6_net *sn, bool prepared)
{
	struct shim6_guard *g = sn->guard;
	struct limit *l;

	for (l = g->limit; l < g->limit + SHIM6_QOS_POLICE_COUNT; l++) {
		if (prepared && l->other)
			replace(l);
		else
			forget(l);
	}
	mutex_unlock(&g->change);
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
	mutex_init(&g->change);
	for (i = 0; i < SHIM6_QOS_POLICE_COUNT; i++)
		spin_lock_init(&g->limit[i].lock);
	sn->guard = g;
	return 0;
}
