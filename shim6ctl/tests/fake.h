/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A system for the tests, chosen by the environment:
 *
 * SHIM6_FAKE		lab (also without it), empty, single, many, crowd
 *			(10,000 contexts), old, missing: what the module has;
 *			former: it has the first version of events; silent: no
 *			event ever comes; torn: they end in the middle of one;
 *			odd: texts have what must be escaped;
 *			healthy: see fake_doctor.c; advertised, alone, unloaded:
 *			see fake_auto.c
 * SHIM6_FAULT		what is wrong on the healthy host
 * SHIM6_FAKE_FAIL	list of CALL:ERRNO[:NTH], such as "0x0a:28" for an
 *			ioctl number, "addr:98:2" for the second address,
 *			"call:5:3" for the third ioctl, whatever it is
 * SHIM6_FAKE_WRITER	see fake_qos.c
 * SHIM6_FAKE_CLASSED	the contexts have classes of service, see fake_module.c
 * SHIM6_FAKE_LOG	file that gets a line for every change
 * SHIM6_FAKE_EVENTS	FIFO whose lines a shell prints while a line is edited
 * SHIM6_FAKE_KERNEL	addresses, routes and capabilities are the real ones
 * SHIM6_FAKE_NOCAP	no CAP_NET_ADMIN
 */
#ifndef SHIM6CTL_TESTS_FAKE_H
#define SHIM6CTL_TESTS_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "macros.h"

struct client;
struct ctl_system;
struct net;

/**
 * fake_system() - the ways to this system
 * @system: result
 */
void fake_system(struct ctl_system *system);

/**
 * fake_is() - which scenario is it
 * @scenario: value of SHIM6_FAKE
 * Return: true when it is this one
 */
bool fake_is(const char *scenario);

/**
 * fake_failure() - should this call fail
 * @name: call
 * Return: 0 or a negative errno
 */
int fake_failure(const char *name);

/**
 * fake_log() - note a change
 * @fmt: as printf, without a newline
 */
void fake_log(const char *fmt, ...) __printf(1, 2);

/**
 * fake_module_open() - talk to the fake module
 * @c: client
 * Return: 0 or a negative errno
 */
int fake_module_open(struct client *c);

/**
 * fake_add_key() - as key_add_kernel(), the key's number is 1000
 * @pkcs8: key
 * @len: its octets
 * @serial: result
 * Return: 0 or a negative errno
 */
int fake_add_key(const uint8_t *pkcs8, size_t len, int32_t *serial);

/* The same for key_drop_kernel() */
void fake_drop_key(int32_t serial);

/**
 * fake_net_open() - talk to the fake kernel
 * @net: result
 * Return: 0
 */
int fake_net_open(struct net *net);

#endif
