/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses, interfaces and routes of the network namespace. The kernel is
 * behind struct net_ops, so the tests put a fake one there.
 *
 * Every function returns 0 or a negative errno.
 */
#ifndef SHIM6CTL_NET_H
#define SHIM6CTL_NET_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_TENTATIVE	(1u << 0)	/* not known to be unique yet */
#define NET_DUPLICATE	(1u << 1)	/* another host has it */
#define NET_NODAD	(1u << 2)	/* add it without asking the others */
#define NET_DEPRECATED	(1u << 3)	/* no source of new sessions */
#define NET_TEMPORARY	(1u << 4)	/* made by the kernel for privacy */
#define NET_DYNAMIC	(1u << 5)	/* of a router advertisement or DHCP */

/**
 * struct net_addr - an IPv6 address of an interface
 * @addr: address
 * @len: length of its prefix
 * @ifindex: interface
 * @flags: NET_*
 */
struct net_addr {
	struct in6_addr addr;
	unsigned int len;
	unsigned int ifindex;
	unsigned int flags;
};

/**
 * struct net_route - an IPv6 unicast route
 * @dst: destination
 * @dst_len: its length
 * @src_len: length of the source prefix it is for, 0: any source
 * @table: routing table
 * @metric: its metric
 * @ifindex: interface
 * @gateway: next hop; unspecified without one
 * @src: source prefix
 */
struct net_route {
	struct in6_addr dst;
	unsigned int dst_len;
	unsigned int src_len;
	unsigned int table;
	unsigned int metric;
	unsigned int ifindex;
	struct in6_addr gateway;
	struct in6_addr src;
};

/**
 * struct net_rule - a rule that says which table is looked at
 * @src: source prefix it is for
 * @src_len: its length, 0: any source
 * @table: routing table
 * @narrow: it is for some packets only, other than by their source
 */
struct net_rule {
	struct in6_addr src;
	unsigned int src_len;
	unsigned int table;
	bool narrow;
};

/**
 * struct net_link - an interface
 * @name: its name
 * @ifindex: its number
 * @mtu: longest packet
 * @up: administratively up
 * @carrier: the other end is there
 * @loopback: it leads nowhere else
 */
struct net_link {
	char name[IF_NAMESIZE];
	unsigned int ifindex;
	unsigned int mtu;
	bool up;
	bool carrier;
	bool loopback;
};

/**
 * struct net_lookup - where a packet would go
 * @ifindex: interface
 * @table: routing table that says so
 * @metric: metric of the route
 * @mtu: path MTU if one was learned or set, else 0
 * @gateway: next hop; unspecified without one
 * @source: address the kernel would take when the sender names none
 */
struct net_lookup {
	unsigned int ifindex;
	unsigned int table;
	unsigned int metric;
	unsigned int mtu;
	struct in6_addr gateway;
	struct in6_addr source;
};

struct net;

/**
 * struct net_ops - the way to a kernel
 * @addrs: all addresses
 * @routes: all unicast routes
 * @tables: the tables looked at for every packet, whatever its source
 * @change: add an address, or remove it
 * @index: number of an interface, 0 when there is none
 * @name: name of an interface into IF_NAMESIZE octets
 * @close: end of use
 * @rules: all rules that name a table
 * @links: all interfaces
 * @lookup: route of a packet; @src NULL: it has none yet. -ENETUNREACH and the
 *	like when there is none
 */
struct net_ops {
	int (*addrs)(struct net *net, struct net_addr **v, size_t *n);
	int (*routes)(struct net *net, struct net_route **v, size_t *n);
	int (*tables)(struct net *net, unsigned int **v, size_t *n);
	int (*change)(struct net *net, const struct net_addr *addr, bool add);
	unsigned int (*index)(struct net *net, const char *name);
	void (*name)(struct net *net, unsigned int index, char *name);
	void (*close)(struct net *net);
	int (*rules)(struct net *net, struct net_rule **v, size_t *n);
	int (*links)(struct net *net, struct net_link **v, size_t *n);
	int (*lookup)(struct net *net, const struct in6_addr *dst,
		      const struct in6_addr *src, struct net_lookup *result);
};

/**
 * struct net - a kernel being talked to
 * @ops: the way
 * @priv: its data
 */
struct net {
	const struct net_ops *ops;
	void *priv;
};

/**
 * net_open_kernel() - talk to this kernel by rtnetlink
 * @net: result
 * Return: 0 or a negative errno
 */
int net_open_kernel(struct net *net);

/**
 * net_close() - end of use
 * @net: opened or zeroed
 */
void net_close(struct net *net);

/**
 * net_has_fallback() - is there a default route for every source
 * @net: kernel
 * @routes: its routes
 * @n: how many
 * @found: result
 *
 * With routes for single sources only, a packet has no route at all once the
 * interface of its source is gone, and never gets as far as the shim.
 *
 * Return: 0 or a negative errno
 */
int net_has_fallback(struct net *net, const struct net_route *routes, size_t n,
		     bool *found);

/**
 * net_fallback_command() - the command that would add such a route
 * @net: kernel
 * @routes: its routes: one for a single source shows where to
 * @n: how many
 * @text: result
 * @room: octets of @text
 */
void net_fallback_command(struct net *net, const struct net_route *routes,
			  size_t n, char *text, size_t room);

#endif
