// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"

void *mem_resize(void *p, size_t n, size_t size)
{
	/* realloc(p, 0) frees: never ask for it */
	void *q = reallocarray(p, n ? n : 1, size);

	if (!q) {
		err_release();
		exit(err_failed("out of memory"));
	}
	return q;
}

char *mem_copy_string(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(mem_resize(NULL, n, 1), s, n);
}
