// SPDX-License-Identifier: GPL-2.0
/* Profiles: what a device gets, by what it is in the network */
#include <inttypes.h>
#include <stdio.h>

#include "err.h"
#include "qos.h"
#include "quantity.h"

const char *const qos_roles[] = {
	[QOS_EDGE] = "edge",
	[QOS_CORE] = "core",
	[QOS_INGRESS] = "ingress",
	[QOS_PRIO] = "prio",
	[QOS_AF_GRED] = "af-gred",
	NULL,
};

static uint64_t percent(uint64_t rate, unsigned int share)
{
	return qos_part(rate, share * 10);
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
 * routers, and expedited forwarding is good for its share only. Messages of
 * Shim6 are network control, those of the module here as those of hosts behind.
 */
static void add_conditioner(struct qos_batch *b, const struct qos_want *want)
{
	uint64_t share = qos_tree_rate(want, QOS_EXPEDITED);
	uint64_t burst = share / 8 / 10 > 64 * 1024 ? share / 8 / 10 : 64 * 1024;
	char text[QUANTITY_TEXT];
	unsigned int i;

	qos_comment(b, "control messages of Shim6 keep their mark");
	qos_tc(b, "filter add dev $D egress protocol ipv6 pref %u u32 match ip6 protocol 140 0xff match u8 0 0x80 at 42 action pipe",
	       QOS_PREF + 100);
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

int qos_build(const struct qos_want *want, struct qos_batch *b)
{
	char text[QUANTITY_TEXT];
	int ret = check_want(want);

	if (!ret)
		ret = qos_tree_check(want);
	if (ret)
		return ret;
	b->ways = want->role == QOS_INGRESS ? QOS_ARRIVING : QOS_LEAVING;
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
