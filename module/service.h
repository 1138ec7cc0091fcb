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
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include "net.h"
#include "qos.h"

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

struct shim6_service_base;

/**
 * struct shim6_service - a table; constant once it is in force
 * @q: the table
 * @base: what its namespace keeps over changes
 * @traffic: likewise, the counters
 * @count: of the rules; those of a rule that a change leaves alone go on
 * @cached: verdicts on flows are kept (few rules are looked through faster)
 * @kept: the next table has taken over the counters of this rule
 * @rcu: for freeing
 */
struct shim6_service {
	struct shim6_qos q;
	struct shim6_service_base *base;
	struct shim6_service_traffic __percpu *traffic;
	struct shim6_service_count __percpu *count[SHIM6_QOS_RULES];
	bool cached;
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

int shim6_service_init(struct shim6_net *sn);
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

int shim6_service_rule_cached(const struct shim6_service *sv,
			      const struct shim6_qos_packet *p);

/**
 * shim6_service_rule() - the first rule that a packet meets
 * @sv: table
 * @p: packet
 * Context: RCU, process or softirq.
 * Return: its index in sv->q.rules, or -1.
 */
static inline int shim6_service_rule(const struct shim6_service *sv,
				     const struct shim6_qos_packet *p)
{
	if (sv->cached)
		return shim6_service_rule_cached(sv, p);
	return shim6_qos_match(&sv->q, p);
}

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

/* @out: sent, else received; the others as for shim6_service_count_tx() */
static inline void shim6_service_count(const struct shim6_service *sv,
				       bool out, u32 link, u32 klass,
				       u32 packets, u32 bytes, u8 ecn)
{
	this_cpu_add(sv->traffic->cell[link][klass].ecn[out][ecn & 3], packets);
	this_cpu_add(sv->traffic->cell[link][klass].bytes[out], bytes);
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

/* Packets were received, see shim6_service_count_tx() */
static inline void shim6_service_count_rx(const struct shim6_service *sv,
					  u32 link, u32 klass, u32 packets,
					  u32 bytes, u8 ecn)
{
	shim6_service_count(sv, false, link, klass, packets, bytes, ecn);
}

/* They were sent while their context had no working pair */
static inline void shim6_service_count_lost(const struct shim6_service *sv,
					    u32 link, u32 klass, u32 packets)
{
	this_cpu_add(sv->traffic->cell[link][klass].lost, packets);
}

/* Id of the link that a locator of ours is of, 0: of none */
static inline u32 shim6_service_link_id(const struct shim6_service *sv,
					const struct in6_addr *locator)
{
	const struct shim6_qos_link *l = shim6_qos_link_of(&sv->q, locator);

	return l ? l->id : 0;
}

/* Number of changes so far; 0: nothing was ever configured */
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

/* All counters become zero; what is counted at this moment may be lost */
void shim6_service_reset(struct shim6_net *sn);

#endif
