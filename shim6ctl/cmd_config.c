// SPDX-License-Identifier: GPL-2.0
/* What the service carries out at each start, looked at beforehand */
#include <string.h>

#include "cmd.h"
#include "err.h"
#include "settings.h"
#include "verbs.h"

#define CONFIG	"/etc/shim6.conf"

static int check_line(struct cmd_env *env, int argc, char **argv)
{
	static struct cmd_args args;
	const struct cmd_verb *verb;
	int ret = cmd_parse(argc, argv, &verb, &args);

	if (ret)
		return ret;
	if (!(verb->flags & CMD_ADMIN) && !verb->check)
		return err_usage("%s: sets nothing in this host; only what does belongs here",
				 args.name);
	if (verb->flags & CMD_ONCE && !verb->check)
		return err_usage("%s: not from within a file", args.name);
	return verb->check ? verb->check(env, &args) : CTL_OK;
}

static int run_check(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *file = cmd_get(args, "file");

	return settings_run(env, file ? file->text : CONFIG, check_line);
}

static const struct arg_spec check_args[] = {
	{ .name = "file", .type = ARG_STRING, .from = ARG_FROM_FILES,
	  .help = "commands, one a line; " CONFIG " when not given" },
	{},
};

const struct cmd_verb config_verbs[] = {
	{ .name = "check", .help = "say what is wrong in a file, and do nothing",
	  .flags = CMD_TRY | CMD_FILES, .args = check_args,
	  .run = run_check },
	{},
};
