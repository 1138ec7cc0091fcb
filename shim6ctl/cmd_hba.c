// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_hba.h"
#include "client.h"
#include "err.h"
#include "hba.h"
#include "out.h"
#include "search.h"
#include "setfile.h"
#include "show.h"
#include "verbs.h"

/* Cheap (65536 hashes) and 65536 times harder to attack than 0 */
#define DEFAULT_SEC	1

int cmd_hba_prefixes(const struct cmd_args *args, struct in6_addr *v,
		     size_t *n)
{
	unsigned int i;
	size_t k;

	*n = 0;
	for (i = 0; i < args->n; i++) {
		if (strcmp(args->v[i].spec->name, "prefix"))
			continue;
		if (*n == HBA_GENERATE_MAX)
			return err_usage("prefix %s: too many, %d at most",
					 args->v[i].text, HBA_GENERATE_MAX);
		for (k = 0; k < *n; k++)
			if (!memcmp(&v[k], &args->v[i].addr, sizeof(v[k])))
				return err_usage("prefix %s: given twice",
						 args->v[i].text);
		v[(*n)++] = args->v[i].addr;
	}
	return CTL_OK;
}

static void show_parameters(struct out *o, const struct hba_pds *p, bool text)
{
	char hex[2 * HBA_PDS_MAX + 1];
	size_t i;

	for (i = 0; i < p->len; i++)
		snprintf(hex + 2 * i, 3, "%02x", p->raw[i]);
	out_string(o, "parameters", text ? "parameters" : NULL, hex);
}

static void show_addresses(struct out *o, const struct hba_set *set)
{
	struct in6_addr prefix;
	size_t i;

	out_table_begin(o, "addresses", "addresses");
	for (i = 0; i < set->naddr; i++) {
		prefix = set->addr[i];
		memset(prefix.s6_addr + HBA_PREFIX, 0, HBA_PREFIX);
		out_row_begin(o);
		out_prefix(o, "prefix", "prefix", &prefix, 64);
		out_address(o, "address", "address", &set->addr[i]);
		out_row_end(o);
	}
	out_table_end(o);
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
	show_addresses(o, set);
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
	int ret = cmd_hba_prefixes(args, prefixes, &n);

	/* Before the search, which may take minutes */
	if (!ret && file)
		ret = setfile_check(file->text);
	if (ret)
		return ret;
	ret = hba_build(&set.pds, prefixes, n);
	if (!ret && sec)
		ret = search_modifier(&set.pds, sec, env->quiet);
	if (ret)
		return err_failed("hba generate: %s", strerror(-ret));
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
	uint32_t id = (uint32_t)cmd_get(args, "id")->number;
	int ret = client_set_del(env->client, id);

	if (ret == -ENOENT)
		return err_failed("hba %" PRIu32 ": no such set; see \"hba list\"",
				  id);
	if (ret)
		return cmd_fail("hba remove", ret);
	out_record_begin(env->out);
	out_number(env->out, "removed", NULL, id);
	out_string(env->out, NULL, "note",
		   "its addresses stay; \"ip -6 address del\" takes them away");
	out_record_end(env->out);
	return CTL_OK;
}

static const struct arg_spec generate_args[] = {
	{ .name = "prefix", .type = ARG_PREFIX64, .help = "one of each provider",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED | ARG_MANY },
	{ .name = "sec", .type = ARG_NUMBER, .max = HBA_SEC_MAX,
	  .help = "strength: 65536^sec hashes to make; 1 when not given" },
	{ .name = "file", .type = ARG_STRING, .help = "save the set here" },
	{},
};

static const struct arg_spec install_args[] = {
	{ .name = "file", .type = ARG_STRING, .help = "of \"hba generate\"",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "dev", .type = ARG_DEV_PREFIX, .flags = ARG_MANY,
	  .help = "where a prefix is, when no address or route shows it" },
	{ .name = "nodad", .type = ARG_FLAG,
	  .help = "no duplicate address detection, for laboratories" },
	{ .name = "pin", .type = ARG_FLAG,
	  .help = "keep sessions when an interface goes: a copy of each address on lo" },
	{ .name = "name", .type = ARG_HOST,
	  .help = "host name in the DNS; else that of this host" },
	{},
};

static const struct arg_spec file_args[] = {
	{ .name = "file", .type = ARG_STRING, .help = "of \"hba generate\"",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};

static const struct arg_spec remove_args[] = {
	{ .name = "id", .type = ARG_ID, .help = "number of the set",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};

const struct cmd_verb hba_verbs[] = {
	{ .name = "list", .help = "sets loaded into the module",
	  .flags = CMD_MODULE | CMD_NET, .features = SHIM6_FEATURE_HBA,
	  .run = run_list },
	{ .name = "generate", .help = "make a set of addresses",
	  .flags = CMD_FILES, .args = generate_args, .run = run_generate },
	{ .name = "install", .help = "put a set to use",
	  .flags = CMD_MODULE | CMD_NET | CMD_ADMIN | CMD_FILES,
	  .features = SHIM6_FEATURE_HBA, .args = install_args,
	  .run = cmd_hba_install },
	{ .name = "show", .help = "a set in a file", .flags = CMD_FILES,
	  .args = file_args, .run = run_show },
	{ .name = "verify", .help = "do the addresses in a file belong to its set",
	  .flags = CMD_FILES, .args = file_args, .run = run_verify },
	{ .name = "remove", .help = "unload a set from the module",
	  .flags = CMD_MODULE | CMD_ADMIN, .features = SHIM6_FEATURE_HBA,
	  .args = remove_args, .run = run_remove },
	{},
};
