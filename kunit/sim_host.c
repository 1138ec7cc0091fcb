// SPDX-License-Identifier: GPL-2.0
/*
 * A host of the simulation: what the engine and the packet path do around the
 * pure core, in their simplest form. Included by sim.c.
 */
#define SIM_FAIL(s, ...) do {						\
	if (!(s)->failed)						\
		snprintf((s)->why, sizeof((s)->why), __VA_ARGS__);	\
	(s)->failed = true;						\
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

static int sim_loc(const struct sim_host *h, const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < h->n; i++)
		if (shim6_addr_eq(&h->addr[i], addr))
			return i;
	return -1;
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

static void sim_trace(struct sim *s, unsigned int h, const char *what,
		      const char *name, const struct shim6_pair *pair,
		      const char *more)
{
	char line[160];

	if (!s->trace)
		return;
	snprintf(line, sizeof(line), "%7u.%03u %c %-9s %-9s %d>%d %s",
		 (u32)div_u64(s->now, 1000000000),
		 (u32)div_u64(s->now, 1000000) % 1000, 'A' + h, what, name,
		 pair ? sim_loc(&s->host[h], &pair->src) : -1,
		 pair ? sim_loc(&s->host[!h], &pair->dst) : -1, more);
	s->trace(line);
}

static bool sim_works(const struct sim *s, unsigned int h, int i, int j)
{
	if (i < 0 || j < 0)
		return false;
	return s->host[h].up[i] && s->host[!h].up[j] && !s->cut[h][i][j];
}

static struct sim_packet *sim_slot(struct sim *s)
{
	unsigned int i;

	for (i = 0; i < SIM_QUEUE; i++)
		if (!s->queue[i].used)
			return &s->queue[i];
	SIM_FAIL(s, "more than %d packets on their way", SIM_QUEUE);
	return &s->queue[0];
}

static void sim_enqueue(struct sim *s, unsigned int to,
			const struct sim_packet *tmpl, const u8 *buf)
{
	struct sim_packet *k = sim_slot(s);

	*k = *tmpl;
	k->used = true;
	k->to = to;
	k->at = s->now + (s->delay[0] + sim_below(s, s->delay[1])) * 1000ULL;
	if (buf)
		memcpy(k->buf, buf, tmpl->len);
}

/* Into the network. Host h has no route from an address that is not up */
static void sim_transmit(struct sim *s, unsigned int h, struct sim_packet *k)
{
	int i = sim_loc(&s->host[h], &k->pair.src);
	int j = sim_loc(&s->host[!h], &k->pair.dst);

	if (i < 0 || !s->host[h].up[i]) {
		if (k->payload || sim_chance(s, 32768))
			return;
		k->failed = true;
		sim_enqueue(s, h, k, NULL);
		return;
	}
	if (!sim_works(s, h, i, j) || sim_chance(s, s->loss))
		return;
	if (!k->payload)
		s->arrived[h][i][j] = true;
	sim_enqueue(s, !h, k, NULL);
	if (sim_chance(s, s->dup))
		sim_enqueue(s, !h, k, NULL);
}


static void sim_send_control(struct sim *s, unsigned int h,
			     const struct shim6_pair *pair, int len)
{
	struct shim6_msg m;
	u16 off;

	if (len <= 0 || shim6_wire_decode(s->scratch.buf, len, &m, &off) !=
			SHIM6_WIRE_OK) {
		SIM_FAIL(s, "host %c: a message of length %d does not decode",
			 'A' + h, len);
		return;
	}
	if (len + 40 > SHIM6_MAX_CTRL)
		SIM_FAIL(s, "host %c: a message has %d octets", 'A' + h, len);
	s->scratch.used = true;
	s->scratch.payload = false;
	s->scratch.tagged = false;
	s->scratch.failed = false;
	s->scratch.pair = *pair;
	s->scratch.len = len;
	s->control++;
	s->last_control = s->now;
	sim_transmit(s, h, &s->scratch);
}

static void sim_cookie_answer(struct sim *s, unsigned int h,
			      const struct shim6_msg *to, u64 tag,
			      const struct shim6_pair *pair)
{
	struct shim6_pair back = shim6_pair_rev(pair);
	struct shim6_cookie_in in = {
		.kind = to ? SHIM6_COOKIE_R1 : SHIM6_COOKIE_R1BIS,
		.nonce = shim6_cookie_nonce(s->now),
		.tag = tag,
		.pair = *pair,
	};
	struct shim6_msg m = {
		.type = to ? SHIM6_MSG_R1 : SHIM6_MSG_R1BIS,
		.opts = SHIM6_OPT_BIT(SHIM6_OPT_VALIDATOR),
		.validator_len = SHIM6_COOKIE_LEN,
		.resp_nonce = in.nonce,
		.tag = tag,
	};
	u8 val[SHIM6_COOKIE_LEN];
	struct shim6_key key;

	if (to) {
		shim6_dispatch(to, pair, &key);
		in.ulid_sender = key.peer;
		in.ulid_receiver = key.local;
		in.fii = key.fii;
		m.init_nonce = to->init_nonce;
	}
	shim6_cookie_make(&s->host[h].secret, &in, val);
	m.validator = val;
	sim_trace(s, h, "send", sim_msg_name(m.type), &back, "stateless");
	sim_send_control(s, h, &back,
			 shim6_wire_encode(&m, s->scratch.buf,
					   sizeof(s->scratch.buf)));
}

static bool sim_cookie_ok(struct sim *s, unsigned int h,
			  const struct shim6_msg *m,
			  const struct shim6_pair *pair,
			  const struct shim6_key *key)
{
	struct shim6_cookie_in in = {
		.kind = SHIM6_COOKIE_R1BIS,
		.nonce = m->resp_nonce,
		.tag = m->packet_tag,
		.pair = *pair,
	};

	if (m->type == SHIM6_MSG_I2) {
		in.kind = SHIM6_COOKIE_R1;
		in.tag = m->tag;
		in.ulid_sender = key->peer;
		in.ulid_receiver = key->local;
		in.fii = key->fii;
	}
	return !shim6_cookie_check(&s->host[h].secret, &in, m->validator,
				   m->validator_len, s->now,
				   30 * SHIM6_NS_PER_SEC);
}

static void sim_locals(const struct sim_host *h, struct shim6_locset *set)
{
	unsigned int i;

	memset(set, 0, sizeof(*set));
	for (i = 0; i < h->n; i++)
		if (h->up[i])
			shim6_locset_add(set, &h->addr[i], SHIM6_METHOD_HBA,
					 SHIM6_LOC_UP | (h->deprecated[i] ?
					 SHIM6_LOC_DEPRECATED : 0));
}

static struct sim_ctx *sim_by_ulids(struct sim_host *h,
				    const struct in6_addr *local,
				    const struct in6_addr *peer, u32 fii)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++)
		if (h->ctx[i].used && h->ctx[i].p.fii == fii &&
		    shim6_addr_eq(&h->ctx[i].p.ulid_local, local) &&
		    shim6_addr_eq(&h->ctx[i].p.ulid_peer, peer))
			return &h->ctx[i];
	return NULL;
}

static struct sim_ctx *sim_by_tag(struct sim_host *h, u64 tag)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++)
		if (h->ctx[i].used && h->ctx[i].p.ct_local == tag)
			return &h->ctx[i];
	return NULL;
}

static struct sim_ctx *sim_find(struct sim_host *h,
				const struct shim6_key *key,
				const struct shim6_pair *pair)
{
	unsigned int i;

	if (key->type == SHIM6_KEY_ULIDS)
		return sim_by_ulids(h, &key->local, &key->peer, key->fii);
	if (key->type == SHIM6_KEY_TAG)
		return sim_by_tag(h, key->tag);
	for (i = 0; i < SIM_CTX; i++)
		if (h->ctx[i].used &&
		    shim6_proto_matches(&h->ctx[i].p, key, pair))
			return &h->ctx[i];
	return NULL;
}

static struct sim_ctx *sim_create(struct sim *s, unsigned int n,
				  const struct in6_addr *local,
				  const struct in6_addr *peer, u32 fii)
{
	struct sim_host *h = &s->host[n];
	struct shim6_locset set;
	unsigned int i;

	for (i = 0; i < SIM_CTX && h->ctx[i].used; i++)
		;
	if (i == SIM_CTX) {
		SIM_FAIL(s, "host %c has more than %d contexts", 'A' + n,
			 SIM_CTX);
		return NULL;
	}
	sim_locals(h, &set);
	shim6_proto_init(&h->ctx[i].p, &set, local, peer, fii,
			 sim_rand64(s), s->now, &h->params, sim_rand64(s));
	memcpy(h->ctx[i].p.local_pds, h->pds, h->pds_len);
	h->ctx[i].p.local_pds_len = h->pds_len;
	h->ctx[i].used = true;
	h->ctx[i].due = 0;
	return &h->ctx[i];
}

static void sim_event(struct sim *s, enum shim6_ev_type type, unsigned int h)
{
	unsigned int i;

	memset(&s->ev, 0, sizeof(s->ev));
	s->ev.type = type;
	s->ev.now = s->now;
	s->ev.params = &s->host[h].params;
	for (i = 0; i < SHIM6_EV_RND; i++)
		s->ev.rnd[i] = sim_rand64(s);
}

static void sim_effects(struct sim *s, unsigned int h, struct sim_ctx *c)
{
	unsigned int i;

	for (i = 0; i < s->out.n; i++) {
		const struct shim6_fx *fx = &s->out.fx[i];
		int len;

		switch (fx->type) {
		case SHIM6_FX_SEND:
			len = shim6_proto_encode(&c->p, fx, &s->host[h].params,
						 s->scratch.buf,
						 sizeof(s->scratch.buf));
			sim_trace(s, h, "send", sim_msg_name(fx->msg),
				  &fx->pair, fx->msg == SHIM6_MSG_PROBE ?
				  shim6_reap_state_name(fx->sta) : "");
			sim_send_control(s, h, &fx->pair, len);
			break;
		case SHIM6_FX_PATH:
			s->switches++;
			sim_trace(s, h, "path", "", &c->p.cur, "");
			break;
		case SHIM6_FX_STATE:
			sim_trace(s, h, "state",
				  shim6_state_name(c->p.state), NULL, "");
			break;
		case SHIM6_FX_REAP_STATE:
			sim_trace(s, h, "reap",
				  shim6_reap_state_name(c->p.reap.state),
				  NULL, "");
			break;
		case SHIM6_FX_KILL:
			sim_trace(s, h, "kill", "", NULL, "");
			c->used = false;
			break;
		default:
			break;
		}
	}
}

/* RFC 5533 7.15: the older of two contexts with one tag goes */
static void sim_confusion(struct sim_host *h, struct sim_ctx *c)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++)
		if (&h->ctx[i] != c && h->ctx[i].used &&
		    shim6_proto_confused(&c->p, &h->ctx[i].p))
			h->ctx[i].used = false;
}

/* s->ev is filled in */
static void sim_step(struct sim *s, unsigned int h, struct sim_ctx *c)
{
	s->steps++;
	shim6_proto_step(&c->p, &s->ev, &s->out);
	if (s->out.spilt)
		SIM_FAIL(s, "host %c: a step has too many effects", 'A' + h);
	if (c->p.ct_peer_known)
		sim_confusion(&s->host[h], c);
	sim_effects(s, h, c);
	if (!c->used)
		return;
	c->due = shim6_proto_deadline(&c->p, s->now, &s->host[h].params);
	if (c->due && c->due < s->now)
		SIM_FAIL(s, "host %c: a deadline in the past", 'A' + h);
}

static void sim_orphan(struct sim *s, unsigned int h, struct shim6_msg *m,
		       const struct shim6_pair *pair,
		       const struct shim6_key *key)
{
	struct shim6_auth auth;
	struct sim_ctx *c;

	switch (shim6_orphan_action(m)) {
	case SHIM6_ORPHAN_R1:
		sim_cookie_answer(s, h, m, m->tag, pair);
		break;
	case SHIM6_ORPHAN_R1BIS:
		sim_cookie_answer(s, h, NULL, m->tag, pair);
		break;
	case SHIM6_ORPHAN_CREATE:
		if (!sim_cookie_ok(s, h, m, pair, key))
			break;
		c = sim_create(s, h, &key->local, &key->peer, key->fii);
		if (!c)
			break;
		shim6_auth_check(m, &key->peer, NULL, 0, false, &auth);
		s->ev.auth = &auth;
		sim_step(s, h, c);
		if (c->p.state == SHIM6_IDLE)
			c->used = false;
		break;
	default:
		break;
	}
}

static void sim_known(struct sim *s, unsigned int h, struct sim_ctx *c,
		      struct shim6_msg *m, const struct shim6_pair *pair,
		      const struct shim6_key *key)
{
	struct shim6_auth auth;

	if ((m->type == SHIM6_MSG_I2 || m->type == SHIM6_MSG_I2BIS) &&
	    !sim_cookie_ok(s, h, m, pair, key))
		return;
	shim6_auth_check(m, &c->p.ulid_peer, c->p.peer_pds, c->p.peer_pds_len,
			 false, &auth);
	s->ev.auth = &auth;
	sim_step(s, h, c);
	if (s->out.verdict == SHIM6_DO_R1)
		sim_cookie_answer(s, h, m, m->tag, pair);
	else if (s->out.verdict == SHIM6_DO_R1BIS)
		sim_cookie_answer(s, h, NULL, m->tag, pair);
}

static void sim_receive_control(struct sim *s, unsigned int h,
				const struct shim6_pair *pair, const u8 *buf,
				size_t len)
{
	struct shim6_key key;
	struct shim6_msg m;
	struct sim_ctx *c;
	u16 off;

	if (shim6_wire_decode(buf, len, &m, &off) != SHIM6_WIRE_OK)
		return;
	shim6_dispatch(&m, pair, &key);
	sim_event(s, SHIM6_EV_MSG, h);
	s->ev.pair = *pair;
	s->ev.msg = &m;
	c = sim_find(&s->host[h], &key, pair);
	if (c)
		sim_known(s, h, c, &m, pair, &key);
	else
		sim_orphan(s, h, &m, pair, &key);
}

static void sim_receive_payload(struct sim *s, unsigned int h,
				const struct sim_packet *k)
{
	struct sim_host *host = &s->host[h];
	struct sim_ctx *c = k->tagged ? sim_by_tag(host, k->tag) :
		sim_by_ulids(host, &k->pair.dst, &k->pair.src, 0);
	bool tell;

	if (!c) {
		if (k->tagged)
			sim_cookie_answer(s, h, NULL, k->tag, &k->pair);
		return;
	}
	if (k->tagged && !shim6_proto_payload_ok(c->p.state))
		return;
	tell = shim6_activity_in(&c->p.reap.act, s->now);
	if (!tell)
		return;
	sim_event(s, SHIM6_EV_PAYLOAD_IN, h);
	s->ev.tagged = k->tagged;
	sim_step(s, h, c);
}

/* No route: the engine tells the context whose probe it was */
static void sim_bounced(struct sim *s, unsigned int h,
			const struct sim_packet *k)
{
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++) {
		struct sim_ctx *c = &s->host[h].ctx[i];

		if (!c->used)
			continue;
		sim_event(s, SHIM6_EV_XMIT_FAILED, h);
		s->ev.pair = k->pair;
		sim_step(s, h, c);
	}
}

/* (c): what payload needs before it may go to a locator */
static void sim_check_path(struct sim *s, unsigned int h,
			   const struct shim6_proto *p)
{
	int i = sim_loc(&s->host[h], &p->cur.src);
	int j = sim_loc(&s->host[!h], &p->cur.dst);
	int d = shim6_locset_find(&p->peer, &p->cur.dst);

	if (i < 0 || j < 0)
		SIM_FAIL(s, "host %c: payload to a stranger", 'A' + h);
	else if (d >= 0 && !(p->peer.loc[d].status & SHIM6_LOC_VERIFIED))
		SIM_FAIL(s, "host %c: payload to an unverified locator",
			 'A' + h);
	else if (!s->arrived[h][i][j])
		SIM_FAIL(s, "host %c: payload on unprobed pair %d>%d",
			 'A' + h, i, j);
}

static void sim_send_payload(struct sim *s, unsigned int h, unsigned int flow)
{
	struct shim6_pair ulids = {
		.src = s->host[h].addr[flow],
		.dst = s->host[!h].addr[flow],
	};
	struct sim_ctx *c = sim_by_ulids(&s->host[h], &ulids.src, &ulids.dst,
					 0);
	struct sim_packet *k = &s->scratch;

	memset(k, 0, offsetof(struct sim_packet, buf));
	k->payload = true;
	k->flow = flow;
	k->pair = ulids;
	if (c && (c->p.state == SHIM6_ESTABLISHED ||
		  c->p.state == SHIM6_I2BIS_SENT)) {
		k->tagged = !shim6_pair_eq(&c->p.cur, &ulids);
		k->pair = c->p.cur;
		k->tag = c->p.ct_peer;
		if (k->tagged)
			sim_check_path(s, h, &c->p);
	}
	sim_transmit(s, h, k);
	if (c && shim6_activity_out(&c->p.reap.act, s->now)) {
		sim_event(s, SHIM6_EV_PAYLOAD_OUT, h);
		sim_step(s, h, c);
	}
	if (c || ++s->host[h].seen[flow] < s->trigger || s->host[h].n < 2)
		return;
	s->host[h].seen[flow] = 0;
	c = sim_create(s, h, &ulids.src, &ulids.dst, 0);
	if (!c)
		return;
	sim_event(s, SHIM6_EV_START, h);
	sim_step(s, h, c);
}
