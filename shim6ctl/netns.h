/* SPDX-License-Identifier: GPL-2.0 */
/* Entering another network namespace */
#ifndef SHIM6CTL_NETNS_H
#define SHIM6CTL_NETNS_H

/**
 * netns_enter() - go on in another network namespace
 * @name: as "ip netns" knows it, or a path when it has a slash
 * Return: 0 or a negative errno
 */
int netns_enter(const char *name);

/**
 * netns_scratch_enter() - go on in a network namespace of nobody, which goes
 *	when it is left
 * @home: result: the way back
 * Return: 0 or a negative errno
 */
int netns_scratch_enter(int *home);

/**
 * netns_scratch_leave() - come back
 * @home: the way
 * Return: 0 or a negative errno
 */
int netns_scratch_leave(int home);

#endif
