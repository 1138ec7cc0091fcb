/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Control of Shim6 (RFC 5533, 5534, 5535) through /dev/shim6.
 *
 * The device is bound to the network namespace in which it was opened. Reading
 * commands need no privilege; the others need CAP_NET_ADMIN in the user
 * namespace of that network namespace, of the opener and of the caller.
 *
 * Structures only grow at their end; the size in the command number tells
 * which version a program was built for. A program that is older than the
 * module gets what it knows; one that is newer gets zeros for the rest, or
 * E2BIG when it asks for something the module does not have. Reserved members
 * and unknown flags must be zero, else EINVAL. Times are ns of
 * CLOCK_MONOTONIC unless a member says otherwise.
 */
#ifndef _UAPI_LINUX_SHIM6_H
#define _UAPI_LINUX_SHIM6_H

#include <linux/types.h>
#include <linux/in6.h>
#include <linux/ioctl.h>
#include <linux/shim6_qos.h>
#include <linux/shim6_socket.h>

#define SHIM6_ABI_REVISION	1
#define SHIM6_IOC_MAGIC		0xB9

/* Bits of struct shim6_info::features */
#define SHIM6_FEATURE_HBA	(1ULL << 0)
#define SHIM6_FEATURE_POLICY	(1ULL << 1)
#define SHIM6_FEATURE_EVENTS	(1ULL << 2)
#define SHIM6_FEATURE_FORK	(1ULL << 3)
#define SHIM6_FEATURE_CGA	(1ULL << 4)
/* Second version of events, their mask and of contexts; events from
 * SHIM6_EVENT_CONTEXT_LOST on
 */
#define SHIM6_FEATURE_TELEMETRY	(1ULL << 5)
/* The commands of <linux/shim6_qos.h> */
#define SHIM6_FEATURE_QOS	(1ULL << 6)

/**
 * struct shim6_info - what module this is
 * @abi: SHIM6_ABI_REVISION of the module
 * @flags: reserved, zero
 * @features: SHIM6_FEATURE_*
 * @contexts: contexts of this namespace now
 * @params: number of tunables
 * @counters: number of counters
 * @max_locators: locators of a set at most
 * @max_pds: octets of a parameter structure at most
 * @hooks: 1 while the packet path is hooked in this namespace
 * @version: version of the module, NUL-terminated
 */
struct shim6_info {
	__u32 abi;
	__u32 flags;
	__u64 features;
	__u32 contexts;
	__u32 params;
	__u32 counters;
	__u32 max_locators;
	__u32 max_pds;
	__u32 hooks;
	char version[32];
};

/**
 * struct shim6_list - header of every list command
 * @ptr: address of the caller's array
 * @capacity: its elements
 * @elem_size: size of one element as the caller knows it
 * @cursor: 0 to begin; then as the last call left it
 * @count: result: elements written
 * @more: result: 1 when another call gives more
 * @context: list of one context's locators: its id; else zero
 * @reserved: zero
 */
struct shim6_list {
	__u64 ptr;
	__u32 capacity;
	__u32 elem_size;
	__u64 cursor;
	__u32 count;
	__u32 more;
	__u32 context;
	__u32 reserved;
};

/* States of struct shim6_context_entry::state (RFC 5533 6.2) */
enum shim6_uapi_state {
	SHIM6_STATE_IDLE,
	SHIM6_STATE_I1_SENT,
	SHIM6_STATE_I2_SENT,
	SHIM6_STATE_I2BIS_SENT,
	SHIM6_STATE_ESTABLISHED,
	SHIM6_STATE_E_FAILED,
	SHIM6_STATE_NO_SUPPORT,
};

/* Values of struct shim6_context_entry::reap (RFC 5534 6) */
enum shim6_uapi_reap {
	SHIM6_REAP_STATE_OPERATIONAL,
	SHIM6_REAP_STATE_EXPLORING,
	SHIM6_REAP_STATE_INBOUND_OK,
};

#define SHIM6_CTX_INITIATOR	(1 << 0)	/* we started it */
#define SHIM6_CTX_SWITCHED	(1 << 1)	/* locators differ from ULIDs */
#define SHIM6_CTX_UPDATING	(1 << 2)	/* an Update Request is out */
#define SHIM6_CTX_CLASSED	(1 << 3)	/* @rule to @link_chosen are set */

/**
 * struct shim6_context_entry - one context (RFC 5533 6.1)
 * @id: number of the context in this namespace
 * @flags: SHIM6_CTX_*
 * @ulid_local: ULID(local)
 * @ulid_peer: ULID(peer)
 * @loc_local: Lp(local), source of what we send
 * @loc_peer: Lp(peer), destination of what we send
 * @tag_local: CT(local); both tags are 0 for who lacks CAP_NET_ADMIN
 * @tag_peer: CT(peer), 0 until it is known
 * @fii: forked instance identifier
 * @state: enum shim6_uapi_state
 * @reap: enum shim6_uapi_reap
 * @switches: how often the current pair changed
 * @nlocal: locators of ours announced
 * @npeer: locators of the peer
 * @send_timeout: Ts in force, ns
 * @keepalive_timeout: Tk in force, ns
 * @age: ns since the context was made
 * @idle: ns since its last payload
 * @last_switch: how long the last switch took from the first sign of failure,
 *	ns, 0: none yet; see @value of SHIM6_EVENT_SWITCHED
 * @tx_packets: payload packets rewritten on their way out
 * @tx_bytes: their octets, with the IPv6 header
 * @rx_packets: payload packets restored
 * @rx_bytes: their octets, likewise
 * @plain_tx_packets: payload packets that left as they were, counted while
 *	somebody wants it (SHIM6_WATCH_TRAFFIC)
 * @plain_tx_bytes: their octets
 * @plain_rx_packets: payload packets that came as they were, counted likewise
 * @plain_rx_bytes: their octets
 * @since_switch: ns since the current pair changed last, 0: it never did
 * @rtt: from a probe to the first message that reported it, ns, of the last
 *	that was reported, whatever its pair; 0: none yet. The peer may answer
 *	late (RFC 5534 6), so a round trip takes no longer than that
 * @rtt_age: ns since @rtt was measured
 * @probes_sent: Probes sent
 * @probes_received: Probes received, without what was delivered twice
 * @rule: preference of the rule that the last payload packet sent met, 0: none;
 *	this and the rest while there are classes of service
 *	(<linux/shim6_qos.h>)
 * @klass: its class, 0: none
 * @dscp_out: its DSCP as it was sent
 * @dscp_in: DSCP of the last payload packet received, as it came
 * @link_out: link that the last payload packet sent left by, 0: none
 * @link_in: link that the last one received came by, 0: none
 * @link_chosen: link that load sharing, or the path of its rule, has chosen for
 *	it, 0: none was, or not yet by the table as it is now. It goes there when
 *	it is idle, and one that is there leaves for moments to measure others
 * @reserved: zero
 */
struct shim6_context_entry {
	__u32 id;
	__u32 flags;
	struct in6_addr ulid_local;
	struct in6_addr ulid_peer;
	struct in6_addr loc_local;
	struct in6_addr loc_peer;
	__u64 tag_local;
	__u64 tag_peer;
	__u32 fii;
	__u32 state;
	__u32 reap;
	__u32 switches;
	__u32 nlocal;
	__u32 npeer;
	__u64 send_timeout;
	__u64 keepalive_timeout;
	__u64 age;
	__u64 idle;
	__u64 last_switch;
	__u64 tx_packets;
	__u64 tx_bytes;
	__u64 rx_packets;
	__u64 rx_bytes;
	__u64 plain_tx_packets;
	__u64 plain_tx_bytes;
	__u64 plain_rx_packets;
	__u64 plain_rx_bytes;
	__u64 since_switch;
	__u64 rtt;
	__u64 rtt_age;
	__u32 probes_sent;
	__u32 probes_received;
	__u32 rule;
	__u8 klass;
	__u8 dscp_out;
	__u8 dscp_in;
	__u8 link_out;
	__u8 link_in;
	__u8 link_chosen;
	__u8 reserved[6];
};

/* Bits of struct shim6_locator_entry::status */
#define SHIM6_LOCATOR_UP		(1 << 0)	/* ours: usable now */
#define SHIM6_LOCATOR_DEPRECATED	(1 << 1)	/* ours: deprecated */
#define SHIM6_LOCATOR_ACKED		(1 << 2)	/* ours: the peer knows it */
#define SHIM6_LOCATOR_VERIFIED		(1 << 4)	/* peer's: HBA or CGA proven */
#define SHIM6_LOCATOR_PROBED		(1 << 5)	/* peer's: a probe was answered */
#define SHIM6_LOCATOR_CURRENT		(1 << 8)	/* part of the current pair */
#define SHIM6_LOCATOR_PEER		(1 << 9)	/* the peer's, else ours */
#define SHIM6_LOCATOR_HBA		(1 << 10)	/* ours: of an HBA set */
#define SHIM6_LOCATOR_ULID		(1 << 11)	/* it is the ULID */

/**
 * struct shim6_locator_entry - one locator
 * @context: id of its context; 0 in the host's own list
 * @status: SHIM6_LOCATOR_*
 * @addr: address
 * @ifindex: ours: interface it is on, 0 when on none
 * @method: verification method: 0 none, 1 HBA, 2 CGA
 * @flags: announced: 1 broken, 2 transient
 * @priority: announced, lower first
 * @weight: announced
 * @set: ours: id of its HBA set or CGA, 0: none
 * @reserved: zero
 */
struct shim6_locator_entry {
	__u32 context;
	__u32 status;
	struct in6_addr addr;
	__u32 ifindex;
	__u8 method;
	__u8 flags;
	__u8 priority;
	__u8 weight;
	__u32 set;
	__u32 reserved;
};

/* Bits of the members @flags of locators (RFC 5533 5.15.3) */
#define SHIM6_PREF_BROKEN	(1 << 0)	/* known not to work */
#define SHIM6_PREF_TRANSIENT	(1 << 1)	/* may be gone soon */

/**
 * struct shim6_locator_prefs - what peers are to think of a locator of ours
 * @addr: address, which need not be there yet
 * @flags: SHIM6_PREF_*
 * @priority: lower is tried first
 * @weight: share among those of one priority, as in RFC 2782
 * @reserved: zero
 *
 * Every context whose list has the address announces it with its next
 * message; established ones by an Update Request at once. All zero, which is
 * the beginning, is no preference.
 */
struct shim6_locator_prefs {
	struct in6_addr addr;
	__u8 flags;
	__u8 priority;
	__u8 weight;
	__u8 reserved[5];
};

/**
 * struct shim6_context_create - start a handshake at once
 * @ulid_local: ULID(local), an address of this host
 * @ulid_peer: ULID(peer)
 * @flags: zero
 * @id: result: the context, an existing one for this ULID pair too
 */
struct shim6_context_create {
	struct in6_addr ulid_local;
	struct in6_addr ulid_peer;
	__u32 flags;
	__u32 id;
};

/**
 * struct shim6_context_fork - a second context for one flow (RFC 5533 4.2)
 * @ulid_local: ULID(local), an address of this host; result with @fd
 * @ulid_peer: ULID(peer); result with @fd
 * @proto: upper-layer protocol, 1 to 255; result with @fd
 * @port_local: our port, host byte order: 1 to 65535 for TCP, UDP, UDP-Lite,
 *	SCTP and DCCP, 0 for a protocol without ports; result with @fd
 * @port_peer: the peer's port, likewise
 * @fd: a connected IPv6 socket of this namespace whose flow it is, -1: the
 *	members above say which
 * @flags: zero
 * @id: result: the context
 * @fii: result: its Forked Instance Identifier
 *
 * The handshake begins at once. Until it is over, and when the forked context
 * is gone, the flow uses the context of its ULID pair. EINVAL when a port is
 * missing or one too many, EEXIST when the flow has a fork already, ENOSPC at a
 * limit, ENOTCONN for a socket without a peer.
 */
struct shim6_context_fork {
	struct in6_addr ulid_local;
	struct in6_addr ulid_peer;
	__u32 proto;
	__u16 port_local;
	__u16 port_peer;
	__s32 fd;
	__u32 flags;
	__u32 id;
	__u32 fii;
};

/**
 * struct shim6_context_ref - a context, or all
 * @id: context; 0: all (flush only)
 * @flags: zero
 */
struct shim6_context_ref {
	__u32 id;
	__u32 flags;
};

/**
 * struct shim6_context_path - ask for a locator pair
 * @id: context
 * @flags: zero
 * @loc_local: source wanted
 * @loc_peer: destination wanted
 *
 * The pair is probed first and used once the peer answered.
 */
struct shim6_context_path {
	__u32 id;
	__u32 flags;
	struct in6_addr loc_local;
	struct in6_addr loc_peer;
};

/**
 * struct shim6_param_entry - a tunable
 * @index: its number; SHIM6_IOC_PARAM_SET takes @name when @index is ~0
 * @flags: zero
 * @value: value in force
 * @min: smallest
 * @max: largest
 * @def: default
 * @name: as in sysfs, NUL-terminated
 * @unit: for people, NUL-terminated
 * @text: one sentence, NUL-terminated
 */
struct shim6_param_entry {
	__u32 index;
	__u32 flags;
	__u64 value;
	__u64 min;
	__u64 max;
	__u64 def;
	char name[32];
	char unit[16];
	char text[192];
};

/**
 * struct shim6_counter_entry - a counter
 * @value: its value
 * @name: NUL-terminated
 * @text: what it counts, one sentence, NUL-terminated
 */
struct shim6_counter_entry {
	__u64 value;
	char name[40];
	char text[168];
};

#define SHIM6_HBA_PDS_MAX	768

/**
 * struct shim6_hba_set - an HBA set of this host (RFC 5535)
 * @id: number of the set; result of SHIM6_IOC_HBA_ADD
 * @flags: zero
 * @pds_len: octets of @pds
 * @naddr: result of a list: members present on this host
 * @pds: parameters; the Subnet Prefix may be any of the set
 *
 * The members are the addresses of the host that the parameters verify; they
 * need not be there when the set is added.
 */
struct shim6_hba_set {
	__u32 id;
	__u32 flags;
	__u32 pds_len;
	__u32 naddr;
	__u8 pds[SHIM6_HBA_PDS_MAX];
};

/**
 * struct shim6_cga_identity - a CGA of this host and its key (RFC 3972)
 * @id: number of the identity; result of SHIM6_IOC_CGA_ADD
 * @flags: zero
 * @key: serial number of the private key, of type "asymmetric", in one of the
 *	keyrings of the caller; a reference is kept, the key material is not
 * @pds_len: octets of @pds
 * @naddr: result of a list: addresses of the parameters on this host
 * @bits: result of a list: bits of the key
 * @error: result of a list: errno of the last signature when it failed, else 0
 * @generation: result of a list: generation of the Locator List
 * @nlist: result of a list: locators in it, 0: none was made yet
 * @signature: result of a list: octets of its signature, 0: it needs none
 * @pds: parameters; with the Multi-Prefix extension they are those of an
 *	HBA/CGA set (RFC 5535 4)
 *
 * SHIM6_IOC_CGA_ADD lets the key sign once and fails with EKEYREJECTED when
 * that is not a signature of the key in @pds; with ENOKEY, EACCES, EKEYREVOKED
 * or EKEYEXPIRED when the caller has no such key, EPROTOTYPE when it is of
 * another type, EOPNOTSUPP when @pds has no RSA key or the kernel no asymmetric
 * keys, EEXIST when the parameters are known, ENOSPC when there are too many.
 */
struct shim6_cga_identity {
	__u32 id;
	__u32 flags;
	__s32 key;
	__u32 pds_len;
	__u32 naddr;
	__u32 bits;
	__u32 error;
	__u32 generation;
	__u32 nlist;
	__u32 signature;
	__u8 pds[SHIM6_HBA_PDS_MAX];
};

enum shim6_policy_action {
	SHIM6_POLICY_NEVER,	/* no context for such flows */
	SHIM6_POLICY_TRIGGER,	/* when the trigger says so; the default */
	SHIM6_POLICY_ALWAYS,	/* with the first packet */
};

/**
 * struct shim6_policy_entry - when to start a context
 * @id: number of the rule; result of SHIM6_IOC_POLICY_ADD
 * @action: enum shim6_policy_action
 * @priority: lower is looked at first; equal ones in the order of addition
 * @proto: upper-layer protocol, 0: any
 * @local: prefix of the local ULID
 * @peer: prefix of the peer's ULID
 * @local_len: its length, 0 to 128
 * @peer_len: its length, 0 to 128
 * @port: port of the peer, 0: any; TCP and UDP only, host byte order
 * @flags: zero
 * @hits: result of a list: packets that met the rule first
 */
struct shim6_policy_entry {
	__u32 id;
	__u32 action;
	__u32 priority;
	__u32 proto;
	struct in6_addr local;
	struct in6_addr peer;
	__u8 local_len;
	__u8 peer_len;
	__u16 port;
	__u32 flags;
	__u64 hits;
};

/* Why a ULID pair has no context */
enum shim6_flow_reason {
	SHIM6_FLOW_BELOW_TRIGGER,	/* too little traffic so far */
	SHIM6_FLOW_POLICY,		/* a rule says never */
	SHIM6_FLOW_SINGLE_LOCATOR,	/* we have one locator only */
	SHIM6_FLOW_NOT_HBA,		/* the source is in no HBA set and no CGA */
	SHIM6_FLOW_HOLDDOWN,		/* the peer did not answer */
	SHIM6_FLOW_NO_SUPPORT,		/* the peer has no Shim6 */
	SHIM6_FLOW_LIMIT,		/* a limit of contexts is reached */
	SHIM6_FLOW_NO_ROUTE,		/* I1 could not be sent */
	SHIM6_FLOW_INBOUND_ONLY,	/* we never sent anything */
	SHIM6_FLOW_EXCLUDED,		/* kind of traffic that never counts */
	SHIM6_FLOW_HANDSHAKE,		/* being set up */
	SHIM6_FLOW_CONTEXT,		/* it has one */
};

/**
 * struct shim6_flow_entry - a ULID pair seen lately
 * @local: our address
 * @peer: the other's
 * @packets: packets, both ways
 * @bytes: octets, both ways
 * @age: ns since the first
 * @idle: ns since the last
 * @reason: enum shim6_flow_reason
 * @context: its context, 0: none
 */
struct shim6_flow_entry {
	struct in6_addr local;
	struct in6_addr peer;
	__u64 packets;
	__u64 bytes;
	__u64 age;
	__u64 idle;
	__u32 reason;
	__u32 context;
};

/**
 * enum shim6_event_type - what happened
 * @SHIM6_EVENT_CONTEXT_UP: a context became ESTABLISHED
 * @SHIM6_EVENT_CONTEXT_DOWN: it was discarded
 * @SHIM6_EVENT_CONTEXT_FAILED: the handshake gave up; @value: the state it is
 *	in now, E-FAILED or NO-SUPPORT
 * @SHIM6_EVENT_LOST: the current pair was seen failing; @value: ns since the
 *	first sign of it, as for SHIM6_EVENT_SWITCHED
 * @SHIM6_EVENT_EXPLORING: other pairs are tried (RFC 5534 4.3)
 * @SHIM6_EVENT_SWITCHED: the current pair changed, payload goes to @loc_peer
 *	from @loc_local now and not from @old_local to @old_peer any more;
 *	in @value ns from the first sign of the failure to this moment. The first
 *	sign is, for a path that fell silent, when the first packet left that
 *	was never answered (RFC 5534 6.2: when the Send Timer was started, a
 *	clock tick exact); for a locator that was lost, an ICMPv6 error or an
 *	unreachable neighbour, when we heard of it; for a failure that only the
 *	peer sees, when its first Probe came; 0 when nothing had failed. In
 *	@explored the part of it since exploration began, which leaves out the
 *	Send Timeout
 * @SHIM6_EVENT_LOCATOR_UP: an address of the host, @ulid_local, can be used
 * @SHIM6_EVENT_LOCATOR_DOWN: it cannot be used any more
 * @SHIM6_EVENT_RECOVERED: a context that the peer had lost is ESTABLISHED again
 * @SHIM6_EVENT_LIMIT: a limit bites; @value: the counter of it, by its place in
 *	SHIM6_IOC_STATS_LIST; @count: its value. At most one event a second for
 *	each limit of a namespace, so that a flood is none to readers
 * @SHIM6_EVENT_CONTEXT_LOST: the peer has lost the context (R1bis), it is being
 *	recovered (RFC 5533 7.18)
 * @SHIM6_EVENT_OPERATIONAL: exploration, ours or the peer's, is over: packets
 *	get through both ways; @value: ns since we took part in it. After SHIM6_EVENT_SWITCHED, if the pair is
 *	another one than before
 * @SHIM6_EVENT_RETURNED: after SHIM6_EVENT_SWITCHED: the current pair is that
 *	of the ULIDs again, as when the context was made; the other members as
 *	there
 */
enum shim6_event_type {
	SHIM6_EVENT_CONTEXT_UP		= 1,
	SHIM6_EVENT_CONTEXT_DOWN	= 2,
	SHIM6_EVENT_CONTEXT_FAILED	= 3,
	SHIM6_EVENT_LOST		= 4,
	SHIM6_EVENT_EXPLORING		= 5,
	SHIM6_EVENT_SWITCHED		= 6,
	SHIM6_EVENT_LOCATOR_UP		= 7,
	SHIM6_EVENT_LOCATOR_DOWN	= 8,
	SHIM6_EVENT_RECOVERED		= 9,
	SHIM6_EVENT_LIMIT		= 10,
	SHIM6_EVENT_CONTEXT_LOST	= 11,
	SHIM6_EVENT_OPERATIONAL		= 12,
	SHIM6_EVENT_RETURNED		= 13,
};

#define SHIM6_EVENT_ALL		0xffffffffULL

/**
 * struct shim6_event - a record of read() on the device
 * @size: octets of this record; the next one begins behind them
 * @type: enum shim6_event_type
 * @seq: number of the event in this namespace
 * @time: when
 * @lost: events this reader lost before this one, as its queue was full (see
 *	the tunable event_queue)
 * @context: id of the context, 0: none
 * @value: see the type, 0 where that says nothing
 * @ulid_local: context's ULID(local), or the address
 * @ulid_peer: context's ULID(peer)
 * @loc_local: current Lp(local)
 * @loc_peer: current Lp(peer)
 * @old_local: SWITCHED, RETURNED: Lp(local) before
 * @old_peer: SWITCHED, RETURNED: Lp(peer) before
 * @explored: SWITCHED, RETURNED: ns since exploration began, 0: none was needed
 * @count: see the type
 * @ifindex: LOCATOR_UP, LOCATOR_DOWN: interface of the address
 * @fii: forked instance identifier of the context
 *
 * read() gives whole records only. Members behind @loc_peer are there for who
 * asked for them, see struct shim6_event_mask.
 */
struct shim6_event {
	__u32 size;
	__u32 type;
	__u64 seq;
	__u64 time;
	__u32 lost;
	__u32 context;
	__u64 value;
	struct in6_addr ulid_local;
	struct in6_addr ulid_peer;
	struct in6_addr loc_local;
	struct in6_addr loc_peer;
	struct in6_addr old_local;
	struct in6_addr old_peer;
	__u64 explored;
	__u64 count;
	__u32 ifindex;
	__u32 fii;
};

/* Bits of struct shim6_event_mask::flags */
#define SHIM6_WATCH_TRAFFIC	(1 << 0)	/* count unmodified payload */

/**
 * struct shim6_event_mask - which events an open file wants
 * @mask: bit n for event type n; 0 at open
 * @size: octets of struct shim6_event as the program knows it; records are no
 *	larger, and smaller from an older module. 0: the first version of it
 * @flags: SHIM6_WATCH_TRAFFIC: payload of contexts that goes unmodified is
 *	counted, in this namespace, until this file is closed or asked for
 *	without. It costs two additions per packet
 *
 * What is queued stays, in the size it is read in.
 */
struct shim6_event_mask {
	__u64 mask;
	__u32 size;
	__u32 flags;
};

/**
 * struct shim6_socket_feedback - RFC 6316 7.3 for a socket of the caller
 * @fd: the socket
 * @flags: zero
 * @feedback: what is said of its path
 * @reserved: zero
 *
 * Errors are those of the option SHIM_FEEDBACK, and EBADF, ENOTSOCK, and
 * EAFNOSUPPORT for a socket that is not of IPv6. Needs no privilege.
 */
struct shim6_socket_feedback {
	__s32 fd;
	__u32 flags;
	struct shim_feedback feedback;
	__u32 reserved;
};

#define SHIM6_IOC_INFO		_IOR(SHIM6_IOC_MAGIC, 0x00, struct shim6_info)
#define SHIM6_IOC_CTX_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x01, struct shim6_list)
#define SHIM6_IOC_CTX_CREATE	_IOWR(SHIM6_IOC_MAGIC, 0x02, struct shim6_context_create)
#define SHIM6_IOC_CTX_FLUSH	_IOW(SHIM6_IOC_MAGIC, 0x03, struct shim6_context_ref)
#define SHIM6_IOC_CTX_PATH	_IOW(SHIM6_IOC_MAGIC, 0x04, struct shim6_context_path)
#define SHIM6_IOC_LOC_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x05, struct shim6_list)
#define SHIM6_IOC_PARAM_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x06, struct shim6_list)
#define SHIM6_IOC_PARAM_SET	_IOW(SHIM6_IOC_MAGIC, 0x07, struct shim6_param_entry)
#define SHIM6_IOC_STATS_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x08, struct shim6_list)
#define SHIM6_IOC_STATS_RESET	_IO(SHIM6_IOC_MAGIC, 0x09)
#define SHIM6_IOC_HBA_ADD	_IOWR(SHIM6_IOC_MAGIC, 0x0a, struct shim6_hba_set)
#define SHIM6_IOC_HBA_DEL	_IOW(SHIM6_IOC_MAGIC, 0x0b, struct shim6_context_ref)
#define SHIM6_IOC_HBA_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x0c, struct shim6_list)
#define SHIM6_IOC_POLICY_ADD	_IOWR(SHIM6_IOC_MAGIC, 0x0d, struct shim6_policy_entry)
#define SHIM6_IOC_POLICY_DEL	_IOW(SHIM6_IOC_MAGIC, 0x0e, struct shim6_context_ref)
#define SHIM6_IOC_POLICY_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x0f, struct shim6_list)
#define SHIM6_IOC_FLOW_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x10, struct shim6_list)
#define SHIM6_IOC_EVENT_MASK	_IOW(SHIM6_IOC_MAGIC, 0x11, struct shim6_event_mask)
#define SHIM6_IOC_CTX_FORK	_IOWR(SHIM6_IOC_MAGIC, 0x12, struct shim6_context_fork)
#define SHIM6_IOC_LOC_PREFS	_IOW(SHIM6_IOC_MAGIC, 0x13, struct shim6_locator_prefs)
#define SHIM6_IOC_CGA_ADD	_IOWR(SHIM6_IOC_MAGIC, 0x20, struct shim6_cga_identity)
#define SHIM6_IOC_CGA_DEL	_IOW(SHIM6_IOC_MAGIC, 0x21, struct shim6_context_ref)
#define SHIM6_IOC_CGA_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x22, struct shim6_list)
#define SHIM6_IOC_FEEDBACK	_IOW(SHIM6_IOC_MAGIC, 0x28, struct shim6_socket_feedback)

/* Classes of service, see <linux/shim6_qos.h> */
#define SHIM6_IOC_QOS_TABLE	_IOR(SHIM6_IOC_MAGIC, 0x30, struct shim6_qos_table)
#define SHIM6_IOC_QOS_BEGIN	_IO(SHIM6_IOC_MAGIC, 0x31)
#define SHIM6_IOC_QOS_COMMIT	_IO(SHIM6_IOC_MAGIC, 0x32)
#define SHIM6_IOC_QOS_ABORT	_IO(SHIM6_IOC_MAGIC, 0x33)
#define SHIM6_IOC_QOS_FLUSH	_IO(SHIM6_IOC_MAGIC, 0x34)
#define SHIM6_IOC_QOS_CLASS_SET	_IOWR(SHIM6_IOC_MAGIC, 0x35, struct shim6_qos_class)
#define SHIM6_IOC_QOS_CLASS_DEL	_IOW(SHIM6_IOC_MAGIC, 0x36, struct shim6_context_ref)
#define SHIM6_IOC_QOS_CLASS_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x37, struct shim6_list)
#define SHIM6_IOC_QOS_LINK_SET	_IOWR(SHIM6_IOC_MAGIC, 0x38, struct shim6_qos_link)
#define SHIM6_IOC_QOS_LINK_DEL	_IOW(SHIM6_IOC_MAGIC, 0x39, struct shim6_context_ref)
#define SHIM6_IOC_QOS_LINK_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x3a, struct shim6_list)
#define SHIM6_IOC_QOS_RULE_SET	_IOWR(SHIM6_IOC_MAGIC, 0x3b, struct shim6_qos_rule)
#define SHIM6_IOC_QOS_RULE_DEL	_IOW(SHIM6_IOC_MAGIC, 0x3c, struct shim6_context_ref)
#define SHIM6_IOC_QOS_RULE_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x3d, struct shim6_list)
#define SHIM6_IOC_QOS_CONTROL_SET	_IOWR(SHIM6_IOC_MAGIC, 0x3e, struct shim6_qos_control)
#define SHIM6_IOC_QOS_CONTROL_GET	_IOR(SHIM6_IOC_MAGIC, 0x3f, struct shim6_qos_control)
#define SHIM6_IOC_QOS_POLICE_SET	_IOWR(SHIM6_IOC_MAGIC, 0x40, struct shim6_qos_police)
#define SHIM6_IOC_QOS_POLICE_DEL	_IOW(SHIM6_IOC_MAGIC, 0x41, struct shim6_context_ref)
#define SHIM6_IOC_QOS_POLICE_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x42, struct shim6_list)
#define SHIM6_IOC_QOS_SHARE_SET	_IOWR(SHIM6_IOC_MAGIC, 0x43, struct shim6_qos_share)
#define SHIM6_IOC_QOS_SHARE_GET	_IOR(SHIM6_IOC_MAGIC, 0x44, struct shim6_qos_share)
#define SHIM6_IOC_QOS_TRUST_SET	_IOWR(SHIM6_IOC_MAGIC, 0x45, struct shim6_qos_trust)
#define SHIM6_IOC_QOS_TRUST_GET	_IOR(SHIM6_IOC_MAGIC, 0x46, struct shim6_qos_trust)
#define SHIM6_IOC_QOS_TRAFFIC_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x47, struct shim6_list)
#define SHIM6_IOC_QOS_MARKING_LIST	_IOWR(SHIM6_IOC_MAGIC, 0x48, struct shim6_list)

/* Size of the first published version of each structure */
#define SHIM6_INFO_SIZE_VER0		72
#define SHIM6_LIST_SIZE_VER0		40
#define SHIM6_CONTEXT_ENTRY_SIZE_VER0	184
#define SHIM6_LOCATOR_ENTRY_SIZE_VER0	40
#define SHIM6_CONTEXT_CREATE_SIZE_VER0	40
#define SHIM6_CONTEXT_REF_SIZE_VER0	8
#define SHIM6_CONTEXT_PATH_SIZE_VER0	40
#define SHIM6_PARAM_ENTRY_SIZE_VER0	280
#define SHIM6_COUNTER_ENTRY_SIZE_VER0	216
#define SHIM6_HBA_SET_SIZE_VER0		784
#define SHIM6_POLICY_ENTRY_SIZE_VER0	64
#define SHIM6_FLOW_ENTRY_SIZE_VER0	72
#define SHIM6_EVENT_SIZE_VER0		104
#define SHIM6_EVENT_MASK_SIZE_VER0	8
#define SHIM6_CONTEXT_FORK_SIZE_VER0	56
#define SHIM6_LOCATOR_PREFS_SIZE_VER0	24
#define SHIM6_CGA_IDENTITY_SIZE_VER0	808
#define SHIM6_SOCKET_FEEDBACK_SIZE_VER0	16
#define SHIM6_QOS_TABLE_SIZE_VER0	24
#define SHIM6_QOS_CLASS_SIZE_VER0	48
#define SHIM6_QOS_LINK_SIZE_VER0	188
#define SHIM6_QOS_RULE_SIZE_VER0	112
#define SHIM6_QOS_CONTROL_SIZE_VER0	24
#define SHIM6_QOS_POLICE_SIZE_VER0	48
#define SHIM6_QOS_SHARE_SIZE_VER0	32
#define SHIM6_QOS_TRUST_SIZE_VER0	16
#define SHIM6_QOS_TRAFFIC_SIZE_VER0	96
#define SHIM6_QOS_MARKING_SIZE_VER0	24

/* Size of the second version, with SHIM6_FEATURE_TELEMETRY */
#define SHIM6_CONTEXT_ENTRY_SIZE_VER1	248
#define SHIM6_EVENT_SIZE_VER1		160
#define SHIM6_EVENT_MASK_SIZE_VER1	16

#define SHIM6_QOS_MARKING_SIZE_VER1	40

/* Size of the third version */
#define SHIM6_CONTEXT_ENTRY_SIZE_VER2	264

#endif
