/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: the system's own header has the same structure */
#ifndef SHIM6_USER_IN6_H
#define SHIM6_USER_IN6_H

#include <linux/types.h>
#include <asm/byteorder.h>
#include_next <linux/in6.h>

#endif
