/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segmentation and merging of tagged TCP (GSO, GRO).
 */
#ifndef SHIM6_OFFLOAD_H
#define SHIM6_OFFLOAD_H

/**
 * shim6_offload_setup() - register with the stack
 * Context: process. After the per-namespace state is registered.
 * Return: 0 or a negative error.
 */
int shim6_offload_setup(void);

/**
 * shim6_offload_teardown() - stop merging, wait, unregister
 * Context: process, sleeps until no device holds a packet of ours.
 */
void shim6_offload_teardown(void);

#endif
