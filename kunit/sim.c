// SPDX-License-Identifier: GPL-2.0
/*
 * The world of the simulation: what is drawn from the seed, the clock, and the
 * properties that must hold.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include "../module/hash.h"
#include "../module/hba.h"
#include "sim.h"
#include "sim_host.c"

#define SIM_MS		SHIM6_NS_PER_MS
#define SIM_SEC		SHIM6_NS_PER_SEC
#define SIM_START	(1000 * SIM_SEC)
#define SIM_NEVER	(~0ULL)

/* A key that is none, of the form HBAs without keys have (RFC 5535 6) */
static const u8 sim_key[] = {
	0x30, 0x4c, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
	0x01, 0x01, 0x01, 0x05, 0x00, 0x03, 0x3b, 0x00, 0x30, 0x38, 0x02, 0x31,
	0x00, 0xb2, 0xd3, 0x37, 0x23, 0x45, 0x2d, 0xf9, 0x3b, 0x62, 0x00, 0x58,
	0xb1, 0x34, 0xdd, 0x76, 0x35, 0x89, 0x9a, 0xb5, 0xee, 0xb3, 0x4d, 0x43,
	0x80, 0x44, 0x0a, 0x0d, 0xdd, 0xdb, 0x57, 0x5f, 0x3e, 0xb3, 0x27, 0x84,
	0x39, 0xbb, 0x18, 0xb2, 0xff, 0xaa, 0xf2, 0x5c, 0x65, 0x1c, 0x71, 0xc3,
	0xc5, 0x02, 0x03, 0x01, 0x00, 0x01,
};

static void sim_prefix(unsigned int host, unsigned int i, u8 *out)
{
	static const u8 base[8] = { 0x20, 0x01, 0x0d, 0xb8 };

	memcpy(out, base, sizeof(base));
	out[4] = host;
	out[5] = i;
}

/* RFC 5535 6 with Sec 0 */
static void sim_make_hba(struct sim *s, unsigned int n)
{
	struct sim_host *h = &s->host[n];
	struct shim6_hash_part part = { .data = h->pds };
	u8 digest[SHIM6_SHA1_LEN];
	u64 modifier[2] = { sim_rand64(s), sim_rand64(s) };
	unsigned int i;
	u8 *b = h->pds;

	memcpy(b, modifier, 16);
	b[24] = 0;
	memcpy(b + 25, sim_key, sizeof(sim_key));
	b += 25 + sizeof(sim_key);
	memset(b, 0, 8);
	b[1] = SHIM6_EXT_MULTI_PREFIX;
	b[3] = 4 + 8 * h->n;
	for (i = 0; i < h->n; i++)
		sim_prefix(n, i, b + 8 + 8 * i);
	h->pds_len = b + 8 + 8 * h->n - h->pds;
	part.len = h->pds_len;
	for (i = 0; i < h->n; i++) {
		sim_prefix(n, i, h->pds + 16);
		if (shim6_sha1(&part, 1, digest))
			SIM_FAIL(s, "no SHA-1");
		memcpy(h->addr[i].s6_addr, h->pds + 16, 8);
		memcpy(h->addr[i].s6_addr + 8, digest, 8);
		h->addr[i].s6_addr[8] &= 0x1c;
	}
	sim_prefix(n, 0, h->pds + 16);
}

static u32 sim_pick(struct sim *s, const u32 *of, unsigned int n)
{
	return of[sim_below(s, n)];
}

static void sim_set(struct sim_host *h, enum shim6_param i, u64 val)
{
	h->params.v[i] = val;
}

static void sim_draw_host(struct sim *s, unsigned int n)
{
	static const u32 counts[] = { 1, 2, 2, 2, 2, 3, 3, 4 };
	static const u32 send[] = { 15000, 15000, 15000, 10000, 30000, 3000 };
	static const u32 interval[] = { 0, 0, 0, 2000, 5000, 50000 };
	static const u32 probe_max[] = { 60000, 60000, 60000, 8000, 20000 };
	struct sim_host *h = &s->host[n];
	siphash_key_t fresh[2];
	unsigned int i;

	h->n = sim_pick(s, counts, ARRAY_SIZE(counts));
	sim_make_hba(s, n);
	for (i = 0; i < h->n; i++) {
		h->up[i] = true;
		h->deprecated[i] = sim_chance(s, 6000);
	}
	shim6_params_init(&h->params);
	sim_set(h, SHIM6_P_SEND_TIMEOUT, sim_pick(s, send, ARRAY_SIZE(send)));
	sim_set(h, SHIM6_P_KEEPALIVE_INTERVAL,
		sim_pick(s, interval, ARRAY_SIZE(interval)));
	sim_set(h, SHIM6_P_PROBE_TIMEOUT_MAX,
		sim_pick(s, probe_max, ARRAY_SIZE(probe_max)));
	sim_set(h, SHIM6_P_IDLE_TIMEOUT, 86400000);
	for (i = 0; i < 2; i++) {
		fresh[i].key[0] = sim_rand64(s);
		fresh[i].key[1] = sim_rand64(s);
	}
	shim6_cookie_rotate(&h->secret, s->now, 600 * SIM_SEC, fresh);
}

static void sim_draw_network(struct sim *s)
{
	static const u32 dups[] = { 0, 0, 0, 1300, 6500 };

	s->loss = sim_chance(s, 32768) ? 0 : sim_below(s, 32768);
	s->stable_loss = sim_chance(s, 32768) ? 0 : sim_below(s, 19661);
	s->dup = sim_pick(s, dups, ARRAY_SIZE(dups));
	s->delay[0] = 100 + sim_below(s, 50000);
	s->delay[1] = 1 + sim_below(s, sim_chance(s, 32768) ? 1000 : 300000);
}

static void sim_pattern(struct sim *s, struct sim_traffic *t)
{
	memset(t, 0, sizeof(*t));
	switch (sim_below(s, 4)) {
	case 0:
	case 1:		/* bulk */
		t->gap = 200 + sim_below(s, 1500);
		break;
	case 2:		/* sparse */
		t->gap = 3000 + sim_below(s, 20000);
		break;
	default:	/* bursts */
		t->gap = 200 + sim_below(s, 300);
		t->on = 3000 + sim_below(s, 20000);
		t->off = 5000 + sim_below(s, 30000);
		break;
	}
	t->next = s->now + sim_below(s, 2000) * SIM_MS;
	t->left = ~0U;
}

static void sim_draw_traffic(struct sim *s)
{
	unsigned int f, one_way;

	s->flows = 1;
	if (s->host[0].n > 1 && s->host[1].n > 1 && sim_chance(s, 16384))
		s->flows = 2;
	s->trigger = 3 + sim_below(s, 8);
	for (f = 0; f < s->flows; f++) {
		one_way = sim_below(s, 6);
		if (one_way != 1)
			sim_pattern(s, &s->host[0].traffic[f]);
		if (one_way != 0)
			sim_pattern(s, &s->host[1].traffic[f]);
	}
}

static void sim_add_change(struct sim *s, u64 at, u8 kind, u8 host)
{
	struct sim_change *c;
	unsigned int i;

	if (s->nchange == SIM_CHANGES)
		return;
	for (i = s->nchange; i && s->change[i - 1].at > at; i--)
		s->change[i] = s->change[i - 1];
	c = &s->change[i];
	c->at = at;
	c->kind = kind;
	c->host = host;
	c->from = sim_below(s, s->host[host].n);
	c->to = sim_below(s, s->host[!host].n);
	s->nchange++;
}

static void sim_draw_changes(struct sim *s)
{
	static const u32 kinds[] = {
		SIM_CUT, SIM_CUT, SIM_CUT, SIM_CUT_LOC, SIM_CUT_LOC, SIM_HEAL,
		SIM_HEAL_LOC, SIM_DOWN, SIM_DOWN, SIM_UP, SIM_SET_PATH,
		SIM_HINT, SIM_FLUSH,
	};
	unsigned int i, n = sim_below(s, SIM_CHANGES - 3);
	u32 window = 20000 + sim_below(s, 100000);

	/* Some worlds are bad from the start, most only after the handshake */
	u32 first = sim_chance(s, 10000) ? 0 : 25000;

	for (i = 0; i < n; i++) {
		u32 kind = sim_pick(s, kinds, ARRAY_SIZE(kinds));

		if (kind == SIM_FLUSH && sim_chance(s, 45000))
			kind = SIM_CUT_LOC;
		sim_add_change(s, s->now + (first + sim_below(s, window)) * SIM_MS,
			       kind, sim_below(s, 2));
	}
	s->stable_at = s->now + (first + window) * SIM_MS;
}

static void sim_tell_local(struct sim *s, unsigned int n)
{
	struct shim6_locset set;
	unsigned int i;

	sim_locals(&s->host[n], &set);
	for (i = 0; i < SIM_CTX; i++) {
		if (!s->host[n].ctx[i].used)
			continue;
		sim_event(s, SHIM6_EV_LOCAL, n);
		s->ev.local = &set;
		sim_step(s, n, &s->host[n].ctx[i]);
	}
}

static void sim_set_loc(struct sim *s, unsigned int n, unsigned int i,
			bool cut)
{
	unsigned int j;

	for (j = 0; j < SIM_LOCS; j++) {
		s->cut[n][i][j] = cut;
		s->cut[!n][j][i] = cut;
	}
}

static void sim_flush(struct sim *s, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++) {
		if (!s->host[n].ctx[i].used)
			continue;
		s->host[n].ctx[i].used = false;
		s->strict = false;
	}
}

static void sim_tell_contexts(struct sim *s, const struct sim_change *c)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++) {
		struct sim_ctx *x = &s->host[c->host].ctx[i];

		if (!x->used)
			continue;
		if (c->kind == SIM_SET_PATH) {
			sim_event(s, SHIM6_EV_SET_PATH, c->host);
			s->ev.pair.src = s->host[c->host].addr[c->from];
			s->ev.pair.dst = s->host[!c->host].addr[c->to];
		} else {
			sim_event(s, SHIM6_EV_HINT, c->host);
			s->ev.pair = x->p.cur;
		}
		sim_step(s, c->host, x);
	}
}

static void sim_change_world(struct sim *s, const struct sim_change *c)
{
	static const char * const names[] = {
		"cut", "cut-loc", "heal", "heal-loc", "down", "up", "flush",
		"set-path", "hint",
	};
	struct sim_host *h = &s->host[c->host];
	struct shim6_pair pair = { h->addr[c->from],
				   s->host[!c->host].addr[c->to] };

	sim_trace(s, c->host, "WORLD", names[c->kind], &pair, "");
	switch (c->kind) {
	case SIM_CUT:
	case SIM_HEAL:
		s->cut[c->host][c->from][c->to] = c->kind == SIM_CUT;
		break;
	case SIM_CUT_LOC:
	case SIM_HEAL_LOC:
		sim_set_loc(s, c->host, c->from, c->kind == SIM_CUT_LOC);
		break;
	case SIM_DOWN:
	case SIM_UP:
		h->up[c->from] = c->kind == SIM_UP;
		sim_tell_local(s, c->host);
		break;
	case SIM_FLUSH:
		sim_flush(s, c->host);
		break;
	default:
		sim_tell_contexts(s, c);
		break;
	}
}

static unsigned int sim_working(const struct sim *s, unsigned int h)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < s->host[h].n; i++)
		for (j = 0; j < s->host[!h].n; j++)
			n += sim_works(s, h, i, j);
	return n;
}

static struct sim_ctx *sim_flow_ctx(struct sim *s, unsigned int h,
				    unsigned int f)
{
	return sim_by_ulids(&s->host[h], &s->host[h].addr[f],
			    &s->host[!h].addr[f]);
}

/* Host h may send by its context from i to j as things are known there */
static bool sim_known_pair(const struct sim *s, unsigned int h, unsigned int i,
			   unsigned int j, const struct shim6_proto *p)
{
	int d = shim6_locset_find(&p->peer, &s->host[!h].addr[j]);

	return sim_works(s, h, i, j) && d >= 0 &&
	       p->peer.loc[d].status & SHIM6_LOC_VERIFIED;
}

/*
 * Is there a way to recover, by what each host knows of the other now? A way
 * for each direction from a source that the other has acknowledged; or a pair
 * that works both ways, over which an Update from a new source gets its R1bis
 * (RFC 5533 10.4). Two hosts that both moved to addresses they had no chance to
 * tell of have lost each other, and so have those where only the new source
 * works and the R1bis cannot come back.
 */
static bool sim_can_recover(const struct sim *s, struct sim_ctx *ctx[2])
{
	bool known[2] = { false, false };
	unsigned int h, i, j;

	for (h = 0; h < 2; h++)
		for (i = 0; i < s->host[h].n; i++)
			for (j = 0; j < s->host[!h].n; j++) {
				struct shim6_pair pair = {
					s->host[h].addr[i],
					s->host[!h].addr[j],
				};

				if (!sim_known_pair(s, h, i, j, &ctx[h]->p))
					continue;
				if (sim_works(s, !h, j, i))
					return true;
				known[h] |= shim6_explore_usable(
					&ctx[h]->p.local, &ctx[h]->p.peer,
					&pair);
			}
	return known[0] && known[1];
}

/* How the world stays: some of what was broken is whole again */
static void sim_stabilise(struct sim *s)
{
	unsigned int h, i, j, f;

	for (h = 0; h < 2; h++) {
		bool told = false;

		for (i = 0; i < s->host[h].n; i++) {
			for (j = 0; j < s->host[!h].n; j++)
				if (sim_chance(s, 30000))
					s->cut[h][i][j] = false;
			if (!s->host[h].up[i] && sim_chance(s, 40000)) {
				s->host[h].up[i] = true;
				told = true;
			}
		}
		if (told)
			sim_tell_local(s, h);
	}
	for (f = 0; f < s->flows; f++) {
		struct sim_ctx *c[2] = { sim_flow_ctx(s, 0, f),
					 sim_flow_ctx(s, 1, f) };

		s->finished[f] = c[0] && c[1] &&
				 c[0]->p.state == SHIM6_ESTABLISHED &&
				 c[1]->p.state == SHIM6_ESTABLISHED &&
				 sim_can_recover(s, c);
	}
}

/*
 * With one working pair of N, an exploration at its ceiling of 60 s gets one
 * or two probes through in (N + 4) x 60 s. The loss is lowered where so few
 * chances are left that all might be lost in one of many thousand runs.
 */
static u32 sim_bearable_loss(struct sim *s)
{
	static const u16 most[] = {
		0, 0, 10, 150, 600, 1300, 2200, 3300, 4400, 5500, 6600,
		8000, 9300, 10500, 11700, 13000, 14500, 16000, 17500, 19000,
	};
	u32 pairs = s->host[0].n * s->host[1].n;
	u32 slowest = max(s->host[0].params.v[SHIM6_P_PROBE_TIMEOUT_MAX],
			  s->host[1].params.v[SHIM6_P_PROBE_TIMEOUT_MAX]);
	u32 rounds = (pairs + 4) * 60000 / (pairs * slowest);
	u32 chances = (sim_working(s, 0) + sim_working(s, 1)) * rounds;

	if (chances >= ARRAY_SIZE(most))
		return s->stable_loss;
	return min_t(u32, s->stable_loss, most[chances]);
}

static void sim_trace_world(struct sim *s)
{
	unsigned int h, i, j, n;
	char line[64];

	for (h = 0; h < 2 && s->trace; h++) {
		n = 0;
		for (i = 0; i < s->host[h].n; i++)
			for (j = 0; j < s->host[!h].n; j++)
				if (sim_works(s, h, i, j))
					n += snprintf(line + n,
						      sizeof(line) - n,
						      " %u>%u", i, j);
		line[n] = 0;
		sim_trace(s, h, "WORLD", "works", NULL, line);
	}
}

static void sim_become_stable(struct sim *s)
{
	u32 pairs = s->host[0].n * s->host[1].n;

	sim_stabilise(s);
	s->loss = sim_bearable_loss(s);
	s->stop_at = s->now + (pairs + 4) * 60 * SIM_SEC;
	if (!s->finished[0])
		s->stop_at = s->now + 900 * SIM_SEC;
	s->nchange = 0;
	s->next_change = 0;
	sim_trace(s, 0, "WORLD", "stable", NULL, "");
	sim_trace_world(s);
}

/* (a) at the end of the time allowed */
static void sim_check_pairs(struct sim *s)
{
	unsigned int h, f;

	if (!s->strict || !sim_working(s, 0) || !sim_working(s, 1))
		return;
	for (f = 0; f < s->flows; f++) {
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
			sim_receive_control(s, k->to, k);
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
