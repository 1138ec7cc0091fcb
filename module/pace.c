// SPDX-License-Identifier: GPL-2.0
/*
 * Rates, bursts and order: see pace.h.
 */
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include "pace.h"

#define NO_CLASS_RANK	256

struct shim6_rate_limit
shim6_pace_limit(const struct shim6_qos_control *c, u32 up_kbit)
{
	struct shim6_rate_limit l = { .burst = max_t(u32, c->pace_burst, 1) };
	u64 octets;

	if (!c->pace_permille)
		return l;
	/* kbit/s times permille is bit/s */
	octets = div_u64((u64)up_kbit * c->pace_permille, 8);
	l.rate = min_t(u64, div_u64(octets, SHIM6_PACE_OCTETS), U32_MAX);
	l.rate = max3(l.rate, c->pace_min, 1u);
	return l;
}

/* Rounded up: never more than the rate */
static u64 price(const struct shim6_rate_limit *l)
{
	return div_u64(SHIM6_NS_PER_SEC - 1, l->rate) + 1;
}

static u64 fullest(const struct shim6_rate_limit *l, u64 now)
{
	return now + price(l) * max_t(u32, l->burst, 1) + SHIM6_NS_PER_SEC;
}

u64 shim6_pace_wait(u64 *stamp, const struct shim6_rate_limit *l, u64 now)
{
	u64 ahead, room;

	if (!l->rate || *stamp <= now)
		return 0;
	*stamp = min(*stamp, fullest(l, now));
	ahead = *stamp - now;
	room = price(l) * (max_t(u32, l->burst, 1) - 1);
	return ahead > room ? ahead - room : 0;
}

void shim6_pace_charge(u64 *stamp, const struct shim6_rate_limit *l, u64 now)
{
	if (l->rate)
		*stamp = min(max(*stamp, now) + price(l), fullest(l, now));
}

int shim6_pace_first(const struct shim6_qos *q, u16 waiting)
{
	unsigned int i, rank, best = 0;
	int first = -1;

	for (i = 0; i <= SHIM6_QOS_CLASSES; i++) {
		if (!(waiting & (1u << i)))
			continue;
		rank = i && q->classes[i - 1].id ? q->classes[i - 1].rank :
						   NO_CLASS_RANK;
		if (first < 0 || rank < best) {
			best = rank;
			first = i;
		}
	}
	return first;
}
