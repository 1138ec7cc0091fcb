/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches the addresses and links of all namespaces.
 */
#ifndef SHIM6_ADDRWATCH_H
#define SHIM6_ADDRWATCH_H

struct shim6_net;

int shim6_addrwatch_setup(void);
void shim6_addrwatch_teardown(void);

void shim6_addrwatch_init(struct shim6_net *sn);
/* After @sn->dying was set: stops the work. Context: process */
void shim6_addrwatch_exit(struct shim6_net *sn);

/* The hooks are on: look each second, until they are off again */
void shim6_addrwatch_begin(struct shim6_net *sn);

#endif
