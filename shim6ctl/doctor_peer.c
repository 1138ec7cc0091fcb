// SPDX-License-Identifier: GPL-2.0
/*
 * A peer and the ways to it: a handshake is begun on every pair of addresses,
 * and where nothing answers, something that is not Shim6 is asked beside it.
 *
 * The handshake is that of a forked context (RFC 5533 4.2) for a flow that
 * cannot be: sessions do not notice it, and what is known of the peer already
 * makes no difference to it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"
#include "mem.h"

#define POLL_MS		50
#define SPARE_MS	1000	/* for an answer to the last message */
#define LONGEST_MS	12000
#define PATHS_MAX	32
#define NO_NEXT_HEADER	59

static void add_path(struct doctor *d, const struct in6_addr *local,
		     const struct in6_addr *peer)
{
	size_t i;

	for (i = 0; i < d->npaths; i++)
		if (!memcmp(&d->paths[i].local, local, sizeof(*local)) &&
		    !memcmp(&d->paths[i].peer, peer, sizeof(*peer)))
			return;
	if (d->npaths == PATHS_MAX)
		return;
	d->paths = mem_resize(d->paths, d->npaths + 1, sizeof(*d->paths));
	d->paths[d->npaths++] = (struct doctor_path){
		.local = *local, .peer = *peer,
		.shim6 = DOCTOR_NOT_SENT, .plain = HOST_UNTRIED,
	};
}

static void add_paths(struct doctor *d, const struct in6_addr *peer)
{
	const struct shim6_locator_entry *l;

	for (l = doctor_each(d, NULL); l; l = doctor_each(d, l))
		if (l->set)
			add_path(d, &l->addr, peer);
}

static int begin_path(struct doctor *d, struct doctor_path *p)
{
	struct shim6_context_fork fork = {
		.ulid_local = p->local,
		.ulid_peer = p->peer,
		.proto = NO_NEXT_HEADER,
	};
	int ret = client_context_fork(d->env->client, &fork);

	p->err = ret;
	p->context = ret ? 0 : fork.id;
	p->shim6 = ret ? DOCTOR_NOT_SENT : DOCTOR_SILENT;
	return ret == -EPERM ? ret : 0;
}

static int begin(struct doctor *d, size_t from)
{
	int ret = 0;
	size_t i;

	for (i = from; !ret && i < d->npaths; i++)
		ret = begin_path(d, &d->paths[i]);
	return ret;
}

static const struct shim6_context_entry *
find_context(const struct shim6_context_entry *v, size_t n, uint32_t id)
{
	for (; n; n--, v++)
		if (v->id == id)
			return v;
	return NULL;
}

/* Return: true when there is nothing more to wait for */
static bool look_at(struct doctor_path *p, const struct shim6_context_entry *c)
{
	if (!c || p->shim6 == DOCTOR_NOT_SENT)
		return true;
	switch (c->state) {
	case SHIM6_STATE_IDLE:
	case SHIM6_STATE_I1_SENT:
		return false;
	case SHIM6_STATE_E_FAILED:
		return true;
	case SHIM6_STATE_NO_SUPPORT:
		p->shim6 = DOCTOR_NO_SUPPORT;
		return true;
	default:
		p->shim6 = DOCTOR_ANSWERED;
		return c->state == SHIM6_STATE_ESTABLISHED;
	}
}

static bool look(struct doctor *d, size_t from)
{
	struct shim6_context_entry *v;
	bool done = true;
	size_t n, i;

	if (client_contexts(d->env->client, &v, &n))
		return true;
	for (i = from; i < d->npaths; i++)
		done &= look_at(&d->paths[i],
				find_context(v, n, d->paths[i].context));
	free(v);
	return done;
}

/* As long as it takes to lose one message and hear of the second; the wait
 * between them is up to half as long again (RFC 5533 7.7)
 */
static void wait_for(struct doctor *d, size_t from)
{
	uint64_t ms = doctor_param(d, "i1_timeout", 4000) * 3 / 2 + SPARE_MS;

	if (ms > LONGEST_MS)
		ms = LONGEST_MS;
	while (!look(d, from) && ms >= POLL_MS) {
		d->host->wait(POLL_MS);
		ms -= POLL_MS;
	}
}

/* Other addresses of the peer, from a context that knows them */
static void learn_peer(struct doctor *d)
{
	struct shim6_locator_entry *v;
	size_t n, i, k, known = d->npaths;

	for (i = 0; i < known; i++) {
		if (d->paths[i].shim6 != DOCTOR_ANSWERED ||
		    client_locators(d->env->client, d->paths[i].context, &v,
				    &n))
			continue;
		for (k = 0; k < n; k++)
			if (v[k].status & SHIM6_LOCATOR_PEER)
				add_paths(d, &v[k].addr);
		free(v);
	}
}

/* Nothing is left of what was begun; the peer forgets by itself */
static void clean_up(struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->npaths; i++)
		if (d->paths[i].context)
			client_context_flush(d->env->client,
					     d->paths[i].context);
}

/* Return: 0 or a negative errno */
static int try_paths(struct doctor *d)
{
	size_t first, i;
	int ret;

	add_paths(d, d->peer);
	ret = begin(d, 0);
	if (!ret)
		wait_for(d, 0);
	first = d->npaths;
	if (!ret)
		learn_peer(d);
	if (!ret && d->npaths > first) {
		ret = begin(d, first);
		wait_for(d, first);
	}
	for (i = 0; !ret && i < d->npaths; i++)
		if (d->paths[i].shim6 != DOCTOR_ANSWERED)
			d->paths[i].plain = d->host->reach(&d->paths[i].local,
							   &d->paths[i].peer);
	clean_up(d);
	return ret;
}

static size_t count_shim6(const struct doctor *d, enum doctor_shim6 shim6)
{
	size_t i, n = 0;

	for (i = 0; i < d->npaths; i++)
		n += d->paths[i].shim6 == shim6;
	return n;
}

static size_t count_plain(const struct doctor *d)
{
	size_t i, n = 0;

	for (i = 0; i < d->npaths; i++)
		n += d->paths[i].plain <= HOST_TCP;
	return n;
}

static void say_no_support(struct doctor *d)
{
	doctor_fail(d, "peer_without_shim6",
		    "%s has no Shim6: its kernel says it does not know protocol 140",
		    doctor_text(d->peer));
	doctor_advise(d, "at the peer: \"modprobe shim6\", then \"shim6ctl doctor\"");
}

static void say_silent(struct doctor *d)
{
	doctor_fail(d, "peer_silent",
		    "%s can be reached, but answers no Shim6: its firewall, or one on the way, drops protocol 140",
		    doctor_text(d->peer));
	doctor_advise(d, "at the peer: \"shim6ctl doctor\"; its firewall lets it in by \"nft insert rule inet filter input meta l4proto 140 accept\"");
}

static void say_unreachable(struct doctor *d)
{
	doctor_fail(d, "peer_unreachable",
		    "%s cannot be reached from any locator, neither by ping nor TCP nor Shim6",
		    doctor_text(d->peer));
	doctor_advise(d, "is it on, is the address right? See \"ip -6 route get %s from %s\"",
		      doctor_text(d->peer), doctor_text(&d->paths[0].local));
}

/* Is the address in no pair that works */
static bool all_dead(const struct doctor *d, const struct in6_addr *addr)
{
	const struct doctor_path *p;

	for (p = d->paths; p < d->paths + d->npaths; p++)
		if (p->shim6 == DOCTOR_ANSWERED &&
		    (!memcmp(&p->local, addr, sizeof(*addr)) ||
		     !memcmp(&p->peer, addr, sizeof(*addr))))
			return false;
	return true;
}

static bool said_of(const struct doctor *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->nfound; i++)
		if (!strcmp(d->found[i].check, d->check) &&
		    strstr(d->found[i].text, name))
			return true;
	return false;
}

/* @name: the pair, or the address that all dead ones have in common */
static void say_path(struct doctor *d, const struct doctor_path *p,
		     const char *name)
{
	if (said_of(d, name))
		return;
	if (p->plain <= HOST_TCP) {
		doctor_warn(d, "path_drops_shim6",
			    "%s: everything but protocol 140 passes; Shim6 never switches there",
			    name);
		doctor_advise(d, "ask the providers of %s and %s, and look at the firewalls there, who drops protocol 140",
			      doctor_prefix(&p->local),
			      doctor_prefix(&p->peer));
		return;
	}
	doctor_warn(d, "path_dead",
		    "%s: nothing passes; Shim6 never switches there", name);
	doctor_advise(d, "see \"ip -6 route get %s from %s\"; does the provider let that source out, is its line up?",
		      doctor_text(&p->peer), doctor_text(&p->local));
}

static void say_paths(struct doctor *d)
{
	const struct doctor_path *p;
	char name[128];

	for (p = d->paths; p < d->paths + d->npaths; p++) {
		if (p->shim6 == DOCTOR_ANSWERED)
			continue;
		if (all_dead(d, &p->local))
			snprintf(name, sizeof(name), "from %s to the peer",
				 doctor_text(&p->local));
		else if (all_dead(d, &p->peer))
			snprintf(name, sizeof(name), "to %s of the peer",
				 doctor_text(&p->peer));
		else
			snprintf(name, sizeof(name), "from %s to %s",
				 doctor_text(&p->local),
				 doctor_text(&p->peer));
		say_path(d, p, name);
	}
}

void doctor_check_peer(struct doctor *d)
{
	size_t answered;
	int ret;

	/* What a firewall here drops is none of the peer's doing */
	if (doctor_found(d, "firewall_in") || doctor_found(d, "firewall_out") ||
	    doctor_found(d, "no_source_route")) {
		doctor_skip(d, "mend firewall and routes of this host first");
		return;
	}
	if (!(d->env->client->info.features & SHIM6_FEATURE_FORK)) {
		doctor_skip(d, "this module is too old for it");
		return;
	}
	ret = try_paths(d);
	if (ret == -EPERM) {
		doctor_skip(d, "beginning a handshake needs CAP_NET_ADMIN; run it as root");
		return;
	}
	if (count_shim6(d, DOCTOR_NOT_SENT) == d->npaths) {
		doctor_fail(d, "peer_not_tried",
			    "no handshake with %s could be begun: %s",
			    doctor_text(d->peer),
			    strerror(-d->paths[0].err));
		doctor_advise(d, "see \"shim6ctl stats\" for a limit, \"ip -6 route get %s from %s\" for the route",
			      doctor_text(d->peer),
			      doctor_text(&d->paths[0].local));
		return;
	}
	answered = count_shim6(d, DOCTOR_ANSWERED);
	doctor_fact(d, "%s answers on %zu of %zu paths", doctor_text(d->peer),
		    answered, d->npaths);
	if (answered == d->npaths)
		return;
	if (count_shim6(d, DOCTOR_NO_SUPPORT))
		say_no_support(d);
	else if (answered)
		say_paths(d);
	else if (count_plain(d))
		say_silent(d);
	else
		say_unreachable(d);
}
