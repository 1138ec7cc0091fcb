// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "cmd_qos_object.h"
#include "err.h"

/* The head is read through the union, whatever was written */
#define HEAD(type)							\
	_Static_assert(offsetof(struct type, name) ==			\
		       offsetof(struct qos_head, name), #type)

HEAD(shim6_qos_class);
HEAD(shim6_qos_link);

/**
 * struct job - one command
 * @kind: of the object
 * @make: what is done
 * @name: of the object
 * @state: result: what became of it
 * @same: result: there is nothing to change
 */
struct job {
	const struct qos_kind *kind;
	int (*make)(struct job *job, struct qos_change *c);
	char name[SHIM6_QOS_NAME_LEN];
	const char *state;
	bool same;
};

static const void *find(const struct qos_kind *k, const struct qos_change *c)
{
	if (k->named)
		return k->named(c->t, c->name);
	return k->of(c->t, (uint32_t)cmd_get(c->args, k->key)->number);
}

static int refuse_room(const struct qos_kind *k, const struct qos_change *c)
{
	return err_failed("%s %s: there are %" PRIu32 " %s, which is all there can be; remove one with \"qos %s del\"",
			  k->word, c->name, k->most, k->words, k->word);
}

static int set(const struct qos_kind *k, struct qos_change *c)
{
	int err = client_call(c->env->client, k->set, &c->o);
	char what[40];
	uint32_t bad;
	int ret = CTL_OK;

	if (err == -ENOSPC)
		return refuse_room(k, c);
	if (err && k->refused)
		ret = k->refused(c, err);
	if (!err || ret)
		return ret;
	snprintf(what, sizeof(what), "%s %s", k->word, c->name);
	memcpy(&bad, (const char *)&c->o + k->bad, sizeof(bad));
	return qos_refused(what, err, bad, k->members);
}

static uint32_t free_id(const struct qos_kind *k, const struct qos_table *t)
{
	uint32_t id = 1;

	while (id <= k->most && k->of(t, id))
		id++;
	return id;
}

/* The number and the name of a new one; @old: the one of that name */
static void set_head(const struct qos_kind *k, struct qos_change *c,
		     const union qos_object *old)
{
	if (!k->named) {
		c->o.head.id = (uint32_t)cmd_get(c->args, k->key)->number;
		return;
	}
	snprintf(c->o.head.name, sizeof(c->o.head.name), "%s", c->name);
	c->o.head.id = (uint32_t)cmd_qos_number(c->args, "id", old ?
						old->head.id :
						free_id(k, c->t));
}

/* The same once more is no mistake: a file of settings is read again */
static int check_same(const struct qos_kind *k, const struct qos_change *c,
		      const union qos_object *old)
{
	if (!memcmp(old, &c->o, k->given))
		return CTL_OK;
	if (old->head.id != c->o.head.id)
		return err_failed("%s %s: is there already, with the number %" PRIu32 "; leave \"id\" out",
				  k->word, c->name, (uint32_t)old->head.id);
	return err_failed("%s %s: is there already, with other settings; \"qos %s set %s\" changes it",
			  k->word, c->name, k->word, c->name);
}

/* Is the number one that can be had */
static int check_id(const struct qos_kind *k, const struct qos_change *c)
{
	const void *owner = k->of(c->t, c->o.head.id);
	union qos_object other;

	if (c->o.head.id > k->most)
		return refuse_room(k, c);
	if (!owner)
		return CTL_OK;
	memcpy(&other, owner, k->size);
	return err_failed("id %" PRIu32 ": the %s %s has it; leave \"id\" out and the next one is taken",
			  (uint32_t)other.head.id, k->word, other.head.name);
}

static int add(struct job *job, struct qos_change *c)
{
	const struct qos_kind *k = job->kind;
	const void *there = find(k, c);
	union qos_object old = {};
	int ret;

	if (there)
		memcpy(&old, there, k->size);
	set_head(k, c, there ? &old : NULL);
	ret = k->fresh(c);
	if (!ret)
		ret = k->take(c);
	if (ret)
		return ret;
	job->same = there;
	job->state = there ? "already there" : "added";
	if (there)
		return check_same(k, c, &old);
	if (k->named)
		ret = check_id(k, c);
	return ret ? ret : set(k, c);
}

static int change(struct job *job, struct qos_change *c)
{
	const struct qos_kind *k = job->kind;
	const void *old = find(k, c);
	int ret;

	if (!old)
		return k->missing(c->t, c->name);
	memcpy(&c->o, old, k->size);
	ret = k->take(c);
	if (ret)
		return ret;
	job->same = !memcmp(old, &c->o, k->given);
	job->state = job->same ? "so already" : "changed";
	return job->same ? CTL_OK : set(k, c);
}

static int del(struct job *job, struct qos_change *c)
{
	const struct qos_kind *k = job->kind;
	const void *old = find(k, c);
	struct shim6_context_ref ref = {};
	char what[40];
	int err;

	if (!old)
		return k->missing(c->t, c->name);
	memcpy(&c->o, old, k->size);
	job->state = "removed";
	ref.id = c->o.head.id;
	err = client_call(c->env->client, k->del, &ref);
	if (err == -EBUSY && k->used)
		return k->used(c);
	snprintf(what, sizeof(what), "%s %s", k->word, c->name);
	return err ? cmd_fail(what, err) : CTL_OK;
}

static int make(struct qos_edit *e)
{
	struct job *job = e->arg;
	struct qos_change c = { .env = e->env, .args = e->args, .t = &e->t };
	int ret;

	memcpy(c.name, job->name, sizeof(c.name));
	job->same = false;
	ret = job->make(job, &c);
	e->same = job->same;
	return ret;
}

static int run(struct cmd_env *env, const struct cmd_args *args,
	       int (*make_one)(struct job *job, struct qos_change *c))
{
	struct job job = { .kind = args->verb->of, .make = make_one };
	struct qos_edit e = { .env = env, .args = args, .arg = &job };
	const struct arg_value *v = cmd_get(args, job.kind->key);
	int ret;

	if (job.kind->named)
		snprintf(job.name, sizeof(job.name), "%s", v->text);
	else
		snprintf(job.name, sizeof(job.name), "%" PRIu64, v->number);
	ret = cmd_qos_edit(&e, make);
	return ret ? ret : cmd_qos_done(env, job.kind->word, job.name,
					job.state);
}

int qos_object_add(struct cmd_env *env, const struct cmd_args *args)
{
	return run(env, args, add);
}

int qos_object_set(struct cmd_env *env, const struct cmd_args *args)
{
	int ret = cmd_qos_check_set(args, 1);

	return ret ? ret : run(env, args, change);
}

int qos_object_del(struct cmd_env *env, const struct cmd_args *args)
{
	return run(env, args, del);
}
