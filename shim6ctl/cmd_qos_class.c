// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "cmd_qos_object.h"
#include "err.h"
#include "out.h"
#include "quantity.h"
#include "verbs.h"

static const struct qos_member members[] = {
	QOS_MEMBER(shim6_qos_class, id, "id", "must be 1 to 15"),
	QOS_MEMBER(shim6_qos_class, name, "name",
		   "another class has it; choose another one"),
	QOS_MEMBER(shim6_qos_class, dscp, "dscp", "must be 0 to 63, or keep"),
	QOS_MEMBER(shim6_qos_class, in_dscp, "in-dscp",
		   "must be keep or restore while the class has no codepoint; give it one with \"dscp\""),
	QOS_MEMBER(shim6_qos_class, mark, "mark",
		   "has bits beyond its mask; widen the mask"),
	{},
};

static const void *of(const struct qos_table *t, uint32_t id)
{
	return qos_class_of(t, id);
}

static const void *named(const struct qos_table *t, const char *name)
{
	return qos_class_named(t, name);
}

static int fresh(struct qos_change *change)
{
	struct shim6_qos_class *c = &change->o.klass;

	c->dscp = SHIM6_QOS_DSCP_KEEP;
	c->rank = (uint8_t)c->id;
	if (strcmp(c->name, "none"))
		return CTL_OK;
	return err_usage("name none: means no class in rules; choose another one");
}

static int take(struct qos_change *change)
{
	const struct cmd_args *args = change->args;
	struct shim6_qos_class *c = &change->o.klass;

	c->dscp = (uint8_t)cmd_qos_number(args, "dscp", c->dscp);
	c->minor = (uint16_t)cmd_qos_number(args, "minor", c->minor);
	c->tc_index = (uint16_t)cmd_qos_number(args, "tcindex", c->tc_index);
	c->in_dscp = (uint8_t)cmd_qos_number(args, "in-dscp", c->in_dscp);
	c->rank = (uint8_t)cmd_qos_number(args, "rank", c->rank);
	cmd_qos_mark(args, &c->mark, &c->mark_mask);
	return CTL_OK;
}

static int refuse_used(const struct qos_change *change)
{
	const struct qos_table *t = change->t;
	size_t i;

	for (i = 0; i < t->nrules; i++)
		if (t->rules[i].klass == change->o.klass.id)
			return err_failed("class %s: rule %" PRIu32 " needs it; remove that first: \"qos rule del %" PRIu32 "\"",
					  change->name,
					  (uint32_t)t->rules[i].pref,
					  (uint32_t)t->rules[i].pref);
	return err_failed("class %s: our own messages need it; \"qos control set class none\" first",
			  change->name);
}

static const struct qos_kind kind = {
	.word = "class",
	.words = "classes",
	.key = "name",
	.most = SHIM6_QOS_CLASSES,
	.size = sizeof(struct shim6_qos_class),
	.given = sizeof(struct shim6_qos_class),
	.bad = offsetof(struct shim6_qos_class, bad),
	.set = SHIM6_IOC_QOS_CLASS_SET,
	.del = SHIM6_IOC_QOS_CLASS_DEL,
	.members = members,
	.of = of,
	.named = named,
	.fresh = fresh,
	.take = take,
	.missing = qos_no_class,
	.used = refuse_used,
};

void qos_show_classes(struct cmd_env *env, const char *key,
		      const struct qos_table *t)
{
	const struct shim6_qos_class *c = t->classes;
	struct out *o = env->out;
	char text[QUANTITY_TEXT];

	out_table_begin(o, key, key ? "classes" : NULL);
	for (; c < t->classes + t->nclasses; c++) {
		out_row_begin(o);
		out_number(o, "id", "id", c->id);
		out_string(o, "name", "class", c->name);
		out_string(o, "dscp", "dscp",
			   c->dscp == SHIM6_QOS_DSCP_KEEP ? "keep" :
			   quantity_dscp(c->dscp, text));
		snprintf(text, sizeof(text), "%x", c->minor);
		out_string(o, "minor", "minor", c->minor ? text : NULL);
		if (c->tc_index)
			out_number(o, "tcindex", "tcindex", c->tc_index);
		else
			out_null(o, "tcindex", "tcindex");
		out_string(o, "mark", "mark", c->mark_mask ?
			   quantity_mark(c->mark, c->mark_mask, text) : NULL);
		out_string(o, "in_dscp", "in-dscp",
			   qos_word(qos_in_dscps, c->in_dscp));
		out_number(o, "rank", "rank", c->rank);
		out_row_end(o);
	}
	out_table_end(o);
}

#define NAME(where)							\
	{ .name = "name", .type = ARG_NAME, .help = "name of the class", \
	  .from = (where), .flags = ARG_POSITIONAL | ARG_REQUIRED }

#define REST								\
	{ .name = "dscp", .type = ARG_DSCP,				\
	  ARG_INSTEAD("keep", SHIM6_QOS_DSCP_KEEP),			\
	  .help = "of its packets; ECN is never touched; keep: as the sender set it" }, \
	{ .name = "minor", .type = ARG_HEX, .max = 0xffff,		\
	  .help = "class of tc below the number of the link; 0: leave the priority alone" }, \
	{ .name = "tcindex", .type = ARG_NUMBER, .max = 65535,		\
	  .help = "for filters and GRED; 0: the drop precedence of AF" }, \
	{ .name = "mark", .type = ARG_MARK, ARG_INSTEAD("none", 0),	\
	  .help = "bits of the packet's mark to set" },			\
	{ .name = "in-dscp", .type = ARG_WORD, .words = qos_in_dscps,	\
	  .help = "of packets that arrive: as it came, as it was sent, that of the class" }, \
	{ .name = "rank", .type = ARG_NUMBER, .max = 255,		\
	  .help = "order of recovery after a failure, lower first; the number of the class when not given" }

static const struct arg_spec add_args[] = {
	NAME(ARG_FROM_TYPE),
	{ .name = "id", .type = ARG_NUMBER, .min = 1, .max = SHIM6_QOS_CLASSES,
	  .help = "its number; the lowest free one when not given" },
	REST,
	{},
};

static const struct arg_spec set_args[] = {
	NAME(ARG_FROM_QOS_CLASSES), REST, {},
};

static const struct arg_spec del_args[] = { NAME(ARG_FROM_QOS_CLASSES), {} };

const struct cmd_verb qos_class_verbs[] = {
	{ .name = "list", .help = "all classes", .flags = CMD_MODULE,
	  .features = SHIM6_FEATURE_QOS, QOS_PRINTS(qos_show_classes) },
	{ .name = "add", .help = "make a class", .flags = CMD_QOS_CHANGE,
	  .features = SHIM6_FEATURE_QOS, .args = add_args,
	  .run = qos_object_add, .of = &kind },
	{ .name = "set", .help = "change a class; what is not given stays",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = set_args, .run = qos_object_set, .of = &kind },
	{ .name = "del", .help = "remove a class that nothing needs",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = del_args, .run = qos_object_del, .of = &kind },
	{},
};
