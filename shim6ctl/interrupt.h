/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ctrl-C where the program goes on after it: in the shell it ends a command,
 * with -w the repetition. What waits looks here when a call was interrupted.
 */
#ifndef SHIM6CTL_INTERRUPT_H
#define SHIM6CTL_INTERRUPT_H

#include <stdbool.h>

/**
 * interrupt_catch() - SIGINT is noted from now on and does not end the program
 */
void interrupt_catch(void);

/**
 * interrupt_pending() - was there one
 * Return: true when there was since interrupt_clear()
 */
bool interrupt_pending(void);

/**
 * interrupt_clear() - it was taken care of
 */
void interrupt_clear(void);

#endif
