// SPDX-License-Identifier: GPL-2.0
/* Parameter structures, HBA and CGA verification, locator lists */
#include <kunit/test.h>
#include <linux/module.h>
#ifdef __KERNEL__
#include "../module/hash.c"
#endif
#include "../module/der.c"
#include "../module/hba.c"
#include "../module/locset.c"
#include "compat_kunit.h"
#include "hba_vectors.h"

#define KEY_AT		25	/* where the key starts in every structure */

struct set {
	const char *name;
	const u8 *pds;
	size_t len;
	const struct in6_addr *addr;
	unsigned int n;
	bool has_key;
	bool is_hba;
};

static const struct set sets[] = {
	{ "RFC 3972 appendix A", cga_pds, sizeof(cga_pds), cga_addr, 1,
	  true, false },
	{ "two prefixes, Sec 0", hba2_pds, sizeof(hba2_pds), hba2_addr, 2,
	  false, true },
	{ "the same, other subnet prefix", hba2_pds_b, sizeof(hba2_pds_b),
	  hba2_addr, 2, false, true },
	{ "three prefixes, Sec 1", hba3_pds, sizeof(hba3_pds), hba3_addr, 3,
	  false, true },
	{ "two prefixes and a key", hbacga_pds, sizeof(hbacga_pds),
	  hbacga_addr, 2, true, true },
	{ "CGA with 1024 bits", cga1024_pds, sizeof(cga1024_pds),
	  cga1024_addr, 1, true, false },
};

static void set_desc(const struct set *s, char *desc)
{
	strscpy(desc, s->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(set, sets, set_desc);

static int verify(const struct shim6_pds *p, const struct in6_addr *addr)
{
	return p->mp ? shim6_hba_verify(p, addr) : shim6_cga_verify(p, addr);
}

/* Parse and verify in one: 0 only if both are content */
static int accepts(const u8 *pds, size_t len, const struct in6_addr *addr)
{
	struct shim6_pds p;
	int err = shim6_pds_parse(pds, len, &p);

	return err ? err : verify(&p, addr);
}

static void sha1_vector(struct kunit *test)
{
	static const u8 want[SHIM6_SHA1_LEN] = {
		0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
		0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d,
	};
	const struct shim6_hash_part part[] = { { "a", 1 }, { "", 0 },
						{ "bc", 2 } };
	u8 got[SHIM6_SHA1_LEN];

	KUNIT_ASSERT_EQ(test, shim6_sha1(part, ARRAY_SIZE(part), got), 0);
	SHIM6_EXPECT_MEMEQ(test, got, want, sizeof(got));
}

static void set_verifies(struct kunit *test)
{
	const struct set *s = test->param_value;
	struct shim6_pds p;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, shim6_pds_parse(s->pds, s->len, &p), 0);
	KUNIT_EXPECT_EQ(test, p.has_key, s->has_key);
	KUNIT_EXPECT_EQ(test, !!p.mp, s->is_hba);
	KUNIT_EXPECT_EQ(test, p.nprefix, s->is_hba ? s->n : 0);
	KUNIT_EXPECT_EQ(test, KEY_AT + p.key_len + p.ext_len, s->len);
	for (i = 0; i < s->n; i++)
		KUNIT_EXPECT_EQ(test, verify(&p, &s->addr[i]), 0);
	if (!s->is_hba)
		KUNIT_EXPECT_EQ(test, shim6_hba_verify(&p, s->addr),
				-EOPNOTSUPP);
}

/* An HBA is a CGA of the structure with its own prefix (RFC 5535 7.1) */
static void hba_as_cga(struct kunit *test)
{
	struct shim6_pds p;

	KUNIT_ASSERT_EQ(test, shim6_pds_parse(hba2_pds, sizeof(hba2_pds), &p),
			0);
	KUNIT_EXPECT_EQ(test, shim6_cga_verify(&p, &hba2_addr[0]), 0);
	KUNIT_EXPECT_EQ(test, shim6_cga_verify(&p, &hba2_addr[1]),
			-EKEYREJECTED);
	KUNIT_ASSERT_EQ(test,
			shim6_pds_parse(hba2_pds_b, sizeof(hba2_pds_b), &p), 0);
	KUNIT_EXPECT_EQ(test, shim6_cga_verify(&p, &hba2_addr[1]), 0);
}

static bool is_hashed_bit(unsigned int bit)
{
	/* Sec, u and g: neither hashed nor compared (C-6) */
	return bit < 64 || (bit > 66 && bit < 70) || bit > 71;
}

/* Every bit of an address matters but u and g; for Sec see sec_values() */
static void address_bits(struct kunit *test)
{
	const struct set *s = test->param_value;
	struct in6_addr addr;
	unsigned int bit;

	for (bit = 0; bit < 128; bit++) {
		addr = s->addr[0];
		addr.s6_addr[bit / 8] ^= 0x80 >> bit % 8;
		if (is_hashed_bit(bit))
			KUNIT_EXPECT_EQ_MSG(test, accepts(s->pds, s->len, &addr),
					    -EKEYREJECTED, "bit %u", bit);
		if (bit == 70 || bit == 71)
			KUNIT_EXPECT_EQ(test, accepts(s->pds, s->len, &addr),
					0);
	}
}

/* A smaller Sec than that of the set asks less of Hash2, a larger one more */
static void sec_values(struct kunit *test)
{
	const struct set *s = test->param_value;
	unsigned int own = s->addr[0].s6_addr[8] >> 5, sec;
	struct in6_addr addr = s->addr[0];

	for (sec = 0; sec < 8; sec++) {
		addr.s6_addr[8] = (addr.s6_addr[8] & 0x1f) | sec << 5;
		KUNIT_EXPECT_EQ_MSG(test, accepts(s->pds, s->len, &addr),
				    sec <= own ? 0 : -EKEYREJECTED,
				    "Sec %u of %u", sec, own);
	}
}

/*
 * Every octet of the structure is hashed, but for the Subnet Prefix, which is
 * replaced in an HBA set. Bits of the reserved word too (5535-5-2).
 */
static void structure_bits(struct kunit *test)
{
	const struct set *s = test->param_value;
	u8 *pds = kunit_kmalloc(test, s->len, GFP_KERNEL);
	size_t bit, at;

	KUNIT_ASSERT_NOT_NULL(test, pds);
	for (bit = 0; bit < s->len * 8; bit++) {
		at = bit / 8;
		if (s->is_hba && at >= 16 && at < 24)
			continue;
		memcpy(pds, s->pds, s->len);
		pds[at] ^= 0x80 >> bit % 8;
		KUNIT_EXPECT_NE_MSG(test, accepts(pds, s->len, s->addr), 0,
				    "bit %zu", bit);
	}
}

static void wrong_set(struct kunit *test)
{
	const struct set *s = test->param_value;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		if (sets[i].addr == s->addr)
			continue;
		for (j = 0; j < sets[i].n; j++)
			KUNIT_EXPECT_EQ(test, accepts(s->pds, s->len,
						      &sets[i].addr[j]),
					-EKEYREJECTED);
	}
}

/* The interface identifier under a prefix that is not in the list (C-1) */
static void foreign_prefix(struct kunit *test)
{
	const struct set *s = test->param_value;
	struct in6_addr addr = s->addr[0];

	addr.s6_addr[7] ^= 0x80;
	KUNIT_EXPECT_EQ(test, accepts(s->pds, s->len, &addr), -EKEYREJECTED);
	if (s->n < 2)
		return;
	/* Listed, but of another member */
	memcpy(&addr, &s->addr[1], 8);
	KUNIT_EXPECT_EQ(test, accepts(s->pds, s->len, &addr), -EKEYREJECTED);
}

/*
 * Anyone may compute the identifier that the structure has under any prefix:
 * only the list of prefixes makes it one of the set (C-1).
 */
static void computed_member(struct kunit *test)
{
	struct in6_addr addr = hba2_addr[0];
	u8 pds[sizeof(hba2_pds)], hash1[SHIM6_SHA1_LEN];
	const struct shim6_hash_part part = { pds, sizeof(pds) };
	struct shim6_pds p;

	addr.s6_addr[7] ^= 1;
	memcpy(pds, hba2_pds, sizeof(pds));
	memcpy(pds + 16, addr.s6_addr, 8);
	KUNIT_ASSERT_EQ(test, shim6_sha1(&part, 1, hash1), 0);
	memcpy(addr.s6_addr + 8, hash1, 8);
	addr.s6_addr[8] &= 0x1c;
	/* It is a sound CGA, and that is all it is */
	KUNIT_ASSERT_EQ(test, shim6_pds_parse(pds, sizeof(pds), &p), 0);
	KUNIT_EXPECT_EQ(test, shim6_cga_verify(&p, &addr), 0);
	KUNIT_EXPECT_EQ(test, shim6_hba_verify(&p, &addr), -EKEYREJECTED);
	KUNIT_EXPECT_EQ(test, accepts(hba2_pds, sizeof(hba2_pds), &addr),
			-EKEYREJECTED);
}

static bool is_boundary(const struct set *s, size_t len)
{
	struct shim6_pds p;

	/* Where the key ends the extensions may just be absent */
	return !shim6_pds_parse(s->pds, s->len, &p) &&
	       len == KEY_AT + p.key_len;
}

static void truncated(struct kunit *test)
{
	const struct set *s = test->param_value;
	struct shim6_pds p;
	size_t len;
	u8 *cut;

	for (len = 0; len < s->len; len++) {
		cut = kunit_kmalloc(test, len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, cut);
		memcpy(cut, s->pds, len);
		KUNIT_EXPECT_EQ_MSG(test, shim6_pds_parse(cut, len, &p),
				    is_boundary(s, len) ? 0 : -EINVAL,
				    "%zu octets", len);
		kunit_kfree(test, cut);
	}
}

static void collision_count(struct kunit *test)
{
	u8 pds[sizeof(cga_pds)];
	struct shim6_pds p;
	unsigned int i;

	memcpy(pds, cga_pds, sizeof(pds));
	for (i = 0; i < 256; i++) {
		pds[24] = i;
		KUNIT_EXPECT_EQ(test, shim6_pds_parse(pds, sizeof(pds), &p),
				i < 3 ? 0 : -EINVAL);
	}
}

/* Octets 0 to 24 of any structure, then @tail */
static int parse_tail(struct kunit *test, const u8 *tail, size_t len)
{
	u8 *pds = kunit_kzalloc(test, KEY_AT + len, GFP_KERNEL);
	struct shim6_pds p;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, pds);
	memcpy(pds + KEY_AT, tail, len);
	err = shim6_pds_parse(pds, KEY_AT + len, &p);
	kunit_kfree(test, pds);
	return err;
}

struct der {
	const char *name;
	u8 len;
	u8 octets[16];
	bool good;
};

static const struct der ders[] = {
	{ "smallest", 6, { 0x30, 4, 0x30, 0, 3, 0 }, true },
	{ "contents", 9, { 0x30, 7, 0x30, 2, 5, 0, 3, 1, 0 }, true },
	{ "empty", 2, { 0x30, 0 } },
	{ "no bit string", 4, { 0x30, 2, 0x30, 0 } },
	{ "bit string first", 6, { 0x30, 4, 3, 0, 0x30, 0 } },
	{ "not a sequence", 6, { 0x31, 4, 0x30, 0, 3, 0 } },
	{ "inner not a sequence", 6, { 0x30, 4, 0x31, 0, 3, 0 } },
	{ "no bit string but octets", 6, { 0x30, 4, 0x30, 0, 4, 0 } },
	{ "something behind the key", 8, { 0x30, 6, 0x30, 0, 3, 0, 5, 0 } },
	{ "too long", 6, { 0x30, 5, 0x30, 0, 3, 0 } },
	{ "inner too long", 6, { 0x30, 4, 0x30, 3, 3, 0 } },
	{ "key too long", 6, { 0x30, 4, 0x30, 0, 3, 1 } },
	{ "key too short", 7, { 0x30, 5, 0x30, 0, 3, 0, 0 } },
	{ "indefinite", 8, { 0x30, 0x80, 0x30, 0, 3, 0, 0, 0 } },
	{ "indefinite and nothing else", 2, { 0x30, 0x80 } },
	{ "inner indefinite", 8, { 0x30, 6, 0x30, 0x80, 0, 0, 3, 0 } },
	{ "long form of a short length", 7, { 0x30, 0x81, 4, 0x30, 0, 3, 0 } },
	{ "leading zero", 8, { 0x30, 0x82, 0, 4, 0x30, 0, 3, 0 } },
	{ "three octets", 9, { 0x30, 0x83, 0, 0, 4, 0x30, 0, 3, 0 } },
	{ "four octets", 10, { 0x30, 0x84, 0xff, 0xff, 0xff, 0xff } },
	{ "reserved form", 4, { 0x30, 0xff, 0, 0 } },
	{ "length cut off", 2, { 0x30, 0x82 } },
	{ "high tag", 6, { 0x3f, 0x30, 0x30, 0, 3, 0 } },
};

static void der_desc(const struct der *d, char *desc)
{
	strscpy(desc, d->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(der, ders, der_desc);

static void key_encoding(struct kunit *test)
{
	const struct der *d = test->param_value;

	KUNIT_EXPECT_EQ(test, parse_tail(test, d->octets, d->len),
			d->good ? 0 : -EINVAL);
}

struct ext {
	const char *name;
	u8 len;
	u8 octets[48];
	bool good;
};

static const struct ext exts[] = {
	{ "none", 0, {}, true },
	{ "unknown, empty", 4, { 0xff, 0xfd, 0, 0 }, true },
	{ "unknown, with data", 7, { 0xff, 0xfd, 0, 3, 1, 2, 3 }, true },
	{ "one prefix", 16,
	  { 0, 0x12, 0, 12, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 }, true },
	{ "two prefixes", 24,
	  { 0, 0x12, 0, 20, 0x80, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
	    1, 2, 3, 4, 5, 6, 7, 9 }, true },
	{ "reserved bits", 16,
	  { 0, 0x12, 0, 12, 0x7f, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8 }, true },
	{ "unknown before and behind", 24,
	  { 0xff, 0xfd, 0, 0,
	    0, 0x12, 0, 12, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
	    0, 1, 0, 0 }, true },
	{ "half a header", 2, { 0xff, 0xfd } },
	{ "three octets of header", 3, { 0xff, 0xfd, 0 } },
	{ "longer than the rest", 6, { 0xff, 0xfd, 0, 3, 1, 2 } },
	{ "an octet behind", 5, { 0xff, 0xfd, 0, 0, 0 } },
	{ "no flags", 4, { 0, 0x12, 0, 0 } },
	{ "no prefix", 8, { 0, 0x12, 0, 4, 0, 0, 0, 0 } },
	{ "half a prefix", 12, { 0, 0x12, 0, 8, 0, 0, 0, 0, 1, 2, 3, 4 } },
	{ "an octet too much", 17,
	  { 0, 0x12, 0, 13, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0 } },
	{ "two of them", 32,
	  { 0, 0x12, 0, 12, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
	    0, 0x12, 0, 12, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 9 } },
};

static void ext_desc(const struct ext *e, char *desc)
{
	strscpy(desc, e->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ext, exts, ext_desc);

static void extensions(struct kunit *test)
{
	static const u8 key[] = { 0x30, 4, 0x30, 0, 3, 0 };
	const struct ext *e = test->param_value;
	u8 tail[sizeof(key) + sizeof(e->octets)];

	memcpy(tail, key, sizeof(key));
	memcpy(tail + sizeof(key), e->octets, e->len);
	KUNIT_EXPECT_EQ(test, parse_tail(test, tail, sizeof(key) + e->len),
			e->good ? 0 : -EINVAL);
}

static void largest(struct kunit *test)
{
	u8 *tail = kunit_kzalloc(test, SHIM6_MAX_PDS, GFP_KERNEL);
	static const u8 key[] = { 0x30, 4, 0x30, 0, 3, 0, 0xff, 0xfd };
	const unsigned int rest = SHIM6_MAX_PDS - KEY_AT - 6 - EXT_HDR;

	KUNIT_ASSERT_NOT_NULL(test, tail);
	memcpy(tail, key, sizeof(key));
	shim6_put16(tail + 8, rest);
	KUNIT_EXPECT_EQ(test, parse_tail(test, tail, rest + 6 + EXT_HDR), 0);
	shim6_put16(tail + 8, rest + 1);
	KUNIT_EXPECT_EQ(test, parse_tail(test, tail, rest + 7 + EXT_HDR),
			-EINVAL);
}

/* Keys longer than 127 and 255 octets: long forms that are right */
static void long_key(struct kunit *test)
{
	static const u8 two[] = { 0x30, 0x82, 1, 6, 0x30, 0, 3, 0x82, 1, 0 };
	static const u8 one[] = { 0x30, 0x81, 0x85, 0x30, 0, 3, 0x81, 0x80 };
	u8 *tail = kunit_kzalloc(test, 512, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tail);
	memcpy(tail, one, sizeof(one));
	KUNIT_EXPECT_EQ(test, parse_tail(test, tail, 3 + 0x85), 0);
	memcpy(tail, two, sizeof(two));
	KUNIT_EXPECT_EQ(test, parse_tail(test, tail, 4 + 0x106), 0);
}

/* The same keys under lengths that are not in their shortest form */
static void long_key_lies(struct kunit *test)
{
	static const u8 zero[] = {
		0x30, 0x82, 0, 0x85, 0x30, 0, 3, 0x81, 0x80,
	};
	/* Nine octets: the first is lost where the sum has eight */
	static const u8 wraps[] = {
		0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0x85,
		0x30, 0, 3, 0x81, 0x80,
	};
	u8 *tail = kunit_kzalloc(test, 512, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tail);
	memcpy(tail, zero, sizeof(zero));
	KUNIT_EXPECT_EQ(test, parse_tail(test, tail, 4 + 0x85), -EINVAL);
	memcpy(tail, wraps, sizeof(wraps));
	KUNIT_EXPECT_EQ(test, parse_tail(test, tail, 11 + 0x85), -EINVAL);
}

static int hash_init(struct kunit_suite *suite)
{
	return shim6_hash_setup();
}

static void hash_exit(struct kunit_suite *suite)
{
	shim6_hash_teardown();
}

static struct kunit_case hba_cases[] = {
	KUNIT_CASE(sha1_vector),
	KUNIT_CASE_PARAM(set_verifies, set_gen_params),
	KUNIT_CASE(hba_as_cga),
	KUNIT_CASE_PARAM(address_bits, set_gen_params),
	KUNIT_CASE_PARAM(sec_values, set_gen_params),
	KUNIT_CASE_PARAM(structure_bits, set_gen_params),
	KUNIT_CASE_PARAM(wrong_set, set_gen_params),
	KUNIT_CASE_PARAM(foreign_prefix, set_gen_params),
	KUNIT_CASE(computed_member),
	KUNIT_CASE_PARAM(truncated, set_gen_params),
	KUNIT_CASE(collision_count),
	KUNIT_CASE_PARAM(key_encoding, der_gen_params),
	KUNIT_CASE_PARAM(extensions, ext_gen_params),
	KUNIT_CASE(largest),
	KUNIT_CASE(long_key),
	KUNIT_CASE(long_key_lies),
	{}
};

static struct kunit_suite hba_suite = {
	.name = "shim6_hba",
	.suite_init = hash_init,
	.suite_exit = hash_exit,
	.test_cases = hba_cases,
};

kunit_test_suite(hba_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 address verification");
MODULE_LICENSE("GPL");
