/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: the families are in the C library's header */
#ifndef SHIM6_USER_SOCKET_H
#define SHIM6_USER_SOCKET_H

#include <sys/socket.h>

#endif
