// SPDX-License-Identifier: GPL-2.0
/* "hba auto": a host whose prefixes come and go, kept as it should be */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "auto_run.h"
#include "auto_store.h"
#include "client.h"
#include "cmd.h"
#include "cmd_auto.h"
#include "err.h"
#include "macros.h"
#include "out.h"
#include "settings.h"

#define DEFAULT_SEC	1
#define DEFAULT_SETTLE	5	/* s */
#define REGULAR_MS	60000	/* a look although nothing was heard */
#define CALM_MS		200	/* changes come in bursts */
#define COLLISIONS_MAX	3	/* RFC 3972 4, step 6 */

static uint64_t seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	/* 0 is for never */
	return (uint64_t)now.tv_sec + 1;
}

/* --- reading */

static void host_free(struct auto_host *h)
{
	free(h->addrs);
	free(h->routes);
	free(h->rules);
	free(h->labels);
	free(h->links);
	*h = (struct auto_host){};
}

static int host_read(struct auto_run *r)
{
	const struct net_ops *ops = r->env->net->ops;
	struct auto_host *h = &r->host;
	struct net *net = r->env->net;
	int ret;

	host_free(h);
	ret = ops->links(net, &h->links, &h->nlinks);
	if (!ret)
		ret = ops->addrs(net, &h->addrs, &h->naddrs);
	if (!ret)
		ret = ops->routes(net, &h->routes, &h->nroutes);
	if (!ret)
		ret = ops->rules(net, &h->rules, &h->nrules);
	if (!ret)
		ret = ops->labels(net, &h->labels, &h->nlabels);
	if (ret)
		return err_failed("addresses and routes: %s", strerror(-ret));
	return CTL_OK;
}

/* --- one look at the host, and what follows from it */

static bool has_collision(const struct auto_run *r)
{
	const struct auto_state *s = &r->state;
	size_t i;

	for (i = 0; i < r->host.naddrs; i++)
		if (r->host.addrs[i].flags & NET_DUPLICATE &&
		    auto_find_set(s, &r->host.addrs[i].addr) == &s->set[0])
			return true;
	return false;
}

static void judge(struct auto_run *r)
{
	enum auto_verdict before = r->verdict;
	char what[32];

	r->verdict = auto_judge(&r->state, &r->opt, r->prefixes, r->nprefix,
				seconds(CLOCK_BOOTTIME));
	if (r->verdict != AUTO_ALONE || before == AUTO_ALONE)
		return;
	snprintf(what, sizeof(what), "%zu of 2", r->nprefix);
	auto_say(r, "a set needs one of each provider", "prefixes", what);
}

static int decide(struct auto_run *r)
{
	if (!r->state.n || !has_collision(r)) {
		judge(r);
		return r->verdict == AUTO_MAKE ? auto_sets_make(r, seconds(CLOCK_REALTIME)) : CTL_OK;
	}
	if (r->collisions == COLLISIONS_MAX)
		return err_failed("hba auto: other hosts have the addresses of %d sets in a row; find out who claims them: \"ip -6 neigh\"",
				  COLLISIONS_MAX);
	r->collisions++;
	return auto_sets_make(r, seconds(CLOCK_REALTIME));
}

static int with_module(struct auto_run *r, struct client *c)
{
	size_t i;
	int ret;

	auto_sets_mark(r, c);
	i = auto_expired(&r->state, seconds(CLOCK_REALTIME));
	ret = i ? auto_sets_drop(r, c, i) : CTL_OK;
	if (!ret)
		ret = decide(r);
	if (!ret)
		auto_sets_load(r, c);
	return ret;
}

static int pass(struct auto_run *r)
{
	struct client c = {};
	int ret = host_read(r);

	r->failed = false;
	if (ret)
		return ret;
	r->nprefix = auto_prefixes(&r->host, &r->state, &r->opt, r->prefixes);
	ret = r->env->open(&c);
	if (ret) {
		if (!r->missing)
			err_missing("%s: the module is not loaded; load it: modprobe shim6",
				    CLIENT_DEVICE);
		r->missing = true;
		return CTL_MISSING;
	}
	r->missing = false;
	ret = with_module(r, &c);
	client_close(&c);
	if (!ret)
		auto_apply(r);
	return ret || r->failed ? CTL_FAILED : CTL_OK;
}

/* --- waiting */

static int timeout_ms(const struct auto_run *r)
{
	uint64_t waited;

	if (r->verdict != AUTO_WAIT)
		return REGULAR_MS;
	waited = seconds(CLOCK_BOOTTIME) - r->state.uncovered;
	return waited < r->opt.settle ?
	       (int)(r->opt.settle - waited) * 1000 : 0;
}

/* Return: false when a signal asks for the end */
static bool wait_for_news(struct auto_run *r, int news, int signals)
{
	struct pollfd p[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = news, .events = POLLIN },
	};

	if (poll(p, ARRAY_SIZE(p), timeout_ms(r)) <= 0)
		return true;
	if (!p[0].revents && poll(p, 1, CALM_MS) <= 0) {
		net_watch_drain(news);
		return true;
	}
	return false;
}

/* Signals wait for the end of what is under way */
static void keep_up(struct auto_run *r, int news, int signals)
{
	struct signalfd_siginfo info;

	do
		pass(r);
	while (wait_for_news(r, news, signals));
	while (read(signals, &info, sizeof(info)) > 0)
		;
}

static int follow(struct auto_run *r)
{
	sigset_t ends, before;
	int news, signals;
	int ret = CTL_OK;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		return err_failed("hba auto: %s", strerror(errno));
	news = net_watch_open();
	if (news < 0) {
		ret = err_failed("rtnetlink: %s", strerror(-news));
	} else {
		sigprocmask(SIG_BLOCK, &ends, &before);
		keep_up(r, news, signals);
		sigprocmask(SIG_SETMASK, &before, NULL);
		close(news);
	}
	close(signals);
	return ret;
}

static int remove_all(struct auto_run *r)
{
	struct client c = {};
	int ret = host_read(r);

	if (ret)
		return ret;
	/* Without the module there is nothing to unload */
	if (r->env->open(&c))
		c = (struct client){};
	while (!ret && r->state.n)
		ret = auto_sets_drop(r, &c, r->state.n - 1);
	client_close(&c);
	if (!ret)
		auto_apply(r);
	return ret || r->failed ? CTL_FAILED : CTL_OK;
}

/* --- what to look at, from the command line and from a file */

static struct auto_run *options_of;

static int take_dev(struct auto_devs *devs, const struct arg_value *v)
{
	if (strlen(v->text) >= IF_NAMESIZE)
		return err_usage("%s %s: names of interfaces have %d characters at most",
				 v->spec->name, v->text, IF_NAMESIZE - 1);
	if (devs->n == AUTO_DEVS)
		return err_usage("%s %s: too many, %d at most", v->spec->name,
				 v->text, AUTO_DEVS);
	strcpy(devs->name[devs->n++], v->text);
	return CTL_OK;
}

static int take_span(struct auto_spans *spans, const struct arg_value *v)
{
	if (spans->n == AUTO_SPANS)
		return err_usage("%s %s: too many, %d at most", v->spec->name,
				 v->text, AUTO_SPANS);
	spans->prefix[spans->n] = v->addr;
	spans->len[spans->n++] = v->len;
	return CTL_OK;
}

static int take_one(struct auto_run *r, const struct arg_value *v)
{
	const char *name = v->spec->name;
	struct auto_options *opt = &r->opt;

	if (!strcmp(name, "dev"))
		return take_dev(&opt->dev, v);
	if (!strcmp(name, "nodev"))
		return take_dev(&opt->nodev, v);
	if (!strcmp(name, "prefix"))
		return take_span(&opt->only, v);
	if (!strcmp(name, "noprefix"))
		return take_span(&opt->except, v);
	if (!strcmp(name, "sec"))
		opt->sec = (unsigned int)v->number;
	else if (!strcmp(name, "settle"))
		opt->settle = (unsigned int)v->number;
	else if (!strcmp(name, "state"))
		snprintf(r->dir, sizeof(r->dir), "%s", v->text);
	return CTL_OK;
}

static int take_all(struct auto_run *r, const struct cmd_args *args)
{
	unsigned int i;
	int ret = CTL_OK;

	for (i = 0; !ret && i < args->n; i++)
		ret = take_one(r, &args->v[i]);
	return ret;
}

/* Is a word, or its beginning, this one */
static bool begins(const char *word, const char *text)
{
	return !strncmp(word, text, strlen(text));
}

/* Other commands are for somebody else, and so is what is wrong with them */
static int take_line(struct cmd_env *env, int argc, char **argv)
{
	static struct cmd_args args;
	const struct cmd_verb *verb;
	int ret;

	if (argc < 2 || !begins("hba", argv[0]) || !begins("auto", argv[1]))
		return CTL_OK;
	ret = cmd_parse(argc, argv, &verb, &args);
	if (!ret && verb->run == cmd_hba_auto)
		ret = cmd_hba_auto_check(env, &args);
	if (!ret && verb->run == cmd_hba_auto)
		ret = take_all(options_of, &args);
	return ret;
}

/* One that is given here and not there is a slip of the finger, while those in
 * a file may come later
 */
static int check_devs(struct auto_run *r, const struct cmd_args *args)
{
	unsigned int i;

	for (i = 0; i < args->n; i++)
		if (!strcmp(args->v[i].spec->name, "dev") &&
		    !r->env->net->ops->index(r->env->net, args->v[i].text))
			return err_failed("dev %s: no such interface; see \"ip link\"",
					  args->v[i].text);
	return CTL_OK;
}

static int take_options(struct auto_run *r, const struct cmd_args *args)
{
	const struct arg_value *config = cmd_get(args, "config");
	int ret = check_devs(r, args);

	r->opt.sec = DEFAULT_SEC;
	r->opt.settle = DEFAULT_SETTLE;
	snprintf(r->dir, sizeof(r->dir), "%s", AUTO_DIR);
	options_of = r;
	if (!ret && config)
		ret = settings_look(r->env, config->text, take_line);
	return ret ? ret : take_all(r, args);
}

int cmd_hba_auto_check(struct cmd_env *env, const struct cmd_args *args)
{
	static const char *const alone[] = { "once", "remove", "config",
					     "state" };
	size_t i;

	(void)env;
	for (i = 0; i < ARRAY_SIZE(alone); i++)
		if (cmd_has(args, alone[i]))
			return err_usage("hba auto %s: not from within a file; it is for the command line",
					 alone[i]);
	return CTL_OK;
}

int cmd_hba_auto(struct cmd_env *env, const struct cmd_args *args)
{
	static struct auto_run run;
	int ret;

	run = (struct auto_run){ .env = env };
	ret = take_options(&run, args);
	if (!ret)
		ret = auto_store_load(run.dir, &run.state);
	if (ret)
		return ret;
	if (cmd_has(args, "remove")) {
		ret = remove_all(&run);
	} else if (cmd_has(args, "once")) {
		run.opt.settle = 0;
		ret = pass(&run);
	} else {
		ret = follow(&run);
	}
	host_free(&run.host);
	return ret;
}

const struct arg_spec cmd_hba_auto_args[] = {
	{ .name = "dev", .type = ARG_STRING, .flags = ARG_MANY,
	  .help = "look at this interface only; all when not given" },
	{ .name = "nodev", .type = ARG_STRING, .flags = ARG_MANY,
	  .help = "leave this interface alone" },
	{ .name = "prefix", .type = ARG_PREFIX, .flags = ARG_MANY,
	  ARG_INSTEAD("any", 0),
	  .help = "take prefixes within this one only; all when not given" },
	{ .name = "noprefix", .type = ARG_PREFIX, .flags = ARG_MANY,
	  .help = "leave prefixes within this one alone" },
	{ .name = "sec", .type = ARG_NUMBER, .max = HBA_SEC_MAX,
	  .help = "strength of new sets; 1 when not given" },
	{ .name = "settle", .type = ARG_NUMBER, .max = 3600,
	  .help = "seconds to wait for further prefixes; 5 when not given" },
	{ .name = "state", .type = ARG_STRING,
	  .help = "folder of the sets; " AUTO_DIR " when not given" },
	{ .name = "config", .type = ARG_STRING, .from = ARG_FROM_FILES,
	  .help = "take what lines \"hba auto\" of this file say, too" },
	{ .name = "once", .type = ARG_FLAG,
	  .help = "do what is to be done now, and end" },
	{ .name = "remove", .type = ARG_FLAG,
	  .help = "take away all that was made" },
	{},
};
