// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"
#include "err.h"
#include "out.h"
#include "verbs.h"

/**
 * struct check - something to look at
 * @name: as users see it
 * @needs: DOCTOR_*
 * @run: looks
 */
struct check {
	const char *name;
	unsigned int needs;
	void (*run)(struct doctor *d);
};

/* From the ground up: what comes later builds on what comes before */
static const struct check checks[] = {
	{ "module", 0, doctor_check_module },
	{ "ipv6", DOCTOR_NET, doctor_check_ipv6 },
	{ "locators", DOCTOR_MODULE | DOCTOR_NET, doctor_check_locators },
	{ "identity", DOCTOR_MODULE | DOCTOR_NET, doctor_check_identity },
	{ "routes", DOCTOR_MODULE | DOCTOR_NET, doctor_check_routes },
	{ "sources", DOCTOR_MODULE | DOCTOR_NET | DOCTOR_PROVEN,
	  doctor_check_sources },
	{ "mtu", DOCTOR_MODULE | DOCTOR_NET, doctor_check_mtu },
	{ "firewall", DOCTOR_MODULE | DOCTOR_NET | DOCTOR_FILTER,
	  doctor_check_firewall },
	{ "nat", DOCTOR_MODULE | DOCTOR_NET | DOCTOR_FILTER, doctor_check_nat },
	{ "policy", DOCTOR_MODULE, doctor_check_policy },
	{ "tunables", DOCTOR_MODULE, doctor_check_tunables },
	{ "limits", DOCTOR_MODULE, doctor_check_limits },
	{ "peer", DOCTOR_MODULE | DOCTOR_NET | DOCTOR_PEER | DOCTOR_PROVEN,
	  doctor_check_peer },
};

#define CHECKS	ARRAY_SIZE(checks)

/**
 * struct result - what a check came to
 * @level: the worst finding, or whether it was skipped
 * @fact: what it has to say without a finding
 */
struct result {
	enum doctor_level level;
	char fact[256];
};

static const char *const levels[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_SKIPPED] = "skipped",
	[DOCTOR_WARN] = "warn",
	[DOCTOR_FAIL] = "fail",
};

static void explain_lack(const struct doctor *d, unsigned int lack,
			 struct result *r)
{
	const char *why = "no locator is in an HBA set or a CGA";

	r->level = DOCTOR_SKIPPED;
	if (lack & DOCTOR_MODULE)
		why = "the module could not be asked";
	else if (lack & DOCTOR_PEER)
		why = "none was named: \"shim6ctl doctor PEER\" tries the ways to it";
	else if (lack & DOCTOR_FILTER)
		why = d->nofilter;
	snprintf(r->fact, sizeof(r->fact), "%s", why);
}

static void run_check(struct doctor *d, const struct check *check,
		      struct result *r)
{
	unsigned int lack = check->needs & ~d->have;
	size_t i = d->nfound;

	*r = (struct result){ .level = DOCTOR_OK };
	if (lack) {
		explain_lack(d, lack, r);
		return;
	}
	d->check = check->name;
	*d->fact = '\0';
	d->skipped = false;
	check->run(d);
	snprintf(r->fact, sizeof(r->fact), "%s", d->fact);
	if (d->skipped)
		r->level = DOCTOR_SKIPPED;
	for (; i < d->nfound; i++)
		if (d->found[i].level > r->level)
			r->level = d->found[i].level;
}

/* Those skipped one after the other for one reason are one line */
static size_t print_skipped(const struct result *results, size_t i, FILE *file)
{
	size_t k;

	for (k = i; k < CHECKS && results[k].level == DOCTOR_SKIPPED &&
	     !strcmp(results[k].fact, results[i].fact); k++)
		;
	if (k == i + 1) {
		fprintf(file, "skipped  %-9s %s\n", checks[i].name,
			results[i].fact);
		return k;
	}
	fprintf(file, "skipped  %s:\n         ", results[i].fact);
	for (; i < k; i++)
		fprintf(file, " %s", checks[i].name);
	putc('\n', file);
	return k;
}

/* A finding and what mends it are two lines below each other, so that the
 * second can be taken as it is
 */
static void print_found(const struct doctor *d, const char *check, FILE *file)
{
	const struct doctor_finding *f;

	for (f = d->found; f < d->found + d->nfound; f++)
		if (!strcmp(f->check, check))
			fprintf(file, "%-8s %-9s %s\n         %-9s %s\n",
				levels[f->level], f->check, f->text,
				f->command ? "run:" : "do:", f->remedy);
}

/* Most of what there is to run changes the kernel, not its configuration */
static void print_last(const struct doctor *d, FILE *file)
{
	size_t i;

	for (i = 0; i < d->nfound; i++) {
		if (!d->found[i].command)
			continue;
		fputs("\nCommands last until the next start: put them where this host is set up, too.\n",
		      file);
		return;
	}
}

static void print_text(const struct doctor *d, const struct result *results,
		       FILE *file)
{
	size_t i = 0;

	while (i < CHECKS) {
		if (results[i].level == DOCTOR_SKIPPED) {
			i = print_skipped(results, i, file);
			continue;
		}
		if (results[i].level == DOCTOR_OK)
			fprintf(file, "%-8s %-9s %s\n", "ok", checks[i].name,
				*results[i].fact ? results[i].fact : "well");
		else
			print_found(d, checks[i].name, file);
		i++;
	}
	print_last(d, file);
}

static void print_checks(struct out *o, const struct result *results)
{
	size_t i;

	out_table_begin(o, "checks", NULL);
	for (i = 0; i < CHECKS; i++) {
		out_row_begin(o);
		out_string(o, "check", NULL, checks[i].name);
		out_string(o, "result", NULL, levels[results[i].level]);
		out_string(o, "text", NULL,
			   *results[i].fact ? results[i].fact : NULL);
		out_row_end(o);
	}
	out_table_end(o);
}

static void print_findings(struct out *o, const struct doctor *d)
{
	const struct doctor_finding *f;

	out_table_begin(o, "findings", NULL);
	for (f = d->found; f < d->found + d->nfound; f++) {
		out_row_begin(o);
		out_string(o, "check", NULL, f->check);
		out_string(o, "finding", NULL, f->word);
		out_string(o, "result", NULL, levels[f->level]);
		out_string(o, "text", NULL, f->text);
		out_string(o, "command", NULL, f->command ? f->remedy : NULL);
		out_string(o, "advice", NULL, f->command ? NULL : f->remedy);
		out_row_end(o);
	}
	out_table_end(o);
}

static void print_paths(struct out *o, const struct doctor *d)
{
	static const char *const shim6[] = {
		[DOCTOR_ANSWERED] = "answered",
		[DOCTOR_SILENT] = "silent",
		[DOCTOR_NO_SUPPORT] = "no_support",
		[DOCTOR_NOT_SENT] = "not_sent",
	};
	static const char *const plain[] = {
		[HOST_ECHO] = "echo",
		[HOST_TCP] = "tcp",
		[HOST_REFUSED] = "refused",
		[HOST_SILENT] = "silent",
		[HOST_UNTRIED] = NULL,
	};
	const struct doctor_path *p;

	out_table_begin(o, "paths", NULL);
	for (p = d->paths; p < d->paths + d->npaths; p++) {
		out_row_begin(o);
		out_address(o, "local", NULL, &p->local);
		out_address(o, "peer", NULL, &p->peer);
		out_string(o, "shim6", NULL, shim6[p->shim6]);
		out_string(o, "plain", NULL, plain[p->plain]);
		out_row_end(o);
	}
	out_table_end(o);
}

static void print_json(struct out *o, const struct doctor *d,
		       const struct result *results)
{
	out_record_begin(o);
	out_bool(o, "well", NULL, !d->nfound);
	print_checks(o, results);
	print_findings(o, d);
	print_paths(o, d);
	out_record_end(o);
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *peer = cmd_get(args, "peer");
	struct doctor d = {
		.env = env,
		.host = env->host,
		.peer = peer ? &peer->addr : NULL,
	};
	struct result results[CHECKS];
	int ret = doctor_gather(&d);
	size_t i;

	if (!ret) {
		for (i = 0; i < CHECKS; i++)
			run_check(&d, &checks[i], &results[i]);
		if (env->out->as_json)
			print_json(env->out, &d, results);
		else
			print_text(&d, results, env->out->file);
		ret = d.nfound ? CTL_FAILED : CTL_OK;
	}
	doctor_release(&d);
	return ret;
}

static const struct arg_spec show_args[] = {
	{ .name = "peer", .type = ARG_UNICAST, .flags = ARG_POSITIONAL,
	  .help = "a host that should have Shim6: the ways to it are tried" },
	{},
};

const struct cmd_verb doctor_verbs[] = {
	{ .name = "show", .help = "what stops Shim6 here, and the command that mends it",
	  .flags = CMD_TRY | CMD_NET | CMD_TAGS | CMD_ECHO,
	  .args = show_args, .run = run_show },
	{},
};
