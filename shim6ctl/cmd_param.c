// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "err.h"
#include "macros.h"
#include "out.h"
#include "quantity.h"
#include "verbs.h"

static void show_param(struct out *o, const struct shim6_param_entry *p)
{
	out_string(o, "name", "name", p->name);
	out_number(o, "value", "value", p->value);
	out_string(o, "unit", "unit", p->unit);
	out_number(o, "min", "min", p->min);
	out_number(o, "max", "max", p->max);
	out_number(o, "default", "default", p->def);
	out_string(o, "text", "meaning", p->text);
}

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_param_entry *v;
	size_t n, i;
	int ret = client_params(env->client, &v, &n);

	(void)args;
	if (ret)
		return cmd_fail("param list", ret);
	out_table_begin(env->out, NULL, NULL);
	for (i = 0; i < n; i++) {
		out_row_begin(env->out);
		show_param(env->out, &v[i]);
		out_row_end(env->out);
	}
	out_table_end(env->out);
	free(v);
	return CTL_OK;
}

/* By its name or an unambiguous beginning */
static int find(struct client *c, const char *name, struct shim6_param_entry *p)
{
	struct shim6_param_entry *v;
	unsigned int count = 0;
	size_t n, i;
	int ret = client_params(c, &v, &n);

	if (ret)
		return cmd_fail("param", ret);
	for (i = 0; i < n; i++) {
		if (strncmp(v[i].name, name, strlen(name)))
			continue;
		*p = v[i];
		count++;
		if (!strcmp(v[i].name, name)) {
			count = 1;
			break;
		}
	}
	free(v);
	if (count == 1)
		return CTL_OK;
	return err_failed("param %s: %s; see \"param list\"", name,
			  count ? "several begin like this" :
				  "no such tunable");
}

static int run_get(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_param_entry p;
	int ret = find(env->client, cmd_get(args, "name")->text, &p);

	if (ret)
		return ret;
	out_record_begin(env->out);
	show_param(env->out, &p);
	out_record_end(env->out);
	return CTL_OK;
}

/* What a suffix multiplies by, 0 when it makes no sense with the unit */
static uint64_t factor(const char *unit, const char *suffix)
{
	bool is_time = !strcmp(unit, "ms") || !strcmp(unit, "s");

	if (!*suffix)
		return 1;
	return is_time ? quantity_unit(suffix) / quantity_unit(unit) : 0;
}

static bool parse_switch(const char *text, uint64_t *value)
{
	static const char *const words[] = {
		"off", "on", "no", "yes", "false", "true",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i], text))
			continue;
		*value = i % 2;
		return true;
	}
	return false;
}

static bool parse_value(const struct shim6_param_entry *p, const char *text,
			uint64_t *value)
{
	const char *suffix;
	uint64_t mul;

	if (!strcmp(p->unit, "bool") && parse_switch(text, value))
		return true;
	if (!quantity_number(text, value, &suffix))
		return false;
	mul = factor(p->unit, suffix);
	if (!mul)
		return false;
	/* Saturate: the range check that follows has the right words */
	if (__builtin_mul_overflow(*value, mul, value))
		*value = UINT64_MAX;
	return true;
}

static int refuse(const struct shim6_param_entry *p, const char *text,
		  bool syntax)
{
	int (*say)(const char *fmt, ...) = syntax ? err_usage : err_failed;
	const char *how = "";

	if (syntax && !strcmp(p->unit, "ms"))
		how = "; ms, s, m or h may follow the number";
	else if (syntax && !strcmp(p->unit, "s"))
		how = "; s, m or h may follow the number";
	else if (syntax && !strcmp(p->unit, "bool"))
		how = "; on and off are understood too";
	return say("%s %s: must be a number from %" PRIu64 " to %" PRIu64 " (%s)%s",
		   p->name, text, p->min, p->max, p->unit, how);
}

/* The tunable that is meant, and its new value */
static int understand(struct cmd_env *env, const struct cmd_args *args,
		      struct shim6_param_entry *p, uint64_t *value)
{
	const char *text = cmd_get(args, "value")->text;
	int ret = find(env->client, cmd_get(args, "name")->text, p);

	if (ret)
		return ret;
	if (!parse_value(p, text, value))
		return refuse(p, text, true);
	if (*value < p->min || *value > p->max)
		return refuse(p, text, false);
	return CTL_OK;
}

/* The module has the names and the ranges */
static int check_set(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_param_entry p;
	uint64_t value;

	return env->client_err ? CTL_OK : understand(env, args, &p, &value);
}

static int run_set(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_param_entry p;
	uint64_t value;
	int ret = understand(env, args, &p, &value);

	if (ret)
		return ret;
	ret = client_param_set(env->client, p.name, value);
	if (ret == -ERANGE)
		return refuse(&p, cmd_get(args, "value")->text, false);
	if (ret)
		return cmd_fail("param set", ret);
	out_record_begin(env->out);
	out_string(env->out, "name", NULL, p.name);
	out_number(env->out, "value", NULL, value);
	out_string(env->out, "unit", NULL, p.unit);
	out_number(env->out, "was", NULL, p.value);
	out_record_end(env->out);
	return CTL_OK;
}

#define ARG_NAME							\
	{ .name = "name", .type = ARG_STRING, .help = "name of the tunable", \
	  .from = ARG_FROM_PARAMS,					\
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

static const struct arg_spec get_args[] = {
	ARG_NAME,
	{},
};

static const struct arg_spec set_args[] = {
	ARG_NAME,
	{ .name = "value", .type = ARG_STRING, .from = ARG_FROM_PARAM_VALUE,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED,
	  .help = "in its unit; times may be given as 500ms, 10s, 5m, 1h" },
	{},
};

const struct cmd_verb param_verbs[] = {
	{ .name = "list", .help = "all tunables", .flags = CMD_MODULE,
	  .run = run_list },
	{ .name = "get", .help = "one tunable", .flags = CMD_MODULE,
	  .args = get_args, .run = run_get },
	{ .name = "set", .help = "change a tunable of this network namespace",
	  .flags = CMD_MODULE | CMD_ADMIN, .args = set_args, .run = run_set,
	  .check = check_set },
	{},
};
