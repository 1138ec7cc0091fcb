/* SPDX-License-Identifier: GPL-2.0 */
/* -b: the commands of a file */
#ifndef SHIM6CTL_BATCH_H
#define SHIM6CTL_BATCH_H

struct session;

/**
 * batch_run() - run the commands of a file
 * @s: session; its options name the file
 * Return: enum ctl_exit of the first that failed; nothing behind it was tried
 *	without -f
 */
int batch_run(struct session *s);

#endif
