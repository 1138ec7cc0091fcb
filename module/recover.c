// SPDX-License-Identifier: GPL-2.0
/*
 * Recovery of many contexts at once, see recover.h.
 *
 * Who waits is in a list of its link and class, so the memory that waiting
 * takes is that of the contexts. Lists are first in, first out: of one class
 * who has waited longest goes first.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include "net.h"
#include "pace.h"
#include "recover.h"
#include "service.h"
#include "table.h"
#include "turn.h"

#define VERDICTS	16
/* The same pair is not told of again before */
#define VERDICT_NS	(5 * SHIM6_NS_PER_SEC)

#define LINKS		(SHIM6_QOS_LINKS + 1)
#define CLASSES		(SHIM6_QOS_CLASSES + 1)

/**
 * struct verdict - what a context has learnt
 * @dead: pair that it left
 * @alive: pair that works
 * @at: when, ns, 0: the place is free
 * @told: the others know
 */
struct verdict {
	struct shim6_pair dead;
	struct shim6_pair alive;
	u64 at;
	bool told;
};

/**
 * struct shim6_recover - recovery in a namespace
 * @sn: namespace
 * @lock: all below, and the members of contexts that are named after it
 * @stamp: buckets of the links by id, see pace.h
 * @wait: contexts that wait, by link and class
 * @waiting: bit i of a link: somebody of class i waits
 * @gathering: how many do not want anybody to go
 * @due: when @drain is due, ns, 0: it is not queued
 * @drain: lets those go who may
 * @verdict: the last verdicts
 * @tell: tells them
 */
struct shim6_recover {
	struct shim6_net *sn;
	spinlock_t lock;	/* see above */
	u64 stamp[LINKS];
	struct list_head wait[LINKS][CLASSES];
	u16 waiting[LINKS];
	unsigned int gathering;
	u64 due;
	struct delayed_work drain;
	struct verdict verdict[VERDICTS];
	struct work_struct tell;
};

static struct shim6_rate_limit limit_of(const struct shim6_service *sv, u32 id)
{
	const struct shim6_qos_link *l = shim6_qos_link(&sv->q, id);

	return shim6_pace_limit(&sv->q.control, l ? l->up_kbit : 0);
}

void shim6_recover_ask(const struct shim6_net *sn, struct shim6_ev *ev)
{
	const struct shim6_service *sv;

	rcu_read_lock();
	sv = shim6_service(sn);
	ev->hold = sv && sv->q.control.pace_permille;
	ev->provisional = sv && sv->q.control.provisional;
	rcu_read_unlock();
}

/* r->lock held. At the latest so many ns from now */
static void drain_in(struct shim6_recover *r, u64 wait, u64 now)
{
	if (r->gathering || (r->due && r->due <= now + wait))
		return;
	r->due = now + wait;
	/* One more than the time, or it comes a little too early */
	mod_delayed_work(r->sn->wq, &r->drain,
			 wait ? nsecs_to_jiffies(wait) + 1 : 0);
}

static void enqueue(struct shim6_recover *r, struct shim6_ctx *ctx, u32 link,
		    bool late)
{
	u8 klass = late ? 0 : READ_ONCE(ctx->service.klass);

	ctx->wait_link = link;
	ctx->wait_klass = klass;
	list_add_tail(&shim6_ctx_get(ctx)->wait, &r->wait[link][klass]);
	r->waiting[link] |= 1u << klass;
}

/* The reference is the caller's */
static void dequeue(struct shim6_recover *r, struct shim6_ctx *ctx)
{
	struct list_head *list = &r->wait[ctx->wait_link][ctx->wait_klass];

	list_del_init(&ctx->wait);
	if (list_empty(list))
		r->waiting[ctx->wait_link] &= ~(1u << ctx->wait_klass);
}

bool shim6_recover_hold(struct shim6_ctx *ctx, const struct shim6_pair *pair,
			bool late)
{
	struct shim6_recover *r = ctx->sn->recover;
	const struct shim6_service *sv;
	struct shim6_rate_limit l;
	u64 now = ktime_get_ns();
	u64 wait = 0;
	u32 link;

	rcu_read_lock();
	sv = shim6_service(ctx->sn);
	link = sv ? shim6_service_link_id(sv, &pair->src) : 0;
	l = sv ? limit_of(sv, link) : (struct shim6_rate_limit) {};
	rcu_read_unlock();
	spin_lock_bh(&r->lock);
	if (list_empty(&ctx->wait)) {
		wait = shim6_pace_wait(&r->stamp[link], &l, now);
		if (!wait && !r->gathering && !r->waiting[link]) {
			spin_unlock_bh(&r->lock);
			return true;
		}
		enqueue(r, ctx, link, late);
		shim6_count(ctx->sn, PACED);
	}
	drain_in(r, wait, now);
	spin_unlock_bh(&r->lock);
	return false;
}

void shim6_recover_sent(struct shim6_net *sn, const struct shim6_pair *pair)
{
	struct shim6_recover *r = sn->recover;
	const struct shim6_service *sv;
	struct shim6_rate_limit l;
	u32 link;

	rcu_read_lock();
	sv = shim6_service(sn);
	if (sv) {
		link = shim6_service_link_id(sv, &pair->src);
		l = limit_of(sv, link);
		spin_lock_bh(&r->lock);
		shim6_pace_charge(&r->stamp[link], &l, ktime_get_ns());
		spin_unlock_bh(&r->lock);
	}
	rcu_read_unlock();
}

/* r->lock and RCU held. The first one of a link, if that may send now; else
 * NULL, and @wait is no longer than until it may
 */
static struct shim6_ctx *first_of(struct shim6_recover *r,
				  const struct shim6_service *sv, u32 link,
				  u64 now, u64 *wait)
{
	u16 waiting = r->waiting[link];
	struct shim6_rate_limit l;
	u64 until = 0;
	int klass;

	if (!waiting)
		return NULL;
	klass = sv ? shim6_pace_first(&sv->q, waiting) : __ffs(waiting);
	if (sv) {
		l = limit_of(sv, link);
		until = shim6_pace_wait(&r->stamp[link], &l, now);
	}
	if (!until)
		return list_first_entry(&r->wait[link][klass],
					struct shim6_ctx, wait);
	*wait = min(*wait, until);
	return NULL;
}

/* Who goes next, out of the lists, with its reference; NULL: nobody may, and
 * @wait is until somebody may
 */
static struct shim6_ctx *next_one(struct shim6_recover *r, u64 now, u64 *wait)
{
	const struct shim6_service *sv;
	struct shim6_ctx *ctx = NULL;
	u32 link;

	*wait = U64_MAX;
	rcu_read_lock();
	sv = shim6_service(r->sn);
	for (link = 0; link < LINKS && !ctx && !r->gathering; link++)
		ctx = first_of(r, sv, link, now, wait);
	rcu_read_unlock();
	if (ctx)
		dequeue(r, ctx);
	return ctx;
}

static void let_go(struct shim6_ctx *ctx)
{
	struct shim6_turn t;

	shim6_turn_init(&t, ctx, SHIM6_EV_TIMER);
	t.ev.hold = false;
	shim6_turn_run(&t);
	shim6_ctx_put(ctx);
}

static void drain(struct work_struct *work)
{
	struct shim6_recover *r = container_of(to_delayed_work(work),
					       struct shim6_recover, drain);
	struct shim6_ctx *ctx;
	u64 now, wait;

	do {
		now = ktime_get_ns();
		spin_lock_bh(&r->lock);
		r->due = 0;
		ctx = next_one(r, now, &wait);
		if (!ctx && wait != U64_MAX)
			drain_in(r, wait, now);
		spin_unlock_bh(&r->lock);
		if (ctx)
			let_go(ctx);
		cond_resched();
	} while (ctx);
}

void shim6_recover_gather(struct shim6_net *sn)
{
	spin_lock_bh(&sn->recover->lock);
	sn->recover->gathering++;
	spin_unlock_bh(&sn->recover->lock);
}

void shim6_recover_release(struct shim6_net *sn)
{
	struct shim6_recover *r = sn->recover;

	spin_lock_bh(&r->lock);
	r->gathering--;
	drain_in(r, 0, ktime_get_ns());
	spin_unlock_bh(&r->lock);
}

/* r->lock held. The place of a verdict on this pair, or the oldest */
static struct verdict *place_of(struct shim6_recover *r,
				const struct shim6_pair *dead)
{
	struct verdict *v, *oldest = r->verdict;

	for (v = r->verdict; v < r->verdict + VERDICTS; v++) {
		if (v->at && shim6_pair_eq(&v->dead, dead))
			return v;
		if (v->at < oldest->at)
			oldest = v;
	}
	oldest->at = 0;
	return oldest;
}

void shim6_recover_verdict(struct shim6_net *sn, const struct shim6_pair *dead,
			   const struct shim6_pair *alive)
{
	struct shim6_recover *r = sn->recover;
	u64 now = ktime_get_ns();
	bool known = true, any;
	struct verdict *v;

	rcu_read_lock();
	any = shim6_service(sn);
	rcu_read_unlock();
	if (!any || READ_ONCE(sn->dying))
		return;
	spin_lock_bh(&r->lock);
	v = place_of(r, dead);
	known = v->at && now - v->at < VERDICT_NS;
	if (!known) {
		*v = (struct verdict) {
			.dead = *dead,
			.alive = *alive,
			.at = now,
		};
	}
	spin_unlock_bh(&r->lock);
	if (!known)
		queue_work(sn->wq, &r->tell);
}

static bool next_verdict(struct shim6_recover *r, struct verdict *out)
{
	struct verdict *v;
	bool any = false;

	spin_lock_bh(&r->lock);
	for (v = r->verdict; v < r->verdict + VERDICTS && !any; v++) {
		any = v->at && !v->told;
		if (!any)
			continue;
		v->told = true;
		*out = *v;
	}
	spin_unlock_bh(&r->lock);
	return any;
}

static bool is_on(struct shim6_ctx *ctx, const struct shim6_pair *pair)
{
	bool on;

	spin_lock_bh(&ctx->lock);
	on = !ctx->dead && ctx->proto.state == SHIM6_ESTABLISHED &&
	     shim6_pair_eq(&ctx->proto.cur, pair);
	spin_unlock_bh(&ctx->lock);
	return on;
}

static void tell_one(struct shim6_ctx *ctx, const struct verdict *v)
{
	struct shim6_turn t;

	shim6_turn_init(&t, ctx, SHIM6_EV_VERDICT);
	t.ev.pair = v->dead;
	t.ev.alive = v->alive;
	shim6_turn_run(&t);
	shim6_count(ctx->sn, VERDICTS);
}

static void tell(struct work_struct *work)
{
	struct shim6_recover *r = container_of(work, struct shim6_recover,
					       tell);
	struct shim6_ctx *ctx;
	struct verdict v;
	u32 id;

	while (next_verdict(r, &v)) {
		shim6_recover_gather(r->sn);
		for (id = 0; (ctx = shim6_table_get_next(r->sn, id));) {
			id = ctx->id + 1;
			if (is_on(ctx, &v.dead))
				tell_one(ctx, &v);
			shim6_ctx_put(ctx);
			cond_resched();
		}
		shim6_recover_release(r->sn);
	}
}

void shim6_recover_exit(struct shim6_net *sn)
{
	struct shim6_recover *r = sn->recover;
	struct shim6_ctx *ctx, *next;
	unsigned int i;

	cancel_work_sync(&r->tell);
	cancel_delayed_work_sync(&r->drain);
	for (i = 0; i < LINKS * CLASSES; i++)
		list_for_each_entry_safe(ctx, next, &r->wait[0][0] + i, wait)
			shim6_ctx_put(ctx);
	kfree(r);
	sn->recover = NULL;
}

int shim6_recover_init(struct shim6_net *sn)
{
	struct shim6_recover *r = kzalloc(sizeof(*r), GFP_KERNEL);
	unsigned int link, klass;

	if (!r)
		return -ENOMEM;
	r->sn = sn;
	spin_lock_init(&r->lock);
	for (link = 0; link < LINKS; link++)
		for (klass = 0; klass < CLASSES; klass++)
			INIT_LIST_HEAD(&r->wait[link][klass]);
	INIT_DELAYED_WORK(&r->drain, drain);
	INIT_WORK(&r->tell, tell);
	sn->recover = r;
	return 0;
}
