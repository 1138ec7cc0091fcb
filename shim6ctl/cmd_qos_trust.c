// SPDX-License-Identifier: GPL-2.0
/* What becomes of packets without a rule */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"
#include "quantity.h"
#include "verbs.h"

static const struct qos_member members[] = {
	QOS_MEMBER(shim6_qos_trust, mode, "mode",
		   "this module does not know it; load the one that came with this shim6ctl"),
	QOS_MEMBER(shim6_qos_trust, allow, "allow", "only with the mode dscp"),
	{},
};

static int set(struct qos_edit *e)
{
	struct shim6_qos_trust *t = e->arg;
	int ret = cmd_qos_put(e, SHIM6_IOC_QOS_TRUST_SET, t, &e->t.trust,
			      sizeof(*t));

	return ret ? qos_refused("trust", ret, t->bad, members) : CTL_OK;
}

static int run_set(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_qos_trust t = {
		.mode = (uint32_t)cmd_get(args, "mode")->number,
	};
	struct qos_edit e = { .env = env, .args = args, .arg = &t };
	unsigned int i;
	int ret;

	for (i = 0; i < args->n; i++)
		if (!strcmp(args->v[i].spec->name, "allow"))
			t.allow |= args->v[i].number;
	if (t.mode != SHIM6_QOS_TRUST_DSCP && t.allow)
		return err_usage("allow: only with the mode dscp: \"qos trust set dscp allow ef,af41\"");
	if (t.mode == SHIM6_QOS_TRUST_DSCP && !t.allow)
		return err_usage("%s: allow is missing: codepoints that stay, such as ef,af41,cs6; \"qos trust set none\" when none does",
				 args->name);
	ret = cmd_qos_edit(&e, set);
	return ret ? ret : cmd_qos_done(env, "trust", qos_trust_modes[t.mode],
					cmd_qos_state(&e));
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
	out_string(o, "mode", "mode", qos_word(qos_trust_modes, t->trust.mode));
	show_allow(o, t->trust.allow);
	out_row_end(o);
	out_table_end(o);
}

static const struct arg_spec set_args[] = {
	{ .name = "mode", .type = ARG_WORD, .words = qos_trust_modes,
	  .help = "packets without a rule keep any codepoint, none, or some",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "allow", .type = ARG_DSCP_SET, .flags = ARG_MANY,
	  .help = "codepoints that stay in the mode dscp; others become 0" },
	{},
};

const struct cmd_verb qos_trust_verbs[] = {
	QOS_SHOW("what becomes of packets without a rule", qos_show_trust),
	QOS_SET("change that", set_args, run_set),
	{},
};
