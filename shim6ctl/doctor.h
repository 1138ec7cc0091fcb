/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding out what keeps Shim6 from working in practice. A check looks at one
 * thing and says what is wrong with it in one line, and in another what mends
 * it. Checks are in the files doctor_*.c, their table is in cmd_doctor.c.
 */
#ifndef SHIM6CTL_DOCTOR_H
#define SHIM6CTL_DOCTOR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "host.h"
#include "macros.h"
#include "net.h"
#include "snapshot.h"

struct cmd_env;
struct value;

/* What a check needs; without it, it is skipped */
#define DOCTOR_MODULE	(1u << 0)	/* the module */
#define DOCTOR_NET	(1u << 1)	/* addresses and routes */
#define DOCTOR_FILTER	(1u << 2)	/* the rules of nftables */
#define DOCTOR_PEER	(1u << 3)	/* a peer was named */
#define DOCTOR_PROVEN	(1u << 4)	/* a locator of an HBA set or a CGA */

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_SKIPPED,
	DOCTOR_WARN,	/* works, but not always or not well */
	DOCTOR_FAIL,	/* does not work */
};

/**
 * struct doctor_finding - something to mend
 * @check: which check found it
 * @word: for programs
 * @level: DOCTOR_WARN or DOCTOR_FAIL
 * @command: @remedy is a command for a shell, else words
 * @text: what is wrong, one line
 * @remedy: what mends it, one line
 */
struct doctor_finding {
	const char *check;
	const char *word;
	enum doctor_level level;
	bool command;
	char text[256];
	char remedy[640];
};

/* Whether the first message of a handshake was answered */
enum doctor_shim6 {
	DOCTOR_ANSWERED,
	DOCTOR_SILENT,
	DOCTOR_NO_SUPPORT,	/* by an ICMPv6 error: the peer has no Shim6 */
	DOCTOR_NOT_SENT,
};

/**
 * struct doctor_path - a pair of addresses that was tried
 * @local: ours
 * @peer: the peer's
 * @shim6: the answer to Shim6
 * @plain: the answer to anything else, looked for when that is none
 * @context: context that tries it, 0: none
 * @err: why nothing could be tried, a negative errno or 0
 */
struct doctor_path {
	struct in6_addr local;
	struct in6_addr peer;
	enum doctor_shim6 shim6;
	enum host_answer plain;
	uint32_t context;
	int err;
};

/**
 * struct doctor - all that is looked at, and what was found
 * @env: of the command
 * @host: this host
 * @peer: the peer named, or NULL
 * @have: DOCTOR_* of what is there
 * @nofilter: why the rules of nftables are not
 * @m: what the module has
 * @addrs: addresses
 * @naddrs: how many
 * @routes: routes
 * @nroutes: how many
 * @rules: routing rules
 * @nroutings: how many
 * @links: interfaces
 * @nlinks: how many
 * @filter: rules of nftables
 * @check: the one that runs
 * @found: findings
 * @nfound: how many
 * @fact: what the check that runs has to say, "" for nothing
 * @skipped: it could not look
 * @paths: pairs tried
 * @npaths: how many
 */
struct doctor {
	struct cmd_env *env;
	const struct host_ops *host;
	const struct in6_addr *peer;
	unsigned int have;
	char nofilter[160];
	struct snapshot m;
	struct net_addr *addrs;
	size_t naddrs;
	struct net_route *routes;
	size_t nroutes;
	struct net_rule *rules;
	size_t nroutings;
	struct net_link *links;
	size_t nlinks;
	struct value *filter;
	const char *check;
	struct doctor_finding *found;
	size_t nfound;
	char fact[256];
	bool skipped;
	struct doctor_path *paths;
	size_t npaths;
};

/**
 * doctor_gather() - read everything that can be read
 * @d: @env, @host and @peer are filled in
 * Return: 0, or enum ctl_exit and the reason was reported
 */
int doctor_gather(struct doctor *d);

/**
 * doctor_release() - free what was read
 * @d: doctor
 */
void doctor_release(struct doctor *d);

/* What a check says. The remedy belongs to the finding made last. */
void doctor_fail(struct doctor *d, const char *word, const char *fmt, ...)
	__printf(3, 4);
void doctor_warn(struct doctor *d, const char *word, const char *fmt, ...)
	__printf(3, 4);
void doctor_run(struct doctor *d, const char *fmt, ...) __printf(2, 3);
void doctor_advise(struct doctor *d, const char *fmt, ...) __printf(2, 3);
void doctor_fact(struct doctor *d, const char *fmt, ...) __printf(2, 3);
void doctor_skip(struct doctor *d, const char *fmt, ...) __printf(2, 3);

/**
 * doctor_found() - was this found already
 * @d: doctor
 * @word: what
 * Return: true when it was
 */
bool doctor_found(const struct doctor *d, const char *word);

/**
 * doctor_text() - an address in words
 * @addr: address
 * Return: good until the fourth call after this one
 */
const char *doctor_text(const struct in6_addr *addr);

/**
 * doctor_prefix() - the /64 of an address in words
 * @addr: address
 * Return: as doctor_text()
 */
const char *doctor_prefix(const struct in6_addr *addr);

/**
 * doctor_in_prefix() - is an address in a prefix
 * @addr: address
 * @prefix: prefix
 * @len: its length
 * Return: true when it is
 */
bool doctor_in_prefix(const struct in6_addr *addr,
		      const struct in6_addr *prefix, unsigned int len);

/**
 * doctor_usable() - can sessions begin with this locator
 * @l: locator of the host
 * Return: true when it works now and is not deprecated
 */
bool doctor_usable(const struct shim6_locator_entry *l);

/**
 * doctor_each() - the locators that matter: those of an identity; as long as
 * there are none of these, all
 * @d: doctor
 * @l: the one before, NULL to begin
 * Return: the next that works now, NULL behind the last
 */
const struct shim6_locator_entry *
doctor_each(const struct doctor *d, const struct shim6_locator_entry *l);

/**
 * doctor_link() - an interface by its number
 * @d: doctor
 * @ifindex: number
 * Return: NULL when there is none
 */
const struct net_link *doctor_link(const struct doctor *d,
				   unsigned int ifindex);

/**
 * doctor_dev() - the name of an interface
 * @d: doctor
 * @ifindex: number
 * Return: "interface 7" when there is none
 */
const char *doctor_dev(const struct doctor *d, unsigned int ifindex);

/**
 * doctor_param() - a tunable
 * @d: doctor
 * @name: name
 * @otherwise: value when the module has no such tunable
 * Return: its value
 */
uint64_t doctor_param(const struct doctor *d, const char *name,
		      uint64_t otherwise);

/**
 * doctor_counter() - a counter
 * @d: doctor
 * @name: name
 * Return: its value, 0 when the module has no such counter
 */
uint64_t doctor_counter(const struct doctor *d, const char *name);

/**
 * doctor_somewhere() - an address far away, to look routes up with
 * @d: doctor
 * Return: the peer named, else one of the Internet; nothing is sent there
 */
const struct in6_addr *doctor_somewhere(const struct doctor *d);

/**
 * doctor_missing() - is an address of an HBA set not on this host
 * @d: doctor
 * @set: look at this one only, NULL: at all of them
 * @addr: result: the first of these, unspecified when nothing says how secure
 *	it is to be; or NULL
 * Return: true when there is one
 */
bool doctor_missing(const struct doctor *d, const struct shim6_hba_set *set,
		    struct in6_addr *addr);

/**
 * doctor_unsettled() - is there an address of an identity that the module does
 * not know of yet
 * @d: doctor
 *
 * It looks once a second, and not before the address is known to be unique.
 *
 * Return: true when there is one
 */
bool doctor_unsettled(const struct doctor *d);

/* The checks, from the ground up */
void doctor_check_module(struct doctor *d);
void doctor_check_ipv6(struct doctor *d);
void doctor_check_locators(struct doctor *d);
void doctor_check_identity(struct doctor *d);
void doctor_check_routes(struct doctor *d);
void doctor_check_sources(struct doctor *d);
void doctor_check_mtu(struct doctor *d);
void doctor_check_firewall(struct doctor *d);
void doctor_check_nat(struct doctor *d);
void doctor_check_policy(struct doctor *d);
void doctor_check_tunables(struct doctor *d);
void doctor_check_limits(struct doctor *d);
void doctor_check_peer(struct doctor *d);

#endif
