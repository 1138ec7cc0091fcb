// SPDX-License-Identifier: GPL-2.0
/*
 * The simulation: its clock and the properties that must hold.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include "../module/hash.h"
#include "../module/hba.h"
#include "sim.h"
#include "sim_host.c"
#include "sim_draw.c"
#include "sim_world.c"

/* (a) at the end of the time allowed */
static void sim_check_pairs(struct sim *s)
{
	unsigned int h, f;

	if (!s->strict || !sim_working(s, 0) || !sim_working(s, 1))
		return;
	for (f = 0; f < s->flows; f++) {
		s->checked += s->finished[f];
		for (h = 0; s->finished[f] && h < 2; h++) {
			struct sim_ctx *c = sim_flow_ctx(s, h, f);
			int i, j;

			if (!c || c->p.state != SHIM6_ESTABLISHED) {
				SIM_FAIL(s, "host %c flow %u: context gone",
					 'A' + h, f);
				continue;
			}
			i = sim_loc(&s->host[h], &c->p.cur.src);
			j = sim_loc(&s->host[!h], &c->p.cur.dst);
			if (!sim_works(s, h, i, j))
				SIM_FAIL(s, "host %c flow %u: dead pair %d>%d",
					 'A' + h, f, i, j);
		}
	}
}

/* (b) long after the last payload */
static void sim_check_settled(struct sim *s)
{
	unsigned int h, i;

	for (h = 0; h < 2; h++)
		for (i = 0; i < SIM_CTX; i++) {
			struct sim_ctx *c = &s->host[h].ctx[i];

			if (c->used && c->p.state != SHIM6_ESTABLISHED)
				SIM_FAIL(s, "host %c: half-open: %s", 'A' + h,
					 shim6_state_name(c->p.state));
		}
}

static struct sim_packet *sim_first_packet(struct sim *s)
{
	struct sim_packet *best = NULL;
	unsigned int i;

	for (i = 0; i < SIM_QUEUE; i++)
		if (s->queue[i].used && (!best || s->queue[i].at < best->at))
			best = &s->queue[i];
	return best;
}

static struct sim_ctx *sim_first_timer(struct sim *s, unsigned int *host)
{
	struct sim_ctx *best = NULL;
	unsigned int h, i;

	for (h = 0; h < 2; h++)
		for (i = 0; i < SIM_CTX; i++) {
			struct sim_ctx *c = &s->host[h].ctx[i];

			if (!c->used || !c->due || (best && c->due >= best->due))
				continue;
			best = c;
			*host = h;
		}
	return best;
}

static struct sim_traffic *sim_first_traffic(struct sim *s, unsigned int *host,
					     unsigned int *flow)
{
	struct sim_traffic *best = NULL;
	unsigned int h, f;

	for (h = 0; h < 2; h++)
		for (f = 0; f < s->flows; f++) {
			struct sim_traffic *t = &s->host[h].traffic[f];

			if (!t->next || (best && t->next >= best->next))
				continue;
			best = t;
			*host = h;
			*flow = f;
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

static void sim_arrive(struct sim *s, struct sim_packet *k)
{
	s->now = k->at;
	s->steps++;
	if (k->failed) {
		sim_bounced(s, k->to, k);
	} else if (s->host[k->to].up[sim_loc(&s->host[k->to], &k->pair.dst)]) {
		if (k->payload)
			sim_receive_payload(s, k->to, k);
		else
			sim_receive_control(s, k->to, &k->pair, k->buf,
					    k->len);
	}
	k->used = false;
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

/* One event: whatever comes first. Return: false when the time is over */
static bool sim_one(struct sim *s)
{
	unsigned int th = 0, ph = 0, flow = 0;
	struct sim_packet *k = sim_first_packet(s);
	struct sim_ctx *c = sim_first_timer(s, &th);
	struct sim_traffic *t = sim_first_traffic(s, &ph, &flow);
	u64 ak = k ? k->at : SIM_NEVER, ac = c ? c->due : SIM_NEVER;
	u64 at = t ? t->next : SIM_NEVER, aw = sim_world_due(s);
	u64 next = min(min(ak, ac), min(at, aw));

	if (next == SIM_NEVER || next >= s->end_at)
		return false;
	if (next == aw) {
		sim_world(s, next);
	} else if (next == ak) {
		sim_arrive(s, k);
	} else if (next == ac) {
		s->now = next;
		sim_event(s, SHIM6_EV_TIMER, th);
		sim_step(s, th, c);
	} else {
		s->now = next;
		sim_next_payload(s, t);
		sim_send_payload(s, ph, flow);
	}
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
	if (s->now < end && end != SIM_NEVER)
		s->now = end;
}

/* (e) fewer packets than the trigger asks for */
static void sim_run_quiet(struct sim *s)
{
	unsigned int h, f;

	for (h = 0; h < 2; h++)
		for (f = 0; f < s->flows; f++)
			s->host[h].traffic[f].left = s->trigger - 1;
	s->nchange = 0;
	s->stable_at = 0;
	s->stop_at = SIM_NEVER;
	sim_until(s, s->now + 600 * SIM_SEC);
	if (s->control)
		SIM_FAIL(s, "%u control messages below the trigger",
			 s->control);
}

/* (d) on a perfect network an idle context stops talking */
static void sim_check_idle(struct sim *s)
{
	u32 longest = max(s->host[0].params.v[SHIM6_P_SEND_TIMEOUT],
			  s->host[1].params.v[SHIM6_P_SEND_TIMEOUT]);

	if (s->loss || sim_working(s, 0) != s->host[0].n * s->host[1].n ||
	    sim_working(s, 1) != s->host[0].n * s->host[1].n)
		return;
	if (s->control && s->last_control >
			  s->stop_at + (2ULL * longest + 200000) * SIM_MS)
		SIM_FAIL(s, "control messages from an idle context");
}

bool sim_run(struct sim *s, u64 seed)
{
	void (*trace)(const char *line) = s->trace;
	u64 stop;

	memset(s, 0, sizeof(*s));
	s->trace = trace;
	s->rng = seed;
	s->now = SIM_START;
	s->strict = true;
	sim_draw_host(s, 0);
	sim_draw_host(s, 1);
	sim_draw_network(s);
	sim_draw_traffic(s);
	if (sim_chance(s, 1500)) {
		sim_run_quiet(s);
		return !s->failed;
	}
	sim_draw_changes(s);
	s->stop_at = SIM_NEVER;
	sim_until(s, s->stable_at + 1);
	stop = s->stop_at;
	sim_until(s, stop);
	if (!s->failed)
		sim_check_pairs(s);
	sim_until(s, stop + 700 * SIM_SEC);
	if (!s->failed) {
		sim_check_settled(s);
		sim_check_idle(s);
	}
	return !s->failed;
}
