/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sets made for a host, each in a file of its own, in the form that
 * "hba show" reads. The newest is the current one; its name says when it was
 * made, and with that when the one before it was replaced.
 */
#ifndef SHIM6CTL_AUTO_STORE_H
#define SHIM6CTL_AUTO_STORE_H

#include "auto.h"

#define AUTO_DIR	"/var/lib/shim6"

/**
 * auto_store_load() - read what is there; a file that is damaged is reported
 * and left alone
 * @dir: folder, made when it is not there
 * @state: result
 * Return: enum ctl_exit
 */
int auto_store_load(const char *dir, struct auto_state *state);

/**
 * auto_store_push() - remember a new set, which is the current one from now on
 * @dir: folder
 * @state: sets, of which there are not AUTO_SETS
 * @set: the new one
 * @now: seconds since 1970
 * Return: enum ctl_exit; when it is not CTL_OK, nothing is remembered
 */
int auto_store_push(const char *dir, struct auto_state *state,
		    const struct hba_set *set, uint64_t now);

/**
 * auto_store_drop() - forget a set
 * @dir: folder
 * @state: sets
 * @i: which
 * Return: enum ctl_exit
 */
int auto_store_drop(const char *dir, struct auto_state *state, size_t i);

#endif
