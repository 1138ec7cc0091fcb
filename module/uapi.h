/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversion between what the module keeps and what user space sees. Only
 * this file knows both.
 */
#ifndef SHIM6_UAPI_H
#define SHIM6_UAPI_H

#include <linux/shim6.h>
#include "ctx.h"
#include "net.h"

void shim6_uapi_info(struct shim6_net *sn, struct shim6_info *out);

/**
 * shim6_uapi_context() - a context as users see it
 * @ctx: context, the caller holds a reference
 * @secret: with the tags, which let who knows them forge packets
 * @out: result
 * Context: any; takes ctx->lock.
 */
void shim6_uapi_context(struct shim6_ctx *ctx, bool secret,
			struct shim6_context_entry *out);

/**
 * shim6_uapi_locator() - a locator of a context, ours first
 * @ctx: context, the caller holds a reference
 * @n: which
 * @out: result
 * Context: process; takes ctx->lock.
 * Return: 0, -ENOENT behind the last.
 */
int shim6_uapi_locator(struct shim6_ctx *ctx, unsigned int n,
		       struct shim6_locator_entry *out);

/* The n-th address of the host that can be a locator; -ENOENT behind the last */
int shim6_uapi_address(struct shim6_net *sn, unsigned int n,
		       struct shim6_locator_entry *out);

/* -ENOENT behind the last */
/**
 * shim6_uapi_prefs() - preferences of a locator of ours, and tell the peers
 * @sn: namespace
 * @req: address and preferences
 * Context: process.
 * Return: 0 or a negative error.
 */
int shim6_uapi_prefs(struct shim6_net *sn,
		     const struct shim6_locator_prefs *req);

/**
 * shim6_uapi_fork() - a forked context for one flow
 * @sn: namespace
 * @req: flow or socket; the results are put there
 * Context: process.
 * Return: 0 or a negative error, see struct shim6_context_fork.
 */
int shim6_uapi_fork(struct shim6_net *sn, struct shim6_context_fork *req);

int shim6_uapi_param(struct shim6_net *sn, unsigned int i,
		     struct shim6_param_entry *out);
int shim6_uapi_counter(struct shim6_net *sn, unsigned int i,
		       struct shim6_counter_entry *out);

/**
 * shim6_uapi_param_set() - change a tunable
 * @sn: namespace
 * @i: which
 * @val: value
 *
 * The one way for ioctl and sysfs; sees to what follows from the new value.
 * Context: process; takes cfg_mutex.
 * Return: 0; -ERANGE or -ENOMEM and nothing changed.
 */
int shim6_uapi_param_set(struct shim6_net *sn, unsigned int i, u64 val);

/* The first HBA set with at least this id; -ENOENT behind the last */
int shim6_uapi_hba(struct shim6_net *sn, u32 id, struct shim6_hba_set *out);

/* The same for identities with a key. Context: process; takes cfg_mutex */
int shim6_uapi_cga(struct shim6_net *sn, u32 id, struct shim6_cga_identity *out);

#endif
