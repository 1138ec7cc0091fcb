// SPDX-License-Identifier: GPL-2.0
/*
 * Birth and death of what the module keeps per network namespace.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "addrwatch.h"
#include "bury.h"
#include "early.h"
#include "engine.h"
#include "event.h"
#include "fork.h"
#include "guard.h"
#include "hooks.h"
#include "identity.h"
#include "kick.h"
#include "local.h"
#include "net.h"
#include "netns.h"
#include "nudwatch.h"
#include "peer.h"
#include "policy.h"
#include "precedence.h"
#include "prefs.h"
#include "procfs.h"
#include "recover.h"
#include "service.h"
#include "signer.h"
#include "sleepwatch.h"
#include "sockets.h"
#include "spread.h"
#include "sysfs.h"
#include "table.h"
#include "trigger.h"
#include "verify.h"

unsigned int shim6_net_id;

/**
 * struct shim6_room - a part of a namespace
 * @init: makes it; NULL: nothing can fail
 * @exit: its mirror
 *
 * In the order of their making: each may use the ones before it. What users
 * reach comes last, so that it goes first.
 */
struct shim6_room {
	int (*init)(struct shim6_net *sn);
	void (*exit)(struct shim6_net *sn);
};

static const struct shim6_room shim6_rooms[] = {
	/* Read by the work of the others */
	{ shim6_service_init, shim6_service_exit },
	{ shim6_precedence_init, shim6_precedence_exit },
	{ shim6_table_init, shim6_table_exit },
	{ shim6_event_init, shim6_event_exit },
	{ shim6_recover_init, shim6_recover_exit },
	{ shim6_spread_init, shim6_spread_exit },
	{ shim6_guard_init, shim6_guard_exit },
	{ shim6_identity_init, shim6_identity_exit },
	{ shim6_prefs_init, shim6_prefs_exit },
	{ shim6_local_init, shim6_local_exit },
	{ shim6_peer_init, shim6_peer_exit },
	{ shim6_policy_init, shim6_policy_exit },
	{ shim6_trigger_init, shim6_trigger_exit },
	{ shim6_fork_init, shim6_fork_exit },
	{ shim6_kick_init, shim6_kick_exit },
	{ shim6_early_init, shim6_early_exit },
	{ shim6_verify_init, shim6_verify_exit },
	{ shim6_signer_init, shim6_signer_exit },
	{ shim6_nudwatch_init, shim6_nudwatch_exit },
	{ shim6_sleepwatch_init, shim6_sleepwatch_exit },
	{ shim6_sockets_init, shim6_sockets_exit },
};

static void shim6_netns_rooms_exit(struct shim6_net *sn, int n)
{
	while (n--)
		shim6_rooms[n].exit(sn);
}

static int shim6_netns_rooms_init(struct shim6_net *sn)
{
	int err;
	int n;

	for (n = 0; n < ARRAY_SIZE(shim6_rooms); n++) {
		err = shim6_rooms[n].init(sn);
		if (err) {
			shim6_netns_rooms_exit(sn, n);
			return err;
		}
	}
	return 0;
}

/* Hooks are there exactly while something may need them */
static void shim6_netns_hook_work(struct work_struct *work)
{
	struct shim6_net *sn = container_of(work, struct shim6_net, hook_work);
	bool wanted, on;

	mutex_lock(&sn->cfg_mutex);
	on = sn->hooks_on;
	wanted = !READ_ONCE(sn->dying) &&
		 (READ_ONCE(sn->ncontexts) || shim6_identity_any(sn) ||
		  rcu_access_pointer(sn->service));
	if (wanted && !on) {
		WRITE_ONCE(sn->hooks_on, !shim6_hooks_register(sn));
	} else if (!wanted && on) {
		shim6_hooks_unregister(sn);
		WRITE_ONCE(sn->hooks_on, false);
	}
	on = sn->hooks_on;
	mutex_unlock(&sn->cfg_mutex);
	shim6_spread_changed(sn);
	if (on)
		shim6_addrwatch_begin(sn);
}

static void shim6_netns_fields(struct shim6_net *sn, struct net *net)
{
	sn->net = net;
	shim6_params_init(&sn->params);
	mutex_init(&sn->cfg_mutex);
	spin_lock_init(&sn->secret_lock);
	get_random_bytes(sn->secret.key, sizeof(sn->secret.key));
	sn->secret.since = ktime_get_ns();
	INIT_WORK(&sn->reaper, shim6_bury_work);
	INIT_WORK(&sn->hook_work, shim6_netns_hook_work);
	init_llist_head(&sn->grave);
	shim6_addrwatch_init(sn);
}

static int __net_init shim6_netns_init(struct net *net)
{
	struct shim6_net *sn = shim6_net(net);
	int err = -ENOMEM;

	shim6_netns_fields(sn, net);
	sn->stats = alloc_percpu(struct shim6_stats);
	if (!sn->stats)
		return -ENOMEM;
	sn->wq = alloc_workqueue("shim6", WQ_UNBOUND, 0);
	if (!sn->wq)
		goto err_wq;
	err = shim6_netns_rooms_init(sn);
	if (err)
		goto err_rooms;
	err = shim6_sysfs_init(sn);
	if (err)
		goto err_sysfs;
	err = shim6_procfs_init(sn);
	if (err)
		goto err_procfs;
	return 0;

err_procfs:
	shim6_sysfs_exit(sn);
err_sysfs:
	shim6_netns_rooms_exit(sn, ARRAY_SIZE(shim6_rooms));
err_rooms:
	destroy_workqueue(sn->wq);
err_wq:
	free_percpu(sn->stats);
	return err;
}

/* Nothing new from here on; the core waits a grace period before exit */
static void __net_exit shim6_netns_pre_exit(struct net *net)
{
	struct shim6_net *sn = shim6_net(net);

	spin_lock_bh(&sn->table_lock);
	WRITE_ONCE(sn->dying, true);
	spin_unlock_bh(&sn->table_lock);
	cancel_work_sync(&sn->hook_work);
	mutex_lock(&sn->cfg_mutex);
	if (sn->hooks_on)
		shim6_hooks_unregister(sn);
	WRITE_ONCE(sn->hooks_on, false);
	mutex_unlock(&sn->cfg_mutex);
}

/*
 * Users go first, without cfg_mutex: removing sysfs waits for writers that
 * want it. Contexts are freed by RCU, their paths release routes whose last
 * references are dropped by RCU again, and the operations of a route live in
 * struct net: two barriers, since the core has only one of its own.
 */
static void __net_exit shim6_netns_exit(struct net *net)
{
	struct shim6_net *sn = shim6_net(net);

	/* Queued by who did not see yet that the namespace is dying */
	cancel_work_sync(&sn->hook_work);
	shim6_procfs_exit(sn);
	shim6_sysfs_exit(sn);
	shim6_addrwatch_exit(sn);
	shim6_engine_flush(sn);
	shim6_netns_rooms_exit(sn, ARRAY_SIZE(shim6_rooms));
	destroy_workqueue(sn->wq);
	rcu_barrier();
	rcu_barrier();
	free_percpu(sn->stats);
}

static struct pernet_operations shim6_netns_ops = {
	.init = shim6_netns_init,
	.pre_exit = shim6_netns_pre_exit,
	.exit = shim6_netns_exit,
	.id = &shim6_net_id,
	.size = sizeof(struct shim6_net),
};

int shim6_netns_setup(void)
{
	return register_pernet_subsys(&shim6_netns_ops);
}

void shim6_netns_teardown(void)
{
	unregister_pernet_subsys(&shim6_netns_ops);
}
