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

#define NET_FOREVER	UINT32_MAX	/* a lifetime without an end */

/**
 * struct net_addr - an IPv6 address of an interface
 * @addr: address
 * @len: length of its prefix
 * @ifindex: interface
 * @flags: NET_*
 * @valid: seconds it is valid for, or NET_FOREVER
 * @preferred: seconds it may be the source of new sessions, or NET_FOREVER
 */
struct net_addr {
	struct in6_addr addr;
	unsigned int len;
	unsigned int ifindex;
	unsigned int flags;
	uint32_t valid;
	uint32_t preferred;
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
 * @protocol: who made it, RTPROT_*
 * @expires: seconds it lasts, or NET_FOREVER
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
	unsigned int protocol;
	uint32_t expires;
};

/**
 * struct net_rule - a rule that says which table is looked at
 * @src: source prefix it is for
 * @src_len: its length, 0: any source
 * @table: routing table
 * @narrow: it is for some packets only, other than by their source
 * @priority: its place among the rules
 * @protocol: who made it, RTPROT_*
 * @specific: routes of no length, the default ones, do not count
 */
struct net_rule {
	struct in6_addr src;
	unsigned int src_len;
	unsigned int table;
	bool narrow;
	unsigned int priority;
	unsigned int protocol;
	bool specific;
};

/**
 * struct net_label - what a prefix is to the choice of a source (RFC 6724 2.1)
 * @prefix: prefix
 * @len: its length
 * @label: number; a source of the destination's label is chosen first
 */
struct net_label {
	struct in6_addr prefix;
	unsigned int len;
	uint32_t label;
};

/**
 * struct net_link - an interface
 * @name: its name
 * @ifindex: its number
 * @mtu: longest packet
 * @up: administratively up
 * @carrier: the other end is there
 * @loopback: it leads nowhere else, as a dummy does too
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
 * @labels: all labels
 * @renew: add an address, or give it other lifetimes; no route to its prefix
 *	is made
 * @change_rule: add a rule, or remove it
 * @change_route: add a route, or remove it
 * @change_label: set a label, or remove it
 * @speed: what an interface does, bit/s; 0: nobody knows
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
	int (*labels)(struct net *net, struct net_label **v, size_t *n);
	int (*renew)(struct net *net, const struct net_addr *addr);
	int (*change_rule)(struct net *net, const struct net_rule *rule,
			   bool add);
	int (*change_route)(struct net *net, const struct net_route *route,
			    bool add);
	int (*change_label)(struct net *net, const struct net_label *label,
			    bool add);
	uint64_t (*speed)(struct net *net, const char *name);
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
 * net_watch_open() - be told when links, addresses, routes or rules change
 * Return: a file to poll for input, or a negative errno
 */
int net_watch_open(void);

/**
 * net_watch_drain() - what changed was seen
 * @fd: of net_watch_open()
 */
void net_watch_drain(int fd);

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
