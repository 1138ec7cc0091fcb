/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two or three complete hosts on a virtual clock: contexts and forks, stateless
 * answers, HBA sets, the wire codec and a network that loses, delays, doubles
 * and cuts, while hosts restart, renumber and hand addresses to each other.
 * Everything follows from one seed. What must hold is in sim_check.c.
 */
#ifndef SHIM6_SIM_H
#define SHIM6_SIM_H

#include "../module/cookie.h"
#include "../module/proto.h"

#define SIM_HOSTS	3
#define SIM_LOCS	4	/* of one HBA set */
#define SIM_ADDRS	(SIM_HOSTS * SIM_LOCS)
#define SIM_CTX		8	/* of one host: no more than SIM_FLOWS are used */
#define SIM_FLOWS	6
#define SIM_QUEUE	192
#define SIM_CHANGES	32
#define SIM_PDS		256
#define SIM_ROOTS	1024

/* What may happen in a run beside failures of the network */
#define SIM_RESTARTS	0x01	/* contexts and secrets are lost */
#define SIM_RENUMBERING	0x02	/* prefixes come and go */
#define SIM_THREE	0x04	/* a third host, and addresses that move */
#define SIM_FEW_TAGS	0x08	/* few bits of the tag are random (RFC 5533 C.4) */
#define SIM_FORKS	0x10	/* contexts with an FII beside the default one */
#define SIM_ANY		0x80	/* the seed says which */

/* What happens to the world */
enum sim_change_kind {
	SIM_CUT,		/* one pair, one direction, silently */
	SIM_CUT_LOC,		/* all pairs of a locator, both directions */
	SIM_HEAL,
	SIM_HEAL_LOC,
	SIM_DOWN,		/* a host loses a locator and knows it */
	SIM_UP,
	SIM_SET_PATH,		/* an admin's wish */
	SIM_HINT,		/* a forged ICMP error */
	SIM_FLUSH,		/* a host forgets its contexts */
	SIM_RESTART,		/* and its secrets and tunables */
	SIM_AMBUSH,		/* a restart around a message of type @to */
	SIM_APPEAR,		/* an address is new */
	SIM_DEPRECATE,
	SIM_GONE,		/* an address is invalid for good */
	SIM_MOVE,		/* ... and then another host's, @to */
};

/**
 * struct sim_change - one of them
 * @at: when, ns
 * @kind: enum sim_change_kind
 * @host: whose contexts
 * @from: address
 * @to: address, or see above
 */
struct sim_change {
	u64 at;
	u8 kind;
	u8 host;
	u8 from;
	u8 to;
};

/**
 * struct sim_addr - an address
 * @addr: the same as long as the run
 * @set: HBA set it belongs to
 * @owner: host that has it
 * @there: it is configured
 * @up: its link works
 * @deprecated: its preferred lifetime is over
 * @moved: it was gone or with another host once
 */
struct sim_addr {
	struct in6_addr addr;
	u8 set;
	u8 owner;
	bool there;
	bool up;
	bool deprecated;
	bool moved;
};

/**
 * struct sim_set - an HBA set
 * @n: its addresses, SIM_LOCS times its number is the first
 * @pds: parameters
 * @len: their octets
 */
struct sim_set {
	u8 n;
	u8 pds[SIM_PDS];
	u16 len;
};

/**
 * struct sim_packet - what is on its way, or a failed transmission coming back
 * @payload: payload, else a control message
 * @tagged: with the payload header
 * @failed: it could not be sent
 * @host: who sent it
 * @src: address
 * @dst: address
 * @flow: payload: flow
 * @side: payload: end of the flow that it comes from
 * @depth: packets that led to this one, each an answer to the one before
 * @root: number of the event at the beginning of them
 * @fii: payload: of the context that sent it
 * @serial: control: number of the context that sent it, 0: none did;
 *	payload: number of the context whose tag it has
 * @boot: R1, R1bis: which start of the host made the validator; I2, I2bis:
 *	that of the validator
 * @maker: likewise, the host
 * @made: likewise, when, ns
 * @seq: control: number of the message
 * @tag: payload: tag
 * @len: octets of @buf
 * @buf: control message
 */
struct sim_packet {
	bool payload;
	bool tagged;
	bool failed;
	u8 host;
	u8 src;
	u8 dst;
	u8 flow;
	u8 side;
	u8 depth;
	u32 root;
	u32 fii;
	u32 serial;
	u32 boot;
	u8 maker;
	u64 made;
	u32 seq;
	u64 tag;
	u16 len;
	u8 buf[SHIM6_CTRL_ROOM] __aligned(8);
};

/**
 * struct sim_ctx - a context and what is known about it from outside
 * @used: it exists
 * @serial: no other context ever has the same
 * @peer_serial: the context whose tag is CT(peer)
 * @addressed: bit i: the peer sent a message to address i, so it knew it
 * @list_seq: number of the newest message from which Ls(peer) was taken
 * @overtaken: an older one came after it, and counts (A-3: generations have no
 *	order)
 * @reached: bit j of i: a message of it got from address i to j
 * @boot: validator it has: which start of its maker
 * @maker: its maker
 * @made: when, ns
 * @p: protocol
 */
struct sim_ctx {
	bool used;
	u32 serial;
	u32 peer_serial;
	u16 addressed;
	u32 list_seq;
	bool overtaken;
	u16 reached[SIM_ADDRS];
	u32 boot;
	u8 maker;
	u64 made;
	struct shim6_proto p;
};

/* Payload of one flow in one direction; times in ms, @next in ns */
struct sim_traffic {
	u64 next;
	u32 gap;
	u32 on;
	u32 off;
	u32 left;
	u32 seen;	/* packets without a context */
	u64 sent_at;
	u64 arrived_at;
};

/**
 * struct sim_flow - what two upper layers talk on
 * @end: its ULIDs, by address
 * @fii: wanted instance
 * @traffic: from each end
 * @finished: its contexts fitted each other when the world became stable
 * @hope: it must work in the end
 */
struct sim_flow {
	u8 end[2];
	u32 fii;
	struct sim_traffic traffic[2];
	bool finished;
	bool hope;
};

struct sim_host {
	u32 boot;
	u16 answered[SIM_ADDRS];	/* as reached, of stateless answers */
	struct shim6_params params;
	struct shim6_cookie_secret secret;
	u64 due[SIM_CTX];
	u64 freed[SIM_CTX];		/* tags of contexts that ended */
	struct sim_ctx ctx[SIM_CTX];
};

/**
 * struct sim - one run
 * @rng: state of the random generator
 * @now: virtual time, ns
 * @worlds: SIM_RESTARTS ...
 * @nhosts: hosts
 * @host: they
 * @set: HBA sets
 * @addr: addresses
 * @cut: bit j of i: nothing gets from address i to j
 * @mute: likewise, but control messages do
 * @provisional: hosts back pairs off that are for probes only, see
 *	shim6_ev::provisional
 * @loss: share of packets lost, 1/65536
 * @dup: share of packets doubled
 * @delay: smallest and additional delay, us
 * @stable_loss: @loss from @stable_at on
 * @tag_bits: random bits of a tag
 * @stable_at: nothing changes any more, ns; 0: so it is
 * @stop_at: payload ends, ns
 * @end_at: the run ends, ns
 * @flow: flows
 * @nflows: their number
 * @trigger: packets of a flow that start a context
 * @ambush_type: the next message of this type makes a host restart, 0: none
 * @ambush_who: 0: who gets it, before; 1: who gets it, after; 2: who sent it
 * @calm: the time allowed is over
 * @whole: meanwhile nothing is lost and every pair works
 * @checked: flows of which the pairs were checked at the end
 * @lists_checked: directions in which locators were compared at the end
 * @served: directions of flows of which the payload was checked at the end
 * @mistaken: a context was taken for an earlier one with the same tag
 * @control: control messages sent
 * @last_control: when the last one was
 * @lists: locator lists taken from Update Requests
 * @switches: paths published
 * @confused: contexts dropped in confusion
 * @strays: payload that met a tag given to another context meanwhile
 * @steps: events processed
 * @serial: last number given to a context
 * @seq: last number given to a control message
 * @root: event that is being processed
 * @depth: depth of the packets that it sends
 * @sent: packets sent in it
 * @deepest: largest @depth
 * @caused: packets that followed from a root, by its number
 * @caused_by: the root that @caused is of
 * @most: largest of @caused
 * @change: what changes and when, in that order
 * @nchange: their number
 * @next_change: the next one to come
 * @at: when the packets of @queue arrive, ns, 0: unused
 * @queue: on their way
 * @top: all in use are below
 * @scratch: the packet that is being made
 * @forger: somebody forges with the secrets of all: what is asked only of
 *	honest hosts is not asked
 * @failed: a property was violated
 * @why: which
 * @trace: called for each line of a trace, or NULL
 * @ev: the event that is being made
 * @out: what a step led to
 */
struct sim {
	u64 rng;
	u64 now;
	u8 worlds;
	u8 nhosts;
	struct sim_host host[SIM_HOSTS];
	struct sim_set set[SIM_HOSTS];
	struct sim_addr addr[SIM_ADDRS];
	u16 cut[SIM_ADDRS];
	u16 mute[SIM_ADDRS];
	bool provisional;
	u32 loss;
	u32 dup;
	u32 delay[2];
	u32 stable_loss;
	u32 tag_bits;
	u64 stable_at;
	u64 stop_at;
	u64 end_at;
	struct sim_flow flow[SIM_FLOWS];
	u8 nflows;
	u32 trigger;
	u8 ambush_type;
	u8 ambush_who;
	bool calm;
	bool whole;
	u32 checked;
	u32 lists_checked;
	u32 served;
	bool mistaken;
	u32 control;
	u64 last_control;
	u32 lists;
	u32 switches;
	u32 confused;
	u32 strays;
	u32 steps;
	u32 serial;
	u32 seq;
	u32 root;
	u8 depth;
	u32 sent;
	u8 deepest;
	u32 caused[SIM_ROOTS];
	u32 caused_by[SIM_ROOTS];
	u32 most;
	struct sim_change change[SIM_CHANGES];
	u8 nchange;
	u8 next_change;
	u64 at[SIM_QUEUE];
	struct sim_packet queue[SIM_QUEUE];
	u16 top;
	struct sim_packet scratch;
	bool forger;
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
 * @worlds: SIM_RESTARTS ... or SIM_ANY
 * Return: true when every property held; else @why tells and @seed replays it.
 */
bool sim_run(struct sim *s, u64 seed, u8 worlds);

#endif
