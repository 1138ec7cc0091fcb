/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Builds control messages octet by octet, also wrong ones: knows nothing of
 * the codec it is used to test but the checksum.
 */
#ifndef SHIM6_RAWMSG_H
#define SHIM6_RAWMSG_H

#include <linux/types.h>
#include <linux/string.h>
#include "../module/wire.h"

#define RAW_MAX		2048

/**
 * struct rawmsg - a message under construction
 * @buf: octets
 * @len: how many, a multiple of 8 once finished
 */
struct rawmsg {
	u8 buf[RAW_MAX] __aligned(8);
	size_t len;
};

static inline void raw_checksum(u8 *buf, size_t len)
{
	__sum16 sum;

	memset(buf + 4, 0, 2);
	sum = shim6_wire_checksum(buf, len);
	memcpy(buf + 4, &sum, sizeof(sum));
}

/* Octets before the options of the smallest message of a type */
static inline size_t raw_fixed(u8 type)
{
	switch (type) {
	case SHIM6_MSG_I2:
		return 24;
	case SHIM6_MSG_I2BIS:
		return 32;
	case SHIM6_MSG_PROBE:
		return 56;
	default:
		return 16;
	}
}

static inline void raw_finish(struct rawmsg *r)
{
	r->buf[1] = r->len / 8 - 1;
	raw_checksum(r->buf, r->len);
}

/* @type without options; the fields after the first four octets are 0x11 */
static inline void raw_start(struct rawmsg *r, u8 type)
{
	memset(r, 0, sizeof(*r));
	r->len = raw_fixed(type);
	r->buf[0] = 59;
	r->buf[2] = type;
	memset(r->buf + 6, 0x11, r->len - 6);
	if (type == SHIM6_MSG_PROBE)
		r->buf[12] = 0x01;
	raw_finish(r);
}

/* Appends an option; @contents may be NULL for zeroes */
static inline void raw_option(struct rawmsg *r, unsigned int type, bool crit,
			      const void *contents, size_t len)
{
	u8 *p = r->buf + r->len;

	p[0] = type >> 7;
	p[1] = (type << 1 & 0xff) | crit;
	p[2] = len >> 8;
	p[3] = len & 0xff;
	if (contents)
		memcpy(p + 4, contents, len);
	r->len += (4 + len + 7) / 8 * 8;
	raw_finish(r);
}

/* A well-formed option of any type; unknown types have four octets */
static inline void raw_good_option(struct rawmsg *r, unsigned int type,
				   bool crit)
{
	static const u8 list[28] = { 0, 0, 0, 1, 1, 1, [12] = 0x20, 0x01 };
	static const u8 prefs[8] = { 0, 0, 0, 1, 3 };

	switch (type) {
	case SHIM6_OPT_LOC_LIST:
		raw_option(r, type, crit, list, sizeof(list));
		return;
	case SHIM6_OPT_LOC_PREFS:
		raw_option(r, type, crit, prefs, sizeof(prefs));
		return;
	case SHIM6_OPT_ULID_PAIR:
		raw_option(r, type, crit, NULL, 36);
		return;
	default:
		raw_option(r, type, crit, NULL, 4);
	}
}

/* @type with the options it cannot do without */
static inline void raw_start_valid(struct rawmsg *r, u8 type)
{
	raw_start(r, type);
	if (type == SHIM6_MSG_R1 || type == SHIM6_MSG_R1BIS ||
	    type == SHIM6_MSG_I2 || type == SHIM6_MSG_I2BIS)
		raw_good_option(r, SHIM6_OPT_VALIDATOR, false);
}

#endif
