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
 * struct shim6_precedence - what is known of markings in a namespace
 * @lock: protects the rest; taken inside of a context's lock
 * @link: by id of a link, NULL until the first message there
 */
struct shim6_precedence {
	spinlock_t lock;
	struct shim6_marking *link[SHIM6_QOS_LINKS + 1];
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

/* p->lock held. NULL without memory: then nothing is known of the link */
static struct shim6_marking *marking_of(struct shim6_precedence *p, u32 link)
{
	if (!p->link[link])
		p->link[link] = kzalloc(sizeof(*p->link[link]),
					GFP_ATOMIC | __GFP_NOWARN);
	return p->link[link];
}

static u8 choose(struct shim6_net *sn, u32 link, u8 wanted, u8 other, u64 now)
{
	struct shim6_precedence *p = sn->precedence;
	struct shim6_marking *m;

	spin_lock_bh(&p->lock);
	m = marking_of(p, link);
	if (m)
		wanted = shim6_marking_choose(m, wanted, other, now);
	spin_unlock_bh(&p->lock);
	return wanted;
}

static void count_sent(struct shim6_net *sn, u32 link, u8 dscp)
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

static void count_answered(struct shim6_net *sn, u32 link, u8 dscp, u64 now)
{
	struct shim6_precedence *p = sn->precedence;
	struct shim6_marking *m;
	int blocked = -1;

	spin_lock_bh(&p->lock);
	m = marking_of(p, link);
	if (m)
		blocked = shim6_marking_answered(m, dscp, now);
	spin_unlock_bh(&p->lock);
	if (blocked >= 0)
		tell_blocked(link, blocked);
}

/*
 * Every second one of a pair, not of a context: a walk over two pairs would give
 * each of them one DSCP for good. Pairs that share a bit share the alternation.
 *
 * The first probe of a pair is marked as payload is, since payload is what
 * follows if it is answered: a pair that carries nothing but network control is
 * found by its second probe, when those that carry payload have answered.
 * Everything else begins with the DSCP of our messages.
 */
static bool is_own_turn(struct shim6_ctx_control *c, const struct shim6_fx *fx)
{
	u64 bit = BIT_ULL((ipv6_addr_hash(&fx->pair.src) * 31 +
			   ipv6_addr_hash(&fx->pair.dst)) % 64);
	u64 *odd = fx->msg == SHIM6_MSG_PROBE ? &c->odd_probe : &c->odd;
	bool own = !(*odd & bit) == (fx->msg == SHIM6_MSG_PROBE);

	*odd ^= bit;
	return own;
}

/* The number by which an answer names the question; false: it asks nothing */
static bool asks(const struct shim6_proto *p, const struct shim6_fx *fx,
		 u32 *nonce)
{
	switch (fx->msg) {
	case SHIM6_MSG_I1:
	case SHIM6_MSG_I2:
	case SHIM6_MSG_I2BIS:
		*nonce = p->hs.init_nonce;
		return true;
	case SHIM6_MSG_UPDATE_REQ:
		*nonce = p->up.nonce;
		return true;
	case SHIM6_MSG_PROBE:
		/* RFC 5534 6.9: that of Operational is the last word */
		*nonce = (__force u32)fx->rec.nonce;
		return fx->sta != SHIM6_REAP_OPERATIONAL;
	}
	return false;
}

static void remember(struct shim6_ctx *ctx, const struct shim6_fx *fx,
		     u32 link, u8 dscp)
{
	struct shim6_ctx_control *c = &ctx->control;
	struct shim6_ctx_asked *a = &c->asked[c->next];
	u32 nonce;

	if (!asks(&ctx->proto, fx, &nonce))
		return;
	*a = (struct shim6_ctx_asked) {
		.nonce = nonce,
		.msg = fx->msg,
		.link = link,
		.dscp = dscp,
	};
	c->next = (c->next + 1) % SHIM6_CTX_ASKED;
	count_sent(ctx->sn, link, dscp);
}

/* Whose turn it is: the payload's DSCP or that of our messages. What answers
 * goes as the question came, that way has just been shown to work.
 */
static bool is_own(const struct shim6_qos_control *control,
		   struct shim6_ctx_control *c, const struct shim6_fx *fx,
		   const struct shim6_msg *asked)
{
	return asked ? asked->dscp != control->dscp : is_own_turn(c, fx);
}

/* RCU */
static u8 next_of(const struct shim6_service *sv, struct shim6_ctx *ctx,
		  const struct shim6_fx *fx, const struct shim6_msg *asked,
		  u64 now)
{
	u32 link = shim6_service_link_id(sv, &fx->pair.src);
	u8 own = READ_ONCE(ctx->service.dscp_out);
	u8 dscp = sv->q.control.dscp;

	if (dscp == SHIM6_QOS_DSCP_INHERIT)
		dscp = own;
	else if (!sv->q.control.alternate)
		own = dscp;
	if (is_own(&sv->q.control, &ctx->control, fx, asked))
		swap(own, dscp);
	dscp = choose(ctx->sn, link, dscp, own, now);
	remember(ctx, fx, link, dscp);
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

/* The messages that one of a type may answer, as bits. What an R2 answers may
 * have been an I1 (RFC 5533 7.12).
 */
static const u8 questions_of[] = {
	[SHIM6_MSG_R1] = BIT(SHIM6_MSG_I1),
	[SHIM6_MSG_R2] = BIT(SHIM6_MSG_I1) | BIT(SHIM6_MSG_I2) |
			 BIT(SHIM6_MSG_I2BIS),
};

static bool is_question(u8 msg, u8 answer)
{
	switch (answer) {
	case SHIM6_MSG_R1:
	case SHIM6_MSG_R2:
		return msg <= SHIM6_MSG_I2BIS && questions_of[answer] & BIT(msg);
	case SHIM6_MSG_UPDATE_ACK:
		return msg == SHIM6_MSG_UPDATE_REQ;
	}
	return msg == answer;
}

/* The youngest: what was sent again has the same number */
static void answered(struct shim6_ctx *ctx, u8 answer, u32 nonce, u64 now)
{
	struct shim6_ctx_control *c = &ctx->control;
	unsigned int i;

	for (i = 1; i <= SHIM6_CTX_ASKED; i++) {
		struct shim6_ctx_asked *a =
			&c->asked[(c->next - i) % SHIM6_CTX_ASKED];

		if (!a->msg || a->nonce != nonce ||
		    !is_question(a->msg, answer))
			continue;
		a->msg = 0;
		count_answered(ctx->sn, a->link, a->dscp, now);
		return;
	}
}

void shim6_precedence_heard(struct shim6_ctx *ctx, const struct shim6_msg *m,
			    u64 now)
{
	unsigned int i;

	if (!shim6_service_any())
		return;
	switch (m->type) {
	case SHIM6_MSG_R1:
	case SHIM6_MSG_R2:
		answered(ctx, m->type, m->init_nonce, now);
		break;
	case SHIM6_MSG_UPDATE_ACK:
		answered(ctx, m->type, m->req_nonce, now);
		break;
	case SHIM6_MSG_PROBE:
		for (i = 0; i < m->precvd; i++)
			answered(ctx, m->type,
				 (__force u32)m->recvd[i].nonce, now);
		break;
	}
}

u8 shim6_precedence_reply(struct shim6_net *sn, const struct in6_addr *src,
			  u8 dscp)
{
	const struct shim6_service *sv;
	u8 ours = 0;

	rcu_read_lock();
	sv = shim6_service(sn);
	if (sv && sv->q.control.dscp != SHIM6_QOS_DSCP_INHERIT &&
	    (!sv->q.control.alternate || dscp == sv->q.control.dscp))
		ours = choose(sn, shim6_service_link_id(sv, src),
			      sv->q.control.dscp, 0, ktime_get_ns());
	rcu_read_unlock();
	return ours;
}

int shim6_precedence_list(struct shim6_net *sn, u64 *cursor,
			  struct shim6_qos_marking *out)
{
	struct shim6_precedence *p = sn->precedence;
	u64 now = ktime_get_ns();
	int err = -ENOENT;

	spin_lock_bh(&p->lock);
	for (; err && *cursor < (SHIM6_QOS_LINKS + 1) * SHIM6_DSCPS;
	     (*cursor)++) {
		u32 link = *cursor / SHIM6_DSCPS, dscp = *cursor % SHIM6_DSCPS;
		const struct shim6_marking *m = p->link[link];

		if (!m || !m->row[dscp].sent)
			continue;
		*out = (struct shim6_qos_marking) {
			.link = link,
			.dscp = dscp,
			.blocked = shim6_marking_blocked(m, dscp, now),
			.sent = m->row[dscp].sent,
			.answered = m->row[dscp].answered,
		};
		err = 0;
	}
	spin_unlock_bh(&p->lock);
	return err;
}

void shim6_precedence_reset(struct shim6_net *sn)
{
	struct shim6_precedence *p = sn->precedence;
	int i;

	spin_lock_bh(&p->lock);
	for (i = 0; i <= SHIM6_QOS_LINKS; i++)
		if (p->link[i])
			memset(p->link[i], 0, sizeof(*p->link[i]));
	spin_unlock_bh(&p->lock);
}
