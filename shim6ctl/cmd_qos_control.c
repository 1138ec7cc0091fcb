// SPDX-License-Identifier: GPL-2.0
/* How our own messages are marked and paced */
#include <inttypes.h>
#include <stdio.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"
#include "quantity.h"
#include "verbs.h"

static const struct qos_member members[] = {
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

static int set(struct qos_edit *e)
{
	const struct cmd_args *args = e->args;
	struct shim6_qos_control *c = &e->t.control;
	const struct shim6_qos_control old = *c;
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
	e->name = "messages";
	ret = cmd_qos_put(e, SHIM6_IOC_QOS_CONTROL_SET, c, &old, sizeof(old));
	return ret ? qos_refused("control", ret, c->bad, members) :
		     CTL_OK;
}

static int run_set(struct cmd_env *env, const struct cmd_args *args)
{
	return cmd_qos_set(env, args, "control", set);
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
	out_quantity(o, "pace_permille", "pace", c->pace_permille,
		     c->pace_permille ?
		     quantity_percent(c->pace_permille, text) : NULL);
	snprintf(text, sizeof(text), "%" PRIu32 "/s", (uint32_t)c->pace_min);
	out_quantity(o, "pace_min_pps", "pace-min", c->pace_min, text);
	out_number(o, "pace_burst", "pace-burst", c->pace_burst);
	out_bool(o, "provisional", "provisional", c->provisional);
	out_row_end(o);
	out_table_end(o);
}

static const struct arg_spec set_args[] = {
	{ .name = "dscp", .type = ARG_DSCP,
	  ARG_INSTEAD("inherit", SHIM6_QOS_DSCP_INHERIT),
	  .help = "of our messages; inherit: that of their context's payload" },
	QOS_SWITCH("alternate", "every second one has that of its context's payload, so that neither marking decides alone"),
	{ .name = "class", .type = ARG_NAME, ARG_INSTEAD("none", 0),
	  .from = ARG_FROM_QOS_CLASSES,
	  .help = "whose minor, mark and tcindex they get" },
	{ .name = "pace", .type = ARG_PERMILLE,
	  .help = "of \"up\" of a link that probes may use; 0%: all of it" },
	QOS_PER_SECOND("pace-min", "but so many probes a second in any case"),
	QOS_MESSAGES("pace-burst", "and so many at once"),
	QOS_SWITCH("provisional", "leave a pair that only probes have shown to work at once when payload does not come back"),
	{},
};

const struct cmd_verb qos_control_verbs[] = {
	QOS_SHOW("how our own messages are marked and paced", qos_show_control),
	QOS_SET("change that; what is not given stays", set_args,
		run_set),
	{},
};
