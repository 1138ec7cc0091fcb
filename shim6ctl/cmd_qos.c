// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "out.h"
#include "qos.h"
#include "qos_check.h"
#include "quantity.h"
#include "tc.h"
#include "verbs.h"

static int run_translate(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *name = cmd_get(args, "file");
	FILE *file = name ? fopen(name->text, "re") : stdin;
	struct qos_batch b = {};
	int ret;

	if (!file)
		return err_failed("file %s: %s", name->text, strerror(errno));
	ret = qos_translate(file, name ? name->text : "standard input",
			    cmd_has(args, "u32"), cmd_has(args, "router"), &b);
	if (!ret)
		qos_batch_print(&b, env->out->file, NULL);
	qos_batch_free(&b);
	if (name)
		fclose(file);
	return ret;
}

static const struct arg_spec check_args[] = {
	{ .name = "dev", .type = ARG_DEV, .help = "interface" },
	{ .name = "file", .type = ARG_STRING, .from = ARG_FROM_FILES,
	  .help = "a script with commands of tc" },
	{},
};

static const struct arg_spec translate_args[] = {
	{ .name = "file", .type = ARG_STRING, .from = ARG_FROM_FILES,
	  .help = "old commands, one a line; without: standard input" },
	{ .name = "router", .type = ARG_FLAG,
	  .help = "look through the header of Shim6" },
	{ .name = "u32", .type = ARG_FLAG,
	  .help = "classify with u32 instead of flower" },
	{},
};

#define PART(what, text, of)						\
	{ .name = (what), .help = (text), .verbs = (of) }

const struct cmd_verb qos_verbs[] = {
	{ .name = "apply", .help = "set up a device",
	  .flags = CMD_TRY | CMD_NET | CMD_TOOLS | CMD_ONCE,
	  .args = cmd_qos_apply_args, .run = cmd_qos_apply,
	  .check = cmd_qos_apply_check },
	{ .name = "remove", .help = "give a device its default back",
	  .flags = CMD_TRY | CMD_NET | CMD_TOOLS | CMD_ONCE,
	  .args = cmd_qos_remove_args, .run = cmd_qos_remove,
	  .check = cmd_qos_remove_check },
	{ .name = "check", .help = "name what would not work, and what would mend it; exit status 1: warnings, 2: it would not work, or nobody knows",
	  .flags = CMD_TRY | CMD_NET | CMD_TOOLS | CMD_FILES | CMD_ONCE,
	  .args = check_args, .run = qos_check },
	{ .name = "translate", .help = "commands for dsmark, tcindex and CBQ as a script of today",
	  .flags = CMD_FILES, .args = translate_args, .run = run_translate },
	PART("class", "what packets of one kind get", qos_class_verbs),
	PART("link", "providers: their locators, rates and weights",
	     qos_link_verbs),
	PART("rule", "which class a packet is of", qos_rule_verbs),
	PART("control", "our own messages", qos_control_verbs),
	PART("police", "how many messages are served", qos_police_verbs),
	PART("share", "how contexts are spread over the links",
	     qos_share_verbs),
	PART("trust", "packets without a rule", qos_trust_verbs),
	{ .name = "init", .help = "make the classes of a profile, all at once",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = cmd_qos_init_args, .run = cmd_qos_init },
	{ .name = "flush", .help = "empty the table: no classes, links, rules and limits",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .run = cmd_qos_flush },
	{ .name = "load", .help = "carry out the commands in a file, all of them or none",
	  .flags = CMD_MODULE | CMD_NET | CMD_ADMIN | CMD_FILES,
	  .features = SHIM6_FEATURE_QOS, .args = cmd_qos_load_args,
	  .run = cmd_qos_load, .check = cmd_qos_load_check },
	{ .name = "save", .help = "print the commands that make the table",
	  .flags = CMD_MODULE | CMD_NET, .features = SHIM6_FEATURE_QOS,
	  .run = cmd_qos_save },
	{ .name = "show", .help = "what is configured, and what became of the packets",
	  .flags = CMD_MODULE | CMD_NET, .features = SHIM6_FEATURE_QOS,
	  .args = cmd_qos_show_args, .run = cmd_qos_show },
	{},
};
