/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program asks for through /dev/shim6, checked as far as that needs
 * nothing but the request itself. Pure.
 */
#ifndef SHIM6_REQUEST_H
#define SHIM6_REQUEST_H

#include <linux/in.h>
#include <linux/shim6.h>

/* Octets of a list's element at most, as a program may know it */
#define SHIM6_REQUEST_ELEM_MAX	4096

/* Protocols whose header begins with two ports */
static inline bool shim6_has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_UDPLITE || proto == IPPROTO_SCTP ||
	       proto == IPPROTO_DCCP;
}

/**
 * shim6_request_cmd() - is a number a version of a command
 * @cmd: as the program says it
 * @known: as programs of the first version say it
 * @ver0: size of the structure's first version, 0: it has none
 * Return: 0; -ENOTTY when it is another command; -EINVAL when its structure is
 * shorter than the first version.
 */
int shim6_request_cmd(unsigned int cmd, unsigned int known, u32 ver0);

/**
 * shim6_request_list() - header of a list command
 * @r: request
 * @elem_ver0: size of the first version of an element
 * @context: the list may be that of one context
 * Return: 0, -EINVAL, or -E2BIG for elements that nobody can know.
 */
int shim6_request_list(const struct shim6_list *r, u32 elem_ver0,
		       bool context);

/* The others return 0 or -EINVAL, unless they say more */
int shim6_request_create(const struct shim6_context_create *r);
int shim6_request_ref(const struct shim6_context_ref *r);
int shim6_request_path(const struct shim6_context_path *r);
int shim6_request_fork(const struct shim6_context_fork *r);
int shim6_request_prefs(const struct shim6_locator_prefs *r);
int shim6_request_hba(const struct shim6_hba_set *r);
int shim6_request_cga(const struct shim6_cga_identity *r);
int shim6_request_policy(const struct shim6_policy_entry *r);
int shim6_request_mask(const struct shim6_event_mask *r);

/* The number of the tunable that is meant; -EINVAL, -ENOENT */
int shim6_request_param(const struct shim6_param_entry *r);

#endif
