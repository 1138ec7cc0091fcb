// SPDX-License-Identifier: GPL-2.0
/*
 * A host that two routers advertise prefixes to (SHIM6_FAKE=advertised), or one
 * router (SHIM6_FAKE=alone), or without the module (SHIM6_FAKE=unloaded). It
 * does not change, whatever is asked of it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "fake_auto.h"
#include "fake_net.h"
#include "mem.h"
#include "net.h"

static struct in6_addr in6(const char *text)
{
	struct in6_addr a = {};

	inet_pton(AF_INET6, text, &a);
	return a;
}

static size_t providers(void)
{
	return fake_is("alone") ? 1 : 2;
}

static int get_addrs(struct net *net, struct net_addr **v, size_t *n)
{
	(void)net;
	*n = providers();
	*v = mem_resize(NULL, 2, sizeof(**v));
	(*v)[0] = (struct net_addr){ in6("2001:db8:a:1::22"), 64, 2,
				     NET_DYNAMIC, 600, 300 };
	(*v)[1] = (struct net_addr){ in6("2001:db8:b:2::22"), 64, 3,
				     NET_DYNAMIC, 600, 300 };
	return fake_failure("addrs");
}

static int get_routes(struct net *net, struct net_route **v, size_t *n)
{
	(void)net;
	*n = providers();
	*v = mem_resize(NULL, 2, sizeof(**v));
	(*v)[0] = (struct net_route){ .table = FAKE_MAIN, .ifindex = 2,
				      .gateway = in6("fe80::a") };
	(*v)[1] = (struct net_route){ .table = FAKE_MAIN, .ifindex = 3,
				      .gateway = in6("fe80::b") };
	return 0;
}

static int get_labels(struct net *net, struct net_label **v, size_t *n)
{
	(void)net;
	*n = 1;
	*v = mem_resize(NULL, 1, sizeof(**v));
	(*v)[0] = (struct net_label){ .label = 1 };
	return 0;
}

/* Addresses are made by chance, so their prefix is what is noted */
static const char *prefix_text(const struct in6_addr *addr)
{
	static char text[INET6_ADDRSTRLEN];
	struct in6_addr prefix = *addr;

	memset(prefix.s6_addr + 8, 0, 8);
	return inet_ntop(AF_INET6, &prefix, text, sizeof(text));
}

static int renew(struct net *net, const struct net_addr *addr)
{
	(void)net;
	fake_log("address in %s/%u %s %u %u", prefix_text(&addr->addr),
		 addr->len, fake_names[addr->ifindex], addr->valid,
		 addr->preferred);
	return fake_failure("renew");
}

static int change_rule(struct net *net, const struct net_rule *rule, bool add)
{
	(void)net;
	fake_log("rule %s %s/%u %u", add ? "add" : "del",
		 prefix_text(&rule->src), rule->src_len, rule->table);
	return fake_failure("rule");
}

static int change_route(struct net *net, const struct net_route *route,
			bool add)
{
	(void)net;
	fake_log("route %s %u %s", add ? "add" : "del", route->table,
		 fake_names[route->ifindex]);
	return fake_failure("route");
}

static int change_label(struct net *net, const struct net_label *label,
			bool add)
{
	(void)net;
	fake_log("label %s %s/%u %u", add ? "add" : "del",
		 prefix_text(&label->prefix), label->len, label->label);
	return fake_failure("label");
}

static void end(struct net *net)
{
	(void)net;
}

int fake_auto_net(struct net *net)
{
	static const struct net_ops ops = {
		.addrs = get_addrs,
		.routes = get_routes,
		.rules = fake_net_rules,
		.labels = get_labels,
		.links = fake_net_links,
		.index = fake_net_index,
		.name = fake_net_name,
		.renew = renew,
		.change_rule = change_rule,
		.change_route = change_route,
		.change_label = change_label,
		.close = end,
	};

	*net = (struct net){ .ops = &ops };
	return 0;
}
