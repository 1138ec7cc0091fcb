// SPDX-License-Identifier: GPL-2.0
/*
 * Watches the addresses and links of all namespaces.
 *
 * What takes a locator away is acted on at once: carrier, interface and
 * address notifiers queue a work item. The end of duplicate address detection
 * and deprecation have no notifier. They could be read from rtnetlink by a
 * socket in each namespace and a parser of its messages; a look each second
 * while the hooks are on does it with what is here anyway, misses nothing when
 * a socket's queue overflows, and costs an idle namespace nothing.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include "addrwatch.h"
#include "early.h"
#include "engine.h"
#include "local.h"
#include "net.h"
#include "signer.h"

/**
 * struct shim6_gone - an address that was deleted
 * @node: in sn->addr_gone
 * @addr: address
 */
struct shim6_gone {
	struct llist_node node;
	struct in6_addr addr;
};

/* A copy on any interface keeps a ULID, one that is tentative after its link
 * came back too; the kernel looks for that in no VRF
 */
static bool shim6_addrwatch_left(struct shim6_net *sn,
				 const struct in6_addr *addr)
{
	return ipv6_chk_addr_and_flags(sn->net, addr, NULL, true, 0, 0) ||
	       shim6_local_is_ours(sn, addr);
}

static void shim6_addrwatch_bury(struct shim6_net *sn)
{
	struct llist_node *list = llist_del_all(&sn->addr_gone);
	struct shim6_gone *gone, *next;

	llist_for_each_entry_safe(gone, next, list, node) {
		if (!shim6_addrwatch_left(sn, &gone->addr)) {
			shim6_local_invalidate(sn, &gone->addr);
			shim6_engine_gone(sn, &gone->addr);
		}
		kfree(gone);
	}
}

static void shim6_addrwatch_look(struct shim6_net *sn)
{
	shim6_addrwatch_bury(sn);
	if (!shim6_local_refresh(sn))
		return;
	/* What was lost is lost at once; the peers are told with a signature */
	shim6_engine_local(sn);
	shim6_signer_changed(sn);
	shim6_early_changed(sn);
}

static void shim6_addrwatch_work(struct work_struct *work)
{
	shim6_addrwatch_look(container_of(work, struct shim6_net, addr_work));
}

static void shim6_addrwatch_scan(struct work_struct *work)
{
	struct shim6_net *sn = container_of(to_delayed_work(work),
					    struct shim6_net, addr_scan);

	shim6_addrwatch_look(sn);
	if (READ_ONCE(sn->hooks_on) && !READ_ONCE(sn->dying))
		queue_delayed_work(sn->wq, &sn->addr_scan, HZ);
}

void shim6_addrwatch_begin(struct shim6_net *sn)
{
	if (!READ_ONCE(sn->dying))
		mod_delayed_work(sn->wq, &sn->addr_scan, 0);
}

void shim6_addrwatch_init(struct shim6_net *sn)
{
	INIT_WORK(&sn->addr_work, shim6_addrwatch_work);
	INIT_DELAYED_WORK(&sn->addr_scan, shim6_addrwatch_scan);
	init_llist_head(&sn->addr_gone);
}

void shim6_addrwatch_exit(struct shim6_net *sn)
{
	cancel_delayed_work_sync(&sn->addr_scan);
	cancel_work_sync(&sn->addr_work);
	shim6_addrwatch_bury(sn);
}

/*
 * An address deleted from an interface that is up, by hand or because its
 * lifetime ended, is gone for good. One that vanishes with its interface is
 * only a locator that is lost, and IFF_UP is cleared by then (architecture:
 * "A locator is lost, a ULID is invalid").
 */
static void shim6_addrwatch_deleted(struct shim6_net *sn,
				    const struct inet6_ifaddr *ifa)
{
	const struct net_device *dev = ifa->idev->dev;
	struct shim6_gone *gone;

	if (!(dev->flags & IFF_UP) || dev->reg_state != NETREG_REGISTERED)
		return;
	if (!READ_ONCE(sn->ncontexts))
		return;
	gone = kmalloc(sizeof(*gone), GFP_ATOMIC);
	if (!gone)
		return;
	gone->addr = ifa->addr;
	llist_add(&gone->node, &sn->addr_gone);
}

/* Context: atomic */
static int shim6_addrwatch_addr(struct notifier_block *nb, unsigned long event,
				void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;
	struct shim6_net *sn = shim6_net(dev_net(ifa->idev->dev));

	if (!sn || READ_ONCE(sn->dying))
		return NOTIFY_DONE;
	if (event == NETDEV_DOWN)
		shim6_addrwatch_deleted(sn, ifa);
	shim6_net_addrs_changed(sn);
	return NOTIFY_DONE;
}

/* Context: process, rtnl */
static int shim6_addrwatch_dev(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct shim6_net *sn = shim6_net(dev_net(dev));

	if (!sn || READ_ONCE(sn->dying))
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UP:
	case NETDEV_CHANGE:
	case NETDEV_GOING_DOWN:
	case NETDEV_DOWN:
	case NETDEV_UNREGISTER:
		shim6_net_addrs_changed(sn);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block shim6_addrwatch_addr_nb = {
	.notifier_call = shim6_addrwatch_addr,
};

static struct notifier_block shim6_addrwatch_dev_nb = {
	.notifier_call = shim6_addrwatch_dev,
};

int shim6_addrwatch_setup(void)
{
	int err;

	err = register_inet6addr_notifier(&shim6_addrwatch_addr_nb);
	if (err)
		return err;
	err = register_netdevice_notifier(&shim6_addrwatch_dev_nb);
	if (err)
		unregister_inet6addr_notifier(&shim6_addrwatch_addr_nb);
	return err;
}

void shim6_addrwatch_teardown(void)
{
	unregister_netdevice_notifier(&shim6_addrwatch_dev_nb);
	unregister_inet6addr_notifier(&shim6_addrwatch_addr_nb);
}
