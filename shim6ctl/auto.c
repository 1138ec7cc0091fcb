// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "auto.h"

#define LINK_PREFIX	64

static bool same_prefix(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, HBA_PREFIX);
}

static bool same_addr(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool auto_same_addr(const struct net_addr *a, const struct net_addr *b)
{
	return a->ifindex == b->ifindex && same_addr(&a->addr, &b->addr);
}

bool auto_same_route(const struct net_route *a, const struct net_route *b)
{
	return a->protocol == b->protocol && a->table == b->table &&
	       a->metric == b->metric && a->ifindex == b->ifindex &&
	       a->dst_len == b->dst_len && same_addr(&a->dst, &b->dst) &&
	       same_addr(&a->gateway, &b->gateway);
}

bool auto_same_rule(const struct net_rule *a, const struct net_rule *b)
{
	return a->protocol == b->protocol && a->table == b->table &&
	       a->priority == b->priority && a->specific == b->specific &&
	       a->src_len == b->src_len && same_addr(&a->src, &b->src);
}

bool auto_same_label(const struct net_label *a, const struct net_label *b)
{
	return a->label == b->label && a->len == b->len &&
	       same_addr(&a->prefix, &b->prefix);
}

static bool in_set(const struct hba_set *set, const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < set->naddr; i++)
		if (same_addr(&set->addr[i], addr))
			return true;
	return false;
}

const struct auto_set *auto_find_set(const struct auto_state *state,
				     const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < state->n; i++)
		if (in_set(&state->set[i].set, addr))
			return &state->set[i];
	return NULL;
}

/* --- the prefixes that are there */

const struct net_link *auto_find_link(const struct auto_host *host,
				      unsigned int ifindex)
{
	size_t i;

	for (i = 0; i < host->nlinks; i++)
		if (host->links[i].ifindex == ifindex)
			return &host->links[i];
	return NULL;
}

static bool is_named(const struct auto_devs *devs, const char *name)
{
	size_t i;

	for (i = 0; i < devs->n; i++)
		if (!strcmp(devs->name[i], name))
			return true;
	return false;
}

static bool is_looked_at(const struct auto_host *host,
			 const struct auto_options *opt, unsigned int ifindex)
{
	const struct net_link *link = auto_find_link(host, ifindex);

	if (!link || link->loopback || is_named(&opt->nodev, link->name))
		return false;
	return !opt->dev.n || is_named(&opt->dev, link->name);
}

bool auto_within(const struct in6_addr *addr, const struct in6_addr *prefix,
		 unsigned int len)
{
	unsigned int octets = len / 8, bits = len % 8;

	if (memcmp(addr, prefix, octets))
		return false;
	return !bits || !((addr->s6_addr[octets] ^ prefix->s6_addr[octets]) >>
			  (8 - bits));
}

static bool is_in_one(const struct auto_spans *spans,
		      const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < spans->n; i++)
		if (auto_within(addr, &spans->prefix[i], spans->len[i]))
			return true;
	return false;
}

/* Global unicast (RFC 4291 2.4): what a provider gives */
static bool is_global(const struct in6_addr *addr)
{
	return (addr->s6_addr[0] & 0xe0) == 0x20;
}

static bool is_wanted(const struct auto_options *opt,
		      const struct in6_addr *addr)
{
	return is_global(addr) && !is_in_one(&opt->except, addr) &&
	       (!opt->only.n || is_in_one(&opt->only, addr));
}

const struct auto_prefix *auto_find_prefix(const struct auto_prefix *v,
					   size_t n,
					   const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (same_prefix(&v[i].prefix, addr))
			return &v[i];
	return NULL;
}

static void longer(uint32_t *life, uint32_t other)
{
	if (*life < other)
		*life = other;
}

/*
 * One more witness of a prefix. One that is on two interfaces, which lead to
 * the same link, counts for the first of them.
 */
static void witness(struct auto_prefix *v, size_t *n,
		    const struct in6_addr *addr, unsigned int ifindex,
		    uint32_t valid, uint32_t preferred)
{
	struct auto_prefix *p = (struct auto_prefix *)
		auto_find_prefix(v, *n, addr);

	if (!p) {
		if (*n == AUTO_PREFIXES)
			return;
		p = &v[(*n)++];
		*p = (struct auto_prefix){ .ifindex = ifindex };
		memcpy(&p->prefix, addr, HBA_PREFIX);
	}
	if (ifindex < p->ifindex)
		p->ifindex = ifindex;
	longer(&p->valid, valid);
	longer(&p->preferred, preferred);
}

static void witness_addrs(const struct auto_host *host,
			  const struct auto_state *state,
			  const struct auto_options *opt,
			  struct auto_prefix *v, size_t *n)
{
	const struct net_addr *a;
	size_t i;

	for (i = 0; i < host->naddrs; i++) {
		a = &host->addrs[i];
		/* A temporary one lives shorter than its prefix */
		if (a->len != LINK_PREFIX || a->flags & NET_TEMPORARY ||
		    !a->valid || !is_wanted(opt, &a->addr) ||
		    auto_find_set(state, &a->addr) ||
		    !is_looked_at(host, opt, a->ifindex))
			continue;
		witness(v, n, &a->addr, a->ifindex, a->valid, a->preferred);
	}
}

/*
 * What DHCPv6 gave in a prefix knows how long that lasts. A route may not: that
 * of NetworkManager has no end, and none knows when new sessions should stop.
 *
 * Return: false when there is no such address
 */
static bool witness_leases(const struct auto_host *host,
			   const struct auto_state *state,
			   const struct net_route *r, struct auto_prefix *v,
			   size_t *n)
{
	const struct net_addr *a;
	bool found = false;
	size_t i;

	for (i = 0; i < host->naddrs; i++) {
		a = &host->addrs[i];
		if (a->len != 128 || a->ifindex != r->ifindex || !a->valid ||
		    a->flags & NET_TEMPORARY ||
		    !same_prefix(&a->addr, &r->dst) ||
		    auto_find_set(state, &a->addr))
			continue;
		witness(v, n, &a->addr, a->ifindex, a->valid, a->preferred);
		found = true;
	}
	return found;
}

/* Where DHCPv6 gives addresses without a prefix, its link still has a route */
static void witness_routes(const struct auto_host *host,
			   const struct auto_state *state,
			   const struct auto_options *opt,
			   struct auto_prefix *v, size_t *n)
{
	const size_t by_addr = *n;
	const struct net_route *r;
	size_t i;

	for (i = 0; i < host->nroutes; i++) {
		r = &host->routes[i];
		if (r->dst_len != LINK_PREFIX || r->src_len ||
		    r->table != RT_TABLE_MAIN ||
		    r->protocol == AUTO_PROTOCOL || !is_wanted(opt, &r->dst) ||
		    !IN6_IS_ADDR_UNSPECIFIED(&r->gateway) ||
		    !is_looked_at(host, opt, r->ifindex) ||
		    auto_find_prefix(v, by_addr, &r->dst))
			continue;
		if (!witness_leases(host, state, r, v, n))
			witness(v, n, &r->dst, r->ifindex, r->expires,
				r->expires);
	}
}

static int by_octets(const void *a, const void *b)
{
	const struct auto_prefix *x = a, *y = b;

	return memcmp(&x->prefix, &y->prefix, HBA_PREFIX);
}

size_t auto_prefixes(const struct auto_host *host,
		     const struct auto_state *state,
		     const struct auto_options *opt, struct auto_prefix *v)
{
	size_t n = 0;

	witness_addrs(host, state, opt, v, &n);
	witness_routes(host, state, opt, v, &n);
	qsort(v, n, sizeof(*v), by_octets);
	return n;
}

/* --- the sets */

static bool covers(const struct auto_state *state,
		   const struct in6_addr *prefix)
{
	const struct hba_set *set = &state->set[0].set;
	size_t i;

	for (i = 0; state->n && i < set->naddr; i++)
		if (same_prefix(&set->addr[i], prefix))
			return true;
	return false;
}

enum auto_verdict auto_judge(struct auto_state *state,
			     const struct auto_options *opt,
			     const struct auto_prefix *v, size_t n,
			     uint64_t now)
{
	size_t live = 0, uncovered = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!v[i].preferred)
			continue;
		live++;
		uncovered += !covers(state, &v[i].prefix);
	}
	if (!uncovered) {
		state->uncovered = 0;
		return state->n ? AUTO_KEEP : AUTO_ALONE;
	}
	if (!state->n && live < 2)
		return AUTO_ALONE;
	if (!state->uncovered)
		state->uncovered = now;
	return now - state->uncovered < opt->settle ? AUTO_WAIT : AUTO_MAKE;
}

static bool is_present(const struct auto_host *host,
		       const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < host->naddrs; i++)
		if (same_addr(&host->addrs[i].addr, addr))
			return true;
	return false;
}

size_t auto_members(const struct auto_state *state,
		    const struct auto_host *host, const struct auto_prefix *v,
		    size_t n, struct in6_addr *members)
{
	const struct hba_set *set = &state->set[0].set;
	size_t count = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].preferred)
			members[count++] = v[i].prefix;
	for (i = 0; state->n && i < set->naddr && count < AUTO_PREFIXES; i++) {
		if (auto_find_prefix(v, n, &set->addr[i]) ||
		    !is_present(host, &set->addr[i]))
			continue;
		members[count] = (struct in6_addr){};
		memcpy(&members[count++], &set->addr[i], HBA_PREFIX);
	}
	return count;
}

size_t auto_expired(const struct auto_state *state, uint64_t now)
{
	size_t i;

	/* The last one makes room for the next */
	if (state->n == AUTO_SETS)
		return AUTO_SETS - 1;
	for (i = 1; i < state->n; i++)
		if (!state->set[i].used &&
		    now >= state->set[i].replaced + AUTO_LINGER)
			return i;
	return 0;
}
