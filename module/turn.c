// SPDX-License-Identifier: GPL-2.0
/*
 * One turn of a context, see turn.h.
 */
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/shim6.h>
#include "bury.h"
#include "drop.h"
#include "event.h"
#include "kick.h"
#include "net.h"
#include "own.h"
#include "precedence.h"
#include "recover.h"
#include "spread.h"
#include "table.h"
#include "timer.h"
#include "trace.h"
#include "turn.h"
#include "xmit.h"

/* A pair without a route makes the protocol try the next one at once; the
 * rest waits for its timer.
 */
#define SHIM6_TURN_STEPS	8

void shim6_turn_init(struct shim6_turn *t, struct shim6_ctx *ctx,
		     enum shim6_ev_type type)
{
	memset(t, 0, sizeof(*t));
	t->ctx = ctx;
	t->ev.type = type;
	t->ev.now = ktime_get_ns();
	t->ev.params = &ctx->sn->params;
	shim6_recover_ask(ctx->sn, &t->ev);
	get_random_bytes(t->ev.rnd, sizeof(t->ev.rnd));
}

/* ctx->lock held. Probes are answered at a limited rate: the answer costs us
 * more than the question costs the asker. Who is refused anyway takes nothing
 * from that.
 */
static bool shim6_turn_admits(struct shim6_turn *t)
{
	u64 limit = shim6_param(t->ev.params, SHIM6_P_RATE_PROBE);
	u64 second = div_u64(t->ev.now, NSEC_PER_SEC);
	struct shim6_ctx *ctx = t->ctx;

	if (t->ev.type != SHIM6_EV_MSG || t->ev.msg->type != SHIM6_MSG_PROBE ||
	    !shim6_proto_expects(&ctx->proto, t->ev.msg, &t->ev.pair))
		return true;
	if (ctx->probe_second != second) {
		ctx->probe_second = second;
		ctx->probes = 0;
	}
	if (ctx->probes++ < limit)
		return true;
	t->limited = true;
	t->out.verdict = SHIM6_DO_OK;
	return false;
}

static void shim6_turn_index(const struct shim6_proto *p,
			     struct shim6_ctx_index *index)
{
	memset(index, 0, sizeof(*index));
	index->peer_known = p->ct_peer_known;
	index->peer_tag = p->ct_peer_known ? p->ct_peer : 0;
	index->pending = p->state == SHIM6_I1_SENT ||
			 p->state == SHIM6_I2_SENT ||
			 p->state == SHIM6_I2BIS_SENT;
}

/* ctx->lock held. An effect without memory for its message is like a message
 * lost on its way.
 */
static void shim6_turn_encode(struct shim6_turn *t)
{
	bool asked = t->ev.type == SHIM6_EV_MSG;
	struct shim6_ctx *ctx = t->ctx;
	struct sk_buff *skb;
	int i, len;

	for (i = 0; i < t->out.n; i++) {
		t->skb[i] = NULL;
		if (t->out.fx[i].type != SHIM6_FX_SEND)
			continue;
		skb = shim6_xmit_alloc(GFP_ATOMIC);
		if (!skb) {
			shim6_drop(ctx->sn, TX_DROP_NOMEM, &t->out.fx[i].pair);
			continue;
		}
		len = shim6_proto_encode(&ctx->proto, &t->out.fx[i],
					 t->ev.params, skb->data,
					 SHIM6_CTRL_ROOM);
		if (WARN_ON_ONCE(len < 0)) {
			kfree_skb(skb);
			continue;
		}
		skb_put(skb, len);
		t->skb[i] = skb;
		t->dscp[i] = shim6_precedence_next(ctx, &t->out.fx[i],
						   asked ? t->ev.msg : NULL,
						   t->ev.now);
	}
}

static bool shim6_pair_equal(const struct shim6_pair *a,
			     const struct shim6_pair *b)
{
	return ipv6_addr_equal(&a->src, &b->src) &&
	       ipv6_addr_equal(&a->dst, &b->dst);
}

/* Payload may be rewritten only while CT(peer) and Ls(peer) hold (RFC 5533 11,
 * B-18)
 */
static bool shim6_turn_may_shim(const struct shim6_proto *p)
{
	return p->ct_peer_known && (p->state == SHIM6_ESTABLISHED ||
				    p->state == SHIM6_I2BIS_SENT);
}

/* Forked contexts always tag (B-21) */
static bool shim6_turn_rewrites(const struct shim6_proto *p)
{
	return p->fii || !ipv6_addr_equal(&p->cur.src, &p->ulid_local) ||
	       !ipv6_addr_equal(&p->cur.dst, &p->ulid_peer);
}

/*
 * ctx->lock held. Makes the published path that of the protocol. It compares
 * instead of following effects, so that a path that could not be made for lack
 * of memory is made with the next event.
 */
static void shim6_turn_path(struct shim6_turn *t)
{
	const struct shim6_proto *p = &t->ctx->proto;
	struct shim6_ctx *ctx = t->ctx;
	struct shim6_path *old, *path;
	bool rewrite;

	old = rcu_dereference_protected(ctx->path, lockdep_is_held(&ctx->lock));
	if (!shim6_turn_may_shim(p)) {
		if (old)
			shim6_ctx_publish(ctx, NULL);
		return;
	}
	if (old && old->tag == p->ct_peer &&
	    shim6_pair_equal(&old->pair, &p->cur))
		return;
	rewrite = shim6_turn_rewrites(p);
	path = shim6_path_alloc(&p->cur, p->ct_peer, rewrite, GFP_ATOMIC);
	if (!path) {
		shim6_count(ctx->sn, TX_DROP_NOMEM);
		return;
	}
	t->kick |= rewrite || (old && old->rewrite);
	shim6_ctx_publish(ctx, path);
}

/* ctx->lock held */
static void shim6_turn_note_reap(struct shim6_turn *t)
{
	const struct shim6_reap *r = &t->ctx->proto.reap;
	struct shim6_ctx *ctx = t->ctx;

	t->reap = r->state;
	t->failing = r->started ? t->ev.now - r->started : 0;
	if (r->state != SHIM6_REAP_OPERATIONAL && !ctx->explored_at)
		ctx->explored_at = t->ev.now;
	t->explored = ctx->explored_at ? t->ev.now - ctx->explored_at : 0;
	if (r->state == SHIM6_REAP_OPERATIONAL)
		ctx->explored_at = 0;
}

/* ctx->lock held */
static void shim6_turn_note(struct shim6_turn *t,
			    const struct shim6_ctx_index *before)
{
	struct shim6_ctx *ctx = t->ctx;
	const struct shim6_msg *m = t->ev.msg;

	shim6_turn_index(&ctx->proto, &t->index);
	t->reindex = memcmp(before, &t->index, sizeof(*before));
	if (t->reindex)
		t->seq = ++ctx->seq;
	t->fresh = t->ev.type == SHIM6_EV_MSG && t->index.peer_known &&
		   t->out.verdict == SHIM6_DO_OK &&
		   (m->type == SHIM6_MSG_I2 || m->type == SHIM6_MSG_I2BIS ||
		    m->type == SHIM6_MSG_R2);
	t->is = ctx->proto.state;
	t->cur = ctx->proto.cur;
	t->moved = !shim6_pair_equal(&t->old, &t->cur);
	t->held = ctx->proto.held;
	if (t->held) {
		t->next = shim6_reap_next(&ctx->proto);
		t->late = ctx->proto.reap.nprobes >=
			  shim6_param(t->ev.params,
				      SHIM6_P_PROBE_INITIAL_COUNT);
	}
	shim6_turn_note_reap(t);
}

/* ctx->lock held */
static void shim6_turn_apply(struct shim6_turn *t)
{
	struct shim6_ctx *ctx = t->ctx;
	int i;

	for (i = 0; i < t->out.n; i++) {
		const struct shim6_fx *fx = &t->out.fx[i];

		if (fx->type == SHIM6_FX_KILL)
			t->bury = true;
		else if (fx->type == SHIM6_FX_PATH && fx->took)
			ctx->last_took = fx->took;
	}
	if (t->bury) {
		shim6_bury_mark(ctx);
		return;
	}
	shim6_turn_path(t);
	shim6_timer_sync(ctx, t->ev.now);
}

static void shim6_turn_step(struct shim6_turn *t)
{
	const struct shim6_own_list *own = NULL;
	struct shim6_ctx_index before;
	struct shim6_ctx *ctx = t->ctx;

	t->out.n = 0;
	t->out.verdict = SHIM6_DO_STATE;
	t->reindex = false;
	t->fresh = false;
	t->moved = false;
	t->held = false;
	t->limited = false;
	spin_lock_bh(&ctx->lock);
	t->was = ctx->proto.state;
	t->is = t->was;
	if (ctx->dead || !shim6_turn_admits(t)) {
		spin_unlock_bh(&ctx->lock);
		return;
	}
	if (t->ev.type == SHIM6_EV_TIMER)
		ctx->armed = 0;
	if (t->pds) {
		memcpy(ctx->proto.local_pds, t->pds, t->pds_len);
		ctx->proto.local_pds_len = t->pds_len;
	}
	shim6_turn_index(&ctx->proto, &before);
	t->old = ctx->proto.cur;
	t->reap_was = ctx->proto.reap.state;
	own = ctx->proto.own;
	shim6_spread_mark(ctx);
	shim6_proto_step(&ctx->proto, &t->ev, &t->out);
	/* The context keeps its list; the caller of the turn has its own */
	if (own == ctx->proto.own)
		own = NULL;
	else
		shim6_own_get(ctx->proto.own);
	if (t->ev.type == SHIM6_EV_MSG && t->out.verdict == SHIM6_DO_OK)
		shim6_precedence_heard(ctx, t->ev.msg, t->ev.now);
	shim6_turn_encode(t);
	shim6_turn_note(t, &before);
	shim6_turn_apply(t);
	spin_unlock_bh(&ctx->lock);
	shim6_own_put(own);
}

/* A copy of the fresh context to compare others with: two locks are never
 * held at once.
 */
static struct shim6_proto *shim6_turn_copy(struct shim6_ctx *ctx)
{
	struct shim6_proto *copy = kmalloc(sizeof(*copy), GFP_ATOMIC);

	if (!copy)
		return NULL;
	spin_lock_bh(&ctx->lock);
	*copy = ctx->proto;
	spin_unlock_bh(&ctx->lock);
	return copy;
}

static void shim6_turn_silence(struct shim6_turn *t)
{
	int i;

	for (i = 0; i < t->out.n; i++)
		kfree_skb(t->skb[i]);
	t->out.n = 0;
}

static bool shim6_turn_confused(const struct shim6_proto *fresh,
				struct shim6_ctx *other)
{
	bool confused;

	spin_lock_bh(&other->lock);
	confused = !other->dead && shim6_proto_confused(fresh, &other->proto);
	if (confused)
		shim6_bury_mark(other);
	spin_unlock_bh(&other->lock);
	return confused;
}

/*
 * Of two contexts with the same CT(peer) and a common locator the older one is
 * stale and must not send any more (RFC 5533 7.6, B-20). It goes before the
 * answer to the message leaves. Without memory to find out, the fresh one goes.
 */
static void shim6_turn_confusion(struct shim6_turn *t)
{
	struct shim6_net *sn = t->ctx->sn;
	struct shim6_proto *fresh = NULL;
	struct shim6_ctx *other;
	unsigned int n = 0;

	while (n < SHIM6_TABLE_TRIES) {
		other = shim6_table_get_peer_tag(sn, t->index.peer_tag, n,
						 t->ctx);
		if (!other)
			break;
		if (!fresh)
			fresh = shim6_turn_copy(t->ctx);
		if (!fresh) {
			shim6_engine_kill(t->ctx);
			shim6_turn_silence(t);
			shim6_ctx_put(other);
			break;
		}
		if (shim6_turn_confused(fresh, other)) {
			shim6_count(sn, CTX_CONFUSED);
			shim6_bury(other);
		} else {
			n++;
		}
		shim6_ctx_put(other);
	}
	kfree(fresh);
}

static void shim6_turn_emit(const struct shim6_turn *t, u32 type, u64 value)
{
	struct shim6_event ev = {
		.type = type,
		.context = t->ctx->id,
		.value = value,
		.ulid_local = t->ctx->key.local,
		.ulid_peer = t->ctx->key.peer,
		.loc_local = t->cur.src,
		.loc_peer = t->cur.dst,
		.fii = t->ctx->key.fii,
	};

	if (type == SHIM6_EVENT_SWITCHED || type == SHIM6_EVENT_RETURNED) {
		ev.old_local = t->old.src;
		ev.old_peer = t->old.dst;
		ev.explored = t->explored;
	}
	shim6_event_emit(t->ctx->sn, &ev);
}

static void shim6_turn_tell_state(const struct shim6_turn *t)
{
	struct shim6_net *sn = t->ctx->sn;

	if (t->is == t->was)
		return;
	trace_shim6_context_state(t->ctx, t->was, t->is);
	switch (t->is) {
	case SHIM6_ESTABLISHED:
		if (t->was == SHIM6_I2BIS_SENT) {
			shim6_turn_emit(t, SHIM6_EVENT_RECOVERED, 0);
			break;
		}
		shim6_count(sn, CTX_ESTABLISHED);
		shim6_turn_emit(t, SHIM6_EVENT_CONTEXT_UP, 0);
		shim6_spread_soon(t->ctx);
		break;
	case SHIM6_I2BIS_SENT:
		if (t->was == SHIM6_ESTABLISHED)
			shim6_turn_emit(t, SHIM6_EVENT_CONTEXT_LOST, 0);
		break;
	case SHIM6_E_FAILED:
		shim6_count(sn, CTX_FAILED);
		shim6_turn_emit(t, SHIM6_EVENT_CONTEXT_FAILED, t->is);
		break;
	case SHIM6_NO_SUPPORT:
		shim6_count(sn, CTX_NO_SUPPORT);
		shim6_turn_emit(t, SHIM6_EVENT_CONTEXT_FAILED, t->is);
		break;
	}
}

static void shim6_turn_tell_path(const struct shim6_turn *t, u64 took)
{
	const struct shim6_pair ulids = {
		.src = t->ctx->key.local,
		.dst = t->ctx->key.peer,
	};

	/* The first path of a context is no switch */
	if (!t->moved || t->was != t->is)
		return;
	trace_shim6_path_change(t->ctx, &t->old, &t->cur, took, t->explored);
	shim6_count(t->ctx->sn, SWITCHES);
	shim6_turn_emit(t, SHIM6_EVENT_SWITCHED, took);
	/* It was left because it failed, not because another one is nicer */
	if (took)
		shim6_recover_verdict(t->ctx->sn, &t->old, &t->cur);
	if (shim6_pair_equal(&t->cur, &ulids))
		shim6_turn_emit(t, SHIM6_EVENT_RETURNED, took);
}

static void shim6_turn_tell_reap(const struct shim6_turn *t)
{
	if (t->reap != t->reap_was)
		trace_shim6_reach_state(t->ctx, t->reap_was, t->reap);
	switch (t->reap) {
	case SHIM6_REAP_EXPLORING:
		shim6_count(t->ctx->sn, EXPLORATIONS);
		shim6_turn_emit(t, SHIM6_EVENT_EXPLORING, 0);
		break;
	case SHIM6_REAP_OPERATIONAL:
		if (t->reap != t->reap_was)
			shim6_turn_emit(t, SHIM6_EVENT_OPERATIONAL,
					t->explored);
		break;
	}
}

static void shim6_turn_tell_limit(const struct shim6_turn *t)
{
	shim6_drop(t->ctx->sn, RATE_PROBE, &t->ev.pair);
	shim6_event_limit(t->ctx->sn, SHIM6_STAT_RATE_PROBE);
}

static void shim6_turn_send(struct shim6_turn *t, int i)
{
	const struct shim6_fx *fx = &t->out.fx[i];
	int err;

	if (!t->skb[i])
		return;
	if (fx->msg == SHIM6_MSG_PROBE)
		trace_shim6_probe_sent(t->ctx, &fx->pair, fx->sta,
				       fx->rec.nonce);
	err = shim6_xmit_skb(t->ctx->sn, &fx->pair, t->skb[i], t->dscp[i]);
	t->skb[i] = NULL;
	if (!err && (fx->msg == SHIM6_MSG_PROBE ||
		     fx->msg == SHIM6_MSG_UPDATE_REQ))
		shim6_recover_sent(t->ctx->sn, &fx->pair);
	if (err == -ENETUNREACH && fx->msg == SHIM6_MSG_PROBE) {
		t->failed = true;
		t->failed_pair = fx->pair;
	}
}

static void shim6_turn_do(struct shim6_turn *t)
{
	int i;

	for (i = 0; i < t->out.n; i++) {
		const struct shim6_fx *fx = &t->out.fx[i];

		switch (fx->type) {
		case SHIM6_FX_SEND:
			shim6_turn_send(t, i);
			break;
		case SHIM6_FX_ERROR:
			t->refusal.error = true;
			t->refusal.code = fx->code;
			t->refusal.off = fx->off;
			break;
		case SHIM6_FX_PATH:
			shim6_turn_tell_path(t, fx->took);
			break;
		case SHIM6_FX_STATE:
			shim6_turn_tell_state(t);
			break;
		case SHIM6_FX_REAP_STATE:
			shim6_turn_tell_reap(t);
			break;
		case SHIM6_FX_LOST:
			shim6_turn_emit(t, SHIM6_EVENT_LOST, t->failing);
			break;
		case SHIM6_FX_KILL:
			break;
		}
	}
}

static void shim6_turn_trace(const struct shim6_turn *t)
{
	const struct shim6_msg *m = t->ev.msg;

	if (t->ev.type == SHIM6_EV_MSG && m->type == SHIM6_MSG_PROBE)
		trace_shim6_probe_received(t->ctx, &t->ev.pair, m->sta,
					   m->sent[0].nonce);
}

static void shim6_turn_once(struct shim6_turn *t)
{
	shim6_turn_trace(t);
	shim6_turn_step(t);
	if (t->reindex)
		shim6_table_reindex(t->ctx->sn, t->ctx, &t->index, t->seq);
	if (t->fresh)
		shim6_turn_confusion(t);
	if (t->limited)
		shim6_turn_tell_limit(t);
	shim6_turn_do(t);
}

/* One more step, with another event */
static void shim6_turn_again(struct shim6_turn *t, enum shim6_ev_type type)
{
	t->failed = false;
	t->ev.type = type;
	t->ev.pair = t->failed_pair;
	t->pds = NULL;
	get_random_bytes(t->ev.rnd, sizeof(t->ev.rnd));
	shim6_turn_once(t);
}

static void shim6_turn_failed(struct shim6_turn *t)
{
	int steps;

	for (steps = 1; t->failed && steps < SHIM6_TURN_STEPS; steps++)
		shim6_turn_again(t, SHIM6_EV_XMIT_FAILED);
}

void shim6_turn_run(struct shim6_turn *t)
{
	shim6_turn_once(t);
	t->verdict = t->out.verdict;
	shim6_turn_failed(t);
	if (t->held && shim6_recover_hold(t->ctx, &t->next, t->late)) {
		t->ev.hold = false;
		shim6_turn_again(t, SHIM6_EV_TIMER);
		shim6_turn_failed(t);
	}
	if (t->kick)
		shim6_kick_ctx(t->ctx);
	if (t->bury)
		shim6_bury(t->ctx);
}
