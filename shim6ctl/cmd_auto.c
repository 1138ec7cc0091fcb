// SPDX-License-Identifier: GPL-2.0
/* "hba auto": a host whose prefixes come and go, kept as it should be */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "auto.h"
#include "auto_store.h"
#include "client.h"
#include "cmd.h"
#include "cmd_auto.h"
#include "err.h"
#include "macros.h"
#include "out.h"
#include "search.h"

#define DEFAULT_SEC	1
#define DEFAULT_SETTLE	5	/* s */
#define REGULAR_MS	60000	/* a look although nothing was heard */
#define CALM_MS		200	/* changes come in bursts */
#define PREFIX_TEXT	(INET6_ADDRSTRLEN + 12)
#define COLLISIONS_MAX	3	/* RFC 3972 4, step 6 */

/**
 * struct run - one run of the command
 * @env: what it works with
 * @dir: folder of the sets
 * @opt: options
 * @state: sets
 * @host: the host, read anew in each pass
 * @prefixes: its prefixes
 * @nprefix: how many
 * @collisions: sets in a row of which an address was somebody else's
 * @verdict: of the last pass
 * @missing: the module was not there in the last pass
 * @failed: something could not be done in the last pass
 */
struct run {
	struct cmd_env *env;
	const char *dir;
	struct auto_options opt;
	struct auto_state state;
	struct auto_host host;
	struct auto_prefix prefixes[AUTO_PREFIXES];
	size_t nprefix;
	unsigned int collisions;
	enum auto_verdict verdict;
	bool missing;
	bool failed;
};

static uint64_t seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	/* 0 is for never */
	return (uint64_t)now.tv_sec + 1;
}

/* --- what was done, a line each */

static void say(struct run *r, const char *action, const char *object,
		const char *what)
{
	struct out *o = r->env->out;

	if (!o->as_json) {
		fprintf(o->file, "%s %s: %s\n", object, what, action);
	} else {
		out_record_begin(o);
		out_string(o, "action", NULL, action);
		out_string(o, "object", NULL, object);
		out_string(o, "value", NULL, what);
		out_record_end(o);
	}
	fflush(o->file);
}

static void fail(struct run *r, const char *action, const char *object,
		 const char *what, int err)
{
	r->failed = true;
	err_failed("%s %s: cannot be %s: %s", object, what, action,
		   strerror(-err));
}

/* Report @action, or why not */
static void tell(struct run *r, const char *action, const char *object,
		 const char *what, int err)
{
	if (err)
		fail(r, action, object, what, err);
	else
		say(r, action, object, what);
}

static void text_prefix(const struct in6_addr *addr, unsigned int len,
			char *text, size_t room)
{
	char a[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, a, sizeof(a));
	snprintf(text, room, "%s/%u", a, len);
}

static void text_life(uint32_t life, char *text, size_t room)
{
	if (!life)
		snprintf(text, room, "no more");
	else if (life == NET_FOREVER)
		snprintf(text, room, "forever");
	else
		snprintf(text, room, "for %" PRIu32 " s", life);
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

static int host_read(struct run *r)
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

/* --- the module */

static void mark_used(struct run *r, struct client *c)
{
	struct shim6_context_entry *v;
	const struct auto_set *s;
	struct in6_addr ulid;
	size_t n, i;

	for (i = 0; i < r->state.n; i++)
		r->state.set[i].used = false;
	if (client_contexts(c, &v, &n))
		return;
	for (i = 0; i < n; i++) {
		ulid = v[i].ulid_local;
		s = auto_find_set(&r->state, &ulid);
		if (s)
			r->state.set[s - r->state.set].used = true;
	}
	free(v);
}

static bool is_loaded(const struct shim6_hba_set *v, size_t n,
		      const struct hba_pds *pds, uint32_t *id)
{
	struct hba_pds other;
	size_t i;

	for (i = 0; i < n; i++) {
		if (hba_parse(&other, v[i].pds, v[i].pds_len) ||
		    !hba_same_set(&other, pds))
			continue;
		*id = v[i].id;
		return true;
	}
	return false;
}

static void load_sets(struct run *r, struct client *c)
{
	struct shim6_hba_set *v = NULL;
	const struct hba_pds *pds;
	size_t n = 0, i;
	char what[32];
	uint32_t id;
	int err = client_sets(c, &v, &n);

	for (i = 0; !err && i < r->state.n; i++) {
		pds = &r->state.set[i].set.pds;
		if (is_loaded(v, n, pds, &id))
			continue;
		err = client_set_add(c, pds->raw, pds->len, &id);
		snprintf(what, sizeof(what), "%" PRIu32, id);
		if (!err)
			say(r, "loaded into the module", "set", what);
	}
	if (err)
		fail(r, "loaded into the module", "set", "of this host", err);
	free(v);
}

static void unload_set(struct run *r, struct client *c,
		       const struct hba_pds *pds)
{
	struct shim6_hba_set *v = NULL;
	size_t n = 0;
	char what[32];
	uint32_t id;

	if (client_sets(c, &v, &n) || !is_loaded(v, n, pds, &id)) {
		free(v);
		return;
	}
	free(v);
	snprintf(what, sizeof(what), "%" PRIu32, id);
	tell(r, "unloaded from the module", "set", what,
	     client_set_del(c, id));
}

/* --- making and dropping sets */

static int make_set(struct run *r)
{
	struct in6_addr members[AUTO_PREFIXES];
	struct hba_set set = {};
	char what[32];
	size_t n = auto_members(&r->state, &r->host, r->prefixes, r->nprefix,
				members);
	int ret = hba_build(&set.pds, members, n);

	if (!ret && r->opt.sec)
		ret = search_modifier(&set.pds, r->opt.sec, true);
	if (ret)
		return err_failed("hba auto: %s", strerror(-ret));
	for (; set.naddr < n; set.naddr++)
		hba_address(&set.pds, &members[set.naddr], r->opt.sec,
			    &set.addr[set.naddr]);
	ret = auto_store_push(r->dir, &r->state, &set,
			      seconds(CLOCK_REALTIME));
	snprintf(what, sizeof(what), "of %zu prefixes", n);
	if (!ret)
		say(r, "made", "set", what);
	return ret;
}

/* What only the set itself tells to be ours goes before it is forgotten */
static int drop_set(struct run *r, struct client *c, size_t i)
{
	const struct net_ops *ops = r->env->net->ops;
	struct auto_set *s = &r->state.set[i];
	struct auto_host *h = &r->host;
	char what[PREFIX_TEXT];
	size_t k;

	for (k = 0; k < h->nlabels; k++)
		if (h->labels[k].len == 128 &&
		    auto_find_set(&r->state, &h->labels[k].prefix) == s)
			ops->change_label(r->env->net, &h->labels[k], false);
	for (k = 0; k < h->naddrs; k++) {
		if (auto_find_set(&r->state, &h->addrs[k].addr) != s)
			continue;
		text_prefix(&h->addrs[k].addr, h->addrs[k].len, what,
			    sizeof(what));
		tell(r, "removed", "address", what,
		     ops->change(r->env->net, &h->addrs[k], false));
	}
	unload_set(r, c, &s->set.pds);
	return auto_store_drop(r->dir, &r->state, i);
}

/* --- applying a plan */

/* A lifetime that merely goes on is not worth a line */
static bool is_news(const struct run *r, const struct net_addr *want)
{
	const struct net_addr *a;
	size_t i;

	for (i = 0; i < r->host.naddrs; i++) {
		a = &r->host.addrs[i];
		if (auto_same_addr(a, want))
			return !a->preferred != !want->preferred;
	}
	return true;
}

static void renew(struct run *r, const struct net_addr *a)
{
	char what[PREFIX_TEXT], action[96], valid[32], pref[32];
	struct net *net = r->env->net;
	int err = net->ops->renew(net, a);

	text_prefix(&a->addr, a->len, what, sizeof(what));
	text_life(a->valid, valid, sizeof(valid));
	text_life(a->preferred, pref, sizeof(pref));
	snprintf(action, sizeof(action), "valid %s, preferred %s", valid,
		 pref);
	if (err)
		fail(r, "set", "address", what, err);
	else if (is_news(r, a))
		say(r, action, "address", what);
}

static void apply_addrs(struct run *r, const struct auto_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->naddrs; i++)
		renew(r, &plan->addrs[i]);
}

static void text_rule(const struct net_rule *rule, char *text, size_t room)
{
	char from[PREFIX_TEXT] = "all";

	if (rule->src_len)
		text_prefix(&rule->src, rule->src_len, from, sizeof(from));
	snprintf(text, room, "from %s lookup %u", from, rule->table);
}

static void change_rule(struct run *r, const struct net_rule *rule, bool add)
{
	char what[PREFIX_TEXT + 32];

	text_rule(rule, what, sizeof(what));
	tell(r, add ? "added" : "removed", "rule", what,
	     r->env->net->ops->change_rule(r->env->net, rule, add));
}

static void change_route(struct run *r, const struct net_route *route,
			 bool add)
{
	char what[INET6_ADDRSTRLEN + IF_NAMESIZE + 48];
	char via[INET6_ADDRSTRLEN];
	char dev[IF_NAMESIZE];

	inet_ntop(AF_INET6, &route->gateway, via, sizeof(via));
	r->env->net->ops->name(r->env->net, route->ifindex, dev);
	snprintf(what, sizeof(what), "default via %s dev %s table %u", via,
		 dev, route->table);
	tell(r, add ? "added" : "removed", "route", what,
	     r->env->net->ops->change_route(r->env->net, route, add));
}

static void change_label(struct run *r, const struct net_label *label,
			 bool add)
{
	char what[PREFIX_TEXT + 16];
	char prefix[PREFIX_TEXT];

	text_prefix(&label->prefix, label->len, prefix, sizeof(prefix));
	snprintf(what, sizeof(what), "%s %" PRIu32, prefix, label->label);
	tell(r, add ? "added" : "removed", "label", what,
	     r->env->net->ops->change_label(r->env->net, label, add));
}

/* Ours that are there, and not among those wanted, go; those missing come */
#define APPLY(r, plan, list, count, same, is_ours, change)		\
do {									\
	const struct auto_host *host = &(r)->host;			\
	size_t i, k;							\
									\
	for (i = 0; i < host->count; i++) {				\
		if (!is_ours(r, &host->list[i]))			\
			continue;					\
		for (k = 0; k < (plan)->count; k++)			\
			if (same(&host->list[i], &(plan)->list[k]))	\
				break;					\
		if (k == (plan)->count)					\
			change(r, &host->list[i], false);		\
	}								\
	for (k = 0; k < (plan)->count; k++) {				\
		for (i = 0; i < host->count; i++)			\
			if (same(&host->list[i], &(plan)->list[k]))	\
				break;					\
		if (i == host->count)					\
			change(r, &(plan)->list[k], true);		\
	}								\
} while (0)

static bool is_our_rule(struct run *r, const struct net_rule *rule)
{
	(void)r;
	return rule->protocol == AUTO_PROTOCOL;
}

static bool is_our_route(struct run *r, const struct net_route *route)
{
	(void)r;
	return route->protocol == AUTO_PROTOCOL;
}

static bool is_our_label(struct run *r, const struct net_label *label)
{
	return label->label == AUTO_LABEL ||
	       (label->len == 128 && auto_find_set(&r->state, &label->prefix));
}

static void apply(struct run *r)
{
	struct auto_plan plan;

	auto_plan_make(&plan, &r->host, &r->state, r->prefixes, r->nprefix);
	/* Labels first: no program may choose another address meanwhile */
	APPLY(r, &plan, labels, nlabels, auto_same_label, is_our_label,
	      change_label);
	APPLY(r, &plan, routes, nroutes, auto_same_route, is_our_route,
	      change_route);
	APPLY(r, &plan, rules, nrules, auto_same_rule, is_our_rule,
	      change_rule);
	apply_addrs(r, &plan);
	auto_plan_free(&plan);
}

/* --- one look at the host, and what follows from it */

static bool has_collision(const struct run *r)
{
	const struct auto_state *s = &r->state;
	size_t i;

	for (i = 0; i < r->host.naddrs; i++)
		if (r->host.addrs[i].flags & NET_DUPLICATE &&
		    auto_find_set(s, &r->host.addrs[i].addr) == &s->set[0])
			return true;
	return false;
}

static void judge(struct run *r)
{
	enum auto_verdict before = r->verdict;
	char what[32];

	r->verdict = auto_judge(&r->state, &r->opt, r->prefixes, r->nprefix,
				seconds(CLOCK_BOOTTIME));
	if (r->verdict != AUTO_ALONE || before == AUTO_ALONE)
		return;
	snprintf(what, sizeof(what), "%zu of 2", r->nprefix);
	say(r, "a set needs one of each provider", "prefixes", what);
}

static int decide(struct run *r)
{
	if (!r->state.n || !has_collision(r)) {
		judge(r);
		return r->verdict == AUTO_MAKE ? make_set(r) : CTL_OK;
	}
	if (r->collisions == COLLISIONS_MAX)
		return err_failed("hba auto: other hosts have the addresses of %d sets in a row; find out who claims them: \"ip -6 neigh\"",
				  COLLISIONS_MAX);
	r->collisions++;
	return make_set(r);
}

static int with_module(struct run *r, struct client *c)
{
	size_t i;
	int ret;

	mark_used(r, c);
	i = auto_expired(&r->state, seconds(CLOCK_REALTIME));
	ret = i ? drop_set(r, c, i) : CTL_OK;
	if (!ret)
		ret = decide(r);
	if (!ret)
		load_sets(r, c);
	return ret;
}

static int pass(struct run *r)
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
		apply(r);
	return ret || r->failed ? CTL_FAILED : CTL_OK;
}

/* --- waiting */

static int timeout_ms(const struct run *r)
{
	uint64_t waited;

	if (r->verdict != AUTO_WAIT)
		return REGULAR_MS;
	waited = seconds(CLOCK_BOOTTIME) - r->state.uncovered;
	return waited < r->opt.settle ?
	       (int)(r->opt.settle - waited) * 1000 : 0;
}

/* Return: false when a signal asks for the end */
static bool wait_for_news(struct run *r, int news, int signals)
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
static void keep_up(struct run *r, int news, int signals)
{
	struct signalfd_siginfo info;

	do
		pass(r);
	while (wait_for_news(r, news, signals));
	while (read(signals, &info, sizeof(info)) > 0)
		;
}

static int follow(struct run *r)
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

static int remove_all(struct run *r)
{
	struct client c = {};
	int ret = host_read(r);

	if (ret)
		return ret;
	/* Without the module there is nothing to unload */
	if (r->env->open(&c))
		c = (struct client){};
	while (!ret && r->state.n)
		ret = drop_set(r, &c, r->state.n - 1);
	client_close(&c);
	if (!ret)
		apply(r);
	return ret || r->failed ? CTL_FAILED : CTL_OK;
}

static int take_options(struct run *r, const struct cmd_args *args)
{
	const struct arg_value *sec = cmd_get(args, "sec");
	const struct arg_value *settle = cmd_get(args, "settle");
	const struct arg_value *dir = cmd_get(args, "state");
	struct auto_options *opt = &r->opt;
	unsigned int i, index;

	opt->sec = sec ? (unsigned int)sec->number : DEFAULT_SEC;
	opt->settle = settle ? (unsigned int)settle->number : DEFAULT_SETTLE;
	r->dir = dir ? dir->text : AUTO_DIR;
	for (i = 0; i < args->n; i++) {
		if (strcmp(args->v[i].spec->name, "dev"))
			continue;
		index = r->env->net->ops->index(r->env->net, args->v[i].text);
		if (!index)
			return err_failed("dev %s: no such interface; see \"ip link\"",
					  args->v[i].text);
		if (opt->ndev == AUTO_DEVS)
			return err_usage("dev %s: too many, %d at most",
					 args->v[i].text, AUTO_DEVS);
		opt->dev[opt->ndev++] = index;
	}
	return CTL_OK;
}

int cmd_hba_auto(struct cmd_env *env, const struct cmd_args *args)
{
	static struct run run;
	int ret;

	run = (struct run){ .env = env };
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
	{ .name = "sec", .type = ARG_NUMBER, .max = HBA_SEC_MAX,
	  .help = "strength of new sets; 1 when not given" },
	{ .name = "settle", .type = ARG_NUMBER, .max = 3600,
	  .help = "seconds to wait for further prefixes; 5 when not given" },
	{ .name = "state", .type = ARG_STRING,
	  .help = "folder of the sets; " AUTO_DIR " when not given" },
	{ .name = "once", .type = ARG_FLAG,
	  .help = "do what is to be done now, and end" },
	{ .name = "remove", .type = ARG_FLAG,
	  .help = "take away all that was made" },
	{},
};
