// SPDX-License-Identifier: GPL-2.0
/* A core router of CBQ below dsmark, which has classes, as HTB */
#include <stdio.h>

#include "err.h"
#include "qos.h"
#include "qos_old.h"
#include "quantity.h"

#define QOS_LEAF	(QOS_FIRST + 8)

/* What a class may borrow up to: the line, less what others keep */
static uint64_t ceiling(const struct qos_old *o, const struct qos_old_class *c)
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

static void put_class(struct qos_old *o, const struct qos_old_class *c)
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
static void put_codepoint(struct qos_old *o, unsigned int dscp)
{
	unsigned int major = QOS_FIRST + o->cbq;
	unsigned int tos = dscp << 2;
	char name[16];

	qos_comment(o->b, "%s", qos_dscp_name(dscp, name, sizeof(name)));
	if (o->u32) {
		qos_tc(o->b, "filter add dev $D parent %x: protocol ip pref %u u32 match ip tos 0x%02x 0xfc classid %x:%x",
		       major, QOS_PREF + 10, tos, major, o->by_dscp[dscp]);
		qos_tc(o->b, "filter add dev $D parent %x: protocol ipv6 pref %u u32 match ip6 priority 0x%02x 0xfc classid %x:%x",
		       major, QOS_PREF + 11, tos, major, o->by_dscp[dscp]);
		return;
	}
	qos_tc(o->b, "filter add dev $D egress protocol ip pref %u flower ip_tos 0x%02x/0xfc classid :%x action ok",
	       QOS_PREF + 10, tos, dscp);
	qos_tc(o->b, "filter add dev $D egress protocol ipv6 pref %u flower ip_tos 0x%02x/0xfc classid :%x action ok",
	       QOS_PREF + 11, tos, dscp);
	qos_tc(o->b, "filter add dev $D parent %x: protocol all pref %u basic match 'meta(tc_index eq %u)' classid %x:%x",
	       major, QOS_PREF + 10, dscp, major, o->by_dscp[dscp]);
}

static bool marks(const struct qos_old *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(o->mark); i++)
		if (o->mark[i])
			return true;
	return false;
}

/* A class that is looked up must be there; CBQ is configured in any order */
static int check(struct qos_old *o)
{
	unsigned int dscp;
	bool any = false;

	for (dscp = 0; dscp < ARRAY_SIZE(o->by_dscp); dscp++) {
		any = any || o->by_dscp[dscp];
		if (o->by_dscp[dscp] && !qos_old_class(o, o->by_dscp[dscp]))
			return qos_old_fail(o, "there is no class %x:%x, which codepoint 0x%x is to have",
					    o->cbq, o->by_dscp[dscp], dscp);
	}
	if (any && !o->reads_dscp)
		return qos_old_fail(o, "there is no \"tcindex mask 0xfc shift 2\" below dsmark, so nothing has a codepoint");
	if (o->rest && !qos_old_class(o, o->rest))
		return qos_old_fail(o, "there is no class %x:%x for the rest", o->cbq,
				    o->rest);
	if (marks(o))
		return qos_old_fail(o, "dsmark that marks and cbq on one device: not covered");
	return CTL_OK;
}

int qos_old_put_core(struct qos_old *o)
{
	unsigned int major = QOS_FIRST + o->cbq;
	char text[QUANTITY_TEXT];
	unsigned int dscp;
	size_t i;

	if (check(o))
		return CTL_FAILED;
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
	for (dscp = 0; dscp < ARRAY_SIZE(o->by_dscp); dscp++)
		if (o->by_dscp[dscp])
			put_codepoint(o, dscp);
	return CTL_OK;
}
