// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"
#include "qos.h"
#include "qos_check.h"
#include "tc.h"
#include "verbs.h"

static int take_want(const struct cmd_args *args, struct qos_want *want)
{
	const struct arg_value *v = cmd_get(args, "profile");

	memset(want, 0, sizeof(*want));
	want->role = (enum qos_role)cmd_get(args, "role")->number;
	want->profile = v ? (unsigned int)v->number : 0;
	want->router = cmd_has(args, "router");
	want->u32 = cmd_has(args, "u32");
	v = cmd_get(args, "rate");
	if (!v)
		return CTL_OK;
	if (qos_rate(v->text, &want->rate) && want->rate >= QOS_RATE_MIN &&
	    want->rate <= QOS_RATE_MAX)
		return CTL_OK;
	return err_usage("rate %s: must be 100kbit to 100gbit, such as 50mbit",
			 v->text);
}

/* Figures have a rate too */
static int check_speed(const struct qos_want *want, const char *dev)
{
	uint64_t rate = want->rate ? want->rate : 10000000;
	uint64_t speed = tc_speed(dev);
	char most[QOS_RATE_TEXT], text[QOS_RATE_TEXT];

	if (!speed || rate <= speed)
		return CTL_OK;
	return err_failed("rate %s: the link %s does %s at most; a queue that is faster than the link is empty and orders nothing",
			  qos_rate_text(rate, text), dev,
			  qos_rate_text(speed, most));
}

static bool needs(const struct qos_batch *b, const char *words)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strstr(b->v[i].text, words))
			return true;
	return false;
}

/* What is there already and is not ours */
static int check_room(const struct qos_batch *b, const struct qos_device *d,
		      bool force)
{
	if (needs(b, "dev $D root") && d->major && !qos_is_ours(d->major) &&
	    !force)
		return err_failed("dev %s: has a root queueing discipline of somebody else, %s %x:; remove it (tc qdisc del dev %s root) or say force",
				  d->name, d->root, d->major, d->name);
	if (needs(b, "clsact") && d->ingress)
		return err_failed("dev %s: has an ingress queueing discipline, beside which clsact cannot be; remove it: tc qdisc del dev %s ingress",
				  d->name, d->name);
	return CTL_OK;
}

static void undo(const char *name)
{
	struct qos_device d;

	tc_forget();
	if (!qos_device_read(name, &d))
		qos_device_strip(&d);
	qos_device_free(&d);
}

static int install(const struct qos_batch *b, const struct qos_device *d,
		   const char *now)
{
	char why[700];
	int ret = qos_run_batch(b, d, why, sizeof(why));

	if (!ret && tc_watched())
		ret = -EINTR;
	if (!ret)
		return CTL_OK;
	if (ret == -EINTR)
		snprintf(why, sizeof(why), "interrupted");
	return err_failed("%s; dev %s %s", why, d->name, now);
}

static int clear_root(const struct qos_batch *b, const struct qos_device *d)
{
	const char *const argv[] = { "tc", "qdisc", "del", "dev", d->name,
				     "root", NULL };
	struct tc_said said;
	char why[256];
	int ret;

	if (!needs(b, "dev $D root") || !d->major)
		return CTL_OK;
	ret = tc_run(argv, NULL, &said);
	tc_reason(&said, why, sizeof(why));
	if (ret || said.status)
		ret = err_failed("dev %s: its root queueing discipline cannot be removed: %s",
				 d->name, why);
	tc_free(&said);
	return ret;
}

static int replace(const struct qos_batch *b, struct qos_device *d)
{
	bool had = qos_device_ours(d) ||
		   (needs(b, "dev $D root") && d->major);
	int ret = CTL_OK;

	if (qos_device_ours(d))
		ret = qos_device_strip(d);
	if (!ret)
		ret = clear_root(b, d);
	if (!ret)
		ret = install(b, d, had ? "has its default now" :
					  "is as it was before");
	if (ret)
		undo(d->name);
	return ret;
}

static bool is_there(const struct qos_device *d, const char *dump)
{
	char *now = NULL;
	bool same;

	if (!dump || !qos_device_ours(d))
		return false;
	same = !qos_device_dump(d, &now) && !strcmp(now, dump);
	free(now);
	return same;
}

static void show(struct cmd_env *env, const struct qos_want *want,
		 const struct qos_device *d, const char *state)
{
	out_record_begin(env->out);
	out_string(env->out, "device", "device", d->name);
	out_string(env->out, "profile", "profile", qos_profiles[want->profile]);
	out_string(env->out, "role", "role", qos_roles[want->role]);
	out_string(env->out, "state", "state", state);
	out_record_end(env->out);
}

static int apply(struct cmd_env *env, const struct qos_want *want,
		 const struct qos_batch *b, struct qos_device *d, bool force)
{
	const char *state = "applied";
	char *dump = NULL;
	int ret = check_room(b, d, force);

	if (!ret)
		ret = check_speed(want, d->name);
	if (!ret)
		ret = qos_trial(env, d, b, &dump);
	if (!ret && is_there(d, dump))
		state = "already there, not touched";
	else if (!ret)
		ret = replace(b, d);
	free(dump);
	if (!ret)
		show(env, want, d, state);
	return ret;
}

static int run_apply(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *dev = cmd_get(args, "dev");
	struct qos_device d = {};
	struct qos_batch b = {};
	struct qos_want want;
	int ret = take_want(args, &want);

	if (!ret)
		ret = qos_build(&want, &b);
	if (!ret && cmd_has(args, "print")) {
		qos_batch_print(&b, env->out->file, dev ? dev->text : NULL);
	} else if (!ret && !dev) {
		ret = err_usage("dev: is missing: the interface; \"print\" needs none");
	} else if (!ret && !env->admin()) {
		ret = err_failed("qos apply: needs CAP_NET_ADMIN; run it as root, or say print");
	} else if (!ret) {
		tc_watch();
		ret = qos_device_read(dev->text, &d);
		if (!ret)
			ret = apply(env, &want, &b, &d, cmd_has(args, "force"));
		tc_unwatch();
	}
	qos_device_free(&d);
	qos_batch_free(&b);
	return ret;
}

static int run_remove(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *dev = cmd_get(args, "dev");
	struct qos_device d;
	bool had = false;
	int ret;

	if (cmd_has(args, "print")) {
		qos_print_remove(env->out->file, dev ? dev->text : "eth0");
		return CTL_OK;
	}
	if (!dev)
		return err_usage("dev: is missing: the interface; \"print\" needs none");
	if (!env->admin())
		return err_failed("qos remove: needs CAP_NET_ADMIN; run it as root, or say print");
	ret = qos_device_read(dev->text, &d);
	if (!ret) {
		had = qos_device_ours(&d);
		ret = qos_device_strip(&d);
	}
	if (!ret) {
		out_record_begin(env->out);
		out_string(env->out, "device", "device", d.name);
		out_string(env->out, "state", "state",
			   had ? "removed" : "there was nothing of ours");
		out_string(env->out, "root", "root queueing discipline",
			   d.root);
		out_record_end(env->out);
	}
	qos_device_free(&d);
	return ret;
}

static int run_translate(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *name = cmd_get(args, "file");
	FILE *file = name ? fopen(name->text, "re") : stdin;
	struct qos_batch b = {};
	int ret;

	if (!file)
		return err_failed("file %s: %s", name->text, strerror(errno));
	ret = qos_translate(file, name ? name->text : "standard input",
			    cmd_has(args, "u32"), cmd_has(args, "router"), &b);
	if (!ret)
		qos_batch_print(&b, env->out->file, NULL);
	qos_batch_free(&b);
	if (name)
		fclose(file);
	return ret;
}

static const struct arg_spec apply_args[] = {
	{ .name = "role", .type = ARG_WORD, .words = qos_roles,
	  .help = "what the device is in the network",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "dev", .type = ARG_STRING, .help = "interface" },
	{ .name = "profile", .type = ARG_WORD, .words = qos_profiles,
	  .help = "which set of classes; without: diffserv" },
	{ .name = "rate", .type = ARG_STRING,
	  .help = "what the link can do, for ingress what arrives, as 50mbit" },
	{ .name = "router", .type = ARG_FLAG,
	  .help = "look through the header of Shim6: no module is here" },
	{ .name = "u32", .type = ARG_FLAG,
	  .help = "classify with u32 where flower is usual" },
	{ .name = "print", .type = ARG_FLAG,
	  .help = "a script for a shell instead; nothing is done" },
	{ .name = "force", .type = ARG_FLAG,
	  .help = "also when somebody else has set up the device" },
	{},
};

static const struct arg_spec remove_args[] = {
	{ .name = "dev", .type = ARG_STRING, .help = "interface" },
	{ .name = "print", .type = ARG_FLAG,
	  .help = "a script for a shell instead; nothing is done" },
	{},
};

static const struct arg_spec check_args[] = {
	{ .name = "dev", .type = ARG_STRING, .help = "interface" },
	{ .name = "file", .type = ARG_STRING,
	  .help = "a script with commands of tc" },
	{},
};

static const struct arg_spec translate_args[] = {
	{ .name = "file", .type = ARG_STRING,
	  .help = "old commands, one a line; without: standard input" },
	{ .name = "router", .type = ARG_FLAG,
	  .help = "look through the header of Shim6" },
	{ .name = "u32", .type = ARG_FLAG,
	  .help = "classify with u32 instead of flower" },
	{},
};

#define PART(what, text, of)						\
	{ .name = (what), .help = (text), .verbs = (of) }

const struct cmd_verb qos_verbs[] = {
	{ .name = "apply", .help = "set up a device",
	  .flags = CMD_TOOLS | CMD_ONCE,
	  .args = apply_args, .run = run_apply },
	{ .name = "remove", .help = "give a device its default back",
	  .flags = CMD_TOOLS | CMD_ONCE, .args = remove_args,
	  .run = run_remove },
	{ .name = "check", .help = "name what would not work, and what would mend it; exit status 1: warnings, 2: it would not work",
	  .flags = CMD_ADMIN | CMD_TOOLS | CMD_FILES, .args = check_args,
	  .run = qos_check },
	{ .name = "translate", .help = "commands for dsmark, tcindex and CBQ as a script of today",
	  .flags = CMD_FILES, .args = translate_args, .run = run_translate },
	PART("class", "what packets of one kind get", qos_class_verbs),
	PART("link", "providers: their locators, rates and weights",
	     qos_link_verbs),
	PART("rule", "which class a packet is of", qos_rule_verbs),
	PART("control", "our own messages", qos_control_verbs),
	PART("police", "how many messages are served", qos_police_verbs),
	PART("share", "how contexts are spread over the links",
	     qos_share_verbs),
	PART("trust", "packets without a rule", qos_trust_verbs),
	{ .name = "init", .help = "make the classes of a profile, all at once",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = cmd_qos_init_args, .run = cmd_qos_init },
	{ .name = "flush", .help = "empty the table: no classes, links, rules and limits",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .run = cmd_qos_flush },
	{ .name = "load", .help = "carry out the commands in a file, all of them or none",
	  .flags = CMD_MODULE | CMD_NET | CMD_ADMIN | CMD_FILES,
	  .features = SHIM6_FEATURE_QOS, .args = cmd_qos_load_args,
	  .run = cmd_qos_load, .check = cmd_qos_load_check },
	{ .name = "save", .help = "print the commands that make the table",
	  .flags = CMD_MODULE | CMD_NET, .features = SHIM6_FEATURE_QOS,
	  .run = cmd_qos_save },
	{ .name = "show", .help = "what is configured, and what became of the packets",
	  .flags = CMD_MODULE | CMD_NET, .features = SHIM6_FEATURE_QOS,
	  .args = cmd_qos_show_args, .run = cmd_qos_show },
	{},
};
