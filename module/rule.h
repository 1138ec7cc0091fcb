/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules of the table of classes: what may be in one, in which order they come,
 * which one a packet meets. Pure.
 */
#ifndef SHIM6_RULE_H
#define SHIM6_RULE_H

#include "qos.h"

/**
 * struct shim6_qos_packet - what rules look at
 * @local: ULID here
 * @peer: ULID there
 * @proto: upper-layer protocol
 * @out: it leaves, else it came
 * @ports: it has some; not the later fragments of a packet
 * @lport: port here, host byte order
 * @rport: port there
 * @dscp: as the sender set it
 * @has_uid: @uid counts
 * @mark: skb->mark
 * @uid: owner of the socket, in the initial user namespace
 */
struct shim6_qos_packet {
	struct in6_addr local;
	struct in6_addr peer;
	u8 proto;
	bool out;
	bool ports;
	u16 lport;
	u16 rport;
	u8 dscp;
	bool has_uid;
	u32 mark;
	u32 uid;
};

/**
 * shim6_qos_set_rule() - add or replace a rule
 * @q: table
 * @r: rule
 * Return: 0; -EINVAL; -ENOENT: its class or one of its links is not there;
 * -ENOSPC: there are SHIM6_QOS_RULES others.
 */
int shim6_qos_set_rule(struct shim6_qos *q, struct shim6_qos_rule *r);

/**
 * shim6_qos_del_rule() - remove a rule
 * @q: table
 * @pref: 1 to 65535
 * Return: 0 or -ENOENT.
 */
int shim6_qos_del_rule(struct shim6_qos *q, u32 pref);

/**
 * shim6_qos_match() - the first rule that a packet meets
 * @q: table
 * @p: packet
 * Return: its index in @rules of @q, or -1.
 */
int shim6_qos_match(const struct shim6_qos *q,
		    const struct shim6_qos_packet *p);

#endif
