// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: a whole endpoint. Its context is brought into one of the states
 * of RFC 5533 6.2 by an honest peer; then the input says what comes: forged
 * messages that know every secret the peer knows, honest ones that were
 * damaged, payload, timers, addresses that come and go, other tunables. What
 * must hold for every context holds after every step.
 */
#include "../core_units.h"
#include "../sim.c"
#include "fuzz_msg.h"

#define STEPS_MAX	48
#define QUEUE_MAX	(SIM_QUEUE / 2)
/* Timers that may run out at the same instant */
#define TIMERS_MAX	16

/* How the world begins */
enum start {
	START_NOTHING,
	START_I1_SENT,
	START_I2_SENT,
	START_I2BIS_SENT,
	START_INITIATOR,	/* ESTABLISHED, we began */
	START_RESPONDER,	/* ESTABLISHED, the peer began */
	START_COUNT,
};

static struct sim starts[START_COUNT];

/* No context is confused, half made, or trusts what was not proven */
static void check_set(const struct shim6_locset *s)
{
	unsigned int i;

	FUZZ_CHECK(s->n <= SHIM6_MAX_LOCS);
	for (i = 0; i < s->n; i++) {
		FUZZ_CHECK(shim6_addr_usable(&s->loc[i].addr));
		FUZZ_CHECK(shim6_locset_find(s, &s->loc[i].addr) == (int)i);
	}
}

/* RFC 5533 7.2: by HBA, or because it is the ULID */
static void check_proven(const struct shim6_proto *p)
{
	struct shim6_pds pds;
	unsigned int i;

	FUZZ_CHECK(p->peer_pds_len <= SHIM6_MAX_PDS);
	if (p->peer_pds_len)
		FUZZ_CHECK(!shim6_pds_parse(p->peer_pds, p->peer_pds_len,
					    &pds));
	for (i = 0; i < p->peer.n; i++) {
		const struct shim6_loc *l = &p->peer.loc[i];

		if (!(l->status & SHIM6_LOC_VERIFIED) ||
		    shim6_addr_eq(&l->addr, &p->ulid_peer))
			continue;
		FUZZ_CHECK(p->peer_pds_len);
		FUZZ_CHECK(!shim6_hba_verify(&pds, &l->addr));
	}
}

static void check_handshake(const struct shim6_proto *p)
{
	FUZZ_CHECK(p->state < SHIM6_STATE_COUNT && p->state != SHIM6_IDLE);
	if (p->state == SHIM6_I1_SENT || p->state == SHIM6_I2_SENT ||
	    p->state == SHIM6_I2BIS_SENT)
		FUZZ_CHECK(p->hs.begun);
	if (p->state != SHIM6_ESTABLISHED)
		FUZZ_CHECK(p->hs.deadline);
	if (p->state == SHIM6_ESTABLISHED || p->state == SHIM6_I2BIS_SENT)
		FUZZ_CHECK(p->ct_peer_known);
	if (p->up.outstanding)
		FUZZ_CHECK(p->up.deadline);
}

/* Where payload goes while REAP has nothing against it (RFC 5533 7.2, 11) */
static void check_path(const struct shim6_proto *p)
{
	const struct shim6_reap *r = &p->reap;
	int i = shim6_locset_find(&p->local, &p->cur.src);
	int j = shim6_locset_find(&p->peer, &p->cur.dst);

	FUZZ_CHECK(shim6_is_local(p, &p->cur.src));
	if (j >= 0)
		FUZZ_CHECK(p->peer.loc[j].status & SHIM6_LOC_VERIFIED);
	if (r->state != SHIM6_REAP_OPERATIONAL)
		return;
	FUZZ_CHECK(!r->broken && j >= 0);
	FUZZ_CHECK(i < 0 || p->local.loc[i].status & SHIM6_LOC_UP);
}

static void check_reap(const struct shim6_proto *p)
{
	const struct shim6_reap *r = &p->reap;

	FUZZ_CHECK(r->state <= SHIM6_REAP_INBOUND_OK);
	FUZZ_CHECK(r->nsent <= SHIM6_MAX_PROBE_RECS);
	FUZZ_CHECK(r->nrecvd <= SHIM6_MAX_PROBE_RECS);
	FUZZ_CHECK(r->nfresh <= r->nrecvd);
	FUZZ_CHECK(r->keepalive_timeout &&
		   r->keepalive_timeout <= 600 * SIM_SEC);
	if (r->state != SHIM6_REAP_OPERATIONAL)
		FUZZ_CHECK(r->next_probe);
}

static void check_context(const struct sim_ctx *c, u64 due)
{
	const struct shim6_proto *p = &c->p;

	check_set(&p->local);
	check_set(&p->peer);
	check_handshake(p);
	check_proven(p);
	if (p->state == SHIM6_ESTABLISHED) {
		check_path(p);
		check_reap(p);
	}
	FUZZ_CHECK(!p->dead && due);
}

static void check_world(struct sim *s)
{
	unsigned int h, i;

	if (s->failed)
		fprintf(stderr, "%s\n", s->why);
	FUZZ_CHECK(!s->failed);
	FUZZ_CHECK(s->out.verdict < SHIM6_DO_REASONS);
	for (h = 0; h < s->nhosts; h++)
		for (i = 0; i < SIM_CTX; i++)
			if (s->host[h].ctx[i].used)
				check_context(&s->host[h].ctx[i],
					      s->host[h].due[i]);
}

/* The simulation has room for few contexts and packets: the rest is lost */
static void keep_room(struct sim *s)
{
	unsigned int h, i, n = 0;

	for (h = 0; h < s->nhosts; h++) {
		for (i = 0; i < SIM_CTX && s->host[h].ctx[i].used; i++)
			;
		if (i == SIM_CTX)
			sim_drop(s, h, &s->host[h].ctx[SIM_CTX - 1]);
	}
	for (i = 0; i < SIM_QUEUE; i++)
		n += !!s->at[i];
	for (i = 0; i < SIM_QUEUE && n > QUEUE_MAX; i++)
		s->at[i] = 0;
}

/* What the packet path looks at before it asks for a context (RFC 5533 12.3) */
static bool is_admitted(const struct sim_packet *k,
			const struct shim6_pair *pair)
{
	struct shim6_key key;
	struct shim6_msg m;
	u16 off;

	if (shim6_wire_decode(k->buf, k->len, &m, &off) != SHIM6_WIRE_OK)
		return false;
	shim6_dispatch(&m, pair, &key);
	return key.type != SHIM6_KEY_ULIDS || shim6_addr_usable(&key.peer);
}

/*
 * The octets of @from with its other members, made to agree with their length
 * first. Behind the last one the memory ends.
 */
static void receive(struct sim *s, const struct sim_packet *from, u8 *octets,
		    size_t len)
{
	size_t head = offsetof(struct sim_packet, buf);
	struct shim6_pair pair = sim_pair(s, from->src, from->dst);
	struct sim_packet *k;

	len = fuzz_repair(octets, len);
	k = malloc(head + len);
	if (!k)
		abort();
	memcpy(k, from, head);
	memcpy((u8 *)k + head, octets, len);
	k->len = len;
	if (is_admitted(k, &pair))
		sim_receive_control(s, s->addr[k->dst].owner, k);
	free(k);
}

/* An octet here and there becomes another */
static void damage(u8 *buf, size_t len, unsigned int n, struct fuzz_in *in)
{
	for (; n && len; n--) {
		size_t at = fuzz_u16(in) % len;

		buf[at] ^= fuzz_u8(in);
	}
}

/* High half: the peer's locator, or a stranger's; low half: ours */
static struct sim_packet draw_ends(const struct sim *s, u8 which)
{
	unsigned int i = which >> 4;

	return (struct sim_packet){
		.host = i == 15 ? 2 : 1,
		.src = i == 15 ? 2 * SIM_LOCS : SIM_LOCS + i % s->set[1].n,
		.dst = (which & 15) % s->set[0].n,
	};
}

static struct shim6_pair draw_pair(const struct sim *s, u8 which)
{
	struct sim_packet k = draw_ends(s, which);

	return sim_pair(s, k.src, k.dst);
}

/* A validator as we would have given it to the peer in R1 or R1bis */
static void right_validator(struct sim *s, const struct shim6_pair *pair,
			    struct shim6_msg *m, u8 *val)
{
	struct shim6_cookie_in in = {
		.kind = SHIM6_COOKIE_R1BIS,
		.nonce = shim6_cookie_nonce(s->now),
		.tag = m->packet_tag,
		.pair = *pair,
	};
	struct shim6_key key;

	if (m->type == SHIM6_MSG_I2) {
		shim6_dispatch(m, pair, &key);
		in.kind = SHIM6_COOKIE_R1;
		in.tag = m->tag;
		in.ulid_sender = key.peer;
		in.ulid_receiver = key.local;
		in.fii = key.fii;
	}
	m->resp_nonce = in.nonce;
	shim6_cookie_make(&s->host[0].secret, &in, val);
	m->validator = val;
	m->validator_len = SHIM6_COOKIE_LEN;
}

/**
 * struct forger - a message under construction
 * @m: the message
 * @c: context it is for
 * @validator: room for one
 * @locs: room for a list
 * @methods: its methods
 * @octets: room for preferences, a signature, a quoted packet
 * @sent: room for the record of a probe
 * @buf: the message
 */
struct forger {
	struct shim6_msg m;
	const struct shim6_proto *c;
	u8 validator[SHIM6_MAX_VALIDATOR];
	struct in6_addr locs[SIM_LOCS];
	u8 methods[SIM_LOCS];
	u8 octets[128];
	struct shim6_probe_rec sent;
	u8 buf[RAW_MAX] __aligned(8);
};

static void put_validator_option(struct sim *s, struct forger *f, u8 how,
				 const struct shim6_pair *pair,
				 struct fuzz_in *in)
{
	f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_VALIDATOR);
	if (how & 1 && f->m.type != SHIM6_MSG_R1 &&
	    f->m.type != SHIM6_MSG_R1BIS) {
		right_validator(s, pair, &f->m, f->validator);
		return;
	}
	f->m.validator_len = fuzz_u8(in);
	memset(f->validator, 0x55, sizeof(f->validator));
	f->m.validator = f->validator;
}

static void put_locators(struct sim *s, struct forger *f, u8 how,
			 struct fuzz_in *in)
{
	const struct sim_set *peer = &s->set[1];
	u8 first = fuzz_u8(in), which = fuzz_u8(in);
	unsigned int i;

	for (i = 0; i < peer->n; i++) {
		if (!(which & 1 << i))
			continue;
		f->locs[f->m.nlocs] =
			s->addr[SIM_LOCS + (first + i) % peer->n].addr;
		f->methods[f->m.nlocs++] = SHIM6_METHOD_HBA;
	}
	f->m.list_gen = first;
	f->m.locs = f->locs;
	f->m.methods = f->methods;
	f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST);
	if (how & 2)
		return;
	f->m.pds = peer->pds;
	f->m.pds_len = peer->len;
	f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_PDS);
}

static void put_preferences(struct forger *f, u8 how, struct fuzz_in *in)
{
	f->m.pref_gen = how & 4 ? fuzz_u8(in) : f->c->peer.gen;
	f->m.npref = how & 8 ? fuzz_u8(in) % 32 : f->c->peer.n;
	if (f->m.nlocs && !(how & 8)) {
		f->m.pref_gen = f->m.list_gen;
		f->m.npref = f->m.nlocs;
	}
	f->m.pref_elem = 3;
	fuzz_take(in, f->octets, 3 * f->m.npref);
	f->m.prefs = f->octets;
	f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_LOC_PREFS);
}

static void put_options_of(struct sim *s, struct forger *f, u8 how,
			   struct fuzz_in *in)
{
	u8 what = fuzz_u8(in);

	if (what & 1)
		put_locators(s, f, how, in);
	if (what & 2)
		put_preferences(f, how, in);
	if (what & 4) {
		f->m.keepalive = fuzz_u16(in);
		f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_KEEPALIVE);
	}
	if (what & 8) {
		f->m.ulid_sender = f->c->ulid_peer;
		f->m.ulid_receiver = f->c->ulid_local;
		f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_ULID_PAIR);
	}
	if (what & 16) {
		f->m.fii = fuzz_u8(in) % 4;
		f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_FII);
	}
	if (what & 32) {
		f->m.sig = f->octets;
		f->m.sig_len = sizeof(f->octets);
		f->m.opts |= SHIM6_OPT_BIT(SHIM6_OPT_SIGNATURE);
	}
}

static void put_probe_fields(struct forger *f, const struct shim6_pair *pair,
			     struct fuzz_in *in)
{
	u8 what = fuzz_u8(in);

	f->m.sta = (what & 3) % 3;
	f->m.psent = 1;
	f->sent.src = pair->src;
	f->sent.dst = pair->dst;
	f->sent.nonce = cpu_to_be32(fuzz_u8(in));
	f->m.sent = &f->sent;
	f->m.precvd = min(what >> 2 & 15, (int)f->c->reap.nsent);
	f->m.recvd = f->c->reap.sent;
}

/* RFC 5533 5.3: whose tag it is depends on the type (B-5) */
static void put_fields(struct forger *f, u8 how, struct fuzz_in *in)
{
	const struct shim6_proto *c = f->c;

	f->m.tag = f->m.type >= SHIM6_MSG_UPDATE_REQ ? c->ct_local : c->ct_peer;
	f->m.packet_tag = c->ct_local;
	f->m.init_nonce = c->hs.init_nonce;
	f->m.resp_nonce = c->hs.resp_nonce;
	f->m.req_nonce = c->up.nonce;
	if (how & 16)
		f->m.tag = fuzz_u8(in);
	if (how & 32)
		f->m.req_nonce = fuzz_u8(in);
	if (f->m.type != SHIM6_MSG_ERROR)
		return;
	fuzz_take(in, f->octets, 64);
	f->m.quoted = f->octets;
	f->m.quoted_len = 64;
}

static const u8 types[] = {
	SHIM6_MSG_I1, SHIM6_MSG_R1, SHIM6_MSG_I2, SHIM6_MSG_R2,
	SHIM6_MSG_R1BIS, SHIM6_MSG_I2BIS, SHIM6_MSG_UPDATE_REQ,
	SHIM6_MSG_UPDATE_ACK, SHIM6_MSG_KEEPALIVE, SHIM6_MSG_PROBE,
	SHIM6_MSG_ERROR,
};

/* Only what the type may carry, so that it can be encoded; damage does more */
static void forge(struct sim *s, struct fuzz_in *in)
{
	u8 what = fuzz_u8(in), how = fuzz_u8(in);
	struct forger f = {
		.m.type = types[what % 16 % ARRAY_SIZE(types)],
		.c = &s->host[0].ctx[what >> 4 & 1].p,
	};
	const struct msg_spec *spec = spec_of(f.m.type);
	struct sim_packet k = draw_ends(s, fuzz_u8(in));
	struct shim6_pair pair = sim_pair(s, k.src, k.dst);
	int len;

	put_fields(&f, how, in);
	if (f.m.type == SHIM6_MSG_PROBE)
		put_probe_fields(&f, &pair, in);
	if (spec->listed & ~O(VALIDATOR))
		put_options_of(s, &f, how, in);
	f.m.opts &= spec->listed;
	if (spec->required)
		put_validator_option(s, &f, how, &pair, in);
	len = shim6_wire_encode(&f.m, f.buf, sizeof(f.buf));
	if (len <= 0)
		return;
	damage(f.buf, len, how >> 6, in);
	receive(s, &k, f.buf, len);
}

/* Any octets at all */
static void raw(struct sim *s, struct fuzz_in *in)
{
	struct sim_packet k = draw_ends(s, fuzz_u8(in));
	size_t len = fuzz_u8(in) * 8;
	u8 buf[RAW_MAX] __aligned(8);

	fuzz_take(in, buf, len);
	receive(s, &k, buf, len);
}

/* Something that is on its way arrives, sound or not */
static void deliver(struct sim *s, struct fuzz_in *in)
{
	u8 what = fuzz_u8(in), which = what & 15;
	struct sim_packet k;
	unsigned int i;

	for (i = 0; i < SIM_QUEUE; i++)
		if (s->at[i] && !which--)
			break;
	if (i == SIM_QUEUE)
		return;
	k = s->queue[i];
	if (!(what & 0x80))
		s->at[i] = 0;
	if (k.failed) {
		sim_bounced(s, k.host, &k);
		return;
	}
	damage(k.buf, k.len, what >> 4 & 3, in);
	receive(s, &k, k.buf, k.len);
}

static u64 due_of(const struct sim *s, unsigned int h, const struct sim_ctx *c)
{
	return s->host[h].due[c - s->host[h].ctx];
}

static void run_timers(struct sim *s)
{
	unsigned int h = 0, n = 0;
	struct sim_ctx *c;

	for (;;) {
		c = sim_first_timer(s, &h);
		if (!c || due_of(s, h, c) > s->now)
			return;
		FUZZ_CHECK(n++ < TIMERS_MAX);
		sim_event(s, SHIM6_EV_TIMER, h);
		sim_step(s, h, c, NULL);
		check_world(s);
	}
}

/* To the next timer, or by some time */
static void wait(struct sim *s, struct fuzz_in *in)
{
	u8 what = fuzz_u8(in);
	unsigned int h = 0;
	struct sim_ctx *c = sim_first_timer(s, &h);

	if (what & 0x80)
		s->now += (SIM_MS << (what & 15));
	else if (c)
		s->now = max(s->now, due_of(s, h, c));
	run_timers(s);
}

static void payload(struct sim *s, struct fuzz_in *in)
{
	u8 what = fuzz_u8(in);
	struct sim_ctx *c = &s->host[0].ctx[what & 1];
	struct sim_packet k = draw_ends(s, fuzz_u8(in));

	if (!c->used)
		return;
	k.payload = true;
	k.tagged = what & 2;
	k.tag = c->p.ct_local;
	if (what & 4) {
		sim_receive_payload(s, 0, &k);
	} else if (shim6_activity_out(&c->p.reap.act, s->now)) {
		sim_event(s, SHIM6_EV_PAYLOAD_OUT, 0);
		sim_step(s, 0, c, NULL);
	}
}

static void change_addresses(struct sim *s, struct fuzz_in *in)
{
	unsigned int h = fuzz_u8(in) & 1, i;
	u16 up = fuzz_u16(in), old = fuzz_u16(in);

	for (i = 0; i < s->set[h].n; i++) {
		struct sim_addr *a = &s->addr[h * SIM_LOCS + i];

		a->up = up & 1 << i;
		a->deprecated = old & 1 << i;
	}
	sim_tell_local(s, h);
}

static void tell(struct sim *s, struct fuzz_in *in)
{
	static const enum shim6_ev_type events[] = {
		SHIM6_EV_HINT, SHIM6_EV_SET_PATH, SHIM6_EV_XMIT_FAILED,
		SHIM6_EV_ICMP_NO_SUPPORT,
	};
	u8 what = fuzz_u8(in);
	struct sim_ctx *c = &s->host[0].ctx[what >> 4 & 1];
	struct shim6_pair pair = draw_pair(s, fuzz_u8(in));

	if (!c->used)
		return;
	sim_event(s, events[what & 3], 0);
	s->ev.pair = what & 8 ? c->p.cur : shim6_pair_rev(&pair);
	sim_step(s, 0, c, NULL);
}

static void start_context(struct sim *s, struct fuzz_in *in)
{
	struct shim6_pair pair = draw_pair(s, fuzz_u8(in));
	u32 fii = fuzz_u8(in) % 4;
	struct sim_ctx *c;

	if (sim_by_ulids(&s->host[0], &pair.dst, &pair.src, fii))
		return;
	c = sim_create(s, 0, &pair.dst, &pair.src, fii);
	if (!c)
		return;
	sim_event(s, SHIM6_EV_START, 0);
	sim_step(s, 0, c, NULL);
}

static void tune(struct sim *s, struct fuzz_in *in)
{
	unsigned int i = fuzz_u8(in) % SHIM6_P_COUNT;
	const struct shim6_param_info *info = &shim6_param_info[i];
	u64 span = info->max - info->min + 1, value;

	value = info->min + ((u64)fuzz_u16(in) * span >> 16);
	FUZZ_CHECK(!shim6_param_set(&s->host[0].params, i, value));
}

static void step(struct sim *s, struct fuzz_in *in)
{
	u8 what = fuzz_u8(in);

	switch (what & 15) {
	case 0:
		raw(s, in);
		break;
	case 1:
	case 2:
		deliver(s, in);
		break;
	case 3:
		wait(s, in);
		break;
	case 4:
		payload(s, in);
		break;
	case 5:
		change_addresses(s, in);
		break;
	case 6:
		tell(s, in);
		break;
	case 7:
		start_context(s, in);
		break;
	case 8:
		tune(s, in);
		break;
	case 9:
		sim_flush(s, what >> 7);
		break;
	default:
		forge(s, in);
		break;
	}
}

static void make_host(struct sim *s, unsigned int n, u8 locs)
{
	struct sim_host *h = &s->host[n];
	siphash_key_t fresh[2] = { { { 1, n } }, { { 2, n } } };
	unsigned int i;

	s->set[n].n = locs;
	sim_make_hba(s, n);
	for (i = n * SIM_LOCS; i < n * SIM_LOCS + locs; i++) {
		s->addr[i].set = n;
		s->addr[i].owner = n;
		s->addr[i].there = true;
		s->addr[i].up = true;
	}
	shim6_params_init(&h->params);
	shim6_cookie_rotate(&h->secret, s->now, 600 * SIM_SEC, fresh);
}

/* The honest way, until our context is in a state */
static void reach(struct sim *s, u8 state)
{
	s->end_at = s->now + 100 * SIM_SEC;
	while (s->host[0].ctx[0].p.state != state || !s->host[0].ctx[0].used)
		FUZZ_CHECK(sim_one(s));
}

/* The peer forgets and is told of an address */
static void reach_i2bis(struct sim *s)
{
	sim_flush(s, 1);
	s->addr[1].up = false;
	sim_tell_local(s, 0);
	reach(s, SHIM6_I2BIS_SENT);
}

static void begin_world(struct sim *s, enum start how)
{
	static const u8 states[] = {
		[START_I1_SENT] = SHIM6_I1_SENT,
		[START_I2_SENT] = SHIM6_I2_SENT,
		[START_I2BIS_SENT] = SHIM6_ESTABLISHED,
		[START_INITIATOR] = SHIM6_ESTABLISHED,
		[START_RESPONDER] = SHIM6_ESTABLISHED,
	};
	unsigned int h = how == START_RESPONDER;
	struct sim_ctx *c;

	s->now = SIM_START;
	s->delay[0] = 1000;
	s->delay[1] = 1;
	s->tag_bits = 47;
	s->nhosts = 3;
	make_host(s, 0, 3);
	make_host(s, 1, 3);
	make_host(s, 2, 1);
	if (how == START_NOTHING)
		return;
	c = sim_create(s, h, &s->addr[h * SIM_LOCS].addr,
		       &s->addr[!h * SIM_LOCS].addr, 0);
	FUZZ_CHECK(c);
	sim_event(s, SHIM6_EV_START, h);
	sim_step(s, h, c, NULL);
	reach(s, states[how]);
	if (how == START_I2BIS_SENT)
		reach_i2bis(s);
}

static void begin_all(void)
{
	unsigned int i;

	if (starts[0].now)
		return;
	for (i = 0; i < START_COUNT; i++)
		begin_world(&starts[i], i);
}

static void print_line(const char *line)
{
	fprintf(stderr, "%s\n", line);
}

/* With SHIM6_TRACE in the environment it tells what happens, for a replay */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct sim world;
	struct fuzz_in in = { data, size };
	unsigned int i;

	begin_all();
	world = starts[fuzz_u8(&in) % START_COUNT];
	world.forger = true;
	world.trace = getenv("SHIM6_TRACE") ? print_line : NULL;
	check_world(&world);
	for (i = 0; i < STEPS_MAX && in.left; i++) {
		keep_room(&world);
		step(&world, &in);
		check_world(&world);
	}
	return 0;
}
