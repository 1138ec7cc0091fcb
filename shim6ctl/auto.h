/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses that need no hand work: what a host whose prefixes come and go
 * needs so that its sessions are protected. Pure: it looks at a host and says
 * how it should be.
 *
 * Marks of what was made here, so that nothing else is ever touched: the
 * protocol of rules and routes, the number of labels, and membership in one
 * of the sets for addresses.
 */
#ifndef SHIM6CTL_AUTO_H
#define SHIM6CTL_AUTO_H

#include "hba.h"
#include "net.h"

#define AUTO_PROTOCOL	140	/* that of Shim6, among those for users */
#define AUTO_LABEL	140
#define AUTO_TABLE	14000	/* and the number of the interface */
#define AUTO_PRIORITY	14000
#define AUTO_SETS	9	/* the current one, and those before it */
#define AUTO_PREFIXES	HBA_GENERATE_MAX
#define AUTO_DEVS	16
#define AUTO_SPANS	16
#define AUTO_LINGER	86400	/* s, how long a set stays after the next */
#define AUTO_ORPHAN	7200	/* s, see RFC 4862 5.5.3 (e) */

/**
 * struct auto_set - an HBA set made here
 * @set: parameters and addresses
 * @made: when, seconds since 1970; no two sets have the same
 * @replaced: when another took its place; 0: it is the current one
 * @used: a context has one of its addresses as ULID
 */
struct auto_set {
	struct hba_set set;
	uint64_t made;
	uint64_t replaced;
	bool used;
};

/**
 * struct auto_state - what is remembered
 * @set: sets, the current one first
 * @n: how many
 * @uncovered: since when there is a prefix without an address of ours, in
 *	seconds; 0: there is none
 */
struct auto_state {
	struct auto_set set[AUTO_SETS];
	size_t n;
	uint64_t uncovered;
};

/**
 * struct auto_devs - interfaces by name, as they may come and go
 * @name: names
 * @n: how many
 */
struct auto_devs {
	char name[AUTO_DEVS][IF_NAMESIZE];
	size_t n;
};

/**
 * struct auto_spans - prefixes that others are in
 * @prefix: prefix
 * @len: its length
 * @n: how many
 */
struct auto_spans {
	struct in6_addr prefix[AUTO_SPANS];
	unsigned int len[AUTO_SPANS];
	size_t n;
};

/**
 * struct auto_options - what the administrator says
 * @dev: interfaces to look at, none: all
 * @nodev: those to leave alone
 * @only: prefixes to take are in one of these, none: all
 * @except: those to leave alone are in one of these
 * @sec: security parameter of new sets
 * @settle: seconds to wait for further prefixes before a set is made
 */
struct auto_options {
	struct auto_devs dev;
	struct auto_devs nodev;
	struct auto_spans only;
	struct auto_spans except;
	unsigned int sec;
	unsigned int settle;
};

/**
 * struct auto_host - the host as it is
 * @addrs: addresses
 * @naddrs: how many
 * @routes: routes
 * @nroutes: how many
 * @rules: rules
 * @nrules: how many
 * @labels: labels of the choice of a source
 * @nlabels: how many
 * @links: interfaces
 * @nlinks: how many
 */
struct auto_host {
	struct net_addr *addrs;
	size_t naddrs;
	struct net_route *routes;
	size_t nroutes;
	struct net_rule *rules;
	size_t nrules;
	struct net_label *labels;
	size_t nlabels;
	struct net_link *links;
	size_t nlinks;
};

/**
 * struct auto_prefix - a prefix that the host has
 * @prefix: of 64 bits
 * @ifindex: interface
 * @valid: seconds, or NET_FOREVER
 * @preferred: the same for new sessions, 0: deprecated
 */
struct auto_prefix {
	struct in6_addr prefix;
	unsigned int ifindex;
	uint32_t valid;
	uint32_t preferred;
};

/**
 * enum auto_verdict - what to do about sets
 * @AUTO_KEEP: the current one has all prefixes
 * @AUTO_WAIT: there is one it lacks; others may follow soon
 * @AUTO_MAKE: a new one is due
 * @AUTO_ALONE: one prefix only, which no set can help
 */
enum auto_verdict {
	AUTO_KEEP,
	AUTO_WAIT,
	AUTO_MAKE,
	AUTO_ALONE,
};

/**
 * struct auto_plan - how the host should be
 * @addrs: addresses to be there, or to get these lifetimes
 * @naddrs: how many
 * @routes: routes to be there, and no others of ours
 * @nroutes: how many
 * @rules: likewise
 * @nrules: how many
 * @labels: likewise
 * @nlabels: how many
 */
struct auto_plan {
	struct net_addr *addrs;
	size_t naddrs;
	struct net_route *routes;
	size_t nroutes;
	struct net_rule *rules;
	size_t nrules;
	struct net_label *labels;
	size_t nlabels;
};

/**
 * auto_prefixes() - the prefixes of a host
 * @host: host
 * @state: sets; their own addresses do not make a prefix
 * @opt: options
 * @v: result, AUTO_PREFIXES at most, in the order of their octets
 * Return: how many
 */
size_t auto_prefixes(const struct auto_host *host,
		     const struct auto_state *state,
		     const struct auto_options *opt, struct auto_prefix *v);

/**
 * auto_judge() - is a new set due
 * @state: sets; @uncovered is kept
 * @opt: options
 * @v: prefixes of the host
 * @n: how many
 * @now: seconds of a clock that only goes forward, not 0
 * Return: what to do
 */
enum auto_verdict auto_judge(struct auto_state *state,
			     const struct auto_options *opt,
			     const struct auto_prefix *v, size_t n,
			     uint64_t now);

/**
 * auto_members() - the prefixes of the next set
 * @state: sets
 * @host: host
 * @v: its prefixes
 * @n: how many
 * @members: result, AUTO_PREFIXES at most
 *
 * Those of the current set that are away for now stay in it, so that they are
 * of use again when they come back.
 *
 * Return: how many
 */
size_t auto_members(const struct auto_state *state,
		    const struct auto_host *host, const struct auto_prefix *v,
		    size_t n, struct in6_addr *members);

/**
 * auto_expired() - a set that nobody needs any more
 * @state: sets
 * @now: seconds since 1970
 * Return: its place, or 0: none
 */
size_t auto_expired(const struct auto_state *state, uint64_t now);

/**
 * auto_plan_make() - how the host should be
 * @plan: result, to be freed by auto_plan_free()
 * @host: how it is
 * @state: sets; without any, nothing of ours should be there
 * @v: prefixes of the host
 * @n: how many
 */
void auto_plan_make(struct auto_plan *plan, const struct auto_host *host,
		    const struct auto_state *state,
		    const struct auto_prefix *v, size_t n);

/**
 * auto_plan_free() - free a plan
 * @plan: made, or zeroed
 */
void auto_plan_free(struct auto_plan *plan);

/**
 * auto_find_set() - the set that an address belongs to
 * @state: sets
 * @addr: address
 * Return: the set, or NULL
 */
const struct auto_set *auto_find_set(const struct auto_state *state,
				     const struct in6_addr *addr);

/**
 * auto_find_link() - an interface by its number
 * @host: host
 * @ifindex: number
 * Return: the interface, or NULL
 */
const struct net_link *auto_find_link(const struct auto_host *host,
				      unsigned int ifindex);

/**
 * auto_find_prefix() - the prefix that an address is in
 * @v: prefixes
 * @n: how many
 * @addr: address
 * Return: the prefix, or NULL
 */
const struct auto_prefix *auto_find_prefix(const struct auto_prefix *v,
					   size_t n,
					   const struct in6_addr *addr);

/**
 * auto_within() - is an address in a prefix
 * @addr: address
 * @prefix: prefix
 * @len: its length, 0 to 128
 * Return: true when it is
 */
bool auto_within(const struct in6_addr *addr, const struct in6_addr *prefix,
		 unsigned int len);

/* Are these the same but for lifetimes, or for the order of a list */
bool auto_same_addr(const struct net_addr *a, const struct net_addr *b);
bool auto_same_route(const struct net_route *a, const struct net_route *b);
bool auto_same_rule(const struct net_rule *a, const struct net_rule *b);
bool auto_same_label(const struct net_label *a, const struct net_label *b);

#endif
