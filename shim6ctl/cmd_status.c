// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "err.h"
#include "limit.h"
#include "net.h"
#include "out.h"
#include "show.h"
#include "snapshot.h"
#include "verbs.h"
#include "words.h"

/**
 * struct status - everything the command looks at
 * @m: what the module has
 * @routes: routes
 * @nroutes: how many
 */
struct status {
	struct snapshot m;
	struct net_route *routes;
	size_t nroutes;
};

static int gather(struct cmd_env *env, struct status *s)
{
	int ret = snapshot_read(&s->m, env->client,
				SNAPSHOT_CONTEXTS | SNAPSHOT_LOCATORS |
				SNAPSHOT_SETS | SNAPSHOT_FLOWS |
				SNAPSHOT_PARAMS | SNAPSHOT_COUNTERS);

	if (ret)
		return cmd_fail("status", ret);
	ret = env->net->ops->routes(env->net, &s->routes, &s->nroutes);
	return ret ? err_failed("routes: %s", strerror(-ret)) : CTL_OK;
}

static void release(struct status *s)
{
	snapshot_free(&s->m);
	free(s->routes);
}

static uint64_t param(const struct status *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->m.nparams; i++)
		if (!strcmp(s->m.params[i].name, name))
			return s->m.params[i].value;
	return 0;
}

/* Appends "12 of 50 packets" for a trigger that is in use */
static void add_progress(char *text, size_t room, uint64_t value,
			 uint64_t trigger, const char *unit)
{
	size_t used = strlen(text);

	if (trigger)
		snprintf(text + used, room - used,
			 "%s%" PRIu64 " of %" PRIu64 " %s", used ? ", " : "",
			 value, trigger, unit);
}

static void explain(const struct status *s, const struct shim6_flow_entry *f,
		    char *text, size_t room)
{
	char so_far[160] = "";

	snprintf(text, room, "%s", words_reason(f->reason)->text);
	if (f->reason != SHIM6_FLOW_BELOW_TRIGGER)
		return;
	add_progress(so_far, sizeof(so_far), f->packets,
		     param(s, "trigger_packets"), "packets");
	add_progress(so_far, sizeof(so_far), f->bytes,
		     param(s, "trigger_bytes"), "octets");
	add_progress(so_far, sizeof(so_far), f->age / 1000000000,
		     param(s, "trigger_seconds"), "s");
	if (*so_far)
		snprintf(text, room, "%s: %s", words_reason(f->reason)->text,
			 so_far);
}

static void show_flow(struct out *o, const struct status *s,
		      const struct shim6_flow_entry *f)
{
	char text[256];

	explain(s, f, text, sizeof(text));
	out_row_begin(o);
	out_address(o, "ulid_local", "local", &f->local);
	out_address(o, "ulid_peer", "peer", &f->peer);
	out_number(o, "packets", "packets", f->packets);
	out_number(o, "bytes", NULL, f->bytes);
	out_time(o, "age", NULL, f->age);
	out_time(o, "idle", "idle", f->idle);
	if (f->context)
		out_number(o, "context", "context", f->context);
	else
		out_null(o, "context", "context");
	out_string(o, "reason", NULL, words_reason(f->reason)->word);
	out_string(o, "reason_text", "why", text);
	out_row_end(o);
}

static void show_flows(struct out *o, const struct status *s)
{
	size_t i;

	out_table_begin(o, "flows", "address pairs seen lately");
	for (i = 0; i < s->m.nflows; i++)
		show_flow(o, s, &s->m.flows[i]);
	out_table_end(o);
}

/* Each reason met once, not once for every pair */
static void show_advice(struct out *o, const struct status *s)
{
	const struct words_reason *r;
	uint32_t reason;
	size_t i;

	out_table_begin(o, "advice", "what to do");
	for (reason = 0; reason < WORDS_REASONS; reason++) {
		r = words_reason(reason);
		for (i = 0; i < s->m.nflows && s->m.flows[i].reason != reason; i++)
			;
		if (i == s->m.nflows || !r->advice)
			continue;
		out_row_begin(o);
		out_string(o, "reason", NULL, r->word);
		out_string(o, NULL, "when", r->text);
		out_string(o, "advice", "do", r->advice);
		out_row_end(o);
	}
	out_table_end(o);
}

static void warn(struct out *o, const char *word, const char *text,
		 const char *advice)
{
	out_row_begin(o);
	out_string(o, "warning", NULL, word);
	out_string(o, "text", "warning", text);
	out_string(o, "advice", "do", advice);
	out_row_end(o);
}

static void warn_route(struct cmd_env *env, const struct status *s)
{
	char command[256];
	bool found;

	if (net_has_fallback(env->net, s->routes, s->nroutes, &found) || found)
		return;
	net_fallback_command(env->net, s->routes, s->nroutes, command,
			     sizeof(command));
	warn(env->out, "no_fallback_route",
	     "no default route for every source: nothing can be sent once an interface is gone",
	     command);
}

static void warn_locators(struct out *o, const struct status *s)
{
	size_t i, up = 0;

	for (i = 0; i < s->m.nlocs; i++)
		up += !!(s->m.locs[i].status & SHIM6_LOCATOR_UP);
	if (up < 2)
		warn(o, "single_locator",
		     up ? "one usable locator: a failure leaves no other path" :
			  "no usable locator",
		     "give this host an address of each provider");
	if (!s->m.nsets)
		warn(o, "no_set",
		     "no HBA set is loaded: peers cannot verify other addresses of this host",
		     "\"hba generate PREFIX PREFIX\", then \"hba install FILE\"");
}

static bool in_set(const struct status *s, const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < s->m.nlocs; i++)
		if (!memcmp(&s->m.locs[i].addr, addr, sizeof(*addr)))
			return s->m.locs[i].status & SHIM6_LOCATOR_HBA;
	return false;
}

/* A source in use without a set: its sessions cannot be saved */
static void warn_sources(struct out *o, const struct status *s)
{
	char addr[INET6_ADDRSTRLEN];
	char text[160];
	size_t i, k;

	for (i = 0; i < s->m.nflows; i++) {
		if (s->m.flows[i].reason == SHIM6_FLOW_EXCLUDED ||
		    in_set(s, &s->m.flows[i].local))
			continue;
		for (k = 0; k < i; k++)
			if (!memcmp(&s->m.flows[k].local, &s->m.flows[i].local,
				    sizeof(s->m.flows[i].local)))
				break;
		if (k < i)
			continue;
		inet_ntop(AF_INET6, &s->m.flows[i].local, addr, sizeof(addr));
		snprintf(text, sizeof(text),
			 "the source %s is in use and in no HBA set", addr);
		warn(o, "source_not_in_set", text,
		     words_reason(SHIM6_FLOW_NOT_HBA)->advice);
	}
}

static uint64_t counter(const struct status *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->m.ncounters; i++)
		if (!strcmp(s->m.counters[i].name, name))
			return s->m.counters[i].value;
	return 0;
}

/* Limits that were met since the counters were reset */
static void warn_limits(struct out *o, const struct status *s)
{
	char text[160];
	uint64_t n;
	size_t i;

	for (i = 0; i < LIMITS; i++) {
		n = counter(s, limits[i].counter);
		if (!n)
			continue;
		snprintf(text, sizeof(text), "%s: %" PRIu64,
			 limits[i].text, n);
		warn(o, limits[i].counter, text, limits[i].advice);
	}
}

static void show_warnings(struct cmd_env *env, const struct status *s)
{
	out_table_begin(env->out, "warnings", "warnings");
	warn_route(env, s);
	warn_locators(env->out, s);
	warn_sources(env->out, s);
	warn_limits(env->out, s);
	out_table_end(env->out);
}

static void show_module(struct out *o, const struct shim6_info *info)
{
	out_string(o, "version", "module", info->version);
	out_number(o, "abi", "abi", info->abi);
	out_bool(o, "feature_hba", NULL, info->features & SHIM6_FEATURE_HBA);
	out_bool(o, "feature_policy", NULL,
		 info->features & SHIM6_FEATURE_POLICY);
	out_bool(o, "feature_events", NULL,
		 info->features & SHIM6_FEATURE_EVENTS);
	out_bool(o, "feature_fork", NULL, info->features & SHIM6_FEATURE_FORK);
	out_bool(o, "hooks", "packet path hooked", info->hooks);
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	struct status s = {};
	int ret = gather(env, &s);

	(void)args;
	if (!ret) {
		out_record_begin(env->out);
		show_module(env->out, &env->client->info);
		show_contexts(env->out, "contexts", "contexts", s.m.contexts,
			      s.m.ncontexts);
		show_locators(env->out, "locators", "locators", env->net,
			      s.m.locs, s.m.nlocs);
		show_sets(env->out, "sets", "HBA sets", env->net, s.m.sets,
			  s.m.nsets, s.m.locs, s.m.nlocs);
		show_flows(env->out, &s);
		show_advice(env->out, &s);
		show_warnings(env, &s);
		out_record_end(env->out);
	}
	release(&s);
	return ret;
}

const struct cmd_verb status_verbs[] = {
	{ .name = "show", .help = "everything worth knowing",
	  .flags = CMD_MODULE | CMD_NET, .run = run_show },
	{},
};
