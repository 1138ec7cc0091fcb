/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: the families are in the C library's header alone */
#ifndef SHIM6_USER_SOCKET_H
#define SHIM6_USER_SOCKET_H

#include_next <linux/socket.h>
#include <sys/socket.h>

#endif
