// SPDX-License-Identifier: GPL-2.0
/*
 * Markings that get through, see marking.h. Pure.
 */
#include "marking.h"

/* What is older counts half from here on */
#define TRIES_MAX	(3 * SHIM6_MARKING_TRIES)

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

u8 shim6_marking_choose(struct shim6_marking *m, u8 wanted, u8 other, u64 now)
{
	struct shim6_marking_row *r = &m->row[wanted];

	if (!r->until)
		return wanted;
	if (shim6_marking_blocked(m, wanted, now))
		return shim6_marking_blocked(m, other, now) ? wanted : other;
	forgive(r);
	return wanted;
}
