// SPDX-License-Identifier: GPL-2.0
/*
 * The simulated world as it changes, and what can be asked of the hosts when it
 * has become stable. Included by sim.c.
 */
static void sim_tell_local(struct sim *s, unsigned int n)
{
	struct shim6_locset set;
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++) {
		struct sim_ctx *c = &s->host[n].ctx[i];

		if (!c->used)
			continue;
		s->root++;
		sim_locals(s, n, sim_loc(s, &c->p.ulid_local), &set);
		sim_event(s, SHIM6_EV_LOCAL, n);
		s->ev.local = &set;
		sim_step(s, n, c, NULL);
	}
}

static void sim_cut_loc(struct sim *s, unsigned int i, bool cut)
{
	unsigned int j;

	s->cut[i] = cut ? 0xffff : 0;
	for (j = 0; j < SIM_ADDRS; j++)
		s->cut[j] = (s->cut[j] & ~(1u << i)) | (u16)cut << i;
}

static void sim_flush(struct sim *s, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++)
		if (s->host[n].ctx[i].used)
			sim_drop(s, n, &s->host[n].ctx[i]);
}

static void sim_restart(struct sim *s, unsigned int n)
{
	struct sim_host *h = &s->host[n];

	sim_trace(s, n, "WORLD", "restarted", NULL, "");
	sim_flush(s, n);
	h->boot++;
	memset(h->answered, 0, sizeof(h->answered));
	sim_draw_host(s, h);
}

/* With an address that is invalid go the contexts of which it is the ULID */
static void sim_lose(struct sim *s, unsigned int i)
{
	unsigned int n = s->addr[i].owner, c;

	s->addr[i].moved = true;
	if (!s->addr[i].there)
		return;
	s->addr[i].there = false;
	for (c = 0; c < SIM_CTX; c++) {
		struct sim_ctx *x = &s->host[n].ctx[c];

		if (x->used && sim_loc(s, &x->p.ulid_local) == (int)i)
			sim_drop(s, n, x);
	}
	sim_tell_local(s, n);
}

static void sim_gain(struct sim *s, unsigned int i, unsigned int n)
{
	struct sim_addr *a = &s->addr[i];

	a->owner = n;
	a->there = true;
	a->up = true;
	a->deprecated = false;
	sim_tell_local(s, n);
}

static void sim_tell_contexts(struct sim *s, const struct sim_change *c)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++) {
		struct sim_ctx *x = &s->host[c->host].ctx[i];

		if (!x->used)
			continue;
		s->root++;
		if (c->kind == SIM_SET_PATH) {
			sim_event(s, SHIM6_EV_SET_PATH, c->host);
			s->ev.pair = sim_pair(s, c->from, c->to);
		} else {
			sim_event(s, SHIM6_EV_HINT, c->host);
			s->ev.pair = x->p.cur;
		}
		sim_step(s, c->host, x, NULL);
	}
}

static void sim_set_up(struct sim *s, unsigned int i, bool up)
{
	s->addr[i].up = up;
	sim_tell_local(s, s->addr[i].owner);
}

static void sim_change_addr(struct sim *s, const struct sim_change *c)
{
	struct sim_addr *a = &s->addr[c->from];

	switch (c->kind) {
	case SIM_DOWN:
	case SIM_UP:
		sim_set_up(s, c->from, c->kind == SIM_UP);
		break;
	case SIM_APPEAR:
		if (!a->there)
			sim_gain(s, c->from, a->owner);
		break;
	case SIM_DEPRECATE:
		a->deprecated = true;
		sim_tell_local(s, a->owner);
		break;
	case SIM_MOVE:
		sim_lose(s, c->from);
		sim_gain(s, c->from, c->to);
		break;
	default:
		sim_lose(s, c->from);
		break;
	}
}

static void sim_change_world(struct sim *s, const struct sim_change *c)
{
	static const char * const names[] = {
		"cut", "cut-loc", "heal", "heal-loc", "down", "up", "set-path",
		"hint", "flush", "restart", "ambush", "appear", "deprecate",
		"gone", "move",
	};
	bool pair = c->kind != SIM_AMBUSH && c->kind != SIM_MOVE;

	sim_trace_pair(s, c->host, "WORLD", names[c->kind], c->from,
		       pair ? c->to : c->from,
		       c->kind == SIM_AMBUSH ? sim_msg_name(c->to) : "");
	switch (c->kind) {
	case SIM_CUT:
		s->cut[c->from] |= 1u << c->to;
		break;
	case SIM_HEAL:
		s->cut[c->from] &= ~(1u << c->to);
		break;
	case SIM_CUT_LOC:
	case SIM_HEAL_LOC:
		sim_cut_loc(s, c->from, c->kind == SIM_CUT_LOC);
		break;
	case SIM_SET_PATH:
	case SIM_HINT:
		sim_tell_contexts(s, c);
		break;
	case SIM_FLUSH:
		sim_flush(s, c->host);
		break;
	case SIM_RESTART:
		sim_restart(s, c->host);
		break;
	case SIM_AMBUSH:
		s->ambush_type = c->to;
		s->ambush_who = c->from % 3;
		break;
	default:
		sim_change_addr(s, c);
		break;
	}
}

/* Both ends exist, on different hosts */
static bool sim_alive(const struct sim *s, const struct sim_flow *f)
{
	const struct sim_addr *a = &s->addr[f->end[0]];
	const struct sim_addr *b = &s->addr[f->end[1]];

	return a->there && b->there && a->owner != b->owner;
}

/* Ways of a flow: its context may send from i to j as things are known there */
static bool sim_known_pair(const struct sim *s, unsigned int i, unsigned int j,
			   const struct shim6_proto *p)
{
	int d = shim6_locset_find(&p->peer, &s->addr[j].addr);

	return sim_works(s, i, j) && d >= 0 &&
	       p->peer.loc[d].status & SHIM6_LOC_VERIFIED;
}

/* Address i is one that end e of the flow may use */
static bool sim_end_has(const struct sim *s, const struct sim_flow *f,
			unsigned int e, unsigned int i)
{
	const struct sim_addr *end = &s->addr[f->end[e]];

	return sim_has(s, end->owner, i) && s->addr[i].set == end->set;
}

/* Pairs of a flow, @up: those that work from end e */
static unsigned int sim_pairs(const struct sim *s, const struct sim_flow *f,
			      unsigned int e, bool up)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < SIM_ADDRS; i++)
		for (j = 0; j < SIM_ADDRS; j++)
			n += sim_end_has(s, f, e, i) &&
			     sim_end_has(s, f, !e, j) &&
			     (!up || sim_works(s, i, j));
	return n;
}

/* One end has ways to the other: usable ones, and such that work both ways */
static void sim_ways(const struct sim *s, const struct sim_flow *f,
		     unsigned int e, const struct sim_ctx *c, bool *usable,
		     bool *both, bool *usable_both)
{
	unsigned int i, j;

	for (i = 0; i < SIM_ADDRS; i++)
		for (j = 0; j < SIM_ADDRS; j++) {
			struct shim6_pair pair = sim_pair(s, i, j);
			bool ok;

			if (!sim_end_has(s, f, e, i) ||
			    !sim_end_has(s, f, !e, j) ||
			    !sim_known_pair(s, i, j, &c->p))
				continue;
			ok = shim6_explore_usable(&c->p.local, &c->p.peer,
						  &pair);
			*usable |= ok;
			*both |= sim_works(s, j, i);
			*usable_both |= ok && sim_works(s, j, i);
		}
}

/*
 * Is there a way to recover, by what each host knows of the other now? A way
 * for each direction from a source that the other has acknowledged; or a pair
 * that works both ways, over which an Update from a new source gets its R1bis
 * (RFC 5533 10.4). Two hosts that both moved to addresses they had no chance to
 * tell of have lost each other, and so have those where only the new source
 * works and the R1bis cannot come back. Return: chances, 0: none, 1: few.
 */
static int sim_can_recover(const struct sim *s, const struct sim_flow *f,
			   struct sim_ctx *ctx[2])
{
	bool known[2] = { false, false }, both = false, known_both = false;
	unsigned int e;

	for (e = 0; e < 2; e++)
		sim_ways(s, f, e, ctx[e], &known[e], &both, &known_both);
	return known[0] && known[1] ? 2 : both;
}

static bool sim_established(const struct sim_ctx *c)
{
	return c && c->p.state == SHIM6_ESTABLISHED;
}

/* Each has the other's tag */
static bool sim_fits(struct sim_ctx *ctx[2])
{
	return sim_established(ctx[0]) && sim_established(ctx[1]) &&
	       ctx[0]->peer_serial == ctx[1]->serial &&
	       ctx[1]->peer_serial == ctx[0]->serial;
}

/* Payload with its ULIDs gets from end e to the other */
static bool sim_reaches(const struct sim *s, const struct sim_flow *f,
			unsigned int e)
{
	return sim_works(s, f->end[e], f->end[!e]);
}

/* Payload comes in with its ULIDs from the other end, be it meant for a fork */
static bool sim_hears(const struct sim *s, const struct sim_flow *f,
		      unsigned int e)
{
	unsigned int i;

	for (i = 0; i < s->nflows; i++)
		if (s->flow[i].end[0] == f->end[0] &&
		    s->flow[i].end[1] == f->end[1] &&
		    s->flow[i].traffic[!e].next)
			return sim_reaches(s, f, !e);
	return false;
}

/* One end lost its context, and starts a new one that the other answers */
static bool sim_will_ask(const struct sim *s, const struct sim_flow *f,
			 unsigned int e)
{
	const struct sim_addr *end = &s->addr[f->end[e]];

	return f->traffic[e].next && sim_count(s, end->owner, end->set) > 1 &&
	       sim_reaches(s, f, e) && sim_reaches(s, f, !e);
}

/*
 * One end lost its context, and the other end e finds out: what it sends gets
 * an R1bis, or it is not answered and an exploration does. Payload that comes
 * in with its ULIDs keeps it from exploring, wherever its own may go.
 */
static bool sim_will_be_told(const struct sim *s, const struct sim_flow *f,
			     unsigned int e, const struct sim_ctx *c)
{
	bool usable = false, both = false, usable_both = false;
	int i = sim_loc(s, &c->p.cur.src), j = sim_loc(s, &c->p.cur.dst);
	bool ulids = i == f->end[e] && j == f->end[!e];

	if (!f->traffic[e].next)
		return false;
	if (sim_hears(s, f, e) &&
	    (ulids || !sim_works(s, i, j) || !sim_works(s, j, i)))
		return false;
	sim_ways(s, f, e, c, &usable, &both, &usable_both);
	return usable_both;
}

/*
 * A locator that one end knows of the other is with another host, which has
 * an R1bis for what comes there, and then nothing for the I2bis: the context
 * may end although the other end still has its own.
 */
static bool sim_is_divided(const struct sim *s, const struct sim_flow *f,
			   struct sim_ctx *ctx[2])
{
	unsigned int e, i;

	for (e = 0; e < 2; e++)
		for (i = 0; ctx[e] && i < ctx[e]->p.peer.n; i++) {
			int loc = sim_loc(s, &ctx[e]->p.peer.loc[i].addr);

			if (s->addr[loc].there && s->addr[loc].owner !=
						  s->addr[f->end[!e]].owner)
				return true;
		}
	return false;
}

/* The default context that serves a fork until it has its own */
static bool sim_base_hope(const struct sim *s, const struct sim_flow *f)
{
	unsigned int i;

	for (i = 0; f->fii && i < s->nflows; i++)
		if (!s->flow[i].fii && s->flow[i].end[0] == f->end[0] &&
		    s->flow[i].end[1] == f->end[1])
			return s->flow[i].hope;
	return true;
}

/* A pair that works both ways is known to one of the ends */
static bool sim_has_way(const struct sim *s, const struct sim_flow *f,
			struct sim_ctx *ctx[2])
{
	bool usable = false, both = false, usable_both = false;
	unsigned int e;

	for (e = 0; e < 2; e++)
		sim_ways(s, f, e, ctx[e], &usable, &both, &usable_both);
	return usable_both;
}

/* Contexts that do not fit: will payload arrive nevertheless */
static bool sim_will_recover(const struct sim *s, const struct sim_flow *f,
			     struct sim_ctx *ctx[2])
{
	unsigned int e;

	if (sim_established(ctx[0]) && sim_established(ctx[1]))
		return sim_reaches(s, f, 0) && sim_reaches(s, f, 1) &&
		       !sim_is_divided(s, f, ctx) && sim_has_way(s, f, ctx);
	for (e = 0; e < 2; e++)
		if (sim_established(ctx[e]))
			return sim_will_ask(s, f, !e) ||
			       (!sim_is_divided(s, f, ctx) &&
				sim_will_be_told(s, f, e, ctx[e]));
	return sim_reaches(s, f, 0) && sim_reaches(s, f, 1) &&
	       sim_base_hope(s, f);
}

/* What must work in the end: sim_check.c, 7 and 8 */
static void sim_expect(struct sim *s, struct sim_flow *f)
{
	struct sim_ctx *ctx[2] = { sim_flow_ctx(s, f, 0),
				   sim_flow_ctx(s, f, 1) };
	int chances;

	if (!sim_alive(s, f))
		return;
	chances = sim_fits(ctx) && !sim_is_divided(s, f, ctx) ?
		sim_can_recover(s, f, ctx) : 0;
	f->finished = chances > 0;
	/* By an R1bis alone: four messages in a row must get through */
	if (chances == 1)
		s->stable_loss = 0;
	f->hope = f->finished || sim_will_recover(s, f, ctx);
	if (f->hope && !f->finished)
		s->stable_loss = min_t(u32, s->stable_loss, 3000);
}

/* How the world stays: some of what was broken is whole again */
static void sim_stabilise(struct sim *s)
{
	unsigned int i, j;

	for (i = 0; i < SIM_ADDRS; i++) {
		for (j = 0; j < SIM_ADDRS; j++)
			if (sim_chance(s, 30000))
				s->cut[i] &= ~(1u << j);
		if (s->addr[i].there && !s->addr[i].up &&
		    sim_chance(s, 40000))
			sim_set_up(s, i, true);
	}
	for (i = 0; i < s->nflows; i++)
		sim_expect(s, &s->flow[i]);
}

/*
 * With one working pair of N, an exploration at its ceiling of 60 s gets one
 * or two probes through in (N + 4) x 60 s. The loss is lowered where so few
 * chances are left that all might be lost in one of many thousand runs.
 */
static u32 sim_bearable_loss(struct sim *s, const struct sim_flow *f)
{
	static const u16 most[] = {
		0, 0, 10, 150, 600, 1300, 2200, 3300, 4400, 5500, 6600,
		8000, 9300, 10500, 11700, 13000, 14500, 16000, 17500, 19000,
	};
	const struct sim_host *a = &s->host[s->addr[f->end[0]].owner];
	const struct sim_host *b = &s->host[s->addr[f->end[1]].owner];
	u32 pairs = sim_pairs(s, f, 0, false);
	u32 slowest = max(a->params.v[SHIM6_P_PROBE_TIMEOUT_MAX],
			  b->params.v[SHIM6_P_PROBE_TIMEOUT_MAX]);
	u32 rounds = (pairs + 4) * 60000 / (pairs * slowest);
	u32 chances = rounds * (sim_pairs(s, f, 0, true) +
				sim_pairs(s, f, 1, true));

	if (chances >= ARRAY_SIZE(most))
		return s->stable_loss;
	return min_t(u32, s->stable_loss, most[chances]);
}

static void sim_trace_world(struct sim *s)
{
	unsigned int h, i, j, n;
	char line[160];

	for (h = 0; h < s->nhosts && s->trace; h++) {
		n = 0;
		for (i = 0; i < SIM_ADDRS; i++)
			for (j = 0; j < SIM_ADDRS; j++)
				if (sim_has(s, h, i) && sim_works(s, i, j) &&
				    n + 8 < sizeof(line))
					n += snprintf(line + n,
						      sizeof(line) - n,
						      " %c%u>%c%u",
						      'A' + i / SIM_LOCS,
						      i % SIM_LOCS,
						      'A' + j / SIM_LOCS,
						      j % SIM_LOCS);
		line[n] = 0;
		sim_trace(s, h, "WORLD", "works", NULL, line);
	}
}

/*
 * Time to explore all pairs, or for a handshake to fail, its hold-down to end
 * and another one; then a while without loss, for the checks.
 */
static void sim_become_stable(struct sim *s)
{
	u32 bound = 0;
	unsigned int i;

	s->ambush_type = 0;
	sim_stabilise(s);
	for (i = 0; i < s->nflows; i++) {
		struct sim_flow *f = &s->flow[i];

		if (!sim_alive(s, f))
			continue;
		s->stable_loss = sim_bearable_loss(s, f);
		bound = max(bound, (sim_pairs(s, f, 0, false) + 4) * 60);
		if (!f->finished)
			bound = max(bound, 900u);
	}
	s->loss = s->stable_loss;
	s->stop_at = s->now + bound * SIM_SEC + SIM_CALM;
	s->nchange = 0;
	s->next_change = 0;
	sim_trace(s, 0, "WORLD", "stable", NULL, "");
	sim_trace_world(s);
}
