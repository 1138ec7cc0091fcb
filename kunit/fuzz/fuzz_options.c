// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: the walk over the options of a message (RFC 5533 5.15, 12.3).
 *
 * The input describes a message and its options, so that most of them are
 * sound; a model that knows what was put in says what must come out.
 */
#include "../core_units.h"
#include "fuzz_msg.h"

#define OPTIONS_MAX	24

/**
 * struct given - an option as it was put in
 * @type: 0 to 31
 * @crit: its C bit
 * @len: its length field
 * @off: offset of its first octet in the message
 */
struct given {
	u8 type;
	bool crit;
	u16 len;
	u16 off;
};

/**
 * struct made - a message under construction
 * @r: its octets
 * @opt: its options
 * @n: their number
 * @lies: a length field says more than there is
 */
struct made {
	struct rawmsg r;
	struct given opt[OPTIONS_MAX];
	unsigned int n;
	bool lies;
};

static const u8 types[] = {
	SHIM6_MSG_I1, SHIM6_MSG_R1, SHIM6_MSG_I2, SHIM6_MSG_R2,
	SHIM6_MSG_R1BIS, SHIM6_MSG_I2BIS, SHIM6_MSG_UPDATE_REQ,
	SHIM6_MSG_UPDATE_ACK, SHIM6_MSG_KEEPALIVE, SHIM6_MSG_PROBE,
};

/* Options of each type (RFC 5533 5.4 to 5.12, RFC 5534 5) */
static u32 may_have(u8 type)
{
	u32 locators = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 10;
	u32 context = 1 << 6 | 1 << 7;

	switch (type) {
	case SHIM6_MSG_I1:
		return context;
	case SHIM6_MSG_R1:
	case SHIM6_MSG_R1BIS:
		return 1 << 1;
	case SHIM6_MSG_I2:
	case SHIM6_MSG_I2BIS:
		return 1 << 1 | locators | context;
	case SHIM6_MSG_R2:
	case SHIM6_MSG_UPDATE_REQ:
		return locators;
	default:
		return 0;
	}
}

static bool needs_validator(u8 type)
{
	return type == SHIM6_MSG_R1 || type == SHIM6_MSG_R1BIS ||
	       type == SHIM6_MSG_I2 || type == SHIM6_MSG_I2BIS;
}

/* Is the length one that the contents go with (RFC 5533 5.15.1 to 5.15.7) */
static bool is_sound(const struct given *o, const u8 *p)
{
	unsigned int n = o->len > 4 ? p[4] : 0;

	switch (o->type) {
	case 1:
		return o->len <= 255;
	case 2:		/* count, methods, padding to eight, locators */
		return n && n <= 32 &&
		       o->len == (4 + 5 + n + 7) / 8 * 8 - 4 + 16 * n;
	case 3:
		return n && (o->len - 5) % n == 0;
	case 4:
		return o->len <= 768;
	case 6:
		return o->len == 36;
	case 7:
	case 10:
		return o->len == 4;
	}
	return true;
}

static enum shim6_wire_verdict expected(const struct made *m, u8 type,
					u16 *err_off)
{
	u32 seen = 0, listed = may_have(type);
	unsigned int i;

	for (i = 0; i < m->n; i++) {
		const struct given *o = &m->opt[i];

		if (!(listed & 1u << o->type)) {
			*err_off = o->off;
			if (o->crit)
				return SHIM6_WIRE_OPT_CRITICAL;
			continue;
		}
		if (seen & 1u << o->type)
			return SHIM6_WIRE_OPT_DUP;
		seen |= 1u << o->type;
		if (!is_sound(o, m->r.buf + o->off + 4))
			return SHIM6_WIRE_OPT_LENGTH;
	}
	if (needs_validator(type) && !(seen & 1 << 1))
		return SHIM6_WIRE_OPT_MISSING;
	return SHIM6_WIRE_OK;
}

/* How long an option is when nothing is wrong with it */
static size_t usual_len(u8 type, struct fuzz_in *in, u8 *count)
{
	*count = fuzz_u8(in);
	switch (type) {
	case 1:
		return *count;
	case 2:
		*count %= 33;
		return (4 + 5 + *count + 7) / 8 * 8 - 4 + 16 * *count;
	case 3:
		return 5 + *count;
	case 6:
		return 36;
	case 7:
	case 10:
		return 4;
	}
	return *count * 4;
}

static void put_count(struct given *o, u8 *p, u8 count, struct fuzz_in *in)
{
	if (o->len < 5)
		return;
	if (o->type == SHIM6_OPT_LOC_LIST)
		p[4] = count;
	else if (o->type == SHIM6_OPT_LOC_PREFS)
		p[4] = fuzz_u8(in) % 6;
}

/* One octet says what: type, C bit, and whether the length is a usual one */
static bool put_one(struct made *m, struct fuzz_in *in)
{
	struct given *o = &m->opt[m->n];
	u8 contents[1024], what = fuzz_u8(in), count;
	size_t len;

	o->type = what & 0x0f;
	o->crit = what & 0x10;
	len = usual_len(o->type, in, &count);
	if (what & 0x20)
		len = fuzz_u16(in) % 1000;
	if (m->r.len + (4 + len + 7) / 8 * 8 > RAW_MAX)
		return false;
	o->len = len;
	o->off = m->r.len;
	fuzz_take(in, contents, what & 0x40 ? len : len / 8);
	if (!(what & 0x40))
		memset(contents + len / 8, what, len - len / 8);
	put_count(o, contents, count, in);
	raw_option(&m->r, o->type, o->crit, contents, len);
	m->n++;
	return true;
}

/* The last option says that it is longer than the message */
static void lie(struct made *m, struct fuzz_in *in)
{
	u8 more = fuzz_u8(in);
	struct given *o;

	if (!m->n || !more)
		return;
	o = &m->opt[m->n - 1];
	shim6_put16(m->r.buf + o->off + 2, m->r.len - o->off - 4 + more);
	raw_finish(&m->r);
	m->lies = true;
}

static void check(const struct made *made, u8 type)
{
	u8 *buf = fuzz_copy(made->r.buf, made->r.len);
	enum shim6_wire_verdict v, want;
	struct shim6_msg m;
	u16 off, want_off = 0;

	v = shim6_wire_decode(buf, made->r.len, &m, &off);
	want = expected(made, type, &want_off);
	if (made->lies)
		FUZZ_CHECK(v != SHIM6_WIRE_OK);
	else
		FUZZ_CHECK(v == want);
	if (v == SHIM6_WIRE_OPT_CRITICAL)
		FUZZ_CHECK(off == want_off);
	if (v == SHIM6_WIRE_OK) {
		fuzz_msg_inside(buf, made->r.len, &m);
		fuzz_msg_round_trip(&m, made->r.len);
	}
	free(buf);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	u8 what = fuzz_u8(&in);
	u8 type = types[(what & 0x7f) % ARRAY_SIZE(types)];
	struct made m = { .n = 0 };

	raw_start(&m.r, type);
	while (in.left && m.n < OPTIONS_MAX && put_one(&m, &in))
		;
	if (what & 0x80)
		lie(&m, &in);
	check(&m, type);
	return 0;
}
