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

int shim6_guard_init(struct shim6_net *sn);
void shim6_guard_exit(struct shim6_net *sn);

/**
 * shim6_guard_update() - the table of service is another one
 * @sn: namespace
 *
 * A limit that is as it was goes on where it was. Without memory for its
 * prefixes one has its limit of all together only.
 * Context: process.
 */
void shim6_guard_update(struct shim6_net *sn);

/**
 * shim6_guard_admits() - may a message be served; counts it
 * @sn: namespace
 * @kind: enum shim6_qos_police_kind
 * @who: source of the message, or peer of the context
 * Context: any. The caller counts what is dropped, too, by its reason.
 */
bool shim6_guard_admits(struct shim6_net *sn, unsigned int kind,
			const struct in6_addr *who);

/* The kind of a message type, -1: none */
int shim6_guard_kind(u8 type);

/* Fills in what was counted of a limit; zero for one that is not in force */
void shim6_guard_counted(struct shim6_net *sn, struct shim6_qos_police *p);

#endif
