// SPDX-License-Identifier: GPL-2.0
#include "limit.h"

const struct limit limits[LIMITS] = {
	{ "limit_context", "the limit of contexts was reached; not made",
	  "raise the tunable context_max, or \"context flush\"",
	  "context_max" },
	{ "limit_prefix",
	  "the limit of contexts with one peer prefix was reached; not made",
	  "raise the tunable context_max_prefix, if the peers are to be trusted",
	  "context_max_prefix" },
	{ "limit_half_open",
	  "the limit of handshakes under way was reached; not begun",
	  "raise the tunable context_max_half_open, or the trigger tunables",
	  "context_max_half_open" },
	{ "limit_fork",
	  "the limit of flows with a context of their own was reached; not forked",
	  "raise the tunable fork_max", "fork_max" },
	{ "limit_verify",
	  "the limit of signatures waiting was reached; not checked",
	  "raise the tunable verify_max", "verify_max" },
	{ "events_lost", "the queue of a reader of events was full; lost",
	  "raise the tunable event_queue, or read faster", "event_queue" },
};
