// SPDX-License-Identifier: GPL-2.0
/*
 * Our addresses in a namespace. They are kept as an immutable snapshot
 * under RCU, built anew whenever something may have changed: look-ups from
 * the packet path then cost no hash of an HBA set.
 */
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/l3mdev.h>
#include <net/rtnetlink.h>
#include <linux/shim6.h>
#include "event.h"
#include "identity.h"
#include "local.h"
#include "net.h"
#include "own.h"
#include "prefs.h"

#define SHIM6_LOCAL_ADDRS	1024
#define SHIM6_LOCAL_INVALID	32

/**
 * struct shim6_snapshot - addresses that can be locators
 * @rcu: for freeing
 * @invalid: addresses deleted for good lately; "::" in a free place
 * @n: addresses in use
 * @room: addresses there is room for
 * @full: there were more
 * @vrfs: there are VRFs, so addresses may be in one
 * @addr: the addresses
 */
struct shim6_snapshot {
	struct rcu_head rcu;
	struct in6_addr invalid[SHIM6_LOCAL_INVALID];
	unsigned int n;
	unsigned int room;
	bool full;
	bool vrfs;
	struct shim6_local_addr addr[];
};

/**
 * struct shim6_local - our side
 * @snap: addresses; RCU, written under cfg_mutex
 * @changed: contexts were not told of @snap yet; under cfg_mutex
 * @epoch: of the HBA sets that @snap was taken with; under cfg_mutex
 * @next_invalid: place among the invalid ones that is taken next; likewise
 */
struct shim6_local {
	struct shim6_snapshot __rcu *snap;
	bool changed;
	u32 epoch;
	unsigned int next_invalid;
};

/* A copy on lo, a dummy or a VRF keeps a ULID valid, but nothing is reached
 * there
 */
static bool shim6_dev_carries(const struct net_device *dev)
{
	if (dev->flags & IFF_LOOPBACK || netif_is_l3_master(dev))
		return false;
	return !dev->rtnl_link_ops || strcmp(dev->rtnl_link_ops->kind, "dummy");
}

static bool shim6_dev_works(const struct net_device *dev)
{
	return dev->flags & IFF_UP && netif_running(dev) &&
	       netif_carrier_ok(dev) && netif_oper_up(dev);
}

/* Duplicate address detection is over, or may be taken for successful */
static bool shim6_ifa_settled(const struct inet6_ifaddr *ifa)
{
	if (ifa->flags & IFA_F_DADFAILED)
		return false;
	return !(ifa->flags & IFA_F_TENTATIVE) || ifa->flags & IFA_F_OPTIMISTIC;
}

/* RCU or cfg_mutex held */
static const struct shim6_local_addr *
shim6_snapshot_find(const struct shim6_snapshot *s, const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; s && i < s->n; i++)
		if (ipv6_addr_equal(&s->addr[i].addr, addr))
			return &s->addr[i];
	return NULL;
}

static void shim6_snapshot_add(struct shim6_snapshot *s,
			       const struct inet6_ifaddr *ifa,
			       const struct net_device *dev)
{
	struct shim6_local_addr *a;

	if (!shim6_addr_usable(&ifa->addr) || !shim6_ifa_settled(ifa))
		return;
	if (s->n == s->room) {
		s->full = true;
		return;
	}
	a = &s->addr[s->n++];
	a->addr = ifa->addr;
	a->ifindex = dev->ifindex;
	a->vrf = l3mdev_master_ifindex_rcu(dev);
	a->status = shim6_dev_works(dev) ? SHIM6_LOC_UP : 0;
	a->temporary = ifa->flags & IFA_F_TEMPORARY;
	if (ifa->flags & IFA_F_DEPRECATED)
		a->status |= SHIM6_LOC_DEPRECATED;
}

static void shim6_snapshot_dev(struct shim6_snapshot *s,
			       const struct net_device *dev)
{
	struct inet6_dev *idev = __in6_dev_get(dev);
	struct inet6_ifaddr *ifa;

	if (!idev || !shim6_dev_carries(dev))
		return;
	read_lock_bh(&idev->lock);
	list_for_each_entry(ifa, &idev->addr_list, if_list)
		shim6_snapshot_add(s, ifa, dev);
	read_unlock_bh(&idev->lock);
}

static struct shim6_snapshot *shim6_snapshot_take(struct net *net,
						  unsigned int room)
{
	struct shim6_snapshot *s;
	struct net_device *dev;

	s = kzalloc(struct_size(s, addr, room), GFP_KERNEL);
	if (!s)
		return NULL;
	s->room = room;
	rcu_read_lock();
	for_each_netdev_rcu(net, dev) {
		s->vrfs |= netif_is_l3_master(dev);
		shim6_snapshot_dev(s, dev);
	}
	rcu_read_unlock();
	return s;
}

static struct shim6_snapshot *shim6_snapshot_new(struct net *net)
{
	struct shim6_snapshot *s;
	unsigned int room;

	for (room = 16; ; room *= 4) {
		s = shim6_snapshot_take(net, room);
		if (!s || !s->full || room >= SHIM6_LOCAL_ADDRS)
			return s;
		kfree(s);
	}
}

static bool shim6_snapshot_same(const struct shim6_snapshot *a,
				const struct shim6_snapshot *b)
{
	return a && a->n == b->n && a->vrfs == b->vrfs &&
	       !memcmp(a->addr, b->addr, a->n * sizeof(a->addr[0])) &&
	       !memcmp(a->invalid, b->invalid, sizeof(a->invalid));
}

static void shim6_local_emit(struct shim6_net *sn, u32 type,
			     const struct shim6_local_addr *a)
{
	struct shim6_event ev = {
		.type = type,
		.ulid_local = a->addr,
		.ifindex = a->ifindex,
	};

	shim6_event_emit(sn, &ev);
}

/* Events for what is up in @a and not in @b */
static void shim6_snapshot_diff(struct shim6_net *sn, u32 type,
				const struct shim6_snapshot *a,
				const struct shim6_snapshot *b)
{
	const struct shim6_local_addr *other;
	unsigned int i;

	for (i = 0; a && i < a->n; i++) {
		other = shim6_snapshot_find(b, &a->addr[i].addr);
		if (!(a->addr[i].status & SHIM6_LOC_UP))
			continue;
		if (!other || !(other->status & SHIM6_LOC_UP))
			shim6_local_emit(sn, type, &a->addr[i]);
	}
}

/* NULL when an address is not among the invalid ones */
static struct in6_addr *shim6_snapshot_invalid(struct shim6_snapshot *s,
					       const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < SHIM6_LOCAL_INVALID; i++)
		if (ipv6_addr_equal(&s->invalid[i], addr))
			return &s->invalid[i];
	return NULL;
}

bool shim6_local_is_ulid(struct shim6_net *sn, const struct in6_addr *ulid)
{
	struct shim6_snapshot *s;
	bool in_set, invalid;

	if (shim6_local_is_ours(sn, ulid))
		return true;
	rcu_read_lock();
	s = rcu_dereference(sn->local->snap);
	invalid = s && shim6_snapshot_invalid(s, ulid);
	rcu_read_unlock();
	return !invalid && shim6_local_count(sn, ulid, &in_set);
}

static void shim6_local_join(struct shim6_local_addr *a,
			     const struct shim6_identity *i)
{
	a->set = i->id;
	a->group = i->group;
	a->method = i->pds.mp ? SHIM6_METHOD_HBA : SHIM6_METHOD_CGA;
}

/* cfg_mutex held. The set of each address; while the sets are the same, what
 * the old snapshot knows is taken over: the scan of an unchanged host costs no
 * hash
 */
static void shim6_snapshot_members(struct shim6_net *sn,
				   struct shim6_snapshot *s,
				   const struct shim6_snapshot *old)
{
	bool same = sn->local->epoch == shim6_identity_epoch(sn);
	const struct shim6_local_addr *known;
	const struct shim6_identity *set;
	unsigned int i;

	for (i = 0; i < s->n; i++) {
		known = shim6_snapshot_find(old, &s->addr[i].addr);
		if (same && known) {
			s->addr[i].set = known->set;
			s->addr[i].group = known->group;
			s->addr[i].method = known->method;
			continue;
		}
		set = shim6_identity_of(sn, &s->addr[i].addr);
		if (set)
			shim6_local_join(&s->addr[i], set);
	}
}

/* cfg_mutex held. What is on an interface again is valid again */
static void shim6_snapshot_inherit(struct shim6_snapshot *s,
				   const struct shim6_snapshot *old)
{
	struct in6_addr *at;
	unsigned int i;

	if (old)
		memcpy(s->invalid, old->invalid, sizeof(s->invalid));
	for (i = 0; i < s->n; i++) {
		at = shim6_snapshot_invalid(s, &s->addr[i].addr);
		if (at)
			*at = in6addr_any;
	}
}

/* cfg_mutex held. @gone: an address that was deleted for good, or NULL */
static int shim6_local_rescan(struct shim6_net *sn,
			      const struct in6_addr *gone)
{
	struct shim6_local *l = sn->local;
	struct shim6_snapshot *old, *s;

	s = shim6_snapshot_new(sn->net);
	if (!s)
		return -ENOMEM;
	old = rcu_dereference_protected(l->snap,
					lockdep_is_held(&sn->cfg_mutex));
	shim6_snapshot_members(sn, s, old);
	l->epoch = shim6_identity_epoch(sn);
	shim6_snapshot_inherit(s, old);
	if (gone && !shim6_snapshot_invalid(s, gone)) {
		s->invalid[l->next_invalid] = *gone;
		l->next_invalid = (l->next_invalid + 1) % SHIM6_LOCAL_INVALID;
	}
	if (shim6_snapshot_same(old, s)) {
		kfree(s);
		return 0;
	}
	rcu_assign_pointer(l->snap, s);
	l->changed = true;
	shim6_snapshot_diff(sn, SHIM6_EVENT_LOCATOR_DOWN, old, s);
	shim6_snapshot_diff(sn, SHIM6_EVENT_LOCATOR_UP, s, old);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

void shim6_local_invalidate(struct shim6_net *sn, const struct in6_addr *addr)
{
	mutex_lock(&sn->cfg_mutex);
	shim6_local_rescan(sn, addr);
	mutex_unlock(&sn->cfg_mutex);
}

bool shim6_local_refresh(struct shim6_net *sn)
{
	bool changed;

	mutex_lock(&sn->cfg_mutex);
	shim6_local_rescan(sn, NULL);
	changed = sn->local->changed;
	sn->local->changed = false;
	mutex_unlock(&sn->cfg_mutex);
	return changed;
}

int shim6_local_init(struct shim6_net *sn)
{
	int err;

	sn->local = kzalloc(sizeof(*sn->local), GFP_KERNEL);
	if (!sn->local)
		return -ENOMEM;
	mutex_lock(&sn->cfg_mutex);
	err = shim6_local_rescan(sn, NULL);
	mutex_unlock(&sn->cfg_mutex);
	if (err)
		kfree(sn->local);
	return err;
}

/* Nobody looks anything up any more */
void shim6_local_exit(struct shim6_net *sn)
{
	kfree(rcu_dereference_protected(sn->local->snap, true));
	kfree(sn->local);
}

/*
 * RCU held. The VRF of a ULID, or of an identity, which may be NULL. A session
 * is in one, and what comes by another one does not reach its socket, so a
 * locator there is none. What is on no interface now is where its set is.
 */
static int shim6_local_home(const struct shim6_snapshot *s,
			    const struct in6_addr *ulid,
			    const struct shim6_identity *i)
{
	const struct shim6_local_addr *a = NULL;
	unsigned int n;

	if (ulid)
		a = shim6_snapshot_find(s, ulid);
	for (n = 0; !a && i && s && n < s->n; n++)
		if (s->addr[n].set == i->id)
			a = &s->addr[n];
	return a ? a->vrf : 0;
}

/*
 * How an address is listed by an identity, which may be NULL: enum
 * shim6_method, or -1 for not at all.
 */
static int shim6_local_method(const struct shim6_local_addr *a,
			      const struct shim6_identity *i)
{
	if (!i)
		return -1;
	if (a->set == i->id)
		return a->method;
	if (!i->key || (a->set ? a->group != i->group : a->temporary))
		return -1;
	return SHIM6_METHOD_CGA;
}

/* RCU held. Those that the key only signs for come behind its own */
static void shim6_local_add(struct shim6_net *sn,
			    const struct shim6_snapshot *s,
			    const struct shim6_identity *i, int vrf,
			    bool others, struct shim6_locset *set)
{
	unsigned int max, n;
	int at, method;

	max = min_t(u64, shim6_param(&sn->params, SHIM6_P_LOCATOR_MAX),
		    SHIM6_MAX_LOCS);
	for (n = 0; s && n < s->n; n++) {
		if (!s->addr[n].set != others || s->addr[n].vrf != vrf)
			continue;
		method = shim6_local_method(&s->addr[n], i);
		at = shim6_locset_find(set, &s->addr[n].addr);
		if (at < 0 && method >= 0 && set->n < max)
			at = shim6_locset_add(set, &s->addr[n].addr, method, 0);
		/* The same address on two links: one that works is enough */
		if (at >= 0)
			set->loc[at].status |= s->addr[n].status;
	}
}

/* RCU held. The locators of an identity that are here; the ULID first if it is
 */
static void shim6_local_collect(struct shim6_net *sn,
				const struct in6_addr *ulid,
				const struct shim6_identity *i,
				struct shim6_locset *set)
{
	const struct shim6_snapshot *s = rcu_dereference(sn->local->snap);
	const struct shim6_local_addr *a = NULL;
	int vrf = shim6_local_home(s, ulid, i);
	int method;

	if (ulid)
		a = shim6_snapshot_find(s, ulid);
	if (a) {
		method = shim6_local_method(a, i);
		shim6_locset_add(set, ulid,
				 method < 0 ? SHIM6_METHOD_NONE : method, 0);
	}
	shim6_local_add(sn, s, i, vrf, false, set);
	shim6_local_add(sn, s, i, vrf, true, set);
}

void shim6_local_listing(struct shim6_net *sn, const struct shim6_identity *i,
			 struct shim6_own_list *list)
{
	struct shim6_locset *set = kzalloc(sizeof(*set), GFP_ATOMIC);
	unsigned int n;

	list->n = 0;
	if (!set)
		return;
	rcu_read_lock();
	shim6_local_collect(sn, NULL, i, set);
	rcu_read_unlock();
	for (n = 0; n < set->n; n++) {
		if (!(set->loc[n].status & SHIM6_LOC_UP))
			continue;
		list->addr[list->n] = set->loc[n].addr;
		list->method[list->n++] = set->loc[n].method;
	}
	kfree(set);
}

/* RCU held. The interface with an address of ours, or NULL. The kernel looks
 * outside of VRFs, or in a given one; there, too, a copy on lo is only that.
 */
static const struct net_device *
shim6_local_dev(struct shim6_net *sn, const struct in6_addr *addr)
{
	const struct shim6_snapshot *s = rcu_dereference(sn->local->snap);
	struct net_device *outside = ipv6_dev_find(sn->net, addr, NULL);
	struct net_device *dev;

	if (!s || !s->vrfs || (outside && shim6_dev_carries(outside)))
		return outside;
	for_each_netdev_rcu(sn->net, dev)
		if ((netif_is_l3_slave(dev) || netif_is_l3_master(dev)) &&
		    ipv6_chk_addr(sn->net, addr, dev, 1))
			return dev;
	return outside;
}

/* RCU held. Without a scan that sees the end of DAD a ULID may be younger than
 * the snapshot: the first handshake of a namespace meets that
 */
static void shim6_local_young(struct shim6_net *sn, const struct in6_addr *ulid,
			      struct shim6_locset *set)
{
	const struct net_device *dev = shim6_local_dev(sn, ulid);

	if (!dev || !shim6_dev_carries(dev))
		return;
	shim6_locset_add(set, ulid, SHIM6_METHOD_NONE,
			 shim6_dev_works(dev) ? SHIM6_LOC_UP : 0);
}

/* RCU held. Id of the set of a ULID, which need not be on this host */
static u32 shim6_local_set_id(struct shim6_net *sn,
			      const struct in6_addr *ulid)
{
	const struct shim6_snapshot *s = rcu_dereference(sn->local->snap);
	const struct shim6_local_addr *a = shim6_snapshot_find(s, ulid);
	const struct shim6_identity *i;

	if (a)
		return a->set;
	i = shim6_identity_of(sn, ulid);
	return i ? i->id : 0;
}

/* RCU held. The identity of a ULID, which need not be on this host; NULL */
static const struct shim6_identity *
shim6_local_identity(struct shim6_net *sn, const struct in6_addr *ulid)
{
	u32 id = shim6_local_set_id(sn, ulid);
	const struct shim6_identity *i;

	if (!id)
		return NULL;
	i = shim6_identity_next(sn, id);
	/* It may have been deleted meanwhile */
	return i && i->id == id ? i : NULL;
}

/* RCU held */
static void shim6_local_identify(const struct shim6_identity *i,
				 struct shim6_view *view)
{
	struct shim6_own *own = rcu_dereference(i->own);

	memcpy(view->pds, i->raw, i->pds.len);
	view->pds_len = i->pds.len;
	view->signs = i->key;
	if (own && shim6_own_get_maybe(own))
		view->own = &own->list;
}

int shim6_local_view(struct shim6_net *sn, const struct in6_addr *ulid,
		     struct shim6_view *view)
{
	const struct shim6_identity *i;
	int err = 0;

	memset(&view->set, 0, sizeof(view->set));
	view->pds_len = 0;
	view->signs = false;
	view->own = NULL;
	rcu_read_lock();
	i = shim6_local_identity(sn, ulid);
	shim6_local_collect(sn, ulid, i, &view->set);
	if (i)
		shim6_local_identify(i, view);
	if (!view->set.n && shim6_local_is_ours(sn, ulid))
		shim6_local_young(sn, ulid, &view->set);
	else if (!view->set.n)
		err = -EADDRNOTAVAIL;
	shim6_prefs_apply(sn, &view->set);
	rcu_read_unlock();
	return err;
}

unsigned int shim6_local_count(struct shim6_net *sn,
			       const struct in6_addr *ulid, bool *in_set)
{
	const struct shim6_identity *identity;
	const struct shim6_snapshot *s;
	unsigned int n = 0;
	unsigned int i;
	bool up, same;
	int vrf;

	rcu_read_lock();
	s = rcu_dereference(sn->local->snap);
	identity = shim6_local_identity(sn, ulid);
	vrf = shim6_local_home(s, ulid, identity);
	for (i = 0; s && i < s->n; i++) {
		up = s->addr[i].status & SHIM6_LOC_UP && s->addr[i].vrf == vrf;
		same = identity ?
		       shim6_local_method(&s->addr[i], identity) >= 0 :
		       ipv6_addr_equal(&s->addr[i].addr, ulid);
		n += up && same;
	}
	rcu_read_unlock();
	*in_set = identity;
	return n;
}

int shim6_local_vrf(struct shim6_net *sn, const struct in6_addr *addr)
{
	const struct net_device *dev;
	int vrf = -EADDRNOTAVAIL;

	rcu_read_lock();
	dev = shim6_local_dev(sn, addr);
	if (dev)
		vrf = l3mdev_master_ifindex_rcu(dev);
	rcu_read_unlock();
	return vrf;
}

bool shim6_local_is_ours(struct shim6_net *sn, const struct in6_addr *addr)
{
	return shim6_local_vrf(sn, addr) >= 0;
}

bool shim6_local_takes(struct shim6_net *sn, const struct net_device *dev,
		       const struct in6_addr *addr)
{
	return ipv6_chk_addr(sn->net, addr, dev, 0);
}

unsigned int shim6_local_members(struct shim6_net *sn, u32 id)
{
	const struct shim6_snapshot *s;
	unsigned int n = 0;
	unsigned int i;

	rcu_read_lock();
	s = rcu_dereference(sn->local->snap);
	for (i = 0; s && i < s->n; i++)
		n += s->addr[i].set == id;
	rcu_read_unlock();
	return n;
}

int shim6_local_addr_get(struct shim6_net *sn, unsigned int n,
			 struct shim6_local_addr *out)
{
	const struct shim6_snapshot *s;
	int err = -ENOENT;

	rcu_read_lock();
	s = rcu_dereference(sn->local->snap);
	if (s && n < s->n) {
		*out = s->addr[n];
		err = 0;
	}
	rcu_read_unlock();
	return err;
}
