/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two hashes the pure core needs. The kernel's come from crypto_shash and
 * siphash (hash.c); a user-space build links its own from a library.
 */
#ifndef SHIM6_HASH_H
#define SHIM6_HASH_H

#include "shim6.h"

#define SHIM6_SHA1_LEN		20

/**
 * struct shim6_hash_part - a piece of what is hashed
 * @data: octets
 * @len: how many
 */
struct shim6_hash_part {
	const void *data;
	size_t len;
};

int shim6_hash_setup(void);
void shim6_hash_teardown(void);

/**
 * shim6_sha1() - SHA-1 over the parts in order (RFC 3972 needs it)
 * @part: pieces
 * @n: number of pieces
 * @out: 20 octets
 * Context: any, also softirq.
 * Return: 0 or a negative error of the crypto layer.
 */
int shim6_sha1(const struct shim6_hash_part *part, unsigned int n, u8 *out);

#endif
