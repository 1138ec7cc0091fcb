/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What applications ask of a context (RFC 6316): locators to use, to prefer and
 * to leave out, and the times of its failure detection. Pure.
 *
 * Wishes name addresses, since they may be older than the lists they are about
 * and outlive them. What follows for a locator is noted in its set by
 * shim6_wish_mark(), so that exploration need not look anything up.
 */
#ifndef SHIM6_WISH_H
#define SHIM6_WISH_H

#include "locset.h"
#include "params.h"

enum shim6_wish_type {
	SHIM6_WISH_SOURCE,		/* 6.8; "::": none any more */
	SHIM6_WISH_DESTINATION,		/* 6.9; likewise */
	SHIM6_WISH_LOCAL_PREF,		/* 6.4 */
	SHIM6_WISH_PEER_PREF,		/* 6.5 */
	SHIM6_WISH_LOCAL_LIST,		/* 6.10 */
	SHIM6_WISH_PEER_LIST,		/* 6.11 */
	SHIM6_WISH_TIMEOUT,		/* 6.12 */
	SHIM6_WISH_EXPLORE,		/* 6.13 */
};

/**
 * struct shim6_wish_loc - a locator asked for
 * @addr: address
 * @prio: priority, lower first
 * @weight: weight
 */
struct shim6_wish_loc {
	struct in6_addr addr;
	u8 prio;
	u8 weight;
};

/**
 * struct shim6_tuning - own times of a context; 0: the tunable's
 * @send_timeout: ms
 * @keepalive_interval: ms
 * @probe_timeout: ms between the first probes
 * @probe_count: probes before the time between them grows
 */
struct shim6_tuning {
	u32 send_timeout;
	u32 keepalive_interval;
	u32 probe_timeout;
	u32 probe_count;
};

/**
 * struct shim6_wish - one change
 * @type: enum shim6_wish_type
 * @n: locators in @loc; one, except for a list
 * @loc: locators
 * @tune: SHIM6_WISH_TIMEOUT: its Send Timeout; SHIM6_WISH_EXPLORE: all
 */
struct shim6_wish {
	enum shim6_wish_type type;
	unsigned int n;
	struct shim6_wish_loc loc[SHIM6_MAX_LOCS];
	struct shim6_tuning tune;
};

/**
 * struct shim6_wish_side - wishes about the locators of one side
 * @npref: entries in @pref
 * @pref: preferences
 * @listed: only the @nlist addresses of @list may be used
 * @nlist: entries in @list
 * @list: see @listed
 * @use: locator to be used; "::": any
 */
struct shim6_wish_side {
	u8 npref;
	struct shim6_wish_loc pref[SHIM6_MAX_LOCS];
	bool listed;
	u8 nlist;
	struct in6_addr list[SHIM6_MAX_LOCS];
	struct in6_addr use;
};

/**
 * struct shim6_wishes - all of a context
 * @local: about our locators
 * @peer: about the peer's
 * @tune: times
 * @tried: pair that was asked for last
 * @tried_valid: @tried counts; a pair is tried once each time it becomes
 *	usable or is wished for anew, not for ever
 */
struct shim6_wishes {
	struct shim6_wish_side local;
	struct shim6_wish_side peer;
	struct shim6_tuning tune;
	struct shim6_pair tried;
	bool tried_valid;
};

/* What there is to say against a wish */
enum shim6_wish_flaw {
	SHIM6_WISH_GOOD,
	SHIM6_WISH_UNKNOWN,	/* not a locator of the context, or not proven */
	SHIM6_WISH_UNVERIFIED,	/* no probe to it was answered yet */
	SHIM6_WISH_UNREACHABLE,	/* the peer says so, or a probe shows it */
};

struct shim6_proto;
struct shim6_ev;
struct shim6_out;

/**
 * shim6_wish_check() - may this be asked of a context
 * @p: context that is ESTABLISHED
 * @w: wish about locators it has
 * Return: the first flaw. SHIM6_WISH_UNKNOWN must not be given to
 * SHIM6_EV_WISH; what is not reachable so far may: the wish makes it be probed.
 */
enum shim6_wish_flaw shim6_wish_check(const struct shim6_proto *p,
				      const struct shim6_wish *w);

/* Does it ask for what is so without any wish */
bool shim6_wish_is_default(const struct shim6_wish *w);

/* SHIM6_EV_WISH: note it. Takes over @ev->room if the context had no wishes */
void shim6_wish_take(struct shim6_proto *p, const struct shim6_ev *ev);

/* The sets have changed: note in them what the wishes say of each locator */
void shim6_wish_mark(struct shim6_proto *p);

/* A list that an application made does not have this address of ours */
bool shim6_wish_excludes(const struct shim6_proto *p,
			 const struct in6_addr *addr);

/**
 * shim6_wish_best() - the most preferred locator that can be used (6.4, 6.5)
 * @s: set
 * @need: status bits it must have
 * @cur: wins among equals
 * Return: its index, -1: none.
 */
int shim6_wish_best(const struct shim6_locset *s, u8 need,
		    const struct in6_addr *cur);

/**
 * shim6_wish_pursue() - go for the pair that is wished, at the end of a step
 * @p: context, locked by the caller
 * @ev: event
 * @out: effects
 *
 * A locator to be used (*_SEND) before one that is preferred (*_PREF), that
 * before the current one (RFC 6316 11.1). The pair is probed first.
 */
void shim6_wish_pursue(struct shim6_proto *p, const struct shim6_ev *ev,
		       struct shim6_out *out);

/* A tunable as it is for this context */
u64 shim6_wish_param(const struct shim6_proto *p,
		     const struct shim6_params *params, enum shim6_param i);

#endif
