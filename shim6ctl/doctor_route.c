// SPDX-License-Identifier: GPL-2.0
/*
 * Routes: each locator must leave by its own provider, or ingress filters drop
 * what it sends; and there must be a way out for every source.
 */
#include <string.h>

#include "cmd.h"
#include "doctor.h"

#define MAIN_TABLE	254
#define FIRST_TABLE	100	/* number of a new one, plus the interface's */

static bool is_default(const struct net_route *r)
{
	return !r->dst_len;
}

/* The table that a rule names for the packets from an address, 0: none */
static unsigned int table_of(const struct doctor *d,
			     const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < d->nroutings; i++)
		if (d->rules[i].src_len && !d->rules[i].narrow &&
		    doctor_in_prefix(addr, &d->rules[i].src,
				     d->rules[i].src_len))
			return d->rules[i].table;
	return 0;
}

/* Is there a default route for this source and others not */
static bool is_bound(const struct doctor *d, const struct in6_addr *addr)
{
	unsigned int table = table_of(d, addr);
	const struct net_route *r;

	for (r = d->routes; r < d->routes + d->nroutes; r++) {
		if (!is_default(r))
			continue;
		if (table && r->table == table)
			return true;
		if (r->src_len && doctor_in_prefix(addr, &r->src, r->src_len))
			return true;
	}
	return false;
}

static bool has_table(const struct doctor *d, unsigned int table)
{
	size_t i;

	for (i = 0; i < d->nroutes; i++)
		if (d->routes[i].table == table)
			return true;
	for (i = 0; i < d->nroutings; i++)
		if (d->rules[i].table == table)
			return true;
	return false;
}

/* Number of a table that nobody uses */
static unsigned int free_table(const struct doctor *d, unsigned int ifindex)
{
	unsigned int table = FIRST_TABLE + ifindex;

	while (has_table(d, table))
		table++;
	return table;
}

/* Several routers on one link, of which any may be the wrong one */
static bool many_routers(const struct doctor *d, unsigned int ifindex)
{
	const struct net_route *first = NULL, *r;

	for (r = d->routes; r < d->routes + d->nroutes; r++) {
		if (!is_default(r) || r->ifindex != ifindex ||
		    IN6_IS_ADDR_UNSPECIFIED(&r->gateway))
			continue;
		if (first && memcmp(&first->gateway, &r->gateway,
				    sizeof(r->gateway)))
			return true;
		first = r;
	}
	return false;
}

/* A default route by an interface, in a table of its own if there is one */
static const struct net_route *find_default(const struct doctor *d,
					    unsigned int ifindex)
{
	const struct net_route *best = NULL, *r;

	for (r = d->routes; r < d->routes + d->nroutes; r++)
		if (is_default(r) && r->ifindex == ifindex &&
		    !IN6_IS_ADDR_UNSPECIFIED(&r->gateway) &&
		    (!best || best->table == MAIN_TABLE))
			best = r;
	return best;
}

static void bind_remedy(struct doctor *d, const struct shim6_locator_entry *l)
{
	const char *dev = doctor_dev(d, l->ifindex);
	const struct net_route *r = find_default(d, l->ifindex);
	unsigned int table = table_of(d, &l->addr);

	if (!r || many_routers(d, l->ifindex)) {
		table = free_table(d, l->ifindex);
		doctor_advise(d, "\"ip -6 rule add from %s lookup %u\", then \"ip -6 route add default via ROUTER dev %s table %u\" with the router of that provider",
			      doctor_prefix(&l->addr), table, dev, table);
	} else if (table && table != MAIN_TABLE) {
		doctor_run(d, "ip -6 route add default via %s dev %s table %u",
			   doctor_text(&r->gateway), dev, table);
	} else if (r->table != MAIN_TABLE && !r->src_len) {
		doctor_run(d, "ip -6 rule add from %s lookup %u",
			   doctor_prefix(&l->addr), r->table);
	} else {
		table = free_table(d, l->ifindex);
		doctor_run(d, "ip -6 rule add from %s lookup %u && ip -6 route add default via %s dev %s table %u",
			   doctor_prefix(&l->addr), table,
			   doctor_text(&r->gateway), dev, table);
	}
}

static void check_locator(struct doctor *d, const struct shim6_locator_entry *l)
{
	struct net *net = d->env->net;
	struct net_lookup to;
	int ret = net->ops->lookup(net, doctor_somewhere(d), &l->addr, &to);

	if (ret)
		doctor_fail(d, "no_source_route",
			    "no route for packets from %s: %s",
			    doctor_text(&l->addr), strerror(-ret));
	else if (to.ifindex != l->ifindex)
		doctor_fail(d, "no_source_route",
			    "packets from %s leave by %s, another provider's interface, not by %s",
			    doctor_text(&l->addr), doctor_dev(d, to.ifindex),
			    doctor_dev(d, l->ifindex));
	else if (many_routers(d, l->ifindex) && !is_bound(d, &l->addr))
		doctor_fail(d, "no_source_route",
			    "nothing says which router on %s packets from %s leave by",
			    doctor_dev(d, l->ifindex), doctor_text(&l->addr));
	else
		return;
	bind_remedy(d, l);
}

static void check_fallback(struct doctor *d)
{
	char command[256];
	bool found;

	if (net_has_fallback(d->env->net, d->routes, d->nroutes, &found) ||
	    found)
		return;
	doctor_fail(d, "no_fallback_route",
		    "no default route for every source: nothing can be sent once an interface is gone");
	net_fallback_command(d->env->net, d->routes, d->nroutes, command,
			     sizeof(command));
	if (strstr(command, "ROUTER"))
		doctor_advise(d, "\"%s\"", command);
	else
		doctor_run(d, "%s", command);
}

void doctor_check_routes(struct doctor *d)
{
	const struct shim6_locator_entry *l;
	unsigned int n = 0;

	for (l = doctor_each(d, NULL); l; l = doctor_each(d, l), n++)
		check_locator(d, l);
	doctor_fact(d, "%u locators leave by their own interfaces, and there is a fallback",
		    n);
	check_fallback(d);
}
