// SPDX-License-Identifier: GPL-2.0
/*
 * The time a machine was asleep, see sleepwatch.h. A namespace is told by a
 * work item, as its contexts are walked.
 */
#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/suspend.h>
#include "engine.h"
#include "net.h"
#include "sleepwatch.h"
#include "table.h"

/* All of it since boot when it last fell asleep; PM notifiers are serialised */
static u64 shim6_sleepwatch_known;

/* Since boot, ns */
static u64 shim6_sleepwatch_asleep(void)
{
	u64 awake = ktime_get_ns();

	return ktime_get_boottime_ns() - awake;
}

static void shim6_sleepwatch_work(struct work_struct *work)
{
	struct shim6_net *sn = container_of(work, struct shim6_net, sleep_work);
	u64 asleep = atomic64_xchg(&sn->asleep, 0);
	struct shim6_ctx *ctx;
	u32 id = 0;

	while ((ctx = shim6_table_get_next(sn, id))) {
		id = ctx->id + 1;
		shim6_engine_resumed(ctx, asleep);
		shim6_ctx_put(ctx);
		cond_resched();
	}
}

static void shim6_sleepwatch_tell(u64 asleep)
{
	struct shim6_net *sn;
	struct net *net;

	rcu_read_lock();
	for_each_net_rcu(net) {
		sn = shim6_net(net);
		if (!sn || READ_ONCE(sn->dying) || !READ_ONCE(sn->ncontexts))
			continue;
		atomic64_add(asleep, &sn->asleep);
		queue_work(sn->wq, &sn->sleep_work);
	}
	rcu_read_unlock();
}

/* Context: process */
static int shim6_sleepwatch_event(struct notifier_block *nb,
				  unsigned long event, void *ptr)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
		shim6_sleepwatch_known = shim6_sleepwatch_asleep();
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
		shim6_sleepwatch_tell(shim6_sleepwatch_asleep() -
				      shim6_sleepwatch_known);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block shim6_sleepwatch_nb = {
	.notifier_call = shim6_sleepwatch_event,
};

int shim6_sleepwatch_setup(void)
{
	/* It may be asleep soon, and who prepared for that have been told */
	shim6_sleepwatch_known = shim6_sleepwatch_asleep();
	return register_pm_notifier(&shim6_sleepwatch_nb);
}

void shim6_sleepwatch_teardown(void)
{
	unregister_pm_notifier(&shim6_sleepwatch_nb);
}

int shim6_sleepwatch_init(struct shim6_net *sn)
{
	INIT_WORK(&sn->sleep_work, shim6_sleepwatch_work);
	return 0;
}

void shim6_sleepwatch_exit(struct shim6_net *sn)
{
	cancel_work_sync(&sn->sleep_work);
}
