/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: the system's own header has the same structure */
#ifndef SHIM6_USER_TCP_H
#define SHIM6_USER_TCP_H

#include <linux/skbuff.h>
#include_next <linux/tcp.h>

static inline unsigned int tcp_hdrlen(const struct sk_buff *skb)
{
	return skb->head[skb->transport_header + 12] >> 4 << 2;
}

#endif
