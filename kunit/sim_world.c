// SPDX-License-Identifier: GPL-2.0
/*
 * The simulated world as it changes, and what can be asked of the hosts when it
 * has become stable. Included by sim.c.
 */
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
			    &s->host[!h].addr[f], 0);
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
 * works and the R1bis cannot come back. Return: chances, 0: none, 1: few.
 */
static int sim_can_recover(const struct sim *s, struct sim_ctx *ctx[2])
{
	bool known[2] = { false, false };
	bool both_ways = false;
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
				both_ways |= sim_works(s, !h, j, i);
				known[h] |= shim6_explore_usable(
					&ctx[h]->p.local, &ctx[h]->p.peer,
					&pair);
			}
	return known[0] && known[1] ? 2 : both_ways;
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
				 sim_can_recover(s, c) > 0;
		/* By an R1bis alone: four messages in a row must get through */
		if (s->finished[f] && sim_can_recover(s, c) == 1)
			s->stable_loss = 0;
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
