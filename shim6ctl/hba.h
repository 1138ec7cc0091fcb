/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hash Based Addresses (RFC 5535): the parameter structure of a set, its
 * addresses, their verification. No files, no network.
 */
#ifndef SHIM6CTL_HBA_H
#define SHIM6CTL_HBA_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HBA_PDS_MAX	768
#define HBA_MODIFIER	16	/* octets, RFC 3972 3 */
#define HBA_PREFIX	8
#define HBA_SEC_MAX	2	/* RFC 5535 6: no procedure for more */
#define HBA_GENERATE_MAX 32	/* locators a host can announce */
#define HBA_MEMBERS_MAX	(HBA_PDS_MAX / HBA_PREFIX)
#define HBA_KEY_MAX	2560	/* PKCS#8 of 4096 bits */

/**
 * struct hba_pds - a CGA Parameter Data Structure, usually with a Multi-Prefix
 * extension
 * @raw: its octets
 * @len: their number
 * @key_at: where the public key begins
 * @key_len: its octets
 * @prefix_at: where the prefixes of the extension begin
 * @nprefix: how many there are, 0: no such extension, it is a CGA's
 * @has_key: the key is a real one, not a random number
 */
struct hba_pds {
	uint8_t raw[HBA_PDS_MAX];
	size_t len;
	size_t key_at;
	size_t key_len;
	size_t prefix_at;
	size_t nprefix;
	bool has_key;
};

/**
 * struct hba_set - an HBA set, or CGAs of one key and modifier
 * @pds: its parameters; those of a CGA in another prefix differ by it only
 * @addr: its addresses, in the order of the prefixes when generated here
 * @naddr: how many
 * @key: private key, PKCS#8
 * @key_len: its octets, 0: none
 */
struct hba_set {
	struct hba_pds pds;
	struct in6_addr addr[HBA_MEMBERS_MAX];
	size_t naddr;
	uint8_t key[HBA_KEY_MAX];
	size_t key_len;
};

/**
 * hba_parse() - take a parameter structure apart, strictly
 * @p: result
 * @raw: octets
 * @len: their number
 * Return: NULL, or what is wrong with it
 */
const char *hba_parse(struct hba_pds *p, const uint8_t *raw, size_t len);

/**
 * hba_parse_cga() - the same, without the Multi-Prefix extension too
 * @p: result
 * @raw: octets
 * @len: their number
 * Return: NULL, or what is wrong with it
 */
const char *hba_parse_cga(struct hba_pds *p, const uint8_t *raw, size_t len);

/**
 * hba_build_cga() - put the parameters of a key together (RFC 3972 4, RFC 5535
 * 6)
 * @p: result
 * @key: SubjectPublicKeyInfo
 * @key_len: its octets
 * @prefixes: the prefixes; @p is that of the first
 * @n: how many
 * @set: with the Multi-Prefix extension: an HBA/CGA set
 * Return: 0, -EMSGSIZE when that is more than fits, -EIO without randomness
 */
int hba_build_cga(struct hba_pds *p, const uint8_t *key, size_t key_len,
		  const struct in6_addr *prefixes, size_t n, bool set);

/**
 * hba_build() - put a parameter structure together (RFC 5535 6, steps 1 and 2)
 * @p: result
 * @prefixes: the prefixes; octets behind the first 8 are not looked at
 * @n: how many, HBA_GENERATE_MAX at most
 * Return: 0 or a negative errno when there is no randomness
 */
int hba_build(struct hba_pds *p, const struct in6_addr *prefixes, size_t n);

/**
 * hba_prefix() - a prefix of the set
 * @p: parameters
 * @i: which
 * @prefix: result
 */
void hba_prefix(const struct hba_pds *p, size_t i, struct in6_addr *prefix);

/**
 * hba_address() - the address in one prefix (RFC 5535 6, step 6; RFC 3972 4)
 * @p: parameters
 * @prefix: prefix
 * @sec: security parameter the modifier was searched for
 * @addr: result
 */
void hba_address(const struct hba_pds *p, const struct in6_addr *prefix,
		 unsigned int sec, struct in6_addr *addr);

/**
 * hba_hash2_zeros() - leading zero bits of Hash2 in steps of 16
 * @p: parameters
 * @modifier: modifier to use in place of the one of @p
 * Return: the largest security parameter it serves
 */
unsigned int hba_hash2_zeros(const struct hba_pds *p, const uint8_t *modifier);

/**
 * hba_verify() - is an address a member of the set (RFC 5535 7.2), or the CGA
 * in its prefix (RFC 3972 5)
 * @p: parameters
 * @addr: address
 * Return: NULL when it is, or why it is not
 */
const char *hba_verify(const struct hba_pds *p, const struct in6_addr *addr);

/**
 * hba_sec() - security parameter of an address
 * @addr: address
 * Return: 0 to 7
 */
unsigned int hba_sec(const struct in6_addr *addr);

/**
 * hba_same_set() - do two parameter structures describe the same set
 * @a: one
 * @b: other; the Subnet Prefix makes no difference
 * Return: true when they do
 */
bool hba_same_set(const struct hba_pds *a, const struct hba_pds *b);

#endif
