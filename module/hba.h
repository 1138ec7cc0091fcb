/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hash Based Addresses (RFC 5535) and the parameter structure they share with
 * CGAs (RFC 3972): parsing and verification.
 */
#ifndef SHIM6_HBA_H
#define SHIM6_HBA_H

#include "shim6.h"

#define SHIM6_EXT_MULTI_PREFIX	0x0012

/**
 * struct shim6_pds - a CGA Parameter Data Structure taken apart
 * @raw: the octets it was parsed from; all pointers point into it
 * @len: their number
 * @modifier: 16 octets
 * @prefix: 8 octets, the Subnet Prefix
 * @collision: collision count, 0 to 2
 * @key: DER SubjectPublicKeyInfo
 * @key_len: its octets
 * @ext: everything behind the key
 * @ext_len: its octets
 * @mp: first prefix of the Multi-Prefix extension, NULL without one
 * @nprefix: number of prefixes, 8 octets each
 * @has_key: P flag: the key is a real one, not a random number
 */
struct shim6_pds {
	const u8 *raw;
	u16 len;
	const u8 *modifier;
	const u8 *prefix;
	u8 collision;
	const u8 *key;
	u16 key_len;
	const u8 *ext;
	u16 ext_len;
	const u8 *mp;
	u16 nprefix;
	bool has_key;
};

/**
 * shim6_pds_parse() - take a parameter structure apart, strictly (C-4, C-5)
 * @buf: octets, exactly the option's contents
 * @len: their number
 * @p: result
 * Return: 0, or -EINVAL when anything is malformed.
 */
int shim6_pds_parse(const u8 *buf, size_t len, struct shim6_pds *p);

/**
 * shim6_hba_verify() - is an address a member of the HBA set (RFC 5535 7.2)
 * @p: parsed parameters
 * @addr: address
 * Return: 0 when it is; -EKEYREJECTED when not; -EOPNOTSUPP without a
 * Multi-Prefix extension; an error of the hash otherwise.
 */
int shim6_hba_verify(const struct shim6_pds *p, const struct in6_addr *addr);

/**
 * shim6_cga_verify() - does a CGA belong to the parameters (RFC 3972 5)
 * @p: parsed parameters
 * @addr: address
 * Return: as shim6_hba_verify().
 */
int shim6_cga_verify(const struct shim6_pds *p, const struct in6_addr *addr);

/* What the verification of a message's locator material came to */
enum shim6_auth_verdict {
	SHIM6_AUTH_NONE,	/* no list, no parameters: nothing to verify */
	SHIM6_AUTH_OK,		/* ULID and every locator verified */
	SHIM6_AUTH_ULID,	/* parameters do not belong to the ULID: drop */
	SHIM6_AUTH_METHOD,	/* method unknown or inconsistent: Error 2 */
	SHIM6_AUTH_LOCATOR,	/* a locator fails: drop, or Error 2 in Update */
	SHIM6_AUTH_MALFORMED,	/* parameters or list cannot be read: drop */
};

/**
 * struct shim6_auth - result of shim6_auth_check()
 * @verdict: see there
 * @bad: index of the locator at fault, with _METHOD and _LOCATOR
 * @verified: bit i set: locator i of the list is proven to be the peer's
 */
struct shim6_auth {
	enum shim6_auth_verdict verdict;
	u8 bad;
	u32 verified;
};

struct shim6_msg;

/**
 * shim6_auth_check() - verify the locator material of a message
 * @m: decoded I2, I2bis, R2 or Update Request
 * @ulid: ULID(peer)
 * @pds: parameters of the peer known from before, for an Update without them
 * @pds_len: octets of @pds, 0 when none are known
 * @relaxed: accept lists without proof (a laboratory's tunable)
 * @out: result
 *
 * HBA only; a list with method CGA needs a signature check in process context
 * and gives SHIM6_AUTH_METHOD here. A locator equal to @ulid needs no proof,
 * but with parameters present they must belong to @ulid.
 * Context: any.
 */
void shim6_auth_check(const struct shim6_msg *m, const struct in6_addr *ulid,
		      const u8 *pds, u16 pds_len, bool relaxed,
		      struct shim6_auth *out);

#endif
