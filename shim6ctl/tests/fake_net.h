/* SPDX-License-Identifier: GPL-2.0 */
/* What all hosts of the tests have in common: their interfaces and rules */
#ifndef SHIM6CTL_TESTS_FAKE_NET_H
#define SHIM6CTL_TESTS_FAKE_NET_H

#include <stddef.h>

struct net;
struct net_link;
struct net_rule;

#define FAKE_MAIN	254	/* table of routes */

extern const char *const fake_names[];	/* of interfaces, by their number */

/* As in struct net_ops: the table FAKE_MAIN for all; lo, eth0 and eth1 */
int fake_net_rules(struct net *net, struct net_rule **v, size_t *n);
int fake_net_links(struct net *net, struct net_link **v, size_t *n);
unsigned int fake_net_index(struct net *net, const char *name);
void fake_net_name(struct net *net, unsigned int index, char *name);

#endif
