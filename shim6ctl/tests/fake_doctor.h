/* SPDX-License-Identifier: GPL-2.0 */
/* A host on which all is well, but for one fault */
#ifndef SHIM6CTL_TESTS_FAKE_DOCTOR_H
#define SHIM6CTL_TESTS_FAKE_DOCTOR_H

#include <stdbool.h>

struct host_ops;
struct net;

extern const struct host_ops fake_host;

/**
 * fake_fault() - is this what is wrong
 * @name: value of SHIM6_FAULT
 * Return: true when it is
 */
bool fake_fault(const char *name);

/**
 * fake_doctor_net() - talk to its kernel
 * @net: result
 * Return: 0
 */
int fake_doctor_net(struct net *net);

/**
 * fake_doctor_call() - a command of its module
 * @cmd: command
 * @arg: argument
 * Return: 0 or a negative errno
 */
int fake_doctor_call(unsigned long cmd, void *arg);

/**
 * fake_doctor_missing() - why its module cannot be opened
 * Return: 0 or a negative errno
 */
int fake_doctor_missing(void);

#endif
