/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tunables under /sys/kernel/shim6. Each mount of sysfs shows those of the
 * network namespace it was mounted in.
 */
#ifndef SHIM6_SYSFS_H
#define SHIM6_SYSFS_H

struct shim6_net;

int shim6_sysfs_setup(void);
void shim6_sysfs_teardown(void);

int shim6_sysfs_init(struct shim6_net *sn);
/* Waits for running writers, so cfg_mutex must not be held. Accepts twice */
void shim6_sysfs_exit(struct shim6_net *sn);

#endif
