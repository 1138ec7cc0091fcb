// SPDX-License-Identifier: GPL-2.0
/*
 * What the simulation draws from its seed: hosts and their HBA sets, tunables,
 * network, traffic and what will happen. Included by sim.c.
 */
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

/* An extension that nobody knows (RFC 4581), for sets of any size */
static u8 *sim_pad(const struct sim_host *h, u8 *b)
{
	if (!h->padding)
		return b;
	memset(b, 0xee, h->padding);
	shim6_put16(b + 2, h->padding - 4);
	return b + h->padding;
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
	h->pds_len = sim_pad(h, b + 8 + 8 * h->n) - h->pds;
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
