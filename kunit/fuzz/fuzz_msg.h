/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What holds for a message that was decoded (RFC 5533 5, RFC 5534 5): it lies
 * within its octets, and what is encoded from it is read the same again.
 */
#ifndef SHIM6_FUZZ_MSG_H
#define SHIM6_FUZZ_MSG_H

#include "fuzz.h"
#include "../rawmsg.h"

/* Makes the header agree with the length, so that what follows is looked at */
static inline size_t fuzz_repair(u8 *buf, size_t len)
{
	if (len > RAW_MAX)
		len = RAW_MAX;
	len -= len % 8;
	if (!len)
		return 0;
	buf[1] = len / 8 - 1;
	buf[2] &= 0x7f;
	buf[3] &= 0xfe;
	raw_checksum(buf, len);
	return len;
}

static inline bool fuzz_has(const struct shim6_msg *m, unsigned int type)
{
	return m->opts & SHIM6_OPT_BIT(type);
}

static inline void fuzz_msg_list_inside(const u8 *buf, size_t len,
					const struct shim6_msg *m)
{
	FUZZ_CHECK(m->nlocs && m->nlocs <= SHIM6_MAX_LOCS);
	FUZZ_CHECK(fuzz_inside(buf, len, m->methods, m->nlocs));
	FUZZ_CHECK(fuzz_inside(buf, len, m->locs,
			       m->nlocs * sizeof(*m->locs)));
	FUZZ_CHECK(m->methods == buf + m->off_methods);
	FUZZ_CHECK(m->methods + m->nlocs <= (const u8 *)m->locs);
}

static inline void fuzz_msg_prefs_inside(const u8 *buf, size_t len,
					 const struct shim6_msg *m)
{
	struct shim6_loc_pref pref;
	unsigned int i;

	FUZZ_CHECK(m->pref_elem);
	FUZZ_CHECK(fuzz_inside(buf, len, m->prefs,
			       (size_t)m->npref * m->pref_elem));
	FUZZ_CHECK(shim6_get16(buf + m->off_pref) >> 1 ==
		   SHIM6_OPT_LOC_PREFS);
	for (i = 0; i < m->npref; i++) {
		shim6_msg_pref(m, i, &pref);
		FUZZ_CHECK(pref.flags == m->prefs[i * m->pref_elem]);
		FUZZ_CHECK(m->pref_elem > 1 || !pref.priority);
		FUZZ_CHECK(m->pref_elem > 2 || !pref.weight);
	}
}

static inline void fuzz_msg_probe_inside(const u8 *buf, size_t len,
					 const struct shim6_msg *m)
{
	FUZZ_CHECK(m->psent && m->psent <= SHIM6_MAX_PROBE_RECS);
	FUZZ_CHECK(m->precvd <= SHIM6_MAX_PROBE_RECS);
	FUZZ_CHECK(m->sta <= SHIM6_REAP_INBOUND_OK);
	FUZZ_CHECK(fuzz_inside(buf, len, m->sent,
			       m->psent * sizeof(*m->sent)));
	FUZZ_CHECK(fuzz_inside(buf, len, m->recvd,
			       m->precvd * sizeof(*m->recvd)));
}

/* @buf holds the message and nothing else */
static inline void fuzz_msg_inside(const u8 *buf, size_t len,
				   const struct shim6_msg *m)
{
	FUZZ_CHECK(m->tag <= SHIM6_TAG_MASK);
	FUZZ_CHECK(m->packet_tag <= SHIM6_TAG_MASK);
	if (fuzz_has(m, SHIM6_OPT_VALIDATOR))
		FUZZ_CHECK(m->validator_len <= SHIM6_MAX_VALIDATOR &&
			   fuzz_inside(buf, len, m->validator,
				       m->validator_len));
	if (fuzz_has(m, SHIM6_OPT_PDS))
		FUZZ_CHECK(m->pds_len <= SHIM6_MAX_PDS &&
			   fuzz_inside(buf, len, m->pds, m->pds_len));
	if (fuzz_has(m, SHIM6_OPT_SIGNATURE))
		FUZZ_CHECK(fuzz_inside(buf, len, m->sig, m->sig_len));
	if (fuzz_has(m, SHIM6_OPT_LOC_LIST))
		fuzz_msg_list_inside(buf, len, m);
	if (fuzz_has(m, SHIM6_OPT_LOC_PREFS))
		fuzz_msg_prefs_inside(buf, len, m);
	if (m->type == SHIM6_MSG_PROBE)
		fuzz_msg_probe_inside(buf, len, m);
	if (m->type == SHIM6_MSG_ERROR)
		FUZZ_CHECK(fuzz_inside(buf, len, m->quoted, m->quoted_len));
}

#define FUZZ_SAME(field)	FUZZ_CHECK(a->field == b->field)

static inline void fuzz_msg_same_options(const struct shim6_msg *a,
					 const struct shim6_msg *b)
{
	FUZZ_CHECK(fuzz_same(a->validator, a->validator_len, b->validator,
			     b->validator_len));
	FUZZ_SAME(list_gen);
	FUZZ_SAME(nlocs);
	FUZZ_CHECK(fuzz_same(a->locs, a->nlocs * sizeof(*a->locs), b->locs,
			     b->nlocs * sizeof(*b->locs)));
	FUZZ_CHECK(fuzz_same(a->methods, a->nlocs, b->methods, b->nlocs));
	FUZZ_SAME(pref_gen);
	FUZZ_SAME(pref_elem);
	FUZZ_CHECK(fuzz_same(a->prefs, a->npref * a->pref_elem, b->prefs,
			     b->npref * b->pref_elem));
	FUZZ_CHECK(fuzz_same(a->pds, a->pds_len, b->pds, b->pds_len));
	FUZZ_CHECK(fuzz_same(a->sig, a->sig_len, b->sig, b->sig_len));
	FUZZ_CHECK(!memcmp(&a->ulid_sender, &b->ulid_sender,
			   sizeof(a->ulid_sender)));
	FUZZ_CHECK(!memcmp(&a->ulid_receiver, &b->ulid_receiver,
			   sizeof(a->ulid_receiver)));
	FUZZ_SAME(fii);
	FUZZ_SAME(keepalive);
}

/* All but the offsets: the encoder has an order of its own */
static inline void fuzz_msg_same(const struct shim6_msg *a,
				 const struct shim6_msg *b)
{
	FUZZ_SAME(type);
	FUZZ_SAME(opts);
	FUZZ_SAME(tag);
	FUZZ_SAME(packet_tag);
	FUZZ_SAME(init_nonce);
	FUZZ_SAME(resp_nonce);
	FUZZ_SAME(req_nonce);
	FUZZ_SAME(sta);
	FUZZ_SAME(psent);
	FUZZ_SAME(precvd);
	FUZZ_CHECK(fuzz_same(a->sent, a->psent * REC_LEN, b->sent,
			     b->psent * REC_LEN));
	FUZZ_CHECK(fuzz_same(a->recvd, a->precvd * REC_LEN, b->recvd,
			     b->precvd * REC_LEN));
	FUZZ_SAME(err_code);
	FUZZ_SAME(err_ptr);
	FUZZ_CHECK(fuzz_same(a->quoted, a->quoted_len, b->quoted,
			     b->quoted_len));
	fuzz_msg_same_options(a, b);
}

/* The octets of a message in memory of their size. Return: for free() */
static inline u8 *fuzz_encode(const struct shim6_msg *m, size_t *size)
{
	u8 *buf;

	*size = shim6_wire_size(m);
	FUZZ_CHECK(*size && *size <= RAW_MAX && !(*size % 8));
	buf = malloc(*size);
	FUZZ_CHECK(buf);
	FUZZ_CHECK(shim6_wire_encode(m, buf, *size - 1) == -EMSGSIZE);
	FUZZ_CHECK(shim6_wire_encode(m, buf, *size) == (int)*size);
	return buf;
}

/* What was read can be said again, in no more octets, and is read the same */
static inline void fuzz_msg_round_trip(const struct shim6_msg *m, size_t len)
{
	struct shim6_msg again;
	size_t size, size2;
	u8 *buf, *buf2;
	u16 off;

	buf = fuzz_encode(m, &size);
	FUZZ_CHECK(size <= len);
	FUZZ_CHECK(shim6_wire_decode(buf, size, &again, &off) ==
		   SHIM6_WIRE_OK);
	fuzz_msg_same(m, &again);
	buf2 = fuzz_encode(&again, &size2);
	FUZZ_CHECK(fuzz_same(buf, size, buf2, size2));
	free(buf2);
	free(buf);
}

#endif
