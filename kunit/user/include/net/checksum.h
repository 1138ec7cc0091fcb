/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: one's complement sums (RFC 1071) */
#ifndef SHIM6_USER_CHECKSUM_H
#define SHIM6_USER_CHECKSUM_H

#include <linux/types.h>

static inline __wsum csum_add(__wsum a, __wsum b)
{
	u64 sum = (u64)a + b;

	return (u32)sum + (u32)(sum >> 32);
}

static inline __wsum csum_sub(__wsum a, __wsum b)
{
	return csum_add(a, ~b);
}

/* @p is the start of an even number of octets before it, if there are any */
static inline __wsum csum_partial(const void *p, int len, __wsum sum)
{
	const u8 *b = p;
	int i;

	for (i = 0; i < len; i++)
		sum = csum_add(sum, i & 1 ? b[i] : b[i] << 8);
	return sum;
}

static inline u16 csum_fold_user(__wsum sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

#endif
