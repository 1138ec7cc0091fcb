// SPDX-License-Identifier: GPL-2.0
/* Two interfaces, one provider behind each */
#include <arpa/inet.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "fake_auto.h"
#include "fake_doctor.h"
#include "fake_net.h"
#include "mem.h"
#include "net.h"

const char *const fake_names[] = { "", "lo", "eth0", "eth1" };

static struct {
	const char *addr;
	unsigned int len;
	unsigned int ifindex;
} addrs[] = {
	{ "::1", 128, 1 },
	{ "2001:db8:a:1::1", 64, 2 },
	{ "fe80::1", 64, 2 },
	{ "fe80::2", 64, 3 },
};

static const struct {
	const char *dst;
	unsigned int dst_len;
	unsigned int src_len;
	unsigned int table;
	unsigned int metric;
	unsigned int ifindex;
	const char *gateway;
} routes[] = {
	{ "2001:db8:a:1::", 64, 0, FAKE_MAIN, 256, 2, "::" },
	{ "2001:db8:b:2::", 64, 0, FAKE_MAIN, 256, 3, "::" },
	{ "fe80::", 64, 0, FAKE_MAIN, 256, 2, "::" },
	{ "::", 0, 64, FAKE_MAIN, 1024, 2, "fe80::a" },
	{ "::", 0, 0, 100, 1024, 3, "fe80::b" },
	{ "::", 0, 0, FAKE_MAIN, 2048, 3, "fe80::b" },
};

static int fake_addrs(struct net *net, struct net_addr **v, size_t *n)
{
	static unsigned int looks;
	size_t i;
	int ret = fake_failure("addrs");

	(void)net;
	*v = NULL;
	*n = 0;
	if (ret)
		return ret;
	*v = mem_resize(NULL, ARRAY_SIZE(addrs) + 1, sizeof(**v));
	memset(*v, 0, (ARRAY_SIZE(addrs) + 1) * sizeof(**v));
	for (i = 0; i < ARRAY_SIZE(addrs); i++) {
		inet_pton(AF_INET6, addrs[i].addr, &(*v)[i].addr);
		(*v)[i].len = addrs[i].len;
		(*v)[i].ifindex = addrs[i].ifindex;
	}
	*n = ARRAY_SIZE(addrs);
	/* After the additions: the second address is somebody else's */
	if (fake_is("duplicate") && looks++) {
		inet_pton(AF_INET6, "2001:db8:b:2:4d9:f16b:c092:dce7",
			  &(*v)[i].addr);
		(*v)[i].len = 64;
		(*v)[i].ifindex = 3;
		(*v)[i].flags = looks > 2 ? NET_DUPLICATE : NET_TENTATIVE;
		++*n;
	}
	return 0;
}

static int fake_routes(struct net *net, struct net_route **v, size_t *n)
{
	size_t count = ARRAY_SIZE(routes) - (fake_is("nodefault") ? 1 : 0);
	size_t i;
	int ret = fake_failure("routes");

	(void)net;
	*v = NULL;
	*n = 0;
	if (ret)
		return ret;
	*v = mem_resize(NULL, count, sizeof(**v));
	for (i = 0; i < count; i++) {
		(*v)[i] = (struct net_route){
			.dst_len = routes[i].dst_len,
			.src_len = routes[i].src_len,
			.table = routes[i].table,
			.metric = routes[i].metric,
			.ifindex = routes[i].ifindex,
		};
		inet_pton(AF_INET6, routes[i].dst, &(*v)[i].dst);
		inet_pton(AF_INET6, routes[i].gateway, &(*v)[i].gateway);
	}
	*n = count;
	return 0;
}

static int fake_tables(struct net *net, unsigned int **v, size_t *n)
{
	(void)net;
	*v = mem_resize(NULL, 1, sizeof(**v));
	(*v)[0] = FAKE_MAIN;
	*n = 1;
	return 0;
}

int fake_net_rules(struct net *net, struct net_rule **v, size_t *n)
{
	(void)net;
	*v = mem_resize(NULL, 1, sizeof(**v));
	(*v)[0] = (struct net_rule){ .table = FAKE_MAIN };
	*n = 1;
	return 0;
}

int fake_net_links(struct net *net, struct net_link **v, size_t *n)
{
	unsigned int i;

	(void)net;
	*n = ARRAY_SIZE(fake_names) - 1;
	*v = mem_resize(NULL, *n, sizeof(**v));
	for (i = 0; i < *n; i++) {
		(*v)[i] = (struct net_link){ .ifindex = i + 1, .mtu = 1500,
					     .up = true, .carrier = true,
					     .loopback = !i };
		snprintf((*v)[i].name, IF_NAMESIZE, "%s", fake_names[i + 1]);
	}
	return 0;
}

static int fake_lookup(struct net *net, const struct in6_addr *dst,
		       const struct in6_addr *src, struct net_lookup *result)
{
	(void)net;
	(void)dst;
	(void)src;
	*result = (struct net_lookup){ .ifindex = 3, .table = FAKE_MAIN,
				       .metric = 2048 };
	inet_pton(AF_INET6, "fe80::b", &result->gateway);
	return 0;
}

static int fake_change(struct net *net, const struct net_addr *addr, bool add)
{
	char text[INET6_ADDRSTRLEN];
	int ret = fake_failure(add ? "addr" : "noaddr");

	(void)net;
	inet_ntop(AF_INET6, &addr->addr, text, sizeof(text));
	fake_log("address %s %s/%u %s%s%s", add ? "add" : "del", text,
		 addr->len, fake_names[addr->ifindex],
		 addr->flags & NET_NODAD ? " nodad" : "",
		 ret ? " failed" : "");
	return ret;
}

unsigned int fake_net_index(struct net *net, const char *name)
{
	unsigned int i;

	(void)net;
	for (i = 1; i < ARRAY_SIZE(fake_names); i++)
		if (!strcmp(fake_names[i], name))
			return i;
	return 0;
}

void fake_net_name(struct net *net, unsigned int index, char *name)
{
	(void)net;
	if (index < ARRAY_SIZE(fake_names))
		snprintf(name, IF_NAMESIZE, "%s", fake_names[index]);
	else
		snprintf(name, IF_NAMESIZE, "%u", index);
}

/* The second one is of a kind that does not say */
static uint64_t fake_speed(struct net *net, const char *name)
{
	(void)net;
	return strcmp(name, "eth0") ? 0 : 100000000;
}

static void fake_close(struct net *net)
{
	(void)net;
}

int fake_net_open(struct net *net)
{
	static const struct net_ops ops = {
		.addrs = fake_addrs,
		.routes = fake_routes,
		.tables = fake_tables,
		.rules = fake_net_rules,
		.links = fake_net_links,
		.lookup = fake_lookup,
		.change = fake_change,
		.index = fake_net_index,
		.name = fake_net_name,
		.close = fake_close,
		.speed = fake_speed,
	};

	if (fake_is("advertised") || fake_is("alone") ||
	    fake_is("unloaded"))
		return fake_auto_net(net);
	if (fake_is("healthy"))
		return fake_doctor_net(net);
	*net = (struct net){ .ops = &ops };
	return 0;
}
