// SPDX-License-Identifier: GPL-2.0
/* The classes of a device, and which codepoint goes into which */
#include <inttypes.h>

#include "err.h"
#include "qos.h"
#include "quantity.h"

/* Codepoints of RFC 2474, 2597, 3246, 5865 and 8622 */
#define CS(n)		((n) << 3)
#define AF(c, drop)	(((c) << 3) | ((drop) << 1))
#define EF		46
#define VOICE_ADMIT	44
#define LE		1

#define NOT_MORE	0xff	/* ends a list of codepoints */

enum leaf { LEAF_FIFO, LEAF_GRED, LEAF_FAIR };

/*
 * The classes. Their minor numbers are what the module puts into a packet's
 * priority, so they are the same on every device.
 */
static const struct tree_class {
	const char *name;
	unsigned int minor;
	unsigned int share;	/* percent of the rate */
	unsigned int ceil;
	unsigned int prio;
	enum leaf leaf;
	unsigned int limit;	/* packets of a FIFO */
	uint8_t dscp[9];
} classes[] = {
	{ "network control", 0x10, 2, 10, 0, LEAF_FIFO, 100,
	  { CS(6), CS(7), NOT_MORE } },
	{ "expedited forwarding", 0x11, 15, 15, 0, LEAF_FIFO, 20,
	  { EF, VOICE_ADMIT, NOT_MORE } },
	{ "assured forwarding 2 and 1", 0x12, 15, 90, 3, LEAF_GRED, 100,
	  { AF(2, 1), AF(2, 2), AF(2, 3), AF(1, 1), AF(1, 2), AF(1, 3),
	    CS(2), NOT_MORE } },
	{ "assured forwarding 3", 0x13, 15, 90, 2, LEAF_GRED, 100,
	  { AF(3, 1), AF(3, 2), AF(3, 3), CS(3), NOT_MORE } },
	{ "assured forwarding 4", 0x14, 15, 90, 1, LEAF_GRED, 100,
	  { AF(4, 1), AF(4, 2), AF(4, 3), CS(4), CS(5), NOT_MORE } },
	{ "best effort, and what is in no other class", 0x16, 30, 98, 4,
	  LEAF_FAIR, 200, { NOT_MORE } },
	{ "lower effort", 0x17, 1, 95, 5, LEAF_FAIR, 200,
	  { LE, CS(1), NOT_MORE } },
};

#define CONTROL		0x10
#define BEST_EFFORT	0x16
#define LINE		0x1

/* Numbers of queueing disciplines that are left for classes of the module */
#define QOS_OWN_MAX	8

const char *qos_dscp_name(unsigned int dscp, char *text, size_t room)
{
	if (dscp == EF)
		snprintf(text, room, "EF");
	else if (dscp == VOICE_ADMIT)
		snprintf(text, room, "VOICE-ADMIT");
	else if (dscp == LE)
		snprintf(text, room, "LE");
	else if (!(dscp & 7))
		snprintf(text, room, "CS%u", dscp >> 3);
	else if (!(dscp & 1) && dscp >= AF(1, 1) && dscp <= AF(4, 3))
		snprintf(text, room, "AF%u%u", dscp >> 3, (dscp & 7) >> 1);
	else
		snprintf(text, room, "DSCP %u", dscp);
	return text;
}

uint64_t qos_part(uint64_t rate, unsigned int permille)
{
	/* Whole kilobits: nobody wants to read more of them; but one at least */
	uint64_t bits = rate * permille / 1000 / 1000 * 1000;

	return bits ? bits : 1000;
}

/* A turn of a class: one packet at least, ten milliseconds at most */
static unsigned int quantum(uint64_t rate)
{
	uint64_t octets = rate / 8 / 100;

	if (octets < 1514)
		return 1514;
	return octets > 60000 ? 60000 : (unsigned int)octets;
}

/*
 * Three drop precedences in one queue (RFC 2597): all see the same average,
 * the worse ones are dropped, or marked, at a lower one. The queue holds a
 * tenth of a second of the line, or 40 packets.
 */
static void add_gred(struct qos_batch *b, const char *dev, unsigned int minor,
		     unsigned int handle, uint64_t rate)
{
	static const struct {
		unsigned int min, max;	/* eighths of the limit */
		const char *probability;
	} drop[] = {
		{ 4, 6, "0.02" }, { 2, 4, "0.06" }, { 1, 2, "0.12" },
	};
	uint64_t limit = rate / 8 / 10 > 60000 ? rate / 8 / 10 : 60000;
	char text[QUANTITY_TEXT];
	unsigned int i;

	quantity_rate(rate, text);
	qos_tc(b, "qdisc add dev %s parent %x:%x handle %x: gred setup vqs 4 default 1 grio",
	       dev, QOS_MAJOR, minor, handle);
	for (i = 0; i < ARRAY_SIZE(drop); i++)
		qos_tc(b, "qdisc change dev %s parent %x:%x handle %x: gred limit %" PRIu64
		       " min %" PRIu64 " max %" PRIu64
		       " burst %" PRIu64 " avpkt 1000 bandwidth %s vq %u probability %s prio 1 ecn",
		       dev, QOS_MAJOR, minor, handle, limit,
		       limit * drop[i].min / 8, limit * drop[i].max / 8,
		       (2 * drop[i].min + drop[i].max) * limit / 24000 + 1,
		       text, i + 1, drop[i].probability);
}

static const struct qos_share *share_of(const struct qos_want *want,
					unsigned int minor)
{
	unsigned int i;

	for (i = 0; i < want->nshares; i++)
		if (want->shares[i].minor == minor)
			return &want->shares[i];
	return NULL;
}

/* HTB knows of octets beside those of the packet, not of fewer */
static const char *overhead_text(const struct qos_want *want, char *text,
				 size_t room)
{
	*text = '\0';
	if (want->overhead > 0)
		snprintf(text, room, " overhead %d", want->overhead);
	return text;
}

static void add_htb(struct qos_batch *b, const char *dev, unsigned int minor,
		    uint64_t rate, uint64_t ceil, unsigned int prio,
		    const struct qos_want *want)
{
	char low[QUANTITY_TEXT], high[QUANTITY_TEXT], more[24];

	qos_tc(b, "class add dev %s parent %x:%x classid %x:%x htb rate %s ceil %s prio %u quantum %u%s",
	       dev, QOS_MAJOR, LINE, QOS_MAJOR, minor, quantity_rate(rate, low),
	       quantity_rate(ceil, high), prio, quantum(rate),
	       overhead_text(want, more, sizeof(more)));
}

static unsigned int permille_of(const struct qos_want *want,
				const struct tree_class *c)
{
	const struct qos_share *share = share_of(want, c->minor);

	return share ? share->permille : c->share * 10;
}

/* What is held to its share is held to another one, too */
static unsigned int ceil_of(const struct qos_want *want,
			    const struct tree_class *c)
{
	unsigned int low = permille_of(want, c);

	if (c->ceil == c->share || low > c->ceil * 10)
		return low;
	return c->ceil * 10;
}

static void add_class(struct qos_batch *b, const char *dev, uint64_t rate,
		      const struct tree_class *c, const struct qos_want *want)
{
	unsigned int handle = QOS_FIRST + (c->minor & 0xf);
	bool fifos = want->u32;

	qos_comment(b, "%s", c->name);
	add_htb(b, dev, c->minor, qos_part(rate, permille_of(want, c)),
		qos_part(rate, ceil_of(want, c)), c->prio, want);
	if (c->leaf == LEAF_GRED && !fifos)
		add_gred(b, dev, c->minor, handle, rate);
	else if (c->leaf == LEAF_FAIR && !fifos)
		qos_tc(b, "qdisc add dev %s parent %x:%x handle %x: fq_codel ecn",
		       dev, QOS_MAJOR, c->minor, handle);
	else
		qos_tc(b, "qdisc add dev %s parent %x:%x handle %x: pfifo limit %u",
		       dev, QOS_MAJOR, c->minor, handle, c->limit);
}

/* A codepoint to its class; one preference, so one look-up, for each family */
static void add_match(struct qos_batch *b, const char *dev, unsigned int dscp,
		      unsigned int minor, bool u32)
{
	unsigned int tos = dscp << 2;

	if (u32) {
		qos_tc(b, "filter add dev %s parent %x: protocol ip pref %u u32 match ip tos 0x%02x 0xfc classid %x:%x",
		       dev, QOS_MAJOR, QOS_PREF + 10, tos, QOS_MAJOR, minor);
		qos_tc(b, "filter add dev %s parent %x: protocol ipv6 pref %u u32 match ip6 priority 0x%02x 0xfc classid %x:%x",
		       dev, QOS_MAJOR, QOS_PREF + 11, tos, QOS_MAJOR, minor);
		return;
	}
	qos_tc(b, "filter add dev %s parent %x: protocol ip pref %u flower ip_tos 0x%02x/0xfc classid %x:%x",
	       dev, QOS_MAJOR, QOS_PREF + 10, tos, QOS_MAJOR, minor);
	qos_tc(b, "filter add dev %s parent %x: protocol ipv6 pref %u flower ip_tos 0x%02x/0xfc classid %x:%x",
	       dev, QOS_MAJOR, QOS_PREF + 11, tos, QOS_MAJOR, minor);
}

/*
 * Control messages of Shim6 have the P bit clear (RFC 5533 5.3); every other
 * one of some kinds is not marked, so that a path that treats marked packets
 * differently does not decide alone.
 */
static void add_control(struct qos_batch *b, const char *dev)
{
	qos_comment(b, "control messages of Shim6, marked or not");
	qos_tc(b, "filter add dev %s parent %x: protocol ipv6 pref %u u32 match ip6 protocol 140 0xff match u8 0 0x80 at 42 classid %x:%x",
	       dev, QOS_MAJOR, QOS_PREF + 1, QOS_MAJOR, CONTROL);
}

/*
 * Who cannot ask for its neighbour because the line is busy has no line at all:
 * neighbour discovery (types 133 to 137) and ARP are control, marked or not.
 */
static void add_neighbours(struct qos_batch *b, const char *dev)
{
	static const char *const types[] = { "0x85 0xff", "0x86 0xfe",
					     "0x88 0xfe" };
	unsigned int i;

	qos_comment(b, "neighbour discovery and ARP, which know no codepoint");
	qos_tc(b, "filter add dev %s parent %x: protocol arp pref %u u32 match u32 0 0 classid %x:%x",
	       dev, QOS_MAJOR, QOS_PREF + 2, QOS_MAJOR, CONTROL);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		qos_tc(b, "filter add dev %s parent %x: protocol ipv6 pref %u u32 match ip6 protocol 58 0xff match u8 %s at 40 classid %x:%x",
		       dev, QOS_MAJOR, QOS_PREF + 3, types[i], QOS_MAJOR,
		       CONTROL);
}

static bool in_tree(unsigned int minor)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(classes); i++)
		if (classes[i].minor == minor)
			return true;
	return minor == LINE;
}

/* Classes of the module alone: a flow with a reservation, say */
static void add_reserved(struct qos_batch *b, const char *dev, uint64_t rate,
			 const struct qos_want *want)
{
	const struct qos_share *s = want->shares;
	unsigned int handle = QOS_FIRST + 8;
	uint64_t bits;

	for (; s < want->shares + want->nshares; s++) {
		if (in_tree(s->minor))
			continue;
		bits = qos_part(rate, s->permille);
		qos_comment(b, "%s, for what the module puts there", s->name);
		add_htb(b, dev, s->minor, bits, bits, 0, want);
		qos_tc(b, "qdisc add dev %s parent %x:%x handle %x: pfifo limit 20",
		       dev, QOS_MAJOR, s->minor, handle++);
	}
}

void qos_tree(struct qos_batch *b, const char *dev, uint64_t rate,
	      const struct qos_want *want)
{
	char text[QUANTITY_TEXT], name[16], more[24];
	const struct tree_class *c;
	const uint8_t *dscp;

	quantity_rate(rate, text);
	qos_tc(b, "qdisc add dev %s root handle %x: htb default %x", dev,
	       QOS_MAJOR, BEST_EFFORT);
	qos_tc(b, "class add dev %s parent %x: classid %x:%x htb rate %s ceil %s quantum %u%s",
	       dev, QOS_MAJOR, QOS_MAJOR, LINE, text, text, quantum(rate),
	       overhead_text(want, more, sizeof(more)));
	for (c = classes; c < classes + ARRAY_SIZE(classes); c++)
		add_class(b, dev, rate, c, want);
	add_reserved(b, dev, rate, want);
	if (want->router)
		add_control(b, dev);
	add_neighbours(b, dev);
	for (c = classes; c < classes + ARRAY_SIZE(classes); c++)
		for (dscp = c->dscp; *dscp != NOT_MORE; dscp++) {
			qos_comment(b, "%s",
				    qos_dscp_name(*dscp, name, sizeof(name)));
			add_match(b, dev, *dscp, c->minor, want->u32);
		}
}

uint64_t qos_tree_rate(const struct qos_want *want, unsigned int minor)
{
	const struct tree_class *c = classes;

	while (c->minor != minor)
		c++;
	return qos_part(want->rate, permille_of(want, c));
}

int qos_tree_check(const struct qos_want *want)
{
	const struct tree_class *c;
	unsigned int own = 0, sum = 0;
	unsigned int i;

	for (c = classes; c < classes + ARRAY_SIZE(classes); c++)
		sum += permille_of(want, c);
	for (i = 0; i < want->nshares; i++) {
		if (in_tree(want->shares[i].minor))
			continue;
		sum += want->shares[i].permille;
		own++;
	}
	if (own > QOS_OWN_MAX)
		return err_failed("link %s: share: %u classes beside those of the profile, %u at most",
				  want->link, own, QOS_OWN_MAX);
	if (want->nshares && sum > 1000)
		return err_failed("link %s: share: with those of the other classes %u.%u%%, more than all there is; make some smaller",
				  want->link, sum / 10, sum % 10);
	return CTL_OK;
}
