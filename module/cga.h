/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cryptographically Generated Addresses (RFC 3972): the key of a parameter
 * structure and what a CGA signature covers (RFC 5533 5.15.5).
 */
#ifndef SHIM6_CGA_H
#define SHIM6_CGA_H

#include "hba.h"
#include "hash.h"

/* RFC 5533 16 wants 1024 bits at least */
#define SHIM6_RSA_MIN_BITS	1024
#define SHIM6_RSA_MAX_BITS	4096
#define SHIM6_MAX_SIGNATURE	(SHIM6_RSA_MAX_BITS / 8)

/**
 * struct shim6_rsa_key - an RSA public key in a parameter structure
 * @der: DER RSAPublicKey
 * @len: its octets
 * @size: octets of the modulus, hence of a signature
 */
struct shim6_rsa_key {
	const u8 *der;
	u16 len;
	u16 size;
};

/**
 * struct shim6_own_list - our Locator List as the key of an identity signed
 * it; immutable
 * @gen: its generation
 * @n: locators, 0 in none that is in use
 * @sig_len: octets of @sig, 0: no locator is of method CGA
 * @addr: locators in the order that was signed
 * @method: their methods
 * @sig: signature (RFC 5533 5.15.5)
 *
 * It goes out as it is, by every context of the identity: signing takes too
 * long to be done for each of them.
 */
struct shim6_own_list {
	u32 gen;
	u8 n;
	u16 sig_len;
	struct in6_addr addr[SHIM6_MAX_LOCS];
	u8 method[SHIM6_MAX_LOCS];
	u8 sig[SHIM6_MAX_SIGNATURE];
};

/* Is an address in the list */
bool shim6_own_has(const struct shim6_own_list *own,
		   const struct in6_addr *addr);

/* Do two lists say the same, generation and signature aside */
bool shim6_own_same(const struct shim6_own_list *a,
		    const struct shim6_own_list *b);

/* Must the list be signed (RFC 5533 5.6): a method is CGA */
bool shim6_own_needs_signature(const struct shim6_own_list *own);

/**
 * shim6_cga_key() - the key that signs for an address (C-2, C-3)
 * @p: parsed parameters
 * @key: result; points into the parameters
 * Return: 0; -EOPNOTSUPP when there is no real key (the random number of an
 * HBA set) or one of another algorithm; -EKEYREJECTED for an RSA key of fewer
 * than 1024 or more than 4096 bits; -EINVAL when it is malformed.
 */
int shim6_cga_key(const struct shim6_pds *p, struct shim6_rsa_key *key);

/**
 * shim6_cga_digest() - SHA-1 of what a CGA signature covers
 * @gen: generation of the list
 * @locs: locators of the list
 * @methods: their methods
 * @n: their number
 * @digest: result, SHIM6_SHA1_LEN octets
 *
 * The type tag, the generation, and the locators of method CGA in the order of
 * the list (RFC 5533 5.15.5, C-11).
 * Return: 0 or an error of the hash.
 */
int shim6_cga_digest(u32 gen, const struct in6_addr *locs, const u8 *methods,
		     unsigned int n, u8 *digest);

#endif
