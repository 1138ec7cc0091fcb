// SPDX-License-Identifier: GPL-2.0
/* Keys in parameter structures, and what a CGA signature covers */
#include <kunit/test.h>
#include <linux/module.h>
#ifdef __KERNEL__
#include "../module/hash.c"
#endif
#include "../module/der.c"
#include "../module/hba.c"
#include "../module/cga.c"
#include "cga_vectors.h"
#include "hba_vectors.h"

#define KEY_AT		25

static int key_of(const u8 *raw, size_t len, struct shim6_rsa_key *key)
{
	struct shim6_pds p;
	int err = shim6_pds_parse(raw, len, &p);

	return err ? err : shim6_cga_key(&p, key);
}

/* RFC 5533 16: 1024 bits at least; RFC 3972's own example has 512 (C-2, C-3) */
static void keys_of_the_vectors(struct kunit *test)
{
	struct shim6_rsa_key key;

	KUNIT_EXPECT_EQ(test, key_of(cga1024_pds, sizeof(cga1024_pds), &key),
			0);
	KUNIT_EXPECT_EQ(test, key.size, 128);
	KUNIT_EXPECT_EQ(test, key.len, 140);
	KUNIT_EXPECT_EQ(test, key_of(hbacga_pds, sizeof(hbacga_pds), &key), 0);
	KUNIT_EXPECT_EQ(test, key.size, 128);
	KUNIT_EXPECT_EQ(test, key_of(cga_pds, sizeof(cga_pds), &key),
			-EKEYREJECTED);
	KUNIT_EXPECT_EQ(test, key_of(hba2_pds, sizeof(hba2_pds), &key),
			-EOPNOTSUPP);
}

static size_t header_size(size_t len)
{
	return len < 0x80 ? 2 : len < 0x100 ? 3 : 4;
}

static u8 *put_header(u8 *p, u8 tag, size_t len)
{
	*p++ = tag;
	if (len >= 0x100)
		*p++ = 0x82;
	else if (len >= 0x80)
		*p++ = 0x81;
	if (len >= 0x100)
		*p++ = len >> 8;
	*p++ = len & 0xff;
	return p;
}

/* A structure with an RSA key of some bits, the modulus all ones */
static size_t build(u8 *raw, unsigned int bits)
{
	static const u8 exponent[] = { 0x02, 0x03, 0x01, 0x00, 0x01 };
	size_t modulus = bits / 8 + 1;
	size_t rsa = header_size(modulus) + modulus + sizeof(exponent);
	size_t string = 1 + header_size(rsa) + rsa;
	u8 *p = raw + KEY_AT;

	memset(raw, 0, KEY_AT);
	p = put_header(p, 0x30, 2 + sizeof(rsa_encryption) +
				header_size(string) + string);
	p = put_header(p, 0x30, sizeof(rsa_encryption));
	memcpy(p, rsa_encryption, sizeof(rsa_encryption));
	p = put_header(p + sizeof(rsa_encryption), 0x03, string);
	*p++ = 0;
	p = put_header(p, 0x30, rsa);
	p = put_header(p, 0x02, modulus);
	memset(p, 0xff, modulus);
	p[0] = (1 << bits % 8) - 1;
	p += modulus;
	memcpy(p, exponent, sizeof(exponent));
	return p + sizeof(exponent) - raw;
}

static void sizes(struct kunit *test)
{
	static const struct {
		unsigned int bits;
		int err;
	} row[] = {
		{ 1016, -EKEYREJECTED }, { 1023, -EKEYREJECTED },
		{ 1024, 0 }, { 1025, 0 }, { 2048, 0 }, { 3071, 0 },
		{ 4095, 0 }, { 4096, 0 }, { 4097, -EKEYREJECTED },
	};
	u8 *raw = kunit_kzalloc(test, SHIM6_MAX_PDS, GFP_KERNEL);
	struct shim6_rsa_key key;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, raw);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		KUNIT_EXPECT_EQ_MSG(test, key_of(raw, build(raw, row[i].bits),
						 &key),
				    row[i].err, "%u bits", row[i].bits);
		if (!row[i].err)
			KUNIT_EXPECT_EQ(test, key.size,
					(row[i].bits + 7) / 8);
	}
}

/* Offsets in what build() makes of 1024 bits */
#define OID_AT		(KEY_AT + 3 + 2)
#define NULL_AT		(OID_AT + 11)
#define UNUSED_AT	(OID_AT + 13 + 3)
#define RSA_AT		(UNUSED_AT + 1)
#define MODULUS_AT	(RSA_AT + 3)
#define EXPONENT_AT	(MODULUS_AT + 3 + 129)

static void malformed(struct kunit *test)
{
	static const struct {
		unsigned int at;
		u8 value;
		int err;
	} row[] = {
		{ OID_AT + 2, 0x2b, -EOPNOTSUPP },		/* another algorithm */
		{ NULL_AT, 0x04, -EOPNOTSUPP },		/* parameters */
		{ UNUSED_AT, 1, -EINVAL },		/* bits left over */
		{ RSA_AT, 0x31, -EINVAL },		/* no sequence */
		{ RSA_AT + 2, 0x8a, -EINVAL },		/* too long */
		{ MODULUS_AT, 0x03, -EINVAL },		/* no integer */
		{ MODULUS_AT + 2, 0x82, -EINVAL },	/* takes the exponent's */
		{ MODULUS_AT + 3, 0xff, -EINVAL },	/* negative */
		{ MODULUS_AT + 4, 0x7f, -EINVAL },	/* not the shortest */
		{ EXPONENT_AT, 0x04, -EINVAL },		/* no integer */
		{ EXPONENT_AT + 1, 0, -EINVAL },	/* empty */
		{ EXPONENT_AT + 2, 0x81, -EINVAL },	/* negative */
	};
	u8 *raw = kunit_kzalloc(test, SHIM6_MAX_PDS, GFP_KERNEL);
	struct shim6_rsa_key key;
	unsigned int i;
	size_t len;

	KUNIT_ASSERT_NOT_NULL(test, raw);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		len = build(raw, 1024);
		raw[row[i].at] = row[i].value;
		KUNIT_EXPECT_EQ_MSG(test, key_of(raw, len, &key), row[i].err,
				    "octet %u", row[i].at);
	}
}

/* Zero is one octet; what stands behind it is not its second */
static void integers(struct kunit *test)
{
	static const u8 zero[] = { 0x02, 0x01, 0x00, 0x80 };
	static const u8 small[] = { 0x02, 0x01, 0x03 };
	static const u8 high[] = { 0x02, 0x02, 0x00, 0x80 };
	unsigned int bits;

	KUNIT_EXPECT_EQ(test, integer_size(zero, sizeof(zero), &bits), 0);
	KUNIT_EXPECT_EQ(test, integer_size(small, sizeof(small), &bits), 3);
	KUNIT_EXPECT_EQ(test, bits, 2);
	KUNIT_EXPECT_EQ(test, integer_size(high, sizeof(high), &bits), 4);
	KUNIT_EXPECT_EQ(test, bits, 8);
}

/* Well formed, but no RSA key: one of Ed25519, one whose algorithm has more
 * parameters, and one without any octet
 */
static void other_keys(struct kunit *test)
{
	static const u8 ed25519[KEY_AT + 44] = { [KEY_AT] = 0x30, 0x2a,
		0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70,
		0x03, 0x21, 0x00, 0x01 };
	static const u8 more[KEY_AT + 21] = { [KEY_AT] = 0x30, 0x13,
		0x30, 0x0f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x01, 0x01, 0x05, 0x00, 0x05, 0x00, 0x03, 0x00 };
	static const u8 empty[KEY_AT + 19] = { [KEY_AT] = 0x30, 0x11,
		0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x01, 0x01, 0x05, 0x00, 0x03, 0x00 };
	struct shim6_rsa_key key;

	KUNIT_EXPECT_EQ(test, key_of(ed25519, sizeof(ed25519), &key),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, key_of(more, sizeof(more), &key), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, key_of(empty, sizeof(empty), &key), -EINVAL);
}

/* Nothing is read beyond the end, whatever the octets say */
static void any_octet(struct kunit *test)
{
	u8 *raw = kunit_kzalloc(test, SHIM6_MAX_PDS, GFP_KERNEL);
	struct shim6_rsa_key key;
	size_t len, at;
	u8 *tight;
	int bit;

	KUNIT_ASSERT_NOT_NULL(test, raw);
	len = build(raw, 1024);
	tight = kunit_kzalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, tight);
	for (at = KEY_AT; at < len; at++) {
		for (bit = 0; bit < 8; bit++) {
			memcpy(tight, raw, len);
			tight[at] ^= 1 << bit;
			if (!key_of(tight, len, &key))
				KUNIT_EXPECT_TRUE(test, key.der + key.len <=
							tight + len);
		}
	}
}

static void digest(struct kunit *test)
{
	u8 methods[] = { SHIM6_METHOD_CGA, SHIM6_METHOD_CGA };
	struct in6_addr locs[3];
	u8 got[SHIM6_SHA1_LEN];

	KUNIT_EXPECT_EQ(test, shim6_cga_digest(CGA_SIG_GEN, cga_sig_locs,
					       methods, 2, got), 0);
	KUNIT_EXPECT_EQ(test, memcmp(got, cga_sig_digest, sizeof(got)), 0);
	/* In the order of the list (C-11) */
	locs[0] = cga_sig_locs[1];
	locs[1] = cga_sig_locs[0];
	shim6_cga_digest(CGA_SIG_GEN, locs, methods, 2, got);
	KUNIT_EXPECT_NE(test, memcmp(got, cga_sig_digest, sizeof(got)), 0);
	shim6_cga_digest(CGA_SIG_GEN + 1, cga_sig_locs, methods, 2, got);
	KUNIT_EXPECT_NE(test, memcmp(got, cga_sig_digest, sizeof(got)), 0);
}

/* Locators of another method are not covered */
static void digest_leaves_out(struct kunit *test)
{
	u8 methods[] = { SHIM6_METHOD_CGA, SHIM6_METHOD_HBA, SHIM6_METHOD_CGA };
	struct in6_addr locs[3];
	u8 got[SHIM6_SHA1_LEN];

	locs[0] = cga_sig_locs[0];
	locs[1] = hba2_addr[0];
	locs[2] = cga_sig_locs[1];
	KUNIT_EXPECT_EQ(test, shim6_cga_digest(CGA_SIG_GEN, locs, methods, 3,
					       got), 0);
	KUNIT_EXPECT_EQ(test, memcmp(got, cga_sig_digest, sizeof(got)), 0);
}

/* No list is longer, and no more are read */
static void digest_of_many(struct kunit *test)
{
	struct in6_addr *locs = kunit_kcalloc(test, SHIM6_MAX_LOCS + 1,
					      sizeof(*locs), GFP_KERNEL);
	u8 want[SHIM6_SHA1_LEN], got[SHIM6_SHA1_LEN];
	u8 methods[SHIM6_MAX_LOCS + 1];

	KUNIT_ASSERT_NOT_NULL(test, locs);
	memset(methods, SHIM6_METHOD_CGA, sizeof(methods));
	shim6_cga_digest(1, locs, methods, SHIM6_MAX_LOCS, want);
	shim6_cga_digest(1, locs, methods, SHIM6_MAX_LOCS + 1, got);
	KUNIT_EXPECT_EQ(test, memcmp(got, want, sizeof(got)), 0);
	shim6_cga_digest(1, locs, methods, SHIM6_MAX_LOCS - 1, got);
	KUNIT_EXPECT_NE(test, memcmp(got, want, sizeof(got)), 0);
}

static int cga_init(struct kunit *test)
{
	return shim6_hash_setup();
}

static void cga_exit(struct kunit *test)
{
	shim6_hash_teardown();
}

static struct kunit_case cga_cases[] = {
	KUNIT_CASE(keys_of_the_vectors),
	KUNIT_CASE(sizes),
	KUNIT_CASE(malformed),
	KUNIT_CASE(integers),
	KUNIT_CASE(other_keys),
	KUNIT_CASE(any_octet),
	KUNIT_CASE(digest),
	KUNIT_CASE(digest_leaves_out),
	KUNIT_CASE(digest_of_many),
	{}
};

static struct kunit_suite cga_suite = {
	.name = "shim6_cga",
	.init = cga_init,
	.exit = cga_exit,
	.test_cases = cga_cases,
};

kunit_test_suite(cga_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 CGA keys");
MODULE_LICENSE("GPL");
