// SPDX-License-Identifier: GPL-2.0
/*
 * Two hosts of the simulation and pairs that payload does not pass, but control
 * messages do (RFC 5534 9). Each host has to find out which of its own pairs
 * those are from what it hears, or does not hear, of the other one; and the one
 * that complains may be that whose pair is fine. Included by sim_kunit.c.
 */
#define MUTED_RUNS	100
#define TIMEOUT		10	/* Send Timeout, s */
#define GAP		350	/* of payload, ms, up to twice as much */

#define A1	0
#define A2	1
#define B1	SIM_LOCS
#define B2	(SIM_LOCS + 1)

static void make_host(struct sim *s, unsigned int h, unsigned int links)
{
	struct shim6_params *params = &s->host[h].params;
	unsigned int i;

	s->set[h].n = links;
	sim_make_hba(s, h);
	sim_draw_host(s, &s->host[h]);
	shim6_params_init(params);
	params->v[SHIM6_P_SEND_TIMEOUT] = TIMEOUT * 1000;
	params->v[SHIM6_P_IDLE_TIMEOUT] = 86400000;
	for (i = h * SIM_LOCS; i < h * SIM_LOCS + links; i++)
		s->addr[i] = (struct sim_addr) {
			.addr = s->addr[i].addr,
			.set = h,
			.owner = h,
			.there = true,
			.up = true,
		};
}

static void make_flow(struct sim *s, unsigned int ways)
{
	struct sim_flow *f = &s->flow[0];
	unsigned int e;

	s->nflows = 1;
	f->end[0] = A1;
	f->end[1] = B1;
	for (e = 0; e < ways; e++)
		f->traffic[e] = (struct sim_traffic) {
			.next = s->now + sim_below(s, GAP) * SIM_MS,
			.gap = GAP,
			.left = ~0U,
		};
}

/* Everything works, and payload flows. The network keeps the order of packets,
 * as routers do with those of a pair
 */
static void muted_world(struct kunit *test, struct sim *s, u64 seed,
			unsigned int ways, unsigned int links)
{
	unsigned int h;

	memset(s, 0, sizeof(*s));
	s->rng = seed;
	s->now = SIM_START;
	s->nhosts = 2;
	s->tag_bits = 47;
	s->trigger = 3;
	s->provisional = true;
	s->stop_at = SIM_NEVER;
	s->stable_at = SIM_NEVER - 1;
	s->delay[0] = 20000;
	s->delay[1] = 1;
	for (h = 0; h < 2; h++)
		make_host(s, h, links);
	make_flow(s, ways);
	sim_until(s, s->now + 10 * SIM_SEC + sim_below(s, 5000) * SIM_MS);
	KUNIT_ASSERT_NOT_NULL(test, sim_flow_ctx(s, &s->flow[0], 0));
	KUNIT_ASSERT_NOT_NULL(test, sim_flow_ctx(s, &s->flow[0], 1));
}

/* For the packets both ways between two addresses */
static void mark(u16 *what, unsigned int i, unsigned int j, bool on)
{
	what[i] = (what[i] & ~(1u << j)) | (u16)on << j;
	what[j] = (what[j] & ~(1u << i)) | (u16)on << i;
}

static struct shim6_proto *of(struct sim *s, unsigned int e)
{
	return &sim_flow_ctx(s, &s->flow[0], e)->p;
}

static bool arrives(const struct sim *s, unsigned int ways)
{
	unsigned int e;

	for (e = 0; e < ways; e++)
		if (s->flow[0].traffic[e].arrived_at + 2 * SIM_SEC < s->now)
			return false;
	return true;
}

/*
 * Within ten Send Timeouts payload arrives, and nobody moves any more. Each time
 * that one runs out a bad pair in use is backed off: that of the peer, which is
 * told, and that of the host itself, unless it is told that this one is fine.
 * So no host needs more of them than it has bad pairs, eight where hosts have
 * three links; with random part and probes these take less than nine. With
 * payload one way only, Keepalives for probes double the time (RFC 5534 6.9). A
 * host moves @most times.
 */
static void expect_found(struct kunit *test, struct sim *s, u64 seed,
			 unsigned int ways, u32 most)
{
	u32 before[2] = { of(s, 0)->switches, of(s, 1)->switches };
	u32 found[2];
	unsigned int e;

	sim_until(s, s->now + 10 * TIMEOUT * SIM_SEC);
	KUNIT_EXPECT_TRUE_MSG(test, arrives(s, ways), "seed %llu", seed);
	for (e = 0; e < 2; e++) {
		found[e] = of(s, e)->switches;
		KUNIT_EXPECT_LE_MSG(test, found[e] - before[e], most,
				    "seed %llu host %u", seed, e);
	}
	sim_until(s, s->now + 10 * TIMEOUT * SIM_SEC);
	KUNIT_EXPECT_TRUE_MSG(test, arrives(s, ways), "seed %llu", seed);
	for (e = 0; e < 2; e++)
		KUNIT_EXPECT_EQ_MSG(test, of(s, e)->switches, found[e],
				    "seed %llu host %u", seed, e);
	KUNIT_EXPECT_FALSE_MSG(test, s->failed, "seed %llu: %s", seed, s->why);
}

/* B1 is dead, the others are for control only; then B1 works again, and with it
 * the first pair of all
 */
static void one_works(struct kunit *test, unsigned int ways)
{
	struct sim *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	u64 seed;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s);
	for (seed = 1; seed <= MUTED_RUNS; seed++) {
		muted_world(test, s, seed, ways, 2);
		mark(s->cut, A1, B1, true);
		mark(s->cut, A2, B1, true);
		mark(s->mute, A1, B2, true);
		mark(s->mute, A2, B2, true);
		sim_until(s, s->now + (120000 + sim_below(s, 40000)) * SIM_MS);
		mark(s->cut, A1, B1, false);
		mark(s->cut, A2, B1, false);
		mark(s->mute, A2, B1, true);
		/* One that was dead, one whose time is over, and the first */
		expect_found(test, s, seed, ways, 3);
	}
}

static void muted_one_way(struct kunit *test)
{
	one_works(test, 1);
}

static void muted_two_way(struct kunit *test)
{
	one_works(test, 2);
}

/* Each direction has pairs of its own for payload, one at least */
static void mute_some(struct sim *s, unsigned int links)
{
	u32 share = sim_below(s, 65536);
	unsigned int e, i, j;

	for (e = 0; e < 2; e++) {
		unsigned int from = e * SIM_LOCS, to = !e * SIM_LOCS;

		for (i = from; i < from + links; i++)
			for (j = to; j < to + links; j++)
				s->mute[i] |= (u16)!sim_chance(s, share) << j;
		s->mute[from + sim_below(s, links)] &=
			~(1u << (to + sim_below(s, links)));
	}
}

/* As payload needs it: each end may be the one that is fine */
static void muted_any(struct kunit *test)
{
	struct sim *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	u64 seed;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s);
	for (seed = 1; seed <= MUTED_RUNS; seed++) {
		unsigned int links = 2 + seed % 2;

		muted_world(test, s, seed, 2, links);
		mute_some(s, links);
		expect_found(test, s, seed, 2, links * links);
	}
}
