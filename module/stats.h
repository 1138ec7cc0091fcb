/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a namespace. One list gives the numbers, the names and the
 * sentences that explain them.
 */
#ifndef SHIM6_STATS_H
#define SHIM6_STATS_H

#include <linux/percpu.h>
#include "shim6.h"

/*
 * X(id, name, text). Names are ABI; add where it reads best, readers go by
 * name. A drop is named *_drop_* or *_bad_*.
 */
#define SHIM6_STATS(X)							\
	X(I1_OUT, i1_out, "I1 sent")					\
	X(I1_IN, i1_in, "I1 received")					\
	X(R1_OUT, r1_out, "R1 sent")					\
	X(R1_IN, r1_in, "R1 received")					\
	X(I2_OUT, i2_out, "I2 sent")					\
	X(I2_IN, i2_in, "I2 received")					\
	X(R2_OUT, r2_out, "R2 sent")					\
	X(R2_IN, r2_in, "R2 received")					\
	X(R1BIS_OUT, r1bis_out, "R1bis sent")				\
	X(R1BIS_IN, r1bis_in, "R1bis received")				\
	X(I2BIS_OUT, i2bis_out, "I2bis sent")				\
	X(I2BIS_IN, i2bis_in, "I2bis received")				\
	X(UPDATE_REQ_OUT, update_req_out, "Update Request sent")	\
	X(UPDATE_REQ_IN, update_req_in, "Update Request received")	\
	X(UPDATE_ACK_OUT, update_ack_out, "Update Acknowledgement sent")\
	X(UPDATE_ACK_IN, update_ack_in, "Update Acknowledgement received") \
	X(KEEPALIVE_OUT, keepalive_out, "Keepalive sent")		\
	X(KEEPALIVE_IN, keepalive_in, "Keepalive received")		\
	X(PROBE_OUT, probe_out, "Probe sent")				\
	X(PROBE_IN, probe_in, "Probe received")				\
	X(ERROR_OUT, error_out, "Error sent")				\
	X(ERROR_IN, error_in, "Error received")				\
	X(PAYLOAD_OUT, payload_out, "payload packets rewritten and tagged") \
	X(PAYLOAD_IN, payload_in, "payload packets restored")		\
	X(CTX_CREATED, context_created, "contexts made")		\
	X(CTX_ESTABLISHED, context_established, "contexts established")	\
	X(CTX_FAILED, context_failed, "handshakes that gave up")	\
	X(CTX_NO_SUPPORT, context_no_support, "peers without Shim6")	\
	X(CTX_KILLED, context_killed, "contexts discarded")		\
	X(CTX_CONFUSED, context_confused, "contexts discarded as confused with a newer one (RFC 5533 7.6)") \
	X(EXPLORATIONS, explorations, "explorations begun")		\
	X(SWITCHES, switches, "changes of the current locator pair")	\
	X(RX_BAD_TRUNCATED, rx_bad_truncated, "control message longer than its packet") \
	X(RX_BAD_HIP, rx_bad_hip, "S bit set: not Shim6")		\
	X(RX_BAD_PAYLOAD, rx_bad_payload, "P bit set where a control message is due") \
	X(RX_BAD_CHECKSUM, rx_bad_checksum, "control message with a wrong checksum") \
	X(RX_BAD_TYPE, rx_bad_type, "unknown message type, answered by Error 0") \
	X(RX_BAD_SHORT, rx_bad_short, "shorter than the minimum of its type") \
	X(RX_BAD_OPT_BOUNDS, rx_bad_opt_bounds, "option beyond the end of its message") \
	X(RX_BAD_OPT_LENGTH, rx_bad_opt_length, "option whose length lies") \
	X(RX_BAD_OPT_DUP, rx_bad_opt_dup, "option twice in one message")	\
	X(RX_BAD_OPT_CRITICAL, rx_bad_opt_critical, "critical option not known, answered by Error 1") \
	X(RX_BAD_OPT_MISSING, rx_bad_opt_missing, "required option missing") \
	X(RX_BAD_FIELD, rx_bad_field, "field outside its range")	\
	X(RX_BAD_ADDR, rx_bad_addr, "source or destination that no locator can be") \
	X(RX_BAD_PAYLOAD_HDR, rx_bad_payload_hdr, "malformed payload header") \
	X(RX_DROP_STATE, rx_drop_state, "message not expected in this state") \
	X(RX_DROP_NONCE, rx_drop_nonce, "nonce does not match")		\
	X(RX_DROP_PAIR, rx_drop_pair, "locator pair does not match")	\
	X(RX_DROP_TAG, rx_drop_tag, "context tag does not match")	\
	X(RX_DROP_AUTH, rx_drop_auth, "locators could not be verified")	\
	X(VERIFIED, signatures_verified, "signatures checked and found good") \
	X(RX_DROP_SIGNATURE, rx_drop_signature, "signatures checked and found wrong") \
	X(RX_DROP_METHOD, rx_drop_method, "verification method refused, answered by Error 2") \
	X(RX_DROP_GENERATION, rx_drop_generation, "preferences for another list, answered by Error 3") \
	X(RX_DROP_COUNT, rx_drop_count, "preferences of wrong number, answered by Error 4") \
	X(RX_DROP_NO_CONTEXT, rx_drop_no_context, "message for no context")	\
	X(RX_DROP_ULID, rx_drop_ulid, "ULID that is not ours")		\
	X(RX_DROP_VALIDATOR, rx_drop_validator, "validator not ours")	\
	X(RX_DROP_STALE, rx_drop_stale, "validator too old")		\
	X(RX_DROP_LIMIT, rx_drop_limit, "limit of contexts reached")	\
	X(RX_DROP_NOMEM, rx_drop_nomem, "no memory for a received message") \
	X(RX_DROP_PAYLOAD_STATE, rx_drop_payload_state, "tagged payload in a state that takes none") \
	X(RX_DROP_PAYLOAD_TAG, rx_drop_payload_tag, "tagged payload with an unknown tag, answered by R1bis") \
	X(RX_DROP_PAYLOAD_ROUTE, rx_drop_payload_route, "tagged payload without an input route") \
	X(RX_DROP_PAYLOAD_NOMEM, rx_drop_payload_nomem, "no memory to restore tagged payload") \
	X(RX_DROP_OWN, rx_drop_dying, "message while the namespace goes away") \
	X(RATE_R1, rate_r1, "R1 not sent: rate limit")			\
	X(RATE_R1BIS, rate_r1bis, "R1bis not sent: rate limit")		\
	X(RATE_ERROR, rate_error, "Error not sent: rate limit")		\
	X(RATE_PROBE, rate_probe, "probe not answered: rate limit")	\
	X(TX_DROP_NOMEM, tx_drop_nomem, "no memory to send")		\
	X(TX_DROP_ROUTE, tx_drop_route, "no route for a locator pair")	\
	X(TX_DROP_LINK, tx_drop_link, "packet for a link without carrier") \
	X(TX_DROP_TOO_BIG, tx_drop_too_big, "packet beyond the path MTU of the locators") \
	X(TX_DROP_SEGMENT, tx_drop_segment, "super-packet that could not be segmented") \
	X(TX_DROP_FRAGMENT, tx_drop_fragment, "packet that could not be fragmented") \
	X(TX_DROP_HEADER, tx_drop_header, "packet whose headers cannot be read") \
	X(TX_BYPASS_NAT, tx_bypass_nat, "packet of a connection with NAT left alone") \
	X(TX_BYPASS_ROUTING, tx_bypass_routing, "packet with a Routing header left alone") \
	X(TX_BYPASS_SOCKET, tx_bypass_socket, "packet of a socket with SHIM_DONTSHIM left alone") \
	X(TX_SEGMENTED, tx_segmented, "super-packets segmented before rewriting") \
	X(TX_FRAGMENTED, tx_fragmented, "packets fragmented before rewriting") \
	X(TX_RESIZED, tx_resized, "super-packets whose segments were made smaller") \
	X(ICMP_TRANSLATED, icmp_translated, "ICMPv6 errors given back with ULIDs") \
	X(ICMP_UNMATCHED, icmp_unmatched, "ICMPv6 errors about a packet of no context") \
	X(KICKS, kicks, "TCP timers restarted after a switch")		\
	X(TRIGGERED, triggered, "contexts started by the trigger")	\
	X(FLOW_EVICTED, flow_evicted, "ULID pairs forgotten for newer ones") \
	X(LIMIT_CTX, limit_context, "context not made: limit reached")	\
	X(LIMIT_HALF_OPEN, limit_half_open, "handshake not begun: too many under way") \
	X(LIMIT_VERIFY, limit_verify, "signature not checked: too many waiting") \
	X(EVENTS_LOST, events_lost, "events lost by slow readers")	\
	X(LIMIT_FORK, limit_fork, "flow not forked: limit reached")	\
	X(SIGNED, signatures_made, "locator lists of ours signed")	\
	X(SIGN_FAILED, signatures_failed, "locator lists of ours that could not be signed") \
	X(LIMIT_PREFIX, limit_prefix, "context not made: too many with one peer prefix") \
	X(LIMIT_SOCKET, limit_socket, "option of a socket refused: too many sockets") \
	X(FEEDBACK_BAD, feedback_bad, "times an application was not satisfied with a path") \
	X(FEEDBACK_GOOD, feedback_good, "times an application was satisfied with a path") \
	X(PACED, paced, "times a context waited for the pace of its link") \
	X(VERDICTS, verdicts, "contexts told that another one left their pair") \
	X(SHARED, shared, "contexts sent to another link to share the load") \
	X(FORKED, forked, "flows forked because of a rule")		\
	X(POLICE_I1, rx_drop_police_i1, "I1 beyond what is served")	\
	X(POLICE_I2, rx_drop_police_i2, "I2 beyond what is served")	\
	X(POLICE_BIS, rx_drop_police_bis, "R1bis or I2bis beyond what is served") \
	X(POLICE_UPDATE, rx_drop_police_update, "Update Request beyond what is served") \
	X(POLICE_PROBE, rx_drop_police_probe, "Probe beyond what is served") \
	X(POLICE_CTX, limit_police, "context not started: beyond what is allowed")

enum shim6_stat {
#define SHIM6_X(id, ...) SHIM6_STAT_##id,
	SHIM6_STATS(SHIM6_X)
#undef SHIM6_X
	SHIM6_STAT_COUNT,
};

/**
 * struct shim6_stat_info - one row of the list
 * @name: as users see it
 * @text: one sentence
 */
struct shim6_stat_info {
	const char *name;
	const char *text;
};

extern const struct shim6_stat_info shim6_stat_info[SHIM6_STAT_COUNT];

/**
 * struct shim6_stats - counters, one copy per CPU
 * @c: by enum shim6_stat
 */
struct shim6_stats {
	u64 c[SHIM6_STAT_COUNT];
};

/* Context: any; softirq-safe by this_cpu operations */
#define shim6_count(sn, id)	this_cpu_inc((sn)->stats->c[SHIM6_STAT_##id])

/* Likewise */
#define shim6_count_add(sn, id, n)	\
	this_cpu_add((sn)->stats->c[SHIM6_STAT_##id], (n))

static inline void shim6_stat_inc(struct shim6_stats __percpu *s,
				  enum shim6_stat i)
{
	this_cpu_inc(s->c[i]);
}

u64 shim6_stat_sum(struct shim6_stats __percpu *s, enum shim6_stat i);
void shim6_stats_reset(struct shim6_stats __percpu *s);

#endif
