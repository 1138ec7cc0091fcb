/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: address helpers of the kernel's net/ipv6.h */
#ifndef SHIM6_USER_NET_IPV6_H
#define SHIM6_USER_NET_IPV6_H

#include <linux/in6.h>
#include <linux/string.h>

#define IPV6_ADDR_ANY		0x0000U
#define IPV6_ADDR_UNICAST	0x0001U
#define IPV6_ADDR_MULTICAST	0x0002U
#define IPV6_ADDR_LOOPBACK	0x0010U
#define IPV6_ADDR_LINKLOCAL	0x0020U
#define IPV6_ADDR_SITELOCAL	0x0040U
#define IPV6_ADDR_COMPATv4	0x0080U
#define IPV6_ADDR_MAPPED	0x1000U

static inline bool ipv6_addr_equal(const struct in6_addr *a,
				   const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline int ipv6_addr_cmp(const struct in6_addr *a,
				const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

static inline bool ipv6_addr_any(const struct in6_addr *a)
{
	return !memchr_inv(a, 0, sizeof(*a));
}

static inline bool ipv6_addr_is_multicast(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

static inline bool ipv6_addr_loopback(const struct in6_addr *a)
{
	return !memchr_inv(a, 0, 15) && a->s6_addr[15] == 1;
}

static inline bool ipv6_addr_v4mapped(const struct in6_addr *a)
{
	return !memchr_inv(a, 0, 10) &&
	       a->s6_addr[10] == 0xff && a->s6_addr[11] == 0xff;
}

static inline bool ipv6_prefix_equal(const struct in6_addr *a,
				     const struct in6_addr *b, unsigned int len)
{
	unsigned int n = len / 8, rest = len % 8;

	if (memcmp(a, b, n))
		return false;
	return !rest || !((a->s6_addr[n] ^ b->s6_addr[n]) >> (8 - rest));
}

/* The kernel's classes without their scopes */
static inline int ipv6_addr_type(const struct in6_addr *a)
{
	if (a->s6_addr[0] == 0xff)
		return IPV6_ADDR_MULTICAST;
	if (a->s6_addr[0] == 0xfe && (a->s6_addr[1] & 0xc0) == 0x80)
		return IPV6_ADDR_LINKLOCAL | IPV6_ADDR_UNICAST;
	if (a->s6_addr[0] == 0xfe && (a->s6_addr[1] & 0xc0) == 0xc0)
		return IPV6_ADDR_SITELOCAL | IPV6_ADDR_UNICAST;
	if (ipv6_addr_any(a))
		return IPV6_ADDR_ANY;
	if (ipv6_addr_loopback(a))
		return IPV6_ADDR_LOOPBACK | IPV6_ADDR_UNICAST;
	if (ipv6_addr_v4mapped(a))
		return IPV6_ADDR_MAPPED;
	if (!memchr_inv(a, 0, 12))
		return IPV6_ADDR_COMPATv4 | IPV6_ADDR_UNICAST;
	return IPV6_ADDR_UNICAST;
}

static inline void ipv6_addr_set(struct in6_addr *a, __be32 w1, __be32 w2,
				 __be32 w3, __be32 w4)
{
	a->s6_addr32[0] = w1;
	a->s6_addr32[1] = w2;
	a->s6_addr32[2] = w3;
	a->s6_addr32[3] = w4;
}

#endif
