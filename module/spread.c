// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts on links, see spread.h.
 *
 * One work item looks at contexts: soon at those that were just established,
 * now and then at all. It runs only while the table of service asks for
 * something.
 */
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include "engine.h"
#include "net.h"
#include "rtt.h"
#include "service.h"
#include "share.h"
#include "spread.h"
#include "table.h"

#define TICK_NS		SHIM6_NS_PER_SEC
/* Contexts looked at in a tick: enough for 100,000 in a minute */
#define SLICE		2048
/* A context so old is moved although there is payload */
#define YOUNG_NS	(5 * SHIM6_NS_PER_SEC)
/* Not to the same link again so soon, if it did not answer */
#define RETRY_NS	(30 * SHIM6_NS_PER_SEC)
/* One that was sent to measure a link is back soon */
#define VISIT_NS	(30 * SHIM6_NS_PER_SEC)
#define FORKS		64
#define FORK_RETRY_NS	(10 * SHIM6_NS_PER_SEC)
#define FORK_GAP_NS	(10 * SHIM6_NS_PER_MS)

/**
 * struct wanted - a flow that a rule wants to be forked
 * @flow: flow
 * @rule: preference of the rule
 * @links: its links
 * @at: when it was asked for, ns, 0: the place is free
 * @done: it was tried
 */
struct wanted {
	struct shim6_fork_flow flow;
	u32 rule;
	u16 links;
	u64 at;
	bool done;
};

/**
 * struct shim6_spread - contexts on links, in a namespace
 * @sn: namespace
 * @work: looks at contexts
 * @soon: those just established
 * @key: of the hashes
 * @generation: of the table that @share was made of; 0: none
 * @announced: contexts were told of preferences by links
 * @sliced_at: when the last slice of all contexts was looked at, ns
 * @cursor: where the next one begins
 * @share: buckets
 * @rtts: round-trip times
 * @fork_lock: protects @forks
 * @forks: flows to be forked, and those that were not long ago
 *
 * All but @soon and @forks is the work item's.
 */
struct shim6_spread {
	struct shim6_net *sn;
	struct delayed_work work;
	struct llist_head soon;
	siphash_key_t key;
	u64 generation;
	bool announced;
	u64 sliced_at;
	u32 cursor;
	struct shim6_share share;
	struct shim6_rtts rtts;
	spinlock_t fork_lock;	/* see above */
	struct wanted forks[FORKS];
};

/**
 * struct place - where a context is and may be
 * @path: enum shim6_qos_path that is asked for
 * @links: links that @path is about
 * @young: it was established a moment ago
 * @idle: for so long there was no payload, ns
 * @awaits: something was sent and nothing came back yet (RFC 5534 6.2)
 * @visits: it is only to measure a link
 * @measures: result: it goes to its new link to measure that
 * @cur: current pair
 * @link: id of its link, 0: none
 * @usable: links that it can send on, bit i: link i + 1
 * @src: its locator there
 * @dst: destination for another pair
 * @rtt: round-trip time of @cur, ns, 0: not known
 * @rtt_at: when that was measured, ns
 */
struct place {
	u8 path;
	u16 links;
	bool young;
	u64 idle;
	bool awaits;
	bool visits;
	bool measures;
	struct shim6_pair cur;
	u8 link;
	u16 usable;
	struct in6_addr src[SHIM6_QOS_LINKS];
	struct in6_addr dst;
	u64 rtt;
	u64 rtt_at;
};

static u64 hash_of(const struct shim6_spread *s, const struct shim6_ctx *ctx)
{
	return siphash(&ctx->key, sizeof(ctx->key), &s->key);
}

static u32 pair_hash(const struct shim6_spread *s,
		     const struct shim6_pair *pair)
{
	return siphash(pair, sizeof(*pair), &s->key);
}

static void rtt_learn(struct shim6_spread *s, const struct place *at)
{
	if (at->rtt)
		shim6_rtt_learn(&s->rtts, &at->cur, pair_hash(s, &at->cur),
				at->rtt, at->rtt_at);
}

/* What an application asks for comes first (RFC 6316 11.1) */
static bool is_free(const struct shim6_ctx *ctx)
{
	const struct shim6_proto *p = &ctx->proto;

	return !ctx->dead && p->state == SHIM6_ESTABLISHED &&
	       p->reap.state == SHIM6_REAP_OPERATIONAL && !p->held &&
	       !(p->wishes && (p->wishes->local.npref ||
			       !ipv6_addr_any(&p->wishes->local.use)));
}

/* ctx->lock held */
static void look_links(const struct shim6_service *sv,
		       const struct shim6_locset *set, struct place *at)
{
	const u8 need = SHIM6_LOC_UP | SHIM6_LOC_ACKED;
	unsigned int i;
	u8 id;

	for (i = 0; i < set->n; i++) {
		const struct shim6_loc *l = &set->loc[i];

		if ((l->status & (need | SHIM6_LOC_EXCLUDED |
				  SHIM6_LOC_DEPRECATED)) != need)
			continue;
		id = shim6_service_link_id(sv, &l->addr);
		if (!id || at->usable & shim6_share_bit(id))
			continue;
		at->usable |= shim6_share_bit(id);
		at->src[id - 1] = l->addr;
	}
}

static const struct shim6_qos_rule *rule_at(const struct shim6_service *sv,
					    u32 pref)
{
	unsigned int i;

	for (i = 0; pref && i < sv->q.nrules; i++)
		if (sv->q.rules[i].pref == pref)
			return &sv->q.rules[i];
	return NULL;
}

/* The first packet decides, as long as there is its rule */
static void note_rule(const struct shim6_service *sv, struct shim6_ctx *ctx)
{
	if (!rule_at(sv, ctx->spread.rule))
		WRITE_ONCE(ctx->spread.rule, READ_ONCE(ctx->service.rule));
}

/* What the rule of a context asks for; one that was forked has its links */
static u8 path_of(const struct shim6_service *sv, const struct shim6_ctx *ctx,
		  u16 *links)
{
	const struct shim6_qos_rule *rule;

	*links = READ_ONCE(ctx->spread.links);
	if (*links)
		return SHIM6_QOS_PATH_FORK;
	rule = rule_at(sv, READ_ONCE(ctx->spread.rule) ?:
			   READ_ONCE(ctx->service.rule));
	if (!rule || rule->path == SHIM6_QOS_PATH_FORK)
		return SHIM6_QOS_PATH_ANY;
	*links = rule->links;
	return rule->path;
}

/* The table is gone: nothing is decided any more */
static void unmark(struct shim6_ctx *ctx)
{
	struct shim6_locset *set = &ctx->proto.local;
	unsigned int i;

	for (i = 0; i < set->n; i++)
		set->loc[i].later = 0;
}

static void mark(struct shim6_ctx *ctx, const struct shim6_service *sv)
{
	struct shim6_locset *set = &ctx->proto.local;
	unsigned int i;
	u16 links;
	u8 path = path_of(sv, ctx, &links);

	for (i = 0; i < set->n; i++) {
		struct shim6_loc *l = &set->loc[i];
		u32 id = shim6_service_link_id(sv, &l->addr);

		l->later = shim6_share_later(&sv->q, path, links, id);
	}
}

void shim6_spread_mark(struct shim6_ctx *ctx)
{
	const struct shim6_service *sv;

	rcu_read_lock();
	sv = shim6_service(ctx->sn);
	if (sv)
		mark(ctx, sv);
	else if (ctx->spread.marked)
		unmark(ctx);
	ctx->spread.marked = sv;
	rcu_read_unlock();
}

/* Return: false for a context that must be let alone now */
static bool look(const struct shim6_spread *s, const struct shim6_service *sv,
		 struct shim6_ctx *ctx, u64 now, struct place *at)
{
	const struct shim6_proto *p = &ctx->proto;
	u64 last = READ_ONCE(p->reap.act.last);
	bool is;

	*at = (struct place) {};
	note_rule(sv, ctx);
	at->path = path_of(sv, ctx, &at->links);
	spin_lock_bh(&ctx->lock);
	is = is_free(ctx);
	if (is) {
		at->young = now - p->established_at < YOUNG_NS;
		at->idle = now > last ? now - last : 0;
		at->awaits = READ_ONCE(p->reap.act.await_since);
		at->visits = ctx->spread.home &&
			     now - ctx->spread.tried_at < VISIT_NS;
		at->cur = p->cur;
		at->link = shim6_service_link_id(sv, &p->cur.src);
		look_links(sv, &p->local, at);
		at->dst = *shim6_share_target(&p->peer, &p->cur.dst, at->young,
					      hash_of(s, ctx) >> 32);
		/* The last probe may have been one of another pair */
		if (p->reap.rtt_at && p->reap.rtt_at >= p->switched_at) {
			at->rtt = p->reap.rtt;
			at->rtt_at = p->reap.rtt_at;
		}
	}
	spin_unlock_bh(&ctx->lock);
	return is;
}

static bool recently_tried(const struct shim6_ctx *ctx, u8 link, u64 now)
{
	return ctx->spread.tried == link && ctx->spread.tried_at &&
	       now - ctx->spread.tried_at < RETRY_NS;
}

static bool is_idle(const struct shim6_qos_share *share,
		    const struct place *at)
{
	return at->idle >= share->idle_ms * SHIM6_NS_PER_MS;
}

/* Its pair on a link */
static struct shim6_pair pair_at(const struct place *at, u8 link)
{
	struct shim6_pair pair = at->cur;

	if (link != at->link)
		pair.src = at->src[link - 1];
	return pair;
}

static bool is_due(struct shim6_spread *s, const struct shim6_ctx *ctx,
		   const struct place *at, u8 link, u64 age, u64 now)
{
	struct shim6_pair pair = pair_at(at, link);

	return !recently_tried(ctx, link, now) &&
	       shim6_rtt_due(&s->rtts, &pair, pair_hash(s, &pair), age, now);
}

/* Probes of the current pair take nothing from payload, but they begin its Send
 * timer anew: not while that may be about to find a failure
 */
static bool may_measure_here(const struct shim6_qos_share *share,
			     const struct place *at)
{
	return at->young || is_idle(share, at) ||
	       (share->unbalanced_ms && !at->awaits);
}

/* A link that is to be measured, the current one first; 0: none, or there is no
 * other one. New contexts have payload, and go elsewhere only if nothing is known
 * of that.
 */
static u8 due_link(struct shim6_spread *s, const struct shim6_qos_share *share,
		   const struct shim6_ctx *ctx, const struct place *at,
		   u16 links, u64 now)
{
	bool here = links & shim6_share_bit(at->link);
	bool idle = is_idle(share, at);
	u64 age = idle ? SHIM6_RTT_FRESH_NS : SHIM6_RTT_LIFE_NS;
	u8 id;

	if (here && hweight16(links) == 1)
		return 0;
	if (here && may_measure_here(share, at) &&
	    is_due(s, ctx, at, at->link, SHIM6_RTT_FRESH_NS, now))
		return at->link;
	if (!idle && !at->young && !at->visits)
		return 0;
	for (id = 1; id <= SHIM6_QOS_LINKS; id++)
		if (id != at->link && links & shim6_share_bit(id) &&
		    is_due(s, ctx, at, id, age, now))
			return id;
	return 0;
}

/* What is better must be so for some time */
static u8 settled(struct shim6_ctx *ctx, const struct place *at, u8 from,
		  u8 best, u64 hold, u64 now)
{
	struct shim6_ctx_spread *c = &ctx->spread;

	if (!best || best == from) {
		c->better = 0;
		return from;
	}
	if (c->better != best) {
		c->better = best;
		c->better_since = now;
	}
	return at->young || now - c->better_since >= hold ? best : from;
}

/* The quickest link. Who went to measure another one decides as from where it
 * was, and goes back there at once
 */
static u8 quickest(struct shim6_spread *s, const struct shim6_qos_share *share,
		   struct shim6_ctx *ctx, struct place *at, u16 links, u64 now)
{
	struct shim6_quick k = {
		.hyst_permille = share->hyst_permille,
		.hyst_us = share->hyst_us,
	};
	u8 home = at->visits ? ctx->spread.home : 0;
	u8 from = links & shim6_share_bit(home) ? home : at->link;
	u8 best, id = due_link(s, share, ctx, at, links, now);

	at->measures = id;
	if (id)
		return id;
	for (id = 1; id <= SHIM6_QOS_LINKS; id++) {
		struct shim6_pair pair;

		if (!(links & shim6_share_bit(id)))
			continue;
		pair = pair_at(at, id);
		k.rtt[id - 1] = shim6_rtt_known(&s->rtts, &pair,
						pair_hash(s, &pair), now);
	}
	best = shim6_share_quickest(&k, links, from);
	/* Where it must not be it does not wait for times */
	if (!best && !(links & shim6_share_bit(from)))
		best = ffs(links);
	return settled(ctx, at, from, best,
		       share->hold_ms * SHIM6_NS_PER_MS, now);
}

/* The link a context should be on; 0: it does not matter */
static u8 choose(struct shim6_spread *s, const struct shim6_service *sv,
		 struct shim6_ctx *ctx, struct place *at, u64 now)
{
	u32 mode = sv->q.share.mode;
	u8 path = at->path;
	u16 links;

	if (path == SHIM6_QOS_PATH_ANY && mode == SHIM6_QOS_SHARE_OFF)
		return 0;
	links = shim6_share_links(path, at->links, at->usable);
	if (shim6_share_by_rtt(path, mode))
		return quickest(s, &sv->q.share, ctx, at,
				shim6_share_open(&sv->q, links), now);
	if (mode == SHIM6_QOS_SHARE_OFF && links & shim6_share_bit(at->link))
		return at->link;
	return shim6_share_pick(&s->share, links, hash_of(s, ctx));
}

/* May a context that should be elsewhere go now */
static bool may_move(const struct shim6_qos_share *share,
		     struct shim6_ctx *ctx, const struct place *at, u64 now)
{
	struct shim6_ctx_spread *c = &ctx->spread;

	if (!c->wrong_since)
		c->wrong_since = now;
	if (at->young || at->visits || at->measures || is_idle(share, at))
		return true;
	return share->unbalanced_ms &&
	       now - c->wrong_since >= share->unbalanced_ms * SHIM6_NS_PER_MS;
}

/* It goes to a link, or has that of its own measured */
static void go(struct shim6_spread *s, struct shim6_ctx *ctx,
	       const struct place *at, u8 link, u64 now)
{
	struct shim6_pair pair = pair_at(at, link);

	if (at->measures) {
		shim6_rtt_ask(&s->rtts, &pair, pair_hash(s, &pair), now);
		if (!at->visits)
			ctx->spread.home = link != at->link ? at->link : 0;
	}
	ctx->spread.tried = link;
	ctx->spread.tried_at = now;
	if (link != at->link) {
		pair.dst = at->dst;
		shim6_count(ctx->sn, SHARED);
	}
	shim6_engine_set_path(ctx, &pair);
}

static void settle(struct shim6_spread *s, const struct shim6_service *sv,
		   struct shim6_ctx *ctx, struct place *at, u64 now)
{
	u8 link = choose(s, sv, ctx, at, now);

	if (!at->measures) {
		WRITE_ONCE(ctx->spread.chosen, link);
		WRITE_ONCE(ctx->spread.chosen_by, (u32)sv->q.generation);
	}
	if (!link || (link == at->link && !at->measures)) {
		ctx->spread.wrong_since = 0;
		ctx->spread.home = 0;
		return;
	}
	if (may_move(&sv->q.share, ctx, at, now) &&
	    !recently_tried(ctx, link, now))
		go(s, ctx, at, link, now);
}

static void visit(struct shim6_spread *s, struct shim6_ctx *ctx)
{
	const struct shim6_service *sv;
	u64 now = ktime_get_ns();
	struct place at;

	rcu_read_lock();
	sv = shim6_service(s->sn);
	if (sv && look(s, sv, ctx, now, &at)) {
		rtt_learn(s, &at);
		settle(s, sv, ctx, &at, now);
	}
	rcu_read_unlock();
}

static bool asks(const struct shim6_qos *q)
{
	unsigned int i;

	if (q->share.mode != SHIM6_QOS_SHARE_OFF)
		return true;
	for (i = 0; i < q->nrules; i++)
		if (q->rules[i].path != SHIM6_QOS_PATH_ANY)
			return true;
	return false;
}

u8 shim6_spread_link(const struct shim6_ctx *ctx)
{
	const struct shim6_service *sv;
	u8 link = 0;

	rcu_read_lock();
	sv = shim6_service(ctx->sn);
	if (sv && asks(&sv->q) &&
	    READ_ONCE(ctx->spread.chosen_by) == (u32)sv->q.generation)
		link = READ_ONCE(ctx->spread.chosen);
	rcu_read_unlock();
	return link;
}

/* Return: is there anything to do for contexts */
static bool refresh(struct shim6_spread *s)
{
	bool active = false, announce = false, changed = false;
	const struct shim6_service *sv;

	rcu_read_lock();
	sv = shim6_service(s->sn);
	if (sv) {
		active = asks(&sv->q);
		announce = sv->q.share.mode != SHIM6_QOS_SHARE_OFF;
		changed = s->generation != sv->q.generation;
		if (changed && active)
			shim6_share_update(&s->share, &sv->q);
		s->generation = sv->q.generation;
	} else {
		changed = s->generation;
		s->generation = 0;
	}
	rcu_read_unlock();
	if (changed && (announce || s->announced)) {
		s->announced = announce;
		shim6_engine_local(s->sn);
	}
	return active;
}

static void slice(struct shim6_spread *s)
{
	u64 now = ktime_get_ns();
	struct shim6_ctx *ctx;
	unsigned int n;

	if (now - s->sliced_at < TICK_NS)
		return;
	s->sliced_at = now;
	for (n = 0; n < SLICE; n++) {
		ctx = shim6_table_get_next(s->sn, s->cursor);
		s->cursor = ctx ? ctx->id + 1 : 0;
		if (!ctx)
			return;
		visit(s, ctx);
		shim6_ctx_put(ctx);
		cond_resched();
	}
}

static bool next_fork(struct shim6_spread *s, struct wanted *out)
{
	struct wanted *w;
	bool any = false;

	spin_lock_bh(&s->fork_lock);
	for (w = s->forks; w < s->forks + FORKS && !any; w++) {
		any = w->at && !w->done;
		if (!any)
			continue;
		w->done = true;
		*out = *w;
	}
	spin_unlock_bh(&s->fork_lock);
	return any;
}

static void make_forks(struct shim6_spread *s)
{
	struct shim6_ctx *ctx;
	struct wanted w;

	while (next_fork(s, &w)) {
		ctx = shim6_fork_make(s->sn, &w.flow);
		if (IS_ERR(ctx))
			continue;
		WRITE_ONCE(ctx->spread.rule, w.rule);
		WRITE_ONCE(ctx->spread.links, w.links);
		shim6_count(s->sn, FORKED);
		shim6_ctx_put(ctx);
		cond_resched();
	}
}

static void look_soon(struct shim6_spread *s, bool active)
{
	struct llist_node *soon = llist_del_all(&s->soon);
	struct shim6_ctx *ctx, *next;

	llist_for_each_entry_safe(ctx, next, soon, spread.node) {
		atomic_set(&ctx->spread.listed, 0);
		if (active)
			visit(s, ctx);
		shim6_ctx_put(ctx);
		cond_resched();
	}
}

static void queue(struct shim6_spread *s, u64 wait)
{
	if (!READ_ONCE(s->sn->dying))
		mod_delayed_work(s->sn->wq, &s->work, nsecs_to_jiffies(wait));
}

static void work(struct work_struct *work)
{
	struct shim6_spread *s = container_of(to_delayed_work(work),
					      struct shim6_spread, work);
	bool active = refresh(s);

	make_forks(s);
	look_soon(s, active);
	if (!active)
		return;
	slice(s);
	/* What was asked for meanwhile is not put off */
	if (!READ_ONCE(s->sn->dying))
		queue_delayed_work(s->sn->wq, &s->work,
				   nsecs_to_jiffies(TICK_NS));
}

void shim6_spread_changed(struct shim6_net *sn)
{
	queue(sn->spread, 0);
}

void shim6_spread_soon(struct shim6_ctx *ctx)
{
	struct shim6_spread *s = ctx->sn->spread;
	bool any;

	rcu_read_lock();
	any = shim6_service(ctx->sn);
	rcu_read_unlock();
	if (!any || atomic_xchg(&ctx->spread.listed, 1))
		return;
	shim6_ctx_get(ctx);
	llist_add(&ctx->spread.node, &s->soon);
	queue(s, 0);
}

/* fork_lock held. NULL: it was asked for lately */
static struct wanted *room_for(struct shim6_spread *s,
			       const struct shim6_fork_flow *flow, u64 now)
{
	struct wanted *w, *oldest = s->forks;

	for (w = s->forks; w < s->forks + FORKS; w++) {
		if (w->at && !memcmp(&w->flow, flow, sizeof(*flow)))
			return now - w->at < FORK_RETRY_NS ? NULL : w;
		if (w->at < oldest->at)
			oldest = w;
	}
	return oldest;
}

void shim6_spread_fork(struct shim6_ctx *ctx,
		       const struct shim6_fork_flow *flow,
		       const struct shim6_qos_rule *rule)
{
	struct shim6_spread *s = ctx->sn->spread;
	u64 now = ktime_get_coarse_ns();
	struct wanted *w;

	if (ctx->key.fii || READ_ONCE(ctx->proto.state) != SHIM6_ESTABLISHED ||
	    rule->links & shim6_share_bit(READ_ONCE(ctx->service.link_out)) ||
	    now - READ_ONCE(ctx->spread.forked_at) < FORK_GAP_NS)
		return;
	WRITE_ONCE(ctx->spread.forked_at, now);
	spin_lock_bh(&s->fork_lock);
	w = room_for(s, flow, now);
	if (w) {
		*w = (struct wanted) {
			.flow = *flow,
			.rule = rule->pref,
			.links = rule->links,
			.at = now,
		};
	}
	spin_unlock_bh(&s->fork_lock);
	if (w)
		queue(s, 0);
}

void shim6_spread_exit(struct shim6_net *sn)
{
	struct shim6_spread *s = sn->spread;

	cancel_delayed_work_sync(&s->work);
	look_soon(s, false);
	kvfree(s);
	sn->spread = NULL;
}

int shim6_spread_init(struct shim6_net *sn)
{
	struct shim6_spread *s = kvzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	s->sn = sn;
	init_llist_head(&s->soon);
	spin_lock_init(&s->fork_lock);
	get_random_bytes(&s->key, sizeof(s->key));
	INIT_DELAYED_WORK(&s->work, work);
	sn->spread = s;
	return 0;
}
