// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "err.h"
#include "out.h"
#include "show.h"
#include "verbs.h"
#include "words.h"

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *context = cmd_get(args, "context");
	uint32_t id = context ? (uint32_t)context->number : 0;
	struct shim6_locator_entry *v;
	size_t n;
	int ret = client_locators(env->client, id, &v, &n);

	if (ret == -ENOENT && id)
		return err_failed("context %" PRIu32 ": no such context; see \"context list\"",
				  id);
	if (ret)
		return cmd_fail("locator list", ret);
	show_locators(env->out, NULL, NULL, env->net, v, n);
	free(v);
	return CTL_OK;
}

/* As they are now: what is not named stays */
static int prefs_of(struct cmd_env *env, struct shim6_locator_prefs *prefs)
{
	struct shim6_locator_entry *v;
	size_t n, i;
	int ret = client_locators(env->client, 0, &v, &n);

	if (ret)
		return ret;
	for (i = 0; i < n; i++) {
		if (memcmp(&v[i].addr, &prefs->addr, sizeof(prefs->addr)))
			continue;
		prefs->flags = v[i].flags;
		prefs->priority = v[i].priority;
		prefs->weight = v[i].weight;
	}
	free(v);
	return 0;
}

static void take_number(const struct cmd_args *args, const char *name,
			__u8 *to)
{
	const struct arg_value *v = cmd_get(args, name);

	if (v)
		*to = (__u8)v->number;
}

static void take_flag(const struct cmd_args *args, const char *name,
		      __u8 *flags, __u8 bit)
{
	const struct arg_value *v = cmd_get(args, name);

	if (!v)
		return;
	*flags &= (__u8)~bit;
	if (v->number)
		*flags |= bit;
}

static int run_prefer(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *address = cmd_get(args, "address");
	struct shim6_locator_prefs prefs = { .addr = address->addr };
	int ret = prefs_of(env, &prefs);

	if (ret)
		return cmd_fail("locator prefer", ret);
	take_number(args, "priority", &prefs.priority);
	take_number(args, "weight", &prefs.weight);
	take_flag(args, "broken", &prefs.flags, SHIM6_PREF_BROKEN);
	take_flag(args, "transient", &prefs.flags, SHIM6_PREF_TRANSIENT);
	ret = client_locator_prefs(env->client, &prefs);
	if (ret == -ENOSPC)
		return err_failed("locator prefer: 256 addresses have preferences, no room for another; take those of one back: priority 0 weight 0 broken off transient off");
	if (ret)
		return cmd_fail("locator prefer", ret);
	out_record_begin(env->out);
	out_address(env->out, "address", "address", &prefs.addr);
	out_number(env->out, "priority", "priority", prefs.priority);
	out_number(env->out, "weight", "weight", prefs.weight);
	out_bool(env->out, "broken", "broken",
		 prefs.flags & SHIM6_PREF_BROKEN);
	out_bool(env->out, "transient", "transient",
		 prefs.flags & SHIM6_PREF_TRANSIENT);
	out_record_end(env->out);
	return CTL_OK;
}

static const struct arg_spec prefer_args[] = {
	{ .name = "address", .type = ARG_UNICAST,
	  .help = "locator of this host, present or not",
	  .from = ARG_FROM_LOCAL,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "priority", .type = ARG_NUMBER, .max = 255,
	  .help = "lower is tried first" },
	{ .name = "weight", .type = ARG_NUMBER, .max = 255,
	  .help = "share among those of one priority" },
	{ .name = "broken", .type = ARG_WORD, .words = words_switch,
	  .help = "known not to work" },
	{ .name = "transient", .type = ARG_WORD, .words = words_switch,
	  .help = "may be gone soon" },
	{},
};

static const struct arg_spec list_args[] = {
	{ .name = "context", .type = ARG_ID, .from = ARG_FROM_CONTEXTS,
	  .help = "those of this context, both sides; else this host's" },
	{},
};

const struct cmd_verb locator_verbs[] = {
	{ .name = "list", .help = "all locators",
	  .flags = CMD_MODULE | CMD_NET, .args = list_args, .run = run_list },
	{ .name = "prefer", .help = "tell peers which locators of this host to prefer",
	  .flags = CMD_MODULE | CMD_ADMIN, .args = prefer_args,
	  .run = run_prefer },
	{},
};
