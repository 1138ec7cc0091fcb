// SPDX-License-Identifier: GPL-2.0
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

int qos_refused(const char *what, int err, uint32_t bad,
		const struct qos_member *m)
{
	for (; bad && m->key; m++)
		if (bad > m->offset && bad <= m->offset + m->size)
			return err_failed("%s: %s: %s", what, m->key, m->must);
	switch (err) {
	case -ENOSPC:
		return err_failed("%s: there is no room for another; see \"qos show\" and remove one",
				  what);
	case -EINVAL:
	case -EEXIST:
	case -ENOENT:
		return err_failed("%s: the module refuses it (%s); see shim6-qos(7)",
				  what, strerror(-err));
	default:
		return cmd_fail(what, err);
	}
}

static void list_names(const char *first, size_t stride, size_t n, char *text,
		       size_t room)
{
	size_t used = 0;
	size_t i;

	snprintf(text, room, "none");
	for (i = 0; i < n && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s",
					 i ? ", " : "", first + i * stride);
}

int qos_no_class(const struct qos_table *t, const char *name)
{
	char list[SHIM6_QOS_CLASSES * (SHIM6_QOS_NAME_LEN + 2)];

	list_names(t->nclasses ? t->classes[0].name : "",
		   sizeof(*t->classes), t->nclasses, list, sizeof(list));
	return err_failed("class %s: no such class; there is %s; \"qos class add\" makes one",
			  name, list);
}

int qos_no_link(const struct qos_table *t, const char *name)
{
	char list[SHIM6_QOS_LINKS * (SHIM6_QOS_NAME_LEN + 2)];

	list_names(t->nlinks ? t->links[0].name : "", sizeof(*t->links),
		   t->nlinks, list, sizeof(list));
	return err_failed("link %s: no such link; there is %s; \"qos link add\" makes one",
			  name, list);
}

int cmd_qos_table(struct cmd_env *env, struct qos_table *t)
{
	int ret = qos_table_read(t, env->client);

	return ret ? cmd_fail("qos", ret) : CTL_OK;
}

int cmd_qos_done(struct cmd_env *env, const char *kind, const char *name,
		 const char *state)
{
	out_record_begin(env->out);
	out_string(env->out, kind, kind, name);
	out_string(env->out, "state", "state", state);
	out_record_end(env->out);
	return CTL_OK;
}

uint64_t cmd_qos_number(const struct cmd_args *args, const char *name,
			uint64_t otherwise)
{
	const struct arg_value *v = cmd_get(args, name);

	return v ? v->number : otherwise;
}

void cmd_qos_mark(const struct cmd_args *args, uint32_t *mark, uint32_t *mask)
{
	const struct arg_value *v = cmd_get(args, "mark");

	if (!v)
		return;
	*mark = (uint32_t)v->number;
	*mask = (uint32_t)(v->number >> ARG_SECOND);
}

static const struct qos_member members[] = {
	QOS_MEMBER(shim6_qos_class, id, "id", "must be 1 to 15"),
	QOS_MEMBER(shim6_qos_class, name, "name",
		   "another class has it; choose another one"),
	QOS_MEMBER(shim6_qos_class, dscp, "dscp", "must be 0 to 63, or keep"),
	QOS_MEMBER(shim6_qos_class, in_dscp, "in-dscp",
		   "must be keep or restore when the class has no codepoint that could be set; give it one with \"dscp\""),
	QOS_MEMBER(shim6_qos_class, mark, "mark",
		   "has bits beyond its mask; widen the mask"),
	{},
};

static int set(struct cmd_env *env, struct shim6_qos_class *c,
	       const char *state)
{
	int ret = client_call(env->client, SHIM6_IOC_QOS_CLASS_SET, c);
	char what[32];

	snprintf(what, sizeof(what), "class %s", c->name);
	if (ret)
		return qos_refused(what, ret, c->bad, members);
	return cmd_qos_done(env, "class", c->name, state);
}

static void take(const struct cmd_args *args, struct shim6_qos_class *c)
{
	c->dscp = (uint8_t)cmd_qos_number(args, "dscp", c->dscp);
	c->minor = (uint16_t)cmd_qos_number(args, "minor", c->minor);
	c->tc_index = (uint16_t)cmd_qos_number(args, "tcindex", c->tc_index);
	c->in_dscp = (uint8_t)cmd_qos_number(args, "in-dscp", c->in_dscp);
	c->rank = (uint8_t)cmd_qos_number(args, "rank", c->rank);
	cmd_qos_mark(args, &c->mark, &c->mark_mask);
}

static uint32_t free_id(const struct qos_table *t)
{
	uint32_t id = 1;

	while (id <= SHIM6_QOS_CLASSES && qos_class_of(t, id))
		id++;
	return id;
}

/* The same once more is no mistake: a file of settings is read again */
static int add_again(struct cmd_env *env, const struct shim6_qos_class *old,
		     const struct shim6_qos_class *c)
{
	if (!memcmp(old, c, sizeof(*c)))
		return cmd_qos_done(env, "class", c->name, "already there");
	return err_failed("class %s: is there already, otherwise, with the number %" PRIu32 "; \"qos class set %s\" changes it",
			  c->name, (uint32_t)old->id, c->name);
}

static int add(struct cmd_env *env, const struct cmd_args *args,
	       const struct qos_table *t)
{
	const char *name = cmd_get(args, "name")->text;
	const struct shim6_qos_class *old = qos_class_named(t, name);
	struct shim6_qos_class c = { .dscp = SHIM6_QOS_DSCP_KEEP };

	if (!strcmp(name, "none"))
		return err_usage("name none: means no class in rules; choose another one");
	c.id = (uint32_t)cmd_qos_number(args, "id",
					old ? old->id : free_id(t));
	snprintf(c.name, sizeof(c.name), "%s", name);
	c.rank = (uint8_t)c.id;
	take(args, &c);
	if (old)
		return add_again(env, old, &c);
	if (c.id > SHIM6_QOS_CLASSES)
		return err_failed("class %s: %d classes are all there can be; remove one",
				  name, SHIM6_QOS_CLASSES);
	old = qos_class_of(t, c.id);
	if (old)
		return err_failed("id %" PRIu32 ": the class %s has it; leave \"id\" out and the next one is taken",
				  (uint32_t)c.id, old->name);
	return set(env, &c, "added");
}

static int run_add(struct cmd_env *env, const struct cmd_args *args)
{
	struct qos_table t;
	int ret = cmd_qos_table(env, &t);

	if (!ret)
		ret = add(env, args, &t);
	qos_table_free(&t);
	return ret;
}

static int run_set(struct cmd_env *env, const struct cmd_args *args)
{
	const char *name = cmd_get(args, "name")->text;
	const struct shim6_qos_class *old;
	struct shim6_qos_class c;
	struct qos_table t;
	int ret = cmd_qos_table(env, &t);

	old = ret ? NULL : qos_class_named(&t, name);
	if (old) {
		c = *old;
		take(args, &c);
		ret = set(env, &c, "changed");
	} else if (!ret) {
		ret = qos_no_class(&t, name);
	}
	qos_table_free(&t);
	return ret;
}

/* Who needs it */
static int refuse_used(const struct qos_table *t,
		       const struct shim6_qos_class *c)
{
	size_t i;

	for (i = 0; i < t->nrules; i++)
		if (t->rules[i].klass == c->id)
			return err_failed("class %s: rule %" PRIu32 " needs it; remove that first: \"qos rule del %" PRIu32 "\"",
					  c->name, (uint32_t)t->rules[i].pref,
					  (uint32_t)t->rules[i].pref);
	return err_failed("class %s: our own messages need it; \"qos control set class none\" first",
			  c->name);
}

static int del(struct cmd_env *env, const struct qos_table *t, const char *name)
{
	const struct shim6_qos_class *c = qos_class_named(t, name);
	struct shim6_context_ref ref = {};
	int ret;

	if (!c)
		return qos_no_class(t, name);
	ref.id = c->id;
	ret = client_call(env->client, SHIM6_IOC_QOS_CLASS_DEL, &ref);
	if (ret == -EBUSY)
		return refuse_used(t, c);
	if (ret)
		return cmd_fail("qos class del", ret);
	return cmd_qos_done(env, "class", name, "removed");
}

static int run_del(struct cmd_env *env, const struct cmd_args *args)
{
	struct qos_table t;
	int ret = cmd_qos_table(env, &t);

	if (!ret)
		ret = del(env, &t, cmd_get(args, "name")->text);
	qos_table_free(&t);
	return ret;
}

void qos_show_classes(struct out *o, const char *key, const struct qos_table *t)
{
	const struct shim6_qos_class *c = t->classes;
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
			   qos_in_dscps[c->in_dscp % 3]);
		out_number(o, "rank", "rank", c->rank);
		out_row_end(o);
	}
	out_table_end(o);
}

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	struct qos_table t;
	int ret = cmd_qos_table(env, &t);

	(void)args;
	if (!ret)
		qos_show_classes(env->out, NULL, &t);
	qos_table_free(&t);
	return ret;
}

static const char *const keep[] = { "keep", NULL };

#define NAME(where)							\
	{ .name = "name", .type = ARG_NAME, .help = "of the class",	\
	  .from = (where), .flags = ARG_POSITIONAL | ARG_REQUIRED }

#define REST								\
	{ .name = "dscp", .type = ARG_DSCP, .words = keep,		\
	  .max = SHIM6_QOS_DSCP_KEEP,					\
	  .help = "of its packets; ECN is never touched; keep: as the sender set it" }, \
	{ .name = "minor", .type = ARG_HEX, .max = 0xffff,		\
	  .help = "class of tc below the number of the link; 0: leave the priority alone" }, \
	{ .name = "tcindex", .type = ARG_NUMBER, .max = 65535,		\
	  .help = "for filters and GRED; 0: the drop precedence of AF" }, \
	{ .name = "mark", .type = ARG_MARK,				\
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
	  .features = SHIM6_FEATURE_QOS, .run = run_list },
	{ .name = "add", .help = "make a class", .flags = CMD_QOS_CHANGE,
	  .features = SHIM6_FEATURE_QOS, .args = add_args, .run = run_add },
	{ .name = "set", .help = "change a class; what is not given stays",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = set_args, .run = run_set },
	{ .name = "del", .help = "remove a class that nothing needs",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = del_args, .run = run_del },
	{},
};
