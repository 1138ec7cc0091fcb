// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: elements of DER (X.690 10.1). The one way to write a header is
 * the only one that is read.
 */
#include "../../module/der.c"
#include "fuzz.h"

/* Return: octets of the header, at most four */
static size_t put_header(u8 *p, u8 tag, size_t len)
{
	p[0] = tag;
	if (len < 0x80) {
		p[1] = len;
		return 2;
	}
	if (len < 0x100) {
		p[1] = 0x81;
		p[2] = len;
		return 3;
	}
	p[1] = 0x82;
	p[2] = len >> 8;
	p[3] = len & 0xff;
	return 4;
}

/* What was read is written the same; what was refused could not be */
static void check_read(const u8 *data, size_t size)
{
	u8 *p = fuzz_copy(data, size), hdr[4];
	size_t len = 0, n;

	FUZZ_CHECK(!shim6_der(p, size, data[0] ^ 1, &len));
	n = shim6_der(p, size, data[0], &len);
	if (n) {
		FUZZ_CHECK(n <= size && len <= size - n);
		FUZZ_CHECK(put_header(hdr, data[0], len) == n);
		FUZZ_CHECK(!memcmp(hdr, p, n));
	}
	free(p);
}

static size_t read_exactly(const u8 *p, size_t n, u8 tag, size_t *len)
{
	u8 *copy = fuzz_copy(p, n);
	size_t hdr = shim6_der(copy, n, tag, len);

	free(copy);
	return hdr;
}

/* An element of any length is read, and not when an octet of it is missing */
static void check_written(struct fuzz_in *in)
{
	size_t len = fuzz_u16(in), hdr, got = 0;
	u8 tag = fuzz_u8(in), *p = calloc(1, len + 4);

	FUZZ_CHECK(p);
	hdr = put_header(p, tag, len);
	FUZZ_CHECK(read_exactly(p, hdr + len, tag, &got) == hdr);
	FUZZ_CHECK(got == len);
	FUZZ_CHECK(!read_exactly(p, hdr + len - 1, tag, &got));
	FUZZ_CHECK(!read_exactly(p, hdr + len, tag ^ 0x20, &got));
	free(p);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };

	if (!size)
		return 0;
	check_read(data, size);
	check_written(&in);
	return 0;
}
