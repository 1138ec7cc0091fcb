/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module keeps per network namespace.
 */
#ifndef SHIM6_NET_H
#define SHIM6_NET_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "cookie.h"
#include "params.h"
#include "stats.h"

struct shim6_identities;
struct shim6_local;
struct shim6_peers;
struct shim6_flows;
struct shim6_forks;
struct shim6_policy;
struct shim6_prefs;
struct shim6_events;
struct shim6_early;
struct shim6_sysfs;
struct shim6_kick;
struct shim6_sockets;
struct shim6_accepted;
struct shim6_service;
struct shim6_service_base;
struct shim6_recover;
struct shim6_spread;
struct shim6_guard;
struct shim6_precedence;

/**
 * struct shim6_net - one namespace
 * @net: the namespace; never pinned
 * @params: tunables; written under @cfg_mutex
 * @stats: counters
 * @ulids: contexts by ULIDs and FII
 * @tags: contexts by CT(local)
 * @peer_tags: contexts by CT(peer), several to one tag
 * @ids: contexts by their numbers
 * @pending: contexts whose handshake is under way
 * @ncontexts: number of contexts
 * @next_id: next context's number
 * @half_open: length of @pending
 * @table_lock: writes of the eight above and of @dying
 * @cfg_mutex: tunables, hooks, policy, HBA sets
 * @secret: validator secrets; written under @secret_lock
 * @secret_lock: see @secret
 * @wq: queue of this namespace; its items do not wait for each other
 * @reaper: buries the contexts of @grave
 * @grave: dead contexts
 * @hook_work: registers or removes the hooks as contexts and HBA sets come
 *	and go; queued by shim6_net_hooks_changed()
 * @addr_work: reads the addresses anew, tells the contexts (addrwatch.c)
 * @addr_scan: the same each second while the hooks are on
 * @addr_gone: addresses deleted from an interface that is up
 * @waiting: messages that wait for their signature to be checked (verify.c)
 * @nwaiting: their number
 * @verify_work: checks them
 * @sign_work: signs the lists of our identities (signer.c)
 * @nud_work: looks which first hops have failed (nudwatch.c)
 * @sleep_work: tells the contexts how long the machine slept (sleepwatch.c)
 * @asleep: that time, ns, as far as they were not told
 * @hooks_on: hooks are registered; written under @cfg_mutex
 * @dying: the namespace goes away: nothing new
 * @identities: HBA sets and CGAs (identity.c)
 * @local: our addresses (local.c)
 * @peers: token buckets (peer.c)
 * @flows: ULID pairs seen lately (trigger.c)
 * @forks: flows with a context of their own (fork.c)
 * @nforks: their number
 * @policy: rules (policy.c)
 * @prefs: preferences of our locators (prefs.c); RCU, written under @cfg_mutex
 * @events: readers of the device (event.c)
 * @watchers: how many of them want unmodified payload counted; written under
 *	@cfg_mutex
 * @kick: sockets to be restarted after a switch (kick.c)
 * @sockets: sockets with wishes (sockets.c)
 * @nsockets: their number
 * @accepted: connections to listeners without the shim (accepted.c); NULL until
 *	the first may be there, then constant
 * @early: messages that came before our locators were known (early.c)
 * @sysfs: directory (sysfs.c)
 * @service: classes of service in force (service.c), NULL: none; RCU, written
 *	under @cfg_mutex
 * @service_base: what is kept when they change; NULL until the first come, then
 *	constant
 * @recover: recovery of many contexts (recover.c)
 * @spread: load sharing (spread.c)
 * @guard: limits for received messages (guard.c)
 * @precedence: markings of our messages (precedence.c)
 */
struct shim6_net {
	struct net *net;
	struct shim6_params params;
	struct shim6_stats __percpu *stats;
	struct rhashtable ulids;
	struct rhashtable tags;
	struct rhltable peer_tags;
	struct xarray ids;
	struct list_head pending;
	u32 ncontexts;
	u32 next_id;
	u32 half_open;
	spinlock_t table_lock;
	struct mutex cfg_mutex;
	struct shim6_cookie_secret secret;
	spinlock_t secret_lock;
	struct workqueue_struct *wq;
	struct work_struct reaper;
	struct llist_head grave;
	struct work_struct hook_work;
	struct work_struct addr_work;
	struct delayed_work addr_scan;
	struct llist_head addr_gone;
	struct llist_head waiting;
	atomic_t nwaiting;
	struct work_struct verify_work;
	struct delayed_work sign_work;
	struct work_struct nud_work;
	struct work_struct sleep_work;
	atomic64_t asleep;
	bool hooks_on;
	bool dying;
	struct shim6_identities *identities;
	struct shim6_local *local;
	struct shim6_peers *peers;
	struct shim6_flows *flows;
	struct shim6_forks *forks;
	atomic_t nforks;
	struct shim6_policy *policy;
	struct shim6_prefs __rcu *prefs;
	struct shim6_events *events;
	u32 watchers;
	struct shim6_kick *kick;
	struct shim6_sockets *sockets;
	u32 nsockets;
	struct shim6_accepted *accepted;
	struct shim6_early *early;
	struct shim6_sysfs *sysfs;
	struct shim6_service __rcu *service;
	struct shim6_service_base *service_base;
	struct shim6_recover *recover;
	struct shim6_spread *spread;
	struct shim6_guard *guard;
	struct shim6_precedence *precedence;
};

extern unsigned int shim6_net_id;

static inline struct shim6_net *shim6_net(const struct net *net)
{
	return net_generic(net, shim6_net_id);
}

/* Whether hooks are needed may have changed. Context: any */
static inline void shim6_net_hooks_changed(struct shim6_net *sn)
{
	if (!READ_ONCE(sn->dying))
		queue_work(sn->wq, &sn->hook_work);
}

/* Addresses or HBA sets may have changed. Context: any */
static inline void shim6_net_addrs_changed(struct shim6_net *sn)
{
	if (!READ_ONCE(sn->dying))
		queue_work(sn->wq, &sn->addr_work);
}

#endif
