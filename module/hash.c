// SPDX-License-Identifier: GPL-2.0
/* SHA-1 of the kernel's crypto layer for the pure core */
#include <linux/err.h>
#include <linux/kernel.h>
#include <crypto/hash.h>
#include "hash.h"

static struct crypto_shash *sha1_tfm;

/**
 * shim6_hash_setup() - get the hash; once, when the module is loaded
 * Return: 0 or a negative error.
 */
int shim6_hash_setup(void)
{
	struct crypto_shash *tfm = crypto_alloc_shash("sha1", 0, 0);

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	if (crypto_shash_digestsize(tfm) != SHIM6_SHA1_LEN) {
		crypto_free_shash(tfm);
		return -EINVAL;
	}
	sha1_tfm = tfm;
	return 0;
}

/**
 * shim6_hash_teardown() - give the hash back
 */
void shim6_hash_teardown(void)
{
	crypto_free_shash(sha1_tfm);
	sha1_tfm = NULL;
}

int shim6_sha1(const struct shim6_hash_part *part, unsigned int n, u8 *out)
{
	SHASH_DESC_ON_STACK(desc, sha1_tfm);
	unsigned int i;
	int err;

	desc->tfm = sha1_tfm;
	err = crypto_shash_init(desc);
	for (i = 0; !err && i < n; i++)
		err = crypto_shash_update(desc, part[i].data, part[i].len);
	if (!err)
		err = crypto_shash_final(desc, out);
	shash_desc_zero(desc);
	return err;
}
