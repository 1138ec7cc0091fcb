/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RSA by the kernel's asymmetric keys; the only file that knows their types.
 */
#ifndef SHIM6_KEYRING_H
#define SHIM6_KEYRING_H

#include "cga.h"

/**
 * shim6_key_verify() - is a signature the key's (RFC 3972 6)
 * @key: public key
 * @digest: SHA-1 of what was signed
 * @sig: signature, RSASSA-PKCS1-v1_5
 * @len: its octets
 * Context: process, sleeps.
 * Return: 0; -EKEYREJECTED or another error of the crypto layer when it is
 * not; -ENOMEM; -EOPNOTSUPP on a kernel without asymmetric keys.
 */
int shim6_key_verify(const struct shim6_rsa_key *key,
		     const u8 digest[SHIM6_SHA1_LEN], const u8 *sig, u16 len);

#endif
