// SPDX-License-Identifier: GPL-2.0
/* A device gets its default back */
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"
#include "qos.h"

static bool is_print(const struct cmd_args *args)
{
	return cmd_has(args, "print");
}

static int check_words(const struct cmd_args *args)
{
	const struct arg_value *dev = cmd_get(args, "dev");

	if (cmd_has(args, "all") && (dev || is_print(args)))
		return err_usage("all: not with %s; leave one of them out",
				 dev ? "dev" : "print");
	if (dev)
		return qos_device_check(dev->text);
	if (cmd_has(args, "all") || is_print(args))
		return CTL_OK;
	return err_usage("%s: dev is missing: the interface, as \"dev eth0\", or \"all\" for those of the links; \"print\" needs none",
			 args->name);
}

int cmd_qos_remove_check(struct cmd_env *env, const struct cmd_args *args)
{
	int ret = check_words(args);

	(void)env;
	return !ret && is_print(args) ? cmd_qos_check_print(args) : ret;
}

static int strip(struct qos_device *d, const char *name, const char **state)
{
	int ret = qos_device_read(name, d);

	*state = "not removed";
	if (!ret && !qos_device_ours(d, QOS_BOTH_WAYS)) {
		*state = "there was nothing of ours";
	} else if (!ret) {
		ret = qos_device_strip(d, QOS_BOTH_WAYS);
		*state = ret ? *state : "removed";
	}
	if (!ret)
		qos_record_drop(d->index, QOS_BOTH_WAYS);
	return ret;
}

static void show(struct out *o, const struct qos_device *d, const char *name,
		 const char *state)
{
	out_string(o, "device", "device", name);
	out_string(o, "state", "state", state);
	out_string(o, "root", "root queueing discipline",
		   *d->root ? d->root : NULL);
}

static int remove_one(struct cmd_env *env, const char *name)
{
	struct qos_device d = {};
	const char *state;
	int ret = strip(&d, name, &state);

	if (!ret) {
		out_record_begin(env->out);
		show(env->out, &d, name, state);
		out_record_end(env->out);
	}
	qos_device_free(&d);
	return ret;
}

/* What is wrong with one is no matter of the others */
static int remove_links(struct cmd_env *env, const struct qos_table *t)
{
	const struct shim6_qos_link *l = t->links;
	char name[IF_NAMESIZE];
	struct qos_device d;
	int first = CTL_OK;
	const char *state;
	int ret;

	out_table_begin(env->out, NULL, NULL);
	for (; l < t->links + t->nlinks; l++) {
		if (!qos_device_name(env->net, l, name))
			continue;
		ret = strip(&d, name, &state);
		out_row_begin(env->out);
		show(env->out, &d, name, state);
		out_row_end(env->out);
		qos_device_free(&d);
		if (!first)
			first = ret;
	}
	out_table_end(env->out);
	return first;
}

static int remove_all(struct cmd_env *env)
{
	struct qos_table t = {};
	int ret = cmd_qos_check_links(env, "all", "dev");

	if (!ret)
		ret = cmd_qos_table(env, &t);
	if (!ret)
		ret = remove_links(env, &t);
	qos_table_free(&t);
	return ret;
}

int cmd_qos_remove(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *dev = cmd_get(args, "dev");
	int ret = check_words(args);
	int lock;

	if (ret)
		return ret;
	if (is_print(args)) {
		qos_print_remove(env->out->file, dev ? dev->text : "eth0");
		return CTL_OK;
	}
	if (!env->admin())
		return err_failed("qos remove: needs CAP_NET_ADMIN; run it as root, or say print");
	ret = qos_lock(&lock);
	if (!ret)
		ret = dev ? remove_one(env, dev->text) : remove_all(env);
	qos_unlock(lock);
	return ret;
}

const struct arg_spec cmd_qos_remove_args[] = {
	{ .name = "dev", .type = ARG_DEV, .help = "interface" },
	{ .name = "all", .type = ARG_FLAG,
	  .help = "those of every link of the module" },
	{ .name = "print", .type = ARG_FLAG,
	  .help = "a script for a shell instead; nothing is done" },
	{},
};
