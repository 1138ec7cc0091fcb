// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd_set.h"
#include "err.h"
#include "hba.h"
#include "out.h"

int cmd_set_prefixes(const struct cmd_args *args, struct in6_addr *v,
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

int cmd_set_load(const char *file, enum setfile_kind kind, struct hba_set *set)
{
	char text[INET6_ADDRSTRLEN];
	const char *why;
	size_t i;
	int ret = setfile_load(file, kind, set);

	for (i = 0; !ret && i < set->naddr; i++) {
		why = hba_verify(&set->pds, &set->addr[i]);
		if (!why)
			continue;
		inet_ntop(AF_INET6, &set->addr[i], text, sizeof(text));
		ret = err_failed("file %s: address %s: %s; generate the %s again",
				 file, text, why,
				 kind == SETFILE_CGA ? "CGA" : "set");
	}
	return ret;
}

void cmd_set_addresses(struct out *o, const struct hba_set *set)
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

int cmd_set_remove(struct cmd_env *env, const struct cmd_args *args,
		   const struct cmd_set_kind *kind)
{
	uint32_t id = (uint32_t)cmd_get(args, "id")->number;
	int ret = kind->del(env->client, id);
	char what[32];

	if (ret == -ENOENT)
		return err_failed("%s %" PRIu32 ": no such %s; see \"%s list\"",
				  kind->object, id, kind->what, kind->object);
	snprintf(what, sizeof(what), "%s remove", kind->object);
	if (ret)
		return cmd_fail(what, ret);
	out_record_begin(env->out);
	out_number(env->out, "removed", NULL, id);
	out_string(env->out, NULL, "note", kind->note);
	out_record_end(env->out);
	return CTL_OK;
}
