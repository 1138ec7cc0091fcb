// SPDX-License-Identifier: GPL-2.0
/* How a host should be */
#include <stdlib.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "auto.h"
#include "mem.h"

#define LINK_PREFIX	64
#define LABEL_DEFAULT	1	/* of ::/0 (RFC 6724 2.1) */
#define METRIC		1024	/* as the kernel gives to routers */
/* A lifetime that is off by less was read in another second */
#define LIFETIME_SLACK	5

/* --- addresses */

static void want_addr(struct auto_plan *plan, const struct net_addr *addr)
{
	plan->addrs = mem_resize(plan->addrs, plan->naddrs + 1, sizeof(*addr));
	plan->addrs[plan->naddrs++] = *addr;
}

static void plan_addr(struct auto_plan *plan, const struct auto_set *set,
		      const struct in6_addr *addr, const struct auto_prefix *p)
{
	const struct net_addr a = {
		.addr = *addr,
		.len = LINK_PREFIX,
		.ifindex = p->ifindex,
		.valid = p->valid,
		.preferred = set->replaced ? 0 : p->preferred,
	};

	want_addr(plan, &a);
}

/*
 * A prefix without a witness is gone when its link works: its address ends as
 * RFC 4862 lets it end, and begins no session. While the link does not work,
 * nothing is known; the lifetimes go on.
 */
static void plan_orphans(struct auto_plan *plan, const struct auto_host *host,
			 const struct auto_state *state,
			 const struct auto_prefix *v, size_t n)
{
	const struct net_link *link;
	struct net_addr a;
	size_t i;

	for (i = 0; i < host->naddrs; i++) {
		a = host->addrs[i];
		link = auto_find_link(host, a.ifindex);
		if (!auto_find_set(state, &a.addr) ||
		    auto_find_prefix(v, n, &a.addr) || !link || !link->carrier)
			continue;
		a.preferred = 0;
		if (a.valid > AUTO_ORPHAN)
			a.valid = AUTO_ORPHAN;
		a.flags = 0;
		want_addr(plan, &a);
	}
}

static void plan_addrs(struct auto_plan *plan, const struct auto_host *host,
		       const struct auto_state *state,
		       const struct auto_prefix *v, size_t n)
{
	const struct auto_prefix *p;
	const struct hba_set *set;
	size_t i, k;

	for (i = 0; i < state->n; i++) {
		set = &state->set[i].set;
		for (k = 0; k < set->naddr; k++) {
			p = auto_find_prefix(v, n, &set->addr[k]);
			if (p)
				plan_addr(plan, &state->set[i], &set->addr[k],
					  p);
		}
	}
	plan_orphans(plan, host, state, v, n);
}

/* --- routing by source: each prefix by its own provider */

/* Somebody else routes this prefix by its source already */
static bool is_routed(const struct auto_host *host,
		      const struct in6_addr *prefix)
{
	size_t i;

	for (i = 0; i < host->nrules; i++)
		if (host->rules[i].protocol != AUTO_PROTOCOL &&
		    host->rules[i].src_len >= 48 &&
		    host->rules[i].src_len <= LINK_PREFIX &&
		    !memcmp(&host->rules[i].src, prefix,
			    host->rules[i].src_len / 8))
			return true;
	for (i = 0; i < host->nroutes; i++)
		if (host->routes[i].src_len == LINK_PREFIX &&
		    !host->routes[i].dst_len &&
		    !memcmp(&host->routes[i].src, prefix,
			    HBA_PREFIX))
			return true;
	return false;
}

static bool is_default(const struct net_route *r, unsigned int ifindex)
{
	return r->ifindex == ifindex && !r->dst_len && !r->src_len &&
	       r->table == RT_TABLE_MAIN && r->protocol != AUTO_PROTOCOL;
}

static bool is_planned(const struct auto_plan *plan, unsigned int table)
{
	size_t i;

	for (i = 0; i < plan->nroutes; i++)
		if (plan->routes[i].table == table)
			return true;
	return false;
}

/* The routers of an interface in a table of its own; false: it has none */
static bool plan_table(struct auto_plan *plan, const struct auto_host *host,
		       unsigned int ifindex, unsigned int table)
{
	unsigned int metric = METRIC;
	const struct net_route *r;
	size_t i;

	if (is_planned(plan, table))
		return true;
	for (i = 0; i < host->nroutes; i++) {
		r = &host->routes[i];
		if (!is_default(r, ifindex))
			continue;
		plan->routes = mem_resize(plan->routes, plan->nroutes + 1,
					  sizeof(*plan->routes));
		plan->routes[plan->nroutes++] = (struct net_route){
			.table = table,
			.metric = metric++,
			.ifindex = ifindex,
			.gateway = r->gateway,
			.protocol = AUTO_PROTOCOL,
			.expires = NET_FOREVER,
		};
	}
	return metric > METRIC;
}

static void want_rule(struct auto_plan *plan, const struct net_rule *rule)
{
	plan->rules = mem_resize(plan->rules, plan->nrules + 1, sizeof(*rule));
	plan->rules[plan->nrules++] = *rule;
}

/*
 * What the main table knows better than by a default route, such as a tunnel,
 * comes before the tables by source.
 */
static void plan_routing(struct auto_plan *plan, const struct auto_host *host,
			 const struct auto_prefix *v, size_t n)
{
	struct net_rule rule = {
		.table = RT_TABLE_MAIN,
		.narrow = true,
		.specific = true,
		.priority = AUTO_PRIORITY,
		.protocol = AUTO_PROTOCOL,
	};
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned int table = AUTO_TABLE + v[i].ifindex;

		if (is_routed(host, &v[i].prefix) ||
		    !plan_table(plan, host, v[i].ifindex, table))
			continue;
		if (!plan->nrules)
			want_rule(plan, &rule);
		rule = (struct net_rule){
			.src = v[i].prefix,
			.src_len = LINK_PREFIX,
			.table = table,
			.priority = AUTO_PRIORITY + 1,
			.protocol = AUTO_PROTOCOL,
		};
		want_rule(plan, &rule);
	}
}

/* --- the choice of a source (RFC 6724 5, rule 6) */

/* The label that an address had without us */
static uint32_t label_of(const struct auto_host *host,
			 const struct auto_state *state,
			 const struct in6_addr *addr)
{
	const struct net_label *best = NULL;
	const struct net_label *l;
	size_t i;

	for (i = 0; i < host->nlabels; i++) {
		l = &host->labels[i];
		if (l->label == AUTO_LABEL ||
		    auto_find_set(state, &l->prefix) ||
		    !auto_within(addr, &l->prefix, l->len))
			continue;
		if (!best || l->len > best->len)
			best = l;
	}
	return best ? best->label : LABEL_DEFAULT;
}

static void want_label(struct auto_plan *plan, const struct in6_addr *prefix,
		       unsigned int len, uint32_t label)
{
	plan->labels = mem_resize(plan->labels, plan->nlabels + 1,
				  sizeof(*plan->labels));
	plan->labels[plan->nlabels++] = (struct net_label){
		.prefix = *prefix,
		.len = len,
		.label = label,
	};
}

/*
 * Other addresses of the same prefixes, temporary ones too, get a label that no
 * destination elsewhere has; the one of the set keeps its own. Nobody's
 * addresses are touched for that.
 */
static void plan_labels(struct auto_plan *plan, const struct auto_host *host,
			const struct auto_state *state,
			const struct auto_prefix *v, size_t n)
{
	const struct hba_set *set = &state->set[0].set;
	const struct auto_prefix *p;
	size_t i;

	for (i = 0; state->n && i < set->naddr; i++) {
		p = auto_find_prefix(v, n, &set->addr[i]);
		if (!p || !p->preferred)
			continue;
		want_label(plan, &p->prefix, LINK_PREFIX, AUTO_LABEL);
		want_label(plan, &set->addr[i], 128,
			   label_of(host, state, &set->addr[i]));
	}
}

/* A lifetime that goes on as it should is not written again */
static bool is_off(uint32_t is, uint32_t wanted)
{
	if (is == wanted)
		return false;
	if (is == NET_FOREVER || wanted == NET_FOREVER || !is || !wanted)
		return true;
	return is > wanted ? is - wanted > LIFETIME_SLACK :
			     wanted - is > LIFETIME_SLACK;
}

static bool is_right(const struct auto_host *host, const struct net_addr *want)
{
	const struct net_addr *a;
	size_t i;

	for (i = 0; i < host->naddrs; i++) {
		a = &host->addrs[i];
		if (auto_same_addr(a, want))
			return !is_off(a->valid, want->valid) &&
			       !is_off(a->preferred, want->preferred);
	}
	return false;
}

/* Only what must be done stays in the list */
static void drop_right(struct auto_plan *plan, const struct auto_host *host)
{
	size_t i, n = 0;

	for (i = 0; i < plan->naddrs; i++)
		if (!is_right(host, &plan->addrs[i]))
			plan->addrs[n++] = plan->addrs[i];
	plan->naddrs = n;
}

void auto_plan_make(struct auto_plan *plan, const struct auto_host *host,
		    const struct auto_state *state,
		    const struct auto_prefix *v, size_t n)
{
	*plan = (struct auto_plan){};
	if (!state->n)
		return;
	plan_addrs(plan, host, state, v, n);
	drop_right(plan, host);
	plan_routing(plan, host, v, n);
	plan_labels(plan, host, state, v, n);
}

void auto_plan_free(struct auto_plan *plan)
{
	free(plan->addrs);
	free(plan->routes);
	free(plan->rules);
	free(plan->labels);
	*plan = (struct auto_plan){};
}
