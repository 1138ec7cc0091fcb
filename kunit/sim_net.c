// SPDX-License-Identifier: GPL-2.0
/*
 * The network of the simulation: random numbers, addresses, packets on their
 * way. Included by sim.c.
 */
#define SIM_MS		SHIM6_NS_PER_MS
#define SIM_SEC		SHIM6_NS_PER_SEC
#define SIM_START	(1000 * SIM_SEC)
#define SIM_NEVER	(~0ULL)

#define SIM_FAIL(s, ...) do {						\
	if (!(s)->failed)						\
		snprintf((s)->why, sizeof((s)->why), __VA_ARGS__);	\
	(s)->failed = true;						\
} while (0)

/* Who forges can bring it about */
#define SIM_FAIL_HONEST(s, ...) do {					\
	if (!(s)->forger)						\
		SIM_FAIL(s, __VA_ARGS__);				\
} while (0)

static u64 sim_rand64(struct sim *s)
{
	u64 z = (s->rng += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Below n */
static u32 sim_below(struct sim *s, u32 n)
{
	return ((sim_rand64(s) >> 32) * n) >> 32;
}

static bool sim_chance(struct sim *s, u32 of65536)
{
	return sim_below(s, 65536) < of65536;
}

static u32 sim_pick(struct sim *s, const u32 *of, unsigned int n)
{
	return of[sim_below(s, n)];
}

/* Two octets of an address say where it stands: sim_prefix() */
static int sim_loc(const struct sim *s, const struct in6_addr *addr)
{
	unsigned int set = addr->s6_addr[4], i = addr->s6_addr[5];

	if (set >= SIM_HOSTS || i >= s->set[set].n)
		return -1;
	i += set * SIM_LOCS;
	return shim6_addr_eq(&s->addr[i].addr, addr) ? (int)i : -1;
}

static struct shim6_pair sim_pair(const struct sim *s, unsigned int i,
				  unsigned int j)
{
	struct shim6_pair pair = {
		.src = s->addr[i].addr,
		.dst = s->addr[j].addr,
	};

	return pair;
}

static const char *sim_msg_name(u8 type)
{
	static const char * const low[] = {
		"payload", "I1", "R1", "I2", "R2", "R1bis", "I2bis"
	};
	static const char * const high[] = {
		"UpdReq", "UpdAck", "Keepalive", "Probe", "Error"
	};

	return type < 64 ? low[type] : high[type - 64];
}

/* Addresses are shown by the letter of their set and their place in it */
static void sim_trace_pair(struct sim *s, unsigned int h, const char *what,
			   const char *name, int i, int j, const char *more)
{
	char line[200], pair[16] = "";

	if (!s->trace)
		return;
	if (i >= 0 && j >= 0)
		snprintf(pair, sizeof(pair), "%c%d>%c%d",
			 'A' + i / SIM_LOCS, i % SIM_LOCS,
			 'A' + j / SIM_LOCS, j % SIM_LOCS);
	snprintf(line, sizeof(line), "%7u.%03u %c %-9s %-11s %-5s %s",
		 (u32)div_u64(s->now, 1000000000),
		 (u32)div_u64(s->now, 1000000) % 1000, 'A' + h, what, name,
		 pair, more);
	s->trace(line);
}

static void sim_trace(struct sim *s, unsigned int h, const char *what,
		      const char *name, const struct shim6_pair *pair,
		      const char *more)
{
	if (s->trace)
		sim_trace_pair(s, h, what, name,
			       pair ? sim_loc(s, &pair->src) : -1,
			       pair ? sim_loc(s, &pair->dst) : -1, more);
}

static bool sim_has(const struct sim *s, unsigned int h, unsigned int i)
{
	return s->addr[i].there && s->addr[i].owner == h;
}

static bool sim_is_up(const struct sim *s, unsigned int i)
{
	return s->addr[i].there && s->addr[i].up;
}

static bool sim_works(const struct sim *s, int i, int j)
{
	if (i < 0 || j < 0 || s->addr[i].owner == s->addr[j].owner)
		return false;
	return sim_is_up(s, i) && sim_is_up(s, j) && !(s->cut[i] & 1u << j);
}

/* Addresses of a set that are with one host */
static unsigned int sim_count(const struct sim *s, unsigned int h,
			      unsigned int set)
{
	unsigned int i, n = 0;

	for (i = set * SIM_LOCS; i < (set + 1) * SIM_LOCS; i++)
		n += sim_has(s, h, i) && s->addr[i].up;
	return n;
}

static void sim_enqueue(struct sim *s, const struct sim_packet *tmpl)
{
	unsigned int i;

	for (i = 0; i < SIM_QUEUE && s->at[i]; i++)
		;
	if (i == SIM_QUEUE) {
		SIM_FAIL(s, "more than %d packets on their way", SIM_QUEUE);
		return;
	}
	memcpy(&s->queue[i], tmpl, offsetof(struct sim_packet, buf) +
	       tmpl->len);
	s->at[i] = s->now + (s->delay[0] + sim_below(s, s->delay[1])) * 1000ULL;
	s->top = max_t(u16, s->top, i + 1);
}

/*
 * Into the network. A host has no route from an address that is not up.
 * Return: true when it is on its way.
 */
static bool sim_transmit(struct sim *s, unsigned int h, struct sim_packet *k)
{
	k->host = h;
	k->failed = false;
	k->depth = s->depth;
	k->root = s->root;
	s->sent++;
	if (!sim_has(s, h, k->src) || !s->addr[k->src].up) {
		if (k->payload || sim_chance(s, 32768))
			return false;
		k->failed = true;
		sim_enqueue(s, k);
		return false;
	}
	if (!sim_works(s, k->src, k->dst) ||
	    (k->payload && s->mute[k->src] & 1u << k->dst) ||
	    sim_chance(s, s->loss))
		return false;
	sim_enqueue(s, k);
	if (sim_chance(s, s->dup))
		sim_enqueue(s, k);
	return true;
}
