/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device /dev/shim6.
 */
#ifndef SHIM6_CHARDEV_H
#define SHIM6_CHARDEV_H

int shim6_chardev_setup(void);
void shim6_chardev_teardown(void);

#endif
