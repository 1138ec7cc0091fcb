/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel has and C has not */
#ifndef SHIM6CTL_MACROS_H
#define SHIM6CTL_MACROS_H

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* glibc's headers have no such name, but may get one */
#ifndef __printf
#define PRINTF_LIKE(at, first)	format(printf, at, first)
#define __printf(at, first)	__attribute__((PRINTF_LIKE(at, first)))
#endif

#endif
