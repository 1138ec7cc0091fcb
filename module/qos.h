/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classes of service and provider links of a namespace: the table, what may be
 * in it, which link a locator is of. Pure.
 */
#ifndef SHIM6_QOS_H
#define SHIM6_QOS_H

#include <linux/string.h>
#include <linux/shim6_qos.h>
#include "shim6.h"

/**
 * struct shim6_qos_net - a prefix of a link as packets look for it; the words are
 *	octets as they are on the wire
 * @high: first half of the prefix
 * @low: second half
 * @mask_high: which bits of an address count
 * @mask_low: likewise
 * @link: the link's id - 1
 */
struct shim6_qos_net {
	u64 high;
	u64 low;
	u64 mask_high;
	u64 mask_low;
	u32 link;
};

/**
 * struct shim6_qos - the table; not changed once others see it
 * @generation: counts the changes
 * @classes: by id - 1; an id of 0 is a free place
 * @links: likewise
 * @rules: ascending by pref
 * @nclasses: how many there are
 * @nlinks: likewise
 * @nrules: likewise
 * @police: limits by kind; those whose @rate and @src_rate are 0 are none
 * @control: our own messages
 * @share: load sharing
 * @trust: packets without a rule
 * @nnets: how many prefixes all links have
 * @nets: these
 */
struct shim6_qos {
	u64 generation;
	struct shim6_qos_class classes[SHIM6_QOS_CLASSES];
	struct shim6_qos_link links[SHIM6_QOS_LINKS];
	struct shim6_qos_rule rules[SHIM6_QOS_RULES];
	u16 nclasses;
	u16 nlinks;
	u16 nrules;
	struct shim6_qos_police police[SHIM6_QOS_POLICE_COUNT];
	struct shim6_qos_control control;
	struct shim6_qos_share share;
	struct shim6_qos_trust trust;
	u32 nnets;
	struct shim6_qos_net nets[SHIM6_QOS_LINKS * SHIM6_QOS_PREFIXES];
};

#define SHIM6_QOS_DSCP_MAX	63

/* What is so when nobody says otherwise */
extern const struct shim6_qos_control shim6_qos_control_default;
extern const struct shim6_qos_share shim6_qos_share_default;

/**
 * shim6_qos_init() - the table before anything was configured
 * @q: table
 */
void shim6_qos_init(struct shim6_qos *q);

/**
 * shim6_qos_empty() - is it that, but for the number of its changes
 * @q: table
 * Return: true when it is.
 */
bool shim6_qos_empty(const struct shim6_qos *q);

/**
 * shim6_qos_set_class() - add or replace a class
 * @q: table, which stays as it is when the class is refused
 * @c: class, see its ranges there
 *
 * Of each function that sets something, rules too: the reason of a refusal is in
 * the member bad of the object, the offset of the member that is to blame plus
 * 1; 0: none is.
 * Return: 0; -EINVAL; -EEXIST: another class has the name.
 */
int shim6_qos_set_class(struct shim6_qos *q, struct shim6_qos_class *c);

/**
 * shim6_qos_del_class() - remove a class
 * @q: table; what links share with the class is gone, too
 * @id: 1 to SHIM6_QOS_CLASSES
 * Return: 0; -ENOENT; -EBUSY: a rule has it, or our messages.
 */
int shim6_qos_del_class(struct shim6_qos *q, u32 id);

/**
 * shim6_qos_set_link() - add or replace a link
 * @q: table
 * @l: link
 * Return: 0; -EINVAL; -EEXIST: the name or a prefix is another link's.
 */
int shim6_qos_set_link(struct shim6_qos *q, struct shim6_qos_link *l);

/**
 * shim6_qos_del_link() - remove a link
 * @q: table
 * @id: 1 to SHIM6_QOS_LINKS
 * Return: 0; -ENOENT; -EBUSY: a rule has it.
 */
int shim6_qos_del_link(struct shim6_qos *q, u32 id);

/**
 * shim6_qos_set_police() - set the limit of a kind of messages
 * @q: table
 * @p: limit
 * Return: 0 or -EINVAL.
 */
int shim6_qos_set_police(struct shim6_qos *q, struct shim6_qos_police *p);

/**
 * shim6_qos_del_police() - serve all messages of a kind
 * @q: table
 * @kind: enum shim6_qos_police_kind
 * Return: 0 or -ENOENT.
 */
int shim6_qos_del_police(struct shim6_qos *q, u32 kind);

/**
 * shim6_qos_set_control() - set what our own messages get
 * @q: table
 * @c: that
 * Return: 0; -EINVAL; -ENOENT: its class is not there.
 */
int shim6_qos_set_control(struct shim6_qos *q, struct shim6_qos_control *c);

/**
 * shim6_qos_set_share() - set how contexts are spread over the links
 * @q: table
 * @s: that
 * Return: 0 or -EINVAL.
 */
int shim6_qos_set_share(struct shim6_qos *q, struct shim6_qos_share *s);

/**
 * shim6_qos_set_trust() - set which DSCPs count
 * @q: table
 * @t: these
 * Return: 0 or -EINVAL.
 */
int shim6_qos_set_trust(struct shim6_qos *q, struct shim6_qos_trust *t);

/**
 * shim6_qos_is_dscp() - may a class or a rule have it
 * @dscp: value
 * Return: true for a DSCP and for SHIM6_QOS_DSCP_KEEP.
 */
static inline bool shim6_qos_is_dscp(u8 dscp)
{
	return dscp <= SHIM6_QOS_DSCP_MAX || dscp == SHIM6_QOS_DSCP_KEEP;
}

/**
 * shim6_qos_class() - a class by its id
 * @q: table
 * @id: any
 * Return: class; NULL for 0 and for an id that is not there.
 */
static inline const struct shim6_qos_class *
shim6_qos_class(const struct shim6_qos *q, u32 id)
{
	if (!id || id > SHIM6_QOS_CLASSES || !q->classes[id - 1].id)
		return NULL;
	return &q->classes[id - 1];
}

/**
 * shim6_qos_link() - a link by its id
 * @q: table
 * @id: any
 * Return: link; NULL for 0 and for an id that is not there.
 */
const struct shim6_qos_link *shim6_qos_link(const struct shim6_qos *q, u32 id);

/**
 * shim6_qos_link_of() - the link a locator of ours is of
 * @q: table
 * @addr: locator
 * Return: link or NULL.
 */
static inline const struct shim6_qos_link *
shim6_qos_link_of(const struct shim6_qos *q, const struct in6_addr *addr)
{
	const struct shim6_qos_net *n, *end = q->nets + q->nnets;
	u64 high, low;

	memcpy(&high, addr->s6_addr, sizeof(high));
	memcpy(&low, addr->s6_addr + sizeof(high), sizeof(low));
	/* No two prefixes overlap */
	for (n = q->nets; n < end; n++)
		if (!(((high & n->mask_high) ^ n->high) |
		      ((low & n->mask_low) ^ n->low)))
			return &q->links[n->link];
	return NULL;
}

#endif
