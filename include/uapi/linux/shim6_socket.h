/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Shim6 for programs: the socket options of RFC 6316.
 *
 * They work on IPv6 sockets of TCP, UDP and raw protocols, by getsockopt() and
 * setsockopt() at level SOL_SHIM; shim6_socket(7) explains each. Without the
 * module all of them fail with ENOPROTOOPT.
 *
 * What a kernel module cannot give is the ancillary data of RFC 6316 7, since
 * sendmsg() and recvmsg() are not open to modules: sendmsg() on a datagram
 * socket refuses SHIM_LOC_LOCAL_SEND, SHIM_LOC_PEER_SEND and SHIM_FEEDBACK with
 * EINVAL. In their place:
 *
 * - SHIM_LOC_LOCAL_SEND and SHIM_LOC_PEER_SEND as options, for all packets;
 * - getsockopt(SHIM_LOC_LATEST) gives the ancillary data that recvmsg() would
 *   carry for SHIM_LOC_LOCAL_RECV and SHIM_LOC_PEER_RECV, of the packet that
 *   came last, in a buffer to be walked by CMSG_FIRSTHDR() and CMSG_NXTHDR();
 * - setsockopt(SHIM_FEEDBACK), or SHIM6_IOC_FEEDBACK of <linux/shim6.h> on
 *   /dev/shim6 for a program that watches another's socket.
 *
 * Errors all options share: EOPNOTSUPP for a socket that is not connected,
 * ENOENT when no context serves it (IPv4 and v4-mapped addresses never have
 * one), EINVAL for a size or value out of range, EACCES where a policy says
 * never. SHIM_ASSOCIATED gives 2 instead of EOPNOTSUPP, where RFC 6316 6.1 says
 * both. SHIM_HOT_STANDBY can only be 0: a Probe of a second pair would hide that
 * the first one has failed (RFC 5534 6.7 to 6.9).
 *
 * Sockets that accept() makes have the SHIM_DONTSHIM of their listener, and no
 * other option of it.
 */
#ifndef _UAPI_LINUX_SHIM6_SOCKET_H
#define _UAPI_LINUX_SHIM6_SOCKET_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/in6.h>

/*
 * A module cannot have a level of its own; the numbers of the options are far
 * from those of the stack. That is also the level of ancillary data.
 */
#define SOL_SHIM			41	/* IPPROTO_IPV6 */
#define SHIM_OPT_BASE			0x8c00

/* RFC 6316 6, in the order of its Table 1 */
#define SHIM_ASSOCIATED			(SHIM_OPT_BASE + 0)	/* get, int */
#define SHIM_DONTSHIM			(SHIM_OPT_BASE + 1)	/* int */
#define SHIM_HOT_STANDBY		(SHIM_OPT_BASE + 2)	/* int */
#define SHIM_LOC_LOCAL_PREF		(SHIM_OPT_BASE + 3)	/* shim_locator */
#define SHIM_LOC_PEER_PREF		(SHIM_OPT_BASE + 4)	/* shim_locator */
#define SHIM_LOC_LOCAL_RECV		(SHIM_OPT_BASE + 5)	/* int */
#define SHIM_LOC_PEER_RECV		(SHIM_OPT_BASE + 6)	/* int */
#define SHIM_LOC_LOCAL_SEND		(SHIM_OPT_BASE + 7)	/* shim_locator */
#define SHIM_LOC_PEER_SEND		(SHIM_OPT_BASE + 8)	/* shim_locator */
#define SHIM_LOCLIST_LOCAL		(SHIM_OPT_BASE + 9)	/* shim_locator[] */
#define SHIM_LOCLIST_PEER		(SHIM_OPT_BASE + 10)	/* shim_locator[] */
#define SHIM_APP_TIMEOUT		(SHIM_OPT_BASE + 11)	/* int, s */
#define SHIM_PATHEXPLORE		(SHIM_OPT_BASE + 12)	/* shim_pathexplore */
#define SHIM_DEFERRED_CONTEXT_SETUP	(SHIM_OPT_BASE + 13)	/* get, int */
/* Table 1 has one name, 6.14 the other */
#define SHIM_CONTEXT_DEFERRED_SETUP	SHIM_DEFERRED_CONTEXT_SETUP
/* RFC 6316 7.3; here an option too */
#define SHIM_FEEDBACK			(SHIM_OPT_BASE + 14)	/* set, shim_feedback */

/* Of this implementation */
#define SHIM_LOC_LATEST			(SHIM_OPT_BASE + 15)	/* get, cmsghdr... */
#define SHIM_CONTEXT_SETUP		(SHIM_OPT_BASE + 16)	/* set, int 1 */
#define SHIM_OPT_END			(SHIM_OPT_BASE + 17)

/* RFC 6316 13 */
#define SHIM_MAX_LOCATORS		32

/* RFC 6316 6.16: errors that Linux has no name for */
#define EINVALIDLOCATOR			EADDRNOTAVAIL	/* not of the context */
#define EUNVERIFIEDLOCATOR		EINPROGRESS	/* being checked now */
#define EUNREACHABLELOCATOR		EHOSTUNREACH	/* checked, no answer */
#define ETOOMANYLOCATORS		E2BIG		/* list or buffer */

/* Bits of struct shim_locator::lc_flags (RFC 6316 8.1) */
#define SHIM_LOCATOR_HBA		0x01
#define SHIM_LOCATOR_CGA		0x02

/**
 * struct shim_locator - a locator (RFC 6316 8.1)
 * @lc_family: AF_INET6, as Shim6 has no other; AF_INET with a v4-mapped
 *	address is understood and refused with EINVALIDLOCATOR
 * @lc_proto: zero, there is no NAT
 * @lc_port: zero
 * @lc_prio: priority, the lowest is used first; 0 to 255, the octet that Shim6
 *	has for it, above EINVAL
 * @lc_weight: among equals of priority the highest is used first; 0 to 255
 * @lc_ifidx: interface of a locator of ours; ignored in set
 * @lc_addr: address, network byte order
 * @lc_flags: SHIM_LOCATOR_*; ignored in set
 *
 * A structure that is all zero stands for "none" in SHIM_LOC_*_SEND.
 */
struct shim_locator {
	__u8 lc_family;
	__u8 lc_proto;
	__u16 lc_port;
	__u16 lc_prio;
	__u16 lc_weight;
	__u32 lc_ifidx;
	struct in6_addr lc_addr;
	__u16 lc_flags;
};

/**
 * struct shim_pathexplore - parameters of exploration (RFC 6316 8.2)
 * @pe_probenum: probes before the time between them grows, 1 to 16
 * @pe_keepaliveto: Send Timeout in s, 1 to 100: silence after own traffic that
 *	starts an exploration. The text of the RFC says so, the name does not;
 *	the same value as SHIM_APP_TIMEOUT
 * @pe_keepaliveint: time between Keepalives in s, 1 to 50; never more than half
 *	of what the peer waits for
 * @pe_initprobeto: time between the first probes in ms, 50 to 10000
 * @pe_reserved: zero
 *
 * 0 in any of them stands for the tunable of the namespace.
 */
struct shim_pathexplore {
	__u16 pe_probenum;
	__u16 pe_keepaliveto;
	__u16 pe_keepaliveint;
	__u16 pe_initprobeto;
	__u32 pe_reserved;
};

/* RFC 6316 6.13 calls it so */
#define shim6_pathexplore shim_pathexplore

/* struct shim_feedback::fb_direction */
#define SHIM_FEEDBACK_OUT		0
#define SHIM_FEEDBACK_IN		1

/* struct shim_feedback::fb_indicator */
#define SHIM_FEEDBACK_NONE		0	/* not processed */
#define SHIM_FEEDBACK_UNABLE		1	/* no reachability */
#define SHIM_FEEDBACK_UNSATISFACTORY	2
#define SHIM_FEEDBACK_SATISFACTORY	3

/**
 * struct shim_feedback - how a program finds the path (RFC 6316 8.3)
 * @fb_direction: SHIM_FEEDBACK_OUT or SHIM_FEEDBACK_IN
 * @fb_indicator: SHIM_FEEDBACK_NONE to SHIM_FEEDBACK_SATISFACTORY
 * @fb_reserved: ignored
 *
 * What is not satisfactory is a hint: the pair in use is probed, whichever the
 * direction, and the peer's answer decides; at most once a Send Timeout. What
 * is satisfactory is counted and changes nothing: the packets themselves show
 * it, and one program must not hide an outage from the others.
 */
struct shim_feedback {
	__u8 fb_direction;
	__u8 fb_indicator;
	__u16 fb_reserved;
};

#endif
