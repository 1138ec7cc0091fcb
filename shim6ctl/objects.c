// SPDX-License-Identifier: GPL-2.0
/* The root of the command tree */
#include "verbs.h"

const struct cmd_object cmd_objects[] = {
	{ "status", "how things are, and why a session has no context",
	  status_verbs, true },
	{ "context", "contexts: sessions that survive a failure",
	  context_verbs, false },
	{ "locator", "addresses packets can be sent to and from",
	  locator_verbs, false },
	{ "hba", "sets of addresses that prove they belong together",
	  hba_verbs, false },
	{ "cga", "addresses with a key that signs for the others",
	  cga_verbs, false },
	{ "policy", "which sessions get a context, and when",
	  policy_verbs, false },
	{ "param", "tunables", param_verbs, false },
	{ "stats", "counters", stats_verbs, true },
	{ "doctor", "what stops Shim6 on this host, and what mends it",
	  doctor_verbs, true },
	{ "explain", "what becomes of a packet: context, locators, route, size",
	  explain_verbs, true },
	{ "config", "settings for each start, in /etc/shim6.conf",
	  config_verbs, false },
	{ "state", "all settings, into a file and back", state_verbs, false },
	{ "monitor", "events as they happen", monitor_verbs, true },
	{ "top", "contexts at work, live", top_verbs, true },
	{ "metrics", "everything that can be counted, for Prometheus",
	  metrics_verbs, true },
	{ "qos", "classes of service, and traffic control of a device",
	  qos_verbs, false },
	{ NULL, NULL, NULL, false },
};
