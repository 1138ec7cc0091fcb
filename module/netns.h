/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Birth and death of what the module keeps per network namespace.
 */
#ifndef SHIM6_NETNS_H
#define SHIM6_NETNS_H

int shim6_netns_setup(void);
void shim6_netns_teardown(void);

#endif
