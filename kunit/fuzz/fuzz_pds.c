// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: CGA Parameter Data Structures (RFC 3972 3, RFC 4581, RFC 5535
 * 5): taken apart, the key in them, and the addresses that they stand for.
 */
#include "../core_units.h"
#include "fuzz.h"

/* The parts follow each other and are all there is */
static void check_parts(const u8 *buf, size_t len, const struct shim6_pds *p)
{
	FUZZ_CHECK(p->raw == buf && p->len == len && len <= SHIM6_MAX_PDS);
	FUZZ_CHECK(p->modifier == buf && p->prefix == buf + 16);
	FUZZ_CHECK(p->collision == buf[24] && p->collision <= 2);
	FUZZ_CHECK(p->key == buf + 25 && p->key_len);
	FUZZ_CHECK(p->ext == p->key + p->key_len);
	FUZZ_CHECK(p->ext + p->ext_len == buf + len);
	FUZZ_CHECK(!p->mp == !p->nprefix);
	if (!p->mp) {
		FUZZ_CHECK(p->has_key);
		return;
	}
	FUZZ_CHECK(fuzz_inside(p->ext, p->ext_len, p->mp - 8,
			       8 + p->nprefix * 8));
	FUZZ_CHECK(shim6_get16(p->mp - 8) == SHIM6_EXT_MULTI_PREFIX);
	FUZZ_CHECK(shim6_get16(p->mp - 6) == 4 + 8 * p->nprefix);
	FUZZ_CHECK(p->has_key == p->mp[-4] >> 7);
}

/* The lengths of RFC 4581 lead from the key to the last octet */
static void check_extensions(const struct shim6_pds *p)
{
	const u8 *e = p->ext, *end = p->ext + p->ext_len;
	unsigned int n = 0;

	while (e < end) {
		n += shim6_get16(e) == SHIM6_EXT_MULTI_PREFIX;
		e += 4 + shim6_get16(e + 2);
	}
	FUZZ_CHECK(e == end);
	FUZZ_CHECK(n == !!p->mp);
}

static void check_key(const struct shim6_pds *p)
{
	struct shim6_rsa_key key = { .der = NULL };
	int err = shim6_cga_key(p, &key);

	FUZZ_CHECK(err <= 0);
	if (!p->has_key)
		FUZZ_CHECK(err == -EOPNOTSUPP);
	if (err)
		return;
	FUZZ_CHECK(fuzz_inside(p->key, p->key_len, key.der, key.len));
	FUZZ_CHECK(key.der + key.len == p->ext);
	FUZZ_CHECK(key.size >= SHIM6_RSA_MIN_BITS / 8);
	FUZZ_CHECK(key.size <= SHIM6_MAX_SIGNATURE && key.size < key.len);
}

/* RFC 3972 4, RFC 5535 6: the address of a prefix, with Sec 0 */
static void make_address(const struct shim6_pds *p, const u8 *prefix,
			 struct in6_addr *addr)
{
	const struct shim6_hash_part part[] = {
		{ p->raw, 16 }, { prefix, 8 }, { &p->collision, 1 },
		{ p->key, p->len - 25 },
	};
	u8 digest[SHIM6_SHA1_LEN];

	shim6_sha1(part, ARRAY_SIZE(part), digest);
	memcpy(addr->s6_addr, prefix, 8);
	memcpy(addr->s6_addr + 8, digest, 8);
	addr->s6_addr[8] &= 0x1c;
}

/* One address belongs to them, and none that differs in a bit that counts */
static void check_member(const struct shim6_pds *p, u8 which, u8 bit)
{
	struct shim6_pds_check c = { .p = p, .strength = -1 };
	const u8 *prefix = p->prefix;
	struct in6_addr addr;

	if (p->mp)
		prefix = p->mp + which % p->nprefix * 8;
	make_address(p, prefix, &addr);
	FUZZ_CHECK(!shim6_check_member(&c, &addr));
	FUZZ_CHECK((shim6_hba_verify(p, &addr) == -EOPNOTSUPP) == !p->mp);
	if (!p->mp)
		FUZZ_CHECK(!shim6_cga_verify(p, &addr));
	/* The universal and group bits are not looked at */
	if (bit / 8 % 16 == 8)
		bit |= 2;
	addr.s6_addr[bit / 8 % 16] ^= 1 << bit % 8;
	if (bit / 8 % 16 == 8 && bit % 8 >= 5)
		return;
	FUZZ_CHECK(shim6_check_member(&c, &addr) == -EKEYREJECTED);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct shim6_pds p;
	u8 *buf;

	if (size < 2)
		return 0;
	buf = fuzz_copy(data + 2, size - 2);
	if (!shim6_pds_parse(buf, size - 2, &p)) {
		check_parts(buf, size - 2, &p);
		check_extensions(&p);
		check_key(&p);
		check_member(&p, data[0], data[1]);
	}
	free(buf);
	return 0;
}
