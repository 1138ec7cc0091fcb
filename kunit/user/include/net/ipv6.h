/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: numbers of the kernel's net/ipv6.h */
#ifndef SHIM6_USER_NET_IPV6_H
#define SHIM6_USER_NET_IPV6_H

#include <linux/ipv6.h>

#define NEXTHDR_HOP		0
#define NEXTHDR_ROUTING		43
#define NEXTHDR_FRAGMENT	44
#define NEXTHDR_DEST		60
#define IPV6_MAXPLEN		65535

#ifndef IPPROTO_TCP
#define IPPROTO_TCP		6
#endif

#endif
