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

#endif
