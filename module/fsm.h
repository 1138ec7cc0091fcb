/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Establishment, recovery and end of a context: the state table of RFC 5533
 * section 7. Pure.
 */
#ifndef SHIM6_FSM_H
#define SHIM6_FSM_H

#include "proto.h"

void shim6_fsm_start(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out);

/**
 * shim6_fsm_setup() - I1, R1, I2, R2, R1bis or I2bis came
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 */
void shim6_fsm_setup(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out);

/**
 * shim6_fsm_admit() - may a message with our tag be processed (types 64 to 67)
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * The state comes before the addresses, which are unknown before
 * ESTABLISHED. Waiting for an R2 the message shows that the peer has
 * its context: I2 or I2bis is repeated.
 * Return: true when it goes on to updates or REAP.
 */
bool shim6_fsm_admit(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out);

/* Repeats I2 or I2bis because the peer's traffic shows that R2 was lost */
void shim6_fsm_nudge(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out);

void shim6_fsm_timer(struct shim6_proto *p, const struct shim6_ev *ev,
		     struct shim6_out *out);

/* ICMPv6 type 4 code 1 about our I1: the peer has no Shim6 */
void shim6_fsm_no_support(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out);

#endif
