// SPDX-License-Identifier: GPL-2.0
/*
 * When to start a context.
 *
 * ULID pairs are kept in a table of fixed size: sets of a few places, found by
 * a keyed hash; in a full set the pair that was idle longest makes room. A
 * packet reads its set under a sequence count and adds to plain counters, so
 * a count may get lost to a race or end up with the pair's successor. Neither
 * matters here.
 */
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/seqlock.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/shim6.h>
#include <net/dst.h>
#include <net/ipv6.h>
#include "engine.h"
#include "local.h"
#include "net.h"
#include "peer.h"
#include "policy.h"
#include "table.h"
#include "trigger.h"

#define WAYS		4
#define BACKOFF_NS	SHIM6_NS_PER_SEC
#define PORT_DNS	53

/**
 * struct flow - a ULID pair; the counters are written without a lock
 * @local: our address
 * @peer: the other's
 * @packets: packets that count
 * @bytes: their octets
 * @first: when the first came, ns, 0: the place is free
 * @last: when the last came, ns, coarse to a second
 * @retry: not to be started again before, ns
 * @reason: enum shim6_flow_reason, as far as it is known here
 */
struct flow {
	struct in6_addr local;
	struct in6_addr peer;
	u64 packets;
	u64 bytes;
	u64 first;
	u64 last;
	u64 retry;
	u32 reason;
};

/**
 * struct flow_set - places a pair can be in
 * @seq: for readers, against a change of addresses
 * @flow: the places
 */
struct flow_set {
	seqcount_spinlock_t seq;
	struct flow flow[WAYS];
};

/**
 * struct flow_table - the places of a namespace
 * @rcu: for freeing
 * @lock: serialises changes of addresses
 * @n: number of sets
 * @set: the sets
 */
struct flow_table {
	struct rcu_head rcu;
	spinlock_t lock;	/* changes of addresses */
	u32 n;
	struct flow_set set[];
};

/**
 * struct shim6_flows - the trigger of a namespace
 * @sn: namespace
 * @table: NULL until somebody needs it; written under cfg_mutex
 * @work: makes @table
 * @key: of the hash
 */
struct shim6_flows {
	struct shim6_net *sn;
	struct flow_table __rcu *table;
	struct work_struct work;
	siphash_key_t key;
};

enum kind {
	KIND_COUNTS,
	KIND_EXCLUDED,	/* by heuristic (B-30); a rule may still say always */
	KIND_NEVER,	/* control traffic of the network, and our own */
};

/**
 * struct sight - what a packet shows
 * @kind: enum kind
 * @proto: upper-layer protocol
 * @port: the peer's port
 * @local: our address
 * @peer: the other's
 * @now: ns
 */
struct sight {
	enum kind kind;
	u8 proto;
	u16 port;
	const struct in6_addr *local;
	const struct in6_addr *peer;
	u64 now;
};

static struct flow_table *table_locked(struct shim6_net *sn)
{
	return rcu_dereference_protected(sn->flows->table,
					 lockdep_is_held(&sn->cfg_mutex));
}

void shim6_trigger_exit(struct shim6_net *sn)
{
	struct shim6_flows *f = sn->flows;

	if (!f)
		return;
	cancel_work_sync(&f->work);
	/* No packet is left that could read it */
	kvfree(rcu_dereference_protected(f->table, true));
	kfree(f);
	sn->flows = NULL;
}

static void make_table(struct work_struct *work)
{
	struct shim6_net *sn = container_of(work, struct shim6_flows, work)->sn;

	mutex_lock(&sn->cfg_mutex);
	/* Out of memory: the next packet tries again */
	shim6_trigger_prepare(sn);
	mutex_unlock(&sn->cfg_mutex);
}

int shim6_trigger_init(struct shim6_net *sn)
{
	struct shim6_flows *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	f->sn = sn;
	INIT_WORK(&f->work, make_table);
	get_random_bytes(&f->key, sizeof(f->key));
	sn->flows = f;
	return 0;
}

static struct flow_table *table_alloc(u32 n)
{
	struct flow_table *t;
	u32 i;

	t = kvzalloc(struct_size(t, set, n), GFP_KERNEL);
	if (!t)
		return NULL;
	t->n = n;
	spin_lock_init(&t->lock);
	for (i = 0; i < n; i++)
		seqcount_spinlock_init(&t->set[i].seq, &t->lock);
	return t;
}

int shim6_trigger_prepare(struct shim6_net *sn)
{
	u32 n = shim6_param(&sn->params, SHIM6_P_FLOW_MAX) / WAYS;
	struct flow_table *old = table_locked(sn), *fresh;

	if (old && old->n == n)
		return 0;
	fresh = table_alloc(n);
	if (!fresh)
		return -ENOMEM;
	rcu_assign_pointer(sn->flows->table, fresh);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

int shim6_trigger_resize(struct shim6_net *sn)
{
	return table_locked(sn) ? shim6_trigger_prepare(sn) : 0;
}

static enum kind classify_icmp(const struct sk_buff *skb, int off)
{
	struct icmp6hdr buf;
	const struct icmp6hdr *h;

	h = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (h && (h->icmp6_type == ICMPV6_ECHO_REQUEST ||
		  h->icmp6_type == ICMPV6_ECHO_REPLY))
		return KIND_COUNTS;
	return KIND_NEVER;
}

static enum kind classify_ports(const struct sk_buff *skb, int off, bool out,
				u16 *port)
{
	__be16 buf[2];
	const __be16 *p;

	p = skb_header_pointer(skb, off, sizeof(buf), buf);
	if (!p)
		return KIND_NEVER;
	*port = ntohs(p[out]);
	if (p[0] == htons(PORT_DNS) || p[1] == htons(PORT_DNS))
		return KIND_EXCLUDED;
	return KIND_COUNTS;
}

static enum kind classify(const struct sk_buff *skb, bool out, u8 *proto,
			  u16 *port)
{
	__be16 frag;
	int off;

	*proto = ipv6_hdr(skb)->nexthdr;
	*port = 0;
	off = ipv6_skip_exthdr(skb, skb_network_offset(skb) +
			       sizeof(struct ipv6hdr), proto, &frag);
	if (off < 0)
		return KIND_NEVER;
	switch (*proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		return classify_ports(skb, off, out, port);
	case IPPROTO_ICMPV6:
		return classify_icmp(skb, off);
	case IPPROTO_SCTP:
		return KIND_EXCLUDED;
	case SHIM6_PROTO:
	case SHIM6_NEXTHDR_NONE:
		return KIND_NEVER;
	default:
		return KIND_COUNTS;
	}
}

/* Return: false for a packet that concerns no ULID pair */
static bool look(const struct sk_buff *skb, bool out, struct sight *s)
{
	const struct ipv6hdr *h = ipv6_hdr(skb);

	s->local = out ? &h->saddr : &h->daddr;
	s->peer = out ? &h->daddr : &h->saddr;
	if (!shim6_addr_usable(s->local) || !shim6_addr_usable(s->peer))
		return false;
	s->kind = classify(skb, out, &s->proto, &s->port);
	s->now = ktime_get_coarse_ns();
	return s->kind != KIND_NEVER;
}

static struct flow_set *set_of(const struct shim6_flows *f,
			       struct flow_table *t, const struct sight *s)
{
	struct in6_addr key[2] = { *s->local, *s->peer };
	u32 hash = siphash(key, sizeof(key), &f->key);

	return &t->set[reciprocal_scale(hash, t->n)];
}

static struct flow *scan(struct flow_set *set, const struct sight *s)
{
	struct flow *flow;

	for (flow = set->flow; flow < set->flow + WAYS; flow++)
		if (flow->first && ipv6_addr_equal(&flow->peer, s->peer) &&
		    ipv6_addr_equal(&flow->local, s->local))
			return flow;
	return NULL;
}

static struct flow *find(struct flow_set *set, const struct sight *s)
{
	struct flow *flow;
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&set->seq);
		flow = scan(set, s);
	} while (read_seqcount_retry(&set->seq, seq));
	return flow;
}

/* A free place, or that of the pair idle longest */
static struct flow *victim(struct shim6_net *sn, struct flow_set *set)
{
	struct flow *best = set->flow;
	unsigned int i;

	for (i = 1; i < WAYS && best->first; i++)
		if (!set->flow[i].first || set->flow[i].last < best->last)
			best = &set->flow[i];
	if (best->first)
		shim6_count(sn, FLOW_EVICTED);
	return best;
}

static struct flow *insert(struct shim6_net *sn, struct flow_table *t,
			   struct flow_set *set, const struct sight *s)
{
	struct flow *flow;

	spin_lock_bh(&t->lock);
	flow = scan(set, s);
	if (!flow) {
		flow = victim(sn, set);
		write_seqcount_begin(&set->seq);
		*flow = (struct flow) {
			.local = *s->local,
			.peer = *s->peer,
			.first = s->now,
			.last = s->now,
			.reason = s->kind == KIND_EXCLUDED ?
				SHIM6_FLOW_EXCLUDED : SHIM6_FLOW_BELOW_TRIGGER,
		};
		write_seqcount_end(&set->seq);
	}
	spin_unlock_bh(&t->lock);
	shim6_peer_mark(sn, s->peer);
	return flow;
}

static void forget(struct flow *flow, u64 now)
{
	WRITE_ONCE(flow->packets, 0);
	WRITE_ONCE(flow->bytes, 0);
	WRITE_ONCE(flow->first, now);
}

/* A pair that was silent for the life of an idle context begins anew */
static void touch(struct shim6_net *sn, struct flow *flow, u64 now)
{
	u64 last = READ_ONCE(flow->last);

	if (now - last < SHIM6_NS_PER_SEC || now < last)
		return;
	if (now - last > shim6_param_ns(&sn->params, SHIM6_P_IDLE_TIMEOUT))
		forget(flow, now);
	WRITE_ONCE(flow->last, now);
}

static void count(struct flow *flow, const struct sk_buff *skb)
{
	u32 segs = skb_shinfo(skb)->gso_segs ?: 1;

	WRITE_ONCE(flow->packets, READ_ONCE(flow->packets) + segs);
	WRITE_ONCE(flow->bytes, READ_ONCE(flow->bytes) + skb->len);
}

static bool reached(u64 value, u64 threshold)
{
	return threshold && value >= threshold;
}

static bool above_trigger(struct shim6_net *sn, const struct flow *flow,
			  u64 now)
{
	const struct shim6_params *p = &sn->params;
	u64 first = READ_ONCE(flow->first);

	return reached(READ_ONCE(flow->packets),
		       shim6_param(p, SHIM6_P_TRIGGER_PACKETS)) ||
	       reached(READ_ONCE(flow->bytes),
		       shim6_param(p, SHIM6_P_TRIGGER_BYTES)) ||
	       reached(now > first ? now - first : 0,
		       shim6_param(p, SHIM6_P_TRIGGER_SECONDS) *
		       SHIM6_NS_PER_SEC);
}

u32 shim6_trigger_start(struct shim6_net *sn, const struct in6_addr *local,
			const struct in6_addr *peer)
{
	bool in_set = false;
	unsigned int n;

	n = shim6_local_count(sn, local, &in_set);
	if (!in_set)
		return SHIM6_FLOW_NOT_HBA;
	if (n < 2)
		return SHIM6_FLOW_SINGLE_LOCATOR;
	switch (shim6_engine_start(sn, local, peer, NULL)) {
	case 0:
		shim6_count(sn, TRIGGERED);
		fallthrough;
	case -EEXIST:
		/* What there is to say now the context says */
		return SHIM6_FLOW_BELOW_TRIGGER;
	case -EADDRNOTAVAIL:
		return SHIM6_FLOW_NOT_HBA;
	case -ENOSPC:
	case -ENOMEM:
		return SHIM6_FLOW_LIMIT;
	default:
		return SHIM6_FLOW_NO_ROUTE;
	}
}

/* Does what the rule or the thresholds say. Return: enum shim6_flow_reason */
static u32 consider(struct shim6_net *sn, struct flow *flow,
		    const struct sight *s, unsigned int action)
{
	if (action == SHIM6_POLICY_NEVER)
		return SHIM6_FLOW_POLICY;
	if (action == SHIM6_POLICY_TRIGGER && !above_trigger(sn, flow, s->now))
		return SHIM6_FLOW_BELOW_TRIGGER;
	/* While it fails, not with every packet again */
	if (s->now < READ_ONCE(flow->retry))
		return READ_ONCE(flow->reason);
	WRITE_ONCE(flow->retry, s->now + BACKOFF_NS);
	return shim6_trigger_start(sn, s->local, s->peer);
}

static void set_reason(struct flow *flow, u32 reason)
{
	if (READ_ONCE(flow->reason) != reason)
		WRITE_ONCE(flow->reason, reason);
}

static void want_table(struct shim6_net *sn)
{
	if (!READ_ONCE(sn->dying))
		queue_work(sn->wq, &sn->flows->work);
}

static bool to_ourselves(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return dst && dst->dev->flags & IFF_LOOPBACK;
}

void shim6_trigger_out(struct shim6_net *sn, const struct sk_buff *skb)
{
	struct flow_table *t = rcu_dereference(sn->flows->table);
	struct flow_set *set;
	unsigned int action;
	struct flow *flow;
	struct sight s;

	if (unlikely(!t)) {
		want_table(sn);
		return;
	}
	if (to_ourselves(skb) || !look(skb, true, &s))
		return;
	set = set_of(sn->flows, t, &s);
	flow = find(set, &s);
	if (!flow)
		flow = insert(sn, t, set, &s);
	else if (s.now - READ_ONCE(flow->last) >= SHIM6_NS_PER_SEC)
		shim6_peer_mark(sn, s.peer);
	touch(sn, flow, s.now);
	action = shim6_policy_match(sn, s.local, s.peer, s.proto, s.port);
	if (s.kind == KIND_EXCLUDED && action != SHIM6_POLICY_ALWAYS)
		return;
	count(flow, skb);
	set_reason(flow, consider(sn, flow, &s, action));
}

void shim6_trigger_in(struct shim6_net *sn, const struct sk_buff *skb)
{
	struct flow_table *t = rcu_dereference(sn->flows->table);
	struct flow *flow;
	struct sight s;

	if (!t || !look(skb, false, &s) || s.kind != KIND_COUNTS)
		return;
	flow = find(set_of(sn->flows, t, &s), &s);
	if (!flow)
		return;
	touch(sn, flow, s.now);
	count(flow, skb);
}

/* Return: false for a free place */
static bool copy(struct flow_table *t, u64 at, struct flow *out)
{
	struct flow_set *set = &t->set[at / WAYS];
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&set->seq);
		*out = set->flow[at % WAYS];
	} while (read_seqcount_retry(&set->seq, seq));
	return out->first;
}

static int next_used(struct shim6_net *sn, u64 *cursor, struct flow *out)
{
	struct flow_table *t;
	int err = -ENOENT;

	rcu_read_lock();
	t = rcu_dereference(sn->flows->table);
	while (err && t && *cursor < (u64)t->n * WAYS)
		if (copy(t, (*cursor)++, out))
			err = 0;
	rcu_read_unlock();
	return err;
}

static u32 reason_of(const struct shim6_ctx *ctx)
{
	switch (READ_ONCE(ctx->proto.state)) {
	case SHIM6_ESTABLISHED:
		return SHIM6_FLOW_CONTEXT;
	case SHIM6_E_FAILED:
		return SHIM6_FLOW_HOLDDOWN;
	case SHIM6_NO_SUPPORT:
		return SHIM6_FLOW_NO_SUPPORT;
	default:
		return SHIM6_FLOW_HANDSHAKE;
	}
}

int shim6_trigger_next(struct shim6_net *sn, u64 *cursor,
		       struct shim6_flow_entry *out)
{
	u64 now = ktime_get_coarse_ns();
	struct shim6_ctx *ctx;
	struct flow flow;
	int err = next_used(sn, cursor, &flow);

	if (err)
		return err;
	*out = (struct shim6_flow_entry) {
		.local = flow.local,
		.peer = flow.peer,
		.packets = flow.packets,
		.bytes = flow.bytes,
		.age = now > flow.first ? now - flow.first : 0,
		.idle = now > flow.last ? now - flow.last : 0,
		.reason = flow.reason,
	};
	ctx = shim6_table_get_ulids(sn, &flow.local, &flow.peer, 0);
	if (ctx) {
		out->reason = reason_of(ctx);
		out->context = ctx->id;
	}
	shim6_ctx_put(ctx);
	return 0;
}
