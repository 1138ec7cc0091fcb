/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Protocol 140 as it is delivered to this host: control messages, and payload
 * headers that the hooks did not take.
 */
#ifndef SHIM6_INPUT_H
#define SHIM6_INPUT_H

int shim6_input_setup(void);
/* Waits until no packet is in the handler any more */
void shim6_input_teardown(void);

#endif
