/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stateless answers: R1, R1bis, Error. All go back along the pair of what
 * they answer, and each is limited in rate.
 */
#ifndef SHIM6_ANSWER_H
#define SHIM6_ANSWER_H

#include "proto.h"

struct shim6_net;

/**
 * struct shim6_rx - a packet of protocol 140 being handled
 * @sn: namespace
 * @pair: its addresses as received
 * @buf: Shim6 header
 * @len: octets of the Shim6 message that are there
 * @packet: IPv6 header
 * @packet_len: octets from there to the end of the Shim6 message
 * @slow: process context: signatures can be checked
 * @msg: decoded message
 */
struct shim6_rx {
	struct shim6_net *sn;
	struct shim6_pair pair;
	const u8 *buf;
	unsigned int len;
	const u8 *packet;
	unsigned int packet_len;
	bool slow;
	struct shim6_msg msg;
};

/* To an I1: @rx->msg. Context: softirq */
void shim6_answer_r1(const struct shim6_rx *rx);

/* To a message or a payload header with a tag that nobody has */
void shim6_answer_r1bis(const struct shim6_rx *rx, u64 tag);

/**
 * shim6_answer_error() - tell the sender that its message was refused
 * @rx: packet
 * @code: enum shim6_error_code
 * @off: offset in the Shim6 message that the Pointer must name
 *
 * The packet is quoted to the end of its Shim6 message, so that the answer
 * has 48 octets more at most. Nothing for an Error.
 */
void shim6_answer_error(const struct shim6_rx *rx, u8 code, u16 off);

/**
 * shim6_answer_check() - is the validator of an I2 or I2bis ours and recent
 * @rx: packet
 * @key: from shim6_dispatch()
 * Return: 0, -ESTALE, -EBADMSG.
 */
int shim6_answer_check(const struct shim6_rx *rx, const struct shim6_key *key);

#endif
