// SPDX-License-Identifier: GPL-2.0
/*
 * Probes sent and received, and what the peer's reports prove.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include "explore.h"
#include "probes.h"
#include "step.h"

void shim6_probes_sent(struct shim6_reap *r, const struct shim6_probe_rec *rec,
		       u64 now)
{
	unsigned int keep = min_t(unsigned int, r->nsent,
				  SHIM6_MAX_PROBE_RECS - 1);

	memmove(&r->sent[1], &r->sent[0], keep * sizeof(*rec));
	memmove(&r->sent_at[1], &r->sent_at[0], keep * sizeof(now));
	r->sent[0] = *rec;
	r->sent_at[0] = now;
	r->nsent = keep + 1;
	r->reported <<= 1;
	r->probes_out++;
}

bool shim6_probes_received(struct shim6_reap *r,
			   const struct shim6_probe_rec *rec)
{
	unsigned int keep = min_t(unsigned int, r->nrecvd,
				  SHIM6_MAX_PROBE_RECS - 1);
	unsigned int i;

	for (i = 0; i < r->nrecvd; i++)
		if (!memcmp(&r->recvd[i], rec, sizeof(*rec)))
			return false;
	memmove(&r->recvd[1], &r->recvd[0], keep * sizeof(*rec));
	r->recvd[0] = *rec;
	r->nrecvd = keep + 1;
	r->nfresh = min_t(unsigned int, r->nfresh + 1, r->nrecvd);
	r->probes_in++;
	return true;
}

/* a report counts when it names a probe we sent, nonce and all */
static int find_sent(const struct shim6_reap *r,
		     const struct shim6_probe_rec *rec)
{
	unsigned int i;

	for (i = 0; i < r->nsent; i++)
		if (rec->nonce == r->sent[i].nonce &&
		    shim6_addr_eq(&rec->src, &r->sent[i].src) &&
		    shim6_addr_eq(&rec->dst, &r->sent[i].dst))
			return i;
	return -1;
}

/* @news: bit i: sent[i] was not reported before. The lowest is the newest: an
 * older one may have been reported by a message that was lost.
 */
static void measure(struct shim6_reap *r, u16 news, u64 now)
{
	unsigned int i;

	for (i = 0; i < r->nsent; i++) {
		if (!(news & (1u << i)))
			continue;
		r->rtt = now - r->sent_at[i];
		r->rtt_at = now;
		return;
	}
}

/* Bit i: the message reports our probe sent[i]; its target is proven (7.2) */
static u16 proven_by(struct shim6_proto *p, const struct shim6_msg *m, u64 now)
{
	struct shim6_reap *r = &p->reap;
	unsigned int i;
	u16 proven = 0;

	for (i = 0; i < m->precvd; i++) {
		int s = find_sent(r, &m->recvd[i]);
		int d;

		if (s < 0)
			continue;
		proven |= 1u << s;
		d = shim6_locset_find(&p->peer, &r->sent[s].dst);
		if (d >= 0)
			p->peer.loc[d].status |= SHIM6_LOC_PROBED;
	}
	measure(r, proven & ~r->reported, now);
	r->reported |= proven;
	return proven;
}

/*
 * An admin's wish before the current pair, if there was no reason to leave
 * that, before what is to be explored earlier, before the newest.
 */
static int preference(const struct shim6_proto *p,
		      const struct shim6_pair *pair)
{
	const struct shim6_reap *r = &p->reap;

	if (r->wish_valid && shim6_pair_eq(pair, &r->wish))
		return 2 * U8_MAX + 1;
	if (!r->suspect && shim6_pair_eq(pair, &p->cur))
		return 2 * U8_MAX;
	return U8_MAX - shim6_explore_later(&p->local, &pair->src);
}

bool shim6_probes_reported(struct shim6_proto *p, const struct shim6_msg *m,
			   u64 now, struct shim6_pair *best)
{
	const struct shim6_reap *r = &p->reap;
	u16 proven = proven_by(p, m, now);
	int best_pref = -1;
	unsigned int i;

	for (i = 0; i < r->nsent; i++) {
		struct shim6_pair pair = {
			.src = r->sent[i].src,
			.dst = r->sent[i].dst,
		};

		if (!(proven & (1u << i)) ||
		    !shim6_explore_usable(&p->local, &p->peer, &pair))
			continue;
		if (preference(p, &pair) <= best_pref)
			continue;
		*best = pair;
		best_pref = preference(p, &pair);
	}
	return best_pref >= 0;
}
