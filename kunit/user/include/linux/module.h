/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: module metadata means nothing here */
#ifndef SHIM6_USER_MODULE_H
#define SHIM6_USER_MODULE_H

#include <linux/kernel.h>

#define MODULE_LICENSE(s)	_Static_assert(sizeof(s) > 1, "empty")
#define MODULE_DESCRIPTION(s)	_Static_assert(sizeof(s) > 1, "empty")
#define MODULE_AUTHOR(s)	_Static_assert(sizeof(s) > 1, "empty")

#endif
