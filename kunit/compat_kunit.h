/* SPDX-License-Identifier: GPL-2.0 */
/* Checks that KUnit lacks in the oldest kernel the tests must build for */
#ifndef SHIM6_COMPAT_KUNIT_H
#define SHIM6_COMPAT_KUNIT_H

#include <kunit/test.h>
#include <linux/string.h>

#define SHIM6_EXPECT_MEMEQ(test, a, b, n)				\
	KUNIT_EXPECT_EQ_MSG(test, shim6_first_difference(a, b, n), -1,	\
			    "%s differs from %s", #a, #b)

/* Index of the first octet that differs, or -1 */
static inline int shim6_first_difference(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;
	size_t i;

	for (i = 0; i < n; i++)
		if (x[i] != y[i])
			return i;
	return -1;
}

#endif
