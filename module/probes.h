/* SPDX-License-Identifier: GPL-2.0 */
/*
 * History of the probes of an exploration (RFC 5534 5.2). Pure.
 */
#ifndef SHIM6_PROBES_H
#define SHIM6_PROBES_H

#include "proto.h"

/* Note a probe that goes out now */
void shim6_probes_sent(struct shim6_reap *r, const struct shim6_probe_rec *rec,
		       u64 now);

/**
 * shim6_probes_received() - note a probe to report it
 * @r: REAP block
 * @rec: the probe's own record
 * Return: false if it was delivered before; nothing is answered twice.
 */
bool shim6_probes_received(struct shim6_reap *r,
			   const struct shim6_probe_rec *rec);

/**
 * shim6_probes_reported() - which pair a message proves to work for us
 * @p: context; the locators that are proven are marked
 * @m: Probe
 * @now: ns
 * @best: result, source ours
 *
 * The newest of our probes that is reported for the first time tells how long
 * a round trip takes at most.
 * Return: false when it reports no probe of ours, or none that can be used.
 */
bool shim6_probes_reported(struct shim6_proto *p, const struct shim6_msg *m,
			   u64 now, struct shim6_pair *best);

#endif
