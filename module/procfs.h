/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/net/shim6/{contexts,locators,stats}: a look without any tool.
 */
#ifndef SHIM6_PROCFS_H
#define SHIM6_PROCFS_H

struct shim6_net;

int shim6_procfs_init(struct shim6_net *sn);
void shim6_procfs_exit(struct shim6_net *sn);

#endif
