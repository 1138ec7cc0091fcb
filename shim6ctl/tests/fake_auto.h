/* SPDX-License-Identifier: GPL-2.0 */
/* A host with routers that advertise prefixes */
#ifndef SHIM6CTL_TESTS_FAKE_AUTO_H
#define SHIM6CTL_TESTS_FAKE_AUTO_H

struct net;

/**
 * fake_auto_net() - talk to such a host
 * @net: result
 * Return: 0
 */
int fake_auto_net(struct net *net);

#endif
