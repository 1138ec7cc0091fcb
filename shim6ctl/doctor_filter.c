// SPDX-License-Identifier: GPL-2.0
/*
 * The packet filter of this host. Control messages of Shim6 are protocol 140
 * and new to connection tracking; payload of a session that switched comes in
 * by an interface by which its source is not reached; NAT is not for sessions
 * of this host, whose locators it would overwrite.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "ruleset.h"

#define SHIM6		140
#define TCP		6

/**
 * struct hook - a place where control messages pass
 * @name: its name in nftables
 * @in: they come in
 */
struct hook {
	const char *name;
	bool in;
};

static const struct hook hooks[] = {
	{ "ingress", true },
	{ "prerouting", true },
	{ "input", true },
	{ "output", false },
	{ "postrouting", false },
};

static struct ruleset_packet packet(const struct doctor *d,
				    const struct shim6_locator_entry *l,
				    bool in, uint8_t proto)
{
	const struct in6_addr *far_away = doctor_somewhere(d);
	const char *dev = doctor_dev(d, l->ifindex);

	return (struct ruleset_packet){
		.src = in ? far_away : &l->addr,
		.dst = in ? &l->addr : far_away,
		.iif = in ? dev : NULL,
		.oif = in ? NULL : dev,
		.proto = proto,
	};
}

/* Tables that another tool would write anew */
static bool is_firewalld(const struct ruleset_result *r)
{
	return !strcmp(r->table, "firewalld");
}

static bool is_iptables(const struct ruleset_result *r)
{
	return !strcmp(r->family, "ip6") && *r->base >= 'A' && *r->base <= 'Z';
}

static void let_in(struct doctor *d, const struct ruleset_result *r)
{
	if (is_firewalld(r))
		doctor_run(d, "firewall-cmd --permanent --add-protocol=140 && firewall-cmd --reload");
	else if (is_iptables(r))
		doctor_run(d, "ip6tables -t %s -I %s -p 140 -j ACCEPT",
			   r->table, r->base);
	else
		doctor_run(d, "nft insert rule %s %s %s meta l4proto 140 accept",
			   r->family, r->table, r->base);
}

/* "rule 7 of inet filter input", or its policy */
static void place(const struct ruleset_result *r, char *text, size_t room)
{
	if (r->handle)
		snprintf(text, room, "rule %lld of %s %s %s",
			 (long long)r->handle, r->family, r->table, r->chain);
	else
		snprintf(text, room, "the policy of %s %s %s", r->family,
			 r->table, r->base);
}

static bool said(const struct doctor *d, const char *text)
{
	size_t i;

	for (i = 0; i < d->nfound; i++)
		if (!strcmp(d->found[i].check, d->check) &&
		    strstr(d->found[i].text, text))
			return true;
	return false;
}

static void check_control(struct doctor *d, const struct hook *hook,
			  const struct shim6_locator_entry *l)
{
	struct ruleset_packet p = packet(d, l, hook->in, SHIM6);
	struct ruleset_result r;
	char where[256];

	ruleset_run(d->filter, hook->name, &p, false, &r);
	if (r.verdict == RULESET_ACCEPT)
		return;
	place(&r, where, sizeof(where));
	if (said(d, where))
		return;
	if (r.verdict == RULESET_DROP)
		doctor_fail(d, hook->in ? "firewall_in" : "firewall_out",
			    "the firewall drops protocol 140 %s: %s",
			    hook->in ? "on its way in" : "on its way out",
			    where);
	else
		doctor_warn(d, hook->in ? "firewall_in" : "firewall_out",
			    "the firewall may drop protocol 140 %s: %s",
			    hook->in ? "on its way in" : "on its way out",
			    where);
	let_in(d, &r);
}

/* The check of the reverse path comes behind Shim6, which has put back the
 * ULIDs by then: the source is one of another interface.
 */
static void check_stray(struct doctor *d, const struct shim6_locator_entry *l)
{
	struct ruleset_packet p = packet(d, l, true, TCP);
	struct ruleset_result r;
	char where[256];

	p.established = true;
	ruleset_run(d->filter, "prerouting", &p, false, &r);
	if (r.verdict == RULESET_DROP)
		return;
	p.stray = true;
	ruleset_run(d->filter, "prerouting", &p, false, &r);
	if (r.verdict != RULESET_DROP)
		return;
	place(&r, where, sizeof(where));
	if (said(d, where))
		return;
	doctor_fail(d, "reverse_path",
		    "a strict reverse path check drops what comes for a session that switched: %s",
		    where);
	if (is_firewalld(&r))
		doctor_run(d, "sed -i 's/^IPv6_rpfilter=.*/IPv6_rpfilter=no/' /etc/firewalld/firewalld.conf && firewall-cmd --complete-reload");
	else if (r.handle)
		doctor_run(d, "nft delete rule %s %s %s handle %lld", r.family,
			   r.table, r.chain, (long long)r.handle);
	else
		doctor_advise(d, "let it look whether the source is reached by any interface: \"fib saddr oif\" in place of \"fib saddr . iif oif\"");
}

/* Rules of the old iptables are in no ruleset of nft */
static bool has_legacy(const struct doctor *d)
{
	char *names = d->host->read("/proc/net/ip6_tables_names", NULL);
	bool has = names && *names;

	free(names);
	return has;
}

void doctor_check_firewall(struct doctor *d)
{
	const struct shim6_locator_entry *l;
	size_t i;

	for (l = doctor_each(d, NULL); l; l = doctor_each(d, l)) {
		for (i = 0; i < ARRAY_SIZE(hooks); i++)
			check_control(d, &hooks[i], l);
		check_stray(d, l);
	}
	doctor_fact(d, "protocol 140 passes%s", has_legacy(d) ?
		    "; rules of ip6tables-legacy were not looked at" : "");
}

/* What is behind the host keeps its NAT */
static void nat_remedy(struct doctor *d, const struct ruleset_result *r)
{
	if (is_iptables(r))
		doctor_run(d, "ip6tables -t %s -I %s -m addrtype --src-type LOCAL -j ACCEPT",
			   r->table, r->base);
	else
		doctor_run(d, "nft insert rule %s %s %s fib saddr type local accept",
			   r->family, r->table, r->base);
}

static void check_nat(struct doctor *d, const char *hook,
		      const struct shim6_locator_entry *l)
{
	struct ruleset_packet p = packet(d, l, false, TCP);
	struct ruleset_result r;
	char where[256];

	ruleset_run(d->filter, hook, &p, true, &r);
	if (r.verdict != RULESET_NAT)
		return;
	place(&r, where, sizeof(where));
	if (said(d, where))
		return;
	doctor_fail(d, "nat",
		    "NAT changes the addresses of this host's own sessions, which Shim6 leaves alone then: %s",
		    where);
	nat_remedy(d, &r);
}

void doctor_check_nat(struct doctor *d)
{
	uint64_t bypassed = doctor_counter(d, "tx_bypass_nat");
	const struct shim6_locator_entry *l;
	size_t before = d->nfound;

	for (l = doctor_each(d, NULL); l; l = doctor_each(d, l)) {
		check_nat(d, "output", l);
		check_nat(d, "postrouting", l);
	}
	if (bypassed && d->nfound == before)
		doctor_fact(d, "none now; %llu packets with NAT were left alone so far",
			    (unsigned long long)bypassed);
}
