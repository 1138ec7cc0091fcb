// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"
#include "err.h"
#include "mem.h"
#include "value.h"

/* The module looks at addresses once a second */
#define SETTLE_MS	1100
#define SETTLE_TRIES	3

static int gather_module(struct doctor *d)
{
	int ret = snapshot_read(&d->m, d->env->client,
				SNAPSHOT_ALL & ~SNAPSHOT_CONTEXTS);

	return ret ? cmd_fail("doctor", ret) : CTL_OK;
}

static int gather_net(struct doctor *d)
{
	struct net *net = d->env->net;
	int ret = net->ops->addrs(net, &d->addrs, &d->naddrs);

	if (!ret)
		ret = net->ops->routes(net, &d->routes, &d->nroutes);
	if (!ret)
		ret = net->ops->rules(net, &d->rules, &d->nroutings);
	if (!ret)
		ret = net->ops->links(net, &d->links, &d->nlinks);
	return ret ? err_failed("addresses and routes: %s", strerror(-ret)) :
		     CTL_OK;
}

static void gather_filter(struct doctor *d)
{
	static const char *const nft[] = { "nft", "-j", "list", "ruleset",
					   NULL };
	int status = 0;
	char *text = d->host->run(nft, &status);

	if (!text) {
		snprintf(d->nofilter, sizeof(d->nofilter),
			 "nft is not installed: rules of the kernel, if any, were not read");
		return;
	}
	if (!status)
		d->filter = value_parse(text);
	if (d->filter)
		d->have |= DOCTOR_FILTER;
	else
		snprintf(d->nofilter, sizeof(d->nofilter),
			 "the rules could not be read, run it as root (nft: %.*s)",
			 (int)strcspn(text, "\n"), text);
	free(text);
}

/* Addresses and locators anew, while they are about to change */
static int settle(struct doctor *d)
{
	struct net *net = d->env->net;
	unsigned int tries = SETTLE_TRIES;
	int ret = CTL_OK;

	while (!ret && tries-- && doctor_unsettled(d)) {
		d->host->wait(SETTLE_MS);
		free(d->m.locs);
		free(d->addrs);
		free(d->links);
		d->m.locs = NULL;
		d->addrs = NULL;
		d->links = NULL;
		ret = client_locators(d->env->client, 0, &d->m.locs, &d->m.nlocs);
		if (!ret)
			ret = net->ops->addrs(net, &d->addrs, &d->naddrs);
		if (!ret)
			ret = net->ops->links(net, &d->links, &d->nlinks);
	}
	return ret ? cmd_fail("doctor", ret) : CTL_OK;
}

int doctor_gather(struct doctor *d)
{
	size_t i;
	int ret;

	if (d->peer)
		d->have |= DOCTOR_PEER;
	ret = gather_net(d);
	if (ret)
		return ret;
	d->have |= DOCTOR_NET;
	gather_filter(d);
	if (d->env->client_err)
		return CTL_OK;
	d->have |= DOCTOR_MODULE;
	ret = gather_module(d);
	if (!ret)
		ret = settle(d);
	for (i = 0; i < d->m.nlocs; i++)
		if (d->m.locs[i].set && (d->m.locs[i].status & SHIM6_LOCATOR_UP))
			d->have |= DOCTOR_PROVEN;
	return ret;
}

void doctor_release(struct doctor *d)
{
	snapshot_free(&d->m);
	free(d->addrs);
	free(d->routes);
	free(d->rules);
	free(d->links);
	value_free(d->filter);
	free(d->found);
	free(d->paths);
}

static struct doctor_finding *add(struct doctor *d, const char *word,
				  enum doctor_level level)
{
	struct doctor_finding *f;

	d->found = mem_resize(d->found, d->nfound + 1, sizeof(*d->found));
	f = &d->found[d->nfound++];
	*f = (struct doctor_finding){
		.check = d->check, .word = word, .level = level,
	};
	return f;
}

void doctor_fail(struct doctor *d, const char *word, const char *fmt, ...)
{
	struct doctor_finding *f = add(d, word, DOCTOR_FAIL);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void doctor_warn(struct doctor *d, const char *word, const char *fmt, ...)
{
	struct doctor_finding *f = add(d, word, DOCTOR_WARN);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void doctor_run(struct doctor *d, const char *fmt, ...)
{
	struct doctor_finding *f = &d->found[d->nfound - 1];
	va_list ap;

	f->command = true;
	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
}

void doctor_advise(struct doctor *d, const char *fmt, ...)
{
	struct doctor_finding *f = &d->found[d->nfound - 1];
	va_list ap;

	f->command = false;
	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
}

void doctor_fact(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->fact, sizeof(d->fact), fmt, ap);
	va_end(ap);
}

void doctor_skip(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	d->skipped = true;
	va_start(ap, fmt);
	vsnprintf(d->fact, sizeof(d->fact), fmt, ap);
	va_end(ap);
}

bool doctor_found(const struct doctor *d, const char *word)
{
	size_t i;

	for (i = 0; i < d->nfound; i++)
		if (!strcmp(d->found[i].word, word))
			return true;
	return false;
}

static char *next_text(void)
{
	static char text[4][INET6_ADDRSTRLEN + 4];
	static unsigned int at;

	return text[at++ % 4];
}

const char *doctor_text(const struct in6_addr *addr)
{
	return inet_ntop(AF_INET6, addr, next_text(), INET6_ADDRSTRLEN);
}

const char *doctor_prefix(const struct in6_addr *addr)
{
	struct in6_addr prefix = *addr;
	char *text = next_text();

	memset(prefix.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &prefix, text, INET6_ADDRSTRLEN);
	return strcat(text, "/64");
}

bool doctor_in_prefix(const struct in6_addr *addr,
		      const struct in6_addr *prefix, unsigned int len)
{
	unsigned int octets = len / 8, bits = len % 8;

	if (memcmp(addr, prefix, octets))
		return false;
	return !bits || !((addr->s6_addr[octets] ^ prefix->s6_addr[octets]) >>
			  (8 - bits));
}

bool doctor_usable(const struct shim6_locator_entry *l)
{
	return (l->status & SHIM6_LOCATOR_UP) &&
	       !(l->status & SHIM6_LOCATOR_DEPRECATED);
}

const struct shim6_locator_entry *
doctor_each(const struct doctor *d, const struct shim6_locator_entry *l)
{
	for (l = l ? l + 1 : d->m.locs; l < d->m.locs + d->m.nlocs; l++)
		if ((l->status & SHIM6_LOCATOR_UP) &&
		    (l->set || !(d->have & DOCTOR_PROVEN)))
			return l;
	return NULL;
}

const struct net_link *doctor_link(const struct doctor *d,
				   unsigned int ifindex)
{
	size_t i;

	for (i = 0; i < d->nlinks; i++)
		if (d->links[i].ifindex == ifindex)
			return &d->links[i];
	return NULL;
}

const char *doctor_dev(const struct doctor *d, unsigned int ifindex)
{
	const struct net_link *link = doctor_link(d, ifindex);
	char *text;

	if (link)
		return link->name;
	text = next_text();
	snprintf(text, INET6_ADDRSTRLEN, "interface %u", ifindex);
	return text;
}

uint64_t doctor_param(const struct doctor *d, const char *name,
		      uint64_t otherwise)
{
	size_t i;

	for (i = 0; i < d->m.nparams; i++)
		if (!strcmp(d->m.params[i].name, name))
			return d->m.params[i].value;
	return otherwise;
}

uint64_t doctor_counter(const struct doctor *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->m.ncounters; i++)
		if (!strcmp(d->m.counters[i].name, name))
			return d->m.counters[i].value;
	return 0;
}

const struct in6_addr *doctor_somewhere(const struct doctor *d)
{
	/* The first address of what IANA gives out */
	static const struct in6_addr far_away = { { { 0x20, [15] = 1 } } };

	return d->peer ? d->peer : &far_away;
}
