/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RSA by the kernel's asymmetric keys; the only file that knows their types.
 */
#ifndef SHIM6_KEYRING_H
#define SHIM6_KEYRING_H

#include "cga.h"

struct key;

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

/**
 * shim6_key_find() - a private key that the caller may use
 * @serial: its number in the kernel's keyrings
 *
 * Key material stays there: what the module has is the reference.
 * Context: process; by the rights of the caller.
 * Return: a reference, for key_put(); or ERR_PTR(): -ENOKEY, -EACCES,
 * -EKEYREVOKED, -EKEYEXPIRED as add_key(2) has them; -EPROTOTYPE when it is no
 * asymmetric key; -EOPNOTSUPP on a kernel without such keys.
 */
struct key *shim6_key_find(s32 serial);

/**
 * shim6_key_sign() - sign (RFC 3972 6)
 * @key: from shim6_key_find()
 * @digest: SHA-1 of what is signed
 * @sig: result, RSASSA-PKCS1-v1_5
 * @len: its octets, those of the modulus
 * Context: process, sleeps.
 * Return: 0; -EKEYREJECTED when the key has no private half or another size;
 * -EKEYREVOKED, -EKEYEXPIRED; -ENOMEM or another error of the crypto layer.
 */
int shim6_key_sign(struct key *key, const u8 digest[SHIM6_SHA1_LEN], u8 *sig,
		   u16 len);

#endif
