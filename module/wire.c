// SPDX-License-Identifier: GPL-2.0
/*
 * Wire codec: control messages and their options (RFC 5533 5, RFC 5534 5).
 *
 * Two tables hold what differs: msg_spec where the fields of a message type
 * are and which options it may carry, opt_codec how an option is read and
 * written. Decoder and encoder use the same rows.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "octets.h"
#include "wire.h"

#define WIRE_UNIT	8	/* Hdr Ext Len counts these, less the first */
#define WIRE_MAX	(256 * WIRE_UNIT)

#define OFF_HEL		1
#define OFF_TYPE	2	/* and the P bit */
#define OFF_CODE	3	/* Error Code, else Reserved1; and the S bit */
#define OFF_CHECKSUM	4
#define OFF_TAG		6
#define OFF_ERR_PTR	6
#define OFF_QUOTED	8
#define OFF_COUNTS	12	/* Probe: Precvd and Psent */
#define OFF_STA		13
#define OPT_HDR		4
#define GEN_HDR		5	/* generation, then a count or element length */
#define PROBE_FIXED	16
#define REC_LEN		sizeof(struct shim6_probe_rec)

/**
 * struct msg_spec - layout of one message type (RFC 5533 5.4 to 5.14)
 * @min: smallest message, octets; but for Probe and Error options start there
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
#define O_ALL		(O(VALIDATOR) | O_LOCATORS | O_CONTEXT)

static const struct msg_spec specs[] = {
	[SHIM6_MSG_I1] = { .min = 16, .tag = true, .init = 12,
		.listed = O_CONTEXT },
	/* No tag here: the nonces stand where others have it (B-7) */
	[SHIM6_MSG_R1] = { .min = 16, .init = 8, .resp = 12,
		.listed = O(VALIDATOR), .required = O(VALIDATOR) },
	[SHIM6_MSG_I2] = { .min = 24, .tag = true, .init = 12, .resp = 16,
		.listed = O_ALL, .required = O(VALIDATOR) },
	[SHIM6_MSG_R2] = { .min = 16, .tag = true, .init = 12,
		.listed = O_LOCATORS },
	[SHIM6_MSG_R1BIS] = { .min = 16, .tag = true, .resp = 12,
		.listed = O(VALIDATOR), .required = O(VALIDATOR) },
	[SHIM6_MSG_I2BIS] = { .min = 32, .tag = true, .init = 12, .resp = 16,
		.packet_tag = 26, .listed = O_ALL, .required = O(VALIDATOR) },
	[SHIM6_MSG_UPDATE_REQ] = { .min = 16, .tag = true, .req = 12,
		.listed = O_LOCATORS },
	[SHIM6_MSG_UPDATE_ACK] = { .min = 16, .tag = true, .req = 12 },
	[SHIM6_MSG_KEEPALIVE] = { .min = 16, .tag = true },
	[SHIM6_MSG_PROBE] = { .min = PROBE_FIXED + REC_LEN, .tag = true },
	[SHIM6_MSG_ERROR] = { .min = 16 },
};

static const struct msg_spec *spec_of(u8 type)
{
	if (type < ARRAY_SIZE(specs) && specs[type].min)
		return &specs[type];
	return NULL;
}

__sum16 shim6_wire_checksum(const u8 *buf, size_t len)
{
	u32 sum = 0;
	size_t i;

	/* At most 1024 words: 32 bits cannot overflow */
	for (i = 0; i + 1 < len; i += 2)
		sum += shim6_get16(buf + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__force __sum16)cpu_to_be16(~sum & 0xffff);
}

void shim6_wire_payload(u8 *buf, u8 nexthdr, u64 tag)
{
	buf[0] = nexthdr;
	buf[OFF_HEL] = 0;
	shim6_put48(buf + 2, SHIM6_P_BIT | (tag & SHIM6_TAG_MASK));
}

u64 shim6_wire_payload_tag(const u8 *buf)
{
	return shim6_get48(buf + 2) & SHIM6_TAG_MASK;
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

/**
 * struct opt_codec - how an option is read and written
 * @get: takes its contents, their length is within bounds; false: it lies
 * @put: writes them into zeroed memory
 * @len: octets to be written; without it always @max
 * @min: fewest octets
 * @max: most octets
 */
struct opt_codec {
	bool (*get)(struct shim6_msg *m, const struct wire_opt *o);
	void (*put)(const struct shim6_msg *m, u8 *p);
	size_t (*len)(const struct shim6_msg *m);
	u16 min;
	u16 max;
};

static bool get_validator(struct shim6_msg *m, const struct wire_opt *o)
{
	m->validator = o->p;
	m->validator_len = o->len;
	return true;
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
	return round_up(OPT_HDR + GEN_HDR + n, WIRE_UNIT) - OPT_HDR;
}

static size_t list_len(const struct shim6_msg *m)
{
	return list_first(m->nlocs) + m->nlocs * sizeof(struct in6_addr);
}

static bool get_list(struct shim6_msg *m, const struct wire_opt *o)
{
	m->list_gen = shim6_get32(o->p);
	m->nlocs = o->p[4];
	if (!m->nlocs || m->nlocs > SHIM6_MAX_LOCS || o->len != list_len(m))
		return false;
	m->methods = o->p + GEN_HDR;
	m->off_methods = o->off + OPT_HDR + GEN_HDR;
	m->locs = (const struct in6_addr *)(o->p + list_first(m->nlocs));
	return true;
}

static void put_list(const struct shim6_msg *m, u8 *p)
{
	shim6_put32(p, m->list_gen);
	p[4] = m->nlocs;
	memcpy(p + GEN_HDR, m->methods, m->nlocs);
	memcpy(p + list_first(m->nlocs), m->locs,
	       m->nlocs * sizeof(struct in6_addr));
}

static bool get_prefs(struct shim6_msg *m, const struct wire_opt *o)
{
	u16 len = o->len - GEN_HDR;

	m->pref_gen = shim6_get32(o->p);
	m->pref_elem = o->p[4];
	if (!m->pref_elem || len % m->pref_elem)
		return false;
	/* More than any list can have stays more, for Error 4 */
	m->npref = min_t(u16, len / m->pref_elem, U8_MAX);
	m->prefs = o->p + GEN_HDR;
	m->off_pref = o->off;
	return true;
}

static size_t prefs_len(const struct shim6_msg *m)
{
	return GEN_HDR + (size_t)m->npref * m->pref_elem;
}

static void put_prefs(const struct shim6_msg *m, u8 *p)
{
	shim6_put32(p, m->pref_gen);
	p[4] = m->pref_elem;
	memcpy(p + GEN_HDR, m->prefs, (size_t)m->npref * m->pref_elem);
}

static bool get_pds(struct shim6_msg *m, const struct wire_opt *o)
{
	m->pds = o->p;
	m->pds_len = o->len;
	return true;
}

static size_t pds_len(const struct shim6_msg *m)
{
	return m->pds_len;
}

static void put_pds(const struct shim6_msg *m, u8 *p)
{
	memcpy(p, m->pds, m->pds_len);
}

static bool get_sig(struct shim6_msg *m, const struct wire_opt *o)
{
	m->sig = o->p;
	m->sig_len = o->len;
	return true;
}

static size_t sig_len(const struct shim6_msg *m)
{
	return m->sig_len;
}

static void put_sig(const struct shim6_msg *m, u8 *p)
{
	memcpy(p, m->sig, m->sig_len);
}

static bool get_pair(struct shim6_msg *m, const struct wire_opt *o)
{
	memcpy(&m->ulid_sender, o->p + 4, sizeof(m->ulid_sender));
	memcpy(&m->ulid_receiver, o->p + 20, sizeof(m->ulid_receiver));
	return true;
}

static void put_pair(const struct shim6_msg *m, u8 *p)
{
	memcpy(p + 4, &m->ulid_sender, sizeof(m->ulid_sender));
	memcpy(p + 20, &m->ulid_receiver, sizeof(m->ulid_receiver));
}

static bool get_fii(struct shim6_msg *m, const struct wire_opt *o)
{
	m->fii = shim6_get32(o->p);
	return true;
}

static void put_fii(const struct shim6_msg *m, u8 *p)
{
	shim6_put32(p, m->fii);
}

static bool get_keepalive(struct shim6_msg *m, const struct wire_opt *o)
{
	m->keepalive = shim6_get16(o->p + 2);
	return true;
}

static void put_keepalive(const struct shim6_msg *m, u8 *p)
{
	shim6_put16(p + 2, m->keepalive);
}

static const struct opt_codec codecs[] = {
	[SHIM6_OPT_VALIDATOR] = { get_validator, put_validator, validator_len,
		.max = SHIM6_MAX_VALIDATOR },
	[SHIM6_OPT_LOC_LIST] = { get_list, put_list, list_len,
		.min = GEN_HDR, .max = U16_MAX },
	[SHIM6_OPT_LOC_PREFS] = { get_prefs, put_prefs, prefs_len,
		.min = GEN_HDR, .max = U16_MAX },
	[SHIM6_OPT_PDS] = { get_pds, put_pds, pds_len, .max = SHIM6_MAX_PDS },
	[SHIM6_OPT_SIGNATURE] = { get_sig, put_sig, sig_len, .max = U16_MAX },
	[SHIM6_OPT_ULID_PAIR] = { get_pair, put_pair, .min = 36, .max = 36 },
	[SHIM6_OPT_FII] = { get_fii, put_fii, .min = 4, .max = 4 },
	[SHIM6_OPT_KEEPALIVE] = { get_keepalive, put_keepalive,
		.min = 4, .max = 4 },
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
static enum shim6_wire_verdict
take_option(struct shim6_msg *m, unsigned int type, const struct wire_opt *o)
{
	const struct opt_codec *c = &codecs[type];

	if (m->opts & SHIM6_OPT_BIT(type))
		return SHIM6_WIRE_OPT_DUP;
	m->opts |= SHIM6_OPT_BIT(type);
	if (o->len < c->min || o->len > c->max || !c->get(m, o))
		return SHIM6_WIRE_OPT_LENGTH;
	return SHIM6_WIRE_OK;
}

/*
 * @off and @end are multiples of eight as every option is, so a header can
 * always be read.
 */
static enum shim6_wire_verdict
walk_options(const struct msg_spec *s, struct shim6_msg *m, const u8 *buf,
	     size_t off, size_t end, u16 *err_off)
{
	enum shim6_wire_verdict v;
	struct wire_opt o;
	unsigned int word;

	for (; off < end; off += opt_total(o.len)) {
		word = shim6_get16(buf + off);
		o.off = off;
		o.len = shim6_get16(buf + off + 2);
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

/* Octets of everything before the options */
static size_t fixed_len(const struct msg_spec *s, const struct shim6_msg *m)
{
	if (m->type == SHIM6_MSG_ERROR)
		return OFF_QUOTED + m->quoted_len;
	if (m->type == SHIM6_MSG_PROBE)
		return PROBE_FIXED + (m->psent + m->precvd) * REC_LEN;
	return s->min;
}

static void get_fixed(const struct msg_spec *s, struct shim6_msg *m,
		      const u8 *buf)
{
	if (s->tag)
		m->tag = shim6_get48(buf + OFF_TAG) & SHIM6_TAG_MASK;
	if (s->init)
		m->init_nonce = shim6_get32(buf + s->init);
	if (s->resp)
		m->resp_nonce = shim6_get32(buf + s->resp);
	if (s->req)
		m->req_nonce = shim6_get32(buf + s->req);
	if (s->packet_tag)
		m->packet_tag = shim6_get48(buf + s->packet_tag) & SHIM6_TAG_MASK;
}

static void get_error(struct shim6_msg *m, const u8 *buf, size_t total)
{
	m->err_code = buf[OFF_CODE] >> 1;
	m->err_ptr = shim6_get16(buf + OFF_ERR_PTR);
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

/* What holds for every message, whatever its type (RFC 5533 12.3) */
static enum shim6_wire_verdict check_common(const u8 *buf, size_t len)
{
	size_t total;

	if (len < WIRE_UNIT)
		return SHIM6_WIRE_TRUNCATED;
	if (buf[OFF_TYPE] & 0x80)
		return SHIM6_WIRE_PAYLOAD;
	if (buf[OFF_CODE] & 0x01)
		return SHIM6_WIRE_HIP;
	total = (buf[OFF_HEL] + 1) * WIRE_UNIT;
	if (total > len)
		return SHIM6_WIRE_TRUNCATED;
	if (shim6_wire_checksum(buf, total))
		return SHIM6_WIRE_CHECKSUM;
	return SHIM6_WIRE_OK;
}

static enum shim6_wire_verdict
get_typed(const struct msg_spec *s, struct shim6_msg *m, const u8 *buf,
	  size_t total, u16 *err_off)
{
	enum shim6_wire_verdict v = SHIM6_WIRE_OK;

	if (total < s->min)
		return SHIM6_WIRE_SHORT;
	get_fixed(s, m, buf);
	if (m->type == SHIM6_MSG_ERROR)
		get_error(m, buf, total);
	else if (m->type == SHIM6_MSG_PROBE)
		v = get_probe(m, buf, total);
	if (v != SHIM6_WIRE_OK)
		return v;
	return walk_options(s, m, buf, fixed_len(s, m), total, err_off);
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

/* What we refuse to read we do not send */
static bool is_formable(const struct msg_spec *s, const struct shim6_msg *m)
{
	if ((m->opts & ~s->listed) || (s->required & ~m->opts))
		return false;
	if ((m->opts & O(LOC_LIST)) && (!m->nlocs || m->nlocs > SHIM6_MAX_LOCS))
		return false;
	if ((m->opts & O(LOC_PREFS)) && !m->pref_elem)
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

static size_t content_len(const struct shim6_msg *m, unsigned int type)
{
	return codecs[type].len ? codecs[type].len(m) : codecs[type].max;
}

/* An option that is too long makes the message too long */
static size_t options_len(const struct shim6_msg *m)
{
	unsigned int type;
	size_t n, len = 0;

	for (type = 0; type < ARRAY_SIZE(codecs); type++) {
		if (!(m->opts & SHIM6_OPT_BIT(type)))
			continue;
		n = content_len(m, type);
		len += n <= codecs[type].max ? opt_total(n) : WIRE_MAX;
	}
	return len;
}

size_t shim6_wire_size(const struct shim6_msg *m)
{
	const struct msg_spec *s = spec_of(m->type);
	size_t size;

	if (!s || !is_formable(s, m))
		return 0;
	size = fixed_len(s, m) + options_len(m);
	return size <= WIRE_MAX ? size : 0;
}

static void put_options(const struct shim6_msg *m, u8 *p)
{
	unsigned int type;
	size_t len;

	for (type = 0; type < ARRAY_SIZE(codecs); type++) {
		if (!(m->opts & SHIM6_OPT_BIT(type)))
			continue;
		len = content_len(m, type);
		shim6_put16(p, type << 1);
		shim6_put16(p + 2, len);
		codecs[type].put(m, p + OPT_HDR);
		p += opt_total(len);
	}
}

static void put_fixed(const struct msg_spec *s, const struct shim6_msg *m,
		      u8 *buf)
{
	if (s->tag)
		shim6_put48(buf + OFF_TAG, m->tag & SHIM6_TAG_MASK);
	if (s->init)
		shim6_put32(buf + s->init, m->init_nonce);
	if (s->resp)
		shim6_put32(buf + s->resp, m->resp_nonce);
	if (s->req)
		shim6_put32(buf + s->req, m->req_nonce);
	if (s->packet_tag)
		shim6_put48(buf + s->packet_tag, m->packet_tag & SHIM6_TAG_MASK);
}

static void put_error(const struct shim6_msg *m, u8 *buf)
{
	buf[OFF_CODE] = m->err_code << 1;
	shim6_put16(buf + OFF_ERR_PTR, m->err_ptr);
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
	put_options(m, buf + fixed_len(s, m));
	sum = shim6_wire_checksum(buf, size);
	memcpy(buf + OFF_CHECKSUM, &sum, sizeof(sum));
	return size;
}
