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
#include "quantity.h"
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
	if (quantity_read_rate(v->text, &want->rate) && want->rate >= QOS_RATE_MIN &&
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
	char most[QUANTITY_TEXT], text[QUANTITY_TEXT];

	if (!speed || rate <= speed)
		return CTL_OK;
	return err_failed("rate %s: the link %s does %s at most; a queue that is faster than the link is empty and orders nothing",
			  quantity_rate(rate, text), dev,
			  quantity_rate(speed, most));
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

/**
 * struct target - a device to set up
 * @want: what is asked for
 * @name: of the device
 * @link: of the module, "" without one
 * @b: commands
 * @d: device as it is
 * @state: what became of it
 */
struct target {
	struct qos_want want;
	char name[IF_NAMESIZE];
	char link[SHIM6_QOS_NAME_LEN];
	struct qos_batch b;
	struct qos_device d;
	const char *state;
};

static void show(struct out *o, const struct target *t)
{
	out_string(o, "device", "device", t->d.name);
	if (*t->link)
		out_string(o, "link", "link", t->link);
	out_string(o, "profile", "profile", qos_profiles[t->want.profile]);
	out_string(o, "role", "role", qos_roles[t->want.role]);
	out_string(o, "state", "state", t->state);
}

static int apply(struct cmd_env *env, struct target *t, bool force)
{
	char *dump = NULL;
	int ret = check_room(&t->b, &t->d, force);

	t->state = "applied";
	if (!ret)
		ret = check_speed(&t->want, t->d.name);
	if (!ret)
		ret = qos_trial(env, &t->d, &t->b, &dump);
	if (!ret && is_there(&t->d, dump))
		t->state = "already there, not touched";
	else if (!ret)
		ret = replace(&t->b, &t->d);
	free(dump);
	return ret;
}

static void free_target(struct target *t)
{
	qos_device_free(&t->d);
	qos_batch_free(&t->b);
}

/* --- devices of the module's links */

static bool is_ingress(const struct qos_want *want)
{
	return want->role == QOS_INGRESS;
}

static void take_shares(const struct qos_table *t,
			const struct shim6_qos_link *l, struct qos_want *want)
{
	const struct shim6_qos_class *c;
	struct qos_share *s;

	want->overhead = l->overhead;
	for (c = t->classes; c < t->classes + t->nclasses; c++) {
		if (!l->share[c->id] || !c->minor || want->nshares == QOS_SHARES)
			continue;
		s = &want->shares[want->nshares++];
		snprintf(s->name, sizeof(s->name), "%s", c->name);
		s->minor = c->minor;
		s->permille = l->share[c->id];
	}
}

/* The numbers of the queues must be those that packets carry */
static int check_major(const struct shim6_qos_link *l,
		       const struct qos_want *want)
{
	/* Figure 8 is 2:, which has become 152: */
	unsigned int has = want->profile == QOS_SURVEY ? QOS_FIRST + 2 :
						       QOS_MAJOR;
	unsigned int major = l->major ? l->major : SHIM6_QOS_MAJOR;

	if (major == has || is_ingress(want))
		return CTL_OK;
	return err_failed("link %s: its packets are for %x:, the profile %s makes %x:; \"qos link set %s major %x\"",
			  l->name, major, qos_profiles[want->profile], has,
			  l->name, has);
}

static int aim(struct cmd_env *env, const struct qos_table *table,
	       const struct shim6_qos_link *l, struct target *t)
{
	const char *key = is_ingress(&t->want) ? "down" : "up";
	uint32_t kbit = is_ingress(&t->want) ? l->down_kbit : l->up_kbit;
	int ret = check_major(l, &t->want);

	if (ret)
		return ret;
	snprintf(t->link, sizeof(t->link), "%s", l->name);
	t->want.link = t->link;
	if (!qos_device_name(env->net, l, t->name))
		return err_failed("link %s: has no interface; \"qos link set %s dev eth0\"",
				  l->name, l->name);
	if (t->want.profile == QOS_SURVEY)
		return CTL_OK;
	if (!t->want.rate)
		t->want.rate = kbit * 1000ULL;
	if (!t->want.rate)
		return err_failed("link %s: has no rate; \"qos link set %s %s 50mbit\", or say rate",
				  l->name, l->name, key);
	take_shares(table, l, &t->want);
	return CTL_OK;
}

static int refuse_twice(const struct target *v, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!strcmp(v[i].name, v[n].name))
			return err_failed("link %s: its interface %s is that of the link %s too, and has one tree of classes; name one of them",
					  v[n].link, v[n].name, v[i].link);
	return CTL_OK;
}

/* One link, or all that have an interface */
static int aim_links(struct cmd_env *env, const struct cmd_args *args,
		     const struct qos_table *table, struct target *v,
		     unsigned int *n)
{
	const struct arg_value *name = cmd_get(args, "link");
	const struct shim6_qos_link *l = table->links;
	struct qos_want want = v[0].want;
	int ret = CTL_OK;

	if (name && !qos_link_named(table, name->text))
		return qos_no_link(table, name->text);
	for (; !ret && l < table->links + table->nlinks; l++) {
		if (name ? strcmp(l->name, name->text) : !l->ifindex)
			continue;
		v[*n].want = want;
		ret = aim(env, table, l, &v[*n]);
		if (!ret)
			ret = refuse_twice(v, *n);
		++*n;
	}
	if (!ret && !*n)
		return err_failed("all: no link has an interface; \"qos link set NAME dev eth0\"");
	return ret;
}

static int check_module(const struct cmd_env *env, const char *word)
{
	if (env->client_err)
		return err_missing("%s: the module, which knows the links, is not loaded; load it (modprobe shim6), or say dev and rate",
				   word);
	if (env->client->info.features & SHIM6_FEATURE_QOS)
		return CTL_OK;
	return err_failed("%s: the module (%s) was built without links; say dev and rate",
			  word, env->client->info.version);
}

static int take_links(struct cmd_env *env, const struct cmd_args *args,
		      struct target *v, unsigned int *n)
{
	const char *word = cmd_has(args, "all") ? "all" : "link";
	struct qos_table table = {};
	int ret;

	if (cmd_has(args, "dev") ||
	    (cmd_has(args, "all") && cmd_has(args, "link")))
		return err_usage("%s: give one of dev, link and all, not several", word);
	ret = check_module(env, word);
	if (!ret)
		ret = cmd_qos_table(env, &table);
	if (!ret)
		ret = aim_links(env, args, &table, v, n);
	qos_table_free(&table);
	return ret;
}

/* --- */

/* Nothing is touched before all of it is known */
static int take_targets(struct cmd_env *env, const struct cmd_args *args,
			struct target *v, unsigned int *n)
{
	const struct arg_value *dev = cmd_get(args, "dev");
	unsigned int i;
	int ret = take_want(args, &v[0].want);

	if (ret)
		return ret;
	if (cmd_has(args, "link") || cmd_has(args, "all")) {
		ret = take_links(env, args, v, n);
	} else {
		*n = 1;
		if (dev)
			snprintf(v[0].name, sizeof(v[0].name), "%s", dev->text);
	}
	for (i = 0; !ret && i < *n; i++)
		ret = qos_build(&v[i].want, &v[i].b);
	return ret;
}

static int apply_all(struct cmd_env *env, const struct cmd_args *args,
		     struct target *v, unsigned int n)
{
	unsigned int i;
	int ret = CTL_OK;

	tc_watch();
	for (i = 0; !ret && i < n; i++)
		ret = qos_device_read(v[i].name, &v[i].d);
	for (i = 0; !ret && i < n; i++)
		ret = apply(env, &v[i], cmd_has(args, "force"));
	tc_unwatch();
	return ret;
}

static void show_targets(struct cmd_env *env, const struct cmd_args *args,
			 const struct target *v, unsigned int n)
{
	unsigned int i;

	if (!cmd_has(args, "all")) {
		out_record_begin(env->out);
		show(env->out, v);
		out_record_end(env->out);
		return;
	}
	out_table_begin(env->out, NULL, NULL);
	for (i = 0; i < n; i++) {
		out_row_begin(env->out);
		show(env->out, &v[i]);
		out_row_end(env->out);
	}
	out_table_end(env->out);
}

static int run_targets(struct cmd_env *env, const struct cmd_args *args,
		       struct target *v, unsigned int n)
{
	unsigned int i;
	int ret;

	if (cmd_has(args, "print")) {
		for (i = 0; i < n; i++)
			qos_batch_print(&v[i].b, env->out->file,
					*v[i].name ? v[i].name : NULL);
		return CTL_OK;
	}
	if (!*v[0].name)
		return err_usage("%s: dev is missing: the interface, as \"dev eth0\"; \"print\" needs none",
				 args->name);
	if (!env->admin())
		return err_failed("qos apply: needs CAP_NET_ADMIN; run it as root, or say print");
	ret = apply_all(env, args, v, n);
	if (!ret)
		show_targets(env, args, v, n);
	return ret;
}

static int run_apply(struct cmd_env *env, const struct cmd_args *args)
{
	struct target v[SHIM6_QOS_LINKS] = {};
	unsigned int n = 0;
	unsigned int i;
	int ret = take_targets(env, args, v, &n);

	if (!ret)
		ret = run_targets(env, args, v, n);
	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		free_target(&v[i]);
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
		return err_usage("%s: dev is missing: the interface, as \"dev eth0\"; \"print\" needs none",
				 args->name);
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
	{ .name = "link", .type = ARG_NAME, .from = ARG_FROM_QOS_LINKS,
	  .help = "of the module: its interface, rate and shares" },
	{ .name = "all", .type = ARG_FLAG,
	  .help = "every link of the module that has an interface" },
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
	  .flags = CMD_TRY | CMD_NET | CMD_TOOLS | CMD_ONCE,
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
