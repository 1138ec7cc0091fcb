// SPDX-License-Identifier: GPL-2.0
/*
 * Classes of packets, see handover.h.
 */
#include <linux/cred.h>
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "handover.h"
#include "local.h"
#include "request.h"
#include "spread.h"

/**
 * struct handed - what is known of a packet
 * @sv: table
 * @link: link that it leaves by or came by, NULL: none
 * @klass: class, NULL: none
 * @rule: index of the rule that it met, -1: none
 * @packets: on the wire
 * @bytes: octets
 * @dscp: as it came to us
 * @to: as it is to be
 */
struct handed {
	const struct shim6_service *sv;
	const struct shim6_qos_link *link;
	const struct shim6_qos_class *klass;
	int rule;
	u32 packets;
	u32 bytes;
	u8 dscp;
	u8 to;
};

static u8 dscp_of(const struct sk_buff *skb)
{
	return ipv6_get_dsfield(ipv6_hdr(skb)) >> 2;
}

static u8 ecn_of(const struct sk_buff *skb)
{
	return ipv6_get_dsfield(ipv6_hdr(skb)) & INET_ECN_MASK;
}

/* Protocol and ports; @p->ports stays false where none can be seen */
static void look_deep(const struct sk_buff *skb, struct shim6_qos_packet *p)
{
	__be16 buf[2], frag;
	const __be16 *port;
	int off;

	p->proto = ipv6_hdr(skb)->nexthdr;
	off = ipv6_skip_exthdr(skb, skb_network_offset(skb) +
			       sizeof(struct ipv6hdr), &p->proto, &frag);
	if (off < 0 || frag & htons(~0x7) || !shim6_has_ports(p->proto))
		return;
	port = skb_header_pointer(skb, off, sizeof(buf), buf);
	if (!port)
		return;
	p->ports = true;
	p->lport = ntohs(port[!p->out]);
	p->rport = ntohs(port[p->out]);
}

static void look(const struct sk_buff *skb, bool out,
		 struct shim6_qos_packet *p)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);

	*p = (struct shim6_qos_packet) {
		.local = out ? ip6->saddr : ip6->daddr,
		.peer = out ? ip6->daddr : ip6->saddr,
		.out = out,
		.dscp = dscp_of(skb),
		.mark = skb->mark,
	};
	look_deep(skb, p);
}

/* What answers for nobody (a reset, an answer of a listener's queue) has none */
static void look_owner(const struct sock *sk, struct shim6_qos_packet *p)
{
	if (!sk || !sk_fullsock(sk))
		return;
	p->has_uid = true;
	p->uid = from_kuid(&init_user_ns, sock_net_uid(sock_net(sk), sk));
}

static void judge(struct handed *h, const struct sk_buff *skb,
		  const struct shim6_qos_packet *p)
{
	h->packets = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	h->bytes = skb->len;
	h->dscp = p->dscp;
	h->to = p->dscp;
	h->rule = -1;
	if (!h->sv->q.nrules)
		return;
	h->rule = shim6_service_rule(h->sv, p);
	if (h->rule >= 0)
		h->klass = shim6_qos_class(&h->sv->q,
					   h->sv->q.rules[h->rule].klass);
}

/* Who may say what DSCP a packet has that no rule is for */
static u8 trusted(const struct shim6_qos_trust *t, u8 dscp)
{
	if (t->mode == SHIM6_QOS_TRUST_NONE ||
	    (t->mode == SHIM6_QOS_TRUST_DSCP && !(t->allow & BIT_ULL(dscp))))
		return 0;
	return dscp;
}

static u8 dscp_to_send(const struct handed *h)
{
	u8 dscp = SHIM6_QOS_DSCP_KEEP;

	if (h->rule < 0)
		return trusted(&h->sv->q.trust, h->dscp);
	dscp = h->sv->q.rules[h->rule].set_dscp;
	if (dscp == SHIM6_QOS_DSCP_KEEP && h->klass)
		dscp = h->klass->dscp;
	return dscp == SHIM6_QOS_DSCP_KEEP ? h->dscp : dscp;
}

/* Of AFxy (RFC 2597 6): y; of others 0 */
static u16 drop_precedence(u8 dscp)
{
	return dscp & 1 || dscp < 10 || dscp > 38 ? 0 : (dscp >> 1) & 3;
}

/* Without memory for a copy of the header it stays as it is */
static void rewrite(struct handed *h, struct sk_buff *skb)
{
	__wsum before;

	if (h->to == h->dscp)
		return;
	if (skb_ensure_writable(skb, sizeof(struct ipv6hdr))) {
		h->to = h->dscp;
		return;
	}
	/* With CHECKSUM_COMPLETE the sum covers the header, too */
	before = csum_partial(ipv6_hdr(skb), 4, 0);
	ipv6_change_dsfield(ipv6_hdr(skb), INET_ECN_MASK, h->to << 2);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(csum_sub(skb->csum, before),
				     csum_partial(ipv6_hdr(skb), 4, 0));
}

static void count_rule(const struct handed *h)
{
	if (h->rule >= 0)
		shim6_service_count_rule(h->sv, h->rule, h->packets, h->bytes,
					 h->to != h->dscp);
}

static u32 id_of_link(const struct handed *h)
{
	return h->link ? h->link->id : 0;
}

static u32 id_of_class(const struct handed *h)
{
	return h->klass ? h->klass->id : 0;
}

#define note(where, what)				\
	do {						\
		if (READ_ONCE(where) != (what))		\
			WRITE_ONCE(where, what);	\
	} while (0)

static void remember_out(const struct handed *h, struct shim6_ctx *ctx)
{
	struct shim6_ctx_service *s = &ctx->service;
	u32 klass = id_of_class(h);
	u32 pref = h->rule < 0 ? 0 : h->sv->q.rules[h->rule].pref;

	note(s->rule, pref);
	note(s->klass, klass);
	note(s->dscp_out, h->to);
	note(s->link_out, id_of_link(h));
	note(s->had[klass], h->to + 1);
}

/* Exploration is under way, or the current pair is known not to work. What was
 * sent before that was noticed is not told from the rest.
 */
static bool is_lost(const struct shim6_ctx *ctx)
{
	const struct shim6_reap *r = &ctx->proto.reap;

	return READ_ONCE(r->state) == SHIM6_REAP_EXPLORING ||
	       READ_ONCE(r->broken);
}

static void count_out(const struct handed *h, const struct sk_buff *skb,
		      const struct shim6_ctx *ctx)
{
	count_rule(h);
	shim6_service_count_tx(h->sv, id_of_link(h), id_of_class(h),
			       h->packets, h->bytes, ecn_of(skb));
	if (ctx && unlikely(is_lost(ctx)))
		shim6_service_count_lost(h->sv, id_of_link(h), id_of_class(h),
					 h->packets);
}

static void mark_class(const struct handed *h, struct sk_buff *skb)
{
	if (!h->klass)
		return;
	if (h->klass->minor)
		skb->priority = shim6_handover_priority(h->link,
							h->klass->minor);
	shim6_handover_index(skb, h->klass->tc_index ?:
				  drop_precedence(h->to));
}

/* A rule may want its flows to have a context of their own */
static void ask_fork(const struct handed *h, const struct shim6_qos_packet *p,
		     struct shim6_ctx *ctx)
{
	const struct shim6_fork_flow flow = {
		.local = p->local,
		.peer = p->peer,
		.port_local = htons(p->lport),
		.port_peer = htons(p->rport),
		.proto = p->proto,
	};

	if (h->rule < 0 || h->sv->q.rules[h->rule].path != SHIM6_QOS_PATH_FORK)
		return;
	/* Later fragments follow the first one, or nobody would find them */
	if (p->ports || !shim6_has_ports(p->proto))
		shim6_spread_fork(ctx, &flow, &h->sv->q.rules[h->rule]);
}

bool shim6_handover_out(const struct shim6_service *sv, struct sk_buff *skb,
			struct shim6_ctx *ctx, const struct in6_addr *src,
			const struct sock *sk)
{
	struct handed h = {
		.sv = sv,
		.link = shim6_qos_link_of(&sv->q, src),
	};
	struct shim6_qos_packet p;
	u32 mark = skb->mark;

	if (!ctx && !h.link)
		return false;
	look(skb, true, &p);
	look_owner(sk, &p);
	judge(&h, skb, &p);
	h.to = dscp_to_send(&h);
	rewrite(&h, skb);
	mark_class(&h, skb);
	skb->mark = shim6_handover_mark(mark, h.link, h.klass);
	count_out(&h, skb, ctx);
	if (ctx) {
		remember_out(&h, ctx);
		ask_fork(&h, &p, ctx);
	}
	return skb->mark != mark;
}

/* A packet that no rule tells the class of has that of the last one sent, as
 * answers have
 */
static void recall_class(struct handed *h, const struct shim6_ctx *ctx)
{
	if (h->rule < 0 && ctx)
		h->klass = shim6_qos_class(&h->sv->q,
					   READ_ONCE(ctx->service.klass));
}

static u8 dscp_to_deliver(const struct handed *h, const struct shim6_ctx *ctx)
{
	u8 had;

	if (!h->klass || h->klass->in_dscp == SHIM6_QOS_IN_KEEP)
		return h->dscp;
	if (h->klass->in_dscp == SHIM6_QOS_IN_SET)
		return h->klass->dscp == SHIM6_QOS_DSCP_KEEP ? h->dscp :
							       h->klass->dscp;
	had = ctx ? READ_ONCE(ctx->service.had[h->klass->id]) : 0;
	return had ? had - 1 : h->dscp;
}

void shim6_handover_in(const struct shim6_service *sv, struct sk_buff *skb,
		       struct shim6_ctx *ctx,
		       const struct shim6_qos_link *link)
{
	struct handed h = { .sv = sv, .link = link };
	struct shim6_qos_packet p;

	if (!ctx && !h.link)
		return;
	look(skb, false, &p);
	judge(&h, skb, &p);
	recall_class(&h, ctx);
	h.to = dscp_to_deliver(&h, ctx);
	shim6_service_count_rx(sv, id_of_link(&h), id_of_class(&h), h.packets,
			       h.bytes, ecn_of(skb));
	if (ctx) {
		note(ctx->service.dscp_in, h.dscp);
		note(ctx->service.link_in, id_of_link(&h));
	}
	rewrite(&h, skb);
	count_rule(&h);
	if (h.klass && h.klass->minor)
		skb->priority = shim6_handover_priority(h.link, h.klass->minor);
}
