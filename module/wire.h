/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Wire codec: control messages and their options (RFC 5533 5, RFC 5534 5).
 *
 * Pure: bytes in, a plain structure out, and back. Pointers of a decoded
 * message point into the buffer that was decoded and live as long as it does.
 */
#ifndef SHIM6_WIRE_H
#define SHIM6_WIRE_H

#include "shim6.h"

/**
 * struct shim6_probe_rec - one probe record, as on the wire (RFC 5534 5.2)
 * @src: source address of that probe
 * @dst: destination address of that probe
 * @nonce: its nonce, network byte order
 * @data: its data, echoed unchanged, network byte order
 */
struct shim6_probe_rec {
	struct in6_addr src;
	struct in6_addr dst;
	__be32 nonce;
	__be32 data;
};

/**
 * struct shim6_loc_pref - one element of a Locator Preferences option
 * @flags: SHIM6_LOC_BROKEN, SHIM6_LOC_TRANSIENT
 * @priority: lower is preferred
 * @weight: share among equals
 */
struct shim6_loc_pref {
	u8 flags;
	u8 priority;
	u8 weight;
};

/**
 * struct shim6_msg - one control message in plain form
 * @type: enum shim6_msg_type
 * @dscp: of the packet it came in; filled in by who received that
 * @opts: SHIM6_OPT_BIT() of each option present
 * @tag: context tag at octets 6..11; whose it is depends on @type (B-5)
 * @packet_tag: I2bis only: the echoed tag
 * @init_nonce: I1, R1, I2, R2, I2bis
 * @resp_nonce: R1, I2, R1bis, I2bis
 * @req_nonce: Update Request and Acknowledgement
 * @sta: Probe: enum shim6_reap_state of the sender
 * @psent: Probe: number of sent records, at least 1
 * @precvd: Probe: number of received records
 * @sent: Probe: the sent records, the first describes the probe itself
 * @recvd: Probe: the received records
 * @err_code: Error: enum shim6_error_code
 * @err_ptr: Error: octet in @quoted, counted from its IPv6 header
 * @quoted: Error: the packet in error
 * @quoted_len: Error: octets of @quoted
 * @validator: Responder Validator, opaque to the initiator
 * @validator_len: its length in octets
 * @list_gen: Locator List: generation
 * @nlocs: Locator List: number of locators, at most SHIM6_MAX_LOCS
 * @locs: Locator List: the locators
 * @methods: Locator List: verification method of each locator
 * @pref_gen: Locator Preferences: generation it applies to
 * @npref: Locator Preferences: number of elements
 * @pref_elem: Locator Preferences: octets per element
 * @prefs: Locator Preferences: the elements, see shim6_msg_pref()
 * @pds: CGA Parameter Data Structure
 * @pds_len: its length in octets
 * @sig: CGA Signature
 * @sig_len: its length in octets
 * @ulid_sender: ULID Pair: the sender's ULID
 * @ulid_receiver: ULID Pair: the receiver's ULID
 * @fii: Forked Instance Identifier, 0 when absent
 * @keepalive: Keepalive Timeout in seconds
 * @off_methods: decode only: offset of the first method octet in the message,
 *	for the Pointer of Error 2
 * @off_pref: decode only: offset of the Locator Preferences option in the
 *	message, for the Pointer of Errors 3 and 4
 */
struct shim6_msg {
	u8 type;
	u8 dscp;
	u32 opts;
	u64 tag;
	u64 packet_tag;
	u32 init_nonce;
	u32 resp_nonce;
	u32 req_nonce;
	u8 sta;
	u8 psent;
	u8 precvd;
	const struct shim6_probe_rec *sent;
	const struct shim6_probe_rec *recvd;
	u8 err_code;
	u16 err_ptr;
	const u8 *quoted;
	u16 quoted_len;
	const u8 *validator;
	u16 validator_len;
	u32 list_gen;
	u8 nlocs;
	const struct in6_addr *locs;
	const u8 *methods;
	u32 pref_gen;
	u8 npref;
	u8 pref_elem;
	const u8 *prefs;
	const u8 *pds;
	u16 pds_len;
	const u8 *sig;
	u16 sig_len;
	struct in6_addr ulid_sender;
	struct in6_addr ulid_receiver;
	u32 fii;
	u16 keepalive;
	u16 off_methods;
	u16 off_pref;
};

/* Why a control message was refused; each has a counter of its own */
enum shim6_wire_verdict {
	SHIM6_WIRE_OK,
	SHIM6_WIRE_TRUNCATED,	/* shorter than its own length says */
	SHIM6_WIRE_HIP,		/* S bit set */
	SHIM6_WIRE_PAYLOAD,	/* P bit set: not a control message */
	SHIM6_WIRE_CHECKSUM,
	SHIM6_WIRE_TYPE,	/* unknown type: Error 0 */
	SHIM6_WIRE_SHORT,	/* below the minimum of its type: silence */
	SHIM6_WIRE_OPT_BOUNDS,	/* an option that does not fit */
	SHIM6_WIRE_OPT_LENGTH,	/* an option whose length lies */
	SHIM6_WIRE_OPT_DUP,	/* a defined option twice */
	SHIM6_WIRE_OPT_CRITICAL,/* unknown or not listed, C = 1: Error 1 */
	SHIM6_WIRE_OPT_MISSING,	/* a required option is not there */
	SHIM6_WIRE_FIELD,	/* a field outside its range (Psent 0, Sta 3) */
	SHIM6_WIRE_COUNT,
};

/**
 * shim6_wire_decode() - check a control message and take it apart
 * @buf: first octet of the Shim6 header, linear
 * @len: octets from there to the end of the IPv6 payload
 * @m: result; valid only with SHIM6_WIRE_OK, except @type which is set with
 *	SHIM6_WIRE_TYPE too
 * @err_off: with SHIM6_WIRE_TYPE and SHIM6_WIRE_OPT_CRITICAL the offset in the
 *	message at which an Error's Pointer must point
 *
 * The order of the checks is that of RFC 5533 12.3; nothing of the message is
 * used before the last option was walked (B-12).
 * Context: any.
 * Return: enum shim6_wire_verdict.
 */
enum shim6_wire_verdict shim6_wire_decode(const u8 *buf, size_t len,
					  struct shim6_msg *m, u16 *err_off);

/**
 * shim6_wire_size() - octets that shim6_wire_encode() will write
 * @m: message
 * Return: a multiple of 8, or 0 if the message cannot be formed.
 */
size_t shim6_wire_size(const struct shim6_msg *m);

/**
 * shim6_wire_encode() - write a control message with its checksum
 * @m: message; options are written in ascending order of their type
 * @buf: where to
 * @room: octets there
 *
 * Context: any.
 * Return: octets written, -EMSGSIZE if @room does not do, -EINVAL if the
 * message cannot be formed.
 */
int shim6_wire_encode(const struct shim6_msg *m, u8 *buf, size_t room);

/**
 * shim6_wire_payload() - write a Payload Extension header (RFC 5533 5.2)
 * @buf: eight octets
 * @nexthdr: protocol of what follows
 * @tag: the receiver's context tag
 */
void shim6_wire_payload(u8 *buf, u8 nexthdr, u64 tag);

/**
 * shim6_wire_payload_tag() - receiver's context tag of a payload header
 * @buf: eight octets with the P bit set
 * Return: 47-bit tag.
 */
u64 shim6_wire_payload_tag(const u8 *buf);

/**
 * shim6_wire_checksum() - checksum over a whole message (RFC 5533 5.3)
 * @buf: first octet of the message
 * @len: (Hdr Ext Len + 1) * 8
 * Return: value as stored in memory order; 0 when a received message is right.
 */
__sum16 shim6_wire_checksum(const u8 *buf, size_t len);

/**
 * shim6_msg_pref() - one element of the Locator Preferences of a message
 * @m: decoded message with SHIM6_OPT_LOC_PREFS
 * @i: index, below @m->npref
 * @out: result; priority and weight are 0 where the element has none
 */
void shim6_msg_pref(const struct shim6_msg *m, unsigned int i,
		    struct shim6_loc_pref *out);

#endif
