// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "err.h"
#include "macros.h"
#include "metrics.h"
#include "out.h"
#include "snapshot.h"
#include "verbs.h"
#include "words.h"

/* Values above those that the ABI has are of a newer module: not counted */
#define STATES		(SHIM6_STATE_NO_SUPPORT + 1)
#define REAPS		(SHIM6_REAP_STATE_INBOUND_OK + 1)

static void put_labelled(struct metrics *m, const char *name,
			 const char *value, uint64_t number)
{
	const struct metrics_label labels[] = { { name, value }, {} };

	metrics_number(m, labels, number);
}

static void put_build(struct metrics *m, const struct shim6_info *info)
{
	char abi[16];
	const struct metrics_label labels[] = {
		{ "version", info->version }, { "abi", abi }, {},
	};

	snprintf(abi, sizeof(abi), "%u", info->abi);
	metrics_family(m, "build_info", METRICS_GAUGE,
		       "What module it is; always 1.");
	metrics_number(m, labels, 1);
	metrics_family(m, "hooks", METRICS_GAUGE,
		       "1 while the packet path is hooked.");
	metrics_number(m, NULL, info->hooks);
}

/* All states, those that no context is in too: a series does not come and go */
static void put_states(struct metrics *m, const struct snapshot *s)
{
	uint64_t states[STATES] = {};
	uint64_t reaps[REAPS] = {};
	uint32_t k;
	size_t i;

	for (i = 0; i < s->ncontexts; i++) {
		if (s->contexts[i].state < STATES)
			states[s->contexts[i].state]++;
		if (s->contexts[i].state == SHIM6_STATE_ESTABLISHED &&
		    s->contexts[i].reap < REAPS)
			reaps[s->contexts[i].reap]++;
	}
	metrics_family(m, "contexts", METRICS_GAUGE,
		       "Contexts by their state (RFC 5533 6.2).");
	for (k = 0; k < STATES; k++)
		put_labelled(m, "state", words_state(k), states[k]);
	metrics_family(m, "contexts_reachability", METRICS_GAUGE,
		       "Established contexts by their reachability (RFC 5534 6).");
	for (k = 0; k < REAPS; k++)
		put_labelled(m, "state", words_reap(k), reaps[k]);
}

static void put_contexts(struct metrics *m, const struct snapshot *s)
{
	uint64_t switched = 0, took = 0, rtt = 0;
	const struct shim6_context_entry *c;
	size_t i;

	put_states(m, s);
	for (i = 0; i < s->ncontexts; i++) {
		c = &s->contexts[i];
		switched += !!(c->flags & SHIM6_CTX_SWITCHED);
		took = c->last_switch > took ? c->last_switch : took;
		rtt = c->rtt > rtt ? c->rtt : rtt;
	}
	metrics_family(m, "contexts_switched", METRICS_GAUGE,
		       "Contexts whose locators are not their ULIDs.");
	metrics_number(m, NULL, switched);
	metrics_family(m, "last_switch_seconds_max", METRICS_GAUGE,
		       "Longest of the last switches of all contexts, from the first sign of failure.");
	metrics_time(m, NULL, took);
	metrics_family(m, "probe_rtt_seconds_max", METRICS_GAUGE,
		       "Longest of the last round trips of probes of all contexts.");
	metrics_time(m, NULL, rtt);
}

static void put_locators(struct metrics *m, const struct snapshot *s)
{
	static const char *const words[] = { "up", "deprecated", "down" };
	uint64_t n[ARRAY_SIZE(words)] = {};
	size_t i;

	for (i = 0; i < s->nlocs; i++) {
		if (!(s->locs[i].status & SHIM6_LOCATOR_UP))
			n[2]++;
		else
			n[!!(s->locs[i].status & SHIM6_LOCATOR_DEPRECATED)]++;
	}
	metrics_family(m, "locators", METRICS_GAUGE,
		       "Addresses of this host that can be locators.");
	for (i = 0; i < ARRAY_SIZE(words); i++)
		put_labelled(m, "state", words[i], n[i]);
}

static void put_flows(struct metrics *m, const struct snapshot *s)
{
	uint64_t n[WORDS_REASONS] = {};
	uint32_t k;
	size_t i;

	for (i = 0; i < s->nflows; i++)
		if (s->flows[i].reason < WORDS_REASONS)
			n[s->flows[i].reason]++;
	metrics_family(m, "flows", METRICS_GAUGE,
		       "ULID pairs seen lately, by the reason why they have no context.");
	for (k = 0; k < WORDS_REASONS; k++)
		put_labelled(m, "reason", words_reason(k)->word, n[k]);
}

static void put_config(struct metrics *m, const struct snapshot *s)
{
	size_t i;

	metrics_family(m, "identities", METRICS_GAUGE,
		       "HBA sets and CGAs loaded.");
	put_labelled(m, "kind", "hba", s->nsets);
	put_labelled(m, "kind", "cga", s->ncgas);
	metrics_family(m, "policy_rules", METRICS_GAUGE,
		       "Rules of the policy.");
	metrics_number(m, NULL, s->npolicy);
	metrics_family(m, "param", METRICS_GAUGE, "Tunables, in their units.");
	for (i = 0; i < s->nparams; i++) {
		const struct metrics_label labels[] = {
			{ "name", s->params[i].name },
			{ "unit", s->params[i].unit }, {},
		};

		metrics_number(m, labels, s->params[i].value);
	}
}

static void put_counters(struct metrics *m, const struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->ncounters; i++) {
		metrics_family(m, s->counters[i].name, METRICS_COUNTER,
			       s->counters[i].text);
		metrics_number(m, NULL, s->counters[i].value);
	}
}

static void put_all(const struct snapshot *s, FILE *f, bool as_json)
{
	struct metrics m;

	metrics_begin(&m, f, as_json);
	put_build(&m, s->info);
	put_contexts(&m, s);
	put_locators(&m, s);
	put_flows(&m, s);
	put_config(&m, s);
	put_counters(&m, s);
	metrics_end(&m);
}

static int fail_file(const char *name)
{
	return err_failed("%s: %s", name, strerror(errno));
}

/* Beside it, then in its place: whoever collects files sees all of it or what
 * was there before
 */
static int put_file(const struct snapshot *s, const char *name, bool as_json)
{
	char fresh[4096];
	FILE *f;
	bool bad;
	int fd, ret;

	if (snprintf(fresh, sizeof(fresh), "%s.XXXXXX", name) >=
	    (int)sizeof(fresh))
		return err_failed("%s: the name is too long", name);
	fd = mkstemp(fresh);
	if (fd < 0)
		return fail_file(name);
	/* Others are to read it, unlike what mkstemp() makes */
	f = fchmod(fd, 0644) ? NULL : fdopen(fd, "w");
	if (f) {
		put_all(s, f, as_json);
		bad = ferror(f);
		bad |= fclose(f) || rename(fresh, name);
	} else {
		close(fd);
		bad = true;
	}
	ret = bad ? fail_file(name) : CTL_OK;
	if (bad)
		unlink(fresh);
	return ret;
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *file = cmd_get(args, "file");
	struct snapshot s = {};
	int ret = snapshot_read(&s, env->client, SNAPSHOT_ALL);

	if (ret)
		ret = cmd_fail("metrics", ret);
	else if (file)
		ret = put_file(&s, file->text, env->out->as_json);
	else
		put_all(&s, stdout, env->out->as_json);
	snapshot_free(&s);
	return ret;
}

static const struct arg_spec show_args[] = {
	{ .name = "file", .type = ARG_STRING, .from = ARG_FROM_FILES,
	  .help = "into this file, at once as a whole, such as DIRECTORY/shim6.prom of node_exporter" },
	{},
};

const struct cmd_verb metrics_verbs[] = {
	{ .name = "show", .help = "in the text format of Prometheus",
	  .flags = CMD_MODULE | CMD_FILES, .args = show_args,
	  .run = run_show },
	{},
};
