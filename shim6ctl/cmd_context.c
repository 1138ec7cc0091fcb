// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "client.h"
#include "err.h"
#include "interrupt.h"
#include "out.h"
#include "qos_table.h"
#include "quantity.h"
#include "show.h"
#include "verbs.h"

/* What the module means with an error number, for a command on a context */
static int fail(uint32_t id, int err)
{
	char what[32];

	if (err == -ENOENT)
		return err_failed("context %" PRIu32 ": no such context; see \"context list\"",
				  id);
	snprintf(what, sizeof(what), "context %" PRIu32, id);
	return cmd_fail(what, err);
}

/**
 * struct listing - the table of "context list", however long it gets
 * @o: output
 * @begun: there is something to end
 */
struct listing {
	struct out *o;
	bool begun;
};

static void begin(struct listing *l)
{
	if (!l->begun)
		out_table_begin(l->o, NULL, NULL);
	l->begun = true;
}

static int list_one(const struct shim6_context_entry *c, void *arg)
{
	struct listing *l = arg;

	begin(l);
	out_row_begin(l->o);
	show_context(l->o, c, false);
	out_row_end(l->o);
	return interrupt_pending() ? -EINTR : 0;
}

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	struct listing l = { .o = env->out };
	int ret = client_each_context(env->client, list_one, &l);

	(void)args;
	/* What failed before the first one prints nothing */
	if (!ret)
		begin(&l);
	if (l.begun)
		out_table_end(env->out);
	return ret ? cmd_fail("context list", ret) : CTL_OK;
}

static void show_link(struct out *o, const char *key, const char *label,
		      const struct qos_table *t, uint32_t id)
{
	const struct shim6_qos_link *l = qos_link_of(t, id);

	out_string(o, key, label, !id ? NULL : l ? l->name : "unknown");
}

/* What the last packets were to the classes of service */
static void show_service(struct out *o, const struct shim6_context_entry *c,
			 const struct qos_table *t)
{
	char text[QUANTITY_TEXT];

	if (c->rule)
		out_number(o, NULL, "rule", c->rule);
	else
		out_null(o, NULL, "rule");
	out_string(o, "class_name", "class",
		   c->klass ? qos_class_name(t, c->klass) : NULL);
	out_string(o, NULL, "DSCP sent", quantity_dscp(c->dscp_out, text));
	out_string(o, NULL, "DSCP received", quantity_dscp(c->dscp_in, text));
	show_link(o, "link_out_name", "link sent by", t, c->link_out);
	show_link(o, "link_in_name", "link received by", t, c->link_in);
	show_link(o, "link_chosen_name", "link chosen", t, c->link_chosen);
}

static int show_one(struct cmd_env *env, const struct shim6_context_entry *c)
{
	bool classed = c->flags & SHIM6_CTX_CLASSED;
	struct shim6_locator_entry *v = NULL;
	struct qos_table t = {};
	size_t n;
	int ret = classed ? qos_table_read(&t, env->client) : 0;

	if (!ret)
		ret = client_locators(env->client, c->id, &v, &n);
	if (ret) {
		qos_table_free(&t);
		return fail(c->id, ret);
	}
	out_record_begin(env->out);
	show_context(env->out, c, true);
	if (classed)
		show_service(env->out, c, &t);
	qos_table_free(&t);
	show_locators(env->out, "locators", "locators", env->net, v, n);
	out_record_end(env->out);
	free(v);
	return CTL_OK;
}

/**
 * struct wanted - a context looked for
 * @id: its number
 * @found: it is there
 * @entry: what it is
 */
struct wanted {
	uint32_t id;
	bool found;
	struct shim6_context_entry entry;
};

static int is_wanted(const struct shim6_context_entry *c, void *arg)
{
	struct wanted *w = arg;

	if (c->id != w->id)
		return 0;
	w->entry = *c;
	w->found = true;
	return 1;
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	struct wanted w = { .id = (uint32_t)cmd_get(args, "id")->number };
	int ret = client_each_context(env->client, is_wanted, &w);

	if (!ret && !w.found)
		ret = -ENOENT;
	return ret ? fail(w.id, ret) : show_one(env, &w.entry);
}

static int run_create(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *local = cmd_get(args, "local");
	const struct arg_value *peer = cmd_get(args, "peer");
	uint32_t id;
	int ret = client_context_create(env->client, &local->addr, &peer->addr,
					&id);

	if (ret == -EADDRNOTAVAIL)
		return err_failed("local %s: no address of this host; see \"locator list\"",
				  local->text);
	if (ret == -ENOSPC || ret == -ENOBUFS)
		return err_failed("context: the limit is reached; \"stats\" says which; raise the tunable context_max, context_max_prefix or context_max_half_open");
	if (ret)
		return cmd_fail("context create", ret);
	out_record_begin(env->out);
	out_number(env->out, "id", "context", id);
	out_record_end(env->out);
	return CTL_OK;
}

/* Those the module knows to have ports, see struct shim6_context_fork */
static bool has_ports(uint32_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_UDPLITE || proto == IPPROTO_SCTP ||
	       proto == IPPROTO_DCCP;
}

/* The module refused the flow */
static int flow_fail(const struct shim6_context_fork *fork)
{
	const char *missing = "\"port\" and \"peer-port\"";

	if (!has_ports(fork->proto))
		return err_failed("protocol %u has no ports: leave \"port\" and \"peer-port\" out",
				  fork->proto);
	if (fork->port_local)
		missing = "\"peer-port\"";
	else if (fork->port_peer)
		missing = "\"port\"";
	return err_failed("protocol %u has two ports that name the flow: add %s, 1 to 65535",
			  fork->proto, missing);
}

static int fork_fail(const struct shim6_context_fork *fork,
		     const struct cmd_args *args, int err)
{
	switch (err) {
	case -EADDRNOTAVAIL:
		return err_failed("local %s: no address of this host; see \"locator list\"",
				  cmd_get(args, "local")->text);
	case -EINVAL:
		return flow_fail(fork);
	case -EEXIST:
		return err_failed("context fork: this flow has one already; see \"context list\"");
	case -ENOSPC:
		return err_failed("context fork: the limit is reached; raise the tunables fork_max, context_max or context_max_half_open");
	default:
		return cmd_fail("context fork", err);
	}
}

static uint16_t port(const struct cmd_args *args, const char *name)
{
	const struct arg_value *v = cmd_get(args, name);

	return v ? (uint16_t)v->number : 0;
}

static int run_fork(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_context_fork fork = {
		.ulid_local = cmd_get(args, "local")->addr,
		.ulid_peer = cmd_get(args, "peer")->addr,
		.proto = (uint32_t)cmd_get(args, "proto")->number,
		.port_local = port(args, "port"),
		.port_peer = port(args, "peer-port"),
	};
	int ret = client_context_fork(env->client, &fork);

	if (ret)
		return fork_fail(&fork, args, ret);
	out_record_begin(env->out);
	out_number(env->out, "id", "context", fork.id);
	out_number(env->out, "fii", "forked instance", fork.fii);
	out_record_end(env->out);
	return CTL_OK;
}

static int run_flush(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *v = cmd_get(args, "id");
	uint32_t id = v ? (uint32_t)v->number : 0;
	int ret = client_context_flush(env->client, id);

	if (ret && id)
		return fail(id, ret);
	if (ret)
		return cmd_fail("context flush", ret);
	out_record_begin(env->out);
	if (id)
		out_number(env->out, "flushed", NULL, id);
	else
		out_string(env->out, "flushed", NULL, "all");
	out_record_end(env->out);
	return CTL_OK;
}

static int run_path(struct cmd_env *env, const struct cmd_args *args)
{
	uint32_t id = (uint32_t)cmd_get(args, "id")->number;
	const struct arg_value *src = cmd_get(args, "source");
	const struct arg_value *dst = cmd_get(args, "destination");
	int ret = client_context_path(env->client, id, &src->addr, &dst->addr);

	if (ret == -EADDRNOTAVAIL || ret == -EINVAL)
		return err_failed("context %" PRIu32 ": %s to %s is not a pair of its locators; see \"locator list context %" PRIu32 "\"",
				  id, src->text, dst->text, id);
	if (ret)
		return fail(id, ret);
	out_record_begin(env->out);
	out_number(env->out, "id", NULL, id);
	out_address(env->out, "probing_local", NULL, &src->addr);
	out_address(env->out, "probing_peer", NULL, &dst->addr);
	out_record_end(env->out);
	return CTL_OK;
}

#define ARG_ID_OF_CONTEXT						\
	{ .name = "id", .type = ARG_ID, .help = "number of the context", \
	  .from = ARG_FROM_CONTEXTS,					\
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

#define ARGS_OF_PAIR							\
	{ .name = "local", .type = ARG_UNICAST, .help = "address of this host", \
	  .from = ARG_FROM_LOCAL,					\
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },			\
	{ .name = "peer", .type = ARG_UNICAST, .help = "address of the peer", \
	  .from = ARG_FROM_PEERS,					\
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

static const struct arg_spec show_args[] = {
	ARG_ID_OF_CONTEXT,
	{},
};

static const struct arg_spec create_args[] = {
	ARGS_OF_PAIR,
	{},
};

static const struct arg_spec fork_args[] = {
	ARGS_OF_PAIR,
	{ .name = "proto", .type = ARG_PROTO, .help = "upper-layer protocol",
	  .flags = ARG_REQUIRED },
	{ .name = "port", .type = ARG_NUMBER, .min = 1, .max = 65535,
	  .help = "port of this host" },
	{ .name = "peer-port", .type = ARG_NUMBER, .min = 1, .max = 65535,
	  .help = "port of the peer" },
	{},
};

static const struct arg_spec flush_args[] = {
	{ .name = "id", .type = ARG_ID, .flags = ARG_POSITIONAL,
	  ARG_INSTEAD("all", 0),
	  .from = ARG_FROM_CONTEXTS,
	  .help = "number of the context; without one all of them" },
	{},
};

static const struct arg_spec path_args[] = {
	ARG_ID_OF_CONTEXT,
	{ .name = "source", .type = ARG_UNICAST,
	  .help = "locator of this host", .from = ARG_FROM_PATH_LOCAL,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "destination", .type = ARG_UNICAST,
	  .help = "locator of the peer", .from = ARG_FROM_PATH_PEER,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};

const struct cmd_verb context_verbs[] = {
	{ .name = "list", .help = "all contexts",
	  .flags = CMD_MODULE | CMD_TAGS, .run = run_list },
	{ .name = "show", .help = "everything about one context",
	  .flags = CMD_MODULE | CMD_NET | CMD_TAGS, .args = show_args, .run = run_show },
	{ .name = "create", .help = "start a handshake now",
	  .flags = CMD_MODULE | CMD_ADMIN, .args = create_args,
	  .run = run_create },
	{ .name = "fork", .help = "give one flow a context, and so a pair, of its own",
	  .flags = CMD_MODULE | CMD_ADMIN, .features = SHIM6_FEATURE_FORK,
	  .args = fork_args, .run = run_fork },
	{ .name = "flush", .help = "discard contexts",
	  .flags = CMD_MODULE | CMD_ADMIN, .args = flush_args,
	  .run = run_flush },
	{ .name = "path", .help = "use another pair once the peer answers a probe on it",
	  .flags = CMD_MODULE | CMD_ADMIN, .args = path_args,
	  .run = run_path },
	{},
};
