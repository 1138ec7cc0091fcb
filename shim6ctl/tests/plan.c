// SPDX-License-Identifier: GPL-2.0
/*
 * Reads hosts and says what auto.c thinks of them. A file is printed as it is,
 * but for the lines that begin with ">": those are the answers, made anew.
 *
 *	link INDEX NAME [nocarrier] [loopback]
 *	addr ADDRESS/LEN INDEX VALID PREFERRED [temporary]
 *	route PREFIX/LEN INDEX [via A] [table N] [proto N] [from PREFIX/LEN]
 *	rule PREFIX/LEN TABLE [proto N]
 *	label PREFIX/LEN N
 *	set [replaced N] [used] PREFIX...	a set made before, the newest first;
 *						its addresses end in 5e7:PLACE
 *	dev NAME | nodev NAME | only PREFIX/LEN | except PREFIX/LEN
 *	settle N | reset
 *	prefixes | judge NOW | members | expired NOW | plan
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "auto.h"
#include "mem.h"

static struct auto_host host;
static struct auto_state state;
static struct auto_options opt;
static struct auto_prefix prefixes[AUTO_PREFIXES];
static size_t nprefix;

static void die(const char *line)
{
	fprintf(stderr, "not understood: %s\n", line);
	exit(1);
}

static char *word(void)
{
	return strtok(NULL, " ");
}

static unsigned int number(void)
{
	const char *w = word();

	if (w && !strcmp(w, "forever"))
		return NET_FOREVER;
	return w ? (unsigned int)strtoul(w, NULL, 10) : 0;
}

static void prefix(char *w, struct in6_addr *addr, unsigned int *len)
{
	char *slash = w ? strchr(w, '/') : NULL;

	if (!slash)
		die(w ? w : "nothing");
	*slash = '\0';
	*len = (unsigned int)strtoul(slash + 1, NULL, 10);
	if (inet_pton(AF_INET6, w, addr) != 1)
		die(w);
}

#define GROW(list, count)						\
	((list) = mem_resize(list, (count) + 1, sizeof(*(list))),	\
	 memset(&(list)[count], 0, sizeof(*(list))), &(list)[(count)++])

static void take_link(void)
{
	struct net_link *l = GROW(host.links, host.nlinks);
	char *w;

	l->ifindex = number();
	snprintf(l->name, sizeof(l->name), "%s", word());
	l->carrier = true;
	while ((w = word())) {
		l->carrier &= strcmp(w, "nocarrier") != 0;
		l->loopback |= !strcmp(w, "loopback");
	}
}

static void take_addr(void)
{
	struct net_addr *a = GROW(host.addrs, host.naddrs);

	prefix(word(), &a->addr, &a->len);
	a->ifindex = number();
	a->valid = number();
	a->preferred = number();
	if (word())
		a->flags = NET_TEMPORARY;
}

static void take_route(void)
{
	struct net_route *r = GROW(host.routes, host.nroutes);
	char *w;

	prefix(word(), &r->dst, &r->dst_len);
	r->ifindex = number();
	r->table = RT_TABLE_MAIN;
	r->expires = NET_FOREVER;
	r->metric = 1024;
	while ((w = word())) {
		if (!strcmp(w, "via"))
			inet_pton(AF_INET6, word(), &r->gateway);
		else if (!strcmp(w, "table"))
			r->table = number();
		else if (!strcmp(w, "proto"))
			r->protocol = number();
		else if (!strcmp(w, "expires"))
			r->expires = number();
		else if (!strcmp(w, "from"))
			prefix(word(), &r->src, &r->src_len);
		else
			die(w);
	}
}

static void take_rule(void)
{
	struct net_rule *r = GROW(host.rules, host.nrules);

	prefix(word(), &r->src, &r->src_len);
	r->table = number();
	if (word())
		r->protocol = number();
}

static void take_label(void)
{
	struct net_label *l = GROW(host.labels, host.nlabels);

	prefix(word(), &l->prefix, &l->len);
	l->label = number();
}

static void take_set(void)
{
	struct auto_set *s = &state.set[state.n++];
	unsigned int len;
	char *w;

	memset(s, 0, sizeof(*s));
	while ((w = word())) {
		struct in6_addr *a = &s->set.addr[s->set.naddr];

		if (!strcmp(w, "replaced")) {
			s->replaced = number();
			continue;
		}
		if (!strcmp(w, "used")) {
			s->used = true;
			continue;
		}
		prefix(w, a, &len);
		a->s6_addr[12] = 5;
		a->s6_addr[13] = 0xe7;
		a->s6_addr[15] = (uint8_t)state.n;
		s->set.naddr++;
	}
}

static void take_name(struct auto_devs *devs)
{
	snprintf(devs->name[devs->n++], IF_NAMESIZE, "%s", word());
}

static void take_dev(void)
{
	take_name(&opt.dev);
}

static void take_nodev(void)
{
	take_name(&opt.nodev);
}

static void take_span(struct auto_spans *spans)
{
	prefix(word(), &spans->prefix[spans->n], &spans->len[spans->n]);
	spans->n++;
}

static void take_only(void)
{
	take_span(&opt.only);
}

static void take_except(void)
{
	take_span(&opt.except);
}

static void reset(void)
{
	free(host.addrs);
	free(host.routes);
	free(host.rules);
	free(host.labels);
	free(host.links);
	memset(&host, 0, sizeof(host));
	memset(&state, 0, sizeof(state));
	memset(&opt, 0, sizeof(opt));
	nprefix = 0;
}

static void show(const struct in6_addr *addr, unsigned int len)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, text, sizeof(text));
	printf(" %s/%u", text, len);
}

static void show_life(uint32_t life)
{
	if (life == NET_FOREVER)
		printf(" forever");
	else
		printf(" %" PRIu32, life);
}

static void say_prefixes(void)
{
	size_t i;

	nprefix = auto_prefixes(&host, &state, &opt, prefixes);
	for (i = 0; i < nprefix; i++) {
		putchar('>');
		show(&prefixes[i].prefix, 64);
		printf(" on %u", prefixes[i].ifindex);
		show_life(prefixes[i].valid);
		show_life(prefixes[i].preferred);
		putchar('\n');
	}
}

static void say_verdict(void)
{
	static const char *const words[] = { "keep", "wait", "make", "alone" };

	nprefix = auto_prefixes(&host, &state, &opt, prefixes);
	printf("> %s\n", words[auto_judge(&state, &opt, prefixes, nprefix,
					  number())]);
}

static void say_members(void)
{
	struct in6_addr v[AUTO_PREFIXES];
	size_t n, i;

	nprefix = auto_prefixes(&host, &state, &opt, prefixes);
	n = auto_members(&state, &host, prefixes, nprefix, v);
	putchar('>');
	for (i = 0; i < n; i++)
		show(&v[i], 64);
	putchar('\n');
}

static void say_plan(void)
{
	char gateway[INET6_ADDRSTRLEN];
	struct auto_plan plan;
	size_t i;

	nprefix = auto_prefixes(&host, &state, &opt, prefixes);
	auto_plan_make(&plan, &host, &state, prefixes, nprefix);
	for (i = 0; i < plan.naddrs; i++) {
		printf("> addr");
		show(&plan.addrs[i].addr, plan.addrs[i].len);
		printf(" %u", plan.addrs[i].ifindex);
		show_life(plan.addrs[i].valid);
		show_life(plan.addrs[i].preferred);
		putchar('\n');
	}
	for (i = 0; i < plan.nroutes; i++)
		printf("> route default via %s %u table %u metric %u\n",
		       inet_ntop(AF_INET6, &plan.routes[i].gateway, gateway,
				 sizeof(gateway)),
		       plan.routes[i].ifindex, plan.routes[i].table,
		       plan.routes[i].metric);
	for (i = 0; i < plan.nrules; i++) {
		printf("> rule");
		show(&plan.rules[i].src, plan.rules[i].src_len);
		printf(" table %u%s\n", plan.rules[i].table,
		       plan.rules[i].specific ? " but its default routes" : "");
	}
	for (i = 0; i < plan.nlabels; i++) {
		printf("> label");
		show(&plan.labels[i].prefix, plan.labels[i].len);
		printf(" %" PRIu32 "\n", plan.labels[i].label);
	}
	auto_plan_free(&plan);
}

static const struct {
	const char *word;
	void (*run)(void);
} words[] = {
	{ "link", take_link }, { "addr", take_addr }, { "route", take_route },
	{ "rule", take_rule }, { "label", take_label }, { "set", take_set },
	{ "dev", take_dev }, { "nodev", take_nodev },
	{ "only", take_only }, { "except", take_except },
	{ "reset", reset }, { "prefixes", say_prefixes },
	{ "judge", say_verdict }, { "members", say_members },
	{ "plan", say_plan },
};

static void take(char *line)
{
	char *w = strtok(line, " ");
	size_t i;

	if (!w || *w == '#')
		return;
	if (!strcmp(w, "settle")) {
		opt.settle = number();
		return;
	}
	if (!strcmp(w, "expired")) {
		printf("> %zu\n", auto_expired(&state, number()));
		return;
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, w))
			continue;
		words[i].run();
		return;
	}
	die(w);
}

int main(void)
{
	char line[512];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line == '>')
			continue;
		puts(line);
		take(line);
	}
	reset();
	return 0;
}
