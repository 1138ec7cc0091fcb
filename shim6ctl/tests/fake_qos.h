/* SPDX-License-Identifier: GPL-2.0 */
/* The fake module's table of classes, with the real module's rules for it */
#ifndef SHIM6CTL_TESTS_FAKE_QOS_H
#define SHIM6CTL_TESTS_FAKE_QOS_H

#include <stddef.h>

struct shim6_list;

/**
 * fake_qos_call() - a command of <linux/shim6_qos.h>
 * @cmd: SHIM6_IOC_QOS_*
 * @arg: its argument
 * Return: 0 or a negative errno, -ENOTTY for any other command
 */
int fake_qos_call(unsigned long cmd, void *arg);

/* Changes that were not committed are gone */
void fake_qos_close(void);

/**
 * fake_list() - hand out a list as the ABI says, a page at a time
 * @arg: what is asked for
 * @all: elements
 * @n: how many
 * @size: octets of each
 * Return: 0 or a negative errno
 */
int fake_list(struct shim6_list *arg, const void *all, size_t n, size_t size);

#endif
