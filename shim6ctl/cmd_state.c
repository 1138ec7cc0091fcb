// SPDX-License-Identifier: GPL-2.0
/*
 * Settings into a file and back. What is in the file are commands; "restore"
 * carries out all it can and says which line it could not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "cmd_auto.h"
#include "cmd_state.h"
#include "err.h"
#include "hba.h"
#include "mem.h"
#include "out.h"
#include "setfile.h"
#include "settings.h"
#include "show.h"
#include "state.h"
#include "verbs.h"

/* What would have to be quoted */
#define SPECIAL		" \t\r\n#\\'\""

/* Files with private keys, as they were named */
static int take_keys(struct state *s, const struct cmd_args *args)
{
	struct state_key *key;
	unsigned int i;
	int ret = CTL_OK;

	for (i = 0; i < args->n && !ret; i++) {
		if (strcmp(args->v[i].spec->name, "cga"))
			continue;
		if (strpbrk(args->v[i].text, SPECIAL))
			return err_usage("cga %s: a name with blanks, quotes or \"#\" cannot be saved; rename the file",
					 args->v[i].text);
		s->keys = mem_resize(s->keys, s->nkeys + 1, sizeof(*s->keys));
		key = &s->keys[s->nkeys++];
		*key = (struct state_key){ .file = args->v[i].text };
		ret = setfile_load(key->file, SETFILE_CGA, &key->set);
		explicit_bzero(key->set.key, sizeof(key->set.key));
	}
	return ret;
}

/**
 * struct save_to - how it is saved
 * @name: of the file
 * @net: kernel
 * @contexts: those that are established, too
 */
struct save_to {
	const char *name;
	struct net *net;
	bool contexts;
};

/* Return: 0 or an errno; closes @fd */
static int write_to(int fd, const struct state *s, const struct save_to *to,
		    size_t *n)
{
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int err = 0;

	if (!f)
		return errno;
	*n = state_write(s, to->net, f, to->contexts);
	if (ferror(f) || fflush(f) || fsync(fd))
		err = errno;
	/* A pipe or a device has nothing to sync */
	if (err == EINVAL || err == EROFS)
		err = 0;
	if (fclose(f) && !err)
		err = errno;
	return err;
}

/* All of the new file or all of the old one */
static int replace(const struct state *s, const struct save_to *to, size_t *n)
{
	char *tmp = mem_resize(NULL, strlen(to->name) + sizeof(".XXXXXX"), 1);
	int fd, err;

	sprintf(tmp, "%s.XXXXXX", to->name);
	fd = mkstemp(tmp);
	err = write_to(fd, s, to, n);
	if (!err && rename(tmp, to->name))
		err = errno;
	if (err && fd >= 0)
		unlink(tmp);
	free(tmp);
	return err;
}

static int save(const struct state *s, const struct save_to *to, size_t *n)
{
	struct stat st;
	int err;

	if (!lstat(to->name, &st) && !S_ISREG(st.st_mode))
		err = write_to(open(to->name, O_WRONLY | O_CLOEXEC), s, to, n);
	else
		err = replace(s, to, n);
	return err ? err_failed("file %s: %s", to->name, strerror(err)) :
		     CTL_OK;
}

static void show_lost(struct out *o, const struct state *s)
{
	const struct shim6_cga_identity *v = s->m.cgas + s->m.ncgas - s->nlost;
	size_t i;

	if (!s->nlost && !o->as_json)
		return;
	out_table_begin(o, "keys_missing",
			"CGAs that are not saved, as their key is in no file given with \"cga FILE\"");
	for (i = 0; i < s->nlost; i++) {
		out_row_begin(o);
		out_number(o, "id", "id", v[i].id);
		out_number(o, "bits", "key bits", v[i].bits);
		out_row_end(o);
	}
	out_table_end(o);
}

static void show_saved(struct out *o, const struct state *s, const char *file,
		       size_t n)
{
	out_record_begin(o);
	out_string(o, "file", "file", file);
	out_number(o, "commands", "commands", n);
	if (s->m.ncontexts)
		out_string(o, NULL, "when the module goes",
			   "the contexts below end; sessions that were switched wait until their peer sends something, the others go on unprotected until they have a new one");
	if (s->m.ncontexts || o->as_json)
		show_contexts(o, "contexts", "contexts", s->m.contexts,
			      s->m.ncontexts);
	show_lost(o, s);
	out_record_end(o);
}

static int run_save(struct cmd_env *env, const struct cmd_args *args)
{
	const struct save_to to = {
		.name = cmd_get(args, "file")->text,
		.net = env->net,
		.contexts = cmd_has(args, "contexts"),
	};
	struct state s = {};
	size_t n = 0;
	int ret = take_keys(&s, args);

	if (!ret) {
		ret = state_read(&s, env->client);
		if (ret)
			ret = cmd_fail("state save", ret);
	}
	if (!ret)
		ret = save(&s, &to, &n);
	if (!ret && (!env->quiet || env->out->as_json || s.m.ncontexts ||
		     s.nlost))
		show_saved(env->out, &s, to.name, n);
	state_free(&s);
	free(s.keys);
	return ret;
}

static int run_restore(struct cmd_env *env, const struct cmd_args *args);

struct words {
	int argc;
	char **argv;
};

static int carry_out(struct cmd_env *env, void *arg)
{
	static struct cmd_args args;
	const struct words *w = arg;
	const struct cmd_verb *verb;
	int ret;

	ret = cmd_parse(w->argc, w->argv, &verb, &args);
	if (ret)
		return ret;
	/* It never ends; its own service does what the line says */
	if (verb->run == cmd_hba_auto)
		return cmd_hba_auto_check(env, &args);
	if (verb->run == run_restore)
		return err_usage("%s: not from within a file", args.name);
	if (verb->features & ~env->client->info.features)
		return err_failed("%s: the module (%s) was built without it; load one that has it",
				  args.name, env->client->info.version);
	return verb->run(env, &args);
}

/* What a command prints is nobody's here, what it complains about is */
static int restore_line(struct cmd_env *env, int argc, char **argv)
{
	struct words w = { .argc = argc, .argv = argv };

	return settings_quiet(env, carry_out, &w);
}

static int run_restore(struct cmd_env *env, const struct cmd_args *args)
{
	return settings_run(env, cmd_get(args, "file")->text, restore_line);
}

/* Is a set loaded already, whichever of its prefixes it was loaded with */
static int is_loaded(struct client *c, const struct hba_pds *pds, bool *found)
{
	struct shim6_hba_set *v;
	struct hba_pds other;
	size_t n, i;
	int ret = client_sets(c, &v, &n);

	*found = false;
	if (ret)
		return ret;
	for (i = 0; i < n; i++)
		if (!hba_parse(&other, v[i].pds, v[i].pds_len) &&
		    hba_same_set(&other, pds))
			*found = true;
	free(v);
	return 0;
}

int cmd_hba_add(struct cmd_env *env, const struct cmd_args *args)
{
	const char *hex = cmd_get(args, "parameters")->text;
	uint8_t raw[HBA_PDS_MAX];
	struct hba_pds pds;
	const char *why;
	uint32_t id = 0;
	size_t len;
	bool found;
	int ret;

	if (setfile_octets(hex, raw, sizeof(raw), &len))
		return err_usage("parameters: must be hexadecimal octets, %d at most, as \"hba show\" prints them",
				 HBA_PDS_MAX);
	why = hba_parse(&pds, raw, len);
	if (why)
		return err_failed("parameters: %s", why);
	ret = is_loaded(env->client, &pds, &found);
	if (!ret && !found)
		ret = client_set_add(env->client, raw, len, &id);
	if (ret)
		return cmd_fail("hba add", ret);
	out_record_begin(env->out);
	out_bool(env->out, "loaded", "loaded now", !found);
	out_record_end(env->out);
	return CTL_OK;
}

const struct arg_spec cmd_hba_add_args[] = {
	{ .name = "parameters", .type = ARG_STRING,
	  .help = "of a set, as \"hba show\" prints them",
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};

static const struct arg_spec save_args[] = {
	{ .name = "file", .type = ARG_STRING, .help = "written anew",
	  .from = ARG_FROM_FILES,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{ .name = "cga", .type = ARG_STRING, .flags = ARG_MANY,
	  .from = ARG_FROM_FILES,
	  .help = "file of \"cga generate\": where a key is found again" },
	{ .name = "contexts", .type = ARG_FLAG,
	  .help = "set up those that are established anew" },
	{},
};

static const struct arg_spec restore_args[] = {
	{ .name = "file", .type = ARG_STRING,
	  .help = "of \"state save\": commands, one a line",
	  .from = ARG_FROM_FILES,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED },
	{},
};

const struct cmd_verb state_verbs[] = {
	{ .name = "save", .help = "write all settings to a file",
	  .flags = CMD_MODULE | CMD_NET | CMD_FILES | CMD_ONCE,
	  .args = save_args,
	  .run = run_save },
	{ .name = "restore", .help = "carry out the commands in a file",
	  .flags = CMD_MODULE | CMD_NET | CMD_ADMIN | CMD_FILES | CMD_ONCE |
		   CMD_TOOLS,
	  .args = restore_args, .run = run_restore },
	{},
};
