/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share: a property that must hold, memory that ends
 * where the octets end, and numbers taken from an input.
 */
#ifndef SHIM6_FUZZ_H
#define SHIM6_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <linux/kernel.h>
#include <linux/string.h>

/* One input; libFuzzer calls it over and over */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define FUZZ_CHECK(c) do {						\
	if (!(c)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__,	\
			__LINE__, #c);					\
		abort();						\
	}								\
} while (0)

/*
 * A copy that the sanitizer guards at both ends. Without octets it is NULL,
 * so that nothing at all can be read. Give it to free().
 */
static inline u8 *fuzz_copy(const void *p, size_t n)
{
	u8 *copy;

	if (!n)
		return NULL;
	copy = malloc(n);
	if (!copy)
		abort();
	memcpy(copy, p, n);
	return copy;
}

/**
 * struct fuzz_in - what is left of an input
 * @p: next octet
 * @left: how many there are
 */
struct fuzz_in {
	const u8 *p;
	size_t left;
};

/* Behind the end of the input there are zeroes */
static inline void fuzz_take(struct fuzz_in *in, void *to, size_t n)
{
	size_t have = min(n, in->left);

	memset(to, 0, n);
	if (!have)
		return;
	memcpy(to, in->p, have);
	in->p += have;
	in->left -= have;
}

static inline u8 fuzz_u8(struct fuzz_in *in)
{
	u8 v;

	fuzz_take(in, &v, sizeof(v));
	return v;
}

static inline u16 fuzz_u16(struct fuzz_in *in)
{
	u16 v = fuzz_u8(in);

	return v << 8 | fuzz_u8(in);
}

static inline bool fuzz_same(const void *a, size_t an, const void *b,
			     size_t bn)
{
	return an == bn && (!an || !memcmp(a, b, an));
}

/* [@p, @p + @n) lies within [@buf, @buf + @len) */
static inline bool fuzz_inside(const void *buf, size_t len, const void *p,
			       size_t n)
{
	const u8 *b = buf, *q = p;

	return q >= b && n <= len && (size_t)(q - b) <= len - n;
}

#endif
