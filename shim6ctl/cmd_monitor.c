// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "client.h"
#include "err.h"
#include "monitor.h"
#include "out.h"
#include "pause.h"
#include "shell.h"
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

/* Events beside the line being edited, with a queue of their own */
static struct {
	struct shell_source source;
	struct client client;
	struct monitor monitor;
	bool on;
} aside;

static void aside_end(void)
{
	aside.on = false;
	monitor_close(&aside.monitor);
	client_close(&aside.client);
}

static bool aside_ready(struct shell_source *source, FILE *out)
{
	(void)source;
	if (monitor_read(&aside.monitor, out) >= 0)
		return true;
	aside_end();
	return false;
}

static void aside_stop(struct shell *sh)
{
	if (!aside.on)
		return;
	shell_remove(sh, &aside.source);
	aside_end();
}

static int run_on(struct cmd_env *env, const struct cmd_args *args)
{
	const struct monitor_want want = {
		.mask = mask_of(args),
		.context = (uint32_t)number_of(args, "context"),
		.json = env->out->as_json,
	};
	int ret;

	if (!env->shell)
		return err_usage("monitor on: only in the shell; \"monitor\" shows events anywhere");
	aside_stop(env->shell);
	ret = env->open(&aside.client);
	if (!ret) {
		ret = monitor_open(&aside.monitor, &aside.client, NULL, &want);
		if (ret)
			client_close(&aside.client);
	}
	if (ret)
		return cmd_fail("monitor on", ret);
	aside.source = (struct shell_source){
		.fd = monitor_fd(&aside.monitor),
		.ready = aside_ready,
	};
	aside.on = true;
	shell_add(env->shell, &aside.source);
	return CTL_OK;
}

static int run_off(struct cmd_env *env, const struct cmd_args *args)
{
	(void)args;
	if (!env->shell)
		return err_usage("monitor off: only in the shell");
	aside_stop(env->shell);
	return CTL_OK;
}

#define WANT_ARGS							\
	{ .name = "type", .type = ARG_WORD,				\
	  .flags = ARG_POSITIONAL | ARG_MANY, .words = monitor_types,	\
	  .help = "events of these types; without one: all" },		\
	{ .name = "context", .type = ARG_ID, .from = ARG_FROM_CONTEXTS,	\
	  .help = "those of one context only" }

static const struct arg_spec on_args[] = {
	WANT_ARGS,
	{},
};

static const struct arg_spec show_args[] = {
	WANT_ARGS,
	{ .name = "count", .type = ARG_NUMBER, .min = 1, .max = UINT32_MAX,
	  .help = "end after so many; else by SIGINT, or when nobody reads" },
	{},
};

const struct cmd_verb monitor_verbs[] = {
	{ .name = "show", .help = "a line for each event, as it happens",
	  .flags = CMD_MODULE | CMD_NET | CMD_ONCE,
	  .features = SHIM6_FEATURE_EVENTS,
	  .args = show_args, .run = run_show },
	{ .name = "on",
	  .help = "the same beside the line being edited, in the shell",
	  .flags = CMD_MODULE | CMD_ONCE, .features = SHIM6_FEATURE_EVENTS,
	  .args = on_args, .run = run_on },
	{ .name = "off", .help = "no longer", .flags = CMD_ONCE,
	  .run = run_off },
	{},
};
