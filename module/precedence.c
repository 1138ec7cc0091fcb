// SPDX-License-Identifier: GPL-2.0
/*
 * The DSCP of our own messages, see precedence.h.
 */
#include <linux/ktime.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include "marking.h"
#include "net.h"
#include "precedence.h"
#include "service.h"

/**
 * struct precedence_link - what is known of the markings of a link
 * @marking: what became of them
 * @prefix: of the link; with others it is another provider
 */
struct precedence_link {
	struct shim6_marking marking;
	struct shim6_qos_prefix prefix[SHIM6_QOS_PREFIXES];
};

/**
 * struct shim6_precedence - what is known of markings in a namespace
 * @lock: protects the rest; taken inside of a context's lock
 * @link: by id of a link, NULL until the first message there
 */
struct shim6_precedence {
	spinlock_t lock;
	struct precedence_link *link[SHIM6_QOS_LINKS + 1];
};

int shim6_precedence_init(struct shim6_net *sn)
{
	struct shim6_precedence *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	spin_lock_init(&p->lock);
	sn->precedence = p;
	return 0;
}

void shim6_precedence_exit(struct shim6_net *sn)
{
	int i;

	for (i = 0; i <= SHIM6_QOS_LINKS; i++)
		kfree(sn->precedence->link[i]);
	kfree(sn->precedence);
	sn->precedence = NULL;
}

static u32 id_of(const struct shim6_qos_link *link)
{
	return link ? link->id : 0;
}

/* p->lock held. NULL without memory: then nothing is known of the link */
static struct shim6_marking *marking_of(struct shim6_precedence *p,
					const struct shim6_qos_link *link)
{
	struct precedence_link **at = &p->link[id_of(link)], *l;

	if (!*at)
		*at = kzalloc(sizeof(**at), GFP_ATOMIC | __GFP_NOWARN);
	l = *at;
	if (!l)
		return NULL;
	/* What another provider did with its markings says nothing of this */
	if (link && memcmp(l->prefix, link->prefix, sizeof(l->prefix))) {
		memset(l, 0, sizeof(*l));
		memcpy(l->prefix, link->prefix, sizeof(l->prefix));
	}
	return &l->marking;
}

/* What it is, or @turn->wanted if nothing is known */
static u8 choose(struct shim6_net *sn, const struct shim6_qos_link *link,
		 const struct shim6_marking_turn *turn, u64 now)
{
	struct shim6_precedence *p = sn->precedence;
	struct shim6_marking *m;
	u8 dscp = turn->wanted;

	spin_lock_bh(&p->lock);
	m = marking_of(p, link);
	if (m)
		dscp = shim6_marking_choose(m, turn, now);
	spin_unlock_bh(&p->lock);
	return dscp;
}

static void count_sent(struct shim6_net *sn, const struct shim6_qos_link *link,
		       u8 dscp)
{
	struct shim6_precedence *p = sn->precedence;
	struct shim6_marking *m;

	spin_lock_bh(&p->lock);
	m = marking_of(p, link);
	if (m)
		shim6_marking_sent(m, dscp);
	spin_unlock_bh(&p->lock);
}

static void tell_blocked(u32 link, int dscp)
{
	net_info_ratelimited("shim6: link %u: control messages with DSCP %d are not answered, others are; DSCP %d is not used there for %llu s\n",
			     link, dscp, dscp,
			     SHIM6_MARKING_REST / SHIM6_NS_PER_SEC);
}

static void count_answered(struct shim6_net *sn,
			   const struct shim6_question *q, u64 now)
{
	struct shim6_precedence *p = sn->precedence;
	int blocked = -1;

	spin_lock_bh(&p->lock);
	if (p->link[q->link])
		blocked = shim6_marking_answered(&p->link[q->link]->marking,
						 q->dscp, now);
	spin_unlock_bh(&p->lock);
	if (blocked >= 0)
		tell_blocked(q->link, blocked);
}

/* RCU, ctx locked */
static u8 payload_of(const struct shim6_qos *q, struct shim6_ctx *ctx,
		     const struct shim6_fx *fx)
{
	struct shim6_ctx_service *s = &ctx->service;

	/* The next packet that leaves is remembered again */
	if (fx->last)
		WRITE_ONCE(s->own, 0);
	return shim6_marking_payload(q, READ_ONCE(s->own),
				     READ_ONCE(s->klass_in),
				     READ_ONCE(s->dscp_in));
}

/* RCU, ctx locked */
static u8 next_of(const struct shim6_service *sv, struct shim6_ctx *ctx,
		  const struct shim6_fx *fx, const struct shim6_msg *asked,
		  u64 now)
{
	const struct shim6_qos_link *link =
		shim6_qos_link_of(&sv->q, &fx->pair.src);
	struct shim6_ctx_control *c = &ctx->control;
	struct shim6_marking_turn turn;
	u8 dscp;

	turn = shim6_marking_turn(&c->alternation, &sv->q.control, fx, asked,
				  payload_of(&sv->q, ctx, fx));
	dscp = choose(ctx->sn, link, &turn, now);
	if (shim6_question_put(&c->asked, &ctx->proto, fx, id_of(link), dscp))
		count_sent(ctx->sn, link, dscp);
	return dscp;
}

u8 shim6_precedence_next(struct shim6_ctx *ctx, const struct shim6_fx *fx,
			 const struct shim6_msg *asked, u64 now)
{
	const struct shim6_service *sv;
	u8 dscp = 0;

	rcu_read_lock();
	sv = shim6_service(ctx->sn);
	if (sv)
		dscp = next_of(sv, ctx, fx, asked, now);
	rcu_read_unlock();
	return dscp;
}

void shim6_precedence_heard(struct shim6_ctx *ctx, const struct shim6_msg *m,
			    u64 now)
{
	struct shim6_question q;
	unsigned int i;
	int is;

	if (!shim6_service_any())
		return;
	for (i = 0; ; i++) {
		is = shim6_question_take(&ctx->control.asked, m, i, &q);
		if (is < 0)
			break;
		if (is)
			count_answered(ctx->sn, &q, now);
	}
}

u8 shim6_precedence_reply(struct shim6_net *sn, const struct in6_addr *src,
			  u8 dscp)
{
	const struct shim6_qos_control *control;
	struct shim6_marking_turn turn = {};
	const struct shim6_service *sv;
	u8 ours = 0;

	rcu_read_lock();
	sv = shim6_service(sn);
	control = sv ? &sv->q.control : NULL;
	if (control && control->dscp != SHIM6_QOS_DSCP_INHERIT &&
	    (!control->alternate || dscp == control->dscp)) {
		turn.wanted = control->dscp;
		ours = choose(sn, shim6_qos_link_of(&sv->q, src), &turn,
			      ktime_get_ns());
	}
	rcu_read_unlock();
	return ours;
}

/* Return: there were such messages */
static bool list_one(struct shim6_net *sn, struct shim6_qos_marking *out)
{
	struct shim6_precedence *p = sn->precedence;
	const struct shim6_marking *m;

	shim6_service_marked(sn, out);
	spin_lock_bh(&p->lock);
	if (p->link[out->link]) {
		m = &p->link[out->link]->marking;
		out->blocked = shim6_marking_blocked(m, out->dscp,
						     ktime_get_ns());
		out->sent = m->row[out->dscp].sent;
		out->answered = m->row[out->dscp].answered;
	}
	spin_unlock_bh(&p->lock);
	return out->sent || out->tx || out->rx;
}

int shim6_precedence_list(struct shim6_net *sn, u64 *cursor,
			  struct shim6_qos_marking *out)
{
	while (*cursor < (SHIM6_QOS_LINKS + 1) * SHIM6_DSCPS) {
		*out = (struct shim6_qos_marking) {
			.link = *cursor / SHIM6_DSCPS,
			.dscp = *cursor % SHIM6_DSCPS,
		};
		(*cursor)++;
		if (list_one(sn, out))
			return 0;
	}
	return -ENOENT;
}

void shim6_precedence_reset(struct shim6_net *sn)
{
	struct shim6_precedence *p = sn->precedence;
	int i;

	spin_lock_bh(&p->lock);
	for (i = 0; i <= SHIM6_QOS_LINKS; i++)
		if (p->link[i])
			memset(&p->link[i]->marking, 0,
			       sizeof(p->link[i]->marking));
	spin_unlock_bh(&p->lock);
}
