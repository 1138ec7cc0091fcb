// SPDX-License-Identifier: GPL-2.0
/* What becomes of a packet of this host, step by step as the module goes */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"
#include "out.h"
#include "verbs.h"
#include "words.h"

#define TCP		6
#define UDP		17
#define SCTP		132
#define SHIM6		140
#define NO_NEXT		59
#define DNS		53
#define HEADER		8		/* octets of a payload header */
#define MSS_LESS	60		/* headers of IPv6 and TCP */
#define IPV6_LEAST	1280

/**
 * struct packet - what is asked about
 * @src: source, a ULID
 * @dst: destination, a ULID
 * @proto: upper-layer protocol
 * @sport: source port, 0: not given
 * @dport: destination port, 0: not given
 */
struct packet {
	struct in6_addr src;
	struct in6_addr dst;
	uint8_t proto;
	uint16_t sport;
	uint16_t dport;
};

/**
 * struct story - what there is to tell
 * @d: all that is known of the host
 * @p: packet
 * @contexts: contexts
 * @ncontexts: how many
 * @c: the one of the packet, or NULL
 * @forks: contexts of single flows between the same ULIDs
 * @flow: what the trigger counted, or NULL
 * @rule: first rule of the policy that speaks of it, or NULL
 * @own: its source as a locator of this host, or NULL
 * @outcome: one word
 * @why: the same in a line
 * @wire: where it goes at last, when @routed
 * @link: interface of that, or NULL
 * @routed: errno of the look-up, negative, 0: there is a route
 * @mtu: longest packet on that route
 */
struct story {
	struct doctor d;
	struct packet p;
	struct shim6_context_entry *contexts;
	size_t ncontexts;
	const struct shim6_context_entry *c;
	unsigned int forks;
	const struct shim6_flow_entry *flow;
	const struct shim6_policy_entry *rule;
	const struct shim6_locator_entry *own;
	const char *outcome;
	char why[256];
	struct net_lookup wire;
	const struct net_link *link;
	int routed;
	unsigned int mtu;
};

static bool same(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static bool rewritten(const struct story *s)
{
	return s->c && s->c->state == SHIM6_STATE_ESTABLISHED &&
	       (s->c->flags & SHIM6_CTX_SWITCHED);
}

static void find_context(struct story *s)
{
	const struct shim6_context_entry *c;

	for (c = s->contexts; c < s->contexts + s->ncontexts; c++) {
		if (!same(&c->ulid_local, &s->p.src) ||
		    !same(&c->ulid_peer, &s->p.dst))
			continue;
		if (c->fii)
			s->forks++;
		else
			s->c = c;
	}
}

static void find_rest(struct story *s)
{
	const struct doctor *d = &s->d;
	const struct packet *p = &s->p;
	const struct shim6_policy_entry *e;
	size_t i;

	for (i = 0; i < d->m.nflows; i++)
		if (same(&d->m.flows[i].local, &p->src) &&
		    same(&d->m.flows[i].peer, &p->dst))
			s->flow = &d->m.flows[i];
	for (i = 0; i < d->m.nlocs; i++)
		if (same(&d->m.locs[i].addr, &p->src))
			s->own = &d->m.locs[i];
	for (e = d->m.policy; e < d->m.policy + d->m.npolicy && !s->rule; e++)
		if ((!e->proto || e->proto == p->proto) &&
		    (!e->port || e->port == p->dport) &&
		    doctor_in_prefix(&p->src, &e->local, e->local_len) &&
		    doctor_in_prefix(&p->dst, &e->peer, e->peer_len))
			s->rule = e;
}

__printf(3, 4)
static void decide(struct story *s, const char *outcome, const char *fmt, ...)
{
	va_list ap;

	s->outcome = outcome;
	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
}

/* Traffic that never starts a context, whatever a rule says */
static bool never_counts(const struct packet *p)
{
	return p->proto == SHIM6 || p->proto == NO_NEXT;
}

/* Traffic that starts one only when a rule says always (B-30) */
static bool excluded(const struct packet *p)
{
	return p->proto == SCTP ||
	       ((p->proto == TCP || p->proto == UDP) &&
		(p->sport == DNS || p->dport == DNS));
}

/* Locators that a context with this source would have */
static unsigned int count_locators(const struct story *s)
{
	const struct shim6_locator_entry *l;
	unsigned int n = 0;

	for (l = s->d.m.locs; l < s->d.m.locs + s->d.m.nlocs; l++)
		n += (l->status & SHIM6_LOCATOR_UP) &&
		     (l->set == s->own->set || (s->own->method == 2 && !l->set));
	return n;
}

static bool reached(const struct story *s, const char *name, uint64_t value)
{
	uint64_t threshold = doctor_param(&s->d, name, 0);

	return threshold && value >= threshold;
}

static void decide_trigger(struct story *s)
{
	uint64_t packets = s->flow ? s->flow->packets + 1 : 1;
	uint64_t threshold = doctor_param(&s->d, "trigger_packets", 0);

	if (reached(s, "trigger_packets", packets) ||
	    reached(s, "trigger_bytes", s->flow ? s->flow->bytes : 0) ||
	    reached(s, "trigger_seconds",
		    s->flow ? s->flow->age / 1000000000 : 0))
		decide(s, "starts", "leaves as it is, and begins a handshake: there was enough traffic");
	else if (threshold)
		decide(s, "below_trigger",
		       "leaves as it is; no context yet: packet %" PRIu64 " of %" PRIu64,
		       packets, threshold);
	else
		decide(s, "below_trigger",
		       "leaves as it is; no context yet: too little traffic so far");
}

static void decide_start(struct story *s)
{
	uint32_t action = s->rule ? s->rule->action : SHIM6_POLICY_TRIGGER;

	if (never_counts(&s->p))
		decide(s, "never", "leaves as it is: this protocol is below Shim6 or its own");
	else if (action == SHIM6_POLICY_NEVER)
		decide(s, "policy", "leaves as it is; no context: rule %u of the policy says never",
		       s->rule->id);
	else if (excluded(&s->p) && action != SHIM6_POLICY_ALWAYS)
		decide(s, "excluded", "leaves as it is; no context: name service and SCTP start none, unless a rule says always");
	else if (!s->own || !s->own->set)
		decide(s, "not_hba", "leaves as it is; no context: its source is in no HBA set and no CGA");
	else if (count_locators(s) < 2)
		decide(s, "single_locator", "leaves as it is; no context: this host has one locator only");
	else if (action == SHIM6_POLICY_ALWAYS)
		decide(s, "starts", "leaves as it is, and begins a handshake: rule %u of the policy says always",
		       s->rule->id);
	else
		decide_trigger(s);
}

static void decide_context(struct story *s)
{
	const struct shim6_context_entry *c = s->c;

	switch (c->state) {
	case SHIM6_STATE_ESTABLISHED:
		if (rewritten(s))
			decide(s, "rewritten", "leaves with other addresses and a header of 8 octets: context %u has switched",
			       c->id);
		else
			decide(s, "protected", "leaves as it is; context %u is there for the day its path fails",
			       c->id);
		return;
	case SHIM6_STATE_E_FAILED:
		decide(s, "holddown", "leaves as it is; no context: the peer did not answer lately");
		return;
	case SHIM6_STATE_NO_SUPPORT:
		decide(s, "no_support", "leaves as it is; no context: the peer has no Shim6");
		return;
	default:
		decide(s, "handshake", "leaves as it is; context %u is being set up",
		       c->id);
	}
}

static void find_mtu(struct story *s)
{
	char path[96];
	long mtu;

	s->link = doctor_link(&s->d, s->wire.ifindex);
	s->mtu = s->wire.mtu;
	if (s->mtu || !s->link)
		return;
	s->mtu = s->link->mtu;
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/mtu",
		 s->link->name);
	if (host_number(s->d.host, path, &mtu))
		s->mtu = (unsigned int)mtu;
}

static int look_up(struct story *s, const struct in6_addr *dst,
		   const struct in6_addr *src)
{
	struct net *net = s->d.env->net;

	return net->ops->lookup(net, dst, src, &s->wire);
}

/* The socket's route comes first: without it nothing gets as far as Shim6 */
static void route(struct story *s)
{
	s->routed = look_up(s, &s->p.dst, &s->p.src);
	if (s->routed) {
		decide(s, "unsent", "is not sent at all: no route for its own addresses (%s); Shim6 does not see it",
		       strerror(-s->routed));
		return;
	}
	if (rewritten(s))
		s->routed = look_up(s, &s->c->loc_peer, &s->c->loc_local);
	if (s->routed) {
		decide(s, "lost", "is lost: no route for the locators (%s); another pair will be looked for",
		       strerror(-s->routed));
		return;
	}
	find_mtu(s);
	if (s->c && s->c->state == SHIM6_STATE_ESTABLISHED && s->link &&
	    !s->link->carrier)
		decide(s, "lost", "is lost: %s has no carrier; another pair will be looked for",
		       s->link->name);
}

/* Not ours to send: it comes in, or passes by */
static bool of_others(struct story *s)
{
	size_t i;

	for (i = 0; i < s->d.naddrs; i++)
		if (same(&s->d.addrs[i].addr, &s->p.src))
			return false;
	if (s->c)
		return false;
	for (i = 0; i < s->d.naddrs; i++)
		if (same(&s->d.addrs[i].addr, &s->p.dst))
			break;
	if (i < s->d.naddrs)
		decide(s, "inbound", "comes in as it is; one with a header of Shim6 gets back the ULIDs of the context of its tag. What is sent there: \"shim6ctl explain %s %s\"",
		       doctor_text(&s->p.dst), doctor_text(&s->p.src));
	else
		decide(s, "foreign", "is none of this host's: Shim6 leaves what is forwarded alone");
	return true;
}

static void put_number(struct out *o, const char *key, const char *label,
		       bool there, uint64_t value)
{
	if (there)
		out_number(o, key, label, value);
	else
		out_null(o, key, label);
}

static const char *proto_name(uint8_t proto, char *text, size_t room)
{
	static const struct {
		uint8_t number;
		const char *name;
	} names[] = {
		{ TCP, "tcp" }, { UDP, "udp" }, { 58, "icmpv6" },
		{ SCTP, "sctp" }, { SHIM6, "shim6" },
	};
	size_t i;

	snprintf(text, room, "%u", proto);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].number == proto)
			snprintf(text, room, "%s", names[i].name);
	return text;
}

/* "eth0, set 3" */
static void show_own(struct out *o, const struct story *s)
{
	char text[64];

	put_number(o, "set", NULL, s->own && s->own->set,
		   s->own ? s->own->set : 0);
	if (!s->own)
		return;
	if (s->own->set)
		snprintf(text, sizeof(text), "on %s, of set %u",
			 doctor_dev(&s->d, s->own->ifindex), s->own->set);
	else
		snprintf(text, sizeof(text), "on %s, of no set",
			 doctor_dev(&s->d, s->own->ifindex));
	out_string(o, NULL, "which is", text);
}

static void show_packet(struct out *o, const struct story *s)
{
	char text[16];

	out_address(o, "source", "from", &s->p.src);
	show_own(o, s);
	out_address(o, "destination", "to", &s->p.dst);
	out_number(o, "proto", NULL, s->p.proto);
	out_string(o, NULL, "protocol",
		   proto_name(s->p.proto, text, sizeof(text)));
	put_number(o, "port_source", s->p.sport ? "source port" : NULL,
		   s->p.sport, s->p.sport);
	put_number(o, "port_destination", s->p.dport ? "port" : NULL,
		   s->p.dport, s->p.dport);
	out_string(o, "outcome", NULL, s->outcome);
	out_string(o, "text", "it", s->why);
}

/* Once there is a context, no rule is looked at any more */
static void show_rule(struct out *o, const struct story *s)
{
	const char *action = words_action(s->rule ? s->rule->action :
						    SHIM6_POLICY_TRIGGER);
	char text[64] = "no rule speaks of it";

	put_number(o, "rule", NULL, s->rule, s->rule ? s->rule->id : 0);
	out_string(o, "action", NULL, action);
	if (s->rule)
		snprintf(text, sizeof(text), "rule %u: %s", s->rule->id,
			 action);
	out_string(o, NULL, s->c ? NULL : "policy", text);
}

static void show_context_of(struct out *o, const struct story *s)
{
	put_number(o, "context", "context", s->c, s->c ? s->c->id : 0);
	out_string(o, "state", s->c ? "state" : NULL,
		   s->c ? words_state(s->c->state) : NULL);
	put_number(o, "forks", s->forks ? "forked flows" : NULL, true,
		   s->forks);
	show_rule(o, s);
}

/* The header as it will be: RFC 5533 5.1, Next Header, length 0, P and tag */
static void show_header(struct out *o, const struct story *s)
{
	uint64_t tag = s->c ? s->c->tag_peer : 0;
	char text[48] = "";
	unsigned int i;

	if (!rewritten(s) || !tag) {
		out_null(o, "header", rewritten(s) ? "header" : NULL);
		return;
	}
	snprintf(text, sizeof(text), "%02x 00", s->p.proto);
	for (i = 0; i < 6; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 " %02x", (unsigned int)(tag >> (40 - 8 * i) & 0xff) |
			 (i ? 0 : 0x80));
	out_string(o, "header", "header", text);
}

static void show_wire(struct out *o, const struct story *s)
{
	bool other = rewritten(s);

	out_address(o, "wire_source", other ? "on the wire from" : NULL,
		    other ? &s->c->loc_local : &s->p.src);
	out_address(o, "wire_destination", other ? "on the wire to" : NULL,
		    other ? &s->c->loc_peer : &s->p.dst);
	show_header(o, s);
	out_string(o, "interface", "by", s->link ? s->link->name : NULL);
	out_address(o, "gateway", "via",
		    IN6_IS_ADDR_UNSPECIFIED(&s->wire.gateway) ?
		    NULL : &s->wire.gateway);
	out_number(o, "table", "routing table", s->wire.table);
	out_number(o, "metric", NULL, s->wire.metric);
}

static void show_size(struct out *o, const struct story *s)
{
	unsigned int left = s->mtu - (rewritten(s) ? HEADER : 0);

	out_number(o, "mtu", "path MTU", s->mtu);
	out_number(o, "mtu_transport", "for the transport", left);
	put_number(o, "mss", s->p.proto == TCP ? "TCP segment" : NULL,
		   s->p.proto == TCP, left - MSS_LESS);
}

static void note(struct out *o, const char *word, const char *text)
{
	out_row_begin(o);
	out_string(o, "note", NULL, word);
	out_string(o, "text", "note", text);
	out_row_end(o);
}

/* What cannot be seen from here, or is easily overlooked */
static void show_notes(struct out *o, const struct story *s)
{
	out_table_begin(o, "notes", "notes");
	if (rewritten(s) && !s->c->tag_peer)
		note(o, "tag_hidden",
		     "the header has the tag of the context, which is shown to root only");
	if (s->forks)
		note(o, "forks",
		     "some flows between these addresses have a context of their own; which, is not told");
	if (rewritten(s) && s->mtu - HEADER < IPV6_LEAST)
		note(o, "below_1280",
		     "sockets are told 1280 at the least: Shim6 cuts longer datagrams itself");
	if (doctor_counter(&s->d, "tx_bypass_nat"))
		note(o, "nat",
		     "sessions with NAT are left alone: \"shim6ctl doctor\"");
	note(o, "unseen",
	     "not seen from here: IPsec, which comes first, and sockets that set SHIM_DONTSHIM");
	out_table_end(o);
}

static void show(struct out *o, const struct story *s)
{
	out_record_begin(o);
	show_packet(o, s);
	show_context_of(o, s);
	if (!s->routed && s->mtu) {
		show_wire(o, s);
		show_size(o, s);
	}
	show_notes(o, s);
	out_record_end(o);
}

static void tell(struct story *s)
{
	find_context(s);
	find_rest(s);
	if (of_others(s))
		return;
	if (s->c)
		decide_context(s);
	else
		decide_start(s);
	route(s);
}

static uint16_t port(const struct cmd_args *args, const char *name)
{
	const struct arg_value *v = cmd_get(args, name);

	return v ? (uint16_t)v->number : 0;
}

static int run_packet(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *proto = cmd_get(args, "proto");
	struct story s = {
		.d = { .env = env, .host = env->host },
		.p = {
			.src = cmd_get(args, "source")->addr,
			.dst = cmd_get(args, "destination")->addr,
			.proto = proto && proto->number ?
				 (uint8_t)proto->number : TCP,
			.sport = port(args, "sport"),
			.dport = port(args, "dport"),
		},
	};
	int ret = doctor_gather(&s.d);

	if (!ret)
		ret = client_contexts(env->client, &s.contexts, &s.ncontexts);
	if (ret < 0)
		ret = cmd_fail("explain", ret);
	if (!ret) {
		tell(&s);
		show(env->out, &s);
	}
	free(s.contexts);
	doctor_release(&s.d);
	return ret;
}

static const struct arg_spec packet_args[] = {
	{ .name = "source", .type = ARG_UNICAST,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED,
	  .help = "as the program sees it: a ULID of this host" },
	{ .name = "destination", .type = ARG_UNICAST,
	  .flags = ARG_POSITIONAL | ARG_REQUIRED,
	  .help = "as the program sees it: a ULID of the peer" },
	{ .name = "proto", .type = ARG_PROTO,
	  .help = "upper-layer protocol; tcp when not given" },
	{ .name = "sport", .type = ARG_NUMBER, .min = 1, .max = 65535,
	  .help = "source port" },
	{ .name = "dport", .type = ARG_NUMBER, .min = 1, .max = 65535,
	  .help = "destination port" },
	{},
};

const struct cmd_verb explain_verbs[] = {
	{ .name = "packet", .help = "what becomes of a packet of this host",
	  .flags = CMD_MODULE | CMD_NET | CMD_TAGS,
	  .args = packet_args, .run = run_packet },
	{},
};
