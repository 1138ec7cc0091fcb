// SPDX-License-Identifier: GPL-2.0
/*
 * From a message to its context (RFC 5533 12.4), and what holds between the
 * contexts of a host. Pure.
 */
#include <linux/string.h>
#include "proto.h"
#include "step.h"

/* A packet quoted by an Error: IPv6 header, then the Shim6 header */
#define QUOTE_SRC	8
#define QUOTE_DST	24
#define QUOTE_TAG	46
#define QUOTE_MIN	52

/* B-6: the quoted packet is ours, so the tag in it is the peer's */
static void key_of_quote(const struct shim6_msg *m, struct shim6_key *key)
{
	const u8 *q = m->quoted;
	unsigned int i;

	if (m->quoted_len < QUOTE_MIN || q[0] >> 4 != 6) {
		key->type = SHIM6_KEY_NONE;
		return;
	}
	key->type = SHIM6_KEY_QUOTE;
	memcpy(&key->local, q + QUOTE_SRC, sizeof(key->local));
	memcpy(&key->peer, q + QUOTE_DST, sizeof(key->peer));
	for (i = 0; i < 6; i++)
		key->tag = key->tag << 8 | q[QUOTE_TAG + i];
	key->tag &= SHIM6_TAG_MASK;
}

static void key_of_ulids(const struct shim6_msg *m,
			 const struct shim6_pair *pair, struct shim6_key *key)
{
	key->type = SHIM6_KEY_ULIDS;
	key->peer = pair->src;
	key->local = pair->dst;
	if (m->opts & SHIM6_OPT_BIT(SHIM6_OPT_ULID_PAIR)) {
		key->peer = m->ulid_sender;
		key->local = m->ulid_receiver;
	}
	if (m->opts & SHIM6_OPT_BIT(SHIM6_OPT_FII))
		key->fii = m->fii;
}

void shim6_dispatch(const struct shim6_msg *m, const struct shim6_pair *pair,
		    struct shim6_key *key)
{
	memset(key, 0, sizeof(*key));
	key->type = SHIM6_KEY_NONE;
	switch (m->type) {
	case SHIM6_MSG_I1:
	case SHIM6_MSG_I2:
	case SHIM6_MSG_I2BIS:
		key_of_ulids(m, pair, key);
		break;
	case SHIM6_MSG_R1:
	case SHIM6_MSG_R2:
		key->type = SHIM6_KEY_NONCE;
		key->nonce = m->init_nonce;
		break;
	case SHIM6_MSG_R1BIS:
		key->type = SHIM6_KEY_PEER_TAG;
		key->tag = m->tag & SHIM6_TAG_MASK;
		break;
	case SHIM6_MSG_UPDATE_REQ:
	case SHIM6_MSG_UPDATE_ACK:
	case SHIM6_MSG_KEEPALIVE:
	case SHIM6_MSG_PROBE:
		key->type = SHIM6_KEY_TAG;
		key->tag = m->tag & SHIM6_TAG_MASK;
		break;
	case SHIM6_MSG_ERROR:
		key_of_quote(m, key);
		break;
	}
}

/* not only the current pair, but one that we have used of late */
static bool used_lately(const struct shim6_proto *p,
			const struct shim6_pair *pair)
{
	const struct shim6_reap *r = &p->reap;
	unsigned int i;

	if (shim6_pair_eq(pair, &p->cur) || shim6_pair_eq(pair, &p->up.pair))
		return true;
	for (i = 0; i < r->nsent; i++)
		if (shim6_addr_eq(&pair->src, &r->sent[i].src) &&
		    shim6_addr_eq(&pair->dst, &r->sent[i].dst))
			return true;
	return false;
}

bool shim6_proto_matches(const struct shim6_proto *p,
			 const struct shim6_key *key,
			 const struct shim6_pair *pair)
{
	struct shim6_pair back = shim6_pair_rev(pair);

	switch (key->type) {
	case SHIM6_KEY_NONCE:
		/* one pair is pinned for the whole handshake */
		return p->hs.begun && key->nonce == p->hs.init_nonce &&
		       shim6_pair_eq(&back, &p->hs.pair);
	case SHIM6_KEY_PEER_TAG:
		return p->ct_peer_known && key->tag == p->ct_peer &&
		       used_lately(p, &back);
	default:
		return false;
	}
}

enum shim6_orphan shim6_orphan_action(const struct shim6_msg *m)
{
	switch (m->type) {
	case SHIM6_MSG_I1:
		return SHIM6_ORPHAN_R1;
	case SHIM6_MSG_I2:
	case SHIM6_MSG_I2BIS:
		return SHIM6_ORPHAN_CREATE;
	case SHIM6_MSG_UPDATE_REQ:
	case SHIM6_MSG_UPDATE_ACK:
	case SHIM6_MSG_KEEPALIVE:
	case SHIM6_MSG_PROBE:
		return SHIM6_ORPHAN_R1BIS;
	default:
		return SHIM6_ORPHAN_DROP;
	}
}

bool shim6_proto_expects(const struct shim6_proto *p,
			 const struct shim6_msg *m,
			 const struct shim6_pair *pair)
{
	switch (m->type) {
	case SHIM6_MSG_UPDATE_REQ:
	case SHIM6_MSG_PROBE:
		return (p->state == SHIM6_ESTABLISHED ||
			p->state == SHIM6_I2BIS_SENT) &&
		       shim6_knows_pair(p, pair);
	case SHIM6_MSG_I2:
	case SHIM6_MSG_I2BIS:
		return shim6_is_local(p, &pair->dst);
	default:
		return true;
	}
}

/* Ls(peer) of both share a locator; a ULID counts although not listed */
static bool same_peer(const struct shim6_proto *a, const struct shim6_proto *b)
{
	return shim6_locset_overlaps(&a->peer, &b->peer) ||
	       shim6_is_peer(a, &b->ulid_peer) ||
	       shim6_is_peer(b, &a->ulid_peer);
}

bool shim6_proto_confused(const struct shim6_proto *fresh,
			  const struct shim6_proto *other)
{
	if (other->dead || (other->state != SHIM6_ESTABLISHED &&
			    other->state != SHIM6_I2BIS_SENT))
		return false;
	if (!fresh->ct_peer_known || !other->ct_peer_known ||
	    fresh->ct_peer != other->ct_peer || !same_peer(fresh, other))
		return false;
	/* RFC 5533 7.15: the same ULIDs and FII are no confusion */
	return fresh->fii != other->fii ||
	       !shim6_addr_eq(&fresh->ulid_local, &other->ulid_local) ||
	       !shim6_addr_eq(&fresh->ulid_peer, &other->ulid_peer);
}

const char *shim6_state_name(u8 state)
{
	static const char * const names[SHIM6_STATE_COUNT] = {
		[SHIM6_IDLE]		= "idle",
		[SHIM6_I1_SENT]		= "i1-sent",
		[SHIM6_I2_SENT]		= "i2-sent",
		[SHIM6_I2BIS_SENT]	= "i2bis-sent",
		[SHIM6_ESTABLISHED]	= "established",
		[SHIM6_E_FAILED]	= "e-failed",
		[SHIM6_NO_SUPPORT]	= "no-support",
	};

	return state < SHIM6_STATE_COUNT ? names[state] : "?";
}

const char *shim6_reap_state_name(u8 state)
{
	static const char * const names[] = {
		[SHIM6_REAP_OPERATIONAL]	= "operational",
		[SHIM6_REAP_EXPLORING]		= "exploring",
		[SHIM6_REAP_INBOUND_OK]		= "inbound-ok",
	};

	return state < ARRAY_SIZE(names) ? names[state] : "?";
}
