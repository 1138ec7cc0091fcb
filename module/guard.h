/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits for received control messages and for contexts that we start, as the
 * table of service has them. They come before everything that costs.
 */
#ifndef SHIM6_GUARD_H
#define SHIM6_GUARD_H

#include <linux/shim6_qos.h>
#include "shim6.h"

struct shim6_net;
struct shim6_qos;

/**
 * shim6_guard_init() - there are no limits
 * @sn: namespace
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_guard_init(struct shim6_net *sn);

/**
 * shim6_guard_exit() - free the limits
 * @sn: namespace; nobody asks shim6_guard_admits() any more
 * Context: process.
 */
void shim6_guard_exit(struct shim6_net *sn);

/**
 * shim6_guard_begin() - the table of service may become another one
 * @sn: namespace
 *
 * Nobody else changes it until shim6_guard_end().
 * Context: process.
 */
void shim6_guard_begin(struct shim6_net *sn);

/**
 * shim6_guard_prepare() - get the memory that the limits of a table need
 * @sn: namespace, after shim6_guard_begin()
 * @q: the table to be
 * Context: process.
 * Return: 0, or -ENOMEM: the table must not come into force.
 */
int shim6_guard_prepare(struct shim6_net *sn, const struct shim6_qos *q);

/**
 * shim6_guard_end() - the table has changed, or not
 * @sn: namespace, after shim6_guard_begin()
 * @prepared: the one last prepared is in force, and so are its limits when this
 *	returns; otherwise they stay what they were
 *
 * A limit that is as it was goes on where it was.
 * Context: process.
 */
void shim6_guard_end(struct shim6_net *sn, bool prepared);

/**
 * shim6_guard_admits() - may a message be served; counts it
 * @sn: namespace
 * @kind: enum shim6_qos_police_kind
 * @who: source of the message, or peer of the context
 *
 * The caller counts what is dropped, too, by its reason.
 * Context: any.
 * Return: true: it may; false: a limit of the kind is reached.
 */
bool shim6_guard_admits(struct shim6_net *sn, unsigned int kind,
			const struct in6_addr *who);

/**
 * shim6_guard_kind() - which limit a message falls under
 * @type: enum shim6_msg_type
 * Return: enum shim6_qos_police_kind; -1: none.
 */
int shim6_guard_kind(u8 type);

/**
 * shim6_guard_counted() - what was counted of a limit
 * @sn: namespace
 * @p: its @kind says which; passed and dropped are filled in, with zeros for
 *	one that is not in force
 * Context: process.
 */
void shim6_guard_counted(struct shim6_net *sn, struct shim6_qos_police *p);

#endif
