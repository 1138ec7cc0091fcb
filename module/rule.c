// SPDX-License-Identifier: GPL-2.0
/*
 * Rules of the table of classes, see rule.h. As of all that is in the table:
 * what is refused leaves it as it was, what is taken has its results zero and
 * its unused octets clear.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "prefix.h"
#include "refusal.h"
#include "request.h"
#include "rule.h"

#define MATCHES	(SHIM6_QOS_MATCH_LOCAL | SHIM6_QOS_MATCH_PEER | \
		 SHIM6_QOS_MATCH_PROTO | SHIM6_QOS_MATCH_LPORT | \
		 SHIM6_QOS_MATCH_RPORT | SHIM6_QOS_MATCH_DSCP | \
		 SHIM6_QOS_MATCH_MARK | SHIM6_QOS_MATCH_UID)

/* Which of a rule's links are not there */
static u32 links_missing(const struct shim6_qos *q, u32 links)
{
	unsigned int i;

	for (i = 0; i < SHIM6_QOS_LINKS; i++)
		if (q->links[i].id)
			links &= ~(1U << i);
	return links;
}

/* A prefix that counts is one; one that does not is left out */
static bool rule_prefix_ok(bool counts, const struct in6_addr *a, u8 len)
{
	if (!counts)
		return !memchr_inv(a, 0, sizeof(*a));
	return len && len <= 128 ? shim6_prefix_clean(a, len) : true;
}

static bool rule_len_ok(bool counts, u8 len)
{
	return counts ? len && len <= 128 : !len;
}

static int rule_check_addrs(struct shim6_qos_rule *r)
{
	bool local = r->match & SHIM6_QOS_MATCH_LOCAL;
	bool peer = r->match & SHIM6_QOS_MATCH_PEER;

	if (!rule_prefix_ok(local, &r->local, r->local_len))
		return REFUSE(r, local, -EINVAL);
	if (!rule_prefix_ok(peer, &r->peer, r->peer_len))
		return REFUSE(r, peer, -EINVAL);
	if (!rule_len_ok(local, r->local_len))
		return REFUSE(r, local_len, -EINVAL);
	if (!rule_len_ok(peer, r->peer_len))
		return REFUSE(r, peer_len, -EINVAL);
	return 0;
}

/* Extension headers are looked behind, so 0, hop-by-hop, is never met */
static bool rule_proto_ok(const struct shim6_qos_rule *r)
{
	if (!(r->match & SHIM6_QOS_MATCH_PROTO))
		return !r->proto;
	return r->proto && r->proto != SHIM6_PROTO;
}

/* May it ask for ports: not of a protocol that has none */
static bool rule_has_ports(const struct shim6_qos_rule *r)
{
	return !(r->match & SHIM6_QOS_MATCH_PROTO) || shim6_has_ports(r->proto);
}

static int rule_check_ports(struct shim6_qos_rule *r)
{
	bool lport = r->match & SHIM6_QOS_MATCH_LPORT;
	bool rport = r->match & SHIM6_QOS_MATCH_RPORT;

	if (lport ? !rule_has_ports(r) : r->lport_min)
		return REFUSE(r, lport_min, -EINVAL);
	if (lport ? r->lport_max < r->lport_min : r->lport_max)
		return REFUSE(r, lport_max, -EINVAL);
	if (rport ? !rule_has_ports(r) : r->rport_min)
		return REFUSE(r, rport_min, -EINVAL);
	if (rport ? r->rport_max < r->rport_min : r->rport_max)
		return REFUSE(r, rport_max, -EINVAL);
	return 0;
}

static int rule_check_bits(struct shim6_qos_rule *r)
{
	bool dscp = r->match & SHIM6_QOS_MATCH_DSCP;
	bool mark = r->match & SHIM6_QOS_MATCH_MARK;
	bool uid = r->match & SHIM6_QOS_MATCH_UID;

	if (r->dscp & ~r->dscp_mask)
		return REFUSE(r, dscp, -EINVAL);
	if (dscp != !!r->dscp_mask || r->dscp_mask > SHIM6_QOS_DSCP_MAX)
		return REFUSE(r, dscp_mask, -EINVAL);
	if (r->mark & ~r->mark_mask)
		return REFUSE(r, mark, -EINVAL);
	if (mark != !!r->mark_mask)
		return REFUSE(r, mark_mask, -EINVAL);
	/* -1 is no user */
	if (uid ? r->uid == U32_MAX : r->uid)
		return REFUSE(r, uid, -EINVAL);
	return 0;
}

static int rule_check_action(const struct shim6_qos *q,
			     struct shim6_qos_rule *r)
{
	if (r->klass && !shim6_qos_class(q, r->klass))
		return REFUSE(r, klass, -ENOENT);
	/* Without a class the packet stays as it is */
	if (!shim6_qos_is_dscp(r->set_dscp) ||
	    (!r->klass && r->set_dscp != SHIM6_QOS_DSCP_KEEP))
		return REFUSE(r, set_dscp, -EINVAL);
	if (r->path > SHIM6_QOS_PATH_LOWRTT)
		return REFUSE(r, path, -EINVAL);
	if ((r->path == SHIM6_QOS_PATH_ANY) != !r->links)
		return REFUSE(r, links, -EINVAL);
	if (links_missing(q, r->links))
		return REFUSE(r, links, -ENOENT);
	return 0;
}

static int rule_check_numbers(struct shim6_qos_rule *r)
{
	if (!r->pref || r->pref > U16_MAX)
		return REFUSE(r, pref, -EINVAL);
	if (r->flags)
		return REFUSE(r, flags, -EINVAL);
	if (r->match & ~MATCHES)
		return REFUSE(r, match, -EINVAL);
	if (!rule_proto_ok(r))
		return REFUSE(r, proto, -EINVAL);
	if (r->dir > SHIM6_QOS_DIR_IN)
		return REFUSE(r, dir, -EINVAL);
	if (r->reserved)
		return REFUSE(r, reserved, -EINVAL);
	if (r->reserved2)
		return REFUSE(r, reserved2, -EINVAL);
	return 0;
}

static int rule_check(const struct shim6_qos *q, struct shim6_qos_rule *r)
{
	int err = rule_check_numbers(r);

	if (!err)
		err = rule_check_addrs(r);
	if (!err)
		err = rule_check_ports(r);
	if (!err)
		err = rule_check_bits(r);
	return err ?: rule_check_action(q, r);
}

/* Index of the first rule that is not before @pref */
static unsigned int rule_place(const struct shim6_qos *q, u32 pref)
{
	unsigned int i = 0;

	while (i < q->nrules && q->rules[i].pref < pref)
		i++;
	return i;
}

static bool rule_is_at(const struct shim6_qos *q, unsigned int i, u32 pref)
{
	return i < q->nrules && q->rules[i].pref == pref;
}

int shim6_qos_set_rule(struct shim6_qos *q, struct shim6_qos_rule *r)
{
	unsigned int at;
	int err;

	r->bad = 0;
	r->packets = 0;
	r->bytes = 0;
	r->remarked = 0;
	err = rule_check(q, r);
	if (err)
		return err;
	at = rule_place(q, r->pref);
	if (!rule_is_at(q, at, r->pref)) {
		if (q->nrules == SHIM6_QOS_RULES)
			return -ENOSPC;
		memmove(&q->rules[at + 1], &q->rules[at],
			(q->nrules - at) * sizeof(q->rules[0]));
		q->nrules++;
	}
	q->rules[at] = *r;
	return 0;
}

int shim6_qos_del_rule(struct shim6_qos *q, u32 pref)
{
	unsigned int at = rule_place(q, pref);

	if (!rule_is_at(q, at, pref))
		return -ENOENT;
	q->nrules--;
	memmove(&q->rules[at], &q->rules[at + 1],
		(q->nrules - at) * sizeof(q->rules[0]));
	memset(&q->rules[q->nrules], 0, sizeof(q->rules[0]));
	return 0;
}

static bool addrs_match(const struct shim6_qos_rule *r,
			const struct shim6_qos_packet *p)
{
	/* A length of zero matches any */
	return shim6_prefix_equal(&r->peer, &p->peer, r->peer_len) &&
	       shim6_prefix_equal(&r->local, &p->local, r->local_len);
}

static bool ports_match(const struct shim6_qos_rule *r,
			const struct shim6_qos_packet *p)
{
	if (!(r->match & (SHIM6_QOS_MATCH_LPORT | SHIM6_QOS_MATCH_RPORT)))
		return true;
	if (!p->ports)
		return false;
	if (r->match & SHIM6_QOS_MATCH_LPORT &&
	    (p->lport < r->lport_min || p->lport > r->lport_max))
		return false;
	return !(r->match & SHIM6_QOS_MATCH_RPORT) ||
	       (p->rport >= r->rport_min && p->rport <= r->rport_max);
}

static bool dir_matches(const struct shim6_qos_rule *r,
			const struct shim6_qos_packet *p)
{
	return r->dir == SHIM6_QOS_DIR_BOTH ||
	       p->out == (r->dir == SHIM6_QOS_DIR_OUT);
}

static bool rule_matches(const struct shim6_qos_rule *r,
			 const struct shim6_qos_packet *p)
{
	if (!dir_matches(r, p))
		return false;
	if (r->match & SHIM6_QOS_MATCH_PROTO && r->proto != p->proto)
		return false;
	/* Their masks are zero where they match anything */
	if ((p->dscp & r->dscp_mask) != r->dscp ||
	    (p->mark & r->mark_mask) != r->mark)
		return false;
	if (r->match & SHIM6_QOS_MATCH_UID &&
	    (!p->has_uid || p->uid != r->uid))
		return false;
	return ports_match(r, p) && addrs_match(r, p);
}

int shim6_qos_match(const struct shim6_qos *q, const struct shim6_qos_packet *p)
{
	unsigned int i;

	for (i = 0; i < q->nrules; i++)
		if (rule_matches(&q->rules[i], p))
			return i;
	return -1;
}
