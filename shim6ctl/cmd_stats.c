// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "client.h"
#include "err.h"
#include "out.h"
#include "verbs.h"

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	bool explain = cmd_has(args, "explain");
	bool all = cmd_has(args, "all");
	struct shim6_counter_entry *v;
	size_t n, i;
	int ret = client_counters(env->client, &v, &n);

	if (ret)
		return cmd_fail("stats", ret);
	out_table_begin(env->out, NULL, NULL);
	for (i = 0; i < n; i++) {
		if (!all && !v[i].value)
			continue;
		out_row_begin(env->out);
		out_string(env->out, "name", "name", v[i].name);
		out_number(env->out, "value", "value", v[i].value);
		out_string(env->out, "text", explain ? "counts" : NULL,
			   v[i].text);
		out_row_end(env->out);
	}
	out_table_end(env->out);
	free(v);
	return CTL_OK;
}

static int run_reset(struct cmd_env *env, const struct cmd_args *args)
{
	int ret = client_stats_reset(env->client);

	(void)args;
	if (ret)
		return cmd_fail("stats reset", ret);
	out_record_begin(env->out);
	out_bool(env->out, "reset", NULL, true);
	out_record_end(env->out);
	return CTL_OK;
}

static const struct arg_spec show_args[] = {
	{ .name = "explain", .type = ARG_FLAG, .help = "say what each counts" },
	{ .name = "all", .type = ARG_FLAG, .help = "those that are zero too" },
	{},
};

const struct cmd_verb stats_verbs[] = {
	{ .name = "show", .help = "counters that are not zero",
	  .flags = CMD_MODULE, .args = show_args, .run = run_show },
	{ .name = "reset", .help = "set all counters to zero",
	  .flags = CMD_MODULE | CMD_ADMIN, .run = run_reset },
	{},
};
