// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that came too early, see early.h.
 */
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <linux/shim6.h>
#include "early.h"
#include "net.h"
#include "signer.h"
#include "verify.h"

/* Peers that find out within the moment between module and sets */
#define SHIM6_EARLY_MAX		16

/**
 * struct shim6_early - messages that came too early
 * @lock: all of it
 * @work: reads them again
 * @sn: namespace
 * @next: the place that is taken next
 * @kept: messages, NULL in a free place
 */
struct shim6_early {
	spinlock_t lock;
	struct work_struct work;
	struct shim6_net *sn;
	unsigned int next;
	struct shim6_waiting *kept[SHIM6_EARLY_MAX];
};

void shim6_early_keep(struct shim6_net *sn, const struct shim6_pair *pair,
		      const u8 *packet, u16 len, u16 offset)
{
	struct shim6_early *early = sn->early;
	struct shim6_waiting *w, **place;

	w = shim6_waiting_new(pair, packet, len, offset);
	if (!w)
		return;
	spin_lock_bh(&early->lock);
	place = &early->kept[early->next];
	early->next = (early->next + 1) % SHIM6_EARLY_MAX;
	swap(*place, w);
	spin_unlock_bh(&early->lock);
	kfree(w);
}

static void shim6_early_take(struct shim6_early *early,
			     struct shim6_waiting **all)
{
	spin_lock_bh(&early->lock);
	memcpy(all, early->kept, sizeof(early->kept));
	memset(early->kept, 0, sizeof(early->kept));
	spin_unlock_bh(&early->lock);
}

static void shim6_early_work(struct work_struct *work)
{
	struct shim6_early *early = container_of(work, struct shim6_early,
						 work);
	struct shim6_waiting *all[SHIM6_EARLY_MAX];
	unsigned int i;

	/* The answer has our list, signed if it must be, and payload that
	 * follows it at once finds the hooks
	 */
	flush_work(&early->sn->hook_work);
	shim6_signer_flush(early->sn);
	shim6_early_take(early, all);
	for (i = 0; i < SHIM6_EARLY_MAX; i++) {
		const struct shim6_waiting *w = all[i];

		if (!w)
			continue;
		shim6_verify_queue(early->sn, &w->pair, w->packet, w->len,
				   w->offset);
		kfree(w);
	}
}

void shim6_early_changed(struct shim6_net *sn)
{
	if (!READ_ONCE(sn->dying))
		queue_work(sn->wq, &sn->early->work);
}

void shim6_early_flush(struct shim6_net *sn)
{
	flush_work(&sn->early->work);
}

int shim6_early_init(struct shim6_net *sn)
{
	struct shim6_early *early = kzalloc(sizeof(*early), GFP_KERNEL);

	if (!early)
		return -ENOMEM;
	spin_lock_init(&early->lock);
	INIT_WORK(&early->work, shim6_early_work);
	early->sn = sn;
	sn->early = early;
	return 0;
}

void shim6_early_exit(struct shim6_net *sn)
{
	struct shim6_waiting *all[SHIM6_EARLY_MAX];
	unsigned int i;

	cancel_work_sync(&sn->early->work);
	shim6_early_take(sn->early, all);
	for (i = 0; i < SHIM6_EARLY_MAX; i++)
		kfree(all[i]);
	kfree(sn->early);
}
