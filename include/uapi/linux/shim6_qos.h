/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Classes of service and provider links of Shim6, through /dev/shim6.
 *
 * The module says which class a packet is of and hands that over to traffic
 * control: skb->priority, skb->mark, skb->tc_index and the DSCP are the same
 * before and after a change of locators, when filters on ports and addresses
 * are blind. Queues, shapers and meters are those of tc(8).
 *
 * Everything below is one table per network namespace. A command that changes
 * it takes effect at once; between SHIM6_IOC_QOS_BEGIN and
 * SHIM6_IOC_QOS_COMMIT of the same open file the changes are collected, seen by
 * the lists of that file only, and take effect together or not at all.
 * Changing needs CAP_NET_ADMIN as for /dev/shim6, reading does not.
 *
 * A command that fails with EINVAL, ENOENT or EEXIST because of one member says
 * which: @bad is its offset, plus 1.
 */
#ifndef _UAPI_LINUX_SHIM6_QOS_H
#define _UAPI_LINUX_SHIM6_QOS_H

#include <linux/types.h>
#include <linux/in6.h>

#define SHIM6_QOS_NAME_LEN	16	/* with its NUL */
#define SHIM6_QOS_CLASSES	15	/* ids 1 to 15; 0: no class */
#define SHIM6_QOS_LINKS		16	/* ids 1 to 16; 0: no link */
#define SHIM6_QOS_PREFIXES	4	/* of a link */
#define SHIM6_QOS_RULES		256
#define SHIM6_QOS_MAJOR		0x140	/* qdisc handle 140:, the protocol */

#define SHIM6_QOS_DSCP_INHERIT	254	/* control: as the context's payload */
#define SHIM6_QOS_DSCP_KEEP	255	/* as the sender set it */

/* What a class does with the DSCP of received packets */
enum shim6_qos_in_dscp {
	SHIM6_QOS_IN_KEEP,		/* as it came */
	SHIM6_QOS_IN_RESTORE,		/* what the context's last sent
					 * packet of the class had
					 */
	SHIM6_QOS_IN_SET,		/* that of the class */
};

/**
 * struct shim6_qos_class - what packets of one kind get
 * @id: 1 to SHIM6_QOS_CLASSES; one that exists is replaced
 * @flags: zero
 * @name: unique, letters, digits, '-' and '_', NUL-terminated
 * @dscp: 0 to 63, or SHIM6_QOS_DSCP_KEEP; ECN is never touched
 * @in_dscp: enum shim6_qos_in_dscp
 * @rank: order of recovery, lower first (RFC 5534 9: not all at once)
 * @reserved: zero
 * @minor: minor of skb->priority, its major is that of the link; 0: as it was
 * @tc_index: skb->tc_index; 0: 1 to 3 by the drop precedence of an AF DSCP,
 *	else as it was
 * @mark: bits of skb->mark that are set; within @mark_mask
 * @mark_mask: bits of skb->mark that are replaced
 * @bad: result, see above
 * @reserved2: zero
 */
struct shim6_qos_class {
	__u32 id;
	__u32 flags;
	char name[SHIM6_QOS_NAME_LEN];
	__u8 dscp;
	__u8 in_dscp;
	__u8 rank;
	__u8 reserved;
	__u16 minor;
	__u16 tc_index;
	__u32 mark;
	__u32 mark_mask;
	__u32 bad;
	__u32 reserved2;
};

/**
 * struct shim6_qos_prefix - locators of a link
 * @addr: prefix; bits behind @len are zero
 * @len: 1 to 128
 * @reserved: zero
 */
struct shim6_qos_prefix {
	struct in6_addr addr;
	__u8 len;
	__u8 reserved[7];
};

#define SHIM6_QOS_LINK_METERED	(1 << 0)	/* only when nothing else works */
#define SHIM6_QOS_LINK_DRAIN	(1 << 1)	/* nothing new goes there */
#define SHIM6_QOS_LINK_NOPROBE	(1 << 2)	/* explored last */

/**
 * struct shim6_qos_link - a provider
 * @id: 1 to SHIM6_QOS_LINKS; one that exists is replaced
 * @flags: SHIM6_QOS_LINK_*
 * @name: as for a class
 * @ifindex: device, for who sets up its queues; 0: not known. Which link a
 *	packet is on, the prefixes alone tell
 * @nprefix: 1 to SHIM6_QOS_PREFIXES
 * @prefix: its locators; no prefix may overlap that of another link (EEXIST)
 * @up_kbit: rate to the provider, kbit/s; 0: unknown
 * @down_kbit: rate from it
 * @overhead: octets of each packet that the device does not know of
 * @major: major of skb->priority; 0: SHIM6_QOS_MAJOR
 * @prio: priority of its locators, lower first (RFC 5533 5.15.3)
 * @weight: weight among those of equal priority; 0 only when nothing else is
 * @share: permille of @up_kbit that each class is sure of, by its id; for
 *	those who set queues up, the module does nothing with it but that a
 *	class which is deleted loses it
 * @mark: bits of skb->mark that are set, those of the class win
 * @mark_mask: bits of skb->mark that are replaced
 * @bad: result, see above
 * @reserved: zero
 */
struct shim6_qos_link {
	__u32 id;
	__u32 flags;
	char name[SHIM6_QOS_NAME_LEN];
	__u32 ifindex;
	__u32 nprefix;
	struct shim6_qos_prefix prefix[SHIM6_QOS_PREFIXES];
	__u32 up_kbit;
	__u32 down_kbit;
	__s16 overhead;
	__u16 major;
	__u8 prio;
	__u8 weight;
	__u16 share[SHIM6_QOS_CLASSES + 1];
	__u16 reserved;
	__u32 mark;
	__u32 mark_mask;
	__u32 bad;
};

/* Members of a rule that must match; the others match anything */
#define SHIM6_QOS_MATCH_LOCAL	(1 << 0)
#define SHIM6_QOS_MATCH_PEER	(1 << 1)
#define SHIM6_QOS_MATCH_PROTO	(1 << 2)
#define SHIM6_QOS_MATCH_LPORT	(1 << 3)
#define SHIM6_QOS_MATCH_RPORT	(1 << 4)
#define SHIM6_QOS_MATCH_DSCP	(1 << 5)
#define SHIM6_QOS_MATCH_MARK	(1 << 6)
#define SHIM6_QOS_MATCH_UID	(1 << 7)

enum shim6_qos_dir {
	SHIM6_QOS_DIR_BOTH,
	SHIM6_QOS_DIR_OUT,
	SHIM6_QOS_DIR_IN,
};

/*
 * Which links the contexts of a rule's packets use. Exploration keeps to that:
 * what works of these links is found before another (RFC 5534 4.3), and of PIN
 * even the pair that has just failed is tried again before one of another link.
 * A context that had to leave goes back as @idle_ms and @unbalanced_ms of struct
 * shim6_qos_share say.
 */
enum shim6_qos_path {
	SHIM6_QOS_PATH_ANY,		/* as the share object says */
	SHIM6_QOS_PATH_PIN,		/* these only, as long as one works */
	SHIM6_QOS_PATH_PREFER,		/* these first, back when they work */
	SHIM6_QOS_PATH_AVOID,		/* these last */
	SHIM6_QOS_PATH_FORK,		/* a context of their own, on these */
	SHIM6_QOS_PATH_LOWRTT,		/* the quickest of these */
};

/**
 * struct shim6_qos_rule - which class a packet is of
 * @pref: 1 to 65535; lower is looked at first, the first match decides; one
 *	that exists is replaced
 * @flags: zero
 * @match: SHIM6_QOS_MATCH_*
 * @klass: id of a class; 0: none, the packet stays as it is
 * @local: prefix of the ULID here
 * @peer: prefix of the ULID there
 * @local_len: its length, 1 to 128
 * @peer_len: its length, 1 to 128
 * @proto: upper-layer protocol
 * @dir: enum shim6_qos_dir
 * @lport_min: ports here, host byte order; protocols with ports only
 * @lport_max: the last of them
 * @rport_min: ports there
 * @rport_max: the last of them
 * @dscp: 0 to 63, as the sender set it; within @dscp_mask
 * @dscp_mask: bits of the DSCP that are compared
 * @set_dscp: in place of the class's: 0 to 63, or SHIM6_QOS_DSCP_KEEP: the
 *	class decides
 * @path: enum shim6_qos_path
 * @mark: skb->mark as it comes to us; within @mark_mask
 * @mark_mask: bits that are compared
 * @uid: owner of the socket, in the user namespace of the one who sets it
 * @links: bit i: link i + 1
 * @reserved: zero
 * @bad: result, see above
 * @reserved2: zero
 * @packets: result of a list: packets that met the rule first
 * @bytes: their octets
 * @remarked: how many of them got another DSCP
 */
struct shim6_qos_rule {
	__u32 pref;
	__u32 flags;
	__u32 match;
	__u32 klass;
	struct in6_addr local;
	struct in6_addr peer;
	__u8 local_len;
	__u8 peer_len;
	__u8 proto;
	__u8 dir;
	__u16 lport_min;
	__u16 lport_max;
	__u16 rport_min;
	__u16 rport_max;
	__u8 dscp;
	__u8 dscp_mask;
	__u8 set_dscp;
	__u8 path;
	__u32 mark;
	__u32 mark_mask;
	__u32 uid;
	__u16 links;
	__u16 reserved;
	__u32 bad;
	__u32 reserved2;
	__u64 packets;
	__u64 bytes;
	__u64 remarked;
};

/**
 * struct shim6_qos_control - our own messages
 * @dscp: 0 to 63, or SHIM6_QOS_DSCP_INHERIT; 48, CS6, by default
 * @alternate: 1: every second one of a context has the DSCP of its payload,
 *	so that a provider that treats the two differently decides nothing
 *	alone; so has each Keepalive that tells of no payload since the last
 *	one. It is the DSCP last sent; of a context that has sent nothing for a
 *	Keepalive Timeout it is that of the class of what it received last, or
 *	the one that came with that, if it is trusted
 * @klass: class whose minor, mark and tc_index they get; 0: none
 * @reserved: zero
 * @pace_permille: probes may use so much of a link's @up_kbit; 0: no limit
 * @pace_min: but so many a second in any case
 * @pace_burst: and so many at once
 * @provisional: 1: a pair that only probes have shown to work is left at
 *	once when payload does not come back, or when the peer complains that
 *	nothing arrives; if payload of a peer that complains comes in, it is told
 *	so by a Keepalive and stays on its pair
 * @bad: result, see above
 */
struct shim6_qos_control {
	__u8 dscp;
	__u8 alternate;
	__u8 klass;
	__u8 reserved;
	__u32 pace_permille;
	__u32 pace_min;
	__u32 pace_burst;
	__u32 provisional;
	__u32 bad;
};

enum shim6_qos_police_kind {
	SHIM6_QOS_POLICE_I1_IN,
	SHIM6_QOS_POLICE_I2_IN,		/* proofs of locators */
	SHIM6_QOS_POLICE_BIS_IN,	/* R1bis and I2bis */
	SHIM6_QOS_POLICE_UR_IN,
	SHIM6_QOS_POLICE_PROBE_IN,
	SHIM6_QOS_POLICE_CTX_OUT,	/* contexts that we start */
	SHIM6_QOS_POLICE_COUNT,
};

/**
 * struct shim6_qos_police - how many messages of a kind are served
 * @kind: enum shim6_qos_police_kind; one that exists is replaced
 * @src_len: each prefix of this length has a limit of its own; 0: none, else
 *	48 to 64
 * @rate: all together, a second; 0: no limit
 * @burst: and so many at once
 * @src_rate: of one prefix, a second
 * @src_burst: and so many at once
 * @src_slots: prefixes that are known at the same time, up to 65536; the one
 *	seen longest ago makes room
 * @bad: result, see above
 * @passed: result of a list: messages served
 * @dropped: not served
 */
struct shim6_qos_police {
	__u32 kind;
	__u32 src_len;
	__u32 rate;
	__u32 burst;
	__u32 src_rate;
	__u32 src_burst;
	__u32 src_slots;
	__u32 bad;
	__u64 passed;
	__u64 dropped;
};

/* How new contexts are spread over the links (RFC 3582 3.1.2) */
enum shim6_qos_share_mode {
	SHIM6_QOS_SHARE_OFF,		/* the ULID pair as long as it works */
	SHIM6_QOS_SHARE_WEIGHT,		/* by the weights of equal priority */
	SHIM6_QOS_SHARE_LOWRTT,		/* the quickest */
	SHIM6_QOS_SHARE_ACTIVE_BACKUP,	/* the best priority, back when it
					 * works
					 */
	SHIM6_QOS_SHARE_METERED,	/* as WEIGHT; metered links last */
};

/**
 * struct shim6_qos_share - load sharing
 * @mode: enum shim6_qos_share_mode
 * @buckets: of the table that keeps a context where it is: 256
 * @idle_ms: a context moves only after so long without payload
 * @unbalanced_ms: or after the shares were wrong for so long; 0: never
 * @hyst_permille: LOWRTT: quicker by so much
 * @hyst_us: and by so many microseconds
 * @hold_ms: and for so long
 * @bad: result, see above
 */
struct shim6_qos_share {
	__u32 mode;
	__u32 buckets;
	__u32 idle_ms;
	__u32 unbalanced_ms;
	__u32 hyst_permille;
	__u32 hyst_us;
	__u32 hold_ms;
	__u32 bad;
};

enum shim6_qos_trust_mode {
	SHIM6_QOS_TRUST_ALL,		/* every DSCP stays; the default */
	SHIM6_QOS_TRUST_NONE,		/* it becomes 0 */
	SHIM6_QOS_TRUST_DSCP,		/* those of @allow stay */
};

/**
 * struct shim6_qos_trust - packets that no rule is for; also which received
 *	DSCPs our own messages may take on (see @alternate of struct
 *	shim6_qos_control); with SHIM6_QOS_TRUST_ALL only those of a class,
 *	other than @dscp there
 * @mode: enum shim6_qos_trust_mode
 * @bad: result, see above
 * @allow: bit i: DSCP i may stay
 */
struct shim6_qos_trust {
	__u32 mode;
	__u32 bad;
	__u64 allow;
};

/**
 * struct shim6_qos_table - the table as a whole
 * @generation: counts its changes; 0: nothing was ever configured
 * @classes: how many there are
 * @links: likewise
 * @rules: likewise
 * @open: 1: this file has changes that are not committed
 */
struct shim6_qos_table {
	__u64 generation;
	__u32 classes;
	__u32 links;
	__u32 rules;
	__u32 open;
};

/**
 * struct shim6_qos_traffic - packets of a class on a link; those of the class
 *	of &shim6_qos_control are control messages
 * @link: id; 0: of no link
 * @klass: id; 0: of no class
 * @tx_packets: sent
 * @tx_bytes: their octets
 * @rx_packets: received
 * @rx_bytes: their octets
 * @tx_ect0: sent with ECT(0)
 * @tx_ect1: with ECT(1)
 * @tx_ce: with CE
 * @rx_ect0: received with ECT(0)
 * @rx_ect1: with ECT(1)
 * @rx_ce: with CE
 * @lost: sent while their context had no working pair
 */
struct shim6_qos_traffic {
	__u32 link;
	__u32 klass;
	__u64 tx_packets;
	__u64 tx_bytes;
	__u64 rx_packets;
	__u64 rx_bytes;
	__u64 tx_ect0;
	__u64 tx_ect1;
	__u64 tx_ce;
	__u64 rx_ect0;
	__u64 rx_ect1;
	__u64 rx_ce;
	__u64 lost;
};

/**
 * struct shim6_qos_marking - control messages of a link, by their marking
 * @link: id; 0: of no link
 * @dscp: as they were sent, or as they came
 * @blocked: 1: this marking is not used there any more, it got lost too often
 * @reserved: zero
 * @sent: messages that ask for an answer
 * @answered: how many were answered
 * @tx: all messages that were sent so
 * @rx: all messages that came so to a locator of the link, those beyond a limit
 *	of their kind among them
 */
struct shim6_qos_marking {
	__u32 link;
	__u8 dscp;
	__u8 blocked;
	__u16 reserved;
	__u64 sent;
	__u64 answered;
	__u64 tx;
	__u64 rx;
};

#endif
