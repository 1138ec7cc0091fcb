// SPDX-License-Identifier: GPL-2.0
/* How many messages of each kind are served */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "macros.h"
#include "out.h"
#include "verbs.h"

static const struct qos_member members[] = {
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

	if (usual > QOS_MESSAGES_MAX)
		usual = QOS_MESSAGES_MAX;
	return rate ? (uint32_t)cmd_qos_number(args, key, usual) : 0;
}

/* What it has counted, and who used it up, stays when it is so already */
static int set(struct qos_edit *e)
{
	struct shim6_qos_police *p = e->arg;
	const struct shim6_qos_police *old = e->t.police;
	const struct shim6_qos_police *end = old + e->t.npolice;
	char what[32];
	int ret;

	while (old < end && old->kind != p->kind)
		old++;
	ret = cmd_qos_put(e, SHIM6_IOC_QOS_POLICE_SET, p,
			  old < end ? old : NULL,
			  offsetof(struct shim6_qos_police, bad));
	snprintf(what, sizeof(what), "police %s", qos_kinds[p->kind]);
	return ret ? qos_refused(what, ret, p->bad, members) : CTL_OK;
}

static int run_set(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_qos_police p = {
		.kind = (uint32_t)cmd_get(args, "kind")->number,
		.src_len = (uint32_t)cmd_qos_number(args, "per", 0),
		.rate = (uint32_t)cmd_qos_number(args, "rate", 0),
		.src_rate = (uint32_t)cmd_qos_number(args, "per-rate", 0),
	};
	struct qos_edit e = { .env = env, .args = args, .arg = &p };
	int ret = check_per(args);

	if (ret)
		return ret;
	p.burst = burst(args, "burst", p.rate);
	p.src_burst = burst(args, "per-burst", p.src_rate);
	if (p.src_len)
		p.src_slots = (uint32_t)cmd_qos_number(args, "per-slots",
						       SLOTS);
	ret = cmd_qos_edit(&e, set);
	return ret ? ret : cmd_qos_done(env, "police", qos_kinds[p.kind],
					cmd_qos_state(&e));
}

static int run_del(struct cmd_env *env, const struct cmd_args *args)
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

/* 0: there is none; in text as it would be typed */
static void show_number(struct out *o, const char *key, const char *label,
			uint64_t value, const char *unit)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 "%s", value, unit);
	if (value)
		out_quantity(o, key, label, value, text);
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
		out_string(o, "kind", "kind", qos_word(qos_kinds, p->kind));
		show_number(o, "rate_pps", "rate", p->rate, "/s");
		show_number(o, "burst", "burst", p->burst, "");
		show_number(o, "per", "per", p->src_len, "");
		show_number(o, "per_rate_pps", "per-rate", p->src_rate, "/s");
		show_number(o, "per_burst", "per-burst", p->src_burst, "");
		show_number(o, "per_slots", "per-slots", p->src_slots, "");
		out_number(o, "passed", "passed", p->passed);
		out_number(o, "dropped", "dropped", p->dropped);
		out_row_end(o);
	}
	out_table_end(o);
}

#define KIND								\
	{ .name = "kind", .type = ARG_WORD, .words = qos_kinds,		\
	  .help = "kind of messages: I1, I2, R1bis and I2bis, Update Request, Probe; ctx-out: contexts that we start", \
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

static const struct arg_spec set_args[] = {
	KIND,
	QOS_PER_SECOND("rate", "of all together, such as 200/s"),
	QOS_MESSAGES("burst", "so many at once; those of two seconds when not given"),
	{ .name = "per", .type = ARG_NUMBER, .min = 48, .max = 64,
	  .help = "each prefix of this length has a limit of its own" },
	QOS_PER_SECOND("per-rate", "of one prefix"),
	QOS_MESSAGES("per-burst", "of one prefix, so many at once; those of two seconds when not given"),
	{ .name = "per-slots", .type = ARG_NUMBER, .min = 1, .max = 65536,
	  .help = "prefixes known at the same time; 1024 when not given" },
	{},
};

static const struct arg_spec del_args[] = { KIND, {} };

const struct cmd_verb qos_police_verbs[] = {
	{ .name = "list", .help = "all limits, and what they let through",
	  .flags = CMD_MODULE, .features = SHIM6_FEATURE_QOS,
	  QOS_PRINTS(qos_show_police) },
	QOS_SET("limit messages of a kind", set_args, run_set),
	{ .name = "del", .help = "end a limit", .flags = CMD_QOS_CHANGE,
	  .features = SHIM6_FEATURE_QOS, .args = del_args,
	  .run = run_del },
	{},
};
