// SPDX-License-Identifier: GPL-2.0
/*
 * A host of the simulation: what the engine and the packet path do around the
 * pure core, in their simplest form. Included by sim.c.
 */
static void sim_send_control(struct sim *s, unsigned int h, struct sim_ctx *c,
			     const struct shim6_pair *pair, int len)
{
	struct sim_packet *k = &s->scratch;
	struct shim6_msg m;
	u16 off;
	int i = sim_loc(s, &pair->src), j = sim_loc(s, &pair->dst);

	if (i < 0 || (j < 0 && !s->forger) || len <= 0 ||
	    shim6_wire_decode(k->buf, len, &m, &off) != SHIM6_WIRE_OK) {
		SIM_FAIL(s, "host %c: a message of length %d does not decode",
			 'A' + h, len);
		return;
	}
	if (len + 40 > SHIM6_MAX_CTRL)
		SIM_FAIL(s, "host %c: a message has %d octets", 'A' + h, len);
	/* Forged in bits that prove nothing (RFC 3972 2): nobody has it */
	if (j < 0)
		return;
	k->payload = false;
	k->tagged = false;
	k->src = i;
	k->dst = j;
	k->len = len;
	k->serial = c ? c->serial : 0;
	k->boot = c ? c->boot : s->host[h].boot;
	k->maker = c ? c->maker : h;
	k->made = c ? c->made : s->now;
	k->seq = ++s->seq;
	s->control++;
	s->last_control = s->now;
	if (sim_transmit(s, h, k))
		*(c ? &c->reached[i] : &s->host[h].answered[i]) |= 1u << j;
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
	sim_send_control(s, h, NULL, &back,
			 shim6_wire_encode(&m, s->scratch.buf,
					   sizeof(s->scratch.buf)));
}

static int sim_cookie_check(struct sim *s, unsigned int h,
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
	return shim6_cookie_check(&s->host[h].secret, &in, m->validator,
				  m->validator_len, s->now,
				  30 * SHIM6_NS_PER_SEC);
}

/* The locators of a host that a ULID's context may name: those of its set */
static void sim_locals(const struct sim *s, unsigned int h, int ulid,
		       struct shim6_locset *set)
{
	unsigned int first = s->addr[ulid].set * SIM_LOCS, i;

	memset(set, 0, sizeof(*set));
	if (sim_has(s, h, ulid))
		shim6_locset_add(set, &s->addr[ulid].addr, SHIM6_METHOD_HBA, 0);
	for (i = first; i < first + SIM_LOCS; i++) {
		const struct sim_addr *a = &s->addr[i];
		int at;

		if (!sim_has(s, h, i))
			continue;
		at = shim6_locset_add(set, &a->addr, SHIM6_METHOD_HBA, 0);
		if (a->up)
			set->loc[at].status |= SHIM6_LOC_UP;
		if (a->deprecated)
			set->loc[at].status |= SHIM6_LOC_DEPRECATED;
	}
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

static struct sim_ctx *sim_flow_ctx(struct sim *s, const struct sim_flow *f,
				    unsigned int side)
{
	const struct sim_addr *local = &s->addr[f->end[side]];

	return sim_by_ulids(&s->host[local->owner], &local->addr,
			    &s->addr[f->end[!side]].addr, f->fii);
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

/*
 * One that no context of the host has (RFC 5533 7.1); with few bits often one
 * that a context had, which somebody may still use.
 */
static u64 sim_new_tag(struct sim *s, struct sim_host *h)
{
	u64 tag;

	if (s->tag_bits < 47 && sim_chance(s, 40000)) {
		tag = h->freed[sim_below(s, ARRAY_SIZE(h->freed))];
		if (tag && !sim_by_tag(h, tag))
			return tag;
	}
	do {
		tag = sim_rand64(s) & ((1ULL << s->tag_bits) - 1);
	} while (!tag || sim_by_tag(h, tag));
	return tag;
}

static struct sim_ctx *sim_create(struct sim *s, unsigned int n,
				  const struct in6_addr *local,
				  const struct in6_addr *peer, u32 fii)
{
	struct sim_host *h = &s->host[n];
	const struct sim_set *set;
	struct shim6_locset locs;
	struct sim_ctx *c;
	unsigned int i;

	for (i = 0; i < SIM_CTX && h->ctx[i].used; i++)
		;
	if (i == SIM_CTX) {
		SIM_FAIL(s, "host %c has more than %d contexts", 'A' + n,
			 SIM_CTX);
		return NULL;
	}
	c = &h->ctx[i];
	memset(c, 0, offsetof(struct sim_ctx, p));
	sim_locals(s, n, sim_loc(s, local), &locs);
	shim6_proto_init(&c->p, &locs, local, peer, fii, sim_new_tag(s, h),
			 s->now, &h->params, sim_rand64(s));
	set = &s->set[s->addr[sim_loc(s, local)].set];
	memcpy(c->p.local_pds, set->pds, set->len);
	c->p.local_pds_len = set->len;
	c->used = true;
	c->serial = ++s->serial;
	h->due[i] = 0;
	return c;
}

static void sim_drop(struct sim *s, unsigned int h, struct sim_ctx *c)
{
	unsigned int i = c - s->host[h].ctx;

	c->used = false;
	s->host[h].due[i] = 0;
	s->host[h].freed[i] = c->p.ct_local;
}

static void sim_event(struct sim *s, enum shim6_ev_type type, unsigned int h)
{
	unsigned int i;

	memset(&s->ev, 0, sizeof(s->ev));
	s->ev.type = type;
	s->ev.now = s->now;
	s->ev.params = &s->host[h].params;
	s->ev.provisional = s->provisional;
	for (i = 0; i < SHIM6_EV_RND; i++)
		s->ev.rnd[i] = sim_rand64(s);
}

static void sim_effects(struct sim *s, unsigned int h, struct sim_ctx *c)
{
	unsigned int i;

	for (i = 0; i < s->out.n; i++) {
		const struct shim6_fx *fx = &s->out.fx[i];
		char more[48];
		int len;

		switch (fx->type) {
		case SHIM6_FX_SEND:
			len = shim6_proto_encode(&c->p, fx, &s->host[h].params,
						 s->scratch.buf,
						 sizeof(s->scratch.buf));
			snprintf(more, sizeof(more), "#%u %s", c->serial,
				 fx->msg == SHIM6_MSG_PROBE ?
				 shim6_reap_state_name(fx->sta) : "");
			sim_trace(s, h, "send", sim_msg_name(fx->msg),
				  &fx->pair, more);
			sim_check_source(s, h, c, fx);
			sim_send_control(s, h, c, &fx->pair, len);
			break;
		case SHIM6_FX_PATH:
			s->switches++;
			snprintf(more, sizeof(more), "#%u", c->serial);
			sim_trace(s, h, "path", "", &c->p.cur, more);
			break;
		case SHIM6_FX_STATE:
			snprintf(more, sizeof(more), "#%u fii %u tags %llx %llx",
				 c->serial, c->p.fii,
				 (unsigned long long)c->p.ct_local,
				 (unsigned long long)c->p.ct_peer);
			sim_trace(s, h, "state",
				  shim6_state_name(c->p.state), NULL, more);
			break;
		case SHIM6_FX_REAP_STATE:
			snprintf(more, sizeof(more), "#%u", c->serial);
			sim_trace(s, h, "reap",
				  shim6_reap_state_name(c->p.reap.state),
				  NULL, more);
			break;
		case SHIM6_FX_LOST:
			snprintf(more, sizeof(more), "#%u", c->serial);
			sim_trace(s, h, "lost", "", &c->p.cur, more);
			if (s->calm && s->whole && sim_partner(s, c))
				SIM_FAIL(s, "host %c: a failure where none is",
					 'A' + h);
			break;
		case SHIM6_FX_ERROR:
			SIM_FAIL_HONEST(s, "host %c: Error %u", 'A' + h,
					fx->code);
			break;
		case SHIM6_FX_KILL:
			sim_trace(s, h, "kill", "", NULL, "");
			sim_drop(s, h, c);
			break;
		}
	}
}

/* A stale context ends, and only its ULIDs are left for another one */
static void sim_despair(struct sim *s, unsigned int h, const struct sim_ctx *c)
{
	unsigned int i, e;

	for (i = 0; i < s->nflows; i++) {
		struct sim_flow *f = &s->flow[i];

		for (e = 0; e < 2; e++)
			if (s->addr[f->end[e]].owner == h &&
			    sim_flow_ctx(s, f, e) == c && !f->finished)
				f->hope &= sim_works(s, f->end[0], f->end[1]) &&
					   sim_works(s, f->end[1], f->end[0]);
	}
}

/* RFC 5533 7.15: the older of two contexts with one tag goes */
static void sim_confusion(struct sim *s, unsigned int h, struct sim_ctx *c)
{
	struct sim_ctx *all = s->host[h].ctx;
	unsigned int i;

	for (i = 0; i < SIM_CTX; i++) {
		if (&all[i] == c || !all[i].used ||
		    !shim6_proto_confused(&c->p, &all[i].p))
			continue;
		s->confused++;
		sim_trace(s, h, "confused", "", NULL, "");
		sim_despair(s, h, &all[i]);
		sim_drop(s, h, &all[i]);
	}
}

/* What a message brought beside what the core keeps; @k: the message */
static void sim_learn(struct sim *s, unsigned int h, struct sim_ctx *c,
		      const struct sim_packet *k)
{
	const struct shim6_msg *m = s->ev.msg;

	sim_check_verdict(s, h, m->type);
	if (s->out.verdict != SHIM6_DO_OK)
		return;
	c->addressed |= 1u << k->dst;
	if (m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST)) {
		c->overtaken = k->seq < c->list_seq;
		c->list_seq = max(c->list_seq, k->seq);
	}
	switch (m->type) {
	case SHIM6_MSG_I1:
		sim_check_mistaken(s, h, c, k);
		break;
	case SHIM6_MSG_R1:
	case SHIM6_MSG_R1BIS:
		c->boot = k->boot;
		c->maker = k->maker;
		c->made = k->made;
		break;
	case SHIM6_MSG_I2:
	case SHIM6_MSG_I2BIS:
	case SHIM6_MSG_R2:
		c->peer_serial = k->serial;
		sim_check_tag(s, h, c, m);
		sim_confusion(s, h, c);
		sim_check_confusion(s, h, c);
		break;
	case SHIM6_MSG_UPDATE_REQ:
		s->lists += !!(m->opts & SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST));
		break;
	}
}

/* s->ev is filled in; @k: the message that it is about, or NULL */
static void sim_step(struct sim *s, unsigned int h, struct sim_ctx *c,
		     const struct sim_packet *k)
{
	u64 *due = &s->host[h].due[c - s->host[h].ctx];
	u32 sent;

	s->steps++;
	shim6_proto_step(&c->p, &s->ev, &s->out);
	if (s->out.spilt)
		SIM_FAIL(s, "host %c: a step has too many effects", 'A' + h);
	if (k)
		sim_learn(s, h, c, k);
	sent = s->sent;
	sim_effects(s, h, c);
	sim_check_burst(s, h, s->sent - sent);
	if (!c->used)
		return;
	*due = shim6_proto_deadline(&c->p, s->now, &s->host[h].params);
	if (*due && *due < s->now)
		SIM_FAIL(s, "host %c: a deadline in the past", 'A' + h);
}

/* B-3: who asks in the name of a ULID sends from it or proves its locator */
static bool sim_owns(const struct shim6_msg *m, const struct in6_addr *src,
		     const struct in6_addr *ulid,
		     const struct shim6_auth *auth)
{
	unsigned int i;

	if (shim6_addr_eq(src, ulid))
		return true;
	for (i = 0; i < m->nlocs; i++)
		if (auth->verified & 1u << i &&
		    shim6_addr_eq(&m->locs[i], src))
			return true;
	return false;
}

static void sim_accept(struct sim *s, unsigned int h, struct shim6_msg *m,
		       const struct sim_packet *k, const struct shim6_key *key)
{
	struct shim6_auth auth;
	struct sim_ctx *c;

	shim6_auth_check(m, &key->peer, NULL, 0, false, &auth);
	if (auth.verdict > SHIM6_AUTH_OK ||
	    !sim_owns(m, &s->addr[k->src].addr, &key->peer, &auth)) {
		SIM_FAIL_HONEST(s, "host %c: %s of %c refused: proof", 'A' + h,
				sim_msg_name(m->type), 'A' + k->host);
		return;
	}
	c = sim_create(s, h, &key->local, &key->peer, key->fii);
	if (!c)
		return;
	s->ev.auth = &auth;
	sim_step(s, h, c, k);
	if (s->out.verdict != SHIM6_DO_OK || c->p.state == SHIM6_IDLE)
		sim_drop(s, h, c);
}

static void sim_orphan(struct sim *s, unsigned int h, struct shim6_msg *m,
		       const struct sim_packet *k, const struct shim6_key *key)
{
	struct shim6_pair pair = sim_pair(s, k->src, k->dst);

	switch (shim6_orphan_action(m)) {
	case SHIM6_ORPHAN_R1:
		sim_cookie_answer(s, h, m, m->tag, &pair);
		break;
	case SHIM6_ORPHAN_R1BIS:
		sim_cookie_answer(s, h, NULL, m->tag, &pair);
		break;
	case SHIM6_ORPHAN_CREATE:
		sim_accept(s, h, m, k, key);
		break;
	default:
		break;
	}
}

static void sim_known(struct sim *s, unsigned int h, struct sim_ctx *c,
		      struct shim6_msg *m, const struct sim_packet *k)
{
	struct shim6_pair pair = sim_pair(s, k->src, k->dst);
	struct shim6_auth auth;

	shim6_auth_check(m, &c->p.ulid_peer, c->p.peer_pds, c->p.peer_pds_len,
			 false, &auth);
	s->ev.auth = &auth;
	sim_step(s, h, c, k);
	if (s->out.verdict == SHIM6_DO_R1)
		sim_cookie_answer(s, h, m, m->tag, &pair);
	else if (s->out.verdict == SHIM6_DO_R1BIS)
		sim_cookie_answer(s, h, NULL, m->tag, &pair);
}

/* I1, I2, I2bis: for us (B-39), and the validator before all that costs */
static bool sim_admits(struct sim *s, unsigned int h,
		       const struct shim6_msg *m, const struct sim_packet *k,
		       const struct shim6_key *key)
{
	struct shim6_pair pair = sim_pair(s, k->src, k->dst);
	int i = sim_loc(s, &key->local);
	int err;

	if (i < 0 || !sim_has(s, h, i)) {
		sim_check_foreign(s, h, k, &key->local);
		return false;
	}
	if (m->type == SHIM6_MSG_I1)
		return true;
	err = sim_cookie_check(s, h, m, &pair, key);
	if (err)
		sim_check_validator(s, h, k, err);
	return !err;
}

static void sim_receive_control(struct sim *s, unsigned int h,
				const struct sim_packet *k)
{
	struct shim6_pair pair = sim_pair(s, k->src, k->dst);
	struct shim6_key key;
	struct shim6_msg m;
	struct sim_ctx *c;
	u16 off;

	if (shim6_wire_decode(k->buf, k->len, &m, &off) != SHIM6_WIRE_OK)
		return;
	shim6_dispatch(&m, &pair, &key);
	if (key.type == SHIM6_KEY_ULIDS && !sim_admits(s, h, &m, k, &key))
		return;
	sim_event(s, SHIM6_EV_MSG, h);
	s->ev.pair = pair;
	s->ev.msg = &m;
	c = sim_find(&s->host[h], &key, &pair);
	if (c)
		sim_known(s, h, c, &m, k);
	else
		sim_orphan(s, h, &m, k, &key);
}

static void sim_receive_payload(struct sim *s, unsigned int h,
				const struct sim_packet *k)
{
	struct shim6_pair pair = sim_pair(s, k->src, k->dst);
	struct sim_host *host = &s->host[h];
	struct sim_ctx *c = k->tagged ? sim_by_tag(host, k->tag) :
		sim_by_ulids(host, &pair.dst, &pair.src, 0);

	if (!c) {
		if (k->tagged)
			sim_cookie_answer(s, h, NULL, k->tag, &pair);
		else
			sim_check_delivery(s, h, k, NULL);
		return;
	}
	if (k->tagged && !shim6_proto_payload_ok(c->p.state))
		return;
	sim_check_delivery(s, h, k, k->tagged ? c : NULL);
	if (!shim6_activity_in(&c->p.reap.act, s->now))
		return;
	sim_event(s, SHIM6_EV_PAYLOAD_IN, h);
	s->ev.tagged = k->tagged;
	sim_step(s, h, c, NULL);
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
		s->ev.pair = sim_pair(s, k->src, k->dst);
		sim_step(s, h, c, NULL);
	}
}

/* The context that sends: of the instance, else the default one, else none */
static struct sim_ctx *sim_sender(struct sim *s, unsigned int h,
				  const struct sim_flow *f, unsigned int side)
{
	const struct in6_addr *local = &s->addr[f->end[side]].addr;
	const struct in6_addr *peer = &s->addr[f->end[!side]].addr;
	struct sim_ctx *c = sim_by_ulids(&s->host[h], local, peer, f->fii);

	if (f->fii && (!c || !sim_may_send(c)))
		c = sim_by_ulids(&s->host[h], local, peer, 0);
	return c;
}

/* A context of the flow is wanted: a fork has its default one beside it */
static void sim_want(struct sim *s, unsigned int h, struct sim_flow *f,
		     unsigned int side)
{
	const struct sim_addr *local = &s->addr[f->end[side]];
	const struct in6_addr *peer = &s->addr[f->end[!side]].addr;
	struct sim_traffic *t = &f->traffic[side];
	struct sim_ctx *c;

	if (sim_flow_ctx(s, f, side) || ++t->seen < s->trigger ||
	    sim_count(s, h, local->set) < 2)
		return;
	t->seen = 0;
	c = sim_by_ulids(&s->host[h], &local->addr, peer, 0);
	if (f->fii && (!c || c->p.state != SHIM6_ESTABLISHED))
		return;
	c = sim_create(s, h, &local->addr, peer, f->fii);
	if (!c)
		return;
	sim_event(s, SHIM6_EV_START, h);
	sim_step(s, h, c, NULL);
}

static void sim_send_payload(struct sim *s, unsigned int nr, unsigned int side)
{
	struct sim_flow *f = &s->flow[nr];
	unsigned int h = s->addr[f->end[side]].owner;
	struct sim_packet *k = &s->scratch;
	struct sim_ctx *c;

	if (!s->addr[f->end[side]].there ||
	    s->addr[f->end[!side]].owner == h)
		return;
	memset(k, 0, offsetof(struct sim_packet, buf));
	k->payload = true;
	k->flow = nr;
	k->side = side;
	k->src = f->end[side];
	k->dst = f->end[!side];
	c = sim_sender(s, h, f, side);
	if (c && sim_may_send(c)) {
		k->fii = c->p.fii;
		k->src = sim_loc(s, &c->p.cur.src);
		k->dst = sim_loc(s, &c->p.cur.dst);
		k->tagged = k->fii || k->src != f->end[side] ||
			    k->dst != f->end[!side];
		k->tag = c->p.ct_peer;
		k->serial = c->peer_serial;
		sim_check_path(s, h, c, k);
	}
	f->traffic[side].sent_at = s->now;
	sim_transmit(s, h, k);
	if (c && shim6_activity_out(&c->p.reap.act, s->now)) {
		sim_event(s, SHIM6_EV_PAYLOAD_OUT, h);
		sim_step(s, h, c, NULL);
	}
	sim_want(s, h, f, side);
}
