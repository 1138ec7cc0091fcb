/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one table of tunables. sysfs, ioctl, the tool and the manuals are all
 * generated from it; the core reads values by shim6_param().
 */
#ifndef SHIM6_PARAMS_H
#define SHIM6_PARAMS_H

#include "shim6.h"

/*
 * X(id, name, unit, minimum, maximum, default, text)
 *
 * Names and numbers are ABI: add at the end, never reorder.
 */
#define SHIM6_PARAMS(X)							\
	X(I1_TIMEOUT, i1_timeout, "ms", 100, 60000, 4000,		\
	  "wait before the first I1 is repeated; doubles each time (RFC 5533 14)") \
	X(I1_RETRIES, i1_retries, "count", 0, 16, 4,			\
	  "how often I1 is repeated before giving up")			\
	X(I2_TIMEOUT, i2_timeout, "ms", 100, 60000, 4000,		\
	  "wait before the first I2 or I2bis is repeated; doubles each time") \
	X(I2_RETRIES, i2_retries, "count", 0, 16, 2,			\
	  "how often I2 or I2bis is repeated before falling back to I1") \
	X(UPDATE_TIMEOUT, update_timeout, "ms", 100, 60000, 4000,	\
	  "wait before the first Update Request is repeated; doubles each time") \
	X(UPDATE_TIMEOUT_MAX, update_timeout_max, "ms", 1000, 600000, 120000, \
	  "longest wait between two Update Requests")			\
	X(HOLDDOWN_NO_R1, holddown_no_r1, "ms", 0, 60000, 60000,	\
	  "how long a peer that did not answer I1 is left alone")	\
	X(HOLDDOWN_ICMP, holddown_icmp, "ms", 0, 600000, 600000,	\
	  "how long a peer without Shim6 is left alone")		\
	X(VALIDATOR_LIFETIME, validator_lifetime, "ms", 30000, 120000, 30000, \
	  "how long a validator we made is accepted")			\
	X(SECRET_LIFETIME, secret_lifetime, "ms", 121000, 86400000, 600000, \
	  "how long one validator secret serves")			\
	X(SEND_TIMEOUT, send_timeout, "ms", 1000, 100000, 15000,	\
	  "silence after own traffic that starts exploration; announced to the peer (RFC 5534 7 recommends 10 to 100 s)") \
	X(SEND_TIMEOUT_RANDOM, send_timeout_random, "percent", 0, 50, 5, \
	  "largest random addition to the Send Timeout")		\
	X(KEEPALIVE_INTERVAL, keepalive_interval, "ms", 0, 50000, 0,	\
	  "time between keepalives; 0: a third of what the peer announced; never more than half of it") \
	X(PROBE_INITIAL_TIMEOUT, probe_initial_timeout, "ms", 50, 10000, 500, \
	  "time between the first probes of an exploration")		\
	X(PROBE_INITIAL_COUNT, probe_initial_count, "count", 1, 16, 4,	\
	  "probes sent before the time between them grows")		\
	X(PROBE_TIMEOUT_MAX, probe_timeout_max, "ms", 1000, 600000, 60000, \
	  "longest time between two probes")				\
	X(IDLE_TIMEOUT, idle_timeout, "ms", 1000, 86400000, 300000,	\
	  "a context without traffic for this long is discarded")	\
	X(TRIGGER_PACKETS, trigger_packets, "packets", 0, 1000000, 50,	\
	  "packets of a ULID pair, both ways, that start a context; 0: not by packets") \
	X(TRIGGER_BYTES, trigger_bytes, "octets", 0, 1099511627776, 0,	\
	  "octets of a ULID pair, both ways, that start a context; 0: not by octets") \
	X(TRIGGER_SECONDS, trigger_seconds, "s", 0, 86400, 0,		\
	  "seconds a ULID pair is in use that start a context; 0: not by time") \
	X(FLOW_MAX, flow_max, "entries", 16, 65536, 1024,		\
	  "ULID pairs watched for the trigger")				\
	X(CONTEXT_MAX, context_max, "contexts", 1, 1000000, 4096,	\
	  "contexts of this namespace")					\
	X(CONTEXT_MAX_HALF_OPEN, context_max_half_open, "contexts", 1, 65536, 256, \
	  "own handshakes under way at the same time")			\
	X(LOCATOR_MAX, locator_max, "locators", 1, 32, 16,		\
	  "locators announced to a peer")				\
	X(RATE_R1, rate_r1, "1/s", 1, 1000000, 50,			\
	  "R1 answers a second to one source prefix of 48 bits")	\
	X(RATE_R1_ALL, rate_r1_all, "1/s", 1, 10000000, 1000,		\
	  "R1 answers a second to all together")			\
	X(RATE_R1BIS, rate_r1bis, "1/s", 1, 1000000, 50,		\
	  "R1bis answers a second to one source prefix of 48 bits")	\
	X(RATE_ERROR, rate_error, "1/s", 1, 1000000, 10,		\
	  "Error messages a second to one source prefix of 48 bits")	\
	X(RATE_PROBE, rate_probe, "1/s", 1, 1000000, 20,		\
	  "answers to probes a second in one context")			\
	X(VERIFY_RELAXED, verify_relaxed, "bool", 0, 1, 0,		\
	  "accept a peer's locators without HBA or CGA proof; for laboratories only") \
	X(ICMP_ALWAYS, icmp_always, "bool", 0, 1, 0,			\
	  "give every ICMPv6 error to the upper layer, also those Shim6 acted on") \
	X(TCP_KICK, tcp_kick, "bool", 0, 1, 1,				\
	  "restart backed-off TCP retransmission timers after a switch")\
	X(EVENT_QUEUE, event_queue, "events", 16, 65536, 1024,		\
	  "events kept for one reader of the device")			\
	X(VERIFY_MAX, verify_max, "messages", 1, 4096, 64,		\
	  "messages that may wait for their signature to be checked") \
	X(TAG_BITS, tag_bits, "bits", 7, 47, 47,			\
	  "random bits of a context tag; fewer than 47 to test their reuse in laboratories only (RFC 5533 C.4)") \
	X(FORK_MAX, fork_max, "flows", 0, 65536, 512,			\
	  "flows with a forked context of their own (RFC 5533 4.2)") \
	X(CONTEXT_MAX_PREFIX, context_max_prefix, "contexts", 1, 1000000, 1024, \
	  "contexts set up with one peer prefix of 48 bits")		\
	X(SOCKET_MAX, socket_max, "sockets", 1, 1000000, 16384,		\
	  "sockets that have options of the shim set (RFC 6316)")	\
	X(RATE_R1BIS_ALL, rate_r1bis_all, "1/s", 1, 10000000, 1000,	\
	  "R1bis answers a second to all together")			\
	X(RATE_ERROR_ALL, rate_error_all, "1/s", 1, 10000000, 100,	\
	  "Error messages a second to all together")

enum shim6_param {
#define SHIM6_X(id, ...) SHIM6_P_##id,
	SHIM6_PARAMS(SHIM6_X)
#undef SHIM6_X
	SHIM6_P_COUNT,
};

/**
 * struct shim6_param_info - one row of the table
 * @name: as in sysfs
 * @unit: for people
 * @min: smallest value
 * @max: largest value
 * @def: default
 * @text: one sentence
 */
struct shim6_param_info {
	const char *name;
	const char *unit;
	u64 min;
	u64 max;
	u64 def;
	const char *text;
};

extern const struct shim6_param_info shim6_param_info[SHIM6_P_COUNT];

/**
 * struct shim6_params - the values of one namespace
 * @v: by enum shim6_param; written under the namespace's cfg_mutex with
 *	WRITE_ONCE, read anywhere with READ_ONCE through shim6_param()
 */
struct shim6_params {
	u64 v[SHIM6_P_COUNT];
};

static inline u64 shim6_param(const struct shim6_params *p, enum shim6_param i)
{
	return READ_ONCE(p->v[i]);
}

/* A tunable in ms as ns */
static inline u64 shim6_param_ns(const struct shim6_params *p,
				 enum shim6_param i)
{
	return shim6_param(p, i) * SHIM6_NS_PER_MS;
}

void shim6_params_init(struct shim6_params *p);

/**
 * shim6_param_find() - tunable by name
 * @name: its name, NUL-terminated
 * Return: its number, or -ENOENT.
 */
int shim6_param_find(const char *name);

/**
 * shim6_param_set() - check a value against its range and store it
 * @p: values
 * @i: tunable
 * @val: new value
 * Return: 0, or -ERANGE and nothing changed. The caller serialises.
 */
int shim6_param_set(struct shim6_params *p, unsigned int i, u64 val);

#endif
