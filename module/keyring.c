// SPDX-License-Identifier: GPL-2.0
/*
 * RSA by the kernel's asymmetric keys, see keyring.h.
 */
#include <linux/err.h>
#include <linux/key.h>
#include <linux/key-type.h>
#include <linux/keyctl.h>
#include <linux/slab.h>
#include <crypto/public_key.h>
#include <keys/asymmetric-type.h>
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

struct key *shim6_key_find(s32 serial)
{
	key_ref_t ref = lookup_user_key(serial, 0, KEY_NEED_SEARCH);
	struct key *key;

	if (IS_ERR(ref))
		return ERR_CAST(ref);
	key = key_ref_to_ptr(ref);
	if (key->type == &key_type_asymmetric)
		return key;
	key_put(key);
	return ERR_PTR(-EPROTOTYPE);
}

/* Of a key without its private half the crypto layer says EINVAL only, of one
 * that is longer EOVERFLOW
 */
static int shim6_key_error(int ret, u16 len)
{
	if (ret == len)
		return 0;
	return ret < 0 && ret != -EINVAL && ret != -EOVERFLOW ? ret :
								-EKEYREJECTED;
}

int shim6_key_sign(struct key *key, const u8 digest[SHIM6_SHA1_LEN], u8 *sig,
		   u16 len)
{
	struct kernel_pkey_params params = {
		.key = key,
		.encoding = "pkcs1",
		.hash_algo = "sha1",
		.in_len = SHIM6_SHA1_LEN,
		.out_len = len,
		.op = kernel_pkey_sign,
	};
	struct shim6_key_room *room;
	int err;

	err = key_validate(key);
	if (err)
		return err;
	if (len > sizeof(room->sig))
		return -EINVAL;
	room = kmalloc(sizeof(*room), GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	memcpy(room->digest, digest, sizeof(room->digest));
	err = shim6_key_error(key->type->asym_eds_op(&params, room->digest,
						     room->sig), len);
	if (!err)
		memcpy(sig, room->sig, len);
	kfree(room);
	return err;
}

#else

struct key *shim6_key_find(s32 serial)
{
	return ERR_PTR(-EOPNOTSUPP);
}

int shim6_key_sign(struct key *key, const u8 digest[SHIM6_SHA1_LEN], u8 *sig,
		   u16 len)
{
	return -EOPNOTSUPP;
}

int shim6_key_verify(const struct shim6_rsa_key *key,
		     const u8 digest[SHIM6_SHA1_LEN], const u8 *sig, u16 len)
{
	return -EOPNOTSUPP;
}

#endif
