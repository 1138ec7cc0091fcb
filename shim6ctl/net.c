// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "net.h"

/* Behind those of the router advertisements, which have 1024 */
#define FALLBACK_METRIC	2048

void net_close(struct net *net)
{
	if (net->ops)
		net->ops->close(net);
	*net = (struct net){};
}

int net_has_fallback(struct net *net, const struct net_route *routes, size_t n,
		     bool *found)
{
	unsigned int *tables = NULL;
	size_t ntables = 0;
	size_t i, k;
	int ret = net->ops->tables(net, &tables, &ntables);

	*found = false;
	for (i = 0; !ret && i < n; i++) {
		if (routes[i].dst_len || routes[i].src_len)
			continue;
		for (k = 0; k < ntables; k++)
			if (tables[k] == routes[i].table)
				*found = true;
	}
	free(tables);
	return ret;
}

void net_fallback_command(struct net *net, const struct net_route *routes,
			  size_t n, char *text, size_t room)
{
	char gateway[INET6_ADDRSTRLEN] = "ROUTER";
	char dev[IF_NAMESIZE] = "INTERFACE";
	size_t i;

	for (i = 0; i < n; i++) {
		if (routes[i].dst_len ||
		    IN6_IS_ADDR_UNSPECIFIED(&routes[i].gateway))
			continue;
		inet_ntop(AF_INET6, &routes[i].gateway, gateway,
			  sizeof(gateway));
		net->ops->name(net, routes[i].ifindex, dev);
		break;
	}
	snprintf(text, room, "ip -6 route add default via %s dev %s metric %d",
		 gateway, dev, FALLBACK_METRIC);
}
