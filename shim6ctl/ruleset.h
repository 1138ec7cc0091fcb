/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host's packet filter would do with a packet: the rules of nftables
 * as "nft -j list ruleset" prints them, walked through as the kernel would.
 *
 * Whether some rules match cannot be said from here (marks, limits, owners).
 * Such a rule is passed over when it drops; when it may accept, what is dropped
 * behind it is in doubt.
 */
#ifndef SHIM6CTL_RULESET_H
#define SHIM6CTL_RULESET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct value;

/**
 * struct ruleset_packet - an IPv6 packet without extension headers
 * @src: source
 * @dst: destination
 * @iif: interface it comes in by, NULL: it is ours
 * @oif: interface it leaves by, NULL: it is for us
 * @proto: protocol, by number
 * @established: connection tracking knows it; else it is new
 * @stray: its source is not reached by @iif, as of a session that switched
 */
struct ruleset_packet {
	const struct in6_addr *src;
	const struct in6_addr *dst;
	const char *iif;
	const char *oif;
	uint8_t proto;
	bool established;
	bool stray;
};

enum ruleset_verdict {
	RULESET_ACCEPT,
	RULESET_DROP,
	RULESET_DOUBT,	/* dropped, unless a rule accepts it that may match */
	RULESET_NAT,	/* its addresses are changed */
};

/**
 * struct ruleset_result - what becomes of a packet
 * @verdict: that
 * @family: of the table, for nft
 * @table: table that said it
 * @base: chain of the hook
 * @chain: chain of the rule
 * @handle: number of the rule, 0: the policy of @base
 *
 * The strings are those of the ruleset.
 */
struct ruleset_result {
	enum ruleset_verdict verdict;
	const char *family;
	const char *table;
	const char *base;
	const char *chain;
	int64_t handle;
};

/**
 * ruleset_run() - give a packet to a hook
 * @rules: the document of nft
 * @hook: "ingress", "prerouting", "input", "output" or "postrouting"
 * @p: packet
 * @nat: look at the chains of type nat only, else at the others
 * @result: result
 */
void ruleset_run(const struct value *rules, const char *hook,
		 const struct ruleset_packet *p, bool nat,
		 struct ruleset_result *result);

#endif
