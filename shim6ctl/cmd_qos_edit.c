// SPDX-License-Identifier: GPL-2.0
/* What all commands on the table of classes begin and end with */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"

/* Each time somebody else got ahead, so nobody waits for long */
#define TRIES	8

int qos_refused(const char *what, int err, uint32_t bad,
		const struct qos_member *m)
{
	for (; bad && m->key; m++)
		if (bad > m->offset && bad <= m->offset + m->size)
			return err_failed("%s: %s: %s", what, m->key, m->must);
	switch (err) {
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

static int edit(struct qos_edit *e, qos_edit_fn *make)
{
	int ret = cmd_qos_table(e->env, &e->t);

	e->same = false;
	if (!ret)
		ret = make(e);
	qos_table_free(&e->t);
	return ret;
}

/* Return: enum ctl_exit, or -ESTALE: another program was quicker */
static int commit(struct client *c)
{
	int err = client_call(c, SHIM6_IOC_QOS_COMMIT, NULL);

	return !err || err == -ESTALE ? err : cmd_fail("qos", err);
}

/* A transaction of its own: it sees the table as it was when it began */
static int attempt(struct qos_edit *e, qos_edit_fn *make)
{
	struct client *c = e->env->client;
	int ret = client_call(c, SHIM6_IOC_QOS_BEGIN, NULL);

	if (ret)
		return cmd_fail("qos", ret);
	ret = edit(e, make);
	if (!ret && !e->same)
		ret = commit(c);
	/* A commit may have failed before it was one */
	if (ret || e->same)
		client_call(c, SHIM6_IOC_QOS_ABORT, NULL);
	return ret;
}

int cmd_qos_edit(struct qos_edit *e, qos_edit_fn *make)
{
	unsigned int tries = e->once ? 1 : TRIES;
	struct shim6_qos_table head = {};
	int ret = client_call(e->env->client, SHIM6_IOC_QOS_TABLE, &head);

	if (ret)
		return cmd_fail("qos", ret);
	if (head.open)
		return edit(e, make);
	do {
		ret = attempt(e, make);
	} while (ret == -ESTALE && --tries);
	if (ret != -ESTALE)
		return ret;
	return err_failed("qos: another program %s; nothing was changed, try again",
			  e->once ? "changed the table meanwhile" :
				    "keeps changing the table");
}

int cmd_qos_put(struct qos_edit *e, unsigned long cmd, void *now,
		const void *old, size_t size)
{
	e->same = old && !memcmp(now, old, size);
	return e->same ? 0 : client_call(e->env->client, cmd, now);
}

int cmd_qos_check_set(const struct cmd_args *args, unsigned int n)
{
	if (args->n > n)
		return CTL_OK;
	return err_usage("%s: what is to change is missing; see --help",
			 args->name);
}

int cmd_qos_set(struct cmd_env *env, const struct cmd_args *args,
		const char *word, qos_edit_fn *make)
{
	struct qos_edit e = { .env = env, .args = args };
	int ret = cmd_qos_check_set(args, 0);

	if (!ret)
		ret = cmd_qos_edit(&e, make);
	return ret ? ret : cmd_qos_done(env, word, e.name,
					cmd_qos_state(&e));
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

int cmd_qos_class_arg(const struct cmd_args *args, const struct qos_table *t,
		      uint32_t *id)
{
	const struct arg_value *v = cmd_get(args, "class");
	const struct shim6_qos_class *c;

	if (!v)
		return CTL_OK;
	c = qos_class_named(t, v->text);
	if (!c && strcmp(v->text, "none"))
		return qos_no_class(t, v->text);
	*id = c ? c->id : 0;
	return CTL_OK;
}

int cmd_qos_list(struct cmd_env *env, const struct cmd_args *args)
{
	const struct qos_part *part = args->verb->of;
	struct qos_table t;
	int ret = cmd_qos_table(env, &t);

	if (!ret)
		part->show(env, NULL, &t);
	qos_table_free(&t);
	return ret;
}
