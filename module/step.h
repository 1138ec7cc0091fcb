/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of a protocol step share: random words, effects, and the
 * membership tests of RFC 5533 12.4. Pure.
 */
#ifndef SHIM6_STEP_H
#define SHIM6_STEP_H

#include "proto.h"

/* Which word of shim6_ev::rnd serves what; a probe takes one per effect */
enum shim6_rnd {
	SHIM6_RND_NONCE,
	SHIM6_RND_JITTER,
	SHIM6_RND_UPDATE_NONCE,
	SHIM6_RND_UPDATE_JITTER,
	SHIM6_RND_SEND,
	SHIM6_RND_ORDER,
	SHIM6_RND_PROBE = 8,
};

/* Is it so long ago; times and @span in ns */
static inline bool shim6_since(u64 now, u64 then, u64 span)
{
	return (s64)(now - then) >= (s64)span;
}

static inline struct shim6_fx *shim6_fx_put(struct shim6_out *out,
					    enum shim6_fx_type type)
{
	struct shim6_fx *fx;

	if (out->n == SHIM6_FX_MAX) {
		out->spilt++;
		out->n--;
	}
	fx = &out->fx[out->n++];
	memset(fx, 0, sizeof(*fx));
	fx->type = type;
	return fx;
}

static inline struct shim6_fx *shim6_fx_send(struct shim6_out *out, u8 msg,
					     const struct shim6_pair *pair)
{
	struct shim6_fx *fx = shim6_fx_put(out, SHIM6_FX_SEND);

	fx->msg = msg;
	fx->pair = *pair;
	return fx;
}

static inline void shim6_fx_error(struct shim6_out *out, u8 code, u16 off)
{
	struct shim6_fx *fx = shim6_fx_put(out, SHIM6_FX_ERROR);

	fx->code = code;
	fx->off = off;
}

static inline bool shim6_fx_has(const struct shim6_out *out,
				enum shim6_fx_type type)
{
	unsigned int i;

	for (i = 0; i < out->n; i++)
		if (out->fx[i].type == type)
			return true;
	return false;
}

/* Half to one and a half of a nominal time; applied after the backoff (B-25) */
static inline u64 shim6_jitter(u64 ns, u32 rnd)
{
	return (ns >> 1) + (ns >> 16) * (rnd >> 16);
}

static inline bool shim6_is_peer(const struct shim6_proto *p,
				 const struct in6_addr *addr)
{
	return shim6_addr_eq(addr, &p->ulid_peer) ||
	       shim6_locset_find(&p->peer, addr) >= 0;
}

static inline bool shim6_is_local(const struct shim6_proto *p,
				  const struct in6_addr *addr)
{
	return shim6_addr_eq(addr, &p->ulid_local) ||
	       shim6_locset_find(&p->local, addr) >= 0;
}

/* A packet as received lies within the sets of the context (B-46) */
static inline bool shim6_knows_pair(const struct shim6_proto *p,
				    const struct shim6_pair *pair)
{
	return shim6_is_peer(p, &pair->src) && shim6_is_local(p, &pair->dst);
}

static inline struct shim6_pair shim6_ulid_pair(const struct shim6_proto *p)
{
	struct shim6_pair pair = {
		.src = p->ulid_local,
		.dst = p->ulid_peer,
	};

	return pair;
}

/* I1, I2 and I2bis leave from it, or do not leave */
static inline bool shim6_is_setup_source(const struct shim6_proto *p,
					 const struct in6_addr *addr)
{
	return (p->state == SHIM6_I1_SENT || p->state == SHIM6_I2_SENT ||
		p->state == SHIM6_I2BIS_SENT) &&
	       shim6_addr_eq(addr, &p->hs.pair.src);
}

/*
 * No list of the handshake under way names what does not work; should it come
 * back before the end, the peer does not know it (B-45). It knows the ULID, and
 * the locator that the list comes from.
 */
static inline void shim6_note_unlisted(const struct shim6_proto *p,
				       struct shim6_loc *l)
{
	if (!(l->status & SHIM6_LOC_UP) &&
	    !shim6_addr_eq(&l->addr, &p->ulid_local) &&
	    !shim6_is_setup_source(p, &l->addr))
		l->status |= SHIM6_LOC_NEW;
}

/*
 * Is a list of locators announced at all? A host with its ULID alone needs
 * none, and one without proof for the others must not name them.
 */
static inline bool shim6_lists(const struct shim6_proto *p,
			       const struct shim6_params *params)
{
	if (!p->local_pds_len && !shim6_param(params, SHIM6_P_VERIFY_RELAXED))
		return false;
	/* Unsigned it would prove nothing: it comes with the signature */
	if (p->signs && !p->own)
		return false;
	return p->local.n > 1 ||
	       (p->local.n == 1 &&
		!shim6_addr_eq(&p->local.loc[0].addr, &p->ulid_local));
}

/* What is due may not leave now; who holds it back asks again (see @hold) */
#define SHIM6_HELD_NS	SHIM6_NS_PER_SEC

static inline void shim6_hold(struct shim6_proto *p, const struct shim6_ev *ev)
{
	p->held = true;
	p->held_at = ev->now;
}

/* When something is due: as it was, or later if it is held back */
static inline u64 shim6_due(const struct shim6_proto *p, u64 when)
{
	return p->held ? p->held_at + SHIM6_HELD_NS : when;
}

/* An Update Request with the list is due as soon as one may be sent */
static inline void shim6_update_due(struct shim6_update *u)
{
	u->dirty = true;
	u->prefs = false;
}

/* Is a locator in the list that goes out now */
static inline bool shim6_announces(const struct shim6_proto *p,
				   const struct shim6_loc *l)
{
	return p->own ? shim6_own_has(p->own, &l->addr) :
			l->status & SHIM6_LOC_UP;
}

#endif
