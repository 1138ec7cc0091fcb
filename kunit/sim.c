// SPDX-License-Identifier: GPL-2.0
/*
 * The simulation: its clock and its events.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include "../module/hash.h"
#include "../module/hba.h"
#include "sim.h"
#include "sim_net.c"
#include "sim_check.c"
#include "sim_host.c"
#include "sim_draw.c"
#include "sim_world.c"

static struct sim_packet *sim_first_packet(struct sim *s)
{
	unsigned int best = SIM_QUEUE, i;

	for (i = 0; i < s->top; i++)
		if (s->at[i] && (best == SIM_QUEUE || s->at[i] < s->at[best]))
			best = i;
	if (best == SIM_QUEUE) {
		s->top = 0;
		return NULL;
	}
	return &s->queue[best];
}

static struct sim_ctx *sim_first_timer(struct sim *s, unsigned int *host)
{
	unsigned int h, i, n = SIM_CTX;

	for (h = 0; h < s->nhosts; h++)
		for (i = 0; i < SIM_CTX; i++) {
			u64 due = s->host[h].due[i];

			if (!due || (n < SIM_CTX && due >= s->host[*host].due[n]))
				continue;
			n = i;
			*host = h;
		}
	return n < SIM_CTX ? &s->host[*host].ctx[n] : NULL;
}

static struct sim_traffic *sim_first_traffic(struct sim *s, unsigned int *flow,
					     unsigned int *side)
{
	struct sim_traffic *best = NULL;
	unsigned int f, e;

	for (f = 0; f < s->nflows; f++)
		for (e = 0; e < 2; e++) {
			struct sim_traffic *t = &s->flow[f].traffic[e];

			if (!t->next || (best && t->next >= best->next))
				continue;
			best = t;
			*flow = f;
			*side = e;
		}
	return best;
}

static void sim_next_payload(struct sim *s, struct sim_traffic *t)
{
	u64 at = s->now + (t->gap + sim_below(s, t->gap)) * SIM_MS;

	if (t->on) {
		u32 in = div_u64(at, SIM_MS) % (t->on + t->off);

		if (in > t->on)
			at += (t->on + t->off - in) * SIM_MS;
	}
	t->next = --t->left && at < s->stop_at ? at : 0;
}

/* A host restarts around a message of a handshake */
static bool sim_ambushed(struct sim *s, const struct sim_packet *k)
{
	return !k->payload && s->ambush_type == (k->buf[2] & 0x7f);
}

static void sim_receive(struct sim *s, unsigned int h, struct sim_packet *k)
{
	bool ambush = sim_ambushed(s, k);

	if (s->trace && !k->payload)
		sim_trace_pair(s, h, "got", sim_msg_name(k->buf[2] & 0x7f),
			       k->src, k->dst, "");
	if (ambush) {
		s->ambush_type = 0;
		if (s->ambush_who != 1)
			sim_restart(s, s->ambush_who ? k->host : h);
	}
	if (k->payload)
		sim_receive_payload(s, h, k);
	else
		sim_receive_control(s, h, k);
	if (ambush && s->ambush_who == 1)
		sim_restart(s, h);
}

static void sim_arrive(struct sim *s, struct sim_packet *k)
{
	unsigned int h = s->addr[k->dst].owner;
	u64 *at = &s->at[k - s->queue];

	s->now = *at;
	s->depth = k->depth + 1;
	s->root = k->root;
	s->steps++;
	if (k->failed)
		sim_bounced(s, k->host, k);
	else if (sim_is_up(s, k->dst) && h != k->host)
		sim_receive(s, h, k);
	*at = 0;
}

static u64 sim_world_due(const struct sim *s)
{
	if (s->next_change < s->nchange)
		return min(s->change[s->next_change].at, s->stable_at);
	return s->stable_at ? s->stable_at : SIM_NEVER;
}

static void sim_world(struct sim *s, u64 at)
{
	s->now = at;
	if (at == s->stable_at) {
		s->stable_at = 0;
		sim_become_stable(s);
		return;
	}
	sim_change_world(s, &s->change[s->next_change++]);
}

/* Whatever comes first. Return: false when the time is over */
static bool sim_next(struct sim *s)
{
	unsigned int h = 0, flow = 0, side = 0;
	struct sim_packet *k = sim_first_packet(s);
	struct sim_ctx *c = sim_first_timer(s, &h);
	struct sim_traffic *t = sim_first_traffic(s, &flow, &side);
	u64 ak = k ? s->at[k - s->queue] : SIM_NEVER;
	u64 ac = c ? s->host[h].due[c - s->host[h].ctx] : SIM_NEVER;
	u64 at = t ? t->next : SIM_NEVER, aw = sim_world_due(s);
	u64 next = min(min(ak, ac), min(at, aw));

	if (next == SIM_NEVER || next >= s->end_at)
		return false;
	if (next == ak && next != aw) {
		sim_arrive(s, k);
		return true;
	}
	s->depth = 0;
	s->root++;
	if (next == aw) {
		sim_world(s, next);
	} else if (next == ac) {
		s->now = next;
		sim_event(s, SHIM6_EV_TIMER, h);
		sim_step(s, h, c, NULL);
	} else {
		s->now = next;
		sim_next_payload(s, t);
		sim_send_payload(s, flow, side);
	}
	return true;
}

static bool sim_one(struct sim *s)
{
	s->sent = 0;
	if (!sim_next(s))
		return false;
	sim_check_event(s);
	return true;
}

/* Steps without the clock moving: something spins */
static void sim_check_progress(struct sim *s, u64 *last, u32 *count)
{
	if (s->now != *last) {
		*last = s->now;
		*count = 0;
	} else if (++*count > 1000) {
		SIM_FAIL(s, "the clock stands still");
	}
}

static void sim_until(struct sim *s, u64 end)
{
	u64 last = s->now;
	u32 count = 0;

	s->end_at = end;
	while (!s->failed && sim_one(s))
		sim_check_progress(s, &last, &count);
	if (!s->failed && s->now < end && end != SIM_NEVER)
		s->now = end;
}

/* Fewer packets than the trigger asks for: the shim is silent */
static void sim_run_quiet(struct sim *s)
{
	unsigned int f, e;

	for (f = 0; f < s->nflows; f++)
		for (e = 0; e < 2; e++)
			s->flow[f].traffic[e].left = s->trigger - 1;
	s->stop_at = SIM_NEVER;
	sim_until(s, s->now + 600 * SIM_SEC);
	if (s->control)
		SIM_FAIL(s, "%u control messages below the trigger",
			 s->control);
}

/* The end of the time allowed: what is checked must not be lost by chance */
static void sim_run_calm(struct sim *s)
{
	u64 stop = s->stop_at;

	sim_until(s, stop - SIM_CALM);
	s->loss = 0;
	sim_until(s, stop - SIM_CALM / 2);
	s->calm = true;
	s->whole = sim_is_whole(s);
	sim_until(s, stop);
	if (!s->failed)
		sim_check_flows(s);
}

static void sim_draw(struct sim *s, u8 worlds)
{
	unsigned int h;

	sim_draw_worlds(s, worlds);
	for (h = 0; h < s->nhosts; h++) {
		sim_draw_set(s, h);
		sim_draw_host(s, &s->host[h]);
	}
	sim_draw_network(s);
	sim_draw_flows(s);
}

bool sim_run(struct sim *s, u64 seed, u8 worlds)
{
	void (*trace)(const char *line) = s->trace;

	memset(s, 0, sizeof(*s));
	s->trace = trace;
	s->rng = seed;
	s->now = SIM_START;
	sim_draw(s, worlds);
	if (sim_chance(s, 1500)) {
		sim_run_quiet(s);
		return !s->failed;
	}
	sim_draw_changes(s);
	s->stop_at = SIM_NEVER;
	sim_until(s, s->stable_at + 1);
	sim_run_calm(s);
	s->calm = false;
	sim_until(s, s->stop_at + 700 * SIM_SEC);
	if (!s->failed) {
		sim_check_settled(s);
		sim_check_idle(s);
	}
	return !s->failed;
}
