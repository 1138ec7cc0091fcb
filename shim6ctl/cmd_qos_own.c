// SPDX-License-Identifier: GPL-2.0
/* What the shim does by itself: messages, limits, load sharing, trust */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "macros.h"
#include "out.h"
#include "quantity.h"
#include "verbs.h"
#include "words.h"

#define US_MS		1000ULL
#define DAY_US		86400000000ULL
#define MESSAGES_MAX	1000000		/* a second, and at once */

/* --- our own messages */

static const struct qos_member control_members[] = {
	QOS_MEMBER(shim6_qos_control, dscp, "dscp", "must be 0 to 63, or inherit"),
	QOS_MEMBER(shim6_qos_control, klass, "class",
		   "is not there any more; see \"qos class list\""),
	QOS_MEMBER(shim6_qos_control, pace_permille, "pace",
		   "must be 0% to 100%; 0%: no limit"),
	QOS_MEMBER(shim6_qos_control, pace_min, "pace-min",
		   "must be 1/s to 1000000/s when there is a pace, or recovery never ends"),
	QOS_MEMBER(shim6_qos_control, pace_burst, "pace-burst",
		   "must be 1 to 1000000 when there is a pace, or recovery never ends"),
	{},
};

static int set_control(struct qos_edit *e)
{
	const struct cmd_args *args = e->args;
	struct shim6_qos_control *c = &e->t.control;
	uint32_t klass = c->klass;
	int ret = cmd_qos_class_arg(args, &e->t, &klass);

	if (ret)
		return ret;
	c->klass = (uint8_t)klass;
	c->dscp = (uint8_t)cmd_qos_number(args, "dscp", c->dscp);
	c->alternate = (uint8_t)cmd_qos_number(args, "alternate", c->alternate);
	c->pace_permille = (uint32_t)cmd_qos_number(args, "pace",
						    c->pace_permille);
	c->pace_min = (uint32_t)cmd_qos_number(args, "pace-min", c->pace_min);
	c->pace_burst = (uint32_t)cmd_qos_number(args, "pace-burst",
						 c->pace_burst);
	c->provisional = (uint32_t)cmd_qos_number(args, "provisional",
						  c->provisional);
	ret = client_call(e->env->client, SHIM6_IOC_QOS_CONTROL_SET, c);
	return ret ? qos_refused("control", ret, c->bad, control_members) :
		     CTL_OK;
}

static int run_set_control(struct cmd_env *env, const struct cmd_args *args)
{
	struct qos_edit e = { .env = env, .args = args };
	int ret = cmd_qos_edit(&e, set_control);

	return ret ? ret : cmd_qos_done(env, "control", "messages", "changed");
}

/*
 * One object with a row: "show" of everything has them beside each other, and
 * who reads the JSON finds the same form everywhere.
 */
void qos_show_control(struct cmd_env *env, const char *key,
		      const struct qos_table *t)
{
	const struct shim6_qos_control *c = &t->control;
	struct out *o = env->out;
	char text[QUANTITY_TEXT];

	out_table_begin(o, key, key ? "control messages" : NULL);
	out_row_begin(o);
	out_string(o, "dscp", "dscp", c->dscp == SHIM6_QOS_DSCP_INHERIT ?
		   "inherit" : quantity_dscp(c->dscp, text));
	out_bool(o, "alternate", "alternate", c->alternate);
	out_string(o, "class", "class",
		   c->klass ? qos_class_name(t, c->klass) : NULL);
	if (o->as_json)
		out_number(o, "pace_permille", NULL, c->pace_permille);
	else
		out_string(o, NULL, "pace", c->pace_permille ?
			   quantity_percent(c->pace_permille, text) : NULL);
	out_number(o, "pace_min", "pace-min", c->pace_min);
	out_number(o, "pace_burst", "pace-burst", c->pace_burst);
	out_bool(o, "provisional", "provisional", c->provisional);
	out_row_end(o);
	out_table_end(o);
}

/* --- how many messages are served */

static const struct qos_member police_members[] = {
	QOS_MEMBER(shim6_qos_police, src_len, "per", "must be 48 to 64"),
	QOS_MEMBER(shim6_qos_police, rate, "rate",
		   "must be 1/s to 1000000/s, or there must be a limit \"per\" prefix; \"qos police del\" ends a limit"),
	QOS_MEMBER(shim6_qos_police, burst, "burst",
		   "must be 1 to 1000000 with a rate"),
	QOS_MEMBER(shim6_qos_police, src_rate, "per-rate",
		   "must be 1/s to 1000000/s with \"per\""),
	QOS_MEMBER(shim6_qos_police, src_burst, "per-burst",
		   "must be 1 to 1000000 with \"per\""),
	QOS_MEMBER(shim6_qos_police, src_slots, "per-slots",
		   "must be 1 to 65536 with \"per\""),
	{},
};

#define SLOTS	1024	/* prefixes that are told apart, when not said */

static int check_per(const struct cmd_args *args)
{
	static const char *const keys[] = { "per-rate", "per-burst",
					    "per-slots" };
	size_t i;

	if (cmd_has(args, "per") && !cmd_has(args, "per-rate"))
		return err_usage("per: needs a limit for each prefix: add \"per-rate 20/s\"");
	for (i = 0; !cmd_has(args, "per") && i < ARRAY_SIZE(keys); i++)
		if (cmd_has(args, keys[i]))
			return err_usage("%s: needs the length of the prefixes: add \"per 64\"",
					 keys[i]);
	if (!cmd_has(args, "rate") && !cmd_has(args, "per"))
		return err_usage("%s: rate is missing: messages a second, as \"rate 200/s\"; or those of each prefix, as \"per 64 per-rate 20/s\"",
				 args->name);
	if (cmd_has(args, "burst") && !cmd_has(args, "rate"))
		return err_usage("burst: needs a rate: add \"rate 200/s\"");
	return CTL_OK;
}

/* As many at once as in two seconds, when not said */
static uint32_t burst(const struct cmd_args *args, const char *key,
		      uint32_t rate)
{
	uint64_t usual = rate * 2ULL;

	if (usual > MESSAGES_MAX)
		usual = MESSAGES_MAX;
	return rate ? (uint32_t)cmd_qos_number(args, key, usual) : 0;
}

static int run_set_police(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_qos_police p = {
		.kind = (uint32_t)cmd_get(args, "kind")->number,
		.src_len = (uint32_t)cmd_qos_number(args, "per", 0),
		.rate = (uint32_t)cmd_qos_number(args, "rate", 0),
		.src_rate = (uint32_t)cmd_qos_number(args, "per-rate", 0),
	};
	char what[32];
	int ret = check_per(args);

	if (ret)
		return ret;
	p.burst = burst(args, "burst", p.rate);
	p.src_burst = burst(args, "per-burst", p.src_rate);
	if (p.src_len)
		p.src_slots = (uint32_t)cmd_qos_number(args, "per-slots",
						       SLOTS);
	ret = client_call(env->client, SHIM6_IOC_QOS_POLICE_SET, &p);
	snprintf(what, sizeof(what), "police %s", qos_kinds[p.kind]);
	if (ret)
		return qos_refused(what, ret, p.bad, police_members);
	return cmd_qos_done(env, "police", qos_kinds[p.kind], "changed");
}

static int run_del_police(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_context_ref ref = {
		.id = (uint32_t)cmd_get(args, "kind")->number,
	};
	int ret = client_call(env->client, SHIM6_IOC_QOS_POLICE_DEL, &ref);

	if (ret == -ENOENT)
		return err_failed("police %s: has no limit; see \"qos police list\"",
				  qos_kinds[ref.id]);
	if (ret)
		return cmd_fail("qos police del", ret);
	return cmd_qos_done(env, "police", qos_kinds[ref.id], "removed");
}

static void number_or_null(struct out *o, const char *key, const char *label,
			   uint64_t value)
{
	if (value)
		out_number(o, key, label, value);
	else
		out_null(o, key, label);
}

void qos_show_police(struct cmd_env *env, const char *key,
		     const struct qos_table *t)
{
	const struct shim6_qos_police *p = t->police;
	struct out *o = env->out;

	out_table_begin(o, key, key ? "limits of messages" : NULL);
	for (; p < t->police + t->npolice; p++) {
		out_row_begin(o);
		out_string(o, "kind", "kind", p->kind < SHIM6_QOS_POLICE_COUNT ?
			   qos_kinds[p->kind] : "unknown");
		number_or_null(o, "rate", "rate", p->rate);
		number_or_null(o, "burst", "burst", p->burst);
		number_or_null(o, "per", "per", p->src_len);
		number_or_null(o, "per_rate", "per-rate", p->src_rate);
		number_or_null(o, "per_burst", "per-burst", p->src_burst);
		number_or_null(o, "per_slots", "per-slots", p->src_slots);
		out_number(o, "passed", "passed", p->passed);
		out_number(o, "dropped", "dropped", p->dropped);
		out_row_end(o);
	}
	out_table_end(o);
}

/* --- load sharing */

static const struct qos_member share_members[] = {
	QOS_MEMBER(shim6_qos_share, mode, "mode", "this module does not know it; load the one that came with this shim6ctl"),
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

static int set_share(struct qos_edit *e)
{
	const struct cmd_args *args = e->args;
	struct shim6_qos_share *s = &e->t.share;
	int ret;

	s->mode = (uint32_t)cmd_qos_number(args, "mode", s->mode);
	s->idle_ms = take_ms(args, "idle", s->idle_ms);
	s->unbalanced_ms = take_ms(args, "unbalanced", s->unbalanced_ms);
	s->hold_ms = take_ms(args, "hold", s->hold_ms);
	s->hyst_permille = (uint32_t)cmd_qos_number(args, "hysteresis",
						    s->hyst_permille);
	s->hyst_us = (uint32_t)cmd_qos_number(args, "margin", s->hyst_us);
	*(uint32_t *)e->arg = s->mode;
	ret = client_call(e->env->client, SHIM6_IOC_QOS_SHARE_SET, s);
	return ret ? qos_refused("share", ret, s->bad, share_members) : CTL_OK;
}

static int run_set_share(struct cmd_env *env, const struct cmd_args *args)
{
	uint32_t mode = 0;
	struct qos_edit e = { .env = env, .args = args, .arg = &mode };
	int ret = cmd_qos_edit(&e, set_share);

	return ret ? ret : cmd_qos_done(env, "share", qos_share_modes[mode],
					"changed");
}

static void show_time(struct out *o, const char *key, const char *label,
		      uint64_t us, uint64_t unit)
{
	char text[QUANTITY_TEXT];

	if (o->as_json)
		out_number(o, key, label, us / unit);
	else
		out_string(o, NULL, label, us ? quantity_time(us, text) : NULL);
}

void qos_show_share(struct cmd_env *env, const char *key,
		    const struct qos_table *t)
{
	const struct shim6_qos_share *s = &t->share;
	struct out *o = env->out;
	char text[QUANTITY_TEXT];

	out_table_begin(o, key, key ? "load sharing" : NULL);
	out_row_begin(o);
	out_string(o, "mode", "mode", s->mode <= SHIM6_QOS_SHARE_METERED ?
		   qos_share_modes[s->mode] : "unknown");
	out_number(o, "buckets", "buckets", s->buckets);
	show_time(o, "idle_ms", "idle", s->idle_ms * US_MS, US_MS);
	show_time(o, "unbalanced_ms", "unbalanced", s->unbalanced_ms * US_MS,
		  US_MS);
	if (o->as_json)
		out_number(o, "hysteresis_permille", NULL, s->hyst_permille);
	else
		out_string(o, NULL, "hysteresis",
			   quantity_percent(s->hyst_permille, text));
	show_time(o, "margin_us", "margin", s->hyst_us, 1);
	show_time(o, "hold_ms", "hold", s->hold_ms * US_MS, US_MS);
	out_row_end(o);
	out_table_end(o);
}

/* --- packets without a rule */

static const struct qos_member trust_members[] = {
	QOS_MEMBER(shim6_qos_trust, mode, "mode", "this module does not know it; load the one that came with this shim6ctl"),
	QOS_MEMBER(shim6_qos_trust, allow, "allow", "only with the mode dscp"),
	{},
};

static int run_set_trust(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_qos_trust t = {
		.mode = (uint32_t)cmd_get(args, "mode")->number,
		.allow = cmd_qos_number(args, "allow", 0),
	};
	int ret;

	if (t.mode != SHIM6_QOS_TRUST_DSCP && t.allow)
		return err_usage("allow: only with the mode dscp: \"qos trust set dscp allow ef,af41\"");
	if (t.mode == SHIM6_QOS_TRUST_DSCP && !t.allow)
		return err_usage("%s: allow is missing: codepoints that stay, such as ef,af41,cs6; \"qos trust set none\" when none does",
				 args->name);
	ret = client_call(env->client, SHIM6_IOC_QOS_TRUST_SET, &t);
	if (ret)
		return qos_refused("trust", ret, t.bad, trust_members);
	return cmd_qos_done(env, "trust", qos_trust_modes[t.mode], "changed");
}

static void show_allow(struct out *o, uint64_t allow)
{
	char all[512] = "", text[QUANTITY_TEXT];
	size_t used = 0;
	unsigned int i;

	if (o->as_json)
		json_open(&o->js, "allow", '[');
	for (i = 0; i < 64; i++) {
		if (!(allow >> i & 1))
			continue;
		quantity_dscp(i, text);
		if (o->as_json)
			json_string(&o->js, NULL, text);
		else if (used < sizeof(all))
			used += (size_t)snprintf(all + used, sizeof(all) - used,
						 "%s%s", used ? "," : "", text);
	}
	if (o->as_json)
		json_close(&o->js, ']');
	else
		out_string(o, NULL, "allow", used ? all : NULL);
}

void qos_show_trust(struct cmd_env *env, const char *key,
		    const struct qos_table *t)
{
	struct out *o = env->out;

	out_table_begin(o, key, key ? "packets without a rule" : NULL);
	out_row_begin(o);
	out_string(o, "mode", "mode", t->trust.mode <= SHIM6_QOS_TRUST_DSCP ?
		   qos_trust_modes[t->trust.mode] : "unknown");
	show_allow(o, t->trust.allow);
	out_row_end(o);
	out_table_end(o);
}

/* --- */

static int run_show_control(struct cmd_env *env, const struct cmd_args *args)
{
	(void)args;
	return cmd_qos_list(env, qos_show_control);
}

static int run_show_police(struct cmd_env *env, const struct cmd_args *args)
{
	(void)args;
	return cmd_qos_list(env, qos_show_police);
}

static int run_show_share(struct cmd_env *env, const struct cmd_args *args)
{
	(void)args;
	return cmd_qos_list(env, qos_show_share);
}

static int run_show_trust(struct cmd_env *env, const struct cmd_args *args)
{
	(void)args;
	return cmd_qos_list(env, qos_show_trust);
}

#define SWITCH(key, text)						\
	{ .name = (key), .type = ARG_WORD, .words = words_switch,	\
	  .help = (text) }

#define MESSAGES(key, text)						\
	{ .name = (key), .type = ARG_NUMBER, .min = 1,			\
	  .max = MESSAGES_MAX, .help = (text) }

#define RATE(key, text)							\
	{ .name = (key), .type = ARG_PER_SECOND, .min = 1,		\
	  .max = MESSAGES_MAX, .help = (text) }

#define TIME(key, most, text)						\
	{ .name = (key), .type = ARG_TIME, .max = (most), .help = (text) }

#define KIND								\
	{ .name = "kind", .type = ARG_WORD, .words = qos_kinds,		\
	  .help = "kind of messages: I1, I2, R1bis and I2bis, Update Request, Probe; ctx-out: contexts that we start", \
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

static const struct arg_spec control_args[] = {
	{ .name = "dscp", .type = ARG_DSCP,
	  ARG_INSTEAD("inherit", SHIM6_QOS_DSCP_INHERIT),
	  .help = "of our messages; inherit: that of their context's class" },
	SWITCH("alternate", "every second one has that of its context's class, so that neither marking decides alone"),
	{ .name = "class", .type = ARG_NAME, .from = ARG_FROM_QOS_CLASSES,
	  .help = "whose minor, mark and tcindex they get; none" },
	{ .name = "pace", .type = ARG_PERMILLE,
	  .help = "of \"up\" of a link that probes may use; 0%: all of it" },
	RATE("pace-min", "but so many probes a second in any case"),
	MESSAGES("pace-burst", "and so many at once"),
	SWITCH("provisional", "leave a pair that only probes have shown to work at once when payload does not come back"),
	{},
};

static const struct arg_spec police_args[] = {
	KIND,
	RATE("rate", "of all together, such as 200/s"),
	MESSAGES("burst", "so many at once; those of two seconds when not given"),
	{ .name = "per", .type = ARG_NUMBER, .min = 48, .max = 64,
	  .help = "each prefix of this length has a limit of its own" },
	RATE("per-rate", "of one prefix"),
	MESSAGES("per-burst", "of one prefix, so many at once; those of two seconds when not given"),
	{ .name = "per-slots", .type = ARG_NUMBER, .min = 1, .max = 65536,
	  .help = "prefixes known at the same time; 1024 when not given" },
	{},
};

static const struct arg_spec police_del_args[] = { KIND, {} };

static const struct arg_spec share_args[] = {
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

static const struct arg_spec trust_args[] = {
	{ .name = "mode", .type = ARG_WORD, .words = qos_trust_modes,
	  .help = "packets without a rule keep any codepoint, none, or some",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "allow", .type = ARG_DSCP_SET,
	  .help = "codepoints that stay in the mode dscp; others become 0" },
	{},
};

#define SHOW(text, fn)							\
	{ .name = "show", .help = (text), .flags = CMD_MODULE,		\
	  .features = SHIM6_FEATURE_QOS, .run = (fn) }

#define SET(text, with, fn)						\
	{ .name = "set", .help = (text), .flags = CMD_QOS_CHANGE,	\
	  .features = SHIM6_FEATURE_QOS, .args = (with), .run = (fn) }

const struct cmd_verb qos_control_verbs[] = {
	SHOW("how our own messages are marked and paced", run_show_control),
	SET("change that; what is not given stays", control_args,
	    run_set_control),
	{},
};

const struct cmd_verb qos_police_verbs[] = {
	{ .name = "list", .help = "all limits, and what they let through",
	  .flags = CMD_MODULE, .features = SHIM6_FEATURE_QOS,
	  .run = run_show_police },
	SET("limit messages of a kind", police_args, run_set_police),
	{ .name = "del", .help = "end a limit", .flags = CMD_QOS_CHANGE,
	  .features = SHIM6_FEATURE_QOS, .args = police_del_args,
	  .run = run_del_police },
	{},
};

const struct cmd_verb qos_share_verbs[] = {
	SHOW("how contexts are spread over the links", run_show_share),
	SET("change that; what is not given stays", share_args,
	    run_set_share),
	{},
};

const struct cmd_verb qos_trust_verbs[] = {
	SHOW("what becomes of packets without a rule", run_show_trust),
	SET("change that", trust_args, run_set_trust),
	{},
};
