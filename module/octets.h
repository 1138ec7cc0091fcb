/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Big-endian numbers at any address. One spelling for all kernels and for
 * user space: the header of the kernel's own helpers moved between them.
 */
#ifndef SHIM6_OCTETS_H
#define SHIM6_OCTETS_H

#include <linux/types.h>

static inline u16 shim6_get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

static inline u32 shim6_get32(const u8 *p)
{
	return (u32)shim6_get16(p) << 16 | shim6_get16(p + 2);
}

static inline u64 shim6_get48(const u8 *p)
{
	return (u64)shim6_get16(p) << 32 | shim6_get32(p + 2);
}

static inline void shim6_put16(u8 *p, u16 v)
{
	p[0] = v >> 8;
	p[1] = v & 0xff;
}

static inline void shim6_put32(u8 *p, u32 v)
{
	shim6_put16(p, v >> 16);
	shim6_put16(p + 2, v & 0xffff);
}

static inline void shim6_put48(u8 *p, u64 v)
{
	shim6_put16(p, v >> 32);
	shim6_put32(p + 2, v & 0xffffffff);
}

#endif
