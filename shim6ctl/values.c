// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmd.h"
#include "complete.h"
#include "net.h"
#include "qos_table.h"
#include "quantity.h"
#include "session.h"
#include "values.h"
#include "words.h"

/**
 * struct values - what is being asked
 * @c: result
 * @client: module, NULL: cannot be read
 * @net: addresses and routes, likewise
 * @args: arguments before this one
 */
struct values {
	struct complete *c;
	struct client *client;
	struct net *net;
	const struct cmd_args *args;
};

static void add_address(struct complete *c, const struct in6_addr *addr,
			const char *help)
{
	char text[INET6_ADDRSTRLEN];

	complete_add(c, inet_ntop(AF_INET6, addr, text, sizeof(text)), NULL,
		     help);
}

static void add_id(struct complete *c, uint32_t id, const char *help)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, id);
	complete_add(c, text, NULL, help);
}

static int add_context(const struct shim6_context_entry *entry, void *arg)
{
	struct values *v = arg;
	char peer[INET6_ADDRSTRLEN];
	char help[96];

	inet_ntop(AF_INET6, &entry->ulid_peer, peer, sizeof(peer));
	snprintf(help, sizeof(help), "with %s, %s", peer,
		 words_state(entry->state));
	add_id(v->c, entry->id, help);
	return complete_full(v->c);
}

static int add_peer(const struct shim6_context_entry *entry, void *arg)
{
	struct values *v = arg;

	add_address(v->c, &entry->ulid_peer, "has a context");
	return complete_full(v->c);
}

static void add_sets(struct values *v)
{
	struct shim6_hba_set *sets;
	char help[32];
	size_t n, i;

	if (client_sets(v->client, &sets, &n))
		return;
	for (i = 0; i < n; i++) {
		snprintf(help, sizeof(help), "%" PRIu32 " addresses",
			 sets[i].naddr);
		add_id(v->c, sets[i].id, help);
	}
	free(sets);
}

static void add_cgas(struct values *v)
{
	struct shim6_cga_identity *cgas;
	char help[32];
	size_t n, i;

	if (client_cgas(v->client, &cgas, &n))
		return;
	for (i = 0; i < n; i++) {
		snprintf(help, sizeof(help), "key of %u bits", cgas[i].bits);
		add_id(v->c, cgas[i].id, help);
	}
	free(cgas);
}

static void add_rules(struct values *v)
{
	struct shim6_policy_entry *rules;
	char to[INET6_ADDRSTRLEN];
	char help[96];
	size_t n, i;

	if (client_rules(v->client, &rules, &n))
		return;
	for (i = 0; i < n; i++) {
		inet_ntop(AF_INET6, &rules[i].peer, to, sizeof(to));
		snprintf(help, sizeof(help), "%s, to %s/%u",
			 words_action(rules[i].action), to, rules[i].peer_len);
		add_id(v->c, rules[i].id, help);
	}
	free(rules);
}

static void add_classes(struct values *v, const struct arg_spec *spec)
{
	struct qos_table t;
	char text[SHIM6_QOS_NAME_LEN + 1], dscp[QUANTITY_TEXT];
	size_t i;

	if (!qos_table_read(&t, v->client)) {
		for (i = 0; i < t.nclasses; i++) {
			snprintf(text, sizeof(text), "%s%s", t.classes[i].name,
				 spec->type == ARG_SHARE ? "=" : "");
			complete_add(v->c, text, NULL,
				     t.classes[i].dscp > 63 ? NULL :
				     quantity_dscp(t.classes[i].dscp, dscp));
		}
	}
	qos_table_free(&t);
}

static void add_links(struct values *v)
{
	struct qos_table t;
	size_t i;

	if (!qos_table_read(&t, v->client))
		for (i = 0; i < t.nlinks; i++)
			complete_add(v->c, t.links[i].name, NULL, NULL);
	qos_table_free(&t);
}

static void add_class_rules(struct values *v)
{
	struct qos_table t;
	char help[64];
	size_t i;

	if (!qos_table_read(&t, v->client)) {
		for (i = 0; i < t.nrules; i++) {
			snprintf(help, sizeof(help), "class %s",
				 qos_class_name(&t, t.rules[i].klass));
			add_id(v->c, t.rules[i].pref, help);
		}
	}
	qos_table_free(&t);
}

static void add_params(struct values *v)
{
	struct shim6_param_entry *params;
	char help[256];
	size_t n, i;

	if (client_params(v->client, &params, &n))
		return;
	for (i = 0; i < n; i++) {
		snprintf(help, sizeof(help), "%" PRIu64 " %s: %s",
			 (uint64_t)params[i].value, params[i].unit,
			 params[i].text);
		complete_add(v->c, params[i].name, NULL, help);
	}
	free(params);
}

static void add_param_number(struct complete *c, uint64_t value,
			     const char *help)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	complete_add(c, text, NULL, help);
}

static void add_param_value(struct values *v)
{
	const struct arg_value *name = cmd_get(v->args, "name");
	struct shim6_param_entry *params;
	unsigned int count;
	const char *now;
	size_t n;
	int i;

	if (!name || client_params(v->client, &params, &n))
		return;
	for (i = 0, count = 0; i < (int)n; i++)
		if (!strcmp(params[i].name, name->text))
			break;
	if (i < (int)n) {
		count = params[i].value == params[i].def;
		now = count ? "now, and the default" : "now";
		snprintf(v->c->value, sizeof(v->c->value),
			 "%" PRIu64 "..%" PRIu64 " %s",
			 (uint64_t)params[i].min, (uint64_t)params[i].max,
			 params[i].unit);
		if (!strcmp(params[i].unit, "bool")) {
			complete_add(v->c, "off", NULL,
				     params[i].value ? NULL : now);
			complete_add(v->c, "on", NULL,
				     params[i].value ? now : NULL);
		} else {
			add_param_number(v->c, params[i].value, now);
			add_param_number(v->c, params[i].def, "the default");
		}
	}
	free(params);
}

static void add_locators(struct values *v, uint32_t context, bool peer)
{
	struct shim6_locator_entry *locs;
	size_t n, i;

	if (client_locators(v->client, context, &locs, &n))
		return;
	for (i = 0; i < n; i++)
		if (!(locs[i].status & SHIM6_LOCATOR_PEER) == !peer)
			add_address(v->c, &locs[i].addr,
				    locs[i].status & SHIM6_LOCATOR_CURRENT ?
				    "in use" : NULL);
	free(locs);
}

/* Locators of the context whose number was given before */
static void add_path(struct values *v, bool peer)
{
	const struct arg_value *id = cmd_get(v->args, "id");
	uint64_t number;

	if (id && quantity_number(id->text, &number, NULL) && number &&
	    number <= UINT32_MAX)
		add_locators(v, (uint32_t)number, peer);
}

static void add_peers(struct values *v)
{
	struct shim6_flow_entry *flows;
	size_t n, i;

	client_each_context(v->client, add_peer, v);
	if (client_flows(v->client, &flows, &n))
		return;
	for (i = 0; i < n; i++)
		add_address(v->c, &flows[i].peer,
			    words_reason(flows[i].reason)->text);
	free(flows);
}

static bool is_global(const struct in6_addr *a)
{
	return !IN6_IS_ADDR_UNSPECIFIED(a) && !IN6_IS_ADDR_LOOPBACK(a) &&
	       !IN6_IS_ADDR_LINKLOCAL(a) && !IN6_IS_ADDR_MULTICAST(a);
}

static void add_prefix(struct values *v, const struct in6_addr *addr,
		       const char *dev, bool with_dev)
{
	struct in6_addr prefix = *addr;
	char text[INET6_ADDRSTRLEN];
	char word[INET6_ADDRSTRLEN + IF_NAMESIZE + 8];

	memset(prefix.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &prefix, text, sizeof(text));
	snprintf(word, sizeof(word), "%s%s%s/64", with_dev ? dev : "",
		 with_dev ? "=" : "", text);
	complete_add(v->c, word, NULL, with_dev ? NULL : dev);
}

/* The links there are, by the addresses and the routes on them */
static void add_prefixes(struct values *v, bool with_dev)
{
	char dev[IF_NAMESIZE];
	struct net_route *routes;
	struct net_addr *addrs;
	size_t n, i;

	if (!v->net->ops->addrs(v->net, &addrs, &n)) {
		for (i = 0; i < n; i++) {
			v->net->ops->name(v->net, addrs[i].ifindex, dev);
			if (addrs[i].len <= 64 && is_global(&addrs[i].addr))
				add_prefix(v, &addrs[i].addr, dev, with_dev);
		}
		free(addrs);
	}
	if (v->net->ops->routes(v->net, &routes, &n))
		return;
	for (i = 0; i < n; i++) {
		v->net->ops->name(v->net, routes[i].ifindex, dev);
		if (routes[i].dst_len == 64 && is_global(&routes[i].dst) &&
		    IN6_IS_ADDR_UNSPECIFIED(&routes[i].gateway))
			add_prefix(v, &routes[i].dst, dev, with_dev);
	}
	free(routes);
}

static void add_devs(struct values *v)
{
	char dev[IF_NAMESIZE];
	struct net_addr *addrs;
	size_t n, i;

	if (v->net->ops->addrs(v->net, &addrs, &n))
		return;
	for (i = 0; i < n; i++) {
		v->net->ops->name(v->net, addrs[i].ifindex, dev);
		if (!IN6_IS_ADDR_LOOPBACK(&addrs[i].addr))
			complete_add(v->c, dev, NULL, "interface");
	}
	free(addrs);
	if (strchr(v->c->begin, '='))
		add_prefixes(v, true);
}

/* Addresses of the host, also without the module */
static void add_local(struct values *v)
{
	struct net_addr *addrs;
	size_t n, i;

	if (v->client)
		add_locators(v, 0, false);
	if (!v->net || v->net->ops->addrs(v->net, &addrs, &n))
		return;
	for (i = 0; i < n; i++)
		if (is_global(&addrs[i].addr))
			add_address(v->c, &addrs[i].addr, NULL);
	free(addrs);
}

static void from_module(struct values *v, const struct arg_spec *spec)
{
	switch (spec->from) {
	case ARG_FROM_CONTEXTS:
		client_each_context(v->client, add_context, v);
		break;
	case ARG_FROM_SETS:
		add_sets(v);
		break;
	case ARG_FROM_CGAS:
		add_cgas(v);
		break;
	case ARG_FROM_RULES:
		add_rules(v);
		break;
	case ARG_FROM_PARAMS:
		add_params(v);
		break;
	case ARG_FROM_PARAM_VALUE:
		add_param_value(v);
		break;
	case ARG_FROM_PEERS:
		add_peers(v);
		break;
	case ARG_FROM_PATH_LOCAL:
	case ARG_FROM_PATH_PEER:
		add_path(v, spec->from == ARG_FROM_PATH_PEER);
		break;
	case ARG_FROM_QOS_CLASSES:
		add_classes(v, spec);
		break;
	case ARG_FROM_QOS_LINKS:
		add_links(v);
		break;
	case ARG_FROM_QOS_RULES:
		add_class_rules(v);
		break;
	default:
		break;
	}
}

static void from_type(struct values *v, enum arg_type type)
{
	switch (type) {
	case ARG_UNICAST:
		add_local(v);
		if (v->client)
			add_peers(v);
		break;
	case ARG_PREFIX:
	case ARG_PREFIX64:
		if (v->net)
			add_prefixes(v, false);
		break;
	case ARG_DEV:
	case ARG_DEV_PREFIX:
		if (v->net)
			add_devs(v);
		break;
	default:
		break;
	}
}

void values_add(struct complete *c, struct session *s,
		const struct arg_spec *spec, const struct cmd_args *args)
{
	struct values v = { .c = c, .args = args };

	session_look(s, &v.client, &v.net);
	if (spec->from == ARG_FROM_TYPE)
		from_type(&v, spec->type);
	else if (spec->from == ARG_FROM_LOCAL)
		add_local(&v);
	else if (spec->from == ARG_FROM_PREFIXES && v.net)
		add_prefixes(&v, false);
	else if (v.client)
		from_module(&v, spec);
	session_rest(s);
}
