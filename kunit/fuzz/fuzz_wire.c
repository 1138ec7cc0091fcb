// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: whole control messages (RFC 5533 12.3), as they came and with a
 * header that agrees with the length.
 */
#include "../core_units.h"
#include "fuzz_msg.h"

/* One octet less than it says is no message */
static void check_cut(const u8 *buf, size_t len)
{
	struct shim6_msg m;
	u8 *cut = fuzz_copy(buf, len - 1);
	u16 off;

	FUZZ_CHECK(shim6_wire_decode(cut, len - 1, &m, &off) ==
		   SHIM6_WIRE_TRUNCATED);
	free(cut);
}

static void check_quote(const struct shim6_msg *m, const struct shim6_key *key)
{
	if (m->quoted_len < 52 || m->quoted[0] >> 4 != 6) {
		FUZZ_CHECK(key->type == SHIM6_KEY_NONE);
		return;
	}
	FUZZ_CHECK(key->type == SHIM6_KEY_QUOTE);
	FUZZ_CHECK(!memcmp(&key->local, m->quoted + 8, 16));
	FUZZ_CHECK(!memcmp(&key->peer, m->quoted + 24, 16));
}

/* RFC 5533 12.4: each type is looked for in its own way */
static void check_dispatch(const struct shim6_msg *m)
{
	struct shim6_pair pair = { .src = { .s6_addr = { 0x20 } } };
	struct shim6_key key;

	shim6_dispatch(m, &pair, &key);
	FUZZ_CHECK(key.tag <= SHIM6_TAG_MASK);
	if (m->type == SHIM6_MSG_ERROR)
		check_quote(m, &key);
	else
		FUZZ_CHECK(key.type < SHIM6_KEY_QUOTE);
	FUZZ_CHECK((shim6_orphan_action(m) == SHIM6_ORPHAN_R1BIS) ==
		   (key.type == SHIM6_KEY_TAG));
}

/* @m was read from memory that ended with the message */
static void check_message(const u8 *buf, size_t len, const struct shim6_msg *m)
{
	fuzz_msg_inside(buf, len, m);
	fuzz_msg_round_trip(m, len);
	check_dispatch(m);
	check_cut(buf, len);
}

static bool has_offset(enum shim6_wire_verdict v)
{
	return v == SHIM6_WIRE_TYPE || v == SHIM6_WIRE_OPT_CRITICAL;
}

static void check_verdict(const u8 *buf, size_t len,
			  enum shim6_wire_verdict v, u16 off)
{
	FUZZ_CHECK(v < SHIM6_WIRE_COUNT);
	if (v == SHIM6_WIRE_TYPE)
		FUZZ_CHECK(off == 2);
	else if (v == SHIM6_WIRE_OPT_CRITICAL)
		FUZZ_CHECK(off >= 16 && off + 4 <= len && buf[off + 1] & 1);
	FUZZ_CHECK(has_offset(v) || !off);
	if (len < 8)
		FUZZ_CHECK(v == SHIM6_WIRE_TRUNCATED);
}

/* What follows the message changes nothing */
static void check_exact(const u8 *data, size_t len,
			enum shim6_wire_verdict seen)
{
	struct shim6_msg m;
	u8 *buf = fuzz_copy(data, len);
	u16 off;

	FUZZ_CHECK(shim6_wire_decode(buf, len, &m, &off) == seen);
	if (seen == SHIM6_WIRE_OK)
		check_message(buf, len, &m);
	free(buf);
}

static void check_octets(const u8 *data, size_t size)
{
	enum shim6_wire_verdict v;
	struct shim6_msg m;
	u8 *buf = fuzz_copy(data, size);
	u16 off;

	v = shim6_wire_decode(buf, size, &m, &off);
	check_verdict(buf, size, v, off);
	if (v != SHIM6_WIRE_TRUNCATED && v != SHIM6_WIRE_PAYLOAD &&
	    v != SHIM6_WIRE_HIP)
		check_exact(buf, (buf[1] + 1) * 8, v);
	free(buf);
}

/* RFC 5533 5.2: eight octets, a tag of 47 bits */
static void check_payload_header(const u8 *data, size_t size)
{
	u8 *hdr, *again;
	u64 tag;

	if (size < SHIM6_PAYLOAD_LEN)
		return;
	hdr = fuzz_copy(data, SHIM6_PAYLOAD_LEN);
	again = fuzz_copy(data, SHIM6_PAYLOAD_LEN);
	hdr[1] = 0;
	hdr[2] |= 0x80;
	tag = shim6_wire_payload_tag(hdr);
	FUZZ_CHECK(tag <= SHIM6_TAG_MASK);
	shim6_wire_payload(again, hdr[0], tag);
	FUZZ_CHECK(!memcmp(hdr, again, SHIM6_PAYLOAD_LEN));
	free(again);
	free(hdr);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *good = fuzz_copy(data, size);

	check_octets(data, size);
	check_payload_header(data, size);
	if (good)
		check_octets(good, fuzz_repair(good, size));
	free(good);
	return 0;
}
