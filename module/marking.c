// SPDX-License-Identifier: GPL-2.0
/*
 * Markings that get through, see marking.h. Pure.
 */
#include <linux/minmax.h>
#include "marking.h"

/* What is older counts half from here on */
#define TRIES_MAX	(3 * SHIM6_MARKING_TRIES)

/* Every bit of an address counts: the locators of a host often differ in one
 * octet somewhere in the middle
 */
static u32 mix(u32 hash, const struct in6_addr *a)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		hash = (hash ^ (__force u32)a->s6_addr32[i]) * 0x9e3779b1;
	return hash;
}

static u64 bit_of(const struct shim6_pair *pair)
{
	return 1ULL << (mix(mix(0, &pair->src), &pair->dst) >> 26);
}

/* Is a DSCP that an outsider has chosen one that we have payload with. It must
 * not take away that there are two.
 */
static bool is_ours(const struct shim6_qos *q, u8 dscp)
{
	unsigned int i;

	if (dscp == q->control.dscp)
		return false;
	for (i = 0; i < SHIM6_QOS_CLASSES; i++)
		if (q->classes[i].id && q->classes[i].dscp == dscp)
			return true;
	return false;
}

static bool is_trusted(const struct shim6_qos *q, u8 dscp)
{
	switch (q->trust.mode) {
	case SHIM6_QOS_TRUST_ALL:
		return is_ours(q, dscp);
	case SHIM6_QOS_TRUST_DSCP:
		return q->trust.allow & BIT_ULL(dscp);
	default:
		return false;
	}
}

u8 shim6_marking_payload(const struct shim6_qos *q, u8 own, u32 klass, u8 came)
{
	const struct shim6_qos_class *c = shim6_qos_class(q, klass);

	if (own)
		return own - 1;
	if (c && c->dscp != SHIM6_QOS_DSCP_KEEP)
		return c->dscp;
	return is_trusted(q, came) ? came : 0;
}

static bool is_own_turn(struct shim6_alternation *a, const struct shim6_fx *fx)
{
	bool probe = fx->msg == SHIM6_MSG_PROBE;
	u64 *odd = probe ? &a->odd_probe : &a->odd;
	u64 bit = bit_of(&fx->pair);
	bool own = !(*odd & bit) == probe;

	*odd ^= bit;
	return own;
}

struct shim6_marking_turn
shim6_marking_turn(struct shim6_alternation *a,
		   const struct shim6_qos_control *control,
		   const struct shim6_fx *fx, const struct shim6_msg *asked,
		   u8 own)
{
	struct shim6_marking_turn turn = { control->dscp, control->dscp };

	if (control->dscp == SHIM6_QOS_DSCP_INHERIT)
		turn.wanted = own;
	if (control->dscp == SHIM6_QOS_DSCP_INHERIT || control->alternate)
		turn.other = own;
	/* Nor may it be the other one where payload's class is left alone, and
	 * it is nobody's turn
	 */
	if (fx->repeat) {
		turn.wanted = turn.other;
		return turn;
	}
	if (asked ? asked->dscp != control->dscp : is_own_turn(a, fx))
		swap(turn.wanted, turn.other);
	return turn;
}

static bool since(u64 now, u64 then)
{
	return (s64)(now - then) >= 0;
}

void shim6_marking_sent(struct shim6_marking *m, u8 dscp)
{
	struct shim6_marking_row *r = &m->row[dscp];

	r->sent++;
	if (++r->tries < TRIES_MAX)
		return;
	r->tries /= 2;
	r->hits /= 2;
}

/*
 * @good must be answered well itself: what fails on a link that carries nothing
 * tells nothing of markings.
 */
static bool is_worse(const struct shim6_marking_row *bad,
		     const struct shim6_marking_row *good)
{
	if (bad->tries < SHIM6_MARKING_TRIES ||
	    good->tries < SHIM6_MARKING_TRIES || good->hits < good->tries / 2)
		return false;
	return 5 * bad->hits * good->tries < good->hits * bad->tries;
}

int shim6_marking_answered(struct shim6_marking *m, u8 dscp, u64 now)
{
	struct shim6_marking_row *good = &m->row[dscp];
	int i;

	good->answered++;
	/* Of those asked before the count was halved, more may be answered */
	if (good->hits < good->tries)
		good->hits++;
	for (i = 0; i < SHIM6_DSCPS; i++) {
		struct shim6_marking_row *bad = &m->row[i];

		if (i == dscp || bad->until || !is_worse(bad, good))
			continue;
		bad->until = now + SHIM6_MARKING_REST;
		return i;
	}
	return -1;
}

bool shim6_marking_blocked(const struct shim6_marking *m, u8 dscp, u64 now)
{
	return m->row[dscp].until && !since(now, m->row[dscp].until);
}

/* It has another chance, and what was before does not count */
static void forgive(struct shim6_marking_row *r)
{
	r->until = 0;
	r->tries = 0;
	r->hits = 0;
}

u8 shim6_marking_choose(struct shim6_marking *m,
			const struct shim6_marking_turn *turn, u64 now)
{
	struct shim6_marking_row *r = &m->row[turn->wanted];

	if (!r->until)
		return turn->wanted;
	if (shim6_marking_blocked(m, turn->wanted, now))
		return shim6_marking_blocked(m, turn->other, now) ?
		       turn->wanted : turn->other;
	forgive(r);
	return turn->wanted;
}
