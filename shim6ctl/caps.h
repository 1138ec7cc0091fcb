/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capabilities: a command keeps those it needs and gives up all others before
 * it does anything. A shell keeps what any command may need, but has it in
 * effect only while one runs that does.
 */
#ifndef SHIM6CTL_CAPS_H
#define SHIM6CTL_CAPS_H

#include <stdbool.h>

#define CAPS_ADMIN	(1u << 0)	/* CAP_NET_ADMIN: changes the stack */
#define CAPS_NETNS	(1u << 1)	/* CAP_SYS_ADMIN: enters a namespace, and
					 * CAP_SYS_PTRACE: that of a process
					 */
#define CAPS_FILES	(1u << 2)	/* CAP_DAC_OVERRIDE: files of others */
#define CAPS_RAW	(1u << 3)	/* CAP_NET_RAW: asks for an echo */
#define CAPS_SCRATCH	(1u << 4)	/* CAP_SYS_ADMIN: makes a namespace */

/**
 * caps_limit() - give up every capability but some
 * @keep: CAPS_* to keep where the process has them
 * @raise: those of them to have in effect
 * Return: 0 or a negative errno
 */
int caps_limit(unsigned int keep, unsigned int raise);

/**
 * caps_pass() - what a program started from this process is to have
 *
 * CAP_NET_ADMIN where this process has it, and no other one, whoever the user
 * is. Called between fork and exec.
 *
 * Return: 0 or a negative errno
 */
int caps_pass(void);

/**
 * caps_admin() - may this process change the stack
 * Return: true with CAP_NET_ADMIN
 */
bool caps_admin(void);

#endif
