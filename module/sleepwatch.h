/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time a machine was asleep.
 *
 * Timers and stamps are those of CLOCK_MONOTONIC, which stands still meanwhile:
 * silence of the peer that nobody could have heard is no failure. But nobody
 * used a context either, and that is what SHIM6_EV_RESUMED tells it.
 */
#ifndef SHIM6_SLEEPWATCH_H
#define SHIM6_SLEEPWATCH_H

struct shim6_net;

int shim6_sleepwatch_setup(void);
void shim6_sleepwatch_teardown(void);
int shim6_sleepwatch_init(struct shim6_net *sn);
void shim6_sleepwatch_exit(struct shim6_net *sn);

#endif
