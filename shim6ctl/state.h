/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The settings of the module as a list of commands of this tool, one a line:
 * they outlive an exchange of the module, and a start of the host.
 */
#ifndef SHIM6CTL_STATE_H
#define SHIM6CTL_STATE_H

#include <stddef.h>
#include <stdio.h>

#include "hba.h"
#include "qos_table.h"
#include "snapshot.h"

#include <linux/shim6.h>

struct client;
struct net;

/**
 * struct state_key - a file that has the private key of CGAs
 * @file: its name
 * @set: what is in it, without the key
 * @used: some identity of the module is its
 */
struct state_key {
	const char *file;
	struct hba_set set;
	bool used;
};

/**
 * struct state - everything that was set
 * @m: what the module has; those of its identities that are in no file at the
 *	end
 * @nlost: how many identities are in no file
 * @qos: classes of service, links and rules
 * @keys: files with private keys, the caller's
 * @nkeys: how many
 */
struct state {
	struct snapshot m;
	size_t nlost;
	struct qos_table qos;
	struct state_key *keys;
	size_t nkeys;
};

/**
 * state_read() - ask the module for everything
 * @s: result, with @keys from the caller; to be freed even after an error
 * @client: module
 * Return: 0 or a negative errno
 */
int state_read(struct state *s, struct client *client);

/**
 * state_free() - free what it holds
 * @s: state
 */
void state_free(struct state *s);

/**
 * state_write() - the commands that make it
 * @s: state
 * @net: kernel, for the names of interfaces
 * @f: where
 * @contexts: set up contexts anew too
 * Return: how many commands
 */
size_t state_write(const struct state *s, struct net *net, FILE *f,
		   bool contexts);

#endif
