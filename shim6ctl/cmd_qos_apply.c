// SPDX-License-Identifier: GPL-2.0
/* A device is set up: what is asked for, what is there, what becomes of it */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"
#include "qos.h"
#include "quantity.h"
#include "tc.h"

static void take_want(const struct cmd_args *args, struct qos_want *want)
{
	const struct arg_value *v = cmd_get(args, "profile");

	memset(want, 0, sizeof(*want));
	want->role = (enum qos_role)cmd_get(args, "role")->number;
	want->profile = v ? (unsigned int)v->number : 0;
	want->router = cmd_has(args, "router");
	want->u32 = cmd_has(args, "u32");
	want->rate = cmd_qos_number(args, "rate", 0);
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

/* What is there already and is not ours */
static int check_room(const struct qos_batch *b, const struct qos_device *d,
		      bool force)
{
	if (qos_batch_needs(b, "dev $D root") && d->major &&
	    !qos_is_ours(d->major) && !force)
		return err_failed("dev %s: has a root queueing discipline of somebody else, %s %x:; remove it (tc qdisc del dev %s root) or say force",
				  d->name, d->root, d->major, d->name);
	if (qos_batch_needs(b, "clsact") && d->ingress)
		return err_failed("dev %s: has an ingress queueing discipline, beside which clsact cannot be; remove it: tc qdisc del dev %s ingress",
				  d->name, d->name);
	return CTL_OK;
}

static bool is_there(const struct qos_device *d, unsigned int ways,
		     const char *dump)
{
	char *now = NULL;
	bool same;

	if (!dump || !qos_device_ours(d, ways))
		return false;
	same = !qos_device_dump(d, ways, &now) && !strcmp(now, dump);
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
 * @state: what became of it; NULL: nothing yet
 * @ret: enum ctl_exit
 */
struct target {
	struct qos_want want;
	char name[IF_NAMESIZE];
	char link[SHIM6_QOS_NAME_LEN];
	struct qos_batch b;
	struct qos_device d;
	const char *state;
	int ret;
};

static void fail(struct target *t, int ret)
{
	t->ret = ret;
	if (ret)
		t->state = "not applied";
}

static void show(struct out *o, const struct target *t)
{
	out_string(o, "device", "device", *t->name ? t->name : NULL);
	if (*t->link)
		out_string(o, "link", "link", t->link);
	out_string(o, "profile", "profile", qos_profiles[t->want.profile]);
	out_string(o, "role", "role", qos_roles[t->want.role]);
	out_string(o, "state", "state", t->state);
}

static int apply(struct cmd_env *env, struct target *t, bool force)
{
	char *dump = NULL;
	int ret = qos_device_read(t->name, &t->d);

	t->state = "applied";
	if (!ret)
		ret = check_room(&t->b, &t->d, force);
	if (!ret)
		ret = check_speed(&t->want, t->d.name);
	if (!ret)
		ret = qos_trial(env, &t->d, &t->b, &dump);
	if (!ret && is_there(&t->d, t->b.ways, dump)) {
		t->state = "already there, not touched";
		/* Whoever made it may not have said how */
		qos_record_save(t->d.index, &t->b);
	} else if (!ret) {
		ret = qos_exchange(&t->d, &t->b);
	}
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
	int ret;

	snprintf(t->link, sizeof(t->link), "%s", l->name);
	t->want.link = t->link;
	if (!qos_device_name(env->net, l, t->name)) {
		*t->name = '\0';
		return err_failed("link %s: has no interface; \"qos link set %s dev eth0\"",
				  l->name, l->name);
	}
	ret = check_major(l, &t->want);
	if (ret)
		return ret;
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

/* Which of them is to have its way with the interface */
static int check_alone(const struct target *v, unsigned int n, unsigned int i)
{
	unsigned int k;

	for (k = 0; k < n; k++)
		if (k != i && !strcmp(v[i].name, v[k].name))
			return err_failed("link %s: its interface %s is that of the link %s too, and has one tree of classes; name one of them",
					  v[i].link, v[i].name, v[k].link);
	return CTL_OK;
}

static int aim_link(struct cmd_env *env, const struct qos_table *table,
		    const char *name, struct target *v, unsigned int *n)
{
	const struct shim6_qos_link *l = qos_link_named(table, name);

	if (!l)
		return qos_no_link(table, name);
	*n = 1;
	return aim(env, table, l, v);
}

/* All that have an interface; what is wrong with one is no matter of others */
static int aim_all(struct cmd_env *env, const struct qos_table *table,
		   struct target *v, unsigned int *n)
{
	const struct shim6_qos_link *l = table->links;
	struct qos_want want = v[0].want;
	unsigned int i;

	for (; l < table->links + table->nlinks; l++) {
		if (!l->ifindex)
			continue;
		v[*n].want = want;
		fail(&v[*n], aim(env, table, l, &v[*n]));
		++*n;
	}
	for (i = 0; i < *n; i++)
		if (!v[i].state)
			fail(&v[i], check_alone(v, *n, i));
	if (*n)
		return CTL_OK;
	return err_failed("all: no link has an interface; \"qos link set NAME dev eth0\"");
}

int cmd_qos_check_links(const struct cmd_env *env, const char *word,
			const char *instead)
{
	if (env->client_err)
		return err_missing("%s: the module, which knows the links, is not loaded; load it (modprobe shim6), or say %s",
				   word, instead);
	if (env->client->info.features & SHIM6_FEATURE_QOS)
		return CTL_OK;
	return err_failed("%s: the module (%s) was built without links; say %s",
			  word, env->client->info.version, instead);
}

static int take_links(struct cmd_env *env, const struct cmd_args *args,
		      struct target *v, unsigned int *n)
{
	struct qos_table table = {};
	int ret;

	ret = cmd_qos_check_links(env, cmd_has(args, "all") ? "all" : "link",
				  "dev and rate");
	if (!ret)
		ret = cmd_qos_table(env, &table);
	if (!ret && cmd_has(args, "all"))
		ret = aim_all(env, &table, v, n);
	else if (!ret)
		ret = aim_link(env, &table, cmd_get(args, "link")->text, v, n);
	qos_table_free(&table);
	return ret;
}

/* --- */

/* One that fails is left out; with words that make no sense all of them are */
static int build(struct target *v, unsigned int n)
{
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		if (v[i].state)
			continue;
		ret = *v[i].name ? qos_device_check(v[i].name) : CTL_OK;
		if (!ret)
			ret = qos_build(&v[i].want, &v[i].b);
		if (ret == CTL_USAGE)
			return ret;
		fail(&v[i], ret);
	}
	return CTL_OK;
}

static bool is_for_links(const struct cmd_args *args)
{
	return cmd_has(args, "link") || cmd_has(args, "all");
}

static int check_words(const struct cmd_args *args)
{
	const char *word = cmd_has(args, "all") ? "all" : "link";

	if (is_for_links(args) &&
	    (cmd_has(args, "dev") ||
	     (cmd_has(args, "all") && cmd_has(args, "link"))))
		return err_usage("%s: give one of dev, link and all, not several", word);
	if (is_for_links(args) || cmd_has(args, "dev") ||
	    cmd_has(args, "print"))
		return CTL_OK;
	return err_usage("%s: dev is missing: an interface, as \"dev eth0\"; or say which links, as \"link isp1\" or \"all\"; \"print\" needs none",
			 args->name);
}

static int take_targets(struct cmd_env *env, const struct cmd_args *args,
			struct target *v, unsigned int *n)
{
	const struct arg_value *dev = cmd_get(args, "dev");
	int ret = check_words(args);

	if (ret)
		return ret;
	take_want(args, &v[0].want);
	if (is_for_links(args))
		ret = take_links(env, args, v, n);
	else
		*n = 1;
	if (dev)
		snprintf(v[0].name, sizeof(v[0].name), "%s", dev->text);
	return ret ? ret : build(v, *n);
}

/* The first of them that failed */
static int result(const struct target *v, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (v[i].ret)
			return v[i].ret;
	return CTL_OK;
}

/* When somebody interrupts it, the others are not touched any more */
static void apply_all(struct cmd_env *env, struct target *v, unsigned int n,
		      bool force)
{
	unsigned int i;
	bool stop;
	int lock;

	tc_watch();
	stop = qos_lock(&lock);
	for (i = 0; i < n; i++) {
		if (v[i].state)
			continue;
		fail(&v[i], stop ? CTL_FAILED : apply(env, &v[i], force));
		stop = stop || tc_watched();
	}
	qos_unlock(lock);
	tc_unwatch();
}

static void show_one(struct out *o, const struct target *t)
{
	if (t->ret)
		return;
	out_record_begin(o);
	show(o, t);
	out_record_end(o);
}

static void show_all(struct out *o, const struct target *v, unsigned int n)
{
	unsigned int i;

	out_table_begin(o, NULL, NULL);
	for (i = 0; i < n; i++) {
		out_row_begin(o);
		show(o, &v[i]);
		out_row_end(o);
	}
	out_table_end(o);
}

static void print(FILE *f, const struct target *v, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!v[i].state)
			qos_batch_print(&v[i].b, f, *v[i].name ? v[i].name :
								 NULL);
}

static int run_targets(struct cmd_env *env, const struct cmd_args *args,
		       struct target *v, unsigned int n)
{
	if (cmd_has(args, "print")) {
		print(env->out->file, v, n);
		return result(v, n);
	}
	if (!env->admin())
		return err_failed("qos apply: needs CAP_NET_ADMIN; run it as root, or say print");
	apply_all(env, v, n, cmd_has(args, "force"));
	if (cmd_has(args, "all"))
		show_all(env->out, v, n);
	else
		show_one(env->out, v);
	return result(v, n);
}

int cmd_qos_apply(struct cmd_env *env, const struct cmd_args *args)
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

int cmd_qos_check_print(const struct cmd_args *args)
{
	return err_usage("%s: print: sets nothing in this host; only what does belongs here",
			 args->name);
}

/* The links, and so their rates, may be made by the lines before this one */
int cmd_qos_apply_check(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *dev = cmd_get(args, "dev");
	struct target t = {};
	int ret = check_words(args);

	(void)env;
	if (!ret && cmd_has(args, "print"))
		ret = cmd_qos_check_print(args);
	if (ret)
		return ret;
	take_want(args, &t.want);
	if (is_for_links(args) && !t.want.rate &&
	    t.want.profile != QOS_SURVEY)
		t.want.rate = QOS_RATE_MAX;
	if (dev)
		snprintf(t.name, sizeof(t.name), "%s", dev->text);
	ret = build(&t, 1);
	if (!ret)
		ret = t.ret;
	free_target(&t);
	return ret;
}

const struct arg_spec cmd_qos_apply_args[] = {
	{ .name = "role", .type = ARG_WORD, .words = qos_roles,
	  .help = "what the device is in the network",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "dev", .type = ARG_DEV, .help = "interface" },
	{ .name = "link", .type = ARG_NAME, .from = ARG_FROM_QOS_LINKS,
	  .help = "of the module: its interface, rate and shares" },
	{ .name = "all", .type = ARG_FLAG,
	  .help = "every link of the module that has an interface" },
	{ .name = "profile", .type = ARG_WORD, .words = qos_profiles,
	  .help = "which set of classes; without: diffserv" },
	{ .name = "rate", .type = ARG_RATE, .min = QOS_RATE_MIN,
	  .max = QOS_RATE_MAX,
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

