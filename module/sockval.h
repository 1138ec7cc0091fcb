/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values of socket options as programs hand them over (RFC 6316 8). Pure.
 */
#ifndef SHIM6_SOCKVAL_H
#define SHIM6_SOCKVAL_H

#include <linux/shim6_socket.h>
#include "wish.h"

/**
 * shim6_sockval_of() - a locator of a context for a program
 * @loc: locator
 * @out: result, every octet of it; @lc_ifidx is 0
 */
void shim6_sockval_of(const struct shim6_loc *loc, struct shim_locator *out);

/* The members all zero: "none" of SHIM_LOC_*_SEND */
bool shim6_sockval_none(const struct shim_locator *l);

/**
 * shim6_sockval_locator() - a locator
 * @l: value
 * @out: result
 * Return: 0; -EINVAL for a member out of range; -EINVALIDLOCATOR for what is
 * understood and can be no locator of Shim6: IPv4, multicast, link-local.
 */
int shim6_sockval_locator(const struct shim_locator *l,
			  struct shim6_wish_loc *out);

/**
 * shim6_sockval_explore() - parameters of exploration
 * @pe: value
 * @out: result
 * Return: 0 or -EINVAL.
 */
int shim6_sockval_explore(const struct shim_pathexplore *pe,
			  struct shim6_tuning *out);

/* The way back */
void shim6_sockval_tuning(const struct shim6_tuning *tune,
			  struct shim_pathexplore *out);

/* SHIM_APP_TIMEOUT: s, 0 to 100. Return: 0 or -EINVAL */
int shim6_sockval_timeout(int seconds, struct shim6_tuning *out);

/* Return: 0 or -EINVAL */
int shim6_sockval_feedback(const struct shim_feedback *fb);

#endif
