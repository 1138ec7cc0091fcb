/* SPDX-License-Identifier: GPL-2.0 */
/* What the two users of rtnetlink share: rtnl.c reads, rtnl_change.c writes */
#ifndef SHIM6CTL_RTNL_H
#define SHIM6CTL_RTNL_H

#include <libmnl/libmnl.h>

#include "net.h"

/**
 * rtnl_talk() - send a request and hand every answer to a function
 * @net: kernel
 * @req: request
 * @cb: called with every answer, may be NULL
 * @arg: for @cb
 * Return: 0 or a negative errno
 */
int rtnl_talk(struct net *net, struct nlmsghdr *req, mnl_cb_t cb, void *arg);

/**
 * rtnl_fetch() - ask for a list
 * @net: kernel
 * @type: RTM_GET*
 * @cb: called with every answer and what rtnl_add() takes
 * @size: octets of an element
 * @v: result, to be freed
 * @n: its elements
 * Return: 0 or a negative errno
 */
int rtnl_fetch(struct net *net, uint16_t type, mnl_cb_t cb, size_t size,
	       void **v, size_t *n);

/**
 * rtnl_add() - one more element of the list being received
 * @dump: what the function was called with
 * Return: the element, zeroed
 */
void *rtnl_add(void *dump);

/* See struct net_ops */
int rtnl_labels(struct net *net, struct net_label **v, size_t *n);
int rtnl_renew(struct net *net, const struct net_addr *addr);
int rtnl_change_rule(struct net *net, const struct net_rule *rule, bool add);
int rtnl_change_route(struct net *net, const struct net_route *route,
		      bool add);
int rtnl_change_label(struct net *net, const struct net_label *label,
		      bool add);

#endif
