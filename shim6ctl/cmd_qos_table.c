// SPDX-License-Identifier: GPL-2.0
/* The table of classes as a whole: made, saved, loaded, emptied */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "macros.h"
#include "out.h"
#include "qos.h"
#include "settings.h"

/* --- init */

/**
 * struct preset - a class of a profile
 * @name: its name
 * @dscp: codepoint
 * @minor: below the number of the link
 * @rank: order of recovery
 */
struct preset {
	const char *name;
	uint8_t dscp;
	uint16_t minor;
	uint8_t rank;
};

/* The classes that "qos apply" makes of the same profile */
static const struct preset diffserv[] = {
	{ "ctl", 48, 0x10, 1 }, { "ef", 46, 0x11, 2 },
	{ "af4", 34, 0x14, 3 }, { "af3", 26, 0x13, 4 },
	{ "af21", 18, 0x12, 5 }, { "be", 0, 0x16, 6 }, { "le", 1, 0x17, 7 },
	{ NULL, 0, 0, 0 },
};

/* Figure 8 has two, below 152:; Figure 7 tells four apart */
static const struct preset survey[] = {
	{ "ef", 46, 1, 1 }, { "af31", 26, 2, 2 }, { "af21", 18, 2, 3 },
	{ "be", 0, 2, 4 }, { NULL, 0, 0, 0 },
};

/* Its tins by their number, from the lowest */
static const struct preset cake[] = {
	{ "ctl", 48, 4, 1 }, { "voice", 46, 4, 2 }, { "video", 34, 3, 3 },
	{ "be", 0, 2, 4 }, { "bulk", 1, 1, 5 }, { NULL, 0, 0, 0 },
};

/* In the order of qos_profiles */
static const struct preset *const presets[] = {
	diffserv, survey, cake, diffserv,
};

static int preset_class(struct cmd_env *env, const struct qos_table *t,
			const struct preset *p, uint32_t id)
{
	const struct shim6_qos_class *old = qos_class_of(t, id);
	struct shim6_qos_class c = {
		.id = id,
		.dscp = p->dscp,
		.minor = p->minor,
		.rank = p->rank,
	};
	int ret;

	if (!old)
		old = qos_class_named(t, p->name);
	if (old && (old->id != id || strcmp(old->name, p->name)))
		return err_failed("class %s: is in the way of the profile, with the number %" PRIu32 "; \"qos class del %s\", or \"qos flush\", which empties the table",
				  old->name, (uint32_t)old->id, old->name);
	snprintf(c.name, sizeof(c.name), "%s", p->name);
	ret = client_call(env->client, SHIM6_IOC_QOS_CLASS_SET, &c);
	return ret ? cmd_fail("qos init", ret) : CTL_OK;
}

/* Control messages are of the first class, when the profile has one for them */
static int preset_control(struct cmd_env *env, const struct qos_table *t,
			  const struct preset *p)
{
	struct shim6_qos_control c = t->control;
	int ret;

	if (p->dscp != 48)
		return CTL_OK;
	c.klass = 1;
	ret = client_call(env->client, SHIM6_IOC_QOS_CONTROL_SET, &c);
	return ret ? cmd_fail("qos init", ret) : CTL_OK;
}

static int init(struct qos_edit *e)
{
	const struct preset *p = e->arg;
	uint32_t i;
	int ret = CTL_OK;

	for (i = 0; !ret && p[i].name; i++)
		ret = preset_class(e->env, &e->t, &p[i], i + 1);
	return ret ? ret : preset_control(e->env, &e->t, p);
}

int cmd_qos_init(struct cmd_env *env, const struct cmd_args *args)
{
	uint64_t i = cmd_get(args, "profile")->number;
	const struct preset *p = presets[i];
	struct qos_edit e = { .env = env, .args = args, .arg = (void *)p };
	uint64_t n = 0;
	int ret = cmd_qos_edit(&e, init);

	while (p[n].name)
		n++;
	if (ret)
		return ret;
	out_record_begin(env->out);
	out_string(env->out, "profile", "profile", qos_profiles[i]);
	out_number(env->out, "classes", "classes", n);
	out_record_end(env->out);
	return CTL_OK;
}

/* --- load and save */

static int parse_line(int argc, char **argv, const struct cmd_verb **verb,
		      struct cmd_args *args)
{
	int ret = cmd_parse(argc, argv, verb, args);

	if (!ret && !((*verb)->flags & CMD_TABLE))
		ret = err_usage("%s: is not of the table of classes; only what \"qos save\" writes belongs here",
				args->name);
	return ret;
}

struct line {
	const struct cmd_verb *verb;
	const struct cmd_args *args;
};

static int run_line(struct cmd_env *env, void *arg)
{
	const struct line *l = arg;

	return l->verb->run(env, l->args);
}

static int load_line(struct cmd_env *env, int argc, char **argv)
{
	static struct cmd_args args;
	struct line l = { .args = &args };
	int ret = parse_line(argc, argv, &l.verb, &args);

	return ret ? ret : settings_quiet(env, run_line, &l);
}

struct load {
	const char *file;
	unsigned int n;
};

static int load(struct qos_edit *e)
{
	struct load *l = e->arg;

	return settings_read(e->env, l->file, load_line, &l->n);
}

int cmd_qos_load(struct cmd_env *env, const struct cmd_args *args)
{
	struct load l = { .file = cmd_get(args, "file")->text };
	/* It may be a pipe */
	struct qos_edit e = { .env = env, .args = args, .arg = &l,
			      .once = true };
	int ret = cmd_qos_edit(&e, load);

	if (ret)
		return ret;
	out_record_begin(env->out);
	out_string(env->out, "file", "file", l.file);
	out_number(env->out, "commands", "commands", l.n);
	out_record_end(env->out);
	return CTL_OK;
}

static int check_line(struct cmd_env *env, int argc, char **argv)
{
	static struct cmd_args args;
	const struct cmd_verb *verb;

	(void)env;
	return parse_line(argc, argv, &verb, &args);
}

int cmd_qos_load_check(struct cmd_env *env, const struct cmd_args *args)
{
	unsigned int n;

	return settings_read(env, cmd_get(args, "file")->text, check_line, &n);
}

int cmd_qos_save(struct cmd_env *env, const struct cmd_args *args)
{
	struct qos_table t;
	int ret = cmd_qos_table(env, &t);

	(void)args;
	if (!ret)
		qos_table_write(&t, env->net, env->out->file);
	qos_table_free(&t);
	return ret;
}

int cmd_qos_flush(struct cmd_env *env, const struct cmd_args *args)
{
	int ret = client_call(env->client, SHIM6_IOC_QOS_FLUSH, NULL);

	(void)args;
	return ret ? cmd_fail("qos flush", ret) :
		     cmd_qos_done(env, "qos", "table", "empty");
}

const struct arg_spec cmd_qos_init_args[] = {
	{ .name = "profile", .type = ARG_WORD, .words = qos_profiles,
	  .help = "whose classes, as of \"qos apply\"",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};

const struct arg_spec cmd_qos_load_args[] = {
	{ .name = "file", .type = ARG_STRING, .from = ARG_FROM_FILES,
	  .help = "what \"qos save\" printed, commands, one a line; -: standard input",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};
