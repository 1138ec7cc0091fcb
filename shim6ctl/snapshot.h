/* SPDX-License-Identifier: GPL-2.0 */
/* What the module has, all of it or the lists that somebody needs */
#ifndef SHIM6CTL_SNAPSHOT_H
#define SHIM6CTL_SNAPSHOT_H

#include <stddef.h>

#include <linux/shim6.h>

struct client;

#define SNAPSHOT_CONTEXTS	(1u << 0)
#define SNAPSHOT_LOCATORS	(1u << 1)
#define SNAPSHOT_SETS		(1u << 2)
#define SNAPSHOT_CGAS		(1u << 3)
#define SNAPSHOT_POLICY		(1u << 4)
#define SNAPSHOT_FLOWS		(1u << 5)
#define SNAPSHOT_PARAMS		(1u << 6)
#define SNAPSHOT_COUNTERS	(1u << 7)
#define SNAPSHOT_ALL		((1u << 8) - 1)

/**
 * struct snapshot - what the module has
 * @info: what module it is
 * @contexts: contexts
 * @ncontexts: how many
 * @locs: locators of the host
 * @nlocs: how many
 * @sets: HBA sets
 * @nsets: how many
 * @cgas: identities with a key
 * @ncgas: how many
 * @policy: rules of the policy
 * @npolicy: how many
 * @flows: ULID pairs seen lately
 * @nflows: how many
 * @params: tunables
 * @nparams: how many
 * @counters: counters
 * @ncounters: how many
 */
struct snapshot {
	const struct shim6_info *info;
	struct shim6_context_entry *contexts;
	size_t ncontexts;
	struct shim6_locator_entry *locs;
	size_t nlocs;
	struct shim6_hba_set *sets;
	size_t nsets;
	struct shim6_cga_identity *cgas;
	size_t ncgas;
	struct shim6_policy_entry *policy;
	size_t npolicy;
	struct shim6_flow_entry *flows;
	size_t nflows;
	struct shim6_param_entry *params;
	size_t nparams;
	struct shim6_counter_entry *counters;
	size_t ncounters;
};

/**
 * snapshot_read() - ask the module
 * @s: result, all zero before, to be freed even after an error
 * @c: module
 * @lists: SNAPSHOT_*; of what the module was built without there is nothing
 * Return: 0 or a negative errno
 */
int snapshot_read(struct snapshot *s, struct client *c, unsigned int lists);

/**
 * snapshot_free() - free what it holds
 * @s: read or zeroed
 */
void snapshot_free(struct snapshot *s);

#endif
