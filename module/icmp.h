/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ICMPv6 errors about packets of ours (RFC 5533 8).
 */
#ifndef SHIM6_ICMP_H
#define SHIM6_ICMP_H

#include <linux/skbuff.h>
#include <net/ipv6.h>

/**
 * shim6_icmp_err() - err_handler of protocol 140
 * @skb: ICMPv6 message, its data begins with the quoted IPv6 header
 * @opt: of the ICMPv6 message
 * @type: ICMPv6 type
 * @code: ICMPv6 code
 * @offset: octets from the quoted IPv6 header to the quoted Shim6 header
 * @info: the message's second word
 * Context: softirq, RCU.
 * Return: 0.
 */
int shim6_icmp_err(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		   u8 code, int offset, __be32 info);

#endif
