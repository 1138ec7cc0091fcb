// SPDX-License-Identifier: GPL-2.0
/* How contexts are spread over the links */
#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"
#include "quantity.h"
#include "verbs.h"

#define US_MS		1000ULL
#define DAY_US		86400000000ULL

static const struct qos_member members[] = {
	QOS_MEMBER(shim6_qos_share, mode, "mode",
		   "this module does not know it; load the one that came with this shim6ctl"),
	QOS_MEMBER(shim6_qos_share, buckets, "buckets", "must be 256"),
	QOS_MEMBER(shim6_qos_share, idle_ms, "idle", "must be a day at most"),
	QOS_MEMBER(shim6_qos_share, unbalanced_ms, "unbalanced",
		   "must be a day at most"),
	QOS_MEMBER(shim6_qos_share, hyst_permille, "hysteresis",
		   "must be 0% to 100%"),
	QOS_MEMBER(shim6_qos_share, hyst_us, "margin", "must be 10s at most"),
	QOS_MEMBER(shim6_qos_share, hold_ms, "hold", "must be a day at most"),
	{},
};

static uint32_t take_ms(const struct cmd_args *args, const char *key,
			uint32_t ms)
{
	return (uint32_t)(cmd_qos_number(args, key, ms * US_MS) / US_MS);
}

static int set(struct qos_edit *e)
{
	const struct cmd_args *args = e->args;
	struct shim6_qos_share *s = &e->t.share;
	const struct shim6_qos_share old = *s;
	int ret;

	s->mode = (uint32_t)cmd_qos_number(args, "mode", s->mode);
	s->idle_ms = take_ms(args, "idle", s->idle_ms);
	s->unbalanced_ms = take_ms(args, "unbalanced", s->unbalanced_ms);
	s->hold_ms = take_ms(args, "hold", s->hold_ms);
	s->hyst_permille = (uint32_t)cmd_qos_number(args, "hysteresis",
						    s->hyst_permille);
	s->hyst_us = (uint32_t)cmd_qos_number(args, "margin", s->hyst_us);
	e->name = qos_share_modes[s->mode];
	ret = cmd_qos_put(e, SHIM6_IOC_QOS_SHARE_SET, s, &old, sizeof(old));
	return ret ? qos_refused("share", ret, s->bad, members) : CTL_OK;
}

static int run_set(struct cmd_env *env, const struct cmd_args *args)
{
	return cmd_qos_set(env, args, "share", set);
}

static void show_time(struct out *o, const char *key, const char *label,
		      uint64_t us, uint64_t unit)
{
	char text[QUANTITY_TEXT];

	out_quantity(o, key, label, us / unit,
		     us ? quantity_time(us, text) : NULL);
}

void qos_show_share(struct cmd_env *env, const char *key,
		    const struct qos_table *t)
{
	const struct shim6_qos_share *s = &t->share;
	struct out *o = env->out;
	char text[QUANTITY_TEXT];

	out_table_begin(o, key, key ? "load sharing" : NULL);
	out_row_begin(o);
	out_string(o, "mode", "mode", qos_word(qos_share_modes, s->mode));
	out_number(o, "buckets", "buckets", s->buckets);
	show_time(o, "idle_ms", "idle", s->idle_ms * US_MS, US_MS);
	show_time(o, "unbalanced_ms", "unbalanced", s->unbalanced_ms * US_MS,
		  US_MS);
	out_quantity(o, "hysteresis_permille", "hysteresis", s->hyst_permille,
		     quantity_percent(s->hyst_permille, text));
	show_time(o, "margin_us", "margin", s->hyst_us, 1);
	show_time(o, "hold_ms", "hold", s->hold_ms * US_MS, US_MS);
	out_row_end(o);
	out_table_end(o);
}

#define TIME(key, most, text)						\
	{ .name = (key), .type = ARG_TIME, .max = (most), .help = (text) }

static const struct arg_spec set_args[] = {
	{ .name = "mode", .type = ARG_WORD, .words = qos_share_modes,
	  .help = "how new contexts are spread over the links",
	  .flags = ARG_POSITIONAL },
	TIME("idle", DAY_US, "a context moves only after so long without payload"),
	TIME("unbalanced", DAY_US, "or after the shares were wrong for so long; 0: never"),
	{ .name = "hysteresis", .type = ARG_PERMILLE,
	  .help = "lowrtt: quicker by so much" },
	TIME("margin", 10000000, "lowrtt: and by so much"),
	TIME("hold", DAY_US, "lowrtt: and for so long"),
	{},
};

const struct cmd_verb qos_share_verbs[] = {
	QOS_SHOW("how contexts are spread over the links", qos_show_share),
	QOS_SET("change that; what is not given stays", set_args,
		run_set),
	{},
};
