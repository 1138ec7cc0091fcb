// SPDX-License-Identifier: GPL-2.0
/*
 * The table of classes and links, see qos.h; its rules are in rule.c. Whatever
 * is refused leaves it as it was; what is taken is kept with its results zero
 * and its unused octets clear, so that two objects are the same if their octets
 * are.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include "prefix.h"
#include "qos.h"
#include "refusal.h"

#define KBIT_MAX	1000000000	/* 1 Tbit/s */
#define RATE_MAX	1000000		/* messages a second */
#define SLOTS_MAX	65536
#define OVERHEAD_MIN	(-64)		/* as of tc-cake(8) */
#define OVERHEAD_MAX	256
#define BUCKETS	256
#define DAY_MS		86400000
#define HYST_US_MAX	10000000
#define MAJOR_INGRESS	0xffff		/* TC_H_INGRESS */

#define LINK_FLAGS	(SHIM6_QOS_LINK_METERED | SHIM6_QOS_LINK_DRAIN | \
			 SHIM6_QOS_LINK_NOPROBE)

/* RFC 4594 3.1: CS6 is network control's */
const struct shim6_qos_control shim6_qos_control_default = {
	.dscp = 48,
	.alternate = 1,
	.pace_permille = 20,
	.pace_min = 20,
	.pace_burst = 10,
};

const struct shim6_qos_share shim6_qos_share_default = {
	.buckets = BUCKETS,
	.idle_ms = 120000,
	.hyst_permille = 200,
	.hyst_us = 5000,
	.hold_ms = 10000,
};

static bool is_zero(const void *p, size_t n)
{
	return !memchr_inv(p, 0, n);
}

void shim6_qos_init(struct shim6_qos *q)
{
	memset(q, 0, sizeof(*q));
	q->control = shim6_qos_control_default;
	q->share = shim6_qos_share_default;
}

bool shim6_qos_empty(const struct shim6_qos *q)
{
	if (q->nclasses || q->nlinks || q->nrules)
		return false;
	return is_zero(q->police, sizeof(q->police)) &&
	       is_zero(&q->trust, sizeof(q->trust)) &&
	       !memcmp(&q->control, &shim6_qos_control_default,
		       sizeof(q->control)) &&
	       !memcmp(&q->share, &shim6_qos_share_default, sizeof(q->share));
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Is it one; what is behind its NUL becomes zero */
static bool is_name(char *name)
{
	size_t len = strnlen(name, SHIM6_QOS_NAME_LEN), i;

	if (!len || len == SHIM6_QOS_NAME_LEN)
		return false;
	for (i = 0; i < len; i++)
		if (!is_name_char(name[i]))
			return false;
	memset(name + len, 0, SHIM6_QOS_NAME_LEN - len);
	return true;
}

const struct shim6_qos_link *shim6_qos_link(const struct shim6_qos *q, u32 id)
{
	if (!id || id > SHIM6_QOS_LINKS || !q->links[id - 1].id)
		return NULL;
	return &q->links[id - 1];
}

static bool class_name_taken(const struct shim6_qos *q,
			     const struct shim6_qos_class *c)
{
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_CLASSES; i++)
		if (q->classes[i].id && q->classes[i].id != c->id &&
		    !strcmp(q->classes[i].name, c->name))
			return true;
	return false;
}

static int class_check(const struct shim6_qos *q, struct shim6_qos_class *c)
{
	if (!c->id || c->id > SHIM6_QOS_CLASSES)
		return REFUSE(c, id, -EINVAL);
	if (c->flags)
		return REFUSE(c, flags, -EINVAL);
	if (!is_name(c->name))
		return REFUSE(c, name, -EINVAL);
	if (class_name_taken(q, c))
		return REFUSE(c, name, -EEXIST);
	if (!shim6_qos_is_dscp(c->dscp))
		return REFUSE(c, dscp, -EINVAL);
	if (c->in_dscp > SHIM6_QOS_IN_SET)
		return REFUSE(c, in_dscp, -EINVAL);
	/* There is nothing that it could be set to */
	if (c->in_dscp == SHIM6_QOS_IN_SET && c->dscp == SHIM6_QOS_DSCP_KEEP)
		return REFUSE(c, in_dscp, -EINVAL);
	if (c->reserved)
		return REFUSE(c, reserved, -EINVAL);
	if (c->mark & ~c->mark_mask)
		return REFUSE(c, mark, -EINVAL);
	if (c->reserved2)
		return REFUSE(c, reserved2, -EINVAL);
	return 0;
}

int shim6_qos_set_class(struct shim6_qos *q, struct shim6_qos_class *c)
{
	int err;

	c->bad = 0;
	err = class_check(q, c);
	if (err)
		return err;
	if (!q->classes[c->id - 1].id)
		q->nclasses++;
	q->classes[c->id - 1] = *c;
	return 0;
}

static bool class_used(const struct shim6_qos *q, u32 id)
{
	unsigned int i;

	for (i = 0; i < q->nrules; i++)
		if (q->rules[i].klass == id)
			return true;
	return q->control.klass == id;
}

int shim6_qos_del_class(struct shim6_qos *q, u32 id)
{
	unsigned int i;

	if (!shim6_qos_class(q, id))
		return -ENOENT;
	if (class_used(q, id))
		return -EBUSY;
	memset(&q->classes[id - 1], 0, sizeof(q->classes[0]));
	q->nclasses--;
	/* Or the next class of this number would have them */
	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		q->links[i].share[id] = 0;
	return 0;
}

static bool link_name_taken(const struct shim6_qos *q,
			    const struct shim6_qos_link *l)
{
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		if (q->links[i].id && q->links[i].id != l->id &&
		    !strcmp(q->links[i].name, l->name))
			return true;
	return false;
}

static bool overlap(const struct shim6_qos_prefix *a,
		    const struct shim6_qos_prefix *b)
{
	return shim6_prefix_equal(&a->addr, &b->addr, min(a->len, b->len));
}

/* Does a prefix of @l overlap @p */
static bool link_overlaps(const struct shim6_qos_link *l,
			  const struct shim6_qos_prefix *p, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (overlap(&l->prefix[i], p))
			return true;
	return false;
}

static bool prefix_taken(const struct shim6_qos *q, u32 id,
			 const struct shim6_qos_prefix *p)
{
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		if (q->links[i].id && q->links[i].id != id &&
		    link_overlaps(&q->links[i], p, q->links[i].nprefix))
			return true;
	return false;
}

/* Prefixes in which no address can be a locator; shorter ones have some */
static bool is_of_locators(const struct shim6_qos_prefix *p)
{
	const u8 *a = p->addr.s6_addr;

	if (a[0] == 0xff)
		return false;
	return p->len < 9 || a[0] != 0xfe || !(a[1] & 0x80);
}

static int prefix_check(const struct shim6_qos *q, struct shim6_qos_link *l,
			unsigned int i)
{
	const struct shim6_qos_prefix *p = &l->prefix[i];

	if (!p->len || p->len > 128)
		return REFUSE(l, prefix[i].len, -EINVAL);
	if (!shim6_prefix_clean(&p->addr, p->len) || !is_of_locators(p))
		return REFUSE(l, prefix[i].addr, -EINVAL);
	if (!is_zero(p->reserved, sizeof(p->reserved)))
		return REFUSE(l, prefix[i].reserved, -EINVAL);
	if (link_overlaps(l, p, i))
		return REFUSE(l, prefix[i].addr, -EINVAL);
	if (prefix_taken(q, l->id, p))
		return REFUSE(l, prefix[i].addr, -EEXIST);
	return 0;
}

static int prefixes_check(const struct shim6_qos *q, struct shim6_qos_link *l)
{
	unsigned int i;
	int err;

	if (!l->nprefix || l->nprefix > SHIM6_QOS_PREFIXES)
		return REFUSE(l, nprefix, -EINVAL);
	for (i = 0; i < l->nprefix; i++) {
		err = prefix_check(q, l, i);
		if (err)
			return err;
	}
	for (; i < SHIM6_QOS_PREFIXES; i++)
		if (!is_zero(&l->prefix[i], sizeof(l->prefix[i])))
			return REFUSE(l, prefix[i], -EINVAL);
	return 0;
}

/* No more than the whole is promised, and nothing to those of no class */
static int shares_check(struct shim6_qos_link *l)
{
	unsigned int sum = 0, i;

	if (l->share[0])
		return REFUSE(l, share[0], -EINVAL);
	for (i = 1; i <= SHIM6_QOS_CLASSES; i++) {
		sum += l->share[i];
		if (sum > 1000)
			return REFUSE(l, share[i], -EINVAL);
	}
	return 0;
}

static int link_check_rest(struct shim6_qos_link *l)
{
	int err;

	if (l->up_kbit > KBIT_MAX)
		return REFUSE(l, up_kbit, -EINVAL);
	if (l->down_kbit > KBIT_MAX)
		return REFUSE(l, down_kbit, -EINVAL);
	if (l->overhead < OVERHEAD_MIN || l->overhead > OVERHEAD_MAX)
		return REFUSE(l, overhead, -EINVAL);
	if (l->major == MAJOR_INGRESS)
		return REFUSE(l, major, -EINVAL);
	err = shares_check(l);
	if (err)
		return err;
	if (l->reserved)
		return REFUSE(l, reserved, -EINVAL);
	if (l->mark & ~l->mark_mask)
		return REFUSE(l, mark, -EINVAL);
	return 0;
}

static int link_check(const struct shim6_qos *q, struct shim6_qos_link *l)
{
	int err;

	if (!l->id || l->id > SHIM6_QOS_LINKS)
		return REFUSE(l, id, -EINVAL);
	if (l->flags & ~LINK_FLAGS)
		return REFUSE(l, flags, -EINVAL);
	if (!is_name(l->name))
		return REFUSE(l, name, -EINVAL);
	if (link_name_taken(q, l))
		return REFUSE(l, name, -EEXIST);
	if (l->ifindex > S32_MAX)
		return REFUSE(l, ifindex, -EINVAL);
	err = prefixes_check(q, l);
	return err ?: link_check_rest(l);
}

static void net_add(struct shim6_qos *q, unsigned int link,
		    const struct shim6_qos_prefix *p)
{
	struct shim6_qos_net *n = &q->nets[q->nnets++];
	struct in6_addr mask = { };
	unsigned int i;

	for (i = 0; i < p->len; i++)
		mask.s6_addr[i / 8] |= 0x80 >> i % 8;
	memcpy(&n->high, p->addr.s6_addr, 8);
	memcpy(&n->low, p->addr.s6_addr + 8, 8);
	memcpy(&n->mask_high, mask.s6_addr, 8);
	memcpy(&n->mask_low, mask.s6_addr + 8, 8);
	n->link = link;
}

/* Packets do not go through links that have none */
static void nets_make(struct shim6_qos *q)
{
	const struct shim6_qos_link *l;
	unsigned int i, j;

	q->nnets = 0;
	for (i = 0; i < SHIM6_QOS_LINKS; i++) {
		l = &q->links[i];
		for (j = 0; l->id && j < l->nprefix; j++)
			net_add(q, i, &l->prefix[j]);
	}
}

int shim6_qos_set_link(struct shim6_qos *q, struct shim6_qos_link *l)
{
	int err;

	l->bad = 0;
	err = link_check(q, l);
	if (err)
		return err;
	if (!q->links[l->id - 1].id)
		q->nlinks++;
	q->links[l->id - 1] = *l;
	nets_make(q);
	return 0;
}

static bool link_used(const struct shim6_qos *q, u32 id)
{
	unsigned int i;

	for (i = 0; i < q->nrules; i++)
		if (q->rules[i].links & (1U << (id - 1)))
			return true;
	return false;
}

int shim6_qos_del_link(struct shim6_qos *q, u32 id)
{
	if (!shim6_qos_link(q, id))
		return -ENOENT;
	if (link_used(q, id))
		return -EBUSY;
	memset(&q->links[id - 1], 0, sizeof(q->links[0]));
	nets_make(q);
	q->nlinks--;
	return 0;
}

/* A bucket that holds something if, and only if, it is filled */
static bool is_burst(u32 rate, u32 burst)
{
	return rate ? burst && burst <= RATE_MAX : !burst;
}

static int police_check_source(struct shim6_qos_police *p)
{
	if (p->src_len ? !p->src_rate || p->src_rate > RATE_MAX : p->src_rate)
		return REFUSE(p, src_rate, -EINVAL);
	if (!is_burst(p->src_rate, p->src_burst))
		return REFUSE(p, src_burst, -EINVAL);
	if (p->src_len ? !p->src_slots || p->src_slots > SLOTS_MAX :
	    p->src_slots)
		return REFUSE(p, src_slots, -EINVAL);
	return 0;
}

static int police_check(struct shim6_qos_police *p)
{
	if (p->kind >= SHIM6_QOS_POLICE_COUNT)
		return REFUSE(p, kind, -EINVAL);
	if (p->src_len && (p->src_len < 48 || p->src_len > 64))
		return REFUSE(p, src_len, -EINVAL);
	/* What limits nothing is deleted, not set */
	if (p->rate > RATE_MAX || (!p->rate && !p->src_len))
		return REFUSE(p, rate, -EINVAL);
	if (!is_burst(p->rate, p->burst))
		return REFUSE(p, burst, -EINVAL);
	return police_check_source(p);
}

int shim6_qos_set_police(struct shim6_qos *q, struct shim6_qos_police *p)
{
	int err;

	p->bad = 0;
	p->passed = 0;
	p->dropped = 0;
	err = police_check(p);
	if (err)
		return err;
	q->police[p->kind] = *p;
	return 0;
}

int shim6_qos_del_police(struct shim6_qos *q, u32 kind)
{
	if (kind >= SHIM6_QOS_POLICE_COUNT ||
	    !(q->police[kind].rate || q->police[kind].src_rate))
		return -ENOENT;
	memset(&q->police[kind], 0, sizeof(q->police[0]));
	return 0;
}

/* A pace that lets nothing through would end all recovery */
static int pace_check(struct shim6_qos_control *c)
{
	if (c->pace_permille > 1000)
		return REFUSE(c, pace_permille, -EINVAL);
	if (c->pace_min > RATE_MAX || (c->pace_permille && !c->pace_min))
		return REFUSE(c, pace_min, -EINVAL);
	if (c->pace_burst > RATE_MAX || (c->pace_permille && !c->pace_burst))
		return REFUSE(c, pace_burst, -EINVAL);
	return 0;
}

static int control_check(const struct shim6_qos *q,
			 struct shim6_qos_control *c)
{
	int err;

	if (c->dscp > SHIM6_QOS_DSCP_MAX && c->dscp != SHIM6_QOS_DSCP_INHERIT)
		return REFUSE(c, dscp, -EINVAL);
	if (c->alternate > 1)
		return REFUSE(c, alternate, -EINVAL);
	if (c->klass && !shim6_qos_class(q, c->klass))
		return REFUSE(c, klass, -ENOENT);
	if (c->reserved)
		return REFUSE(c, reserved, -EINVAL);
	err = pace_check(c);
	if (err)
		return err;
	if (c->provisional > 1)
		return REFUSE(c, provisional, -EINVAL);
	return 0;
}

int shim6_qos_set_control(struct shim6_qos *q, struct shim6_qos_control *c)
{
	int err;

	c->bad = 0;
	err = control_check(q, c);
	if (!err)
		q->control = *c;
	return err;
}

static int share_check(struct shim6_qos_share *s)
{
	if (s->mode > SHIM6_QOS_SHARE_METERED)
		return REFUSE(s, mode, -EINVAL);
	if (s->buckets != BUCKETS)
		return REFUSE(s, buckets, -EINVAL);
	if (s->idle_ms > DAY_MS)
		return REFUSE(s, idle_ms, -EINVAL);
	if (s->unbalanced_ms > DAY_MS)
		return REFUSE(s, unbalanced_ms, -EINVAL);
	if (s->hyst_permille > 1000)
		return REFUSE(s, hyst_permille, -EINVAL);
	if (s->hyst_us > HYST_US_MAX)
		return REFUSE(s, hyst_us, -EINVAL);
	if (s->hold_ms > DAY_MS)
		return REFUSE(s, hold_ms, -EINVAL);
	return 0;
}

int shim6_qos_set_share(struct shim6_qos *q, struct shim6_qos_share *s)
{
	int err;

	s->bad = 0;
	err = share_check(s);
	if (!err)
		q->share = *s;
	return err;
}

int shim6_qos_set_trust(struct shim6_qos *q, struct shim6_qos_trust *t)
{
	t->bad = 0;
	if (t->mode > SHIM6_QOS_TRUST_DSCP)
		return REFUSE(t, mode, -EINVAL);
	if (t->allow && t->mode != SHIM6_QOS_TRUST_DSCP)
		return REFUSE(t, allow, -EINVAL);
	q->trust = *t;
	return 0;
}
