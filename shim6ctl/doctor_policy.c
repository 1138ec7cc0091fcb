// SPDX-License-Identifier: GPL-2.0
/* What was configured: rules, tunables; and limits that were met */
#include <string.h>

#include "doctor.h"
#include "limit.h"

#define TCP		6

/* Does a rule speak of every session with the peer, or with anybody */
static bool speaks_of_all(const struct doctor *d,
			  const struct shim6_policy_entry *e)
{
	const struct shim6_locator_entry *l;

	if (e->port || (e->proto && e->proto != TCP))
		return false;
	if (e->peer_len && (!d->peer ||
			    !doctor_in_prefix(d->peer, &e->peer, e->peer_len)))
		return false;
	for (l = doctor_each(d, NULL); l; l = doctor_each(d, l))
		if (!doctor_in_prefix(&l->addr, &e->local, e->local_len))
			return false;
	return true;
}

void doctor_check_policy(struct doctor *d)
{
	const struct shim6_policy_entry *e;

	doctor_fact(d, "%zu rules", d->m.npolicy);
	for (e = d->m.policy; e < d->m.policy + d->m.npolicy; e++) {
		if (!speaks_of_all(d, e))
			continue;
		if (e->action != SHIM6_POLICY_NEVER)
			return;
		doctor_fail(d, "policy_never",
			    "rule %u of the policy says never to every session%s%s%s",
			    e->id, e->proto ? " of TCP" : "",
			    d->peer ? " with " : "",
			    d->peer ? doctor_text(d->peer) : "");
		doctor_run(d, "shim6ctl policy del %u", e->id);
		return;
	}
}

static bool starts_something(const struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->m.npolicy; i++)
		if (d->m.policy[i].action == SHIM6_POLICY_ALWAYS)
			return true;
	return doctor_param(d, "trigger_packets", 1) ||
	       doctor_param(d, "trigger_bytes", 1) ||
	       doctor_param(d, "trigger_seconds", 1);
}

/**
 * struct setting - values of a tunable that keep something from working
 * @name: tunable
 * @min: smallest value that is well
 * @max: largest value that is well
 * @good: value to set; also what a module without it has
 * @fail: nothing works; else something works less well
 * @text: what is wrong
 */
struct setting {
	const char *name;
	uint64_t min;
	uint64_t max;
	uint64_t good;
	bool fail;
	const char *text;
};

static const struct setting settings[] = {
	{ "locator_max", 2, UINT64_MAX, 16, true,
	  "peers are told of one address of this host only" },
	{ "verify_relaxed", 0, 0, 0, false,
	  "addresses of peers are taken without proof: anybody may divert a session" },
	{ "tcp_kick", 1, 1, 1, false,
	  "TCP waits for its own timers after a switch, up to minutes" },
	{ "tag_bits", 40, 47, 47, false,
	  "context tags are short enough to be guessed" },
};

static void check_setting(struct doctor *d, const struct setting *s)
{
	uint64_t value = doctor_param(d, s->name, s->good);

	if (value >= s->min && value <= s->max)
		return;
	if (s->fail)
		doctor_fail(d, s->name, "%s (%s is %llu)", s->text, s->name,
			    (unsigned long long)value);
	else
		doctor_warn(d, s->name, "%s (%s is %llu)", s->text, s->name,
			    (unsigned long long)value);
	doctor_run(d, "shim6ctl param set %s %llu", s->name,
		   (unsigned long long)s->good);
}

void doctor_check_tunables(struct doctor *d)
{
	size_t i;

	if (!starts_something(d)) {
		doctor_warn(d, "trigger_off",
			    "this host begins no context itself: every trigger_* is 0 and no rule says always");
		doctor_run(d, "shim6ctl param set trigger_packets 50");
	}
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		check_setting(d, &settings[i]);
}

static const struct shim6_param_entry *find_param(const struct doctor *d,
						  const char *name)
{
	size_t i;

	for (i = 0; i < d->m.nparams; i++)
		if (!strcmp(d->m.params[i].name, name))
			return &d->m.params[i];
	return NULL;
}

void doctor_check_limits(struct doctor *d)
{
	const struct shim6_param_entry *p;
	const struct limit *l;
	uint64_t n;

	for (l = limits; l < limits + LIMITS; l++) {
		n = doctor_counter(d, l->counter);
		if (!n)
			continue;
		doctor_warn(d, l->counter, "%s: %llu", l->text,
			    (unsigned long long)n);
		p = find_param(d, l->param);
		if (p && p->value && p->value <= p->max / 2)
			doctor_run(d, "shim6ctl param set %s %llu && shim6ctl stats reset",
				   l->param, (unsigned long long)p->value * 2);
		else
			doctor_advise(d, "%s", l->advice);
	}
}
