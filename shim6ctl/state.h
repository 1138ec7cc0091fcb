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
 * @params: tunables
 * @nparams: how many
 * @sets: HBA sets
 * @nsets: how many
 * @cgas: identities with a key; at the end those that are in no file
 * @ncgas: how many
 * @nlost: how many of them are in no file
 * @locs: locators of the host with their preferences
 * @nlocs: how many
 * @rules: rules of the policy
 * @nrules: how many
 * @contexts: contexts; they end with the module
 * @ncontexts: how many
 * @qos: classes of service, links and rules
 * @keys: files with private keys, the caller's
 * @nkeys: how many
 */
struct state {
	struct shim6_param_entry *params;
	size_t nparams;
	struct shim6_hba_set *sets;
	size_t nsets;
	struct shim6_cga_identity *cgas;
	size_t ncgas;
	size_t nlost;
	struct shim6_locator_entry *locs;
	size_t nlocs;
	struct shim6_policy_entry *rules;
	size_t nrules;
	struct shim6_context_entry *contexts;
	size_t ncontexts;
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
