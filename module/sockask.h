/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A socket that asks for one of the options of RFC 6316, as those who serve
 * them see it.
 */
#ifndef SHIM6_SOCKASK_H
#define SHIM6_SOCKASK_H

#include <linux/sockptr.h>
#include <linux/uaccess.h>
#include "ctx.h"
#include "fork.h"
#include "net.h"

/**
 * struct shim6_ask - an option asked for
 * @sn: namespace
 * @sk: socket, its lock held
 * @peer: the option is about the peer's locators, else about ours
 * @connected: connect() or accept() gave it a peer
 * @flow: its flow, when it is connected by IPv6; else all zero
 * @ctx: context that serves it, a reference; NULL: none
 * @fork: context of its own, a reference; its handshake may still be under way;
 *	NULL: none
 */
struct shim6_ask {
	struct shim6_net *sn;
	struct sock *sk;
	bool peer;
	bool connected;
	struct shim6_fork_flow flow;
	struct shim6_ctx *ctx;
	struct shim6_ctx *fork;
};

/* Where the value of getsockopt() goes, and the room there is for it */
struct shim6_answer {
	void __user *to;
	int *len;
};

/* Return: 0, -EINVAL when there is no room, -EFAULT */
static inline int shim6_answer_octets(const struct shim6_answer *to,
				      const void *from, unsigned int size)
{
	if (*to->len < (int)size)
		return -EINVAL;
	if (copy_to_user(to->to, from, size))
		return -EFAULT;
	*to->len = size;
	return 0;
}

static inline int shim6_answer_int(const struct shim6_answer *to, int value)
{
	return shim6_answer_octets(to, &value, sizeof(value));
}

/* A value of setsockopt(). Return: 0, -EINVAL when it is too short, -EFAULT */
static inline int shim6_ask_octets(void *to, unsigned int size, sockptr_t from,
				   unsigned int len)
{
	if (len < size)
		return -EINVAL;
	return copy_from_sockptr(to, from, size) ? -EFAULT : 0;
}

#endif
