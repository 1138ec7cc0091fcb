// SPDX-License-Identifier: GPL-2.0
/*
 * What must hold in every run, whatever the seed draws. Included by sim.c.
 *
 * After each event and for each packet:
 *
 * 1. Payload leaves the pair of its ULIDs only for a pair whose destination is
 *    verified and on which a message of this context, or the stateless answer
 *    that the peer came back with, got through before (RFC 5533 7.2). Of a
 *    forked context it always has the payload header (B-21).
 * 2. No two contexts of a host that may send have the same CT(peer) and a
 *    locator of the peer in common, once an I2, I2bis or R2 showed it (RFC
 *    5533 7.15). While no locator list came by an update, all are compared.
 * 3. What arrives at the upper layer has the ULIDs, and arrives in the
 *    instance, of the context that sent it; never another host's. Only a tag
 *    that was given to another context meanwhile excuses that, as long as few
 *    bits make that likely (RFC 5533 C.3), and not for ever.
 * 4. Nobody here forges, so nobody drops a message as forged: no locator, no
 *    tag, no generation is refused, no Error is sent, and a validator only by
 *    a host that restarted, or when it is old.
 * 5. No storms: few packets a step, no long chains of answers, few packets
 *    altogether that follow from one cause.
 * 6. No deadline in the past, no step with too many effects, no message that
 *    is too long or does not decode (sim_host.c), and the clock goes on.
 *
 * When the world has been stable for a bounded time:
 *
 * 7. Contexts of both ends that fitted each other and had a way are
 *    ESTABLISHED, use a pair that works, and know each other's locators.
 * 8. Payload arrives if it would without Shim6, or if one end that sends still
 *    has its context and knows a pair that works both ways.
 * 9. Tags given twice have been found out where there is a way to be told: no
 *    payload goes astray any more.
 * 10. On a network without a fault no context that has its peer's detects a
 *     failure.
 *
 * Long after the last payload:
 *
 * 11. No handshake is under way, and nobody holds a context of a ULID that it
 *     lost.
 * 12. On a network without a fault idle contexts that have each other are
 *     silent.
 */
#define SIM_CALM	(200 * SIM_SEC)	/* without loss, half of it for the checks */
#define SIM_BURST	5	/* packets of one step */
#define SIM_DEPTH	24	/* answers to answers */
#define SIM_CAUSED	64	/* packets from one cause */

/* (1) what payload needs before it may go to a locator */
static void sim_check_path(struct sim *s, unsigned int h,
			   const struct sim_ctx *c,
			   const struct sim_packet *k)
{
	const struct shim6_proto *p = &c->p;
	int d = shim6_locset_find(&p->peer, &p->cur.dst);
	int ulid = sim_loc(s, &p->ulid_peer);
	u16 reached = c->reached[k->src] | s->host[h].answered[k->src];
	struct shim6_pair ulids = { p->ulid_local, p->ulid_peer };

	if (p->fii && !k->tagged)
		SIM_FAIL(s, "host %c: payload of a fork without tag", 'A' + h);
	if (shim6_pair_eq(&p->cur, &ulids))
		return;
	if (s->addr[k->dst].set != s->addr[ulid].set)
		SIM_FAIL(s, "host %c: payload to a stranger", 'A' + h);
	else if (d >= 0 && !(p->peer.loc[d].status & SHIM6_LOC_VERIFIED))
		SIM_FAIL(s, "host %c: payload to an unverified locator",
			 'A' + h);
	else if (!(reached & 1u << k->dst))
		SIM_FAIL(s, "host %c: payload on an unprobed pair", 'A' + h);
}

static bool sim_may_send(const struct sim_ctx *c)
{
	return c->used && c->p.ct_peer_known &&
	       (c->p.state == SHIM6_ESTABLISHED ||
		c->p.state == SHIM6_I2BIS_SENT);
}

static u16 sim_addr_bit(const struct sim *s, const struct in6_addr *addr)
{
	int i = sim_loc(s, addr);

	return i < 0 ? 0 : 1u << i;
}

static u16 sim_peer_set(const struct sim *s, const struct shim6_proto *p)
{
	u16 set = sim_addr_bit(s, &p->ulid_peer);
	unsigned int i;

	for (i = 0; i < p->peer.n; i++)
		set |= sim_addr_bit(s, &p->peer.loc[i].addr);
	return set;
}

static bool sim_in_confusion(const struct sim *s, const struct sim_ctx *a,
			     const struct sim_ctx *b)
{
	return sim_may_send(a) && sim_may_send(b) &&
	       a->p.ct_peer == b->p.ct_peer &&
	       sim_peer_set(s, &a->p) & sim_peer_set(s, &b->p);
}

/* (2); @fresh: a message has just made or changed CT(peer) of it, or NULL */
static void sim_check_confusion(struct sim *s, unsigned int h,
				const struct sim_ctx *fresh)
{
	const struct sim_ctx *c = s->host[h].ctx;
	unsigned int i, j;

	for (i = 0; i < SIM_CTX; i++) {
		if (!sim_may_send(&c[i]))
			continue;
		for (j = i + 1; j < SIM_CTX; j++) {
			if (s->lists && fresh != &c[i] && fresh != &c[j])
				continue;
			if (sim_in_confusion(s, &c[i], &c[j]))
				SIM_FAIL(s, "host %c: two contexts in confusion",
					 'A' + h);
		}
	}
}

/* (3); @c: context that restored it, NULL: it came with its ULIDs */
static void sim_check_delivery(struct sim *s, unsigned int h,
			       const struct sim_packet *k,
			       const struct sim_ctx *c)
{
	struct sim_flow *f = &s->flow[k->flow];
	int src = k->src, dst = k->dst;
	u32 fii = 0;

	if (c) {
		src = sim_loc(s, &c->p.ulid_peer);
		dst = sim_loc(s, &c->p.ulid_local);
		fii = c->p.fii;
	}
	if (src == f->end[k->side] && dst == f->end[!k->side] &&
	    fii == k->fii) {
		f->traffic[k->side].arrived_at = s->now;
		return;
	}
	if (c && c->serial != k->serial && s->tag_bits < 47 &&
	    !(s->calm && f->hope)) {
		s->strays++;
		return;
	}
	SIM_FAIL_HONEST(s, "host %c: payload of flow %u from %c arrives as %c%d>%c%d/%u",
			'A' + h, k->flow, 'A' + k->host, 'A' + src / SIM_LOCS,
			src % SIM_LOCS, 'A' + dst / SIM_LOCS, dst % SIM_LOCS,
			fii);
}

/* (4) a context refuses a message */
static void sim_check_verdict(struct sim *s, unsigned int h, u8 type)
{
	static const char * const names[SHIM6_DO_REASONS] = {
		[SHIM6_DO_TAG] = "tag",
		[SHIM6_DO_AUTH] = "authenticity",
		[SHIM6_DO_METHOD] = "method",
		[SHIM6_DO_GENERATION] = "generation",
		[SHIM6_DO_COUNT] = "count",
	};

	if (names[s->out.verdict])
		SIM_FAIL_HONEST(s, "host %c: %s refused: %s", 'A' + h,
				sim_msg_name(type), names[s->out.verdict]);
}

/* (4) a validator is refused; @err: of shim6_cookie_check() */
static void sim_check_validator(struct sim *s, unsigned int h,
				const struct sim_packet *k, int err)
{
	bool restarted = k->maker != h || k->boot != s->host[h].boot;

	if (err == -ESTALE ? s->now - k->made < 30 * SIM_SEC : !restarted)
		SIM_FAIL_HONEST(s, "host %c: validator of %c refused: %d",
				'A' + h, 'A' + k->host, err);
}

/* (4) a ULID is not ours: it was, or the locator was that host's */
static void sim_check_foreign(struct sim *s, unsigned int h,
			      const struct sim_packet *k,
			      const struct in6_addr *ulid)
{
	int i = sim_loc(s, ulid);

	if (i < 0 || (!s->addr[i].moved && !s->addr[k->dst].moved))
		SIM_FAIL_HONEST(s, "host %c: asked for a ULID it never had",
				'A' + h);
}

/* (2) what a handshake says is what counts from now on */
static void sim_check_tag(struct sim *s, unsigned int h,
			  const struct sim_ctx *c, const struct shim6_msg *m)
{
	if (!c->p.ct_peer_known || c->p.ct_peer != (m->tag & SHIM6_TAG_MASK))
		SIM_FAIL(s, "host %c: the tag of an %s was not taken", 'A' + h,
			 sim_msg_name(m->type));
}

/* The context at the other end, as long as both have each other's tag */
static struct sim_ctx *sim_partner(struct sim *s, const struct sim_ctx *c)
{
	unsigned int h, i;

	for (h = 0; h < s->nhosts; h++)
		for (i = 0; i < SIM_CTX; i++) {
			struct sim_ctx *p = &s->host[h].ctx[i];

			if (p->used && p->serial == c->peer_serial &&
			    p->peer_serial == c->serial)
				return p;
		}
	return NULL;
}

static bool sim_knows(const struct sim_ctx *c, const struct in6_addr *addr)
{
	return shim6_addr_eq(addr, &c->p.ulid_peer) ||
	       shim6_locset_find(&c->p.peer, addr) >= 0;
}

/* (1) a probe leaves from an address that is there and that the peer knows */
static void sim_check_source(struct sim *s, unsigned int h,
			     const struct sim_ctx *c,
			     const struct shim6_fx *fx)
{
	int i = sim_loc(s, &fx->pair.src);
	const struct sim_ctx *peer;

	if (fx->msg != SHIM6_MSG_PROBE || c->p.state != SHIM6_ESTABLISHED)
		return;
	if (i < 0 || !sim_has(s, h, i) || !s->addr[i].up) {
		SIM_FAIL(s, "host %c: probe from an address that is gone",
			 'A' + h);
		return;
	}
	peer = sim_partner(s, c);
	if (peer && !peer->overtaken && !(c->addressed & 1u << i) &&
	    !sim_knows(peer, &fx->pair.src))
		SIM_FAIL_HONEST(s, "host %c: probe from an address nobody knows",
				'A' + h);
}

/*
 * An I1 with the tag that is known is taken for a repeated one and answered by
 * R2 (RFC 5533 7.9). Of a new context, that was given the same tag by chance,
 * nothing else is learnt then: not its Send Timeout, nor its locators.
 */
static void sim_check_mistaken(struct sim *s, unsigned int h,
			       const struct sim_ctx *c,
			       const struct sim_packet *k)
{
	if (c->p.state != SHIM6_ESTABLISHED || c->peer_serial == k->serial)
		return;
	s->mistaken = true;
	if (s->tag_bits == 47)
		SIM_FAIL_HONEST(s, "host %c: I1 of a new context taken for an old one",
				'A' + h);
}

/* (5) one step of a context */
static void sim_check_burst(struct sim *s, unsigned int h, u32 sent)
{
	if (sent > SIM_BURST)
		SIM_FAIL(s, "host %c: %u packets at once", 'A' + h, sent);
}

/* (5) */
static void sim_check_storm(struct sim *s)
{
	u32 *caused = &s->caused[s->root % SIM_ROOTS];

	if (s->caused_by[s->root % SIM_ROOTS] != s->root) {
		s->caused_by[s->root % SIM_ROOTS] = s->root;
		*caused = 0;
	}
	*caused += s->sent;
	s->most = max(s->most, *caused);
	if (s->sent)
		s->deepest = max(s->deepest, s->depth);
	if (s->deepest > SIM_DEPTH)
		SIM_FAIL(s, "an answer to the answer to the answer...");
	if (*caused > SIM_CAUSED)
		SIM_FAIL(s, "%u packets for one reason", *caused);
}

static void sim_check_event(struct sim *s)
{
	unsigned int h;

	sim_check_storm(s);
	for (h = 0; h < s->nhosts && !s->lists; h++)
		sim_check_confusion(s, h, NULL);
}

static bool sim_alive(const struct sim *s, const struct sim_flow *f);
static bool sim_fits(struct sim_ctx *ctx[2]);
static struct sim_ctx *sim_flow_ctx(struct sim *s, const struct sim_flow *f,
				    unsigned int side);

/* (7) */
static void sim_check_pair(struct sim *s, unsigned int nr, unsigned int side)
{
	const struct sim_flow *f = &s->flow[nr];
	unsigned int h = s->addr[f->end[side]].owner;
	struct sim_ctx *c = sim_flow_ctx(s, f, side);
	int i, j;

	if (!c || c->p.state != SHIM6_ESTABLISHED) {
		SIM_FAIL(s, "host %c flow %u: context gone", 'A' + h, nr);
		return;
	}
	i = sim_loc(s, &c->p.cur.src);
	j = sim_loc(s, &c->p.cur.dst);
	if (!sim_works(s, i, j))
		SIM_FAIL(s, "host %c flow %u: dead pair %d>%d", 'A' + h, nr,
			 i, j);
}

/*
 * (7) what an end has acknowledged is what the other announced: all that works
 * there, unless an older list overtook it
 */
static void sim_check_lists(struct sim *s, unsigned int nr, unsigned int side)
{
	const struct sim_flow *f = &s->flow[nr];
	struct sim_ctx *c = sim_flow_ctx(s, f, side), *peer;
	unsigned int i, n = 0;

	peer = c ? sim_partner(s, c) : NULL;
	if (!peer || c->p.up.outstanding || c->p.up.dirty || peer->overtaken)
		return;
	for (i = 0; i < c->p.local.n; i++) {
		const struct shim6_loc *l = &c->p.local.loc[i];

		if (!(l->status & SHIM6_LOC_UP))
			continue;
		n++;
		if (!sim_knows(peer, &l->addr))
			SIM_FAIL(s, "host %c flow %u: a locator nobody knows",
				 'A' + s->addr[f->end[side]].owner, nr);
	}
	s->lists_checked++;
	if (peer->p.peer.n != n && !peer->p.peer_single)
		SIM_FAIL(s, "host %c flow %u: %u locators, %u known",
			 'A' + s->addr[f->end[side]].owner, nr, n,
			 peer->p.peer.n);
}

/* (8) a whole minute at the end passed without loss */
static void sim_check_served(struct sim *s, unsigned int nr, unsigned int side)
{
	const struct sim_traffic *t = &s->flow[nr].traffic[side];
	unsigned int h = s->addr[s->flow[nr].end[side]].owner;

	if (s->mistaken || t->sent_at + 60 * SIM_SEC < s->now)
		return;
	s->served++;
	if (t->arrived_at + 90 * SIM_SEC < s->now)
		SIM_FAIL(s, "host %c flow %u: payload does not arrive",
			 'A' + h, nr);
}

static void sim_check_flows(struct sim *s)
{
	unsigned int f, side;

	for (f = 0; f < s->nflows; f++) {
		s->checked += s->flow[f].finished;
		for (side = 0; side < 2; side++) {
			if (s->flow[f].finished)
				sim_check_pair(s, f, side);
			if (s->flow[f].finished)
				sim_check_lists(s, f, side);
			if (s->flow[f].hope)
				sim_check_served(s, f, side);
		}
	}
}

/* (11) */
static void sim_check_settled(struct sim *s)
{
	unsigned int h, i;

	for (h = 0; h < s->nhosts; h++)
		for (i = 0; i < SIM_CTX; i++) {
			struct sim_ctx *c = &s->host[h].ctx[i];

			if (!c->used)
				continue;
			if (c->p.state != SHIM6_ESTABLISHED)
				SIM_FAIL(s, "host %c: half-open: %s", 'A' + h,
					 shim6_state_name(c->p.state));
			if (!sim_has(s, h, sim_loc(s, &c->p.ulid_local)))
				SIM_FAIL(s, "host %c: a context without its ULID",
					 'A' + h);
		}
}

/* A network without a fault between all addresses that there are */
static bool sim_is_whole(const struct sim *s)
{
	unsigned int i, j;

	if (s->loss || s->mistaken)
		return false;
	for (i = 0; i < s->nflows; i++)
		if (!sim_alive(s, &s->flow[i]))
			return false;
	for (i = 0; i < SIM_ADDRS; i++)
		for (j = 0; j < SIM_ADDRS; j++)
			if (s->addr[i].there && s->addr[j].there &&
			    s->addr[i].owner != s->addr[j].owner &&
			    !sim_works(s, i, j))
				return false;
	return true;
}

/* Nobody has a context that its peer has lost */
static bool sim_is_paired(struct sim *s)
{
	unsigned int f, e, h, i, n = 0;

	for (h = 0; h < s->nhosts; h++)
		for (i = 0; i < SIM_CTX; i++)
			n += s->host[h].ctx[i].used;
	for (f = 0; f < s->nflows; f++) {
		struct sim_ctx *ctx[2];

		for (e = 0; e < 2; e++)
			ctx[e] = sim_flow_ctx(s, &s->flow[f], e);
		if (sim_fits(ctx))
			n -= 2;
	}
	return !n;
}

/* (12) */
static void sim_check_idle(struct sim *s)
{
	u32 longest = 0;
	unsigned int h;

	for (h = 0; h < s->nhosts; h++)
		longest = max_t(u32, longest,
			      s->host[h].params.v[SHIM6_P_SEND_TIMEOUT]);
	if (!sim_is_whole(s) || !sim_is_paired(s) || !s->control)
		return;
	if (s->last_control >
	    s->stop_at + (2ULL * longest + 200000) * SIM_MS)
		SIM_FAIL(s, "control messages from an idle context");
}
