/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: the kernel's interface, siphash_user.c behind it */
#ifndef SHIM6_USER_SIPHASH_H
#define SHIM6_USER_SIPHASH_H

#include <linux/kernel.h>

typedef struct {
	u64 key[2];
} siphash_key_t;

u64 siphash(const void *data, size_t len, const siphash_key_t *key);

#endif
