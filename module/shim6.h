/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Constants of the protocol and limits of this implementation.
 *
 * Everything here is shared by the pure core, the engine and the packet path;
 * no structure of any other file is defined here.
 */
#ifndef SHIM6_H
#define SHIM6_H

#include <linux/types.h>
#include <linux/in6.h>

#define SHIM6_PROTO		140	/* RFC 5533 5: control and payload */
#define SHIM6_NEXTHDR_NONE	59
#define SHIM6_PAYLOAD_LEN	8	/* RFC 5533 5.2 */
#define SHIM6_MAX_CTRL		1280	/* RFC 5533 5.1, IPv6 header included */
#define SHIM6_CTRL_ROOM		(SHIM6_MAX_CTRL - 40)

#define SHIM6_TAG_BITS		47
#define SHIM6_TAG_MASK		((1ULL << SHIM6_TAG_BITS) - 1)
#define SHIM6_P_BIT		(1ULL << SHIM6_TAG_BITS)

/* RFC 6316 13: SHIM_MAX_LOCATORS */
#define SHIM6_MAX_LOCS		32
#define SHIM6_MAX_VALIDATOR	255
/* An RSA key of 4096 bits and 16 prefixes, or 32 prefixes without a key */
#define SHIM6_MAX_PDS		768
#define SHIM6_MAX_PROBE_RECS	15	/* RFC 5534 5.2: four-bit counts */

/* RFC 5533 5.3 to 5.14, RFC 5534 5 */
enum shim6_msg_type {
	SHIM6_MSG_I1		= 1,
	SHIM6_MSG_R1		= 2,
	SHIM6_MSG_I2		= 3,
	SHIM6_MSG_R2		= 4,
	SHIM6_MSG_R1BIS		= 5,
	SHIM6_MSG_I2BIS		= 6,
	SHIM6_MSG_UPDATE_REQ	= 64,
	SHIM6_MSG_UPDATE_ACK	= 65,
	SHIM6_MSG_KEEPALIVE	= 66,
	SHIM6_MSG_PROBE		= 67,
	SHIM6_MSG_ERROR		= 68,
};

/* RFC 5533 5.15, RFC 5534 5.3 */
enum shim6_opt_type {
	SHIM6_OPT_VALIDATOR	= 1,
	SHIM6_OPT_LOC_LIST	= 2,
	SHIM6_OPT_LOC_PREFS	= 3,
	SHIM6_OPT_PDS		= 4,
	SHIM6_OPT_SIGNATURE	= 5,
	SHIM6_OPT_ULID_PAIR	= 6,
	SHIM6_OPT_FII		= 7,
	SHIM6_OPT_KEEPALIVE	= 10,
};

#define SHIM6_OPT_BIT(type)	(1u << (type))

/* RFC 5533 5.14 */
enum shim6_error_code {
	SHIM6_ERR_TYPE		= 0,
	SHIM6_ERR_OPTION	= 1,
	SHIM6_ERR_METHOD	= 2,
	SHIM6_ERR_GENERATION	= 3,
	SHIM6_ERR_COUNT		= 4,
};

/* RFC 5533 5.15.2; the registry's numbers */
enum shim6_method {
	SHIM6_METHOD_NONE	= 0,
	SHIM6_METHOD_HBA	= 1,
	SHIM6_METHOD_CGA	= 2,
};

/* RFC 5533 5.15.3 */
#define SHIM6_LOC_BROKEN	0x01
#define SHIM6_LOC_TRANSIENT	0x02

/* RFC 5533 6.2 */
enum shim6_state {
	SHIM6_IDLE,
	SHIM6_I1_SENT,
	SHIM6_I2_SENT,
	SHIM6_I2BIS_SENT,
	SHIM6_ESTABLISHED,
	SHIM6_E_FAILED,
	SHIM6_NO_SUPPORT,
	SHIM6_STATE_COUNT,
};

/* RFC 5534 5.2: the numbers of the Sta field */
enum shim6_reap_state {
	SHIM6_REAP_OPERATIONAL	= 0,
	SHIM6_REAP_EXPLORING	= 1,
	SHIM6_REAP_INBOUND_OK	= 2,
};

#define SHIM6_NS_PER_MS		1000000ULL
#define SHIM6_NS_PER_SEC	1000000000ULL

/**
 * struct shim6_pair - addresses of a packet as they stand in its IPv6 header
 * @src: source, the sender's locator
 * @dst: destination, the receiver's locator
 */
struct shim6_pair {
	struct in6_addr src;
	struct in6_addr dst;
};

#endif
