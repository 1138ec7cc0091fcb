/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netfilter hooks of a namespace: PRE_ROUTING and LOCAL_OUT.
 */
#ifndef SHIM6_HOOKS_H
#define SHIM6_HOOKS_H

struct shim6_net;

/**
 * shim6_hooks_register() - hook a namespace
 * @sn: namespace, cfg_mutex held
 * Return: 0 or a negative error.
 */
int shim6_hooks_register(struct shim6_net *sn);

/* cfg_mutex held, or from pre_exit of the namespace */
void shim6_hooks_unregister(struct shim6_net *sn);

#endif
