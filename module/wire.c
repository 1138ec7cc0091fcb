// SPDX-License-Identifier: GPL-2.0
/*
 * Wire codec: control messages and their options (RFC 5533 5, RFC 5534 5).
 *
 * Two tables hold what differs: msg_spec where the fields of a message type
 * are and which options it may carry, opt_codec how an option is read and
 * written. Decoder and encoder use the same rows.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/errno.h>
#include "wire.h"

#define WIRE_UNIT	8	/* Hdr Ext Len counts these, less the first */
#define WIRE_MAX	(256 * WIRE_UNIT)

#define OFF_HEL		1
#define OFF_TYPE	2
#define OFF_CODE	3	/* Error Code, else Reserved1; and the S bit */
#define OFF_CHECKSUM	4
#define OFF_TAG		6
#define OFF_ERR_PTR	6
#define OFF_QUOTED	8
#define OFF_COUNTS	12	/* Probe: Precvd and Psent */
#define OFF_STA		13

#define P_FLAG		0x80
#define S_FLAG		0x01

#define OPT_HDR		4
#define LIST_HDR	5	/* generation and count, inside the contents */
#define PREF_HDR	5	/* generation and element length */
#define PROBE_FIXED	16
#define REC_LEN		sizeof(struct shim6_probe_rec)

/**
 * struct msg_spec - layout of one message type (RFC 5533 5.4 to 5.14)
 * @min: smallest message, octets
 * @opts: where options start, 0: the type has none
 * @init: offset of the Initiator Nonce, 0: none; so the other three
 * @resp: Responder Nonce
 * @req: Request Nonce
 * @packet_tag: Packet Context Tag
 * @tag: a context tag stands at OFF_TAG
 * @listed: options the type may carry
 * @required: options it must carry
 */
struct msg_spec {
	u8 min;
	u8 opts;
	u8 init;
	u8 resp;
	u8 req;
	u8 packet_tag;
	bool tag;
	u32 listed;
	u32 required;
};

#define O(name)		SHIM6_OPT_BIT(SHIM6_OPT_##name)
#define O_LOCATORS	(O(LOC_LIST) | O(LOC_PREFS) | O(PDS) | O(SIGNATURE) | \
			 O(KEEPALIVE))
#define O_CONTEXT	(O(ULID_PAIR) | O(FII))

static const struct msg_spec specs_low[] = {
	[SHIM6_MSG_I1] = {
		.min = 16, .opts = 16, .tag = true, .init = 12,
		.listed = O_CONTEXT,
	},
	/* No tag here: the nonces stand where others have it (B-7) */
	[SHIM6_MSG_R1] = {
		.min = 16, .opts = 16, .init = 8, .resp = 12,
		.listed = O(VALIDATOR), .required = O(VALIDATOR),
	},
	[SHIM6_MSG_I2] = {
		.min = 24, .opts = 24, .tag = true, .init = 12, .resp = 16,
		.listed = O(VALIDATOR) | O_LOCATORS | O_CONTEXT,
		.required = O(VALIDATOR),
	},
	[SHIM6_MSG_R2] = {
		.min = 16, .opts = 16, .tag = true, .init = 12,
		.listed = O_LOCATORS,
	},
	[SHIM6_MSG_R1BIS] = {
		.min = 16, .opts = 16, .tag = true, .resp = 12,
		.listed = O(VALIDATOR), .required = O(VALIDATOR),
	},
	[SHIM6_MSG_I2BIS] = {
		.min = 32, .opts = 32, .tag = true, .init = 12, .resp = 16,
		.packet_tag = 26,
		.listed = O(VALIDATOR) | O_LOCATORS | O_CONTEXT,
		.required = O(VALIDATOR),
	},
};

static const struct msg_spec specs_high[] = {
	[SHIM6_MSG_UPDATE_REQ - SHIM6_MSG_UPDATE_REQ] = {
		.min = 16, .opts = 16, .tag = true, .req = 12,
		.listed = O_LOCATORS,
	},
	[SHIM6_MSG_UPDATE_ACK - SHIM6_MSG_UPDATE_REQ] = {
		.min = 16, .opts = 16, .tag = true, .req = 12,
	},
	[SHIM6_MSG_KEEPALIVE - SHIM6_MSG_UPDATE_REQ] = {
		.min = 16, .opts = 16, .tag = true,
	},
	[SHIM6_MSG_PROBE - SHIM6_MSG_UPDATE_REQ] = {
		.min = PROBE_FIXED + REC_LEN, .opts = PROBE_FIXED, .tag = true,
	},
	[SHIM6_MSG_ERROR - SHIM6_MSG_UPDATE_REQ] = {
		.min = 16,
	},
};

static const struct msg_spec *spec_of(u8 type)
{
	if (type >= SHIM6_MSG_I1 && type <= SHIM6_MSG_I2BIS)
		return &specs_low[type];
	if (type >= SHIM6_MSG_UPDATE_REQ && type <= SHIM6_MSG_ERROR)
		return &specs_high[type - SHIM6_MSG_UPDATE_REQ];
	return NULL;
}

static u16 get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

static u32 get32(const u8 *p)
{
	return (u32)get16(p) << 16 | get16(p + 2);
}

static u64 get48(const u8 *p)
{
	return (u64)get16(p) << 32 | get32(p + 2);
}

static void put16(u8 *p, u16 v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static void put32(u8 *p, u32 v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static void put48(u8 *p, u64 v)
{
	put16(p, v >> 32);
	put32(p + 2, v);
}

__sum16 shim6_wire_checksum(const u8 *buf, size_t len)
{
	u32 sum = 0;
	size_t i;

	/* At most 1024 words: 32 bits cannot overflow */
	for (i = 0; i + 1 < len; i += 2)
		sum += get16(buf + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__force __sum16)cpu_to_be16(~sum & 0xffff);
}

void shim6_wire_payload(u8 *buf, u8 nexthdr, u64 tag)
{
	buf[0] = nexthdr;
	buf[OFF_HEL] = 0;
	put48(buf + 2, SHIM6_P_BIT | (tag & SHIM6_TAG_MASK));
}

u64 shim6_wire_payload_tag(const u8 *buf)
{
	return get48(buf + 2) & SHIM6_TAG_MASK;
}

/**
 * struct wire_opt - one option found in a message
 * @off: offset of its type field in the message
 * @len: octets of its contents, without header and padding
 * @p: its contents
 */
struct wire_opt {
	u16 off;
	u16 len;
	const u8 *p;
};

static enum shim6_wire_verdict get_validator(struct shim6_msg *m,
					     const struct wire_opt *o)
{
	if (o->len > SHIM6_MAX_VALIDATOR)
		return SHIM6_WIRE_OPT_LENGTH;
	m->validator = o->p;
	m->validator_len = o->len;
	return SHIM6_WIRE_OK;
}

static size_t validator_len(const struct shim6_msg *m)
{
	return m->validator_len;
}

static void put_validator(const struct shim6_msg *m, u8 *p)
{
	memcpy(p, m->validator, m->validator_len);
}

/* Offset of the first locator in the contents; the padding counts (B-13) */
static size_t list_first(unsigned int n)
{
	return round_up(OPT_HDR + LIST_HDR + n, WIRE_UNIT) - OPT_HDR;
}

static size_t list_len(const struct shim6_msg *m)
{
	return list_first(m->nlocs) + m->nlocs * sizeof(struct in6_addr);
}

static enum shim6_wire_verdict get_list(struct shim6_msg *m,
					const struct wire_opt *o)
{
	if (o->len < LIST_HDR)
		return SHIM6_WIRE_OPT_LENGTH;
	m->list_gen = get32(o->p);
	m->nlocs = o->p[4];
	if (!m->nlocs || m->nlocs > SHIM6_MAX_LOCS || o->len != list_len(m))
		return SHIM6_WIRE_OPT_LENGTH;
	m->methods = o->p + LIST_HDR;
	m->off_methods = o->off + OPT_HDR + LIST_HDR;
	m->locs = (const struct in6_addr *)(o->p + list_first(m->nlocs));
	return SHIM6_WIRE_OK;
}

static void put_list(const struct shim6_msg *m, u8 *p)
{
	put32(p, m->list_gen);
	p[4] = m->nlocs;
	memcpy(p + LIST_HDR, m->methods, m->nlocs);
	memcpy(p + list_first(m->nlocs), m->locs,
	       m->nlocs * sizeof(struct in6_addr));
}

static enum shim6_wire_verdict get_prefs(struct shim6_msg *m,
					 const struct wire_opt *o)
{
	size_t n;

	if (o->len < PREF_HDR)
		return SHIM6_WIRE_OPT_LENGTH;
	m->pref_gen = get32(o->p);
	m->pref_elem = o->p[4];
	if (!m->pref_elem || (o->len - PREF_HDR) % m->pref_elem)
		return SHIM6_WIRE_OPT_LENGTH;
	n = (o->len - PREF_HDR) / m->pref_elem;
	/* More than any list can have stays more, for Error 4 */
	m->npref = min_t(size_t, n, U8_MAX);
	m->prefs = o->p + PREF_HDR;
	m->off_pref = o->off;
	return SHIM6_WIRE_OK;
}

static size_t prefs_len(const struct shim6_msg *m)
{
	return PREF_HDR + (size_t)m->npref * m->pref_elem;
}

static void put_prefs(const struct shim6_msg *m, u8 *p)
{
	put32(p, m->pref_gen);
	p[4] = m->pref_elem;
	memcpy(p + PREF_HDR, m->prefs, (size_t)m->npref * m->pref_elem);
}

static enum shim6_wire_verdict get_pds(struct shim6_msg *m,
				       const struct wire_opt *o)
{
	if (o->len > SHIM6_MAX_PDS)
		return SHIM6_WIRE_OPT_LENGTH;
	m->pds = o->p;
	m->pds_len = o->len;
	return SHIM6_WIRE_OK;
}

static size_t pds_len(const struct shim6_msg *m)
{
	return m->pds_len;
}

static void put_pds(const struct shim6_msg *m, u8 *p)
{
	memcpy(p, m->pds, m->pds_len);
}

static enum shim6_wire_verdict get_sig(struct shim6_msg *m,
				       const struct wire_opt *o)
{
	m->sig = o->p;
	m->sig_len = o->len;
	return SHIM6_WIRE_OK;
}

static size_t sig_len(const struct shim6_msg *m)
{
	return m->sig_len;
}

static void put_sig(const struct shim6_msg *m, u8 *p)
{
	memcpy(p, m->sig, m->sig_len);
}

static size_t pair_len(const struct shim6_msg *m)
{
	return 4 + 2 * sizeof(struct in6_addr);
}

static enum shim6_wire_verdict get_pair(struct shim6_msg *m,
					const struct wire_opt *o)
{
	if (o->len != pair_len(m))
		return SHIM6_WIRE_OPT_LENGTH;
	memcpy(&m->ulid_sender, o->p + 4, sizeof(m->ulid_sender));
	memcpy(&m->ulid_receiver, o->p + 20, sizeof(m->ulid_receiver));
	return SHIM6_WIRE_OK;
}

static void put_pair(const struct shim6_msg *m, u8 *p)
{
	memcpy(p + 4, &m->ulid_sender, sizeof(m->ulid_sender));
	memcpy(p + 20, &m->ulid_receiver, sizeof(m->ulid_receiver));
}

static size_t word_len(const struct shim6_msg *m)
{
	return 4;
}

static enum shim6_wire_verdict get_fii(struct shim6_msg *m,
				       const struct wire_opt *o)
{
	if (o->len != word_len(m))
		return SHIM6_WIRE_OPT_LENGTH;
	m->fii = get32(o->p);
	return SHIM6_WIRE_OK;
}

static void put_fii(const struct shim6_msg *m, u8 *p)
{
	put32(p, m->fii);
}

static enum shim6_wire_verdict get_keepalive(struct shim6_msg *m,
					     const struct wire_opt *o)
{
	if (o->len != word_len(m))
		return SHIM6_WIRE_OPT_LENGTH;
	m->keepalive = get16(o->p + 2);
	return SHIM6_WIRE_OK;
}

static void put_keepalive(const struct shim6_msg *m, u8 *p)
{
	put16(p + 2, m->keepalive);
}

/**
 * struct opt_codec - how an option is read and written
 * @get: takes its contents
 * @len: octets of contents to be written
 * @put: writes them into zeroed memory
 */
struct opt_codec {
	enum shim6_wire_verdict (*get)(struct shim6_msg *m,
				       const struct wire_opt *o);
	size_t (*len)(const struct shim6_msg *m);
	void (*put)(const struct shim6_msg *m, u8 *p);
};

static const struct opt_codec codecs[] = {
	[SHIM6_OPT_VALIDATOR] = { get_validator, validator_len, put_validator },
	[SHIM6_OPT_LOC_LIST] = { get_list, list_len, put_list },
	[SHIM6_OPT_LOC_PREFS] = { get_prefs, prefs_len, put_prefs },
	[SHIM6_OPT_PDS] = { get_pds, pds_len, put_pds },
	[SHIM6_OPT_SIGNATURE] = { get_sig, sig_len, put_sig },
	[SHIM6_OPT_ULID_PAIR] = { get_pair, pair_len, put_pair },
	[SHIM6_OPT_FII] = { get_fii, word_len, put_fii },
	[SHIM6_OPT_KEEPALIVE] = { get_keepalive, word_len, put_keepalive },
};

static bool is_listed(const struct msg_spec *s, unsigned int type)
{
	return type < ARRAY_SIZE(codecs) && s->listed & SHIM6_OPT_BIT(type);
}

static size_t opt_total(size_t len)
{
	return round_up(OPT_HDR + len, WIRE_UNIT);
}

/* An option that may be used here */
static enum shim6_wire_verdict take_option(struct shim6_msg *m,
					   unsigned int type,
					   const struct wire_opt *o)
{
	if (m->opts & SHIM6_OPT_BIT(type))
		return SHIM6_WIRE_OPT_DUP;
	m->opts |= SHIM6_OPT_BIT(type);
	return codecs[type].get(m, o);
}

/*
 * @off and @end are multiples of eight as every option is, so a header can
 * always be read.
 */
static enum shim6_wire_verdict walk_options(const struct msg_spec *s,
					    struct shim6_msg *m, const u8 *buf,
					    size_t off, size_t end,
					    u16 *err_off)
{
	enum shim6_wire_verdict v;
	struct wire_opt o;
	unsigned int word;

	for (; off < end; off += opt_total(o.len)) {
		word = get16(buf + off);
		o.off = off;
		o.len = get16(buf + off + 2);
		o.p = buf + off + OPT_HDR;
		if (opt_total(o.len) > end - off)
			return SHIM6_WIRE_OPT_BOUNDS;
		if (is_listed(s, word >> 1)) {
			v = take_option(m, word >> 1, &o);
			if (v != SHIM6_WIRE_OK)
				return v;
		} else if (word & 1) {
			/* Known but not listed counts as unknown (B-10) */
			*err_off = off;
			return SHIM6_WIRE_OPT_CRITICAL;
		}
	}
	if (s->required & ~m->opts)
		return SHIM6_WIRE_OPT_MISSING;
	return SHIM6_WIRE_OK;
}

static void get_fixed(const struct msg_spec *s, struct shim6_msg *m,
		      const u8 *buf)
{
	if (s->tag)
		m->tag = get48(buf + OFF_TAG) & SHIM6_TAG_MASK;
	if (s->init)
		m->init_nonce = get32(buf + s->init);
	if (s->resp)
		m->resp_nonce = get32(buf + s->resp);
	if (s->req)
		m->req_nonce = get32(buf + s->req);
	if (s->packet_tag)
		m->packet_tag = get48(buf + s->packet_tag) & SHIM6_TAG_MASK;
}

static void get_error(struct shim6_msg *m, const u8 *buf, size_t total)
{
	m->err_code = buf[OFF_CODE] >> 1;
	m->err_ptr = get16(buf + OFF_ERR_PTR);
	m->quoted = buf + OFF_QUOTED;
	m->quoted_len = total - OFF_QUOTED;
}

/* Precvd is the high half of the octet */
static enum shim6_wire_verdict get_probe(struct shim6_msg *m, const u8 *buf,
					 size_t total)
{
	m->psent = buf[OFF_COUNTS] & 0x0f;
	m->precvd = buf[OFF_COUNTS] >> 4;
	m->sta = buf[OFF_STA] >> 6;
	if (!m->psent || m->sta > SHIM6_REAP_INBOUND_OK)
		return SHIM6_WIRE_FIELD;
	if (total < PROBE_FIXED + (m->psent + m->precvd) * REC_LEN)
		return SHIM6_WIRE_SHORT;
	m->sent = (const struct shim6_probe_rec *)(buf + PROBE_FIXED);
	m->recvd = m->sent + m->psent;
	return SHIM6_WIRE_OK;
}

static size_t probe_records_len(const struct shim6_msg *m)
{
	return (m->psent + m->precvd) * REC_LEN;
}

/* What holds for every message, whatever its type (RFC 5533 12.3) */
static enum shim6_wire_verdict check_common(const u8 *buf, size_t len)
{
	size_t total;

	if (len < WIRE_UNIT)
		return SHIM6_WIRE_TRUNCATED;
	if (buf[OFF_TYPE] & P_FLAG)
		return SHIM6_WIRE_PAYLOAD;
	if (buf[OFF_CODE] & S_FLAG)
		return SHIM6_WIRE_HIP;
	total = (buf[OFF_HEL] + 1) * WIRE_UNIT;
	if (total > len)
		return SHIM6_WIRE_TRUNCATED;
	if (shim6_wire_checksum(buf, total))
		return SHIM6_WIRE_CHECKSUM;
	return SHIM6_WIRE_OK;
}

static enum shim6_wire_verdict get_typed(const struct msg_spec *s,
					 struct shim6_msg *m, const u8 *buf,
					 size_t total, u16 *err_off)
{
	enum shim6_wire_verdict v;

	if (total < s->min)
		return SHIM6_WIRE_SHORT;
	get_fixed(s, m, buf);
	if (m->type == SHIM6_MSG_ERROR) {
		get_error(m, buf, total);
		return SHIM6_WIRE_OK;
	}
	if (m->type == SHIM6_MSG_PROBE) {
		v = get_probe(m, buf, total);
		if (v != SHIM6_WIRE_OK)
			return v;
	}
	return walk_options(s, m, buf, s->opts + probe_records_len(m), total,
			    err_off);
}

enum shim6_wire_verdict shim6_wire_decode(const u8 *buf, size_t len,
					  struct shim6_msg *m, u16 *err_off)
{
	const struct msg_spec *s;
	enum shim6_wire_verdict v;

	memset(m, 0, sizeof(*m));
	*err_off = 0;
	v = check_common(buf, len);
	if (v != SHIM6_WIRE_OK)
		return v;
	m->type = buf[OFF_TYPE];
	s = spec_of(m->type);
	if (!s) {
		*err_off = OFF_TYPE;
		return SHIM6_WIRE_TYPE;
	}
	/* What follows the message is not ours, whatever buf[0] says */
	return get_typed(s, m, buf, (buf[OFF_HEL] + 1) * WIRE_UNIT, err_off);
}

void shim6_msg_pref(const struct shim6_msg *m, unsigned int i,
		    struct shim6_loc_pref *out)
{
	const u8 *e = m->prefs + (size_t)i * m->pref_elem;

	out->flags = e[0];
	out->priority = m->pref_elem > 1 ? e[1] : 0;
	out->weight = m->pref_elem > 2 ? e[2] : 0;
}

/* Fields an encoder could get wrong: what we refuse to read we do not send */
static bool is_formable(const struct msg_spec *s, const struct shim6_msg *m)
{
	if ((m->opts & ~s->listed) || (s->required & ~m->opts))
		return false;
	if ((m->opts & O(VALIDATOR)) && m->validator_len > SHIM6_MAX_VALIDATOR)
		return false;
	if ((m->opts & O(LOC_LIST)) &&
	    (!m->nlocs || m->nlocs > SHIM6_MAX_LOCS))
		return false;
	if ((m->opts & O(LOC_PREFS)) && !m->pref_elem)
		return false;
	if ((m->opts & O(PDS)) && m->pds_len > SHIM6_MAX_PDS)
		return false;
	if (m->type == SHIM6_MSG_PROBE)
		return m->psent && m->psent <= SHIM6_MAX_PROBE_RECS &&
		       m->precvd <= SHIM6_MAX_PROBE_RECS &&
		       m->sta <= SHIM6_REAP_INBOUND_OK;
	if (m->type == SHIM6_MSG_ERROR)
		return m->err_code <= 127 && m->quoted_len &&
		       !(m->quoted_len % WIRE_UNIT);
	return true;
}

static size_t options_len(const struct shim6_msg *m)
{
	unsigned int type;
	size_t len = 0;

	for (type = 0; type < ARRAY_SIZE(codecs); type++)
		if (m->opts & SHIM6_OPT_BIT(type))
			len += opt_total(codecs[type].len(m));
	return len;
}

size_t shim6_wire_size(const struct shim6_msg *m)
{
	const struct msg_spec *s = spec_of(m->type);
	size_t size;

	if (!s || !is_formable(s, m))
		return 0;
	if (m->type == SHIM6_MSG_ERROR)
		size = OFF_QUOTED + m->quoted_len;
	else if (m->type == SHIM6_MSG_PROBE)
		size = PROBE_FIXED + probe_records_len(m);
	else
		size = s->opts;
	size += options_len(m);
	return size <= WIRE_MAX ? size : 0;
}

static void put_options(const struct shim6_msg *m, u8 *p)
{
	unsigned int type;
	size_t len;

	for (type = 0; type < ARRAY_SIZE(codecs); type++) {
		if (!(m->opts & SHIM6_OPT_BIT(type)))
			continue;
		len = codecs[type].len(m);
		put16(p, type << 1);
		put16(p + 2, len);
		codecs[type].put(m, p + OPT_HDR);
		p += opt_total(len);
	}
}

static void put_fixed(const struct msg_spec *s, const struct shim6_msg *m,
		      u8 *buf)
{
	if (s->tag)
		put48(buf + OFF_TAG, m->tag & SHIM6_TAG_MASK);
	if (s->init)
		put32(buf + s->init, m->init_nonce);
	if (s->resp)
		put32(buf + s->resp, m->resp_nonce);
	if (s->req)
		put32(buf + s->req, m->req_nonce);
	if (s->packet_tag)
		put48(buf + s->packet_tag, m->packet_tag & SHIM6_TAG_MASK);
}

static void put_error(const struct shim6_msg *m, u8 *buf)
{
	buf[OFF_CODE] = m->err_code << 1;
	put16(buf + OFF_ERR_PTR, m->err_ptr);
	memcpy(buf + OFF_QUOTED, m->quoted, m->quoted_len);
}

static void put_probe(const struct shim6_msg *m, u8 *buf)
{
	u8 *p = buf + PROBE_FIXED;

	buf[OFF_COUNTS] = m->precvd << 4 | m->psent;
	buf[OFF_STA] = m->sta << 6;
	memcpy(p, m->sent, m->psent * REC_LEN);
	if (m->precvd)
		memcpy(p + m->psent * REC_LEN, m->recvd, m->precvd * REC_LEN);
}

int shim6_wire_encode(const struct shim6_msg *m, u8 *buf, size_t room)
{
	size_t size = shim6_wire_size(m);
	const struct msg_spec *s = spec_of(m->type);
	__sum16 sum;

	if (!size)
		return -EINVAL;
	if (size > room)
		return -EMSGSIZE;
	memset(buf, 0, size);
	buf[0] = SHIM6_NEXTHDR_NONE;
	buf[OFF_HEL] = size / WIRE_UNIT - 1;
	buf[OFF_TYPE] = m->type;
	put_fixed(s, m, buf);
	if (m->type == SHIM6_MSG_ERROR)
		put_error(m, buf);
	if (m->type == SHIM6_MSG_PROBE)
		put_probe(m, buf);
	put_options(m, buf + s->opts + probe_records_len(m));
	sum = shim6_wire_checksum(buf, size);
	memcpy(buf + OFF_CHECKSUM, &sum, sizeof(sum));
	return size;
}
