/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: what the pure core uses of the kernel's compiler.h */
#ifndef SHIM6_USER_COMPILER_H
#define SHIM6_USER_COMPILER_H

#include <assert.h>

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define barrier()		__asm__ __volatile__("" : : : "memory")

#ifndef fallthrough
#define fallthrough		__attribute__((__fallthrough__))
#endif

#define __force
#define __user
#define __rcu
#define __must_check		__attribute__((__warn_unused_result__))
#define __maybe_unused		__attribute__((__unused__))
#define __always_unused		__attribute__((__unused__))
#define noinline		__attribute__((__noinline__))
#define __ro_after_init
#define __init
#define __exit
#ifndef __packed
#define __packed		__attribute__((__packed__))
#endif
#ifndef __aligned
#define __aligned(x)		__attribute__((__aligned__(x)))
#endif
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))

#endif
