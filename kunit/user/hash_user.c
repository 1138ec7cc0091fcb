// SPDX-License-Identifier: GPL-2.0
/* The hash of the pure core in user space */
#include <nettle/sha1.h>
#include "../../module/hash.h"

int shim6_hash_setup(void)
{
	return 0;
}

void shim6_hash_teardown(void)
{
}

int shim6_sha1(const struct shim6_hash_part *part, unsigned int n, u8 *out)
{
	struct sha1_ctx ctx;
	unsigned int i;

	sha1_init(&ctx);
	for (i = 0; i < n; i++)
		sha1_update(&ctx, part[i].len, part[i].data);
	sha1_digest(&ctx, SHIM6_SHA1_LEN, out);
	return 0;
}
