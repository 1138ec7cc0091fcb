// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_auto.h"
#include "cmd_state.h"
#include "client.h"
#include "cmd_set.h"
#include "err.h"
#include "hba.h"
#include "out.h"
#include "search.h"
#include "setfile.h"
#include "show.h"
#include "verbs.h"

/* Cheap (65536 hashes) and 65536 times harder to attack than 0 */
#define DEFAULT_SEC	1

static void show_parameters(struct out *o, const struct hba_pds *p, bool text)
{
	char hex[2 * HBA_PDS_MAX + 1];
	size_t i;

	for (i = 0; i < p->len; i++)
		snprintf(hex + 2 * i, 3, "%02x", p->raw[i]);
	out_string(o, "parameters", text ? "parameters" : NULL, hex);
}

static void show_set(struct out *o, const struct hba_set *set, const char *file,
		     bool fresh)
{
	out_record_begin(o);
	out_number(o, "sec", "sec", hba_sec(&set->addr[0]));
	out_number(o, "collision_count", NULL,
		   set->pds.raw[HBA_MODIFIER + HBA_PREFIX]);
	out_bool(o, "public_key", NULL, set->pds.has_key);
	out_string(o, "file", file ? "file" : NULL, file);
	if (file && fresh)
		out_string(o, NULL, "next", "\"hba install FILE\" puts it to use");
	show_parameters(o, &set->pds, !file);
	cmd_set_addresses(o, set);
	out_record_end(o);
}

static int run_generate(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *file = cmd_get(args, "file");
	const struct arg_value *arg = cmd_get(args, "sec");
	unsigned int sec = arg ? (unsigned int)arg->number : DEFAULT_SEC;
	struct in6_addr prefixes[HBA_GENERATE_MAX];
	struct hba_set set = {};
	size_t n;
	int ret = cmd_set_prefixes(args, prefixes, &n);

	/* Before the search, which may take minutes */
	if (!ret && file)
		ret = setfile_check(file->text);
	if (ret)
		return ret;
	ret = hba_build(&set.pds, prefixes, n);
	if (!ret && sec)
		ret = search_modifier(&set.pds, sec, env->quiet);
	if (ret)
		return cmd_fail("hba generate", ret);
	for (; set.naddr < n; set.naddr++)
		hba_address(&set.pds, &prefixes[set.naddr], sec,
			    &set.addr[set.naddr]);
	if (file)
		ret = setfile_save(file->text, &set);
	show_set(env->out, &set, file && !ret ? file->text : NULL, true);
	return ret;
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	const char *file = cmd_get(args, "file")->text;
	struct hba_set set;
	int ret = setfile_load(file, SETFILE_HBA, &set);

	if (ret)
		return ret;
	show_set(env->out, &set, file, false);
	return CTL_OK;
}

static int run_verify(struct cmd_env *env, const struct cmd_args *args)
{
	const char *file = cmd_get(args, "file")->text;
	unsigned int bad = 0;
	struct hba_set set;
	const char *why;
	size_t i;
	int ret = setfile_load(file, SETFILE_HBA, &set);

	if (ret)
		return ret;
	out_table_begin(env->out, NULL, NULL);
	for (i = 0; i < set.naddr; i++) {
		why = hba_verify(&set.pds, &set.addr[i]);
		bad += !!why;
		out_row_begin(env->out);
		out_address(env->out, "address", "address", &set.addr[i]);
		out_number(env->out, "sec", "sec", hba_sec(&set.addr[i]));
		out_bool(env->out, "member", "member", !why);
		out_string(env->out, "reason", "reason", why);
		out_row_end(env->out);
	}
	out_table_end(env->out);
	if (!bad)
		return CTL_OK;
	return err_failed("file %s: %u of %zu addresses do not belong to the set; generate it again",
			  file, bad, set.naddr);
}

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_locator_entry *locs = NULL;
	struct shim6_hba_set *sets = NULL;
	size_t nlocs, nsets;
	int ret = client_sets(env->client, &sets, &nsets);

	(void)args;
	if (!ret)
		ret = client_locators(env->client, 0, &locs, &nlocs);
	if (ret)
		ret = cmd_fail("hba list", ret);
	else
		show_sets(env->out, NULL, NULL, env->net, sets, nsets, locs,
			  nlocs);
	free(sets);
	free(locs);
	return ret;
}

static int run_remove(struct cmd_env *env, const struct cmd_args *args)
{
	static const struct cmd_set_kind kind = {
		.object = "hba",
		.what = "set",
		.note = "its addresses stay; \"ip -6 address del\" takes them away",
		.del = client_set_del,
	};

	return cmd_set_remove(env, args, &kind);
}

static const struct arg_spec generate_args[] = {
	CMD_SET_GENERATE_ARGS,
	{ .name = "file", .type = ARG_STRING, .help = "save the set here",
	  .from = ARG_FROM_FILES },
	{},
};

static const struct arg_spec install_args[] = {
	CMD_SET_INSTALL_ARGS("hba"),
	{},
};

static const struct arg_spec file_args[] = {
	CMD_SET_FILE("hba"),
	{},
};

static const struct arg_spec remove_args[] = {
	CMD_SET_ID(ARG_FROM_SETS, "number of the set"),
	{},
};

const struct cmd_verb hba_verbs[] = {
	{ .name = "list", .help = "sets loaded into the module",
	  .flags = CMD_MODULE | CMD_NET, .features = SHIM6_FEATURE_HBA,
	  .run = run_list },
	{ .name = "generate", .help = "make a set of addresses",
	  .flags = CMD_FILES | CMD_ONCE, .args = generate_args, .run = run_generate },
	{ .name = "install", .help = "put a set to use",
	  .flags = CMD_MODULE | CMD_NET | CMD_ADMIN | CMD_FILES,
	  .features = SHIM6_FEATURE_HBA, .args = install_args,
	  .run = cmd_hba_install, .check = cmd_hba_install_check },
	{ .name = "show", .help = "a set in a file", .flags = CMD_FILES,
	  .args = file_args, .run = run_show },
	{ .name = "verify", .help = "do the addresses in a file belong to its set",
	  .flags = CMD_FILES, .args = file_args, .run = run_verify },
	{ .name = "remove", .help = "unload a set from the module",
	  .flags = CMD_MODULE | CMD_ADMIN, .features = SHIM6_FEATURE_HBA,
	  .args = remove_args, .run = run_remove },
	{ .name = "auto",
	  .help = "follow the host's prefixes: make sets, install, route, renew",
	  .flags = CMD_ADMIN | CMD_NET | CMD_FILES | CMD_ONCE,
	  .args = cmd_hba_auto_args, .run = cmd_hba_auto,
	  .check = cmd_hba_auto_check },
	{ .name = "add", .help = "load a set, leave the addresses as they are",
	  .flags = CMD_MODULE | CMD_ADMIN, .features = SHIM6_FEATURE_HBA,
	  .args = cmd_hba_add_args, .run = cmd_hba_add },
	{},
};
