// SPDX-License-Identifier: GPL-2.0
/*
 * RSA by the kernel's asymmetric keys, see keyring.h.
 */
#include <linux/slab.h>
#include <crypto/public_key.h>
#include "compat.h"
#include "keyring.h"

#if IS_REACHABLE(CONFIG_ASYMMETRIC_PUBLIC_KEY_SUBTYPE)

/* Everything the crypto layer maps must be memory of the allocator */
struct shim6_key_room {
	u8 digest[SHIM6_SHA1_LEN];
	u8 sig[SHIM6_MAX_SIGNATURE];
	u8 key[SHIM6_MAX_PDS];
};

int shim6_key_verify(const struct shim6_rsa_key *key,
		     const u8 digest[SHIM6_SHA1_LEN], const u8 *sig, u16 len)
{
	struct public_key_signature s = {
		.s_size = len,
		.pkey_algo = "rsa",
		.hash_algo = "sha1",
		.encoding = "pkcs1",
	};
	struct public_key pub = {
		.keylen = key->len,
		.id_type = "CGA",
		.pkey_algo = "rsa",
	};
	struct shim6_key_room *room;
	int err;

	if (len > sizeof(room->sig) || key->len > sizeof(room->key))
		return -EINVAL;
	room = kmalloc(sizeof(*room), GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	memcpy(room->digest, digest, sizeof(room->digest));
	memcpy(room->sig, sig, len);
	memcpy(room->key, key->der, key->len);
	s.s = room->sig;
	shim6_signature_of(&s, room->digest, sizeof(room->digest));
	pub.key = room->key;
	err = public_key_verify_signature(&pub, &s);
	kfree(room);
	return err;
}

#else

int shim6_key_verify(const struct shim6_rsa_key *key,
		     const u8 digest[SHIM6_SHA1_LEN], const u8 *sig, u16 len)
{
	return -EOPNOTSUPP;
}

#endif
