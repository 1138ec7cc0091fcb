/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Verification of the locators a message brings (RFC 5533 7.2).
 */
#ifndef SHIM6_AUTH_H
#define SHIM6_AUTH_H

#include "hba.h"
#include "wire.h"

/* What the verification of a message's locator material came to */
enum shim6_auth_verdict {
	SHIM6_AUTH_NONE,	/* no list, no parameters: nothing to verify */
	SHIM6_AUTH_OK,		/* ULID and every locator verified */
	SHIM6_AUTH_SIGNED,	/* all but the signature, see shim6_auth_signed() */
	SHIM6_AUTH_ULID,	/* parameters do not belong to the ULID: drop */
	SHIM6_AUTH_METHOD,	/* method unknown or inconsistent: Error 2 */
	SHIM6_AUTH_LOCATOR,	/* a locator fails: drop, or Error 2 in Update */
	SHIM6_AUTH_MALFORMED,	/* parameters or list cannot be read: drop */
};

/**
 * struct shim6_auth - result of shim6_auth_check()
 * @verdict: see there
 * @bad: index of the locator at fault, with _METHOD and _LOCATOR; with _SIGNED
 *	the first that the signature must prove
 * @verified: bit i set: locator i of the list is proven to be the peer's
 */
struct shim6_auth {
	enum shim6_auth_verdict verdict;
	u8 bad;
	u32 verified;
};

/**
 * shim6_auth_check() - verify the locator material of a message
 * @m: decoded I2, I2bis, R2 or Update Request
 * @ulid: ULID(peer)
 * @pds: parameters of the peer known from before, for an Update without them
 * @pds_len: octets of @pds, 0 when none are known
 * @relaxed: accept lists without proof (a laboratory's tunable)
 * @out: result
 *
 * Everything that hashes can say. A list with method CGA also needs its
 * signature checked, which takes long: SHIM6_AUTH_SIGNED. A locator equal to
 * @ulid needs no proof, but with parameters present they must belong to @ulid
 * (A-27).
 * Context: any.
 */
void shim6_auth_check(const struct shim6_msg *m, const struct in6_addr *ulid,
		      const u8 *pds, u16 pds_len, bool relaxed,
		      struct shim6_auth *out);

/**
 * shim6_auth_signed() - the signature was checked
 * @m: message
 * @good: it is the key's, over the locators of the list
 * @auth: result of shim6_auth_check(), SHIM6_AUTH_SIGNED; becomes _OK or
 *	_LOCATOR
 */
void shim6_auth_signed(const struct shim6_msg *m, bool good,
		       struct shim6_auth *auth);

#endif
