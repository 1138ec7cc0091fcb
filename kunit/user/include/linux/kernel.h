/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: macros the pure core uses */
#ifndef SHIM6_USER_KERNEL_H
#define SHIM6_USER_KERNEL_H

#include <stdio.h>
#include <stdlib.h>
#include <linux/types.h>
#include <linux/errno.h>
#include <asm/byteorder.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BUILD_BUG_ON(c)		_Static_assert(!(c), #c)
#ifndef sizeof_field
#define sizeof_field(t, m)	sizeof(((t *)0)->m)
#endif

#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))

#define min_t(type, a, b) ({		\
	type _min_a = (a);		\
	type _min_b = (b);		\
	_min_a < _min_b ? _min_a : _min_b; })
#define max_t(type, a, b) ({		\
	type _max_a = (a);		\
	type _max_b = (b);		\
	_max_a > _max_b ? _max_a : _max_b; })
#define min(a, b) ({			\
	__typeof__(a) _mn_a = (a);	\
	__typeof__(b) _mn_b = (b);	\
	(void)(&_mn_a == &_mn_b);	\
	_mn_a < _mn_b ? _mn_a : _mn_b; })
#define max(a, b) ({			\
	__typeof__(a) _mx_a = (a);	\
	__typeof__(b) _mx_b = (b);	\
	(void)(&_mx_a == &_mx_b);	\
	_mx_a > _mx_b ? _mx_a : _mx_b; })
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define clamp(v, lo, hi)	clamp_t(__typeof__(v), v, lo, hi)
#define min_not_zero(a, b) ({		\
	__typeof__(a) _nz_a = (a);	\
	__typeof__(b) _nz_b = (b);	\
	_nz_a == 0 ? _nz_b : (_nz_b == 0 ? _nz_a : min(_nz_a, _nz_b)); })
#define swap(a, b) do {			\
	__typeof__(a) _sw = (a);	\
	(a) = (b);			\
	(b) = _sw;			\
} while (0)

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ALIGN(x, a)		(((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define round_up(x, a)		ALIGN(x, a)
#define round_down(x, a)	((x) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((__typeof__(x))(a) - 1)) == 0)

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(h, l)		(((~0UL) << (l)) & (~0UL >> (63 - (h))))
#define GENMASK_ULL(h, l)	(((~0ULL) << (l)) & (~0ULL >> (63 - (h))))

#define U8_MAX			((u8)~0U)
#define U16_MAX			((u16)~0U)
#define U32_MAX			((u32)~0U)
#define U64_MAX			((u64)~0ULL)
#define S32_MAX			((s32)(U32_MAX >> 1))
#define S64_MAX			((s64)(U64_MAX >> 1))

#define WARN_ON(c) ({						\
	bool _warn = (c);					\
	if (_warn)						\
		fprintf(stderr, "WARNING: %s:%d: %s\n",		\
			__FILE__, __LINE__, #c);		\
	_warn; })
#define WARN_ON_ONCE(c)		WARN_ON(c)
#define BUG_ON(c)		do { if (c) abort(); } while (0)

static inline unsigned int hweight32(u32 w)
{
	return (unsigned int)__builtin_popcount(w);
}

static inline int fls(u32 w)
{
	return w ? 32 - __builtin_clz(w) : 0;
}

static inline int fls64(u64 w)
{
	return w ? 64 - __builtin_clzll(w) : 0;
}

static inline unsigned long __ffs(unsigned long w)
{
	return (unsigned long)__builtin_ctzl(w);
}

static inline u64 div_u64(u64 a, u32 b)
{
	return a / b;
}

static inline u64 div_u64_rem(u64 a, u32 b, u32 *rem)
{
	*rem = (u32)(a % b);
	return a / b;
}

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

static inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

static inline u64 mul_u64_u32_shr(u64 a, u32 b, unsigned int shift)
{
	return (u64)(((unsigned __int128)a * b) >> shift);
}

static inline u64 mul_u64_u64_shr(u64 a, u64 b, unsigned int shift)
{
	return (u64)(((unsigned __int128)a * b) >> shift);
}

static inline u64 mul_u64_u32_div(u64 a, u32 b, u32 div)
{
	return (u64)((unsigned __int128)a * b / div);
}

#endif
