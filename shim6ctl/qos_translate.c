// SPDX-License-Identifier: GPL-2.0
/*
 * Commands for dsmark, tcindex and CBQ, which no kernel has any more, as
 * commands for what there is. Covered is what the survey uses of them; a line
 * with anything else is named.
 *
 * A major number N becomes QOS_FIRST + N, the preference N becomes a group of
 * ten from QOS_PREF + 10 N on, so that the result is known as ours.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "qos.h"
#include "quantity.h"

#define WORDS_MAX	80
#define CLASSES_MAX	8	/* their leaves have QOS_LEAF to QOS_LAST */
#define FILTERS_MAX	60
#define MAJOR_MAX	7
#define PRIO_MAX	98
#define PER_PRIO	10
#define QOS_LEAF	(QOS_FIRST + 8)

const struct qos_retired qos_retired[] = {
	{ "cbq", "HTB does its work; \"qos translate\" knows how" },
	{ "dsmark", "clsact with pedit does its work; \"qos translate\" knows how" },
	{ "tcindex", "\"basic match 'meta(tc_index eq N)'\" does its work; \"qos translate\" knows how" },
	{ "rsvp", "flower with addresses, protocol and ports does its work" },
	{ "rsvp6", "flower with addresses, protocol and ports does its work" },
	{ "atm", "there is no ATM; for DSL add \"linklayer atm\" to HTB or cake" },
	{ "csz", "gone since Linux 2.6; HFSC guarantees a delay, PRIO with TBF below predicts one" },
	{ NULL, NULL },
};

/* What a filter of u32 looks at, as text */
struct match {
	bool ipv6;
	char dst[64];
	char src[64];
	unsigned long proto;
	unsigned long port;
};

struct filter {
	unsigned int line;
	unsigned long prio;
	struct match match;
	char rate[24];		/* of the policer, "" without */
	char burst[24];
	unsigned int minor;
};

struct class {
	unsigned int minor;
	uint64_t rate;
	unsigned long prio;
	unsigned long allot;
	unsigned long octets;	/* the longest burst */
	bool bounded;
	bool isolated;
	char leaf[256];
};

struct old {
	const char *name;
	unsigned int line;
	struct qos_batch *b;
	bool u32;
	bool router;
	char dev[IF_NAMESIZE];
	/* dsmark */
	unsigned int root;	/* major, 0: none yet */
	bool set_tc_index;
	bool reads_dscp;
	unsigned int mark[64];	/* DS field by class, plus 1 */
	struct filter filters[FILTERS_MAX];
	size_t nfilters;
	/* CBQ */
	unsigned int cbq;
	uint64_t bandwidth;
	struct class classes[CLASSES_MAX];
	size_t nclasses;
	unsigned int ef[64];	/* class by codepoint, 0: none */
	unsigned int rest;	/* class of all others */
};

/* A line: words, and what stands before the kind */
struct line {
	struct old *o;
	char *v[WORDS_MAX];
	unsigned int n;
	unsigned int at;
	const char *bad;	/* word whose value makes no sense */
	const char *object;
	const char *dev;
	const char *handle;
	unsigned int parent_major, parent_minor;
	unsigned int class_major, class_minor;
	bool root;
	const char *protocol;
	unsigned long prio;
};

__printf(2, 3)
static int fail(const struct old *o, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_failed("%s: line %u: %s", o->name, o->line, text);
}

static const char *peek(const struct line *l)
{
	return l->at < l->n ? l->v[l->at] : NULL;
}

static bool take(struct line *l, const char *word)
{
	if (!peek(l) || strcmp(peek(l), word))
		return false;
	l->at++;
	return true;
}

/* The word and its value; without a value the word is the mistake */
static bool take_text(struct line *l, const char *word, const char **value)
{
	if (!take(l, word))
		return false;
	*value = peek(l);
	if (*value)
		l->at++;
	else
		l->bad = word;
	return *value;
}

static bool number(const char *text, unsigned long *n)
{
	char *end;

	errno = 0;
	*n = strtoul(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

static bool take_number(struct line *l, const char *word, unsigned long *n)
{
	const char *text;

	if (!take_text(l, word, &text))
		return false;
	if (!number(text, n))
		l->bad = text;
	return true;
}

static bool take_rate(struct line *l, const char *word, uint64_t *rate)
{
	const char *text;

	if (!take_text(l, word, &text))
		return false;
	if (!quantity_read_rate(text, rate) || *rate < 1000 || *rate > QOS_RATE_MAX)
		l->bad = text;
	return true;
}

/* "1:2", "1:" and "1:0", hexadecimal */
static bool parse_handle(const char *text, unsigned int *major,
			 unsigned int *minor)
{
	int end = 0;

	*minor = 0;
	if (sscanf(text, "%x:%n", major, &end) != 1 || !end)
		return false;
	text += end;
	if (!*text)
		return true;
	end = 0;
	return sscanf(text, "%x%n", minor, &end) == 1 && !text[end];
}

static bool take_handle(struct line *l, const char *word, unsigned int *major,
			unsigned int *minor)
{
	const char *text;

	if (!take_text(l, word, &text))
		return false;
	if (!parse_handle(text, major, minor))
		l->bad = text;
	return true;
}

/* Nothing may be left over, and everything must have made sense */
static int done(const struct line *l)
{
	if (l->bad)
		return fail(l->o, "%s: makes no sense here", l->bad);
	if (peek(l))
		return fail(l->o, "%s: not covered; write this line anew",
			    peek(l));
	return CTL_OK;
}

static struct class *find_class(struct old *o, unsigned int minor)
{
	size_t i;

	for (i = 0; i < o->nclasses; i++)
		if (o->classes[i].minor == minor)
			return &o->classes[i];
	return NULL;
}

static int add_dsmark(struct line *l)
{
	unsigned long indices = 0;
	unsigned int minor = 0;
	struct old *o = l->o;

	for (; peek(l) && !l->bad;)
		if (take(l, "set_tc_index"))
			o->set_tc_index = true;
		else if (!take_number(l, "indices", &indices))
			break;
	if (done(l))
		return CTL_FAILED;
	if (!indices || indices > 65536 || (indices & (indices - 1)))
		return fail(o, "indices: must be a power of two, such as 64");
	if (!l->root || o->root)
		return fail(o, "dsmark: must be the root, and the only one");
	if (!l->handle || !parse_handle(l->handle, &o->root, &minor) ||
	    !o->root || o->root > MAJOR_MAX || minor)
		return fail(o, "dsmark: its handle must be 1: to %u:",
			    MAJOR_MAX);
	return CTL_OK;
}

static int change_dsmark(struct line *l)
{
	unsigned long mask = 0x100, value = 0x100;
	struct old *o = l->o;

	while (peek(l) && !l->bad)
		if (!take_number(l, "mask", &mask) &&
		    !take_number(l, "value", &value))
			break;
	if (done(l))
		return CTL_FAILED;
	if (!o->root || l->class_major != o->root || !l->class_minor ||
	    l->class_minor >= ARRAY_SIZE(o->mark))
		return fail(o, "classid: is no class of dsmark above");
	if (mask != 3)
		return fail(o, "mask: must be 0x3, which leaves the bits of ECN alone and writes all others");
	if (value > 0xff)
		return fail(o, "value: must be 0x0 to 0xfc");
	if (value & 3)
		return fail(o, "value 0x%lx: would set bits of ECN in every packet; 0x%lx is meant",
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

/* "match ip dst 10.0.0.0/24" and its like, behind "match" */
static bool take_match(struct line *l, struct match *m, bool first)
{
	unsigned long mask = 0;
	const char *text;
	bool ipv6 = take(l, "ip6");

	if (!ipv6 && !take(l, "ip"))
		return false;
	if (!first && ipv6 != m->ipv6)
		return false;
	m->ipv6 = ipv6;
	if (take_text(l, "dst", &text)) {
		copy_word(m->dst, sizeof(m->dst), text);
		return true;
	}
	if (take_text(l, "src", &text)) {
		copy_word(m->src, sizeof(m->src), text);
		return true;
	}
	if (take_number(l, "protocol", &m->proto))
		return peek(l) && number(l->v[l->at++], &mask) && mask == 0xff;
	if (take_number(l, "dport", &m->port))
		return peek(l) && number(l->v[l->at++], &mask) &&
		       mask == 0xffff;
	return false;
}

/* "police rate 1Mbit burst 2K continue", behind "police" */
static bool take_police(struct line *l, struct filter *f)
{
	char text[QUANTITY_TEXT];
	const char *burst;
	uint64_t rate;

	if (!take_rate(l, "rate", &rate) || l->bad ||
	    !take_text(l, "burst", &burst) || !take(l, "continue"))
		return false;
	snprintf(f->rate, sizeof(f->rate), "%s", quantity_rate(rate, text));
	copy_word(f->burst, sizeof(f->burst), burst);
	return true;
}

static int take_filter(struct line *l, struct filter *f)
{
	unsigned int major = 0;
	bool first = true;

	for (; peek(l) && !l->bad; first = false) {
		if (take(l, "match")) {
			if (!take_match(l, &f->match, first))
				return fail(l->o, "match: only ip and ip6 with dst, src, protocol N 0xff and dport N 0xffff are covered");
		} else if (take(l, "police")) {
			if (!take_police(l, f))
				return fail(l->o, "police: only \"rate R burst B continue\" is covered");
		} else if (!take_handle(l, "flowid", &major, &f->minor)) {
			break;
		}
	}
	if (done(l))
		return CTL_FAILED;
	if (major != l->o->root || f->minor >= ARRAY_SIZE(l->o->mark) ||
	    !l->o->mark[f->minor])
		return fail(l->o, "flowid: is no class of dsmark that marks");
	if (f->match.port && f->match.proto != 6 && f->match.proto != 17)
		return fail(l->o, "dport: needs \"protocol 6 0xff\" or 17 beside it");
	return CTL_OK;
}

static int add_u32(struct line *l)
{
	struct old *o = l->o;
	struct filter *f = &o->filters[o->nfilters];
	unsigned long divisor;
	unsigned int major, minor;

	if (!o->root || l->parent_major != o->root || o->cbq)
		return fail(o, "u32: is covered below dsmark only");
	if (l->prio > PRIO_MAX)
		return fail(o, "prio: must be 0 to %u", PRIO_MAX);
	if (l->handle && !parse_handle(l->handle, &major, &minor))
		return fail(o, "handle %s: must be like 1:", l->handle);
	/* A table of one bucket is what every filter has by itself */
	if (take_number(l, "divisor", &divisor)) {
		if (done(l))
			return CTL_FAILED;
		return divisor == 1 ? CTL_OK :
				      fail(o, "divisor: only 1 is covered");
	}
	if (o->nfilters == FILTERS_MAX)
		return fail(o, "u32: too many filters, %u at most",
			    FILTERS_MAX);
	f->line = o->line;
	f->prio = l->prio;
	if (take_filter(l, f))
		return CTL_FAILED;
	o->nfilters++;
	return CTL_OK;
}

/* The root's filter reads the codepoint, those of CBQ look it up */
static int add_tcindex(struct line *l)
{
	unsigned long mask = 0x100, shift = 0, value = 0;
	unsigned int major = 0, minor = 0;
	struct old *o = l->o;

	while (peek(l) && !l->bad)
		if (!take(l, "pass_on") && !take_number(l, "mask", &mask) &&
		    !take_number(l, "shift", &shift) &&
		    !take_handle(l, "classid", &major, &minor))
			break;
	if (done(l))
		return CTL_FAILED;
	if (o->root && l->parent_major == o->root && !minor && !l->handle) {
		if (mask != 0xfc || shift != 2 || !o->set_tc_index)
			return fail(o, "tcindex: only \"mask 0xfc shift 2\" below \"dsmark set_tc_index\" is covered");
		o->reads_dscp = true;
		return CTL_OK;
	}
	if (!o->cbq || l->parent_major != o->cbq || major != o->cbq || !minor)
		return fail(o, "tcindex: is covered below dsmark and cbq only");
	if (minor > 0xff)
		return fail(o, "classid: must be %x:1 to %x:ff", major, major);
	if (!l->handle || !number(l->handle, &value) ||
	    value >= ARRAY_SIZE(o->ef))
		return fail(o, "handle: must be a codepoint, 0x0 to 0x3f");
	if (!mask && !value)
		o->rest = minor;
	else if (mask == 0x100)
		o->ef[value] = minor;
	else
		return fail(o, "mask: only \"handle 0 tcindex mask 0\" is covered");
	return CTL_OK;
}

static int add_cbq(struct line *l)
{
	unsigned long ignored;
	unsigned int minor;
	struct old *o = l->o;

	while (peek(l) && !l->bad)
		if (!take_rate(l, "bandwidth", &o->bandwidth) &&
		    !take_number(l, "allot", &ignored) &&
		    !take_number(l, "cell", &ignored) &&
		    !take_number(l, "avpkt", &ignored) &&
		    !take_number(l, "mpu", &ignored))
			break;
	if (done(l))
		return CTL_FAILED;
	if (o->cbq || !o->bandwidth)
		return fail(o, "cbq: must have a bandwidth, and be the only one");
	if (!l->root && (!o->root || l->parent_major != o->root))
		return fail(o, "cbq: must be the root, or below dsmark");
	if (!l->handle || !parse_handle(l->handle, &o->cbq, &minor) ||
	    !o->cbq || o->cbq > MAJOR_MAX || o->cbq == o->root || minor)
		return fail(o, "cbq: its handle must be 1: to %u:", MAJOR_MAX);
	return CTL_OK;
}

static bool take_cbq_option(struct line *l, struct class *c,
			    unsigned long *avpkt, unsigned long *maxburst)
{
	unsigned long ignored;
	uint64_t bandwidth;

	if (take(l, "bounded")) {
		c->bounded = true;
		return true;
	}
	if (take(l, "isolated")) {
		c->isolated = true;
		return true;
	}
	/* HTB needs no weight: its turns are the quantum, in octets */
	return take(l, "borrow") || take(l, "sharing") ||
	       take_rate(l, "bandwidth", &bandwidth) ||
	       take_rate(l, "rate", &c->rate) ||
	       take_number(l, "prio", &c->prio) ||
	       take_number(l, "allot", &c->allot) ||
	       take_number(l, "avpkt", avpkt) ||
	       take_number(l, "maxburst", maxburst) ||
	       take_number(l, "weight", &ignored) ||
	       take_number(l, "defmap", &ignored);
}

static int add_cbq_class(struct line *l)
{
	unsigned long avpkt = 1000, maxburst = 20;
	struct class c = { .minor = l->class_minor, .prio = 8, .allot = 1514 };
	struct old *o = l->o;

	while (peek(l) && !l->bad)
		if (!take_cbq_option(l, &c, &avpkt, &maxburst))
			break;
	if (done(l))
		return CTL_FAILED;
	if (!o->cbq || l->parent_major != o->cbq || l->parent_minor ||
	    l->class_major != o->cbq)
		return fail(o, "class: is covered just below cbq only");
	if (!c.minor || c.minor == 0xf || c.minor > 0xff ||
	    find_class(o, c.minor))
		return fail(o, "classid: must be a new one, 1 to e or 10 to ff");
	if (o->nclasses == CLASSES_MAX)
		return fail(o, "class: too many, %u at most", CLASSES_MAX);
	if (!c.rate || c.rate > o->bandwidth)
		return fail(o, "rate: must be there, and at most the bandwidth");
	if (c.prio < 1 || c.prio > 8)
		return fail(o, "prio: must be 1 to 8");
	if (avpkt > 65535 || maxburst > 65535 || c.allot > 200000)
		return fail(o, "avpkt, maxburst or allot: too large");
	c.octets = avpkt * maxburst;
	o->classes[o->nclasses++] = c;
	return CTL_OK;
}

/* What still exists goes on as it is, below the class of HTB */
static int add_leaf(struct line *l, const char *kind,
		    const char *const *options)
{
	struct old *o = l->o;
	struct class *c = find_class(o, l->parent_minor);
	const char *const *option;
	unsigned int words = 0;
	size_t used;

	if (!o->cbq || l->parent_major != o->cbq || !c)
		return fail(o, "parent: is no class of cbq above");
	used = (size_t)snprintf(c->leaf, sizeof(c->leaf), "%s", kind);
	for (; peek(l); l->at += 2, words++) {
		for (option = options; *option; option++)
			if (!strcmp(*option, peek(l)))
				break;
		if (!*option || l->at + 1 >= l->n || words > 8)
			break;
		used += (size_t)snprintf(c->leaf + used,
					 sizeof(c->leaf) - used, " %s %.20s",
					 peek(l), l->v[l->at + 1]);
		if (used >= sizeof(c->leaf))
			break;
	}
	return done(l);
}

static int add_pfifo(struct line *l)
{
	static const char *const options[] = { "limit", NULL };

	return add_leaf(l, "pfifo", options);
}

static int add_red(struct line *l)
{
	static const char *const options[] = {
		"limit", "min", "max", "burst", "avpkt", "bandwidth",
		"probability", NULL
	};

	return add_leaf(l, "red", options);
}

static const struct {
	const char *object;
	const char *verb;
	const char *kind;
	int (*take)(struct line *l);
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

static int refuse_kind(struct line *l, const char *verb, const char *kind)
{
	const struct qos_retired *r;

	for (r = qos_retired; r->kind; r++)
		if (!strcmp(r->kind, kind))
			return fail(l->o, "%s %s %s: not covered; %s",
				    l->object, verb, kind, r->advice);
	return fail(l->o, "%s %s %s: not covered; write this line anew",
		    l->object, verb, kind);
}

/* What may stand before the kind */
static void take_head(struct line *l)
{
	while (peek(l) && !l->bad)
		if (take(l, "root"))
			l->root = true;
		else if (!take_text(l, "dev", &l->dev) &&
			 !take_text(l, "handle", &l->handle) &&
			 !take_text(l, "protocol", &l->protocol) &&
			 !take_number(l, "prio", &l->prio) &&
			 !take_number(l, "pref", &l->prio) &&
			 !take_handle(l, "parent", &l->parent_major,
				      &l->parent_minor) &&
			 !take_handle(l, "classid", &l->class_major,
				      &l->class_minor))
			return;
}

static int check_head(struct line *l)
{
	struct old *o = l->o;
	unsigned int major, minor;
	unsigned long n;

	if (l->handle && !number(l->handle, &n) &&
	    !parse_handle(l->handle, &major, &minor))
		l->bad = l->handle;
	if (l->bad)
		return fail(o, "%s: makes no sense here", l->bad);
	if (!l->dev)
		return fail(o, "dev: is missing");
	if (strlen(l->dev) >= sizeof(o->dev))
		return fail(o, "dev %s: no name of an interface", l->dev);
	if (*o->dev && strcmp(o->dev, l->dev))
		return fail(o, "dev %s: the lines before are about %s; one device at a time",
			    l->dev, o->dev);
	snprintf(o->dev, sizeof(o->dev), "%s", l->dev);
	if (l->protocol && strcmp(l->protocol, "ip") &&
	    strcmp(l->protocol, "ipv6"))
		return fail(o, "protocol %s: only ip and ipv6 are covered",
			    l->protocol);
	return CTL_OK;
}

static int take_line(struct line *l)
{
	const char *verb, *kind;
	size_t i;

	/* "1. tc ..." as the figures have it */
	if (peek(l) && strspn(peek(l), "0123456789") + 1 == strlen(peek(l)) &&
	    peek(l)[strlen(peek(l)) - 1] == '.')
		l->at++;
	if (!take(l, "tc") || l->n - l->at < 3)
		return fail(l->o, "%s: no command of tc that adds something",
			    l->n ? l->v[0] : "");
	l->object = l->v[l->at++];
	verb = l->v[l->at++];
	take_head(l);
	if (check_head(l))
		return CTL_FAILED;
	kind = peek(l);
	if (!kind)
		return fail(l->o, "%s %s: its kind is missing", l->object,
			    verb);
	for (i = 0; i < ARRAY_SIZE(covered); i++)
		if (!strcmp(covered[i].object, l->object) &&
		    !strcmp(covered[i].verb, verb) &&
		    !strcmp(covered[i].kind, kind)) {
			l->at++;
			return covered[i].take(l);
		}
	return refuse_kind(l, verb, kind);
}

/* The result goes to a shell: no word may mean anything to it */
static int split(struct line *l, char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/@+";
	char *rest = NULL;
	char *word;

	for (word = strtok_r(text, " \t\r\n", &rest); word;
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (word[strspn(word, allowed)])
			return fail(l->o, "%s: makes no sense here", word);
		if (l->n == WORDS_MAX)
			return fail(l->o, "too many words, %u at most",
				    WORDS_MAX);
		l->v[l->n++] = word;
	}
	return CTL_OK;
}

/* --- the result: an edge router, that marks */

static void put_flower(FILE *file, const struct match *m)
{
	fputs("flower", file);
	if (m->proto == 6 || m->proto == 17)
		fprintf(file, " ip_proto %s", m->proto == 6 ? "tcp" : "udp");
	else if (m->proto)
		fprintf(file, " ip_proto 0x%02lx", m->proto);
	if (*m->src)
		fprintf(file, " src_ip %s", m->src);
	if (*m->dst)
		fprintf(file, " dst_ip %s", m->dst);
	if (m->port)
		fprintf(file, " dst_port %lu", m->port);
}

static void put_u32(FILE *file, const struct match *m)
{
	const char *ip = m->ipv6 ? "ip6" : "ip";

	fputs("u32", file);
	if (*m->dst)
		fprintf(file, " match %s dst %s", ip, m->dst);
	if (*m->src)
		fprintf(file, " match %s src %s", ip, m->src);
	if (m->proto)
		fprintf(file, " match %s protocol %lu 0xff", ip, m->proto);
	if (m->port)
		fprintf(file, " match %s dport %lu 0xffff", ip, m->port);
	if (!*m->dst && !*m->src && !m->proto)
		fputs(" match u32 0 0", file);
}

/* In a packet of Shim6: next header at 40, the P bit at 42, ports from 48 on */
static void put_shim(FILE *file, const struct match *m)
{
	fprintf(file, "u32 match ip6 protocol 140 0xff match u8 0x80 0x80 at 42 match u8 %lu 0xff at 40 match u16 %lu 0xffff at 50",
		m->proto, m->port);
}

static void put_actions(FILE *file, const struct old *o,
			const struct filter *f)
{
	if (*f->rate)
		fprintf(file, " action police rate %s burst %s conform-exceed continue/pipe",
			f->rate, f->burst);
	fprintf(file, " action pedit ex munge %s set 0x%02x retain 0xfc pipe",
		f->match.ipv6 ? "ip6 traffic_class" : "ip dsfield",
		o->mark[f->minor] - 1);
	if (!f->match.ipv6)
		fputs(" action csum ip4h pipe", file);
	fprintf(file, " action skbedit priority %x:%x pipe",
		QOS_FIRST + o->root, f->minor);
}

static void add_edge_filter(struct old *o, const struct filter *f,
			    unsigned int pref,
			    void (*put)(FILE *file, const struct match *m))
{
	char text[900] = "";
	FILE *file = fmemopen(text, sizeof(text), "w");

	if (!file)
		return;
	fprintf(file, "filter add dev $D egress protocol %s pref %u ",
		f->match.ipv6 ? "ipv6" : "ip", pref);
	put(file, &f->match);
	put_actions(file, o, f);
	fclose(file);
	qos_tc(o->b, "%s", text);
}

static void comment_filter(struct old *o, const struct filter *f)
{
	char name[16], rate[64] = "";

	if (*f->rate)
		snprintf(rate, sizeof(rate), " up to %s, what is beyond goes on",
			 f->rate);
	qos_comment(o->b, "%s%s",
		    qos_dscp_name((o->mark[f->minor] - 1) >> 2, name,
				  sizeof(name)), rate);
}

static int add_edge_filters(struct old *o, unsigned long prio)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < o->nfilters; i++) {
		struct filter *f = &o->filters[i];
		bool shim = o->router && f->match.ipv6 && f->match.port;

		if (f->prio != prio)
			continue;
		o->line = f->line;
		if (n + shim >= PER_PRIO)
			return fail(o, "prio %lu: too many filters of it, %u at most",
				    prio, PER_PRIO);
		comment_filter(o, f);
		add_edge_filter(o, f, QOS_PREF + prio * PER_PRIO + n++,
				o->u32 ? put_u32 : put_flower);
		if (!shim)
			continue;
		qos_comment(o->b, "the same in packets of Shim6, whose addresses are others");
		add_edge_filter(o, f, QOS_PREF + prio * PER_PRIO + n++,
				put_shim);
	}
	return CTL_OK;
}

static int put_edge(struct old *o)
{
	unsigned long prio;

	qos_tc(o->b, "qdisc add dev $D root handle %x: pfifo limit 1000",
	       QOS_FIRST + o->root);
	qos_tc(o->b, "qdisc replace dev $D clsact");
	for (prio = 0; prio <= PRIO_MAX; prio++)
		if (add_edge_filters(o, prio))
			return CTL_FAILED;
	return CTL_OK;
}

/* --- the result: a core router, that has classes */

/* What a class may borrow up to: the line, less what others keep */
static uint64_t ceiling(const struct old *o, const struct class *c)
{
	uint64_t rate = o->bandwidth;
	size_t i;

	if (c->bounded)
		return c->rate;
	for (i = 0; i < o->nclasses; i++)
		if (&o->classes[i] != c && o->classes[i].isolated)
			rate -= o->classes[i].rate;
	return rate;
}

/* In thousands, as HTB rounds its own */
static const char *burst_text(unsigned long octets, char *text, size_t room)
{
	if (octets % 1000)
		snprintf(text, room, "%lu", octets);
	else
		snprintf(text, room, "%luk", octets / 1000);
	return text;
}

static void put_class(struct old *o, const struct class *c)
{
	char rate[QUANTITY_TEXT], ceil[QUANTITY_TEXT], burst[24];
	unsigned int major = QOS_FIRST + o->cbq;
	uint64_t most = ceiling(o, c);

	qos_comment(o->b, "%s%s", c->bounded ? "bounded: never more" :
					       "borrows what others leave",
		    c->isolated ? "; isolated: lends nothing" : "");
	burst_text(c->octets, burst, sizeof(burst));
	qos_tc(o->b, "class add dev $D parent %x:f classid %x:%x htb rate %s ceil %s burst %s cburst %s prio %lu quantum %lu",
	       major, major, c->minor, quantity_rate(c->rate, rate),
	       quantity_rate(most, ceil), burst, c->bounded ? burst : "3000",
	       c->prio - 1, c->allot);
	if (*c->leaf)
		qos_tc(o->b, "qdisc add dev $D parent %x:%x handle %x: %s",
		       major, c->minor,
		       QOS_LEAF + (unsigned int)(c - o->classes), c->leaf);
}

/* What u32 finds by itself; else dsmark's way, by skb->tc_index */
static void put_codepoint(struct old *o, unsigned int dscp)
{
	unsigned int major = QOS_FIRST + o->cbq;
	unsigned int tos = dscp << 2;
	char name[16];

	qos_comment(o->b, "%s", qos_dscp_name(dscp, name, sizeof(name)));
	if (o->u32) {
		qos_tc(o->b, "filter add dev $D parent %x: protocol ip pref %u u32 match ip tos 0x%02x 0xfc classid %x:%x",
		       major, QOS_PREF + 10, tos, major, o->ef[dscp]);
		qos_tc(o->b, "filter add dev $D parent %x: protocol ipv6 pref %u u32 match ip6 priority 0x%02x 0xfc classid %x:%x",
		       major, QOS_PREF + 11, tos, major, o->ef[dscp]);
		return;
	}
	qos_tc(o->b, "filter add dev $D egress protocol ip pref %u flower ip_tos 0x%02x/0xfc classid :%x action ok",
	       QOS_PREF + 10, tos, dscp);
	qos_tc(o->b, "filter add dev $D egress protocol ipv6 pref %u flower ip_tos 0x%02x/0xfc classid :%x action ok",
	       QOS_PREF + 11, tos, dscp);
	qos_tc(o->b, "filter add dev $D parent %x: protocol all pref %u basic match 'meta(tc_index eq %u)' classid %x:%x",
	       major, QOS_PREF + 10, dscp, major, o->ef[dscp]);
}

static int put_core(struct old *o)
{
	unsigned int major = QOS_FIRST + o->cbq;
	char text[QUANTITY_TEXT];
	unsigned int dscp;
	size_t i;

	quantity_rate(o->bandwidth, text);
	qos_tc(o->b, "qdisc add dev $D root handle %x: htb default %x", major,
	       o->rest);
	qos_comment(o->b, "the line");
	qos_tc(o->b, "class add dev $D parent %x: classid %x:f htb rate %s ceil %s burst 3000 cburst 3000",
	       major, major, text, text);
	for (i = 0; i < o->nclasses; i++)
		put_class(o, &o->classes[i]);
	if (!o->u32)
		qos_tc(o->b, "qdisc replace dev $D clsact");
	for (dscp = 0; dscp < ARRAY_SIZE(o->ef); dscp++)
		if (o->ef[dscp])
			put_codepoint(o, dscp);
	return CTL_OK;
}

static bool marks(const struct old *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(o->mark); i++)
		if (o->mark[i])
			return true;
	return false;
}

/* A class that is looked up must be there; CBQ is configured in any order */
static int check_core(struct old *o)
{
	unsigned int dscp;
	bool any = false;

	for (dscp = 0; dscp < ARRAY_SIZE(o->ef); dscp++) {
		any = any || o->ef[dscp];
		if (o->ef[dscp] && !find_class(o, o->ef[dscp]))
			return fail(o, "there is no class %x:%x, which codepoint 0x%x is to have",
				    o->cbq, o->ef[dscp], dscp);
	}
	if (any && !o->reads_dscp)
		return fail(o, "there is no \"tcindex mask 0xfc shift 2\" below dsmark, so nothing has a codepoint");
	if (o->rest && !find_class(o, o->rest))
		return fail(o, "there is no class %x:%x for the rest", o->cbq,
			    o->rest);
	if (marks(o))
		return fail(o, "dsmark that marks and cbq on one device: not covered");
	return CTL_OK;
}

static int put_all(struct old *o)
{
	o->b->example = *o->dev ? mem_copy_string(o->dev) : NULL;
	if (o->cbq)
		return check_core(o) ? CTL_FAILED : put_core(o);
	if (!o->nfilters)
		return err_failed("%s: has no filter below dsmark and no cbq; there is nothing to translate",
				  o->name);
	return put_edge(o);
}

/* Comments above the first command go on; the licence has its own place */
static void take_comment(struct old *o, char *text)
{
	text[strcspn(text, "\r\n")] = '\0';
	if (*o->dev || text[1] == '!' || strstr(text, "SPDX"))
		return;
	text += 1 + (text[1] == ' ');
	qos_comment(o->b, "%s", text);
}

int qos_translate(FILE *file, const char *name, bool u32, bool router,
		  struct qos_batch *b)
{
	struct old *o = mem_resize(NULL, 1, sizeof(*o));
	char text[2048];
	int ret = CTL_OK;

	memset(o, 0, sizeof(*o));
	o->name = name;
	o->b = b;
	o->u32 = u32;
	o->router = router;
	while (!ret && fgets(text, sizeof(text), file)) {
		struct line l = { .o = o };

		o->line++;
		if (text[strspn(text, " \t\r\n")] == '#')
			take_comment(o, text + strspn(text, " \t"));
		else if (!strchr(text, '\n') && !feof(file))
			ret = fail(o, "too long, %zu octets at most",
				   sizeof(text) - 2);
		else if (!split(&l, text))
			ret = l.n ? take_line(&l) : CTL_OK;
		else
			ret = CTL_FAILED;
	}
	if (!ret)
		ret = put_all(o);
	free(o);
	return ret;
}
