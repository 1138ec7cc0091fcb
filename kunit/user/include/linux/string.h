/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: string functions of the kernel that libc lacks */
#ifndef SHIM6_USER_STRING_H
#define SHIM6_USER_STRING_H

#include <string.h>
#include <linux/kernel.h>

static inline void *memchr_inv(const void *p, int c, size_t n)
{
	const u8 *s = p;

	for (; n; n--, s++)
		if (*s != (u8)c)
			return (void *)s;
	return NULL;
}

static inline ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t n;

	for (n = 0; n < size; n++) {
		dst[n] = src[n];
		if (!src[n])
			return (ssize_t)n;
	}
	if (size)
		dst[size - 1] = '\0';
	return -E2BIG;
}

static inline void memzero_explicit(void *p, size_t n)
{
	memset(p, 0, n);
	barrier();
}

#endif
