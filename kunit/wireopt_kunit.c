// SPDX-License-Identifier: GPL-2.0
/* Wire codec: options */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/wire.c"
#include "compat_kunit.h"
#include "rawmsg.h"

static struct rawmsg *raw_alloc(struct kunit *test)
{
	struct rawmsg *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	return r;
}

static enum shim6_wire_verdict verdict(const struct rawmsg *r)
{
	struct shim6_msg m;
	u16 off;

	return shim6_wire_decode(r->buf, r->len, &m, &off);
}

/* Which options a message may carry, as the texts list them */
struct listing {
	u8 type;
	const char *options;
};

static const struct listing listings[] = {
	{ SHIM6_MSG_I1, "67" },
	{ SHIM6_MSG_R1, "1" },
	{ SHIM6_MSG_I2, "1234567A" },
	{ SHIM6_MSG_R2, "2345A" },
	{ SHIM6_MSG_R1BIS, "1" },
	{ SHIM6_MSG_I2BIS, "1234567A" },
	{ SHIM6_MSG_UPDATE_REQ, "2345A" },
	{ SHIM6_MSG_UPDATE_ACK, "" },
	{ SHIM6_MSG_KEEPALIVE, "" },
	{ SHIM6_MSG_PROBE, "" },
};

static void listing_desc(const struct listing *l, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "type %u", l->type);
}

KUNIT_ARRAY_PARAM(listing, listings, listing_desc);

static bool is_in(const struct listing *l, unsigned int opt)
{
	return opt && opt < 16 && strchr(l->options, "0123456789ABCDEF"[opt]);
}

static void check_option(struct kunit *test, const struct listing *l,
			 unsigned int opt, bool crit)
{
	bool listed = is_in(l, opt), refused = crit && !listed;
	struct rawmsg *r = raw_alloc(test);
	struct shim6_msg m;
	size_t at;
	u16 off;

	raw_start(r, l->type);
	if (opt != SHIM6_OPT_VALIDATOR)
		raw_start_valid(r, l->type);
	at = r->len;
	raw_good_option(r, opt, crit);
	KUNIT_EXPECT_EQ_MSG(test, shim6_wire_decode(r->buf, r->len, &m, &off),
			    refused ? SHIM6_WIRE_OPT_CRITICAL : SHIM6_WIRE_OK,
			    "option %u, C %d", opt, crit);
	KUNIT_EXPECT_EQ(test, off, refused ? at : 0);
	if (!refused && opt < 32)
		KUNIT_EXPECT_EQ(test, !!(m.opts & SHIM6_OPT_BIT(opt)), listed);
	kunit_kfree(test, r);
}

/* Known but not listed is as good as unknown (B-10) */
static void listed_or_not(struct kunit *test)
{
	const struct listing *l = test->param_value;
	unsigned int opt;

	for (opt = 0; opt < 48; opt++) {
		check_option(test, l, opt, false);
		check_option(test, l, opt, true);
	}
	check_option(test, l, 0x7fff, false);
	check_option(test, l, 0x7fff, true);
	/* Same low bits as a listed one */
	check_option(test, l, 0x4001, true);
}

/* What was read before counts for nothing when a critical one follows (B-12) */
static void critical_last(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);
	struct shim6_msg m;
	u16 off;

	raw_start(r, SHIM6_MSG_UPDATE_REQ);
	raw_good_option(r, SHIM6_OPT_LOC_LIST, false);
	raw_good_option(r, 99, false);
	raw_good_option(r, 99, true);
	KUNIT_EXPECT_EQ(test, shim6_wire_decode(r->buf, r->len, &m, &off),
			SHIM6_WIRE_OPT_CRITICAL);
	KUNIT_EXPECT_EQ(test, off, r->len - 8);
}

static void twice(struct kunit *test)
{
	const struct listing *l = test->param_value;
	struct rawmsg *r = raw_alloc(test);
	unsigned int opt;

	for (opt = 1; opt < 16; opt++) {
		raw_start_valid(r, l->type);
		raw_good_option(r, opt, false);
		raw_good_option(r, opt, false);
		KUNIT_EXPECT_EQ_MSG(test, verdict(r),
				    is_in(l, opt) ? SHIM6_WIRE_OPT_DUP :
						    SHIM6_WIRE_OK,
				    "option %u", opt);
	}
}

static void any_order(struct kunit *test)
{
	static const u8 order[] = { 10, 7, 6, 5, 4, 3, 2 };
	struct rawmsg *r = raw_alloc(test);
	struct shim6_msg m;
	unsigned int i;
	u16 off;

	raw_start_valid(r, SHIM6_MSG_I2);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		raw_good_option(r, order[i], false);
	KUNIT_ASSERT_EQ(test, shim6_wire_decode(r->buf, r->len, &m, &off),
			SHIM6_WIRE_OK);
	KUNIT_EXPECT_EQ(test, m.opts, 0x4feu);
}

static void required(struct kunit *test)
{
	static const u8 need[] = {
		SHIM6_MSG_R1, SHIM6_MSG_R1BIS, SHIM6_MSG_I2, SHIM6_MSG_I2BIS,
	};
	struct rawmsg *r = raw_alloc(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(need); i++) {
		raw_start(r, need[i]);
		KUNIT_EXPECT_EQ(test, verdict(r), SHIM6_WIRE_OPT_MISSING);
		raw_good_option(r, SHIM6_OPT_VALIDATOR, false);
		KUNIT_EXPECT_EQ(test, verdict(r), SHIM6_WIRE_OK);
	}
}

/* An option, also one that would be skipped, must end within the message */
static void beyond_the_end(struct kunit *test)
{
	static const unsigned int lens[] = { 5, 12, 13, 1000, 65528, 65535 };
	struct rawmsg *r = raw_alloc(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		raw_start(r, SHIM6_MSG_I1);
		raw_option(r, 99, false, NULL, 4);
		r->buf[18] = lens[i] >> 8;
		r->buf[19] = lens[i];
		raw_finish(r);
		KUNIT_EXPECT_EQ_MSG(test, verdict(r), SHIM6_WIRE_OPT_BOUNDS,
				    "length %u", lens[i]);
	}
}

static void check_length(struct kunit *test, unsigned int opt, size_t len,
			 enum shim6_wire_verdict want)
{
	struct rawmsg *r = raw_alloc(test);

	raw_start(r, SHIM6_MSG_I2);
	if (opt != SHIM6_OPT_VALIDATOR)
		raw_good_option(r, SHIM6_OPT_VALIDATOR, false);
	raw_option(r, opt, false, NULL, len);
	KUNIT_EXPECT_EQ_MSG(test, verdict(r), want, "option %u of %zu", opt,
			    len);
	kunit_kfree(test, r);
}

static void lengths(struct kunit *test)
{
	const enum shim6_wire_verdict bad = SHIM6_WIRE_OPT_LENGTH;
	size_t i;

	for (i = 0; i < 48; i++) {
		check_length(test, SHIM6_OPT_ULID_PAIR, i,
			     i == 36 ? SHIM6_WIRE_OK : bad);
		check_length(test, SHIM6_OPT_FII, i,
			     i == 4 ? SHIM6_WIRE_OK : bad);
		check_length(test, SHIM6_OPT_KEEPALIVE, i,
			     i == 4 ? SHIM6_WIRE_OK : bad);
		/* All zero: no locators, elements of no size */
		check_length(test, SHIM6_OPT_LOC_LIST, i, bad);
		check_length(test, SHIM6_OPT_LOC_PREFS, i, bad);
	}
	check_length(test, SHIM6_OPT_VALIDATOR, 0, SHIM6_WIRE_OK);
	check_length(test, SHIM6_OPT_VALIDATOR, 255, SHIM6_WIRE_OK);
	check_length(test, SHIM6_OPT_VALIDATOR, 256, bad);
	check_length(test, SHIM6_OPT_PDS, SHIM6_MAX_PDS, SHIM6_WIRE_OK);
	check_length(test, SHIM6_OPT_PDS, SHIM6_MAX_PDS + 1, bad);
	check_length(test, SHIM6_OPT_SIGNATURE, 1024, SHIM6_WIRE_OK);
}

/* Octets of contents and of the whole option, computed elsewhere */
static void padding(struct kunit *test)
{
	static const u8 total[][2] = {
		{ 0, 8 }, { 1, 8 }, { 3, 8 }, { 4, 8 }, { 5, 16 }, { 11, 16 },
		{ 12, 16 }, { 13, 24 }, { 20, 24 }, { 32, 40 }, { 36, 40 },
	};
	struct rawmsg *r = raw_alloc(test);
	u8 validator[40];
	struct shim6_msg m = {
		.type = SHIM6_MSG_R1,
		.opts = SHIM6_OPT_BIT(SHIM6_OPT_VALIDATOR),
		.validator = validator,
	};
	unsigned int i, len;

	memset(validator, 0xee, sizeof(validator));
	for (i = 0; i < ARRAY_SIZE(total); i++) {
		m.validator_len = total[i][0];
		memset(r->buf, 0xff, RAW_MAX);
		len = shim6_wire_encode(&m, r->buf, RAW_MAX);
		KUNIT_EXPECT_EQ(test, len, 16 + total[i][1]);
		KUNIT_EXPECT_EQ(test, r->buf[19], total[i][0]);
		for (len = total[i][0] + 4; len < total[i][1]; len++)
			KUNIT_EXPECT_EQ(test, r->buf[16 + len], 0);
	}
}

/* Padding is not looked at (RFC 5533 5.15) */
static void dirty_padding(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);

	raw_start(r, SHIM6_MSG_R1);
	raw_option(r, SHIM6_OPT_VALIDATOR, false, NULL, 5);
	memset(r->buf + r->len - 7, 0xff, 7);
	raw_finish(r);
	KUNIT_EXPECT_EQ(test, verdict(r), SHIM6_WIRE_OK);
}

struct list_size {
	unsigned int n;
	unsigned int first;
	unsigned int length;
	unsigned int total;
};

static const struct list_size list_sizes[] = {
	{ 1, 16, 28, 32 }, { 2, 16, 44, 48 }, { 3, 16, 60, 64 },
	{ 4, 16, 76, 80 }, { 6, 16, 108, 112 }, { 7, 16, 124, 128 },
	{ 8, 24, 148, 152 }, { 9, 24, 164, 168 }, { 15, 24, 260, 264 },
	{ 16, 32, 284, 288 }, { 32, 48, 556, 560 },
};

static void list_size_desc(const struct list_size *s, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u locators", s->n);
}

KUNIT_ARRAY_PARAM(list_size, list_sizes, list_size_desc);

static int encode_list(struct kunit *test, struct rawmsg *r, unsigned int n)
{
	struct in6_addr *locs = kunit_kcalloc(test, 40, sizeof(*locs),
					      GFP_KERNEL);
	u8 methods[40];
	struct shim6_msg m = {
		.type = SHIM6_MSG_UPDATE_REQ,
		.opts = SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST),
		.nlocs = n,
		.locs = locs,
		.methods = methods,
	};

	KUNIT_ASSERT_NOT_NULL(test, locs);
	memset(locs, 0x22, 40 * sizeof(*locs));
	memset(methods, 0x33, sizeof(methods));
	memset(r->buf, 0xff, RAW_MAX);
	return shim6_wire_encode(&m, r->buf, RAW_MAX);
}

/* The padding of a list is inside and counted (B-13) */
static void list_layout(struct kunit *test)
{
	const struct list_size *s = test->param_value;
	struct rawmsg *r = raw_alloc(test);
	const u8 *o = r->buf + 16;
	struct shim6_msg m;
	unsigned int i;
	u16 off;

	r->len = encode_list(test, r, s->n);
	KUNIT_ASSERT_EQ(test, r->len, 16 + s->total);
	KUNIT_EXPECT_EQ(test, o[2] << 8 | o[3], s->length);
	KUNIT_EXPECT_EQ(test, o[8], s->n);
	KUNIT_EXPECT_EQ(test, o[8 + s->n], 0x33);
	for (i = 9 + s->n; i < s->first; i++)
		KUNIT_EXPECT_EQ(test, o[i], 0);
	KUNIT_EXPECT_EQ(test, o[s->first], 0x22);
	KUNIT_EXPECT_EQ(test, o[s->total - 1], 0x22);
	KUNIT_ASSERT_EQ(test, shim6_wire_decode(r->buf, r->len, &m, &off),
			SHIM6_WIRE_OK);
	KUNIT_EXPECT_EQ(test, m.nlocs, s->n);
	KUNIT_EXPECT_EQ(test, m.off_methods, 25);
	KUNIT_EXPECT_PTR_EQ(test, m.methods, o + 9);
	KUNIT_EXPECT_PTR_EQ(test, (const u8 *)m.locs, o + s->first);
}

/* Any other length or count is a lie */
static void list_lies(struct kunit *test)
{
	const struct list_size *s = test->param_value;
	struct rawmsg *r = raw_alloc(test);
	int delta;

	for (delta = -16; delta <= 16; delta++) {
		if (!delta)
			continue;
		r->len = encode_list(test, r, s->n);
		memset(r->buf + r->len, 0, 32);
		r->buf[18] = (s->length + delta) >> 8;
		r->buf[19] = s->length + delta;
		r->len = 16 + (4 + s->length + delta + 7) / 8 * 8;
		raw_finish(r);
		KUNIT_EXPECT_EQ_MSG(test, verdict(r), SHIM6_WIRE_OPT_LENGTH,
				    "length %+d", delta);
	}
	for (delta = 0; delta < 256; delta++) {
		r->len = encode_list(test, r, s->n);
		r->buf[24] = delta;
		raw_finish(r);
		if (delta != s->n)
			KUNIT_EXPECT_EQ_MSG(test, verdict(r),
					    SHIM6_WIRE_OPT_LENGTH,
					    "count %d", delta);
	}
}

static void list_limits(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);
	u8 contents[44 + 33 * 16 + 8] = { [4] = 33 };

	KUNIT_EXPECT_EQ(test, encode_list(test, r, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, encode_list(test, r, 33), -EINVAL);
	/* Formed as the formula wants, but more than we hold */
	raw_start(r, SHIM6_MSG_UPDATE_REQ);
	raw_option(r, SHIM6_OPT_LOC_LIST, false, contents, 48 + 33 * 16 - 4);
	KUNIT_EXPECT_EQ(test, verdict(r), SHIM6_WIRE_OPT_LENGTH);
	/* No locators: eight octets of padding and counts, then nothing */
	contents[4] = 0;
	raw_start(r, SHIM6_MSG_UPDATE_REQ);
	raw_option(r, SHIM6_OPT_LOC_LIST, false, contents, 12);
	KUNIT_EXPECT_EQ(test, verdict(r), SHIM6_WIRE_OPT_LENGTH);
}

static void decode_prefs(struct kunit *test, struct rawmsg *r,
			 const u8 *contents, size_t len, struct shim6_msg *m)
{
	u16 off;

	raw_start(r, SHIM6_MSG_UPDATE_REQ);
	raw_option(r, SHIM6_OPT_LOC_PREFS, false, contents, len);
	KUNIT_ASSERT_EQ(test, shim6_wire_decode(r->buf, r->len, m, &off),
			SHIM6_WIRE_OK);
}

static void preference_elements(struct kunit *test)
{
	u8 contents[20] = { 0, 0, 0, 1, 0, 1, 10, 20, 30, 40, 2, 11, 21, 31,
			    41, 3, 12, 22, 32, 42 };
	struct rawmsg *r = raw_alloc(test);
	struct shim6_loc_pref p;
	struct shim6_msg m;
	unsigned int elem, i;
	const u8 *e;

	for (i = 0; i < 15; i++) {
		elem = i / 3 + 1;
		contents[4] = elem;
		decode_prefs(test, r, contents, 5 + 3 * elem, &m);
		KUNIT_EXPECT_EQ(test, m.npref, 3);
		KUNIT_EXPECT_EQ(test, m.pref_elem, elem);
		e = contents + 5 + i % 3 * elem;
		shim6_msg_pref(&m, i % 3, &p);
		KUNIT_EXPECT_EQ(test, p.flags, e[0]);
		KUNIT_EXPECT_EQ(test, p.priority, elem > 1 ? e[1] : 0);
		KUNIT_EXPECT_EQ(test, p.weight, elem > 2 ? e[2] : 0);
	}
}

static void preference_counts(struct kunit *test)
{
	u8 *contents = kunit_kzalloc(test, 600, GFP_KERNEL);
	struct rawmsg *r = raw_alloc(test);
	struct shim6_msg m;

	KUNIT_ASSERT_NOT_NULL(test, contents);
	contents[4] = 1;
	decode_prefs(test, r, contents, 5, &m);
	KUNIT_EXPECT_EQ(test, m.npref, 0);
	/* 256 + 2 must not look like two */
	decode_prefs(test, r, contents, 5 + 258, &m);
	KUNIT_EXPECT_EQ(test, m.npref, 255);
	contents[4] = 3;
	raw_start(r, SHIM6_MSG_UPDATE_REQ);
	raw_option(r, SHIM6_OPT_LOC_PREFS, false, contents, 5 + 7);
	KUNIT_EXPECT_EQ(test, verdict(r), SHIM6_WIRE_OPT_LENGTH);
}

/* Several options are too long together, one is too long by itself */
static void too_long(struct kunit *test)
{
	u8 *octets = kunit_kzalloc(test, 4096, GFP_KERNEL);
	struct rawmsg *r = raw_alloc(test);
	struct shim6_msg m = {
		.type = SHIM6_MSG_I2,
		.opts = SHIM6_OPT_BIT(SHIM6_OPT_VALIDATOR) |
			SHIM6_OPT_BIT(SHIM6_OPT_PDS) |
			SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE),
		.validator = octets,
		.validator_len = 16,
		.pds = octets,
		.pds_len = SHIM6_MAX_PDS,
		.sig = octets,
		.sig_len = 512,
	};

	KUNIT_ASSERT_NOT_NULL(test, octets);
	KUNIT_EXPECT_EQ(test, shim6_wire_encode(&m, r->buf, SHIM6_CTRL_ROOM),
			-EMSGSIZE);
	m.sig_len = 1220;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 24 + 24 + 776 + 1224);
	m.sig_len = 1221;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.sig_len = 512;
	m.pds_len = SHIM6_MAX_PDS + 1;
	KUNIT_EXPECT_EQ(test, shim6_wire_encode(&m, r->buf, RAW_MAX), -EINVAL);
	m.pds_len = 8;
	m.validator_len = 256;
	KUNIT_EXPECT_EQ(test, shim6_wire_encode(&m, r->buf, RAW_MAX), -EINVAL);
}

static struct kunit_case wireopt_cases[] = {
	KUNIT_CASE_PARAM(listed_or_not, listing_gen_params),
	KUNIT_CASE_PARAM(twice, listing_gen_params),
	KUNIT_CASE(critical_last),
	KUNIT_CASE(any_order),
	KUNIT_CASE(required),
	KUNIT_CASE(beyond_the_end),
	KUNIT_CASE(lengths),
	KUNIT_CASE(padding),
	KUNIT_CASE(dirty_padding),
	KUNIT_CASE_PARAM(list_layout, list_size_gen_params),
	KUNIT_CASE_PARAM(list_lies, list_size_gen_params),
	KUNIT_CASE(list_limits),
	KUNIT_CASE(preference_elements),
	KUNIT_CASE(preference_counts),
	KUNIT_CASE(too_long),
	{}
};

static struct kunit_suite wireopt_suite = {
	.name = "shim6_wireopt",
	.test_cases = wireopt_cases,
};

kunit_test_suite(wireopt_suite);

MODULE_DESCRIPTION("KUnit tests of the options of Shim6 messages");
MODULE_LICENSE("GPL");
