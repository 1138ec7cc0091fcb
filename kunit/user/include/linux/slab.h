/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: memory of tests */
#ifndef SHIM6_USER_SLAB_H
#define SHIM6_USER_SLAB_H

#include <stdlib.h>
#include <linux/kernel.h>

#define kmalloc(size, gfp)	((void)(gfp), malloc(size))
#define kzalloc(size, gfp)	((void)(gfp), calloc(1, size))
#define kcalloc(n, size, gfp)	((void)(gfp), calloc(n, size))
#define kfree(p)		free((void *)(p))

#endif
