// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "client.h"
#include "err.h"
#include "monitor.h"
#include "out.h"
#include "pause.h"
#include "verbs.h"

static uint64_t mask_of(const struct cmd_args *args)
{
	uint64_t mask = 0;
	unsigned int i;

	for (i = 0; i < args->n; i++)
		if (args->v[i].spec->type == ARG_WORD)
			mask |= 1ULL << (args->v[i].number + 1);
	return mask ? mask : SHIM6_EVENT_ALL;
}

static uint64_t number_of(const struct cmd_args *args, const char *name)
{
	const struct arg_value *v = cmd_get(args, name);

	return v ? v->number : 0;
}

/* Each line is there when its event is */
static int follow(struct monitor *m)
{
	struct pause p;
	int ret = pause_begin(&p, false);

	if (ret)
		return ret;
	while (!monitor_done(m) &&
	       pause_wait(&p, monitor_fd(m), -1) != PAUSE_QUIT) {
		ret = monitor_read(m, stdout);
		if (ret < 0 || !pause_flush())
			break;
	}
	pause_end(&p);
	return ret < 0 && ret != -ENODATA ? ret : 0;
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	const struct monitor_want want = {
		.mask = mask_of(args),
		.context = (uint32_t)number_of(args, "context"),
		.count = number_of(args, "count"),
		.json = env->out->as_json,
	};
	struct monitor m;
	int ret = monitor_open(&m, env->client, env->net, &want);

	if (!ret) {
		ret = follow(&m);
		monitor_close(&m);
	}
	return ret ? cmd_fail("monitor", ret) : CTL_OK;
}

static const struct arg_spec show_args[] = {
	{ .name = "type", .type = ARG_WORD, .flags = ARG_POSITIONAL | ARG_MANY,
	  .words = monitor_types,
	  .help = "events of these types; without one: all" },
	{ .name = "context", .type = ARG_ID, .from = ARG_FROM_CONTEXTS,
	  .help = "those of one context only" },
	{ .name = "count", .type = ARG_NUMBER, .min = 1, .max = UINT32_MAX,
	  .help = "end after so many; else by SIGINT, or when nobody reads" },
	{},
};

const struct cmd_verb monitor_verbs[] = {
	{ .name = "show", .help = "a line for each event, as it happens",
	  .flags = CMD_MODULE | CMD_NET | CMD_ONCE,
	  .features = SHIM6_FEATURE_EVENTS,
	  .args = show_args, .run = run_show },
	{},
};
