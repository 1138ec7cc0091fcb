/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections to listeners that do without the shim (RFC 6316 6.2), from the
 * SYN-ACK to the first time their own sockets send or ask.
 */
#ifndef SHIM6_ACCEPTED_H
#define SHIM6_ACCEPTED_H

#include <linux/skbuff.h>
#include <net/sock.h>

struct shim6_accepted;

/* None noted, or NULL. Context: process */
struct shim6_accepted *shim6_accepted_alloc(void);
/* Accepts NULL. Nobody notes or takes any more */
void shim6_accepted_free(struct shim6_accepted *a);

/**
 * shim6_accepted_note() - a listener without the shim sends a SYN-ACK
 * @a: connections
 * @skb: packet, at its IPv6 header
 * Context: any.
 */
void shim6_accepted_note(struct shim6_accepted *a, const struct sk_buff *skb);

/**
 * shim6_accepted_take() - did such a listener make this socket
 * @a: connections
 * @sk: socket of TCP with a peer
 *
 * Context: any.
 * Return: true, once for each.
 */
bool shim6_accepted_take(struct shim6_accepted *a, const struct sock *sk);

#endif
