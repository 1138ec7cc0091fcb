/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefixes of addresses. Pure.
 */
#ifndef SHIM6_PREFIX_H
#define SHIM6_PREFIX_H

#include <linux/in6.h>
#include <linux/string.h>

/**
 * shim6_prefix_equal() - are the first bits of two addresses the same
 * @a: address
 * @b: address
 * @len: how many bits, 0 to 128
 * Return: true when they are.
 */
static inline bool shim6_prefix_equal(const struct in6_addr *a,
				      const struct in6_addr *b,
				      unsigned int len)
{
	unsigned int octets = len / 8, bits = len % 8;

	if (memcmp(a, b, octets))
		return false;
	return !bits || !((a->s6_addr[octets] ^ b->s6_addr[octets]) >>
			  (8 - bits));
}

/**
 * shim6_prefix_clean() - is no bit set behind a prefix
 * @a: address
 * @len: length of the prefix, 0 to 128
 * Return: true when none is.
 */
static inline bool shim6_prefix_clean(const struct in6_addr *a,
				      unsigned int len)
{
	unsigned int octets = len / 8, bits = len % 8;

	if (len == 128)
		return true;
	return !(a->s6_addr[octets] & (0xff >> bits)) &&
	       !memchr_inv(a->s6_addr + octets + 1, 0, 15 - octets);
}

#endif
