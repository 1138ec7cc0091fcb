// SPDX-License-Identifier: GPL-2.0
/* Wire codec: messages, and what damage does to them */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/wire.c"
#include "compat_kunit.h"
#include "rawmsg.h"
#include "wire_vectors.h"

struct vector {
	const char *name;
	const u8 *buf;
	size_t len;
	u8 type;
};

#define VECTOR(v, t)	{ #v, v, sizeof(v), SHIM6_MSG_##t }

static const struct vector vectors[] = {
	VECTOR(vec_i1_min, I1),
	VECTOR(vec_i1_ulid_fii, I1),
	VECTOR(vec_r1, R1),
	VECTOR(vec_i2_hba, I2),
	VECTOR(vec_r2_ka, R2),
	VECTOR(vec_r1bis, R1BIS),
	VECTOR(vec_i2bis, I2BIS),
	VECTOR(vec_updreq_pref, UPDATE_REQ),
	VECTOR(vec_updack, UPDATE_ACK),
	VECTOR(vec_keepalive, KEEPALIVE),
	VECTOR(vec_probe_exploring_min, PROBE),
	VECTOR(vec_probe_inboundok_2s_1r, PROBE),
	VECTOR(vec_error_code1_ptr56, ERROR),
};

static void vector_desc(const struct vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vector, vectors, vector_desc);

static void decode_ok(struct kunit *test, const u8 *buf, size_t len,
		      struct shim6_msg *m)
{
	u16 off;

	KUNIT_ASSERT_EQ(test, shim6_wire_decode(buf, len, m, &off),
			SHIM6_WIRE_OK);
}

static enum shim6_wire_verdict verdict(const u8 *buf, size_t len)
{
	struct shim6_msg m;
	u16 off;

	return shim6_wire_decode(buf, len, &m, &off);
}

static void round_trip(struct kunit *test)
{
	const struct vector *v = test->param_value;
	u8 *out = kunit_kmalloc(test, v->len, GFP_KERNEL);
	struct shim6_msg m;

	KUNIT_ASSERT_NOT_NULL(test, out);
	memset(out, 0xff, v->len);
	decode_ok(test, v->buf, v->len, &m);
	KUNIT_EXPECT_EQ(test, m.type, v->type);
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), v->len);
	KUNIT_ASSERT_EQ(test, shim6_wire_encode(&m, out, v->len), (int)v->len);
	SHIM6_EXPECT_MEMEQ(test, out, v->buf, v->len);
	KUNIT_EXPECT_EQ(test, shim6_wire_encode(&m, out, v->len - 1),
			-EMSGSIZE);
}

/* Memory of exactly the cut size, so that a sanitizer sees a read beyond */
static void truncated(struct kunit *test)
{
	const struct vector *v = test->param_value;
	size_t len;
	u8 *cut;

	for (len = 0; len < v->len; len++) {
		cut = kunit_kmalloc(test, len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, cut);
		memcpy(cut, v->buf, len);
		KUNIT_EXPECT_EQ_MSG(test, verdict(cut, len),
				    SHIM6_WIRE_TRUNCATED, "%zu octets", len);
		kunit_kfree(test, cut);
	}
}

/* The message that was read must come out again and be read the same */
static void check_stable(struct kunit *test, const struct shim6_msg *m)
{
	struct rawmsg *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	struct shim6_msg again;
	int len;

	KUNIT_ASSERT_NOT_NULL(test, r);
	len = shim6_wire_encode(m, r->buf, RAW_MAX);
	KUNIT_ASSERT_GT(test, len, 0);
	decode_ok(test, r->buf, len, &again);
	KUNIT_EXPECT_EQ(test, again.type, m->type);
	KUNIT_EXPECT_EQ(test, again.opts, m->opts);
	KUNIT_EXPECT_EQ(test, again.tag, m->tag);
	KUNIT_EXPECT_EQ(test, again.nlocs, m->nlocs);
	KUNIT_EXPECT_EQ(test, again.npref, m->npref);
	KUNIT_EXPECT_EQ(test, again.psent, m->psent);
	KUNIT_EXPECT_EQ(test, again.precvd, m->precvd);
	kunit_kfree(test, r);
}

static void check_any(struct kunit *test, const u8 *buf, size_t len)
{
	enum shim6_wire_verdict v;
	struct shim6_msg m;
	u16 off;

	v = shim6_wire_decode(buf, len, &m, &off);
	KUNIT_EXPECT_LT(test, (int)v, (int)SHIM6_WIRE_COUNT);
	if (v == SHIM6_WIRE_OK)
		check_stable(test, &m);
}

/* Shorter by its own account, with a right checksum */
static void shortened(struct kunit *test)
{
	const struct vector *v = test->param_value;
	size_t len;
	u8 *cut;

	for (len = 8; len < v->len; len += 8) {
		cut = kunit_kmalloc(test, len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, cut);
		memcpy(cut, v->buf, len);
		cut[1] = len / 8 - 1;
		raw_checksum(cut, len);
		if (len < raw_fixed(v->type))
			KUNIT_EXPECT_EQ(test, verdict(cut, len),
					SHIM6_WIRE_SHORT);
		check_any(test, cut, len);
		kunit_kfree(test, cut);
	}
}

/* No single bit can change unseen; with a new checksum nothing may break */
static void bit_flipped(struct kunit *test)
{
	const struct vector *v = test->param_value;
	u8 *buf = kunit_kmalloc(test, v->len, GFP_KERNEL);
	size_t bit;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (bit = 0; bit < v->len * 8; bit++) {
		memcpy(buf, v->buf, v->len);
		buf[bit / 8] ^= 0x80 >> bit % 8;
		KUNIT_EXPECT_NE_MSG(test, verdict(buf, v->len), SHIM6_WIRE_OK,
				    "bit %zu", bit);
		raw_checksum(buf, v->len);
		check_any(test, buf, v->len);
	}
}

static void payload_header(struct kunit *test)
{
	const u64 tag = 0x7edcba987654ULL;
	u8 buf[8];

	shim6_wire_payload(buf, 6, tag);
	SHIM6_EXPECT_MEMEQ(test, buf, vec_payload_ext_tcp, sizeof(buf));
	KUNIT_EXPECT_EQ(test, shim6_wire_payload_tag(buf), tag);
	shim6_wire_payload(buf, 17, ~0ULL);
	KUNIT_EXPECT_EQ(test, shim6_wire_payload_tag(buf), SHIM6_TAG_MASK);
	KUNIT_EXPECT_EQ(test, verdict(vec_payload_ext_tcp, 8),
			SHIM6_WIRE_PAYLOAD);
}

static void fields_of_setup(struct kunit *test)
{
	struct shim6_msg m;

	decode_ok(test, vec_i1_ulid_fii, sizeof(vec_i1_ulid_fii), &m);
	KUNIT_EXPECT_EQ(test, m.tag, 0x123456789abcULL);
	KUNIT_EXPECT_EQ(test, m.init_nonce, 0xdeadbeef);
	KUNIT_EXPECT_EQ(test, m.fii, 100);
	SHIM6_EXPECT_MEMEQ(test, &m.ulid_sender, vec_i1_ulid_fii + 24, 16);
	SHIM6_EXPECT_MEMEQ(test, &m.ulid_receiver, vec_i1_ulid_fii + 40, 16);

	decode_ok(test, vec_r1, sizeof(vec_r1), &m);
	KUNIT_EXPECT_EQ(test, m.tag, 0);
	KUNIT_EXPECT_EQ(test, m.init_nonce, 0xdeadbeef);
	KUNIT_EXPECT_EQ(test, m.resp_nonce, 0x11223344);
	KUNIT_EXPECT_EQ(test, m.validator_len, 20);
	KUNIT_EXPECT_PTR_EQ(test, m.validator, vec_r1 + 20);

	decode_ok(test, vec_i2_hba, sizeof(vec_i2_hba), &m);
	KUNIT_EXPECT_EQ(test, m.resp_nonce, 0x11223344);
	KUNIT_EXPECT_EQ(test, m.list_gen, 0x0a0b0c0d);
	KUNIT_EXPECT_EQ(test, m.nlocs, 2);
	KUNIT_EXPECT_EQ(test, m.methods[1], SHIM6_METHOD_HBA);
	KUNIT_EXPECT_EQ(test, m.off_methods, 57);
	KUNIT_EXPECT_EQ(test, m.pds_len, 127);
	KUNIT_EXPECT_EQ(test, m.locs[1].s6_addr[15], 0xe7);
}

static void fields_of_recovery(struct kunit *test)
{
	struct shim6_msg m;

	decode_ok(test, vec_r1bis, sizeof(vec_r1bis), &m);
	KUNIT_EXPECT_EQ(test, m.tag, 0x7edcba987654ULL);
	KUNIT_EXPECT_EQ(test, m.resp_nonce, 0x55667788);
	KUNIT_EXPECT_EQ(test, m.init_nonce, 0);

	decode_ok(test, vec_i2bis, sizeof(vec_i2bis), &m);
	KUNIT_EXPECT_EQ(test, m.tag, 0x123456789abcULL);
	KUNIT_EXPECT_EQ(test, m.packet_tag, 0x7edcba987654ULL);
	KUNIT_EXPECT_EQ(test, m.init_nonce, 0xcafef00d);
	KUNIT_EXPECT_EQ(test, m.resp_nonce, 0x55667788);

	decode_ok(test, vec_error_code1_ptr56, sizeof(vec_error_code1_ptr56),
		  &m);
	KUNIT_EXPECT_EQ(test, m.err_code, SHIM6_ERR_OPTION);
	KUNIT_EXPECT_EQ(test, m.err_ptr, 56);
	KUNIT_EXPECT_EQ(test, m.quoted_len, 56);
	KUNIT_EXPECT_PTR_EQ(test, m.quoted, vec_error_code1_ptr56 + 8);
}

static void fields_of_running(struct kunit *test)
{
	struct shim6_loc_pref pref;
	struct shim6_msg m;

	decode_ok(test, vec_updreq_pref, sizeof(vec_updreq_pref), &m);
	KUNIT_EXPECT_EQ(test, m.req_nonce, 0x99aabbcc);
	KUNIT_EXPECT_EQ(test, m.pref_gen, 0x0a0b0c0d);
	KUNIT_EXPECT_EQ(test, m.npref, 2);
	KUNIT_EXPECT_EQ(test, m.off_pref, 16);
	shim6_msg_pref(&m, 1, &pref);
	KUNIT_EXPECT_EQ(test, pref.flags, 0);
	KUNIT_EXPECT_EQ(test, pref.priority, 5);
	KUNIT_EXPECT_EQ(test, pref.weight, 7);

	decode_ok(test, vec_r2_ka, sizeof(vec_r2_ka), &m);
	KUNIT_EXPECT_EQ(test, m.keepalive, 15);

	decode_ok(test, vec_probe_inboundok_2s_1r,
		  sizeof(vec_probe_inboundok_2s_1r), &m);
	KUNIT_EXPECT_EQ(test, m.sta, SHIM6_REAP_INBOUND_OK);
	KUNIT_EXPECT_EQ(test, m.psent, 2);
	KUNIT_EXPECT_EQ(test, m.precvd, 1);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(m.sent[0].nonce), 0x02020202);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(m.recvd[0].nonce), 0x0a0a0a0a);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(m.recvd[0].data), 5);
}

static struct rawmsg *raw_alloc(struct kunit *test)
{
	struct rawmsg *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	return r;
}

/* Two bits lie where other protocols and headers show */
static void p_and_s_bits(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);

	raw_start(r, SHIM6_MSG_KEEPALIVE);
	r->buf[3] |= 0x01;
	raw_checksum(r->buf, r->len);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_HIP);
	r->buf[2] |= 0x80;
	raw_checksum(r->buf, r->len);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_PAYLOAD);
}

static void ignored_on_receipt(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);
	struct shim6_msg m;

	raw_start(r, SHIM6_MSG_I1);
	r->buf[0] = 6;		/* */
	r->buf[3] = 0xfe;	/* Reserved1 */
	r->buf[6] |= 0x80;	/* R */
	raw_checksum(r->buf, r->len);
	decode_ok(test, r->buf, r->len + 40, &m);
	KUNIT_EXPECT_EQ(test, m.tag, 0x111111111111ULL);

	raw_start_valid(r, SHIM6_MSG_I2BIS);
	memset(r->buf + 20, 0xff, 7);
	raw_checksum(r->buf, r->len);
	decode_ok(test, r->buf, r->len, &m);
	KUNIT_EXPECT_EQ(test, m.packet_tag, 0x7f1111111111ULL);
}

static bool is_known(unsigned int type)
{
	return (type >= 1 && type <= 6) || (type >= 64 && type <= 68);
}

static void types(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);
	struct shim6_msg m;
	unsigned int type;
	u16 off;

	for (type = 0; type < 128; type++) {
		raw_start_valid(r, type);
		KUNIT_EXPECT_EQ_MSG(test,
				    shim6_wire_decode(r->buf, r->len, &m, &off),
				    is_known(type) ? SHIM6_WIRE_OK :
						     SHIM6_WIRE_TYPE,
				    "type %u", type);
		KUNIT_EXPECT_EQ(test, m.type, type);
		KUNIT_EXPECT_EQ(test, off, is_known(type) ? 0 : 2);
	}
}

/* Below the minimum of a known type: silence; of an unknown one: Error 0 */
static void short_messages(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);
	unsigned int type;

	for (type = 0; type < 128; type++) {
		raw_start(r, type);
		r->len = raw_fixed(type) - 8;
		raw_finish(r);
		KUNIT_EXPECT_EQ_MSG(test, verdict(r->buf, r->len),
				    is_known(type) ? SHIM6_WIRE_SHORT :
						     SHIM6_WIRE_TYPE,
				    "type %u", type);
	}
}

static void probe_counts(struct kunit *test)
{
	struct rawmsg *r = raw_alloc(test);

	raw_start(r, SHIM6_MSG_PROBE);
	r->buf[12] = 0x00;
	raw_finish(r);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_FIELD);
	r->buf[12] = 0x10;
	raw_finish(r);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_FIELD);
	r->buf[12] = 0x11;
	raw_finish(r);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_SHORT);
	r->buf[12] = 0x01;
	r->buf[13] = 0xc0;
	raw_finish(r);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_FIELD);

	raw_start(r, SHIM6_MSG_PROBE);
	r->buf[12] = 0xff;
	r->len = 16 + 30 * 40;
	raw_finish(r);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_OK);
	r->len -= 8;
	raw_finish(r);
	KUNIT_EXPECT_EQ(test, verdict(r->buf, r->len), SHIM6_WIRE_SHORT);
}

static void largest_probe(struct kunit *test)
{
	struct shim6_probe_rec *rec = kunit_kcalloc(test, 15, sizeof(*rec),
						    GFP_KERNEL);
	struct shim6_msg m = {
		.type = SHIM6_MSG_PROBE,
		.psent = 15,
		.precvd = 15,
		.sent = rec,
		.recvd = rec,
	};

	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 1216);
	KUNIT_EXPECT_LE(test, shim6_wire_size(&m), SHIM6_CTRL_ROOM);
	m.psent = 16;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.psent = 0;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.psent = 1;
	m.precvd = 16;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.precvd = 0;
	m.sta = 3;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
}

static void error_sizes(struct kunit *test)
{
	u8 *quote = kunit_kzalloc(test, 1232, GFP_KERNEL);
	struct shim6_msg m = {
		.type = SHIM6_MSG_ERROR,
		.err_code = 127,
		.quoted = quote,
		.quoted_len = 1232,
	};

	KUNIT_ASSERT_NOT_NULL(test, quote);
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), SHIM6_CTRL_ROOM);
	m.quoted_len = 8;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 16);
	m.quoted_len = 12;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.quoted_len = 0;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.quoted_len = 8;
	m.err_code = 128;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
}

static void unformable(struct kunit *test)
{
	struct shim6_msg m = { .type = SHIM6_MSG_R2 };
	u8 buf[16];

	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 16);
	m.opts = SHIM6_OPT_BIT(SHIM6_OPT_FII);
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	KUNIT_EXPECT_EQ(test, shim6_wire_encode(&m, buf, 16), -EINVAL);
	m.type = SHIM6_MSG_R1;
	m.opts = 0;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.type = 7;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	m.type = 255;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
	/* Preferences, none of them; but elements have a length */
	m.type = SHIM6_MSG_UPDATE_REQ;
	m.opts = SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS);
	m.pref_elem = 1;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 32);
	m.pref_elem = 0;
	KUNIT_EXPECT_EQ(test, shim6_wire_size(&m), 0);
}

static u32 next_random(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Several octets at once, the checksum made good: a fixed sequence */
static void mutated(struct kunit *test)
{
	const struct vector *v = test->param_value;
	u8 *buf = kunit_kmalloc(test, v->len, GFP_KERNEL);
	u32 state = 0x5533 + v->type;
	unsigned int i, n;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < 2000; i++) {
		memcpy(buf, v->buf, v->len);
		for (n = next_random(&state) % 4 + 1; n; n--)
			buf[2 + next_random(&state) % (v->len - 2)] =
				next_random(&state);
		buf[2] &= 0x7f;
		buf[3] &= 0xfe;
		raw_checksum(buf, v->len);
		check_any(test, buf, v->len);
	}
}

static struct kunit_case wire_cases[] = {
	KUNIT_CASE_PARAM(round_trip, vector_gen_params),
	KUNIT_CASE_PARAM(truncated, vector_gen_params),
	KUNIT_CASE_PARAM(shortened, vector_gen_params),
	KUNIT_CASE_PARAM(bit_flipped, vector_gen_params),
	KUNIT_CASE_PARAM(mutated, vector_gen_params),
	KUNIT_CASE(payload_header),
	KUNIT_CASE(fields_of_setup),
	KUNIT_CASE(fields_of_recovery),
	KUNIT_CASE(fields_of_running),
	KUNIT_CASE(p_and_s_bits),
	KUNIT_CASE(ignored_on_receipt),
	KUNIT_CASE(types),
	KUNIT_CASE(short_messages),
	KUNIT_CASE(probe_counts),
	KUNIT_CASE(largest_probe),
	KUNIT_CASE(error_sizes),
	KUNIT_CASE(unformable),
	{}
};

static struct kunit_suite wire_suite = {
	.name = "shim6_wire",
	.test_cases = wire_cases,
};

kunit_test_suite(wire_suite);

MODULE_DESCRIPTION("KUnit tests of the Shim6 wire codec");
MODULE_LICENSE("GPL");
