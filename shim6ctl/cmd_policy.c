// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "err.h"
#include "macros.h"
#include "out.h"
#include "verbs.h"
#include "words.h"

#define DEFAULT_PRIORITY	1000	/* room before it and behind it */
#define TCP			6
#define UDP			17

static void set_prefix(const struct arg_value *v, struct in6_addr *addr,
		       __u8 *len)
{
	if (!v)
		return;
	*addr = v->addr;
	*len = (__u8)v->len;
}

static uint64_t number(const struct cmd_args *args, const char *name,
		       uint64_t otherwise)
{
	const struct arg_value *v = cmd_get(args, name);

	return v ? v->number : otherwise;
}

/* Return: the rule's number, 0: there is none like it, or a negative errno */
static int64_t find_rule(struct client *c, const struct shim6_policy_entry *r)
{
	struct shim6_policy_entry other;
	struct shim6_policy_entry *v;
	int64_t id = 0;
	size_t n, i;
	int ret = client_rules(c, &v, &n);

	if (ret)
		return ret;
	for (i = 0; i < n && !id; i++) {
		other = v[i];
		other.id = r->id;
		other.hits = r->hits;
		if (!memcmp(&other, r, sizeof(other)))
			id = v[i].id;
	}
	free(v);
	return id;
}

static int add_rule(struct client *c, struct shim6_policy_entry *rule,
		    bool once)
{
	int64_t found = once ? find_rule(c, rule) : 0;

	if (!found)
		return client_rule_add(c, rule);
	if (found < 0)
		return (int)found;
	rule->id = (uint32_t)found;
	return 0;
}

static int run_add(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_policy_entry rule = {
		.action = (uint32_t)number(args, "action", 0),
		.priority = (uint32_t)number(args, "priority",
					     DEFAULT_PRIORITY),
		.proto = (uint32_t)number(args, "proto", 0),
		.port = (uint16_t)number(args, "port", 0),
	};
	int ret;

	if (rule.port && rule.proto != TCP && rule.proto != UDP)
		return err_usage("port %u: needs \"proto tcp\" or \"proto udp\"",
				 rule.port);
	set_prefix(cmd_get(args, "from"), &rule.local, &rule.local_len);
	set_prefix(cmd_get(args, "to"), &rule.peer, &rule.peer_len);
	ret = add_rule(env->client, &rule, cmd_has(args, "once"));
	if (ret == -ENOSPC)
		return err_failed("policy: no room for another rule; see \"policy list\"");
	if (ret)
		return cmd_fail("policy add", ret);
	out_record_begin(env->out);
	out_number(env->out, "id", "rule", rule.id);
	out_record_end(env->out);
	return CTL_OK;
}

static int run_del(struct cmd_env *env, const struct cmd_args *args)
{
	uint32_t id = (uint32_t)cmd_get(args, "id")->number;
	int ret = client_rule_del(env->client, id);

	if (ret == -ENOENT)
		return err_failed("policy %" PRIu32 ": no such rule; see \"policy list\"",
				  id);
	if (ret)
		return cmd_fail("policy del", ret);
	out_record_begin(env->out);
	out_number(env->out, "removed", NULL, id);
	out_record_end(env->out);
	return CTL_OK;
}

static void show_proto(struct out *o, uint32_t proto)
{
	char text[16];
	bool named;

	named = !isdigit(*arg_proto(proto, text, sizeof(text)));
	out_number(o, "proto", NULL, proto);
	out_string(o, "proto_name", NULL, named ? text : NULL);
	out_string(o, NULL, "proto", text);
}

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_policy_entry *v;
	size_t n, i;
	int ret = client_rules(env->client, &v, &n);

	(void)args;
	if (ret)
		return cmd_fail("policy list", ret);
	out_table_begin(env->out, NULL, NULL);
	for (i = 0; i < n; i++) {
		out_row_begin(env->out);
		out_number(env->out, "id", "id", v[i].id);
		out_number(env->out, "priority", "priority", v[i].priority);
		out_string(env->out, "action", "action",
			   words_action(v[i].action));
		out_prefix(env->out, "from", "from", &v[i].local,
			   v[i].local_len);
		out_prefix(env->out, "to", "to", &v[i].peer, v[i].peer_len);
		show_proto(env->out, v[i].proto);
		if (v[i].port)
			out_number(env->out, "port", "port", v[i].port);
		else
			out_null(env->out, "port", "port");
		out_number(env->out, "hits", "hits", v[i].hits);
		out_row_end(env->out);
	}
	out_table_end(env->out);
	free(v);
	return CTL_OK;
}

static const struct arg_spec add_args[] = {
	{ .name = "action", .type = ARG_WORD, .words = words_actions,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED,
	  .help = "no context, when there is enough traffic, with the first packet" },
	{ .name = "from", .type = ARG_PREFIX, ARG_INSTEAD("any", 0),
	  .help = "addresses of this host",
	  .from = ARG_FROM_PREFIXES },
	{ .name = "to", .type = ARG_PREFIX, ARG_INSTEAD("any", 0),
	  .help = "addresses of the peer",
	  .from = ARG_FROM_PEERS },
	{ .name = "proto", .type = ARG_PROTO, ARG_INSTEAD("any", 0),
	  .help = "upper-layer protocol" },
	{ .name = "port", .type = ARG_NUMBER, .min = 1, .max = 65535,
	  .help = "port of the peer, TCP and UDP only" },
	{ .name = "priority", .type = ARG_NUMBER, .max = UINT32_MAX,
	  .help = "lower is looked at first; 1000 when not given" },
	{ .name = "once", .type = ARG_FLAG,
	  .help = "not when there is the same rule already" },
	{},
};

static const struct arg_spec del_args[] = {
	{ .name = "id", .type = ARG_ID, .help = "number of the rule",
	  .from = ARG_FROM_RULES,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};

const struct cmd_verb policy_verbs[] = {
	{ .name = "list", .help = "all rules", .flags = CMD_MODULE,
	  .features = SHIM6_FEATURE_POLICY, .run = run_list },
	{ .name = "add", .help = "add a rule",
	  .flags = CMD_MODULE | CMD_ADMIN, .features = SHIM6_FEATURE_POLICY,
	  .args = add_args, .run = run_add },
	{ .name = "del", .help = "remove a rule",
	  .flags = CMD_MODULE | CMD_ADMIN, .features = SHIM6_FEATURE_POLICY,
	  .args = del_args, .run = run_del },
	{},
};
