// SPDX-License-Identifier: GPL-2.0
#include "fake_data.h"
#include "macros.h"

#define MS		1000000ULL
#define SEC		1000000000ULL

/* 2001:db8:a:1:fb:5b98:575f:692d and 2001:db8:b:2:4d9:f16b:c092:dce7 */
#define HOST_A	{ { { 0x20, 0x01, 0x0d, 0xb8, 0, 0x0a, 0, 1, 0, 0xfb, 0x5b, \
		      0x98, 0x57, 0x5f, 0x69, 0x2d } } }
#define HOST_B	{ { { 0x20, 0x01, 0x0d, 0xb8, 0, 0x0b, 0, 2, 4, 0xd9, 0xf1, \
		      0x6b, 0xc0, 0x92, 0xdc, 0xe7 } } }
/* A CGA */
#define HOST_C	{ { { 0x20, 0x01, 0x0d, 0xb8, 0, 0x0b, 0, 2, 0x34, 0xc, 0x1a } } }
/* An address that is in no set */
#define HOST_X	{ { { 0x20, 0x01, 0x0d, 0xb8, 0, 0x0a, 0, 1, [15] = 1 } } }
#define PEER(x)	{ { { 0x20, 0x01, 0x0d, 0xb8, 0, (x), [15] = 0x99 } } }
#define PEER_PREFIX { { { 0x20, 0x01, 0x0d, 0xb8, 0, 0xc } } }

const struct shim6_context_entry fake_contexts[2] = {
	{
		.id = 7,
		.flags = SHIM6_CTX_INITIATOR | SHIM6_CTX_SWITCHED,
		.ulid_local = HOST_A, .ulid_peer = PEER(0xc),
		.loc_local = HOST_B, .loc_peer = PEER(0xd),
		.tag_local = 0x123456789abc, .tag_peer = 0x0000deadbeef,
		.state = SHIM6_STATE_ESTABLISHED,
		.reap = SHIM6_REAP_STATE_OPERATIONAL,
		.switches = 1, .nlocal = 2, .npeer = 2,
		.send_timeout = 15 * SEC, .keepalive_timeout = 15 * SEC,
		.age = 754 * SEC, .idle = 12 * MS, .last_switch = 183 * MS,
		.tx_packets = 1234, .tx_bytes = 1790000,
		.rx_packets = 1200, .rx_bytes = 96000,
		.plain_tx_packets = 50, .plain_tx_bytes = 4000,
		.plain_rx_packets = 40, .plain_rx_bytes = 3200,
		.since_switch = 125 * SEC, .rtt = 12345678,
		.rtt_age = 124 * SEC, .probes_sent = 4, .probes_received = 3,
	},
	{
		.id = 8,
		.ulid_local = HOST_A, .ulid_peer = PEER(0xe),
		.loc_local = HOST_A, .loc_peer = PEER(0xe),
		.tag_local = 1,
		.state = SHIM6_STATE_I2_SENT,
		.reap = SHIM6_REAP_STATE_EXPLORING,
		.nlocal = 2,
		.send_timeout = 15 * SEC, .keepalive_timeout = 15 * SEC,
		.age = 4 * SEC + 250 * MS, .idle = 8000 * SEC,
	},
};

const struct shim6_locator_entry fake_locators[] = {
	{ .addr = HOST_A, .ifindex = 2, .method = 1, .set = 3,
	  .status = SHIM6_LOCATOR_UP | SHIM6_LOCATOR_HBA },
	{ .addr = HOST_B, .ifindex = 3, .method = 1, .set = 3,
	  .status = SHIM6_LOCATOR_UP | SHIM6_LOCATOR_HBA },
	{ .addr = HOST_X, .ifindex = 2,
	  .status = SHIM6_LOCATOR_UP | SHIM6_LOCATOR_DEPRECATED },
	{ .addr = HOST_C, .ifindex = 3, .method = 2, .set = 11,
	  .status = SHIM6_LOCATOR_UP },
	{ .context = 7, .addr = HOST_A, .method = 1, .set = 3, .priority = 1,
	  .status = SHIM6_LOCATOR_HBA | SHIM6_LOCATOR_ACKED |
		    SHIM6_LOCATOR_ULID, .flags = 1 },
	{ .context = 7, .addr = HOST_B, .ifindex = 3, .method = 1, .set = 3,
	  .priority = 1, .weight = 10,
	  .status = SHIM6_LOCATOR_UP | SHIM6_LOCATOR_HBA |
		    SHIM6_LOCATOR_ACKED | SHIM6_LOCATOR_CURRENT },
	{ .context = 7, .addr = PEER(0xc), .method = 1,
	  .status = SHIM6_LOCATOR_PEER | SHIM6_LOCATOR_VERIFIED |
		    SHIM6_LOCATOR_ULID },
	{ .context = 7, .addr = PEER(0xd), .method = 2, .flags = 2,
	  .status = SHIM6_LOCATOR_PEER | SHIM6_LOCATOR_VERIFIED |
		    SHIM6_LOCATOR_PROBED | SHIM6_LOCATOR_CURRENT },
};

const size_t fake_nlocators = ARRAY_SIZE(fake_locators);

const struct shim6_param_entry fake_params[] = {
	{ 0, 0, 4000, 100, 60000, 4000, "i1_timeout", "ms",
	  "wait before the first I1 is repeated" },
	{ 1, 0, 4, 0, 16, 4, "i1_retries", "count",
	  "how often I1 is repeated before giving up" },
	{ 2, 0, 15000, 1000, 100000, 15000, "send_timeout", "ms",
	  "silence after own traffic that starts exploration" },
	{ 3, 0, 5, 0, 50, 5, "send_timeout_random", "percent",
	  "largest random addition to the Send Timeout" },
	{ 4, 0, 50, 0, 1000000, 50, "trigger_packets", "packets",
	  "packets of a ULID pair that start a context" },
	{ 5, 0, 0, 0, 1099511627776, 0, "trigger_bytes", "octets",
	  "octets of a ULID pair that start a context" },
	{ 6, 0, 30, 0, 86400, 0, "trigger_seconds", "s",
	  "seconds a ULID pair is in use that start a context" },
	{ 7, 0, 1, 0, 1, 1, "tcp_kick", "bool",
	  "restart backed-off TCP retransmission timers after a switch" },
};

const size_t fake_nparams = ARRAY_SIZE(fake_params);

const struct shim6_counter_entry fake_counters[] = {
	{ 12, "rx_payload", "payload packets restored" },
	{ 0, "rx_bad_checksum", "control messages with a wrong checksum" },
	{ 3, "context_switched", "changes of a locator pair" },
	{ 5, "limit_context", "context not made: limit reached" },
	{ 1, "limit_prefix", "context not made: too many with one peer prefix" },
	{ 0, "limit_verify", "signature not checked: too many waiting" },
};

const size_t fake_ncounters = ARRAY_SIZE(fake_counters);

const struct shim6_policy_entry fake_rules[] = {
	{ .id = 2, .action = SHIM6_POLICY_ALWAYS, .priority = 10, .proto = 6,
	  .peer = PEER_PREFIX, .peer_len = 48, .port = 443, .hits = 17 },
	{ .id = 4, .action = SHIM6_POLICY_NEVER, .priority = 1000,
	  .proto = 89 },
};

const size_t fake_nrules = ARRAY_SIZE(fake_rules);

/* One of each reason, and two that this program does not know */
const struct shim6_flow_entry fake_flows[] = {
	{ HOST_A, PEER(0xc), 2434, 1886000, 754 * SEC, 12 * MS,
	  SHIM6_FLOW_CONTEXT, 7 },
	{ HOST_A, PEER(0xe), 60, 4800, 9 * SEC, SEC, SHIM6_FLOW_HANDSHAKE, 8 },
	{ HOST_X, PEER(0xf), 12, 960, 3 * SEC, 40 * MS,
	  SHIM6_FLOW_BELOW_TRIGGER, 0 },
	{ HOST_X, PEER(0x10), 5, 400, SEC, SEC, SHIM6_FLOW_POLICY, 0 },
	{ HOST_A, PEER(0x11), 5, 400, SEC, SEC, SHIM6_FLOW_SINGLE_LOCATOR, 0 },
	{ HOST_X, PEER(0x12), 5, 400, SEC, SEC, SHIM6_FLOW_NOT_HBA, 0 },
	{ HOST_A, PEER(0x13), 5, 400, SEC, SEC, SHIM6_FLOW_HOLDDOWN, 0 },
	{ HOST_A, PEER(0x14), 5, 400, SEC, SEC, SHIM6_FLOW_NO_SUPPORT, 0 },
	{ HOST_A, PEER(0x15), 5, 400, SEC, SEC, SHIM6_FLOW_LIMIT, 0 },
	{ HOST_A, PEER(0x16), 5, 400, SEC, SEC, SHIM6_FLOW_NO_ROUTE, 0 },
	{ HOST_A, PEER(0x17), 5, 400, SEC, SEC, SHIM6_FLOW_INBOUND_ONLY, 0 },
	{ HOST_A, PEER(0x18), 5, 400, SEC, SEC, SHIM6_FLOW_EXCLUDED, 0 },
	{ HOST_A, PEER(0x19), 5, 400, SEC, SEC, 77, 0 },
};

const size_t fake_nflows = ARRAY_SIZE(fake_flows);

const struct shim6_cga_identity fake_cgas[] = {
	{ .id = 11, .key = 531, .naddr = 1, .bits = 2048,
	  .generation = 4000000000U, .nlist = 3, .signature = 256 },
	{ .id = 12, .key = 532, .bits = 4096 },
	{ .id = 13, .key = 533, .naddr = 1, .bits = 1024, .error = 128,
	  .generation = 7, .nlist = 2, .signature = 128 },
	{ .id = 14, .key = 533, .naddr = 2, .bits = 1024, .generation = 1,
	  .nlist = 2 },
};

const size_t fake_ncgas = ARRAY_SIZE(fake_cgas);

/* The set of sets/good.hba */
const struct shim6_hba_set fake_set = {
	.id = 3,
	.naddr = 2,
	.pds_len = 127,
	.pds = {
		0xac, 0x10, 0x0c, 0xa2, 0x80, 0xfe, 0x09, 0xc5,
		0xb8, 0xd0, 0xc2, 0x5d, 0x57, 0xf9, 0xc7, 0x15,
		0x20, 0x01, 0x0d, 0xb8, 0x00, 0x0a, 0x00, 0x01,
		0x00, 0x30, 0x4c, 0x30, 0x0d, 0x06, 0x09, 0x2a,
		0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01,
		0x05, 0x00, 0x03, 0x3b, 0x00, 0x30, 0x38, 0x02,
		0x31, 0x00, 0xb2, 0xd3, 0x37, 0x23, 0x45, 0x2d,
		0xf9, 0x3b, 0x62, 0x00, 0x58, 0xb1, 0x34, 0xdd,
		0x76, 0x35, 0x89, 0x9a, 0xb5, 0xee, 0xb3, 0x4d,
		0x43, 0x80, 0x44, 0x0a, 0x0d, 0xdd, 0xdb, 0x57,
		0x5f, 0x3e, 0xb3, 0x27, 0x84, 0x39, 0xbb, 0x18,
		0xb2, 0xff, 0xaa, 0xf2, 0x5c, 0x65, 0x1c, 0x71,
		0xc3, 0xc5, 0x02, 0x03, 0x01, 0x00, 0x01, 0x00,
		0x12, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0x20,
		0x01, 0x0d, 0xb8, 0x00, 0x0a, 0x00, 0x01, 0x20,
		0x01, 0x0d, 0xb8, 0x00, 0x0b, 0x00, 0x02,
	},
};

#define CTX7	.context = 7, .ulid_local = HOST_A, .ulid_peer = PEER(0xc)
#define AT(ms)	.time = 900 * SEC + (ms) * MS

/* One of each type, and one that this program does not know */
const struct shim6_event fake_events[] = {
	{ .type = SHIM6_EVENT_CONTEXT_UP, AT(0), CTX7, .loc_local = HOST_A,
	  .loc_peer = PEER(0xc) },
	{ .type = SHIM6_EVENT_CONTEXT_FAILED, AT(100), .context = 8,
	  .value = SHIM6_STATE_NO_SUPPORT, .ulid_local = HOST_A,
	  .ulid_peer = PEER(0xe), .loc_local = HOST_A, .loc_peer = PEER(0xe) },
	{ .type = SHIM6_EVENT_LOCATOR_DOWN, AT(20000), .ulid_local = HOST_A,
	  .ifindex = 2 },
	{ .type = SHIM6_EVENT_LOST, AT(20001), CTX7, .loc_local = HOST_A,
	  .loc_peer = PEER(0xc), .value = 10002345678 },
	{ .type = SHIM6_EVENT_EXPLORING, AT(20001), CTX7, .loc_local = HOST_A,
	  .loc_peer = PEER(0xc) },
	{ .type = SHIM6_EVENT_SWITCHED, AT(20213), CTX7, .loc_local = HOST_B,
	  .loc_peer = PEER(0xd), .old_local = HOST_A, .old_peer = PEER(0xc),
	  .value = 10214567890, .explored = 212222222 },
	{ .type = SHIM6_EVENT_OPERATIONAL, AT(20213), CTX7,
	  .loc_local = HOST_B, .loc_peer = PEER(0xd), .value = 212222222 },
	{ .type = SHIM6_EVENT_LOCATOR_UP, AT(30000), .ulid_local = HOST_A,
	  .ifindex = 2, .lost = 3 },
	{ .type = SHIM6_EVENT_SWITCHED, AT(31000), CTX7, .loc_local = HOST_A,
	  .loc_peer = PEER(0xc), .old_local = HOST_B, .old_peer = PEER(0xd),
	  .explored = 4000 },
	{ .type = SHIM6_EVENT_RETURNED, AT(31000), CTX7, .loc_local = HOST_A,
	  .loc_peer = PEER(0xc), .old_local = HOST_B, .old_peer = PEER(0xd),
	  .explored = 4000 },
	{ .type = SHIM6_EVENT_LIMIT, AT(40000), .value = 4, .count = 17 },
	{ .type = SHIM6_EVENT_LIMIT, AT(40000), .value = 1000, .count = 1,
	  .lost = 1 },
	{ .type = SHIM6_EVENT_CONTEXT_LOST, AT(50000), CTX7,
	  .loc_local = HOST_A, .loc_peer = PEER(0xc), .lost = 1 },
	{ .type = SHIM6_EVENT_RECOVERED, AT(50080), CTX7, .loc_local = HOST_A,
	  .loc_peer = PEER(0xc) },
	{ .type = 31, AT(60000) },
	{ .type = SHIM6_EVENT_CONTEXT_DOWN, AT(70000), CTX7, .fii = 9 },
};

const size_t fake_nevents = ARRAY_SIZE(fake_events);
