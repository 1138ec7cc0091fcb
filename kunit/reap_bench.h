/* SPDX-License-Identifier: GPL-2.0 */
/* A context in a state of RFC 5534, and its payload */
#ifndef REAP_BENCH_H
#define REAP_BENCH_H

#include "proto_kunit.h"

#define OPER	SHIM6_REAP_OPERATIONAL
#define EXPL	SHIM6_REAP_EXPLORING
#define INOK	SHIM6_REAP_INBOUND_OK

static struct shim6_activity *act(struct bench *b)
{
	return &b->p.reap.act;
}

/* What packet path and engine do with a packet of payload */
static void payload(struct kunit *test, struct bench *b, bool in)
{
	bool tell = in ? shim6_activity_in(act(b), b->now) :
			 shim6_activity_out(act(b), b->now);

	memset(&b->out, 0, sizeof(b->out));
	if (!tell)
		return;
	bench_step(test, b, in ? SHIM6_EV_PAYLOAD_IN : SHIM6_EV_PAYLOAD_OUT);
	bench_deadline(b);
}

static void lapse(struct kunit *test, struct bench *b)
{
	unsigned int guard = 0;

	payload(test, b, false);
	do {
		bench_timer(test, b);
	} while (b->p.reap.state == OPER && ++guard < 100);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, EXPL);
}

static struct bench *reach(struct kunit *test, u8 state)
{
	struct bench *b = bench_new(test);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->now += SEC;
	bench_deadline(b);
	if (state == INOK)
		bench_probe(test, b, EXPL, &B1, &A1, 0);
	else if (state == EXPL)
		lapse(test, b);
	KUNIT_ASSERT_EQ(test, b->p.reap.state, state);
	bench_deadline(b);
	return b;
}

#endif
