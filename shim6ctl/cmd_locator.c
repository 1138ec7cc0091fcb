// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "client.h"
#include "err.h"
#include "show.h"
#include "verbs.h"

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *context = cmd_get(args, "context");
	uint32_t id = context ? (uint32_t)context->number : 0;
	struct shim6_locator_entry *v;
	size_t n;
	int ret = client_locators(env->client, id, &v, &n);

	if (ret == -ENOENT && id)
		return err_failed("context %" PRIu32 ": no such context; see \"context list\"",
				  id);
	if (ret)
		return cmd_fail("locator list", ret);
	show_locators(env->out, NULL, NULL, env->net, v, n);
	free(v);
	return CTL_OK;
}

static const struct arg_spec list_args[] = {
	{ .name = "context", .type = ARG_ID,
	  .help = "those of this context, both sides; else this host's" },
	{},
};

const struct cmd_verb locator_verbs[] = {
	{ .name = "list", .help = "all locators",
	  .flags = CMD_MODULE | CMD_NET, .args = list_args, .run = run_list },
	{},
};
