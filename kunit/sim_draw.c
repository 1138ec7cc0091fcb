// SPDX-License-Identifier: GPL-2.0
/*
 * What the simulation draws from its seed: hosts and their HBA sets, tunables,
 * network, flows, traffic and what will happen. Included by sim.c.
 */
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

static void sim_prefix(unsigned int set, unsigned int i, u8 *out)
{
	static const u8 base[8] = { 0x20, 0x01, 0x0d, 0xb8 };

	memcpy(out, base, sizeof(base));
	out[4] = set;
	out[5] = i;
}

/* RFC 5535 6 with Sec 0 */
static void sim_make_hba(struct sim *s, unsigned int n)
{
	struct sim_set *set = &s->set[n];
	struct shim6_hash_part part = { .data = set->pds };
	u8 digest[SHIM6_SHA1_LEN];
	u64 modifier[2] = { sim_rand64(s), sim_rand64(s) };
	unsigned int i;
	u8 *b = set->pds;

	memcpy(b, modifier, 16);
	b[24] = 0;
	memcpy(b + 25, sim_key, sizeof(sim_key));
	b += 25 + sizeof(sim_key);
	memset(b, 0, 8);
	b[1] = SHIM6_EXT_MULTI_PREFIX;
	b[3] = 4 + 8 * set->n;
	for (i = 0; i < set->n; i++)
		sim_prefix(n, i, b + 8 + 8 * i);
	set->len = b + 8 + 8 * set->n - set->pds;
	part.len = set->len;
	for (i = 0; i < set->n; i++) {
		u8 *addr = s->addr[n * SIM_LOCS + i].addr.s6_addr;

		sim_prefix(n, i, set->pds + 16);
		if (shim6_sha1(&part, 1, digest))
			SIM_FAIL(s, "no SHA-1");
		memcpy(addr, set->pds + 16, 8);
		memcpy(addr + 8, digest, 8);
		addr[8] &= 0x1c;
	}
	sim_prefix(n, 0, set->pds + 16);
}

static void sim_draw_worlds(struct sim *s, u8 worlds)
{
	static const u32 bits[] = { 3, 3, 4, 7 };

	s->worlds = worlds;
	if (worlds == SIM_ANY)
		s->worlds = (sim_chance(s, 30000) ? SIM_RESTARTS : 0) |
			    (sim_chance(s, 22000) ? SIM_RENUMBERING : 0) |
			    (sim_chance(s, 20000) ? SIM_THREE : 0) |
			    (sim_chance(s, 22000) ? SIM_FEW_TAGS : 0) |
			    (sim_chance(s, 20000) ? SIM_FORKS : 0);
	/* Tags are given again only after contexts were lost */
	if (s->worlds & SIM_FEW_TAGS)
		s->worlds |= SIM_RESTARTS;
	s->nhosts = s->worlds & SIM_THREE ? 3 : 2;
	s->tag_bits = s->worlds & SIM_FEW_TAGS ?
		sim_pick(s, bits, ARRAY_SIZE(bits)) : 47;
}

/* Some prefixes come only later, where hosts renumber */
static void sim_draw_set(struct sim *s, unsigned int n)
{
	static const u32 few[] = { 1, 2, 2, 2, 2, 3, 3, 4 };
	static const u32 many[] = { 2, 3, 3, 4 };
	bool changing = s->worlds & (SIM_RENUMBERING | SIM_THREE);
	unsigned int i;

	s->set[n].n = changing ? sim_pick(s, many, ARRAY_SIZE(many)) :
				 sim_pick(s, few, ARRAY_SIZE(few));
	sim_make_hba(s, n);
	for (i = 0; i < s->set[n].n; i++) {
		struct sim_addr *a = &s->addr[n * SIM_LOCS + i];

		a->set = n;
		a->owner = n;
		a->there = !(s->worlds & SIM_RENUMBERING) || !i ||
			   sim_chance(s, 40000);
		a->up = true;
		a->moved = !a->there;
		a->deprecated = sim_chance(s, 6000);
	}
}

static void sim_set_param(struct sim_host *h, enum shim6_param i, u64 val)
{
	h->params.v[i] = val;
}

static void sim_draw_params(struct sim *s, struct sim_host *h)
{
	static const u32 send[] = { 15000, 15000, 15000, 10000, 30000, 3000,
				    60000 };
	static const u32 interval[] = { 0, 0, 0, 2000, 5000, 50000 };
	static const u32 probe_max[] = { 60000, 60000, 60000, 8000, 20000 };

	shim6_params_init(&h->params);
	sim_set_param(h, SHIM6_P_SEND_TIMEOUT,
		      sim_pick(s, send, ARRAY_SIZE(send)));
	sim_set_param(h, SHIM6_P_KEEPALIVE_INTERVAL,
		      sim_pick(s, interval, ARRAY_SIZE(interval)));
	sim_set_param(h, SHIM6_P_PROBE_TIMEOUT_MAX,
		      sim_pick(s, probe_max, ARRAY_SIZE(probe_max)));
	sim_set_param(h, SHIM6_P_IDLE_TIMEOUT, 86400000);
}

/* As after a start: tunables and secrets */
static void sim_draw_host(struct sim *s, struct sim_host *h)
{
	siphash_key_t fresh[2];
	unsigned int i;

	sim_draw_params(s, h);
	for (i = 0; i < 2; i++) {
		fresh[i].key[0] = sim_rand64(s);
		fresh[i].key[1] = sim_rand64(s);
	}
	memset(&h->secret, 0, sizeof(h->secret));
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

/* An address that is there */
static unsigned int sim_some_addr(struct sim *s, unsigned int set)
{
	unsigned int i;

	do {
		i = set * SIM_LOCS + sim_below(s, s->set[set].n);
	} while (!s->addr[i].there);
	return i;
}

static bool sim_flow_known(const struct sim *s, unsigned int a, unsigned int b)
{
	unsigned int i;

	for (i = 0; i < s->nflows; i++)
		if (s->flow[i].end[0] == a && s->flow[i].end[1] == b)
			return true;
	return false;
}

static void sim_draw_flow(struct sim *s, unsigned int a, unsigned int b,
			  u32 fii)
{
	struct sim_flow *f = &s->flow[s->nflows];
	unsigned int one_way = sim_below(s, 6);

	if (s->nflows == SIM_FLOWS || (!fii && sim_flow_known(s, a, b)))
		return;
	s->nflows++;
	f->end[0] = a;
	f->end[1] = b;
	f->fii = fii;
	/* The peer of a fork is not told to use it (RFC 5533 4.2) */
	if (fii && one_way > 2)
		one_way %= 2;
	if (one_way != 1)
		sim_pattern(s, &f->traffic[0]);
	if (one_way != 0)
		sim_pattern(s, &f->traffic[1]);
}

static void sim_draw_forks(struct sim *s)
{
	unsigned int i, n = 1 + sim_below(s, 2), of = s->nflows;

	for (i = 0; i < n; i++) {
		const struct sim_flow *f = &s->flow[sim_below(s, of)];

		sim_draw_flow(s, f->end[0], f->end[1], 1 + sim_below(s, 1000));
	}
}

static void sim_draw_flows(struct sim *s)
{
	sim_draw_flow(s, 0, SIM_LOCS, 0);
	if (sim_chance(s, s->worlds & SIM_FEW_TAGS ? 50000 : 16384))
		sim_draw_flow(s, sim_some_addr(s, 0), sim_some_addr(s, 1), 0);
	if (s->worlds & SIM_THREE) {
		sim_draw_flow(s, sim_some_addr(s, 0), sim_some_addr(s, 2), 0);
		sim_draw_flow(s, sim_some_addr(s, 1), sim_some_addr(s, 2), 0);
	}
	if (s->worlds & SIM_FORKS)
		sim_draw_forks(s);
	s->trigger = 3 + sim_below(s, 8);
}

static void sim_insert_change(struct sim *s, const struct sim_change *c)
{
	unsigned int i;

	if (s->nchange == SIM_CHANGES)
		return;
	for (i = s->nchange; i && s->change[i - 1].at > c->at; i--)
		s->change[i] = s->change[i - 1];
	s->change[i] = *c;
	s->nchange++;
}

static void sim_add_change(struct sim *s, u64 at, u8 kind)
{
	static const u32 types[] = {
		SHIM6_MSG_I1, SHIM6_MSG_R1, SHIM6_MSG_I2, SHIM6_MSG_R2,
		SHIM6_MSG_R1BIS, SHIM6_MSG_R1BIS, SHIM6_MSG_I2BIS,
		SHIM6_MSG_I2BIS, SHIM6_MSG_UPDATE_REQ, SHIM6_MSG_UPDATE_ACK,
		SHIM6_MSG_PROBE, SHIM6_MSG_KEEPALIVE,
	};
	struct sim_change c = { .at = at, .kind = kind };
	unsigned int other;

	c.host = sim_below(s, s->nhosts);
	other = (c.host + 1 + sim_below(s, s->nhosts - 1)) % s->nhosts;
	c.from = c.host * SIM_LOCS + sim_below(s, s->set[c.host].n);
	c.to = other * SIM_LOCS + sim_below(s, s->set[other].n);
	if (kind == SIM_MOVE)
		c.to = other;
	else if (kind == SIM_AMBUSH)
		c.to = sim_pick(s, types, ARRAY_SIZE(types));
	sim_insert_change(s, &c);
}

static bool sim_is_end(const struct sim *s, unsigned int i)
{
	unsigned int f;

	for (f = 0; f < s->nflows; f++)
		if (s->flow[f].end[0] == i || s->flow[f].end[1] == i)
			return true;
	return false;
}

/* A new prefix, the old one deprecated, then gone; seldom that of a ULID */
static void sim_draw_renumbering(struct sim *s, u64 at, u32 window)
{
	struct sim_change c = { .host = sim_below(s, s->nhosts) };
	unsigned int first = c.host * SIM_LOCS, n = s->set[c.host].n;

	c.from = first + sim_below(s, n);
	c.kind = SIM_APPEAR;
	c.at = at;
	sim_insert_change(s, &c);
	c.from = first + (c.from - first + 1 + sim_below(s, n - 1)) % n;
	if (sim_is_end(s, c.from) && sim_chance(s, 50000))
		return;
	c.kind = SIM_DEPRECATE;
	c.at += sim_below(s, window / 4) * SIM_MS;
	sim_insert_change(s, &c);
	c.kind = SIM_GONE;
	c.at += sim_below(s, window / 4) * SIM_MS;
	sim_insert_change(s, &c);
}

/* An address is another host's, often after its first host has restarted */
static void sim_draw_move(struct sim *s, u64 at)
{
	if (sim_chance(s, 32768))
		sim_add_change(s, at, SIM_RESTART);
	sim_add_change(s, at, SIM_MOVE);
}

static u64 sim_when(struct sim *s, u32 first, u32 window)
{
	return s->now + (first + sim_below(s, window)) * SIM_MS;
}

static void sim_draw_changes(struct sim *s)
{
	static const u32 kinds[] = {
		SIM_CUT, SIM_CUT, SIM_CUT, SIM_CUT_LOC, SIM_CUT_LOC, SIM_HEAL,
		SIM_HEAL_LOC, SIM_DOWN, SIM_DOWN, SIM_UP, SIM_SET_PATH,
		SIM_HINT,
	};
	static const u32 losses[] = {
		SIM_FLUSH, SIM_RESTART, SIM_RESTART, SIM_AMBUSH, SIM_AMBUSH,
	};
	unsigned int i, n = sim_below(s, 13);
	u32 window = 20000 + sim_below(s, 100000);
	/* Some worlds are bad from the start, most only after the handshake */
	u32 first = sim_chance(s, 10000) ? 0 : 25000;

	for (i = 0; i < n; i++)
		sim_add_change(s, sim_when(s, first, window),
			       sim_pick(s, kinds, ARRAY_SIZE(kinds)));
	for (i = sim_below(s, 5); s->worlds & SIM_RESTARTS && i; i--)
		sim_add_change(s, sim_when(s, first, window),
			       sim_pick(s, losses, ARRAY_SIZE(losses)));
	for (i = 1 + sim_below(s, 3); s->worlds & SIM_RENUMBERING && i; i--)
		sim_draw_renumbering(s, sim_when(s, first, window / 2),
				     window);
	for (i = sim_below(s, 3); s->worlds & SIM_THREE && i; i--)
		sim_draw_move(s, sim_when(s, first, window));
	s->stable_at = s->now + (first + window) * SIM_MS;
}
