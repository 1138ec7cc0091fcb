/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket options of RFC 6316, see <linux/shim6_socket.h>.
 */
#ifndef SHIM6_SOCKOPT_H
#define SHIM6_SOCKOPT_H

struct shim_feedback;

/* Context: process. Every namespace is ready. Return: 0 or a negative error */
int shim6_sockopt_setup(void);
void shim6_sockopt_teardown(void);

/**
 * shim6_sockopt_feedback() - SHIM_FEEDBACK for a socket by its descriptor
 * @fd: descriptor of the caller
 * @fb: what it says
 * Context: process.
 * Return: 0; as the option; -EBADF, -ENOTSOCK, -EAFNOSUPPORT.
 */
int shim6_sockopt_feedback(int fd, const struct shim_feedback *fb);

#endif
