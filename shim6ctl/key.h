/* SPDX-License-Identifier: GPL-2.0 */
/* RSA keys: made here, written as DER, handed to the kernel's keyrings */
#ifndef SHIM6CTL_KEY_H
#define SHIM6CTL_KEY_H

#include <stddef.h>
#include <stdint.h>

#define KEY_BITS_MIN	1024	/* RFC 5533 16 */
#define KEY_BITS_MAX	4096

/**
 * struct key_blob - octets of DER
 * @at: where they begin, in @room
 * @len: how many
 * @room: memory; they end where it ends
 */
struct key_blob {
	uint8_t *at;
	size_t len;
	uint8_t room[3072];
};

/**
 * key_generate() - make an RSA key pair
 * @bits: size of its modulus
 * @priv: result: PrivateKeyInfo (PKCS#8, RFC 5208)
 * @pub: result: SubjectPublicKeyInfo (RFC 5280)
 * Return: 0 or a negative errno when there is no randomness
 */
int key_generate(unsigned int bits, struct key_blob *priv,
		 struct key_blob *pub);

/**
 * key_forget() - leave nothing of a key in memory
 * @blob: key
 */
void key_forget(struct key_blob *blob);

/**
 * key_add_kernel() - put a private key into the keyring of this process
 * @pkcs8: key
 * @len: its octets
 * @serial: result: its number
 *
 * The module takes a reference of its own, and nobody else can sign with the
 * key once it is dropped, or once the process and its keyring have ended.
 * Return: 0 or a negative errno of add_key(2)
 */
int key_add_kernel(const uint8_t *pkcs8, size_t len, int32_t *serial);

/**
 * key_drop_kernel() - take a key out of the keyring of this process
 * @serial: its number
 */
void key_drop_kernel(int32_t serial);

#endif
