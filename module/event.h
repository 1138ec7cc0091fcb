/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events for readers of the device. The only door from the engine upwards.
 */
#ifndef SHIM6_EVENT_H
#define SHIM6_EVENT_H

#include "shim6.h"

struct shim6_net;
struct shim6_event;

int shim6_event_init(struct shim6_net *sn);
void shim6_event_exit(struct shim6_net *sn);

/**
 * shim6_event_emit() - give an event to every reader that wants its type
 * @sn: namespace
 * @ev: event; size, seq, time and lost are filled in here
 * Context: any. Costs one test while nobody listens.
 */
void shim6_event_emit(struct shim6_net *sn, struct shim6_event *ev);

#endif
