/* SPDX-License-Identifier: GPL-2.0 */
/* A context whose own set of locators changes, and what it says of that. */
#ifndef UPDATE_BENCH_H
#define UPDATE_BENCH_H

#include "proto_kunit.h"

static struct bench *reach(struct kunit *test)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->now += SEC;
	return b;
}

/* Our set is now what @mask says: bit 0 A1, bit 1 A2, bit 2 A3 */
static void local(struct kunit *test, struct bench *b, unsigned int mask,
		  unsigned int deprecated)
{
	const struct in6_addr *all[] = { &A1, &A2, &A3 };
	struct shim6_locset set = { .n = 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		u8 status = SHIM6_LOC_UP;

		if (deprecated & BIT(i))
			status |= SHIM6_LOC_DEPRECATED;
		if (mask & BIT(i))
			shim6_locset_add(&set, all[i], SHIM6_METHOD_HBA,
					 status);
	}
	b->ev.local = &set;
	bench_step(test, b, SHIM6_EV_LOCAL);
	b->ev.local = NULL;
}

static void decode(struct kunit *test, struct bench *b, u8 type,
		   struct shim6_msg *m)
{
	const struct shim6_fx *fx = bench_sent(b, type);
	u16 off;
	int len;

	KUNIT_ASSERT_NOT_NULL(test, fx);
	len = shim6_proto_encode(&b->p, fx, &b->params, b->buf,
				 sizeof(b->buf));
	KUNIT_ASSERT_GT(test, len, 0);
	KUNIT_ASSERT_EQ(test, shim6_wire_decode(b->buf, len, m, &off),
			SHIM6_WIRE_OK);
}

static u8 status_of(struct bench *b, const struct in6_addr *addr)
{
	int i = shim6_locset_find(&b->p.local, addr);

	return i < 0 ? 0 : b->p.local.loc[i].status;
}

static void expect_cur(struct kunit *test, struct bench *b,
		       const struct in6_addr *src, const struct in6_addr *dst)
{
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.src, src));
	KUNIT_EXPECT_TRUE(test, shim6_addr_eq(&b->p.cur.dst, dst));
}

#endif
