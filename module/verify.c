// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that wait for their signature to be checked, see verify.h. One work
 * item takes them in the order of their arrival: a flood keeps one processor
 * busy at most.
 */
#include <linux/atomic.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "drop.h"
#include "event.h"
#include "net.h"
#include "verify.h"

static void (*shim6_verify_handler)(struct shim6_net *sn,
				    const struct shim6_waiting *w);

struct shim6_waiting *shim6_waiting_new(const struct shim6_pair *pair,
					const u8 *packet, u16 len, u16 offset)
{
	struct shim6_waiting *w;

	w = kmalloc(struct_size(w, packet, len), GFP_ATOMIC);
	if (!w)
		return NULL;
	w->pair = *pair;
	w->offset = offset;
	w->len = len;
	memcpy(w->packet, packet, len);
	return w;
}

void shim6_verify_queue(struct shim6_net *sn, const struct shim6_pair *pair,
			const u8 *packet, u16 len, u16 offset)
{
	struct shim6_waiting *w;

	if (READ_ONCE(sn->dying)) {
		shim6_drop(sn, RX_DROP_OWN, pair);
		return;
	}
	if (atomic_inc_return(&sn->nwaiting) >
	    shim6_param(&sn->params, SHIM6_P_VERIFY_MAX)) {
		atomic_dec(&sn->nwaiting);
		shim6_drop(sn, LIMIT_VERIFY, pair);
		shim6_event_limit(sn, SHIM6_STAT_LIMIT_VERIFY);
		return;
	}
	w = shim6_waiting_new(pair, packet, len, offset);
	if (!w) {
		atomic_dec(&sn->nwaiting);
		shim6_drop(sn, RX_DROP_NOMEM, pair);
		return;
	}
	llist_add(&w->node, &sn->waiting);
	queue_work(sn->wq, &sn->verify_work);
}

static void shim6_verify_take(struct shim6_net *sn, bool handle)
{
	struct llist_node *all = llist_del_all(&sn->waiting);
	struct shim6_waiting *w, *next;

	all = llist_reverse_order(all);
	llist_for_each_entry_safe(w, next, all, node) {
		if (handle && !READ_ONCE(sn->dying))
			shim6_verify_handler(sn, w);
		kfree(w);
		atomic_dec(&sn->nwaiting);
		cond_resched();
	}
}

static void shim6_verify_work(struct work_struct *work)
{
	shim6_verify_take(container_of(work, struct shim6_net, verify_work),
			  true);
}

void shim6_verify_setup(void (*handler)(struct shim6_net *sn,
					const struct shim6_waiting *w))
{
	shim6_verify_handler = handler;
}

int shim6_verify_init(struct shim6_net *sn)
{
	init_llist_head(&sn->waiting);
	atomic_set(&sn->nwaiting, 0);
	INIT_WORK(&sn->verify_work, shim6_verify_work);
	return 0;
}

void shim6_verify_exit(struct shim6_net *sn)
{
	cancel_work_sync(&sn->verify_work);
	shim6_verify_take(sn, false);
}
