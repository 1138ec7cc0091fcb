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

/**
 * struct shim6_pds_check - parameters and what is known of their Hash2
 * @p: parsed parameters
 * @strength: largest Sec whose condition Hash2 meets, -1: not yet computed
 *
 * Hash2 covers neither prefix nor collision count, so one is enough for all
 * addresses of a set.
 */
struct shim6_pds_check {
	const struct shim6_pds *p;
	int strength;
};

/* shim6_hba_verify() for several addresses of the same parameters */
int shim6_check_hba(struct shim6_pds_check *c, const struct in6_addr *addr);

/**
 * shim6_check_member() - is an address one that the parameters stand for
 * @c: parameters
 * @addr: address
 *
 * A member of the HBA set when they have the Multi-Prefix extension, else the
 * CGA.
 * Return: as shim6_hba_verify().
 */
int shim6_check_member(struct shim6_pds_check *c, const struct in6_addr *addr);

#endif
