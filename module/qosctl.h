/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of <linux/shim6_qos.h>.
 */
#ifndef SHIM6_QOSCTL_H
#define SHIM6_QOSCTL_H

#include <linux/mutex.h>
#include "shim6.h"

struct shim6_net;
struct shim6_service;

/**
 * struct shim6_qosctl - what an open file has to do with classes of service
 * @sn: its namespace
 * @lock: @draft and what is in it
 * @draft: changes that wait for their commit, NULL: none
 */
struct shim6_qosctl {
	struct shim6_net *sn;
	struct mutex lock;
	struct shim6_service *draft;
};

void shim6_qosctl_open(struct shim6_qosctl *ctl, struct shim6_net *sn);
/* Aborts what is not committed */
void shim6_qosctl_close(struct shim6_qosctl *ctl);

/**
 * shim6_qosctl_run() - a command that is no list
 * @ctl: of the open file
 * @cmd: command, SHIM6_IOC_QOS_*
 * @arg: its structure
 *
 * Also when it fails the structure goes back to user space: it says why.
 * Context: process.
 * Return: 0; those of shim6_qos_set_class() and the like; those of
 * shim6_service_commit(); -EBUSY for a second SHIM6_IOC_QOS_BEGIN; -ENOENT for
 * the end of a transaction that has not begun.
 */
int shim6_qosctl_run(struct shim6_qosctl *ctl, unsigned int cmd, void *arg);

/**
 * shim6_qosctl_next() - the next element of a list
 * @ctl: of the open file
 * @cmd: command, SHIM6_IOC_QOS_*_LIST
 * @cursor: 0 to begin; then as the last call left it
 * @e: element
 * Context: process.
 * Return: 0, or -ENOENT behind the last.
 */
int shim6_qosctl_next(struct shim6_qosctl *ctl, unsigned int cmd, u64 *cursor,
		      void *e);

#endif
