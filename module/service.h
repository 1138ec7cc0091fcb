/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classes of service in force in a namespace: a table of qos.h that packets
 * read under RCU, and what is counted by it. A change replaces the table as a
 * whole; without anything configured there is none, and a packet pays for one
 * jump that is not taken.
 */
#ifndef SHIM6_SERVICE_H
#define SHIM6_SERVICE_H

#include <linux/jump_label.h>
#include <linux/local_lock.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/seqlock.h>
#include "marking.h"
#include "net.h"
#include "rule.h"

/**
 * struct shim6_service_count - packets that met a rule, one copy per CPU
 * @packets: how many
 * @bytes: their octets
 * @remarked: how many of them got another DSCP
 */
struct shim6_service_count {
	u64 packets;
	u64 bytes;
	u64 remarked;
};

/**
 * struct shim6_service_cell - packets of a class on a link
 * @bytes: octets, received and sent
 * @ecn: packets, received and sent, by their ECN field (RFC 3168 5)
 * @lost: sent without a working pair
 */
struct shim6_service_cell {
	u64 bytes[2];
	u64 ecn[2][4];
	u64 lost;
};

/**
 * struct shim6_service_traffic - all cells, one copy per CPU
 * @cell: by the ids of link and class
 */
struct shim6_service_traffic {
	struct shim6_service_cell cell[SHIM6_QOS_LINKS + 1]
				      [SHIM6_QOS_CLASSES + 1];
};

/**
 * struct shim6_service_marks - control messages, one copy per CPU
 * @n: received and sent, by the id of their link and by their DSCP
 */
struct shim6_service_marks {
	u64 n[2][SHIM6_QOS_LINKS + 1][SHIM6_DSCPS];
};

/**
 * struct shim6_service_flow - all of a packet that rules look at, which is what
 *	verdicts are kept by; addresses are octets as they are on the wire
 * @peer_high: first half of the ULID there
 * @peer_low: second half
 * @local_high: of the ULID here
 * @local_low: likewise
 * @ports: both, as they are in the packet, and above them skb->mark
 * @rest: see shim6_service_rest()
 */
struct shim6_service_flow {
	u64 peer_high;
	u64 peer_low;
	u64 local_high;
	u64 local_low;
	u64 ports;
	u64 rest;
};

#define SHIM6_SERVICE_OUT	1	/* it leaves */
#define SHIM6_SERVICE_PORTS	2	/* it has ports */
#define SHIM6_SERVICE_UID	4	/* its owner is known */

/**
 * shim6_service_addrs() - the ULIDs of a flow
 * @f: flow; its four words of addresses are filled in
 * @peer: ULID there
 * @local: ULID here
 */
static __always_inline void
shim6_service_addrs(struct shim6_service_flow *f, const struct in6_addr *peer,
		    const struct in6_addr *local)
{
	memcpy(&f->peer_high, peer->s6_addr, 8);
	memcpy(&f->peer_low, peer->s6_addr + 8, 8);
	memcpy(&f->local_high, local->s6_addr, 8);
	memcpy(&f->local_low, local->s6_addr + 8, 8);
}

/**
 * shim6_service_rest() - what else rules look at
 * @uid: owner of the socket, in the initial user namespace, 0: not known
 * @proto: upper-layer protocol
 * @dscp: as the sender set it, 0 to 63
 * @flags: SHIM6_SERVICE_*
 * Return: &shim6_service_flow.rest, @uid above what shim6_service_place() takes.
 */
static __always_inline u64 shim6_service_rest(u32 uid, u8 proto, u8 dscp,
					      u8 flags)
{
	return (u64)uid << 32 | proto << 16 | dscp << 8 | flags;
}

/**
 * struct shim6_service_verdict - what is known of a flow
 * @flow: which one
 * @seq: of changes
 * @rule: index of the rule that it meets, or -1
 * @generation: of the table that was asked; 0: nothing is known
 */
struct shim6_service_verdict {
	struct shim6_service_flow flow;
	seqcount_t seq;
	s16 rule;
	u64 generation;
} __aligned(64);

#define SHIM6_SERVICE_VERDICT_BITS	10

/**
 * struct shim6_service_verdicts - those of a CPU
 * @v: by shim6_service_place()
 * @lock: of who writes to @v, with softirqs off. Without PREEMPT_RT nothing
 *	else comes between, and the lock is nothing. With it a writer may be
 *	preempted, and another one would make the sequence count of a verdict
 *	even that is half written: readers would believe it.
 */
struct shim6_service_verdicts {
	struct shim6_service_verdict *v;
	local_lock_t lock;	/* of who writes to v */
};

struct shim6_service_base;

/**
 * struct shim6_service - a table; constant once it is in force
 * @q: the table
 * @base: what its namespace keeps over changes
 * @traffic: likewise, the counters
 * @marks: likewise
 * @count: of the rules; those of a rule that a change leaves alone go on
 * @verdicts: on flows; NULL: few rules are looked through faster
 * @secret: of shim6_service_place()
 * @kept: the next table has taken over the counters of this rule
 * @rcu: for freeing
 */
struct shim6_service {
	struct shim6_qos q;
	struct shim6_service_base *base;
	struct shim6_service_traffic __percpu *traffic;
	struct shim6_service_marks __percpu *marks;
	struct shim6_service_count __percpu *count[SHIM6_QOS_RULES];
	struct shim6_service_verdicts __percpu *verdicts;
	u64 secret[7];
	bool kept[SHIM6_QOS_RULES];
	struct rcu_head rcu;
};

/* Namespaces with a table */
DECLARE_STATIC_KEY_FALSE(shim6_service_used);

/* Has any namespace a table? The bench builds a module that never asks, to see
 * what the question costs.
 */
#ifdef SHIM6_NEVER_SERVICE
#define shim6_service_any()	false
#else
#define shim6_service_any()	static_branch_unlikely(&shim6_service_used)
#endif

/**
 * shim6_service_init() - no table is in force
 * @sn: namespace
 * Context: process.
 * Return: 0.
 */
int shim6_service_init(struct shim6_net *sn);

/**
 * shim6_service_exit() - free the table and what was counted
 * @sn: namespace; no packet of it is left, nor anybody who lists something
 * Context: process.
 */
void shim6_service_exit(struct shim6_net *sn);

/**
 * shim6_service() - the table in force
 * @sn: namespace
 * Context: RCU.
 * Return: table, or NULL when nothing is configured.
 */
static inline const struct shim6_service *
shim6_service(const struct shim6_net *sn)
{
	if (!shim6_service_any())
		return NULL;
	return rcu_dereference(sn->service);
}

/**
 * shim6_service_product() - of two half words with a secret
 * @word: both
 * @secret: two words of it
 * Return: product of their sums with these, modulo 2^64.
 */
static __always_inline u64 shim6_service_product(u64 word, const u64 *secret)
{
	return (secret[0] + lower_32_bits(word)) *
	       (secret[1] + upper_32_bits(word));
}

/**
 * shim6_service_place() - where the verdict on a flow is
 * @sv: table
 * @f: flow
 *
 * The sum of products of half words with a secret, the highest bits of it: flows
 * of different peers, ports or DSCPs share a place by chance only, and who does
 * not know the secret does not find such ("strongly universal"). What is there is
 * compared, so that no more than that is asked for; it costs a sixth of SipHash.
 * Return: index of &shim6_service_verdicts.v.
 */
static __always_inline unsigned int
shim6_service_place(const struct shim6_service *sv,
		    const struct shim6_service_flow *f)
{
	u64 sum = shim6_service_product(f->peer_high, sv->secret) +
		  shim6_service_product(f->peer_low, sv->secret + 2) +
		  shim6_service_product(f->ports, sv->secret + 4) +
		  sv->secret[6] * lower_32_bits(f->rest);

	return sum >> (64 - SHIM6_SERVICE_VERDICT_BITS);
}

/**
 * shim6_service_same() - are two flows the same to all rules
 * @a: flow
 * @b: another
 *
 * Without a branch for each word, as nearly all that is asked is the same.
 * Return: true when they are.
 */
static __always_inline bool
shim6_service_same(const struct shim6_service_flow *a,
		   const struct shim6_service_flow *b)
{
	return !((a->peer_high ^ b->peer_high) | (a->peer_low ^ b->peer_low) |
		 (a->local_high ^ b->local_high) |
		 (a->local_low ^ b->local_low) |
		 (a->ports ^ b->ports) | (a->rest ^ b->rest));
}

/**
 * shim6_service_known() - the verdict on a flow
 * @sv: table with verdicts
 * @f: flow
 * @rule: gets what shim6_service_rule() would return
 *
 * A CPU writes its own; who is moved to another one, or interrupted, notices it
 * by the sequence count.
 * Context: RCU, process or softirq.
 * Return: there is one.
 */
static __always_inline bool
shim6_service_known(const struct shim6_service *sv,
		    const struct shim6_service_flow *f, int *rule)
{
	struct shim6_service_verdict *v =
		raw_cpu_read(sv->verdicts->v) + shim6_service_place(sv, f);
	unsigned int seq = raw_seqcount_begin(&v->seq);

	*rule = v->rule;
	return likely(v->generation == sv->q.generation &&
		      shim6_service_same(&v->flow, f) &&
		      !read_seqcount_retry(&v->seq, seq));
}

/**
 * shim6_service_rule() - the first rule that a packet meets
 * @sv: table
 * @p: packet
 * Context: RCU, process or softirq.
 * Return: its index in sv->q.rules, or -1.
 */
int shim6_service_rule(const struct shim6_service *sv,
		       const struct shim6_qos_packet *p);

/**
 * shim6_service_count_rule() - packets met a rule first
 * @sv: table
 * @rule: its index, not -1
 * @packets: how many
 * @bytes: their octets
 * @remarked: they got another DSCP
 * Context: RCU, process or softirq.
 */
static inline void shim6_service_count_rule(const struct shim6_service *sv,
					    int rule, u32 packets, u32 bytes,
					    bool remarked)
{
	struct shim6_service_count __percpu *c = sv->count[rule];

	this_cpu_add(c->packets, packets);
	this_cpu_add(c->bytes, bytes);
	if (remarked)
		this_cpu_add(c->remarked, packets);
}

/**
 * shim6_service_count() - packets were sent or received
 * @sv: table
 * @out: sent, else received
 * @link: id of a link, 0: none
 * @klass: id of a class, 0: none
 * @packets: how many, as they are on the wire
 * @bytes: their octets
 * @ecn: its lowest two bits are their ECN field
 * Context: RCU, process or softirq.
 */
static inline void shim6_service_count(const struct shim6_service *sv,
				       bool out, u32 link, u32 klass,
				       u32 packets, u32 bytes, u8 ecn)
{
	struct shim6_service_cell __percpu *c = &sv->traffic->cell[link][klass];

	this_cpu_add(c->ecn[out][ecn & 3], packets);
	this_cpu_add(c->bytes[out], bytes);
}

/**
 * shim6_service_count_tx() - packets were sent
 * @sv: table
 * @link: id of a link, 0: none
 * @klass: id of a class, 0: none
 * @packets: how many, as they are on the wire
 * @bytes: their octets
 * @ecn: their ECN field, 0 to 3
 * Context: RCU, process or softirq.
 */
static inline void shim6_service_count_tx(const struct shim6_service *sv,
					  u32 link, u32 klass, u32 packets,
					  u32 bytes, u8 ecn)
{
	shim6_service_count(sv, true, link, klass, packets, bytes, ecn);
}

/**
 * shim6_service_count_rx() - packets were received
 * @sv: table
 * @link: id of the link that they came by, 0: none
 * @klass: id of a class, 0: none
 * @packets: how many, as they were on the wire
 * @bytes: their octets
 * @ecn: their ECN field, 0 to 3
 * Context: RCU, process or softirq.
 */
static inline void shim6_service_count_rx(const struct shim6_service *sv,
					  u32 link, u32 klass, u32 packets,
					  u32 bytes, u8 ecn)
{
	shim6_service_count(sv, false, link, klass, packets, bytes, ecn);
}

/**
 * shim6_service_count_control() - a control message was sent or received
 * @sv: table
 * @out: sent, else received
 * @link: id of a link, 0: none
 * @dsfield: its Traffic Class
 * @bytes: its octets, with the IPv6 header
 *
 * It is also traffic of the class that control messages have.
 * Context: RCU, process or softirq.
 */
static inline void shim6_service_count_control(const struct shim6_service *sv,
					       bool out, u32 link, u8 dsfield,
					       u32 bytes)
{
	this_cpu_inc(sv->marks->n[out][link][dsfield >> 2]);
	if (sv->q.control.klass)
		shim6_service_count(sv, out, link, sv->q.control.klass, 1,
				    bytes, dsfield);
}

/**
 * shim6_service_count_lost() - packets left while their context had no pair
 *	that works
 * @sv: table
 * @link: id of a link, 0: none
 * @klass: id of a class, 0: none
 * @packets: how many
 * Context: RCU, process or softirq.
 */
static inline void shim6_service_count_lost(const struct shim6_service *sv,
					    u32 link, u32 klass, u32 packets)
{
	this_cpu_add(sv->traffic->cell[link][klass].lost, packets);
}

/**
 * shim6_service_link_id() - the link that a locator of ours is of
 * @sv: table
 * @locator: locator
 * Context: RCU.
 * Return: id, 0: of none.
 */
static inline u32 shim6_service_link_id(const struct shim6_service *sv,
					const struct in6_addr *locator)
{
	const struct shim6_qos_link *l = shim6_qos_link_of(&sv->q, locator);

	return l ? l->id : 0;
}

/**
 * shim6_service_generation() - number of changes so far
 * @sn: namespace
 * Context: any.
 * Return: that; 0: nothing was ever configured.
 */
u64 shim6_service_generation(struct shim6_net *sn);

/**
 * shim6_service_change() - change the table at once
 * @sn: namespace
 * @fn: changes a copy of it
 * @arg: for @fn
 * Context: process.
 * Return: 0, -ENOMEM, or what @fn returned; then nothing has changed.
 */
int shim6_service_change(struct shim6_net *sn,
			 int (*fn)(struct shim6_qos *q, void *arg), void *arg);

/**
 * shim6_service_draft() - begin to change the table by and by
 * @sn: namespace
 * Context: process.
 * Return: a copy that nobody sees, for shim6_service_commit() or
 * shim6_service_drop(); NULL without memory.
 */
struct shim6_service *shim6_service_draft(struct shim6_net *sn);

/**
 * shim6_service_commit() - let a draft be the table
 * @sn: namespace
 * @draft: gone afterwards, whatever happens
 * Context: process.
 * Return: 0; -ESTALE when the table has changed since the draft was made;
 * -ENOMEM.
 */
int shim6_service_commit(struct shim6_net *sn, struct shim6_service *draft);

/**
 * shim6_service_drop() - forget a draft
 * @draft: gone afterwards
 * Context: process.
 */
void shim6_service_drop(struct shim6_service *draft);

/**
 * shim6_service_counted() - what was counted of a rule
 * @sn: namespace
 * @rule: rule of its table or of a draft; its results are filled in, with
 *	zeros if the table in force does not have the very same
 * Context: process.
 */
void shim6_service_counted(struct shim6_net *sn, struct shim6_qos_rule *rule);

/**
 * shim6_service_traffic() - packets by link and class
 * @sn: namespace
 * @cursor: 0 to begin; then as the last call left it
 * @t: result
 * Context: process.
 * Return: 0, or -ENOENT when no others were counted.
 */
int shim6_service_traffic(struct shim6_net *sn, u64 *cursor,
			  struct shim6_qos_traffic *t);

/**
 * shim6_service_marked() - control messages of a link with a DSCP
 * @sn: namespace
 * @m: its members link and dscp say which; tx and rx are filled in
 * Context: process.
 */
void shim6_service_marked(struct shim6_net *sn, struct shim6_qos_marking *m);

/**
 * shim6_service_reset() - all counters become zero
 * @sn: namespace
 *
 * What is counted at this moment may be lost.
 * Context: process.
 */
void shim6_service_reset(struct shim6_net *sn);

#endif
