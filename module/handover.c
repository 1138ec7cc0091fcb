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
 * @link_id: id of @link, 0: none; to the compiler each counter could change it
 * @klass_id: of @klass
 * @rule: index of the rule that it met, -1: none
 * @pref: that rule's, 0: none
 * @packets: on the wire
 * @bytes: octets
 * @dscp: as it came to us
 * @to: as it is to be
 * @ecn: its ECN field
 * @fork: that rule wants a context for the flow
 */
struct handed {
	const struct shim6_service *sv;
	const struct shim6_qos_link *link;
	const struct shim6_qos_class *klass;
	u32 link_id;
	u32 klass_id;
	int rule;
	u32 pref;
	u32 packets;
	u32 bytes;
	u8 dscp;
	u8 to;
	u8 ecn;
	bool fork;
};

static u8 dscp_of(const struct sk_buff *skb)
{
	return ipv6_get_dsfield(ipv6_hdr(skb)) >> 2;
}

/* Of a later fragment the Fragment header knows the protocol, though not what is
 * behind extension headers of the first one
 */
static void look_at_fragment(const struct sk_buff *skb, int off,
			     struct shim6_qos_packet *p)
{
	struct frag_hdr buf;
	const struct frag_hdr *hdr;

	hdr = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (hdr)
		p->proto = hdr->nexthdr;
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
	if (off >= 0 && frag & htons(~0x7)) {
		look_at_fragment(skb, off, p);
		return;
	}
	if (off < 0 || !shim6_has_ports(p->proto))
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
static bool has_owner(const struct sock *sk)
{
	return sk && sk_fullsock(sk);
}

/* As from_kuid() has it for the initial user namespace */
static u32 owner_of(const struct sock *sk)
{
	return __kuid_val(sock_net_uid(sock_net(sk), sk));
}

static noinline int judge_deeply(const struct shim6_service *sv,
				 const struct sk_buff *skb, bool out,
				 const struct sock *sk)
{
	struct shim6_qos_packet p;

	look(skb, out, &p);
	p.has_uid = has_owner(sk);
	if (p.has_uid)
		p.uid = owner_of(sk);
	return shim6_service_rule(sv, &p);
}

/* Is it a packet as most are, TCP or UDP without a header in front, and of which
 * flow; service.c has it of what look() finds
 */
static __always_inline bool flow_of(const struct sk_buff *skb, bool out,
				    const struct sock *sk,
				    struct shim6_service_flow *f)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	u8 proto = ip6->nexthdr, flags = SHIM6_SERVICE_PORTS;
	u32 ports, uid = 0;

	if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) ||
	    (const u8 *)(ip6 + 1) + sizeof(ports) > skb_tail_pointer(skb))
		return false;
	if (out)
		flags |= SHIM6_SERVICE_OUT;
	if (has_owner(sk)) {
		flags |= SHIM6_SERVICE_UID;
		uid = owner_of(sk);
	}
	memcpy(&ports, ip6 + 1, sizeof(ports));
	shim6_service_addrs(f, out ? &ip6->daddr : &ip6->saddr,
			    out ? &ip6->saddr : &ip6->daddr);
	f->ports = (u64)skb->mark << 32 | ports;
	f->rest = shim6_service_rest(uid, proto, dscp_of(skb), flags);
	return true;
}

/* Index of the rule that a packet meets, or -1 */
static __always_inline int judge(const struct shim6_service *sv,
				 const struct sk_buff *skb, bool out,
				 const struct sock *sk)
{
	struct shim6_service_flow f;
	int rule;

	if (sv->verdicts && flow_of(skb, out, sk, &f) &&
	    shim6_service_known(sv, &f, &rule))
		return rule;
	return sv->q.nrules ? judge_deeply(sv, skb, out, sk) : -1;
}

static __always_inline void begin(struct handed *h, const struct sk_buff *skb)
{
	u8 field = ipv6_get_dsfield(ipv6_hdr(skb));

	h->packets = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	h->bytes = skb->len;
	h->dscp = field >> 2;
	h->to = h->dscp;
	h->ecn = field & INET_ECN_MASK;
	h->link_id = h->link ? h->link->id : 0;
}

/* A class that a rule names is there */
static const struct shim6_qos_class *class_of(const struct shim6_service *sv,
					      const struct shim6_qos_rule *r)
{
	return r->klass ? &sv->q.classes[r->klass - 1] : NULL;
}

/* Who may say what DSCP a packet has that no rule is for */
static u8 trusted(const struct shim6_qos_trust *t, u8 dscp)
{
	if (t->mode == SHIM6_QOS_TRUST_NONE ||
	    (t->mode == SHIM6_QOS_TRUST_DSCP && !(t->allow & BIT_ULL(dscp))))
		return 0;
	return dscp;
}

static u8 dscp_to_send(const struct handed *h, const struct shim6_qos_rule *r)
{
	u8 dscp = r->set_dscp;

	if (dscp == SHIM6_QOS_DSCP_KEEP && h->klass)
		dscp = h->klass->dscp;
	return dscp == SHIM6_QOS_DSCP_KEEP ? h->dscp : dscp;
}

/* What the rule says of a packet to be sent */
static __always_inline void follow(struct handed *h)
{
	const struct shim6_qos_rule *r = &h->sv->q.rules[h->rule];

	h->klass = class_of(h->sv, r);
	h->klass_id = r->klass;
	h->to = dscp_to_send(h, r);
	h->pref = r->pref;
	h->fork = r->path == SHIM6_QOS_PATH_FORK;
}

/* Of AFxy (RFC 2597 6): y; of others 0 */
static u16 drop_precedence(u8 dscp)
{
	return dscp & 1 || dscp < 10 || dscp > 38 ? 0 : (dscp >> 1) & 3;
}

/* Return: the DSCP it has: without memory for a copy of the header that stays
 * as it is
 */
static noinline u8 rewrite(struct sk_buff *skb, u8 from, u8 to)
{
	__wsum before;

	if (skb_ensure_writable(skb, sizeof(struct ipv6hdr)))
		return from;
	/* With CHECKSUM_COMPLETE the sum covers the header, too */
	before = csum_partial(ipv6_hdr(skb), 4, 0);
	ipv6_change_dsfield(ipv6_hdr(skb), INET_ECN_MASK, to << 2);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(csum_sub(skb->csum, before),
				     csum_partial(ipv6_hdr(skb), 4, 0));
	return to;
}

static __always_inline void mark_dscp(struct handed *h, struct sk_buff *skb)
{
	if (h->to != h->dscp)
		h->to = rewrite(skb, h->dscp, h->to);
}

static __always_inline void count_rule(const struct handed *h)
{
	if (h->rule >= 0)
		shim6_service_count_rule(h->sv, h->rule, h->packets, h->bytes,
					 h->to != h->dscp);
}

/* Of most packets the one before has left the same */
static void remember_out(const struct handed *h, struct shim6_ctx *ctx)
{
	struct shim6_ctx_service *s = &ctx->service;

	if (likely(READ_ONCE(s->rule) == h->pref &&
		   READ_ONCE(s->klass) == h->klass_id &&
		   READ_ONCE(s->own) == h->to + 1 &&
		   READ_ONCE(s->link_out) == h->link_id))
		return;
	WRITE_ONCE(s->rule, h->pref);
	WRITE_ONCE(s->klass, h->klass_id);
	WRITE_ONCE(s->dscp_out, h->to);
	WRITE_ONCE(s->own, h->to + 1);
	WRITE_ONCE(s->link_out, h->link_id);
	WRITE_ONCE(s->had[h->klass_id], h->to + 1);
}

/* And of most received ones the one before was like it */
static void remember_in(const struct handed *h, struct shim6_ctx *ctx)
{
	struct shim6_ctx_service *s = &ctx->service;

	if (likely(READ_ONCE(s->klass_in) == h->klass_id &&
		   READ_ONCE(s->dscp_in) == h->dscp &&
		   READ_ONCE(s->link_in) == h->link_id))
		return;
	WRITE_ONCE(s->klass_in, h->klass_id);
	WRITE_ONCE(s->dscp_in, h->dscp);
	WRITE_ONCE(s->link_in, h->link_id);
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

static void count_out(const struct handed *h, const struct shim6_ctx *ctx)
{
	count_rule(h);
	shim6_service_count_tx(h->sv, h->link_id, h->klass_id,
			       h->packets, h->bytes, h->ecn);
	if (ctx && unlikely(is_lost(ctx)))
		shim6_service_count_lost(h->sv, h->link_id, h->klass_id,
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

/* Return: it has another mark now */
static bool mark_mark(const struct handed *h, struct sk_buff *skb)
{
	u32 mask = (h->link ? h->link->mark_mask : 0) |
		   (h->klass ? h->klass->mark_mask : 0);
	u32 mark = skb->mark;

	if (likely(!mask))
		return false;
	skb->mark = shim6_handover_mark(mark, h->link, h->klass);
	return skb->mark != mark;
}

/* A rule may want its flows to have a context of their own */
static noinline void ask_fork(const struct shim6_qos_rule *rule,
			      const struct sk_buff *skb, struct shim6_ctx *ctx)
{
	struct shim6_fork_flow flow;
	struct shim6_qos_packet p;

	look(skb, true, &p);
	flow = (struct shim6_fork_flow) {
		.local = p.local,
		.peer = p.peer,
		.port_local = htons(p.lport),
		.port_peer = htons(p.rport),
		.proto = p.proto,
	};
	/* What has no protocol to be seen, and later fragments, which have no
	 * ports: nobody would find the fork
	 */
	if (p.ports || !(shim6_has_ports(p.proto) || ipv6_ext_hdr(p.proto)))
		shim6_spread_fork(ctx, &flow, rule);
}

bool shim6_handover_out(const struct shim6_service *sv, struct sk_buff *skb,
			struct shim6_ctx *ctx, const struct in6_addr *src,
			const struct sock *sk)
{
	struct handed h = {
		.sv = sv,
		.link = shim6_qos_link_of(&sv->q, src),
	};
	bool marked;

	if (!ctx && !h.link)
		return false;
	begin(&h, skb);
	h.rule = judge(sv, skb, true, sk);
	if (h.rule >= 0)
		follow(&h);
	else
		h.to = trusted(&sv->q.trust, h.dscp);
	mark_dscp(&h, skb);
	mark_class(&h, skb);
	marked = mark_mark(&h, skb);
	count_out(&h, ctx);
	if (ctx) {
		remember_out(&h, ctx);
		if (unlikely(h.fork))
			ask_fork(&sv->q.rules[h.rule], skb, ctx);
	}
	return marked;
}

/* A packet that no rule tells the class of has that of the last one sent, as
 * answers have
 */
static __always_inline void find_class_in(struct handed *h,
					  const struct shim6_ctx *ctx)
{
	const struct shim6_qos_rule *r;

	if (h->rule >= 0) {
		r = &h->sv->q.rules[h->rule];
		h->klass = class_of(h->sv, r);
		h->klass_id = r->klass;
	} else if (ctx) {
		h->klass_id = READ_ONCE(ctx->service.klass);
		h->klass = shim6_qos_class(&h->sv->q, h->klass_id);
		if (!h->klass)
			h->klass_id = 0;
	}
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

	begin(&h, skb);
	h.rule = judge(sv, skb, false, NULL);
	find_class_in(&h, ctx);
	h.to = dscp_to_deliver(&h, ctx);
	shim6_service_count_rx(sv, h.link_id, h.klass_id, h.packets,
			       h.bytes, h.ecn);
	if (ctx)
		remember_in(&h, ctx);
	mark_dscp(&h, skb);
	count_rule(&h);
	if (h.klass && h.klass->minor)
		skb->priority = shim6_handover_priority(h.link, h.klass->minor);
}
