// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "macros.h"
#include "ruleset.h"
#include "value.h"

#define DEPTH_MAX	16	/* jumps, as in the kernel */
#define SHIM6		140

/* A statement matches, does not, or nobody can say from here */
enum answer { NO, YES, UNKNOWN };

/*
 * What a statement, a rule or a chain says: go on, the rule does not match,
 * leave the chain, or a verdict
 */
enum step { NEXT, MISS, RETURN, ACCEPT, DROP, NAT };

/**
 * struct walk - a packet on its way through a chain of a hook
 * @rules: array of the document
 * @p: packet
 * @result: where a verdict is noted
 * @doubt: a rule that may match would have accepted it
 * @depth: jumps
 */
struct walk {
	const struct value *rules;
	const struct ruleset_packet *p;
	struct ruleset_result *result;
	bool doubt;
	unsigned int depth;
};

static enum step walk_chain(struct walk *w, const struct value *chain);

static enum answer answer(bool yes)
{
	return yes ? YES : NO;
}

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
	{ "shim6", SHIM6 }, { "tcp", 6 }, { "udp", 17 }, { "icmp", 1 },
	{ "icmpv6", 58 }, { "ipv6-icmp", 58 }, { "sctp", 132 }, { "dccp", 33 },
	{ "udplite", 136 }, { "ah", 51 }, { "esp", 50 }, { "comp", 108 },
	{ "gre", 47 },
};

/* A value of a number that nft may print as a word; -1 for an unknown one */
static int64_t protocol(const struct value *v)
{
	size_t i;

	if (v->type == VALUE_NUMBER)
		return v->number;
	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		if (value_is(v, protocols[i].name))
			return protocols[i].number;
	return -1;
}

static const struct value *find_set(const struct walk *w, const char *name)
{
	const struct value *o, *set;

	for (o = w->rules->child; o; o = o->next) {
		set = value_get(o, "set");
		if (!set)
			set = value_get(o, "map");
		if (set && !strcmp(value_string(set, "name"), name) &&
		    !strcmp(value_string(set, "table"), w->result->table) &&
		    !strcmp(value_string(set, "family"), w->result->family))
			return set;
	}
	return NULL;
}

/* The elements that stand for the right side of a match, NULL: just itself */
static const struct value *elements(const struct walk *w,
				    const struct value *v, bool *known)
{
	const struct value *set;

	*known = true;
	if (v->type == VALUE_ARRAY)
		return v;
	if (value_get(v, "set"))
		return value_get(v, "set");
	if (v->type != VALUE_STRING || *v->text != '@')
		return NULL;
	set = find_set(w, v->text + 1);
	*known = set;
	return value_get(set, "elem");
}

/* An element with a timeout or a counter has a coat */
static const struct value *bare(const struct value *v)
{
	const struct value *elem = value_get(v, "elem");

	return elem ? value_get(elem, "val") : v;
}

static enum answer is_name(const struct value *v, const char *name)
{
	size_t len;

	if (v->type != VALUE_STRING)
		return UNKNOWN;
	len = strlen(v->text);
	if (len && v->text[len - 1] == '*')
		return answer(!strncmp(v->text, name, len - 1));
	return answer(!strcmp(v->text, name));
}

static enum answer is_protocol(const struct value *v, int64_t proto)
{
	const struct value *range = value_get(v, "range");

	if (!range)
		return answer(protocol(v) == proto);
	range = range->child;
	if (!range || !range->next)
		return UNKNOWN;
	return answer(proto >= protocol(range) &&
		      proto <= protocol(range->next));
}

static bool in_prefix(const struct in6_addr *a, const struct in6_addr *prefix,
		      int64_t len)
{
	unsigned int i;

	for (i = 0; i < 128 && i < len; i++)
		if ((a->s6_addr[i / 8] ^ prefix->s6_addr[i / 8]) >>
		    (7 - i % 8) & 1)
			return false;
	return true;
}

static bool read_address(const struct value *v, struct in6_addr *a)
{
	return v && v->type == VALUE_STRING &&
	       inet_pton(AF_INET6, v->text, a) == 1;
}

static enum answer is_address(const struct value *v, const struct in6_addr *a)
{
	const struct value *prefix = value_get(v, "prefix");
	const struct value *range = value_get(v, "range");
	struct in6_addr from, to;

	if (prefix && read_address(value_get(prefix, "addr"), &from) &&
	    value_get(prefix, "len"))
		return answer(in_prefix(a, &from,
					value_get(prefix, "len")->number));
	if (range && read_address(range->child, &from) &&
	    read_address(range->child->next, &to))
		return answer(memcmp(a, &from, sizeof(*a)) >= 0 &&
			      memcmp(a, &to, sizeof(*a)) <= 0);
	if (!read_address(v, &from))
		return UNKNOWN;
	return answer(!memcmp(a, &from, sizeof(*a)));
}

static enum answer is_meta(const struct walk *w, const char *key,
			   const struct value *v)
{
	const char *iif = w->p->iif ? w->p->iif : "";
	const char *oif = w->p->oif ? w->p->oif : "";

	if (!strcmp(key, "l4proto"))
		return is_protocol(v, w->p->proto);
	if (!strcmp(key, "nfproto"))
		return answer(value_is(v, "ipv6"));
	if (!strcmp(key, "protocol"))
		return answer(value_is(v, "ip6"));
	if (!strcmp(key, "iif") || !strcmp(key, "iifname"))
		return is_name(v, iif);
	if (!strcmp(key, "oif") || !strcmp(key, "oifname"))
		return is_name(v, oif);
	if (!strcmp(key, "pkttype"))
		return answer(value_is(v, "host") || value_is(v, "unicast"));
	/* The messages of the module have no owner */
	if (w->p->proto == SHIM6 &&
	    (!strcmp(key, "skuid") || !strcmp(key, "skgid")))
		return NO;
	return UNKNOWN;
}

static enum answer is_payload(const struct walk *w, const struct value *left,
			      const struct value *v)
{
	const char *header = value_string(left, "protocol");
	const char *field = value_string(left, "field");
	size_t i;

	if (!strcmp(header, "ip") || !strcmp(header, "arp"))
		return NO;
	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		if (!strcmp(header, protocols[i].name))
			return protocols[i].number == w->p->proto ? UNKNOWN :
								    NO;
	if (strcmp(header, "ip6"))
		return UNKNOWN;
	if (!strcmp(field, "nexthdr"))
		return is_protocol(v, w->p->proto);
	if (!strcmp(field, "saddr"))
		return is_address(v, w->p->src);
	if (!strcmp(field, "daddr"))
		return is_address(v, w->p->dst);
	return UNKNOWN;
}

static bool has_flag(const struct value *fib, const char *flag)
{
	const struct value *v = value_get(fib, "flags");

	for (v = v ? v->child : NULL; v; v = v->next)
		if (value_is(v, flag))
			return true;
	return false;
}

/* Is the source reached: the reverse path check */
static enum answer is_reverse(const struct walk *w, const struct value *fib,
			      const struct value *v)
{
	bool found = !w->p->stray || !has_flag(fib, "iif");

	if (!has_flag(fib, "saddr"))
		return UNKNOWN;
	if (v->type == VALUE_BOOL)
		return answer(v->number == found);
	if (value_is(v, "0") || (v->type == VALUE_NUMBER && !v->number))
		return answer(!found);
	return UNKNOWN;
}

static enum answer is_fib(const struct walk *w, const struct value *fib,
			  const struct value *v)
{
	bool ours;

	if (strcmp(value_string(fib, "result"), "type"))
		return is_reverse(w, fib, v);
	ours = has_flag(fib, "saddr") ? !w->p->iif : !w->p->oif;
	return answer(value_is(v, ours ? "local" : "unicast"));
}

/* Connection tracking; no session that is asked about has NAT yet */
static enum answer is_tracked(const struct walk *w, const char *key,
			      const struct value *v)
{
	if (!strcmp(key, "state"))
		return answer(value_is(v, w->p->established ? "established" :
							      "new"));
	if (!strcmp(key, "status") &&
	    (value_is(v, "dnat") || value_is(v, "snat")))
		return NO;
	return UNKNOWN;
}

/* Is the packet's value of the left side this one */
static enum answer is_one(const struct walk *w, const struct value *left,
			  const struct value *v)
{
	const struct value *l;

	v = bare(v);
	if (!v)
		return UNKNOWN;
	l = value_get(left, "meta");
	if (l)
		return is_meta(w, value_string(l, "key"), v);
	l = value_get(left, "payload");
	if (l)
		return is_payload(w, l, v);
	l = value_get(left, "fib");
	if (l)
		return is_fib(w, l, v);
	l = value_get(left, "ct");
	if (l)
		return is_tracked(w, value_string(l, "key"), v);
	l = value_get(left, "exthdr");
	if (l)
		return answer(v->type == VALUE_BOOL && !v->number);
	return UNKNOWN;
}

static enum answer is_any(const struct walk *w, const struct value *left,
			  const struct value *list)
{
	enum answer best = NO, a;
	const struct value *v;

	for (v = list->child; v && best != YES; v = v->next) {
		a = is_one(w, left, v);
		if (a != NO)
			best = a;
	}
	return best;
}

static enum answer negate(enum answer a)
{
	return a == UNKNOWN ? a : answer(a == NO);
}

/* A rule about another protocol's header does not match, whatever the sense */
static bool cannot(const struct walk *w, const struct value *left)
{
	const struct value *payload = value_get(left, "payload");

	return payload && strcmp(value_string(payload, "protocol"), "ip6") &&
	       is_payload(w, payload, payload) == NO;
}

static enum answer matches(const struct walk *w, const struct value *match)
{
	const struct value *left = value_get(match, "left");
	const struct value *right = value_get(match, "right");
	const char *op = value_string(match, "op");
	const struct value *list;
	enum answer a;
	bool known;

	if (!left || !right)
		return UNKNOWN;
	if (cannot(w, left))
		return NO;
	if (strcmp(op, "==") && strcmp(op, "!=") && strcmp(op, "in"))
		return UNKNOWN;
	list = elements(w, right, &known);
	if (!known)
		return UNKNOWN;
	a = list ? is_any(w, left, list) :
	    right->type == VALUE_STRING && *right->text == '@' ? NO :
	    is_one(w, left, right);
	return strcmp(op, "!=") ? a : negate(a);
}

static const struct value *find_chain(const struct walk *w, const char *name)
{
	const struct value *o, *chain;

	for (o = w->rules->child; o; o = o->next) {
		chain = value_get(o, "chain");
		if (chain && !strcmp(value_string(chain, "name"), name) &&
		    !strcmp(value_string(chain, "table"), w->result->table) &&
		    !strcmp(value_string(chain, "family"), w->result->family))
			return chain;
	}
	return NULL;
}

static enum step jump(struct walk *w, const char *name)
{
	const struct value *chain = find_chain(w, name);
	enum step s = NEXT;

	if (!chain || w->depth == DEPTH_MAX)
		return NEXT;
	w->depth++;
	s = walk_chain(w, chain);
	w->depth--;
	return s == RETURN ? NEXT : s;
}

/* A module of iptables; its options are not told, so the usual ones */
static enum step walk_xt(struct walk *w, const struct value *xt, bool *sure)
{
	const char *name = value_string(xt, "name");

	if (!strcmp(name, "rpfilter"))
		return w->p->stray ? NEXT : MISS;
	if (!strcmp(name, "MASQUERADE") || !strcmp(name, "SNAT"))
		return NAT;
	*sure = !strcmp(name, "comment");
	return NEXT;
}

/* A statement that is no match; *@sure becomes false for one not known */
static enum step verdict(struct walk *w, const struct value *st, bool *sure)
{
	static const struct {
		const char *name;
		enum step step;
	} words[] = {
		{ "counter", NEXT }, { "log", NEXT }, { "mangle", NEXT },
		{ "notrack", NEXT }, { "ct helper", NEXT }, { "flow", NEXT },
		{ "set", NEXT }, { "dup", NEXT },
		{ "accept", ACCEPT }, { "drop", DROP }, { "reject", DROP },
		{ "queue", ACCEPT }, { "return", RETURN },
		{ "masquerade", NAT }, { "snat", NAT }, { "dnat", NAT },
		{ "redirect", NAT },
	};
	const struct value *target = value_get(st, "goto");
	enum step s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (value_get(st, words[i].name))
			return words[i].step;
	if (value_get(st, "jump"))
		return jump(w, value_string(value_get(st, "jump"), "target"));
	if (target) {
		s = jump(w, value_string(target, "target"));
		return s == NEXT ? RETURN : s;
	}
	if (value_get(st, "xt"))
		return walk_xt(w, value_get(st, "xt"), sure);
	*sure = false;
	return NEXT;
}

static enum step walk_map(struct walk *w, const struct value *vmap, bool *sure)
{
	const struct value *key = value_get(vmap, "key");
	const struct value *data = value_get(vmap, "data");
	const struct value *list = NULL, *v;
	bool known = false;
	enum answer a;

	if (key && data)
		list = elements(w, data, &known);
	for (v = list ? list->child : NULL; v; v = v->next) {
		if (v->type != VALUE_ARRAY || !v->child)
			continue;
		a = is_one(w, key, v->child);
		if (a == YES)
			return verdict(w, v->child->next, sure);
		known &= a == NO;
	}
	if (known)
		return MISS;
	/* It may have said anything */
	*sure = false;
	return ACCEPT;
}

static enum step walk_statement(struct walk *w, const struct value *st,
				bool *sure)
{
	const struct value *match = value_get(st, "match");
	const struct value *vmap = value_get(st, "vmap");
	enum answer a;

	if (vmap)
		return walk_map(w, vmap, sure);
	if (!match)
		return verdict(w, st, sure);
	a = matches(w, match);
	*sure &= a != UNKNOWN;
	return a == NO ? MISS : NEXT;
}

static enum step walk_rule(struct walk *w, const struct value *rule)
{
	const struct value *expr = value_get(rule, "expr");
	const struct value *st;
	enum step s = NEXT;
	bool sure = true;

	for (st = expr ? expr->child : NULL; st && s == NEXT; st = st->next)
		s = walk_statement(w, st, &sure);
	if (sure)
		return s == MISS ? NEXT : s;
	w->doubt |= s == ACCEPT || s == RETURN;
	return NEXT;
}

static void note(struct walk *w, const struct value *chain, int64_t handle)
{
	/* Where a jump led to has noted it already */
	if (w->result->chain)
		return;
	w->result->chain = value_string(chain, "name");
	w->result->handle = handle;
}

static enum step walk_chain(struct walk *w, const struct value *chain)
{
	const struct value *o, *rule, *handle;
	enum step s;

	for (o = w->rules->child; o; o = o->next) {
		rule = value_get(o, "rule");
		if (!rule ||
		    strcmp(value_string(rule, "chain"),
			   value_string(chain, "name")) ||
		    strcmp(value_string(rule, "table"), w->result->table) ||
		    strcmp(value_string(rule, "family"), w->result->family))
			continue;
		s = walk_rule(w, rule);
		if (s == NEXT)
			continue;
		handle = value_get(rule, "handle");
		if (s != RETURN)
			note(w, chain, handle ? handle->number : 0);
		return s;
	}
	return NEXT;
}

/* Return: false when the packet went on */
static bool walk_base(struct walk *w, const struct value *chain)
{
	struct ruleset_result *r = w->result;
	enum step s;

	*r = (struct ruleset_result){
		.family = value_string(chain, "family"),
		.table = value_string(chain, "table"),
		.base = value_string(chain, "name"),
	};
	w->doubt = false;
	s = walk_chain(w, chain);
	if (s == NEXT || s == RETURN) {
		s = strcmp(value_string(chain, "policy"), "drop") ? ACCEPT :
								   DROP;
		note(w, chain, 0);
	}
	if (s == ACCEPT)
		return false;
	if (s == NAT)
		r->verdict = RULESET_NAT;
	else
		r->verdict = w->doubt ? RULESET_DOUBT : RULESET_DROP;
	return true;
}

/* Some versions of nft do not tell the device */
static bool on_device(const struct value *dev, const char *iif)
{
	const struct value *v;

	if (!dev || dev->type != VALUE_ARRAY)
		return !dev || value_is(dev, iif);
	for (v = dev->child; v; v = v->next)
		if (value_is(v, iif))
			return true;
	return false;
}

static bool sees(const struct value *chain, const char *hook,
		 const struct ruleset_packet *p, bool nat)
{
	const char *family = value_string(chain, "family");

	if (strcmp(value_string(chain, "hook"), hook) ||
	    !strcmp(value_string(chain, "type"), "nat") != nat)
		return false;
	if (!strcmp(hook, "ingress"))
		return on_device(value_get(chain, "dev"), p->iif);
	return !strcmp(family, "inet") || !strcmp(family, "ip6");
}

void ruleset_run(const struct value *rules, const char *hook,
		 const struct ruleset_packet *p, bool nat,
		 struct ruleset_result *result)
{
	struct walk w = {
		.rules = value_get(rules, "nftables"),
		.p = p,
		.result = result,
	};
	const struct value *o, *chain;

	/* Their order makes no difference: a drop anywhere is a drop */
	for (o = w.rules ? w.rules->child : NULL; o; o = o->next) {
		chain = value_get(o, "chain");
		if (chain && sees(chain, hook, p, nat) && walk_base(&w, chain))
			return;
	}
	*result = (struct ruleset_result){ .verdict = RULESET_ACCEPT };
}
