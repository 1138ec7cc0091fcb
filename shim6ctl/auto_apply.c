// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auto_run.h"
#include "err.h"
#include "out.h"

/* --- what was done, a line each */

void auto_say(struct auto_run *r, const char *action, const char *object,
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

void auto_fail(struct auto_run *r, const char *action, const char *object,
	       const char *what, int err)
{
	r->failed = true;
	err_failed("%s %s: cannot be %s: %s", object, what, action,
		   strerror(-err));
}

/* Report @action, or why not */
void auto_tell(struct auto_run *r, const char *action, const char *object,
	       const char *what, int err)
{
	if (err)
		auto_fail(r, action, object, what, err);
	else
		auto_say(r, action, object, what);
}

void auto_text_prefix(const struct in6_addr *addr, unsigned int len,
		      char *text, size_t room)
{
	char a[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, a, sizeof(a));
	snprintf(text, room, "%s/%u", a, len);
}

/* --- addresses */

static void text_life(uint32_t life, char *text, size_t room)
{
	if (!life)
		snprintf(text, room, "no more");
	else if (life == NET_FOREVER)
		snprintf(text, room, "forever");
	else
		snprintf(text, room, "for %" PRIu32 " s", life);
}

/* A lifetime that merely goes on is not worth a line */
static bool is_news(const struct auto_run *r, const struct net_addr *want)
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

static void renew(struct auto_run *r, const struct net_addr *a)
{
	char what[AUTO_PREFIX_TEXT], action[96], valid[32], pref[32];
	struct net *net = r->env->net;
	int err = net->ops->renew(net, a);

	auto_text_prefix(&a->addr, a->len, what, sizeof(what));
	text_life(a->valid, valid, sizeof(valid));
	text_life(a->preferred, pref, sizeof(pref));
	snprintf(action, sizeof(action), "valid %s, preferred %s", valid,
		 pref);
	if (err)
		auto_fail(r, "set", "address", what, err);
	else if (is_news(r, a))
		auto_say(r, action, "address", what);
}

static void apply_addrs(struct auto_run *r, const struct auto_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->naddrs; i++)
		renew(r, &plan->addrs[i]);
}

/* --- rules, routes, labels */

static void text_rule(const struct net_rule *rule, char *text, size_t room)
{
	char from[AUTO_PREFIX_TEXT] = "all";

	if (rule->src_len)
		auto_text_prefix(&rule->src, rule->src_len, from, sizeof(from));
	snprintf(text, room, "from %s lookup %u", from, rule->table);
}

static void change_rule(struct auto_run *r, const struct net_rule *rule,
			bool add)
{
	char what[AUTO_PREFIX_TEXT + 32];

	text_rule(rule, what, sizeof(what));
	auto_tell(r, add ? "added" : "removed", "rule", what,
		  r->env->net->ops->change_rule(r->env->net, rule, add));
}

static void change_route(struct auto_run *r, const struct net_route *route,
			 bool add)
{
	char what[INET6_ADDRSTRLEN + IF_NAMESIZE + 48];
	char via[INET6_ADDRSTRLEN];
	char dev[IF_NAMESIZE];

	inet_ntop(AF_INET6, &route->gateway, via, sizeof(via));
	r->env->net->ops->name(r->env->net, route->ifindex, dev);
	snprintf(what, sizeof(what), "default via %s dev %s table %u", via,
		 dev, route->table);
	auto_tell(r, add ? "added" : "removed", "route", what,
		  r->env->net->ops->change_route(r->env->net, route, add));
}

static void change_label(struct auto_run *r, const struct net_label *label,
			 bool add)
{
	char what[AUTO_PREFIX_TEXT + 16];
	char prefix[AUTO_PREFIX_TEXT];

	auto_text_prefix(&label->prefix, label->len, prefix, sizeof(prefix));
	snprintf(what, sizeof(what), "%s %" PRIu32, prefix, label->label);
	auto_tell(r, add ? "added" : "removed", "label", what,
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

static bool is_our_rule(struct auto_run *r, const struct net_rule *rule)
{
	(void)r;
	return rule->protocol == AUTO_PROTOCOL;
}

static bool is_our_route(struct auto_run *r, const struct net_route *route)
{
	(void)r;
	return route->protocol == AUTO_PROTOCOL;
}

static bool is_our_label(struct auto_run *r, const struct net_label *label)
{
	return label->label == AUTO_LABEL ||
	       (label->len == 128 && auto_find_set(&r->state, &label->prefix));
}

void auto_apply(struct auto_run *r)
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

