/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Update Request and Acknowledgement (RFC 5533 10), and what updates share
 * with the messages of the handshake: taking over a peer's list. Pure.
 */
#ifndef SHIM6_UPDATE_H
#define SHIM6_UPDATE_H

#include "proto.h"

/**
 * shim6_update_local() - our locators changed (SHIM6_EV_LOCAL)
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * Lost ones stay in the set, to receive on, until the peer knows (B-46).
 */
void shim6_update_local(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out);

/**
 * shim6_update_push() - send what is due, at the end of a step
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * A new request if the set changed and there is a way to send it; the
 * outstanding one again when the path has just changed or REAP came to a
 * locator the peer does not know.
 */
void shim6_update_push(struct shim6_proto *p, const struct shim6_ev *ev,
		       struct shim6_out *out);

/* Is a new Send Timeout to be announced (RFC 5534 5.3); then it is due */
bool shim6_update_retell(struct shim6_proto *p, const struct shim6_ev *ev);

void shim6_update_timer(struct shim6_proto *p, const struct shim6_ev *ev,
			struct shim6_out *out);
void shim6_update_request(struct shim6_proto *p, const struct shim6_ev *ev,
			  struct shim6_out *out);
void shim6_update_ack(struct shim6_proto *p, const struct shim6_ev *ev,
		      struct shim6_out *out);

/**
 * shim6_update_refused() - does the verification forbid to use the message
 * @ev: event of a message that may carry a list
 * @out: verdict, and Error 2 where the RFC wants one
 * @tell: Error 2 also for a locator that fails (Update Request, not I2; A-30)
 * Return: true when the message must not be processed.
 */
bool shim6_update_refused(const struct shim6_ev *ev, struct shim6_out *out,
			  bool tell);

/**
 * shim6_update_prefs_ok() - do the preferences of a message fit the list
 * @p: context
 * @ev: event
 * @out: Error 3 or 4 where they do not; the verdict is left to the caller
 * Return: enum shim6_do; SHIM6_DO_OK also without preferences.
 */
enum shim6_do shim6_update_prefs_ok(const struct shim6_proto *p,
				    const struct shim6_ev *ev,
				    struct shim6_out *out);

/**
 * shim6_update_take() - record the peer's list, parameters and timeout
 * @p: context
 * @ev: message that was accepted
 * @prefs: record its preferences too
 */
void shim6_update_take(struct shim6_proto *p, const struct shim6_ev *ev,
		       bool prefs);

/* The peer's set is its ULID alone */
void shim6_update_take_single(struct shim6_proto *p);

#endif
