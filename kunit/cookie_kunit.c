// SPDX-License-Identifier: GPL-2.0
/* Responder validators */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/cookie.c"
#include "compat_kunit.h"

#define SEC		SHIM6_NS_PER_SEC
#define LIFETIME	(30 * SEC)	/* of a validator */
#define SECRET		(600 * SEC)	/* of a secret */
#define START		(1000 * SEC + 700 * SHIM6_NS_PER_MS)

static const siphash_key_t fresh[][2] = {
	{ { { 0x1111, 0x2222 } }, { { 0x3333, 0x4444 } } },
	{ { { 0x5555, 0x6666 } }, { { 0x7777, 0x8888 } } },
	{ { { 0x9999, 0xaaaa } }, { { 0xbbbb, 0xcccc } } },
};

static void fill_in(struct shim6_cookie_in *in, enum shim6_cookie_kind kind)
{
	memset(in, 0, sizeof(*in));
	in->kind = kind;
	in->nonce = shim6_cookie_nonce(START);
	in->tag = 0x123456789abcULL;
	memset(&in->pair.src, 0x21, sizeof(in->pair.src));
	memset(&in->pair.dst, 0x22, sizeof(in->pair.dst));
	memset(&in->ulid_sender, 0x23, sizeof(in->ulid_sender));
	memset(&in->ulid_receiver, 0x24, sizeof(in->ulid_receiver));
	in->fii = 7;
}

static void new_secret(struct kunit *test, struct shim6_cookie_secret *s)
{
	memset(s, 0, sizeof(*s));
	KUNIT_ASSERT_TRUE(test, shim6_cookie_rotate(s, START, SECRET,
						    fresh[0]));
}

static int check_at(const struct shim6_cookie_secret *s,
		    const struct shim6_cookie_in *in, const u8 *val, u64 now)
{
	return shim6_cookie_check(s, in, val, SHIM6_COOKIE_LEN, now, LIFETIME);
}

/* The authors' vectors: octets 0, 1, 2 ... under the key 0 ... 15 */
static void siphash_vectors(struct kunit *test)
{
	static const struct {
		unsigned int len;
		u64 hash;
	} want[] = {
		{ 0, 0x726fdb47dd0e0e31ULL }, { 1, 0x74f839c593dc67fdULL },
		{ 7, 0xab0200f58b01d137ULL }, { 8, 0x93f5f5799a932462ULL },
		{ 15, 0xa129ca6149be45e5ULL }, { 63, 0x958a324ceb064572ULL },
	};
	const siphash_key_t key = {
		{ 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL }
	};
	u8 data[64] __aligned(8);
	unsigned int i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i;
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ(test, siphash(data, want[i].len, &key),
				want[i].hash);
}

static void comes_back(struct kunit *test)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN];

	new_secret(test, &s);
	fill_in(&in, SHIM6_COOKIE_R1);
	shim6_cookie_make(&s, &in, val);
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, START), 0);
	/* Two keys, so 128 bits and not 64 twice */
	KUNIT_EXPECT_NE(test, memcmp(val, val + 8, 8), 0);
	fill_in(&in, SHIM6_COOKIE_R1BIS);
	shim6_cookie_make(&s, &in, val);
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, START), 0);
}

static void bits_of_the_value(struct kunit *test)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN];
	unsigned int bit, len;

	new_secret(test, &s);
	fill_in(&in, SHIM6_COOKIE_R1);
	shim6_cookie_make(&s, &in, val);
	for (bit = 0; bit < 8 * SHIM6_COOKIE_LEN; bit++) {
		val[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, START), -EBADMSG);
		val[bit / 8] ^= 1 << bit % 8;
	}
	for (len = 0; len < 2 * SHIM6_COOKIE_LEN; len++)
		if (len != SHIM6_COOKIE_LEN)
			KUNIT_EXPECT_EQ(test,
					shim6_cookie_check(&s, &in, val, len,
							   START, LIFETIME),
					-EBADMSG);
}

/* Each bit of an input, where the kind binds it */
static void check_bound(struct kunit *test, enum shim6_cookie_kind kind,
			size_t off, size_t len, bool bound)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN], *p = (u8 *)&in + off;
	size_t bit;

	new_secret(test, &s);
	fill_in(&in, kind);
	shim6_cookie_make(&s, &in, val);
	for (bit = 0; bit < 8 * len; bit++) {
		p[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_EQ_MSG(test, check_at(&s, &in, val, START),
				    bound ? -EBADMSG : 0,
				    "kind %d, offset %zu, bit %zu", kind, off,
				    bit);
		p[bit / 8] ^= 1 << bit % 8;
	}
}

#define BIND(test, kind, field, bound)					\
	check_bound(test, kind, offsetof(struct shim6_cookie_in, field), \
		    sizeof_field(struct shim6_cookie_in, field), bound)

static void inputs(struct kunit *test)
{
	BIND(test, SHIM6_COOKIE_R1, tag, true);
	BIND(test, SHIM6_COOKIE_R1, pair, true);
	BIND(test, SHIM6_COOKIE_R1, ulid_sender, true);
	BIND(test, SHIM6_COOKIE_R1, ulid_receiver, true);
	BIND(test, SHIM6_COOKIE_R1, fii, true);
	BIND(test, SHIM6_COOKIE_R1BIS, tag, true);
	BIND(test, SHIM6_COOKIE_R1BIS, pair, true);
	/* Nobody knows them when an R1bis is made */
	BIND(test, SHIM6_COOKIE_R1BIS, ulid_sender, false);
	BIND(test, SHIM6_COOKIE_R1BIS, ulid_receiver, false);
	BIND(test, SHIM6_COOKIE_R1BIS, fii, false);
}

/* Another nonce is another validator, also when it is recent */
static void nonces(struct kunit *test)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN];
	unsigned int i;

	new_secret(test, &s);
	fill_in(&in, SHIM6_COOKIE_R1);
	shim6_cookie_make(&s, &in, val);
	for (i = 1; i <= 30; i++) {
		in.nonce--;
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, START), -EBADMSG);
	}
}

static void kinds_are_apart(struct kunit *test)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 r1[SHIM6_COOKIE_LEN], r1bis[SHIM6_COOKIE_LEN];

	new_secret(test, &s);
	fill_in(&in, SHIM6_COOKIE_R1);
	memset(&in.ulid_sender, 0, sizeof(in.ulid_sender));
	memset(&in.ulid_receiver, 0, sizeof(in.ulid_receiver));
	in.fii = 0;
	shim6_cookie_make(&s, &in, r1);
	in.kind = SHIM6_COOKIE_R1BIS;
	shim6_cookie_make(&s, &in, r1bis);
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, r1, START), -EBADMSG);
	in.kind = SHIM6_COOKIE_R1;
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, r1bis, START), -EBADMSG);
}

/* 30 s always do, 32 never; between them the tick decides (B-26) */
static void age(struct kunit *test)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN];
	u64 made, tick = SHIM6_COOKIE_TICK_NS;

	for (made = START; made < START + tick; made += tick / 10) {
		new_secret(test, &s);
		fill_in(&in, SHIM6_COOKIE_R1);
		in.nonce = shim6_cookie_nonce(made);
		shim6_cookie_make(&s, &in, val);
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, made + 29 * SEC),
				0);
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, made + 30 * SEC),
				0);
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, made + 31 * SEC),
				0);
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, made + 32 * SEC),
				-ESTALE);
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, made + 3600 * SEC),
				-ESTALE);
		KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, made - tick),
				-ESTALE);
	}
}

static void other_lifetimes(struct kunit *test)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN];

	new_secret(test, &s);
	fill_in(&in, SHIM6_COOKIE_R1);
	shim6_cookie_make(&s, &in, val);
	KUNIT_EXPECT_EQ(test, shim6_cookie_check(&s, &in, val, sizeof(val),
						 START + 120 * SEC, 120 * SEC),
			0);
	KUNIT_EXPECT_EQ(test, shim6_cookie_check(&s, &in, val, sizeof(val),
						 START + 122 * SEC, 120 * SEC),
			-ESTALE);
}

/* The nonce counts seconds in 32 bits and may pass its end */
static void nonce_wraps(struct kunit *test)
{
	const u64 late = (1ULL << 32) * SEC - 5 * SEC;
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN];

	new_secret(test, &s);
	fill_in(&in, SHIM6_COOKIE_R1);
	in.nonce = shim6_cookie_nonce(late);
	KUNIT_EXPECT_EQ(test, in.nonce, U32_MAX - 4);
	shim6_cookie_make(&s, &in, val);
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, late + 30 * SEC), 0);
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, late + 32 * SEC),
			-ESTALE);
}

static void rotation(struct kunit *test)
{
	struct shim6_cookie_secret s;
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN], young[SHIM6_COOKIE_LEN];
	u64 now = START + SECRET;

	new_secret(test, &s);
	KUNIT_EXPECT_FALSE(test, shim6_cookie_rotate(&s, now - 1, SECRET,
						     fresh[1]));
	fill_in(&in, SHIM6_COOKIE_R1);
	in.nonce = shim6_cookie_nonce(now - 1);
	shim6_cookie_make(&s, &in, val);
	KUNIT_EXPECT_TRUE(test, shim6_cookie_rotate(&s, now, SECRET, fresh[1]));
	KUNIT_EXPECT_FALSE(test, shim6_cookie_rotate(&s, now, SECRET,
						     fresh[2]));
	/* Made under the old one: good for all of its life */
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, now + 29 * SEC), 0);
	/* So is what the new one makes ... */
	shim6_cookie_make(&s, &in, young);
	KUNIT_EXPECT_NE(test, memcmp(val, young, sizeof(val)), 0);
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, young, now), 0);
	/* ... while the first is gone with the next, were it still recent */
	KUNIT_EXPECT_TRUE(test, shim6_cookie_rotate(&s, now + SECRET, SECRET,
						    fresh[2]));
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, now), -EBADMSG);
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, young, now), 0);
}

/* Before and after the first secret: a key of zeroes opens nothing */
static void no_secret_yet(struct kunit *test)
{
	struct shim6_cookie_secret zero = {}, s = {};
	struct shim6_cookie_in in;
	u8 val[SHIM6_COOKIE_LEN];

	fill_in(&in, SHIM6_COOKIE_R1);
	shim6_cookie_make(&zero, &in, val);
	KUNIT_EXPECT_EQ(test, check_at(&zero, &in, val, START), -EBADMSG);
	/* Soon after boot, when less than a lifetime has passed since 0 */
	KUNIT_EXPECT_TRUE(test, shim6_cookie_rotate(&s, 5 * SEC, SECRET,
						    fresh[0]));
	KUNIT_EXPECT_EQ(test, check_at(&s, &in, val, START), -EBADMSG);
	KUNIT_EXPECT_FALSE(test, shim6_cookie_rotate(&s, 6 * SEC, SECRET,
						     fresh[1]));
}

static struct kunit_case cookie_cases[] = {
	KUNIT_CASE(siphash_vectors),
	KUNIT_CASE(comes_back),
	KUNIT_CASE(bits_of_the_value),
	KUNIT_CASE(inputs),
	KUNIT_CASE(nonces),
	KUNIT_CASE(kinds_are_apart),
	KUNIT_CASE(age),
	KUNIT_CASE(other_lifetimes),
	KUNIT_CASE(nonce_wraps),
	KUNIT_CASE(rotation),
	KUNIT_CASE(no_secret_yet),
	{}
};

static struct kunit_suite cookie_suite = {
	.name = "shim6_cookie",
	.test_cases = cookie_cases,
};

kunit_test_suite(cookie_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 responder validators");
MODULE_LICENSE("GPL");
