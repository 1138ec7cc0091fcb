// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_set.h"
#include "err.h"
#include "install.h"
#include "out.h"
#include "setfile.h"

/* "dev" arguments name the interfaces of prefixes */
static int take_dev(struct install *in, const struct arg_value *v)
{
	unsigned int index = in->net->ops->index(in->net, v->dev);
	bool used = false;
	size_t i;

	if (!index)
		return err_failed("dev %s: no such interface; see \"ip link\"",
				  v->dev);
	if (!v->len && in->set->naddr > 1)
		return err_failed("dev %s: there are addresses of several prefixes; say which of them is there: dev %s=PREFIX/64",
				  v->dev, v->dev);
	for (i = 0; i < in->set->naddr; i++) {
		if (v->len && memcmp(&in->set->addr[i], &v->addr, HBA_PREFIX))
			continue;
		in->ifindex[i] = index;
		used = true;
	}
	if (used)
		return CTL_OK;
	return err_failed("dev %s: the set has no address in this prefix; see \"hba show FILE\"",
			  v->text);
}

static int take_devs(struct install *in, const struct cmd_args *args)
{
	unsigned int i;
	int ret = CTL_OK;

	for (i = 0; i < args->n && !ret; i++)
		if (args->v[i].spec->type == ARG_DEV_PREFIX)
			ret = take_dev(in, &args->v[i]);
	return ret;
}

static void show_addresses(struct out *o, const struct install *in)
{
	char dev[IF_NAMESIZE];
	size_t i;

	out_table_begin(o, "addresses", "addresses");
	for (i = 0; i < in->set->naddr; i++) {
		in->net->ops->name(in->net, in->ifindex[i], dev);
		out_row_begin(o);
		if (in->set->key_len)
			out_number(o, "id", "id", in->ids[i]);
		out_address(o, "address", "address", &in->set->addr[i]);
		out_string(o, "interface", "interface", dev);
		out_bool(o, "added", "added",
			 install_was_added(in, &in->set->addr[i]));
		out_bool(o, "pinned", "pinned", in->flags & INSTALL_PIN);
		out_row_end(o);
	}
	out_table_end(o);
}

static bool is_rival(const struct install *in, const struct net_addr *a)
{
	bool link = false;
	size_t i;

	if (a->flags & NET_DEPRECATED)
		return false;
	for (i = 0; i < in->set->naddr; i++) {
		if (!memcmp(&a->addr, &in->set->addr[i], sizeof(a->addr)))
			return false;
		if (!memcmp(&a->addr, &in->set->addr[i], HBA_PREFIX))
			link = true;
	}
	return link;
}

/*
 * Sessions that begin at another address of the same links have no set behind
 * them, and nothing keeps programs from choosing one.
 */
static void show_rivals(struct out *o, const struct install *in)
{
	char addr[INET6_ADDRSTRLEN];
	char dev[IF_NAMESIZE];
	char command[256];
	size_t i;

	out_table_begin(o, "rivals",
			"addresses programs may choose instead; deprecate them");
	for (i = 0; i < in->naddrs; i++) {
		if (!is_rival(in, &in->addrs[i]))
			continue;
		inet_ntop(AF_INET6, &in->addrs[i].addr, addr, sizeof(addr));
		in->net->ops->name(in->net, in->addrs[i].ifindex, dev);
		snprintf(command, sizeof(command),
			 "ip -6 address change %s/%u dev %s preferred_lft 0",
			 addr, in->addrs[i].len, dev);
		out_row_begin(o);
		out_string(o, "address", NULL, addr);
		out_string(o, "interface", NULL, dev);
		out_string(o, "command", "command", command);
		out_row_end(o);
	}
	out_table_end(o);
}

static void show_records(struct out *o, const struct hba_set *set,
			 const char *name)
{
	char addr[INET6_ADDRSTRLEN];
	char line[512];
	size_t i;

	out_table_begin(o, "records", "publish these in the DNS");
	for (i = 0; i < set->naddr; i++) {
		inet_ntop(AF_INET6, &set->addr[i], addr, sizeof(addr));
		snprintf(line, sizeof(line), "%s. IN AAAA %s", name, addr);
		out_row_begin(o);
		out_string(o, "name", NULL, name);
		out_string(o, "type", NULL, "AAAA");
		out_string(o, "data", NULL, addr);
		out_string(o, NULL, "record", line);
		out_row_end(o);
	}
	out_table_end(o);
}

static void show_fallback(struct out *o, const struct install *in)
{
	char command[256];
	char text[320];
	bool found;

	if (net_has_fallback(in->net, in->routes, in->nroutes, &found)) {
		out_null(o, "fallback_route", "fallback default route");
		out_null(o, "fallback_command", NULL);
		return;
	}
	out_bool(o, "fallback_route", NULL, found);
	if (found) {
		out_string(o, NULL, "fallback default route", "there");
		out_null(o, "fallback_command", NULL);
		return;
	}
	net_fallback_command(in->net, in->routes, in->nroutes, command,
			     sizeof(command));
	snprintf(text, sizeof(text), "MISSING, sessions would not survive; add it: %s",
		 command);
	out_string(o, NULL, "fallback default route", text);
	out_string(o, "fallback_command", NULL, command);
}

/* Without a dot at its end; records add one */
static void host_name(const struct arg_value *arg, char *name, size_t room)
{
	size_t len;

	if (arg)
		snprintf(name, room, "%s", arg->text);
	else if (gethostname(name, room))
		snprintf(name, room, "localhost");
	name[room - 1] = '\0';
	len = strlen(name);
	if (len && name[len - 1] == '.')
		name[len - 1] = '\0';
}

static void show(struct cmd_env *env, const struct cmd_args *args,
		 const struct install *in)
{
	char name[256];

	host_name(cmd_get(args, "name"), name, sizeof(name));
	out_record_begin(env->out);
	/* No key is needed for what was there before */
	if (in->key)
		out_number(env->out, "key", "key", (uint64_t)in->key);
	else if (in->set->key_len)
		out_null(env->out, "key", NULL);
	else
		out_number(env->out, "id", "set", in->ids[0]);
	out_bool(env->out, "loaded", "loaded now", in->loaded);
	show_fallback(env->out, in);
	show_addresses(env->out, in);
	show_rivals(env->out, in);
	show_records(env->out, in->set, name);
	out_record_end(env->out);
}

static int run(struct cmd_env *env, const struct cmd_args *args,
	       enum setfile_kind kind)
{
	struct hba_set set;
	struct install in = {
		.client = env->client,
		.net = env->net,
		.add_key = env->add_key,
		.set = &set,
	};
	int ret = cmd_set_load(cmd_get(args, "file")->text, kind, &set);

	if (cmd_has(args, "pin"))
		in.flags |= INSTALL_PIN;
	if (cmd_has(args, "nodad"))
		in.flags |= INSTALL_NODAD;
	if (!ret)
		ret = take_devs(&in, args);
	if (!ret)
		ret = install_plan(&in);
	if (!ret)
		ret = install_apply(&in);
	if (!ret)
		show(env, args, &in);
	if (in.key)
		env->drop_key(in.key);
	install_finish(&in);
	explicit_bzero(set.key, sizeof(set.key));
	return ret;
}

static int check(const struct cmd_args *args, enum setfile_kind kind)
{
	struct hba_set set;
	int ret = cmd_set_load(cmd_get(args, "file")->text, kind, &set);

	explicit_bzero(set.key, sizeof(set.key));
	return ret;
}

int cmd_hba_install_check(struct cmd_env *env, const struct cmd_args *args)
{
	(void)env;
	return check(args, SETFILE_HBA);
}

int cmd_cga_load_check(struct cmd_env *env, const struct cmd_args *args)
{
	(void)env;
	return check(args, SETFILE_CGA);
}

int cmd_hba_install(struct cmd_env *env, const struct cmd_args *args)
{
	return run(env, args, SETFILE_HBA);
}

int cmd_cga_load(struct cmd_env *env, const struct cmd_args *args)
{
	return run(env, args, SETFILE_CGA);
}
