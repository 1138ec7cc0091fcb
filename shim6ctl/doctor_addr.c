// SPDX-License-Identifier: GPL-2.0
/* Addresses: how many, what proves them, which of them are taken */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"
#include "hba.h"

#define SET_FILE	"/etc/shim6.hba"
#define CGA_FILE	"/etc/shim6.cga"

/* A flow that was idle for longer says nothing of what programs do */
#define LATELY_NS	(60 * 1000000000ULL)

static bool same_prefix(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, HBA_PREFIX);
}

/* Is it the first locator of its prefix that sessions can begin with */
static bool first_of_prefix(const struct doctor *d, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (doctor_usable(&d->m.locs[k]) &&
		    same_prefix(&d->m.locs[k].addr, &d->m.locs[i].addr))
			return false;
	return doctor_usable(&d->m.locs[i]);
}

static size_t count_prefixes(const struct doctor *d, uint32_t set)
{
	size_t i, n = 0;

	for (i = 0; i < d->m.nlocs; i++)
		n += (!set || d->m.locs[i].set == set) && first_of_prefix(d, i);
	return n;
}

static bool present(const struct doctor *d, const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < d->naddrs; i++)
		if (!memcmp(&d->addrs[i].addr, addr, sizeof(*addr)))
			return true;
	return false;
}

static const struct shim6_locator_entry *member(const struct doctor *d,
						uint32_t set)
{
	size_t i;

	for (i = 0; i < d->m.nlocs; i++)
		if (d->m.locs[i].set == set)
			return &d->m.locs[i];
	return NULL;
}

static bool missing_in(const struct doctor *d, const struct shim6_hba_set *set,
		       struct in6_addr *addr)
{
	const struct shim6_locator_entry *other = member(d, set->id);
	struct in6_addr prefix, here;
	struct hba_pds pds;
	size_t i;

	if (hba_parse(&pds, set->pds, set->pds_len))
		return false;
	if (!other && addr)
		*addr = in6addr_any;
	for (i = 0; other && i < pds.nprefix; i++) {
		hba_prefix(&pds, i, &prefix);
		hba_address(&pds, &prefix, hba_sec(&other->addr), &here);
		if (present(d, &here))
			continue;
		if (addr)
			*addr = here;
		return true;
	}
	return !other;
}

bool doctor_missing(const struct doctor *d, const struct shim6_hba_set *set,
		    struct in6_addr *addr)
{
	size_t i;

	if (set)
		return missing_in(d, set, addr);
	for (i = 0; i < d->m.nsets; i++)
		if (missing_in(d, &d->m.sets[i], addr))
			return true;
	return false;
}

/* Is it an address of an identity that is loaded */
static bool proven(const struct doctor *d, const struct in6_addr *addr)
{
	struct hba_pds pds;
	size_t i;

	for (i = 0; i < d->m.nsets; i++)
		if (!hba_parse(&pds, d->m.sets[i].pds, d->m.sets[i].pds_len) &&
		    !hba_verify(&pds, addr))
			return true;
	for (i = 0; i < d->m.ncgas; i++)
		if (!hba_parse_cga(&pds, d->m.cgas[i].pds, d->m.cgas[i].pds_len) &&
		    !hba_verify(&pds, addr))
			return true;
	return false;
}

/* Does the module know this address as it is now */
static bool known(const struct doctor *d, const struct net_addr *a,
		  const struct net_link *link)
{
	const struct shim6_locator_entry *l;
	bool works = link->up && link->carrier;

	for (l = d->m.locs; l < d->m.locs + d->m.nlocs; l++)
		if (l->set && !memcmp(&l->addr, &a->addr, sizeof(a->addr)))
			return !!(l->status & SHIM6_LOCATOR_UP) == works;
	return !works;
}

bool doctor_unsettled(const struct doctor *d)
{
	const struct net_link *link;
	const struct net_addr *a;

	for (a = d->addrs; a < d->addrs + d->naddrs; a++) {
		link = doctor_link(d, a->ifindex);
		if (!link || link->loopback || (a->flags & NET_DUPLICATE) ||
		    known(d, a, link))
			continue;
		if (proven(d, &a->addr))
			return true;
	}
	return false;
}

/* Where the default route goes that is for packets from an address */
static const struct net_link *link_from(const struct doctor *d,
					const struct in6_addr *addr)
{
	size_t i, k;

	for (i = 0; i < d->nroutings; i++) {
		if (!d->rules[i].src_len || d->rules[i].narrow ||
		    !doctor_in_prefix(addr, &d->rules[i].src,
				      d->rules[i].src_len))
			continue;
		for (k = 0; k < d->nroutes; k++)
			if (d->routes[k].table == d->rules[i].table &&
			    !d->routes[k].dst_len)
				return doctor_link(d, d->routes[k].ifindex);
	}
	return NULL;
}

/* The interface of a prefix, if an address, a route or a rule says so */
static const struct net_link *link_of(const struct doctor *d,
				      const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < d->nroutes; i++)
		if (d->routes[i].dst_len == 64 &&
		    same_prefix(&d->routes[i].dst, addr) &&
		    IN6_IS_ADDR_UNSPECIFIED(&d->routes[i].gateway))
			return doctor_link(d, d->routes[i].ifindex);
	for (i = 0; i < d->naddrs; i++)
		if (d->addrs[i].len == 64 &&
		    same_prefix(&d->addrs[i].addr, addr))
			return doctor_link(d, d->addrs[i].ifindex);
	return link_from(d, addr);
}

static void check_down(struct doctor *d, const struct shim6_locator_entry *l)
{
	const struct net_link *link = doctor_link(d, l->ifindex);

	if (!link || (link->up && link->carrier))
		return;
	doctor_fail(d, "locator_down", "%s cannot be used: %s %s",
		    doctor_text(&l->addr), link->name,
		    link->up ? "has no carrier" : "is down");
	if (link->up)
		doctor_advise(d, "see to the cable of %s and what is at its other end",
			      link->name);
	else
		doctor_run(d, "ip link set dev %s up", link->name);
}

static void check_broken(struct doctor *d, const struct shim6_locator_entry *l)
{
	if (!(l->flags & SHIM6_PREF_BROKEN))
		return;
	doctor_warn(d, "locator_broken",
		    "peers are told not to use %s, it is announced as broken",
		    doctor_text(&l->addr));
	doctor_run(d, "shim6ctl locator prefer %s broken off",
		   doctor_text(&l->addr));
}

static void check_duplicates(struct doctor *d)
{
	const struct net_addr *a;

	for (a = d->addrs; a < d->addrs + d->naddrs; a++) {
		if (!(a->flags & NET_DUPLICATE) ||
		    IN6_IS_ADDR_LINKLOCAL(&a->addr))
			continue;
		doctor_fail(d, "address_duplicate",
			    "%s cannot be used: another host on %s has it too",
			    doctor_text(&a->addr), doctor_dev(d, a->ifindex));
		doctor_advise(d, "take it from the other host, or make other addresses: \"shim6ctl hba generate\"");
	}
}

static void say_few(struct doctor *d, size_t usable)
{
	const struct shim6_locator_entry *l;

	if (!usable) {
		doctor_fail(d, "no_locator",
			    "no address of this host can be a locator");
	} else {
		for (l = d->m.locs; !doctor_usable(l); l++)
			;
		doctor_fail(d, "single_locator",
			    "all locators are in %s: one provider only, a failure leaves no other path",
			    doctor_prefix(&l->addr));
	}
	doctor_advise(d, "give this host an address of a second provider, then \"shim6ctl hba generate\" with a prefix of each");
}

void doctor_check_locators(struct doctor *d)
{
	size_t before = d->nfound, prefixes = count_prefixes(d, 0);
	size_t i, usable = 0;

	for (i = 0; i < d->m.nlocs; i++) {
		usable += doctor_usable(&d->m.locs[i]);
		check_broken(d, &d->m.locs[i]);
		if (!(d->m.locs[i].status & SHIM6_LOCATOR_UP))
			check_down(d, &d->m.locs[i]);
	}
	check_duplicates(d);
	doctor_fact(d, "%zu usable, in %zu prefixes", usable, prefixes);
	/* What is missing of a set is said there */
	if (prefixes < 2 && d->nfound == before && !doctor_missing(d, NULL, NULL))
		say_few(d, usable);
}

static void say_unproven(struct doctor *d)
{
	char prefixes[256] = "";
	size_t used = 0, n = 0, i;

	doctor_fail(d, "no_set",
		    "no HBA set is loaded: peers cannot verify the addresses of this host, no context is made");
	for (i = 0; i < d->m.nlocs && used < sizeof(prefixes) - 64; i++) {
		if (!first_of_prefix(d, i))
			continue;
		used += (size_t)snprintf(prefixes + used,
					 sizeof(prefixes) - used, " %s",
					 doctor_prefix(&d->m.locs[i].addr));
		n++;
	}
	if (host_exists(d->host, SET_FILE))
		doctor_run(d, "shim6ctl hba install " SET_FILE);
	else if (host_exists(d->host, CGA_FILE))
		doctor_run(d, "shim6ctl cga load " CGA_FILE);
	else if (n > 1)
		doctor_run(d, "shim6ctl hba generate%s file " SET_FILE " && shim6ctl hba install " SET_FILE,
			   prefixes);
	else
		doctor_advise(d, "\"shim6ctl hba generate PREFIX PREFIX file " SET_FILE "\", then \"shim6ctl hba install " SET_FILE "\"");
}

static void check_set(struct doctor *d, const struct shim6_hba_set *set)
{
	const struct net_link *link;
	struct in6_addr addr;

	/* Where IPv6 is off there are no addresses */
	if (!doctor_missing(d, set, &addr) || doctor_found(d, "ipv6_off_link"))
		return;
	if (IN6_IS_ADDR_UNSPECIFIED(&addr)) {
		doctor_fail(d, "set_absent",
			    "HBA set %u is loaded, but this host has none of its addresses",
			    set->id);
		doctor_advise(d, "\"shim6ctl hba install FILE\" adds them; \"shim6ctl hba remove %u\" if it is of no use any more",
			      set->id);
		return;
	}
	link = link_of(d, &addr);
	doctor_fail(d, "set_incomplete",
		    "this host does not have %s of HBA set %u: no second locator is left",
		    doctor_text(&addr), set->id);
	if (link)
		doctor_run(d, "ip -6 addr add %s/64 dev %s",
			   doctor_text(&addr), link->name);
	else
		doctor_advise(d, "\"ip -6 addr add %s/64 dev INTERFACE\", the one of %s",
			      doctor_text(&addr), doctor_prefix(&addr));
}

static void check_cga(struct doctor *d, const struct shim6_cga_identity *cga)
{
	if (!cga->error)
		return;
	doctor_fail(d, "cga_unsigned",
		    "the key of CGA %u does not sign: %s", cga->id,
		    strerror((int)cga->error));
	doctor_advise(d, "load it again: \"shim6ctl cga remove %u\", then \"shim6ctl cga load FILE\"",
		      cga->id);
}

/* A host is well when one identity has what it takes */
static bool any_good(const struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->m.nsets; i++)
		if (count_prefixes(d, d->m.sets[i].id) > 1)
			return true;
	/* Its key signs for the addresses that are in no set */
	for (i = 0; i < d->m.ncgas; i++)
		if (d->m.cgas[i].naddr && !d->m.cgas[i].error &&
		    count_prefixes(d, 0) > 1)
			return true;
	return false;
}

void doctor_check_identity(struct doctor *d)
{
	size_t i, n = 0;

	for (i = 0; i < d->m.ncgas; i++)
		check_cga(d, &d->m.cgas[i]);
	if (!d->m.nsets && !d->m.ncgas) {
		say_unproven(d);
		return;
	}
	for (i = 0; i < d->m.nlocs; i++)
		n += !!d->m.locs[i].set;
	doctor_fact(d, "%zu sets, %zu CGAs, %zu of their addresses are here",
		    d->m.nsets, d->m.ncgas, n);
	for (i = 0; i < d->m.nsets && !any_good(d); i++)
		check_set(d, &d->m.sets[i]);
}

static const struct shim6_locator_entry *locator(const struct doctor *d,
						 const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < d->m.nlocs; i++)
		if (!memcmp(&d->m.locs[i].addr, addr, sizeof(*addr)))
			return &d->m.locs[i];
	return NULL;
}

static const struct net_addr *address(const struct doctor *d,
				      const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < d->naddrs; i++)
		if (!memcmp(&d->addrs[i].addr, addr, sizeof(*addr)))
			return &d->addrs[i];
	return NULL;
}

static void source_remedy(struct doctor *d, const struct net_addr *a)
{
	const char *dev = doctor_dev(d, a->ifindex);
	char path[96];
	long use = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/use_tempaddr",
		 dev);
	if ((a->flags & NET_TEMPORARY) && host_number(d->host, path, &use) &&
	    use > 1)
		doctor_run(d, "sysctl -w net/ipv6/conf/%s/use_tempaddr=0", dev);
	else if (a->flags & NET_DYNAMIC)
		doctor_run(d, "sysctl -w net/ipv6/conf/%s/autoconf=0 && ip -6 addr change %s/%u dev %s preferred_lft 0",
			   dev, doctor_text(&a->addr), a->len, dev);
	else
		doctor_run(d, "ip -6 addr change %s/%u dev %s preferred_lft 0",
			   doctor_text(&a->addr), a->len, dev);
}

/* @who: what takes the address */
static void check_source(struct doctor *d, const struct in6_addr *addr,
			 const char *who)
{
	const struct shim6_locator_entry *l = locator(d, addr);
	const struct net_addr *a = address(d, addr);
	char quoted[INET6_ADDRSTRLEN + 2];
	const char *kind;
	size_t i;

	if (!a || (a->flags & NET_DEPRECATED) || (l && l->set))
		return;
	snprintf(quoted, sizeof(quoted), " %s,", doctor_text(addr));
	for (i = 0; i < d->nfound; i++)
		if (!strcmp(d->found[i].word, "source_not_proven") &&
		    strstr(d->found[i].text, quoted))
			return;
	kind = a->flags & NET_TEMPORARY ? " the temporary address" : "";
	doctor_warn(d, "source_not_proven",
		    "%s%s %s, which is in no HBA set and no CGA: such sessions get no context",
		    who, kind, doctor_text(addr));
	source_remedy(d, a);
}

static void check_choice(struct doctor *d, const struct in6_addr *to)
{
	struct net_lookup l;

	if (!d->env->net->ops->lookup(d->env->net, to, NULL, &l))
		check_source(d, &l.source, "new sessions take");
}

/* The choice depends on the destination: some from all over the Internet, but
 * of no tunnel (2001::/32, 2002::/16), as those have labels of their own
 */
void doctor_check_sources(struct doctor *d)
{
	static const struct in6_addr samples[] = {
		{ { { 0x20, 0x01, 0x02, [15] = 1 } } },
		{ { { 0x24, 0x00, [15] = 1 } } },
		{ { { 0x26, 0x00, [15] = 1 } } },
		{ { { 0x2a, 0x00, [15] = 1 } } },
	};
	size_t i;

	if (d->peer)
		check_choice(d, d->peer);
	for (i = 0; i < ARRAY_SIZE(samples); i++)
		check_choice(d, &samples[i]);
	for (i = 0; i < d->m.nflows; i++)
		if (d->m.flows[i].idle < LATELY_NS &&
		    d->m.flows[i].reason != SHIM6_FLOW_EXCLUDED)
			check_source(d, &d->m.flows[i].local, "a program uses");
}
