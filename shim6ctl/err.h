/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is said when something goes wrong: one line on stderr, and the exit
 * status that goes with it. A line names the value, what is allowed and, behind
 * a semicolon, what to do next.
 */
#ifndef SHIM6CTL_ERR_H
#define SHIM6CTL_ERR_H

#include <stddef.h>

#include "macros.h"

/**
 * enum ctl_exit - exit status, also what every command returns
 * @CTL_OK: done
 * @CTL_FAILED: understood, but could not be done
 * @CTL_USAGE: not understood; nothing was tried
 * @CTL_MISSING: the module is not loaded or its device is missing
 */
enum ctl_exit {
	CTL_OK,
	CTL_FAILED,
	CTL_USAGE,
	CTL_MISSING,
};

/**
 * err_prefix() - say what stands before a message
 * @fmt: as printf; "shim6ctl: " is there from the beginning
 */
void err_prefix(const char *fmt, ...) __printf(1, 2);

/**
 * err_prefix_now() - what stands before a message
 * Return: as it was said last; gone when it is said again
 */
const char *err_prefix_now(void);

/**
 * err_hold() - keep what is reported, as more is to be said with it
 * @text: the first message, "": there was none; the others are lost
 * @room: octets of @text
 */
void err_hold(char *text, size_t room);

/**
 * err_release() - from now on messages are reported again
 */
void err_release(void);

/**
 * err_failed() - report a failure
 * @fmt: as printf, without a newline
 * Return: CTL_FAILED
 */
int err_failed(const char *fmt, ...) __printf(1, 2);

/**
 * err_usage() - report a command that makes no sense
 * @fmt: as printf, without a newline
 * Return: CTL_USAGE
 */
int err_usage(const char *fmt, ...) __printf(1, 2);

/**
 * err_missing() - report that the module is not there
 * @fmt: as printf, without a newline
 * Return: CTL_MISSING
 */
int err_missing(const char *fmt, ...) __printf(1, 2);

#endif
