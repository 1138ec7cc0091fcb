// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "client.h"
#include "snapshot.h"

/* Those that the module can have been built without */
static unsigned int there(const struct client *c, unsigned int lists)
{
	uint64_t features = c->info.features;

	if (!(features & SHIM6_FEATURE_HBA))
		lists &= ~SNAPSHOT_SETS;
	if (!(features & SHIM6_FEATURE_CGA))
		lists &= ~SNAPSHOT_CGAS;
	if (!(features & SHIM6_FEATURE_POLICY))
		lists &= ~SNAPSHOT_POLICY;
	return lists;
}

int snapshot_read(struct snapshot *s, struct client *c, unsigned int lists)
{
	int ret = 0;

	s->info = &c->info;
	lists = there(c, lists);
	if (lists & SNAPSHOT_CONTEXTS)
		ret = client_contexts(c, &s->contexts, &s->ncontexts);
	if (!ret && lists & SNAPSHOT_LOCATORS)
		ret = client_locators(c, 0, &s->locs, &s->nlocs);
	if (!ret && lists & SNAPSHOT_SETS)
		ret = client_sets(c, &s->sets, &s->nsets);
	if (!ret && lists & SNAPSHOT_CGAS)
		ret = client_cgas(c, &s->cgas, &s->ncgas);
	if (!ret && lists & SNAPSHOT_POLICY)
		ret = client_rules(c, &s->policy, &s->npolicy);
	if (!ret && lists & SNAPSHOT_FLOWS)
		ret = client_flows(c, &s->flows, &s->nflows);
	if (!ret && lists & SNAPSHOT_PARAMS)
		ret = client_params(c, &s->params, &s->nparams);
	if (!ret && lists & SNAPSHOT_COUNTERS)
		ret = client_counters(c, &s->counters, &s->ncounters);
	return ret;
}

void snapshot_free(struct snapshot *s)
{
	free(s->contexts);
	free(s->locs);
	free(s->sets);
	free(s->cgas);
	free(s->policy);
	free(s->flows);
	free(s->params);
	free(s->counters);
	*s = (struct snapshot){};
}
