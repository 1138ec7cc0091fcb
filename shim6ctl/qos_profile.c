// SPDX-License-Identifier: GPL-2.0
/* Profiles: which classes a device gets, and what goes into which */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arg.h"
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

const char *const qos_roles[] = {
	[QOS_EDGE] = "edge",
	[QOS_CORE] = "core",
	[QOS_INGRESS] = "ingress",
	[QOS_PRIO] = "prio",
	[QOS_AF_GRED] = "af-gred",
	NULL,
};

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
#define EXPEDITED	0x11
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
	else if (!(dscp & 1) && dscp >> 3 <= 4)
		snprintf(text, room, "AF%u%u", dscp >> 3, (dscp & 7) >> 1);
	else
		snprintf(text, room, "DSCP %u", dscp);
	return text;
}

static uint64_t part(uint64_t rate, unsigned int permille)
{
	/* Whole kilobits: nobody wants to read more of them; but one at least */
	uint64_t bits = rate * permille / 1000 / 1000 * 1000;

	return bits ? bits : 1000;
}

static uint64_t percent(uint64_t rate, unsigned int share)
{
	return part(rate, share * 10);
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
	add_htb(b, dev, c->minor, part(rate, permille_of(want, c)),
		part(rate, ceil_of(want, c)), c->prio, want);
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
		bits = part(rate, s->permille);
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

/*
 * GRED finds its virtual queue by skb->tc_index. A filter of clsact that gives
 * a class sets it, before the root queueing discipline sees the packet; the
 * second digit of an AF codepoint are two of its bits.
 */
static void add_precedence(struct qos_batch *b)
{
	unsigned int drop;

	qos_comment(b, "drop precedence of AF: skb->tc_index, the virtual queue of GRED");
	for (drop = 1; drop <= 3; drop++) {
		qos_tc(b, "filter add dev $D egress protocol ip pref %u flower ip_tos 0x%02x/0x1c classid :%u action ok",
		       QOS_PREF + 900, drop << 3, drop);
		qos_tc(b, "filter add dev $D egress protocol ipv6 pref %u flower ip_tos 0x%02x/0x1c classid :%u action ok",
		       QOS_PREF + 901, drop << 3, drop);
	}
}

static const struct {
	const char *protocol;
	const char *field;
	const char *mend;
} families[] = {
	{ "ip", "ip dsfield", " action csum ip4h pipe" },
	{ "ipv6", "ip6 traffic_class", "" },
};

/* To best effort, ECN untouched */
static void add_bleach(struct qos_batch *b, unsigned int pref,
		       const char *match)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		qos_tc(b, "filter add dev $D egress protocol %s pref %u flower %s action pedit ex munge %s set 0 retain 0xfc pipe%s",
		       families[i].protocol, QOS_PREF + pref + i, match,
		       families[i].field, families[i].mend);
}

/*
 * What a site says is not believed: network control is the business of
 * routers, and expedited forwarding is good for its share only.
 */
static void add_conditioner(struct qos_batch *b, const struct qos_want *want)
{
	const struct qos_share *ef = share_of(want, EXPEDITED);
	uint64_t share = part(want->rate, ef ? ef->permille : 150);
	uint64_t burst = share / 8 / 10 > 64 * 1024 ? share / 8 / 10 : 64 * 1024;
	char text[QUANTITY_TEXT];
	unsigned int i;

	if (want->router) {
		qos_comment(b, "control messages of Shim6 keep their mark");
		qos_tc(b, "filter add dev $D egress protocol ipv6 pref %u u32 match ip6 protocol 140 0xff match u8 0 0x80 at 42 action pipe",
		       QOS_PREF + 100);
	}
	qos_comment(b, "network control of anybody else becomes best effort");
	add_bleach(b, 110, "ip_tos 0xc0/0xc0");
	qos_comment(b, "EF within its share; what is beyond becomes best effort");
	quantity_rate(share, text);
	for (i = 0; i < ARRAY_SIZE(families); i++)
		qos_tc(b, "filter add dev $D egress protocol %s pref %u flower ip_tos 0xb8/0xfc action police rate %s burst %" PRIu64 " conform-exceed continue/pipe",
		       families[i].protocol, QOS_PREF + 120 + i, text, burst);
	add_bleach(b, 130, "ip_tos 0xb8/0xfc");
}

/* What arrives, through a device whose queue it can be made to wait in */
static void add_ifb(struct qos_batch *b)
{
	b->ifb = true;
	qos_batch_add(b, QOS_IP, "link add $I type ifb");
	qos_batch_add(b, QOS_IP, "link set $I up");
}

static void add_redirect(struct qos_batch *b, const char *all)
{
	qos_tc(b, "qdisc replace dev $D clsact");
	qos_tc(b, "filter add dev $D ingress protocol all pref %u %s action mirred egress redirect dev $I",
	       QOS_PREF + 990, all);
}

static int build_diffserv(const struct qos_want *want, struct qos_batch *b)
{
	struct qos_want tree = *want;

	tree.u32 = false;
	if (want->role == QOS_INGRESS) {
		add_ifb(b);
		qos_tree(b, "$I", want->rate, &tree);
		add_redirect(b, "matchall");
		return CTL_OK;
	}
	qos_tree(b, "$D", want->rate, &tree);
	qos_tc(b, "qdisc replace dev $D clsact");
	if (want->role == QOS_EDGE)
		add_conditioner(b, want);
	add_precedence(b);
	return CTL_OK;
}

/* For kernels with little: HTB, FIFOs and u32 */
static int build_minimal(const struct qos_want *want, struct qos_batch *b)
{
	struct qos_want tree = *want;

	tree.u32 = true;
	if (want->role != QOS_INGRESS) {
		qos_tree(b, "$D", want->rate, &tree);
		return CTL_OK;
	}
	add_ifb(b);
	qos_tree(b, "$I", want->rate, &tree);
	add_redirect(b, "u32 match u32 0 0");
	return CTL_OK;
}

/* Its four tins follow the codepoint, in packets of protocol 140 too */
static int build_cake(const struct qos_want *want, struct qos_batch *b)
{
	char text[QUANTITY_TEXT], more[24] = "";

	quantity_rate(percent(want->rate, 95), text);
	if (want->overhead)
		snprintf(more, sizeof(more), " overhead %d", want->overhead);
	if (want->role != QOS_INGRESS) {
		qos_tc(b, "qdisc add dev $D root handle %x: cake bandwidth %s diffserv4%s",
		       QOS_MAJOR, text, more);
		return CTL_OK;
	}
	add_ifb(b);
	qos_tc(b, "qdisc add dev $I root handle %x: cake bandwidth %s diffserv4 ingress%s",
	       QOS_MAJOR, text, more);
	add_redirect(b, "matchall");
	return CTL_OK;
}

#define BIT(n)	(1u << (n))

/* By the order of qos_profiles */
static const struct {
	const char *about;
	unsigned int roles;
	unsigned int router;	/* roles in which it makes a difference */
	unsigned int u32;
	bool rate;
	int (*build)(const struct qos_want *want, struct qos_batch *b);
} profiles[] = {
	{ "classes for every codepoint, below one number on every device",
	  BIT(QOS_EDGE) | BIT(QOS_CORE) | BIT(QOS_INGRESS),
	  BIT(QOS_EDGE) | BIT(QOS_CORE) | BIT(QOS_INGRESS), 0, true,
	  build_diffserv },
	{ NULL, BIT(QOS_ROLES) - 1, BIT(QOS_EDGE),
	  BIT(QOS_EDGE) | BIT(QOS_CORE), false, qos_survey },
	{ "one queueing discipline that does most of it by itself",
	  BIT(QOS_CORE) | BIT(QOS_INGRESS), 0, 0, true, build_cake },
	{ "the classes of diffserv with HTB, FIFOs and u32 only",
	  BIT(QOS_CORE) | BIT(QOS_INGRESS),
	  BIT(QOS_CORE) | BIT(QOS_INGRESS), 0, true, build_minimal },
};

const char *const qos_profiles[] = {
	"diffserv", "survey", "cake", "minimal", NULL
};

_Static_assert(ARRAY_SIZE(profiles) == ARRAY_SIZE(qos_profiles) - 1,
	       "a name for each profile");

static void list_roles(unsigned int roles, char *text, size_t room)
{
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < QOS_ROLES && used < room; i++)
		if (roles & BIT(i))
			used += (size_t)snprintf(text + used, room - used,
						 "%s%s", used ? ", " : "",
						 qos_roles[i]);
}

static int check_want(const struct qos_want *want)
{
	const char *name = qos_profiles[want->profile];
	const unsigned int role = BIT(want->role);
	char roles[128];

	list_roles(profiles[want->profile].roles, roles, sizeof(roles));
	if (!(profiles[want->profile].roles & role))
		return err_usage("%s: the profile %s has no such role; it has %s",
				 qos_roles[want->role], name, roles);
	if (want->router && !(profiles[want->profile].router & role))
		return err_usage("router: makes no difference to %s of the profile %s; leave it out",
				 qos_roles[want->role], name);
	if (want->u32 && !(profiles[want->profile].u32 & role))
		return err_usage("u32: is no choice for %s of the profile %s; leave it out",
				 qos_roles[want->role], name);
	if (want->rate && !profiles[want->profile].rate)
		return err_usage("rate: the profile %s has the rates of the figures; leave it out",
				 name);
	if (!want->rate && profiles[want->profile].rate)
		return err_usage("rate is missing: what the link can do, as \"rate 50mbit\"");
	return CTL_OK;
}

static int check_shares(const struct qos_want *want)
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

int qos_build(const struct qos_want *want, struct qos_batch *b)
{
	char text[QUANTITY_TEXT];
	int ret = check_want(want);

	if (!ret)
		ret = check_shares(want);

	if (ret)
		return ret;
	if (profiles[want->profile].about) {
		quantity_rate(want->rate, text);
		qos_comment(b, "Profile %s, %s, %s%s:", qos_profiles[want->profile],
			    qos_roles[want->role], text,
			    want->router ? ", for a router without the module" :
					   "");
		qos_comment(b, "%s.", profiles[want->profile].about);
	}
	return profiles[want->profile].build(want, b);
}
