/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What neighbour unreachability detection says of first-hop routers
 * (RFC 5534 3.2).
 */
#ifndef SHIM6_NUDWATCH_H
#define SHIM6_NUDWATCH_H

struct shim6_net;

int shim6_nudwatch_setup(void);
void shim6_nudwatch_teardown(void);

int shim6_nudwatch_init(struct shim6_net *sn);
void shim6_nudwatch_exit(struct shim6_net *sn);

#endif
