/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two complete hosts on a virtual clock: contexts, stateless answers, HBA
 * sets, the wire codec and a network that loses, delays, doubles and cuts.
 * Everything follows from one seed.
 */
#ifndef SHIM6_SIM_H
#define SHIM6_SIM_H

#include "../module/cookie.h"
#include "../module/proto.h"

#define SIM_LOCS	16
#define SIM_CTX		4
#define SIM_FLOWS	2
#define SIM_QUEUE	192
#define SIM_CHANGES	16
#define SIM_PDS		SHIM6_MAX_PDS

/* What happens to the world */
enum sim_change_kind {
	SIM_CUT,		/* one pair, one direction, silently */
	SIM_CUT_LOC,		/* all pairs of a locator, both directions */
	SIM_HEAL,
	SIM_HEAL_LOC,
	SIM_DOWN,		/* a host loses a locator and knows it */
	SIM_UP,
	SIM_FLUSH,		/* a host forgets its contexts */
	SIM_SET_PATH,		/* an admin's wish */
	SIM_HINT,		/* a forged ICMP error */
};

struct sim_change {
	u64 at;
	u8 kind;
	u8 host;
	u8 from;
	u8 to;
};

/* What is on its way, or a failed transmission on its way back */
struct sim_packet {
	bool used;
	bool payload;
	bool tagged;
	bool failed;
	u8 to;
	u8 flow;
	u64 at;
	u64 tag;
	struct shim6_pair pair;
	u16 len;
	u8 buf[SHIM6_CTRL_ROOM] __aligned(8);
};

struct sim_ctx {
	bool used;
	u64 due;
	struct shim6_proto p;
};

/* Payload of one flow in one direction; times in ms */
struct sim_traffic {
	u64 next;
	u32 gap;
	u32 on;
	u32 off;
	u32 left;
};

struct sim_host {
	u8 n;
	struct in6_addr addr[SIM_LOCS];
	bool up[SIM_LOCS];
	bool deprecated[SIM_LOCS];
	u8 pds[SIM_PDS];
	u16 pds_len;
	u16 padding;
	struct shim6_params params;
	struct shim6_cookie_secret secret;
	struct sim_ctx ctx[SIM_CTX];
	struct sim_traffic traffic[SIM_FLOWS];
	u32 seen[SIM_FLOWS];
};

/**
 * struct sim - one run
 * @rng: state of the random generator
 * @now: virtual time, ns
 * @host: the two
 * @cut: host, its locator, the other's locator: nothing gets through
 * @arrived: a control message of the host got through on this pair
 * @loss: share of packets lost, 1/65536
 * @dup: share of packets doubled
 * @delay: smallest and additional delay, us
 * @stable_loss: @loss from @stable_at on
 * @stable_at: nothing changes any more, ns
 * @stop_at: payload ends, ns
 * @end_at: the run ends, ns
 * @flows: ULID pairs in use
 * @trigger: packets of a flow that start a context
 * @strict: contexts must be there and work at @end_at
 * @finished: each flow's handshake had finished when the world became stable
 * @checked: flows of which the pairs were checked at the end
 * @control: control messages sent
 * @last_control: when the last one was
 * @switches: paths published
 * @steps: events processed
 * @queue: on their way
 * @scratch: the packet that is being made
 * @failed: a property was violated
 * @why: which
 * @trace: called for each line of a trace, or NULL
 */
struct sim {
	u64 rng;
	u64 now;
	struct sim_host host[2];
	bool cut[2][SIM_LOCS][SIM_LOCS];
	bool arrived[2][SIM_LOCS][SIM_LOCS];
	u32 loss;
	u32 dup;
	u32 delay[2];
	u32 stable_loss;
	u64 stable_at;
	u64 stop_at;
	u64 end_at;
	u8 flows;
	u32 trigger;
	bool strict;
	bool finished[SIM_FLOWS];
	u32 checked;
	u32 control;
	u64 last_control;
	u32 switches;
	u32 steps;
	struct sim_change change[SIM_CHANGES];
	u8 nchange;
	u8 next_change;
	struct sim_packet queue[SIM_QUEUE];
	struct sim_packet scratch;
	bool failed;
	char why[160];
	void (*trace)(const char *line);
	struct shim6_ev ev;
	struct shim6_out out;
};

/**
 * sim_run() - one run from a seed
 * @s: memory; only @trace of it is read
 * @seed: any
 * Return: true when every property held; else @why tells and @seed replays it.
 */
bool sim_run(struct sim *s, u64 seed);

#endif
