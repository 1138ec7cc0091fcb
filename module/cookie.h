/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Responder validators (RFC 5533 7.10.1, 7.17): keyed hashes that let a
 * responder forget what it was asked until the asker comes back.
 */
#ifndef SHIM6_COOKIE_H
#define SHIM6_COOKIE_H

#include <linux/siphash.h>
#include "shim6.h"

#define SHIM6_COOKIE_LEN	16
/* One tick of the Responder Nonce; 30 s of life are 30 ticks and one (B-26) */
#define SHIM6_COOKIE_TICK_NS	SHIM6_NS_PER_SEC

/* Separates the two uses: an R1's validator never opens an I2bis */
enum shim6_cookie_kind {
	SHIM6_COOKIE_R1		= 1,
	SHIM6_COOKIE_R1BIS	= 2,
};

/**
 * struct shim6_cookie_secret - the two secrets of a namespace
 * @key: current and previous, each two siphash keys
 * @cur: index of the current one
 * @since: when the current one was made, ns
 */
struct shim6_cookie_secret {
	siphash_key_t key[2][2];
	u8 cur;
	u64 since;
};

/**
 * struct shim6_cookie_in - what a validator binds
 * @kind: enum shim6_cookie_kind
 * @nonce: Responder Nonce
 * @tag: R1: the initiator's tag; R1bis: the tag of the packet
 * @pair: locators of the initiator's packet, as it was received
 * @ulid_sender: R1 only: the initiator's ULID
 * @ulid_receiver: R1 only: our ULID
 * @fii: R1 only
 *
 * The Initiator Nonce is left out on purpose.
 */
struct shim6_cookie_in {
	enum shim6_cookie_kind kind;
	u32 nonce;
	u64 tag;
	struct shim6_pair pair;
	struct in6_addr ulid_sender;
	struct in6_addr ulid_receiver;
	u32 fii;
};

/**
 * shim6_cookie_rotate() - make a new secret when the current one is old
 * @s: secrets
 * @now: ns
 * @lifetime: how long a secret serves, ns, at least 31 s
 * @fresh: two new keys from a good random source, used only on rotation
 * Return: true if it rotated. The caller serialises; readers may run.
 */
bool shim6_cookie_rotate(struct shim6_cookie_secret *s, u64 now, u64 lifetime,
			 const siphash_key_t fresh[2]);

u32 shim6_cookie_nonce(u64 now);

/**
 * shim6_cookie_make() - the validator for @in under the current secret
 * @s: secrets
 * @in: what to bind
 * @out: SHIM6_COOKIE_LEN octets
 */
void shim6_cookie_make(const struct shim6_cookie_secret *s,
		       const struct shim6_cookie_in *in, u8 *out);

/**
 * shim6_cookie_check() - is a returned validator ours and recent
 * @s: secrets
 * @in: what it must bind, @in->nonce as it came back
 * @val: octets that came back
 * @len: their number
 * @now: ns
 * @lifetime: how old a nonce may be, ns; one tick is added (B-26)
 * Return: 0, -ESTALE if too old or from the future, -EBADMSG if not ours.
 */
int shim6_cookie_check(const struct shim6_cookie_secret *s,
		       const struct shim6_cookie_in *in, const u8 *val,
		       u16 len, u64 now, u64 lifetime);

#endif
