// SPDX-License-Identifier: GPL-2.0
/*
 * Neighbour unreachability, see nudwatch.h. A router that does not answer any
 * more is a hint: every context whose packets go to it looks at its pair, and
 * whatever the router's silence meant, a probe decides.
 */
#include <linux/notifier.h>
#include <net/dst.h>
#include <net/ip6_route.h>
#include <net/neighbour.h>
#include <net/netevent.h>
#include "engine.h"
#include "net.h"
#include "nudwatch.h"
#include "table.h"
#include "xmit.h"

static struct shim6_pair shim6_nudwatch_pair(struct shim6_ctx *ctx)
{
	struct shim6_pair pair;

	spin_lock_bh(&ctx->lock);
	pair = ctx->proto.cur;
	spin_unlock_bh(&ctx->lock);
	return pair;
}

/* Does the first hop of a pair fail */
static bool shim6_nudwatch_failed(struct shim6_net *sn,
				  const struct shim6_pair *pair)
{
	struct neighbour *n = NULL;
	struct dst_entry *dst;
	bool failed;

	rcu_read_lock();
	dst = shim6_xmit_route(sn, pair, 0);
	if (!IS_ERR(dst)) {
		n = dst_neigh_lookup(dst, &pair->dst);
		dst_release(dst);
	}
	rcu_read_unlock();
	if (!n)
		return false;
	failed = READ_ONCE(n->nud_state) & NUD_FAILED;
	neigh_release(n);
	return failed;
}

static void shim6_nudwatch_work(struct work_struct *work)
{
	struct shim6_net *sn = container_of(work, struct shim6_net, nud_work);
	struct shim6_pair pair;
	struct shim6_ctx *ctx;
	u32 id = 0;

	while ((ctx = shim6_table_get_next(sn, id))) {
		id = ctx->id + 1;
		pair = shim6_nudwatch_pair(ctx);
		if (shim6_nudwatch_failed(sn, &pair))
			shim6_engine_notice(ctx, SHIM6_EV_HINT, &pair);
		shim6_ctx_put(ctx);
		cond_resched();
	}
}

/* Context: atomic, the neighbour's lock may be held */
static int shim6_nudwatch_event(struct notifier_block *nb, unsigned long event,
				void *ptr)
{
	const struct neighbour *n = ptr;
	struct shim6_net *sn;

	if (event != NETEVENT_NEIGH_UPDATE || n->tbl->family != AF_INET6 ||
	    !(READ_ONCE(n->nud_state) & NUD_FAILED) ||
	    !(n->flags & NTF_ROUTER))
		return NOTIFY_DONE;
	sn = shim6_net(dev_net(n->dev));
	if (sn && !READ_ONCE(sn->dying) && READ_ONCE(sn->ncontexts))
		queue_work(sn->wq, &sn->nud_work);
	return NOTIFY_DONE;
}

static struct notifier_block shim6_nudwatch_nb = {
	.notifier_call = shim6_nudwatch_event,
};

int shim6_nudwatch_setup(void)
{
	return register_netevent_notifier(&shim6_nudwatch_nb);
}

void shim6_nudwatch_teardown(void)
{
	unregister_netevent_notifier(&shim6_nudwatch_nb);
}

int shim6_nudwatch_init(struct shim6_net *sn)
{
	INIT_WORK(&sn->nud_work, shim6_nudwatch_work);
	return 0;
}

void shim6_nudwatch_exit(struct shim6_net *sn)
{
	cancel_work_sync(&sn->nud_work);
}
