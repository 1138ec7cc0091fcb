// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "qos.h"
#include "qos_old.h"
#include "quantity.h"
#include "tc_line.h"

#define MAJOR_MAX	7

int qos_old_fail(const struct qos_old *o, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_failed("%s: line %u: %s", o->name, o->line, text);
}

/* Nothing may be left over, and everything must have made sense */
static int done(const struct qos_old *o, const struct tc_line *l)
{
	if (l->bad)
		return qos_old_fail(o, "%s: makes no sense here", l->bad);
	if (line_peek(l))
		return qos_old_fail(o, "%s: not covered; write this line anew",
				    line_peek(l));
	return CTL_OK;
}

struct qos_old_class *qos_old_class(struct qos_old *o, unsigned int minor)
{
	size_t i;

	for (i = 0; i < o->nclasses; i++)
		if (o->classes[i].minor == minor)
			return &o->classes[i];
	return NULL;
}

static int add_dsmark(struct qos_old *o, struct tc_line *l)
{
	unsigned long indices = 0;
	unsigned int minor = 0;

	for (; line_peek(l) && !l->bad;)
		if (line_take(l, "set_tc_index"))
			o->set_tc_index = true;
		else if (!line_number(l, "indices", &indices))
			break;
	if (done(o, l))
		return CTL_FAILED;
	if (!indices || indices > 65536 || (indices & (indices - 1)))
		return qos_old_fail(o, "indices: must be a power of two, such as 64");
	if (!l->root || o->root)
		return qos_old_fail(o, "dsmark: must be the root, and the only one");
	if (!l->handle || !line_parse_handle(l->handle, &o->root, &minor) ||
	    !o->root || o->root > MAJOR_MAX || minor)
		return qos_old_fail(o, "dsmark: its handle must be 1: to %u:",
				    MAJOR_MAX);
	o->indices = indices;
	return CTL_OK;
}

static int change_dsmark(struct qos_old *o, struct tc_line *l)
{
	unsigned long mask = 0x100, value = 0x100;

	while (line_peek(l) && !l->bad)
		if (!line_number(l, "mask", &mask) &&
		    !line_number(l, "value", &value))
			break;
	if (done(o, l))
		return CTL_FAILED;
	if (!o->root || l->class_major != o->root || !l->class_minor ||
	    l->class_minor >= o->indices ||
	    l->class_minor >= ARRAY_SIZE(o->mark))
		return qos_old_fail(o, "classid: is no class of dsmark above");
	if (mask != 3)
		return qos_old_fail(o, "mask: must be 0x3, which leaves the bits of ECN alone and writes all others");
	if (value > 0xff)
		return qos_old_fail(o, "value: must be 0x0 to 0xfc");
	if (value & 3)
		return qos_old_fail(o, "value 0x%lx: would set bits of ECN in every packet; 0x%lx is meant",
				    value, value & 0xfc);
	o->mark[l->class_minor] = (unsigned int)value + 1;
	return CTL_OK;
}

static void copy_word(char *to, size_t room, const char *from)
{
	size_t i;

	snprintf(to, room, "%s", from);
	for (i = 0; to[i]; i++)
		if (to[i] >= 'A' && to[i] <= 'Z')
			to[i] = (char)(to[i] + 'a' - 'A');
}

static bool take_address(struct tc_line *l, const char *word, bool ipv6,
			 char *to, size_t room)
{
	const char *text;

	if (*to || !line_text(l, word, &text))
		return false;
	if (!line_parse_prefix(text, ipv6))
		l->bad = text;
	copy_word(to, room, text);
	return true;
}

/* A number behind a word, 1 to @mask, and the mask behind that */
static bool take_field(struct tc_line *l, const char *word,
		       unsigned long mask, unsigned long *value)
{
	unsigned long is = 0;
	const char *text;

	if (*value || !line_text(l, word, &text))
		return false;
	if (!line_parse_number(text, value) || !*value || *value > mask)
		l->bad = text;
	return line_peek(l) && line_parse_number(l->v[l->at++], &is) &&
	       is == mask;
}

/* "match ip dst 10.0.0.0/24" and its like, behind "match" */
static bool take_match(struct tc_line *l, struct qos_old_match *m, bool first)
{
	bool ipv6 = line_take(l, "ip6");

	if (!ipv6 && !line_take(l, "ip"))
		return false;
	if (!first && ipv6 != m->ipv6)
		return false;
	m->ipv6 = ipv6;
	return take_address(l, "dst", ipv6, m->dst, sizeof(m->dst)) ||
	       take_address(l, "src", ipv6, m->src, sizeof(m->src)) ||
	       take_field(l, "protocol", 0xff, &m->proto) ||
	       take_field(l, "dport", 0xffff, &m->port);
}

/* "police rate 1Mbit burst 2K continue", behind "police" */
static bool take_police(struct tc_line *l, struct qos_old_filter *f)
{
	char text[QUANTITY_TEXT];
	const char *burst;
	uint64_t rate;

	if (!line_rate(l, "rate", &rate) || l->bad ||
	    !line_text(l, "burst", &burst) || !line_take(l, "continue"))
		return false;
	if (!line_parse_size(burst))
		l->bad = burst;
	snprintf(f->rate, sizeof(f->rate), "%s", quantity_rate(rate, text));
	copy_word(f->burst, sizeof(f->burst), burst);
	return true;
}

/* Whose packets they are: the matches say so, or the word protocol */
static int check_family(const struct qos_old *o, const struct tc_line *l,
			struct qos_old_filter *f, bool no_match)
{
	bool ipv6 = l->protocol && !strcmp(l->protocol, "ipv6");

	if (no_match && !l->protocol)
		return qos_old_fail(o, "match: is missing; for all packets say protocol ip or ipv6");
	if (no_match)
		f->match.ipv6 = ipv6;
	if (l->protocol && ipv6 != f->match.ipv6)
		return qos_old_fail(o, "protocol %s: the matches are of the other one",
				    l->protocol);
	return CTL_OK;
}

static int take_filter(struct qos_old *o, struct tc_line *l,
		       struct qos_old_filter *f)
{
	unsigned int major = 0;
	bool first = true;

	while (line_peek(l) && !l->bad) {
		if (line_take(l, "match")) {
			if (!take_match(l, &f->match, first))
				return qos_old_fail(o, "match: only ip and ip6 with dst, src, protocol N 0xff and dport N 0xffff, each once, are covered");
			first = false;
		} else if (line_take(l, "police")) {
			if (!take_police(l, f))
				return qos_old_fail(o, "police: only \"rate R burst B continue\" is covered");
		} else if (!line_handle(l, "flowid", &major, &f->minor)) {
			break;
		}
	}
	if (done(o, l))
		return CTL_FAILED;
	if (check_family(o, l, f, first))
		return CTL_FAILED;
	if (major != o->root || f->minor >= ARRAY_SIZE(o->mark) ||
	    !o->mark[f->minor])
		return qos_old_fail(o, "flowid: is no class of dsmark that marks");
	if (f->match.port && f->match.proto != 6 && f->match.proto != 17)
		return qos_old_fail(o, "dport: needs \"protocol 6 0xff\" or 17 beside it");
	return CTL_OK;
}

static int add_u32(struct qos_old *o, struct tc_line *l)
{
	struct qos_old_filter *f = &o->filters[o->nfilters];
	unsigned long divisor;
	unsigned int major, minor;

	if (!o->root || l->parent_major != o->root || o->cbq)
		return qos_old_fail(o, "u32: is covered below dsmark only");
	if (l->prio > QOS_OLD_PRIO)
		return qos_old_fail(o, "prio: must be 0 to %u", QOS_OLD_PRIO);
	if (l->handle && !line_parse_handle(l->handle, &major, &minor))
		return qos_old_fail(o, "handle %s: must be like 1:", l->handle);
	/* A table of one bucket is what every filter has by itself */
	if (line_number(l, "divisor", &divisor)) {
		if (done(o, l))
			return CTL_FAILED;
		return divisor == 1 ? CTL_OK :
				      qos_old_fail(o, "divisor: only 1 is covered");
	}
	if (o->nfilters == QOS_OLD_FILTERS)
		return qos_old_fail(o, "u32: too many filters, %u at most",
				    QOS_OLD_FILTERS);
	f->line = o->line;
	f->prio = l->prio;
	if (take_filter(o, l, f))
		return CTL_FAILED;
	o->nfilters++;
	return CTL_OK;
}

/* The root's filter reads the codepoint, those of CBQ look it up */
static int add_tcindex(struct qos_old *o, struct tc_line *l)
{
	unsigned long mask = 0x100, shift = 0, value = 0;
	unsigned int major = 0, minor = 0;

	while (line_peek(l) && !l->bad)
		if (!line_take(l, "pass_on") && !line_number(l, "mask", &mask) &&
		    !line_number(l, "shift", &shift) &&
		    !line_handle(l, "classid", &major, &minor))
			break;
	if (done(o, l))
		return CTL_FAILED;
	if (o->root && l->parent_major == o->root && !minor && !l->handle) {
		if (mask != 0xfc || shift != 2 || !o->set_tc_index)
			return qos_old_fail(o, "tcindex: only \"mask 0xfc shift 2\" below \"dsmark set_tc_index\" is covered");
		o->reads_dscp = true;
		return CTL_OK;
	}
	if (!o->cbq || l->parent_major != o->cbq || major != o->cbq || !minor)
		return qos_old_fail(o, "tcindex: is covered below dsmark and cbq only");
	if (minor > 0xff)
		return qos_old_fail(o, "classid: must be %x:1 to %x:ff", major, major);
	if (!l->handle || !line_parse_number(l->handle, &value) ||
	    value >= ARRAY_SIZE(o->by_dscp))
		return qos_old_fail(o, "handle: must be a codepoint, 0x0 to 0x3f");
	if (!mask && !value)
		o->rest = minor;
	else if (mask == 0x100)
		o->by_dscp[value] = minor;
	else
		return qos_old_fail(o, "mask: only \"handle 0 tcindex mask 0\" is covered");
	return CTL_OK;
}

static int add_cbq(struct qos_old *o, struct tc_line *l)
{
	unsigned long ignored;
	unsigned int minor;

	while (line_peek(l) && !l->bad)
		if (!line_rate(l, "bandwidth", &o->bandwidth) &&
		    !line_number(l, "allot", &ignored) &&
		    !line_number(l, "cell", &ignored) &&
		    !line_number(l, "avpkt", &ignored) &&
		    !line_number(l, "mpu", &ignored))
			break;
	if (done(o, l))
		return CTL_FAILED;
	if (o->cbq || !o->bandwidth)
		return qos_old_fail(o, "cbq: must have a bandwidth, and be the only one");
	if (!l->root && (!o->root || l->parent_major != o->root))
		return qos_old_fail(o, "cbq: must be the root, or below dsmark");
	if (!l->handle || !line_parse_handle(l->handle, &o->cbq, &minor) ||
	    !o->cbq || o->cbq > MAJOR_MAX || o->cbq == o->root || minor)
		return qos_old_fail(o, "cbq: its handle must be 1: to %u:", MAJOR_MAX);
	return CTL_OK;
}

static bool take_cbq_option(struct tc_line *l, struct qos_old_class *c,
			    unsigned long *avpkt, unsigned long *maxburst)
{
	unsigned long ignored;
	uint64_t bandwidth;

	if (line_take(l, "bounded")) {
		c->bounded = true;
		return true;
	}
	if (line_take(l, "isolated")) {
		c->isolated = true;
		return true;
	}
	/* HTB needs no weight: its turns are the quantum, in octets */
	return line_take(l, "borrow") || line_take(l, "sharing") ||
	       line_rate(l, "bandwidth", &bandwidth) ||
	       line_rate(l, "rate", &c->rate) ||
	       line_number(l, "prio", &c->prio) ||
	       line_number(l, "allot", &c->allot) ||
	       line_number(l, "avpkt", avpkt) ||
	       line_number(l, "maxburst", maxburst) ||
	       line_number(l, "weight", &ignored) ||
	       line_number(l, "defmap", &ignored);
}

static int add_cbq_class(struct qos_old *o, struct tc_line *l)
{
	unsigned long avpkt = 1000, maxburst = 20;
	struct qos_old_class c = {
		.minor = l->class_minor, .prio = 8, .allot = 1514,
	};

	while (line_peek(l) && !l->bad)
		if (!take_cbq_option(l, &c, &avpkt, &maxburst))
			break;
	if (done(o, l))
		return CTL_FAILED;
	if (!o->cbq || l->parent_major != o->cbq || l->parent_minor ||
	    l->class_major != o->cbq)
		return qos_old_fail(o, "class: is covered just below cbq only");
	if (!c.minor || c.minor == 0xf || c.minor > 0xff ||
	    qos_old_class(o, c.minor))
		return qos_old_fail(o, "classid: must be a new one, 1 to e or 10 to ff");
	if (o->nclasses == QOS_OLD_CLASSES)
		return qos_old_fail(o, "class: too many, %u at most", QOS_OLD_CLASSES);
	if (!c.rate || c.rate > o->bandwidth)
		return qos_old_fail(o, "rate: must be there, and at most the bandwidth");
	if (c.prio < 1 || c.prio > 8)
		return qos_old_fail(o, "prio: must be 1 to 8");
	if (avpkt > 65535 || maxburst > 65535 || c.allot > 200000)
		return qos_old_fail(o, "avpkt, maxburst or allot: too large");
	c.octets = avpkt * maxburst;
	o->classes[o->nclasses++] = c;
	return CTL_OK;
}

static bool is_probability(const char *text)
{
	return !text[strspn(text, "0123456789.")] && atof(text) > 0 &&
	       atof(text) <= 1;
}

static bool is_value(const char *option, const char *text)
{
	uint64_t rate;

	if (!strcmp(option, "bandwidth"))
		return quantity_read_rate(text, &rate) && rate;
	if (!strcmp(option, "probability"))
		return is_probability(text);
	return line_parse_size(text);
}

/* What still exists goes on as it is, below the class of HTB */
static int add_leaf(struct qos_old *o, struct tc_line *l, const char *kind,
		    const char *const *options)
{
	struct qos_old_class *c = qos_old_class(o, l->parent_minor);
	const char *const *option;
	unsigned int words = 0;
	size_t used;

	if (!o->cbq || l->parent_major != o->cbq || !c)
		return qos_old_fail(o, "parent: is no class of cbq above");
	if (*c->leaf)
		return qos_old_fail(o, "parent: that class has a queueing discipline already");
	used = (size_t)snprintf(c->leaf, sizeof(c->leaf), "%s", kind);
	for (; line_peek(l); l->at += 2, words++) {
		for (option = options; *option; option++)
			if (!strcmp(*option, line_peek(l)))
				break;
		if (!*option || l->at + 1 >= l->n || words > 8)
			break;
		if (!is_value(*option, l->v[l->at + 1])) {
			l->bad = l->v[l->at + 1];
			break;
		}
		used += (size_t)snprintf(c->leaf + used,
					 sizeof(c->leaf) - used, " %s %.20s",
					 line_peek(l), l->v[l->at + 1]);
		if (used >= sizeof(c->leaf))
			break;
	}
	return done(o, l);
}

static int add_pfifo(struct qos_old *o, struct tc_line *l)
{
	static const char *const options[] = { "limit", NULL };

	return add_leaf(o, l, "pfifo", options);
}

static int add_red(struct qos_old *o, struct tc_line *l)
{
	static const char *const options[] = {
		"limit", "min", "max", "burst", "avpkt", "bandwidth",
		"probability", NULL
	};

	return add_leaf(o, l, "red", options);
}

static const struct {
	const char *object;
	const char *verb;
	const char *kind;
	int (*take)(struct qos_old *o, struct tc_line *l);
} covered[] = {
	{ "qdisc", "add", "dsmark", add_dsmark },
	{ "class", "change", "dsmark", change_dsmark },
	{ "filter", "add", "u32", add_u32 },
	{ "filter", "add", "tcindex", add_tcindex },
	{ "qdisc", "add", "cbq", add_cbq },
	{ "class", "add", "cbq", add_cbq_class },
	{ "qdisc", "add", "pfifo", add_pfifo },
	{ "qdisc", "add", "red", add_red },
};

static int refuse_kind(const struct qos_old *o, const struct tc_line *l,
		       const char *verb, const char *kind)
{
	const struct qos_retired *r;

	for (r = qos_retired; r->kind; r++)
		if (!strcmp(r->kind, kind))
			return qos_old_fail(o, "%s %s %s: not covered; %s",
					    l->object, verb, kind, r->advice);
	return qos_old_fail(o, "%s %s %s: not covered; write this line anew",
			    l->object, verb, kind);
}

static int check_head(struct qos_old *o, struct tc_line *l)
{
	unsigned int major, minor;
	unsigned long n;

	if (l->handle && !line_parse_number(l->handle, &n) &&
	    !line_parse_handle(l->handle, &major, &minor))
		l->bad = l->handle;
	if (l->bad)
		return qos_old_fail(o, "%s: makes no sense here", l->bad);
	if (!l->dev)
		return qos_old_fail(o, "dev: is missing");
	if (strlen(l->dev) >= sizeof(o->dev))
		return qos_old_fail(o, "dev %s: no name of an interface", l->dev);
	if (*o->dev && strcmp(o->dev, l->dev))
		return qos_old_fail(o, "dev %s: the lines before are about %s; one device at a time",
				    l->dev, o->dev);
	snprintf(o->dev, sizeof(o->dev), "%s", l->dev);
	if (l->protocol && strcmp(l->protocol, "ip") &&
	    strcmp(l->protocol, "ipv6"))
		return qos_old_fail(o, "protocol %s: only ip and ipv6 are covered",
				    l->protocol);
	return CTL_OK;
}

/* "1." as the figures have it */
static bool is_item(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	return digits && !strcmp(word + digits, ".");
}

int qos_old_take(struct qos_old *o, struct tc_line *l)
{
	const char *verb, *kind;
	size_t i;

	if (line_peek(l) && is_item(line_peek(l)))
		l->at++;
	if (!line_take(l, "tc") || l->n - l->at < 3)
		return qos_old_fail(o, "%s: no command of tc that adds something",
				    l->n ? l->v[0] : "");
	l->object = l->v[l->at++];
	verb = l->v[l->at++];
	line_head(l);
	if (check_head(o, l))
		return CTL_FAILED;
	kind = line_peek(l);
	if (!kind)
		return qos_old_fail(o, "%s %s: its kind is missing", l->object,
				    verb);
	for (i = 0; i < ARRAY_SIZE(covered); i++)
		if (!strcmp(covered[i].object, l->object) &&
		    !strcmp(covered[i].verb, verb) &&
		    !strcmp(covered[i].kind, kind)) {
			l->at++;
			return covered[i].take(o, l);
		}
	return refuse_kind(o, l, verb, kind);
}
