// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "client.h"
#include "macros.h"
#include "words.h"

#define UNKNOWN		"unknown"

static const char *const states[] = {
	[SHIM6_STATE_IDLE] = "idle",
	[SHIM6_STATE_I1_SENT] = "i1_sent",
	[SHIM6_STATE_I2_SENT] = "i2_sent",
	[SHIM6_STATE_I2BIS_SENT] = "i2bis_sent",
	[SHIM6_STATE_ESTABLISHED] = "established",
	[SHIM6_STATE_E_FAILED] = "e_failed",
	[SHIM6_STATE_NO_SUPPORT] = "no_support",
};

static const char *const reaps[] = {
	[SHIM6_REAP_STATE_OPERATIONAL] = "operational",
	[SHIM6_REAP_STATE_EXPLORING] = "exploring",
	[SHIM6_REAP_STATE_INBOUND_OK] = "inbound_ok",
};

static const char *const methods[] = { "none", "hba", "cga" };

const char *const words_switch[] = { "off", "on", NULL };

const char *const words_actions[] = {
	[SHIM6_POLICY_NEVER] = "never",
	[SHIM6_POLICY_TRIGGER] = "trigger",
	[SHIM6_POLICY_ALWAYS] = "always",
	NULL,
};

static const struct words_reason reasons[] = {
	[SHIM6_FLOW_BELOW_TRIGGER] = {
		"below_trigger", "too little traffic so far",
		"wait, lower the tunables trigger_*, or \"context create LOCAL PEER\"",
	},
	[SHIM6_FLOW_POLICY] = {
		"policy", "a policy rule says never",
		"see \"policy list\", remove the rule with \"policy del ID\"",
	},
	[SHIM6_FLOW_SINGLE_LOCATOR] = {
		"single_locator", "this host has one locator only",
		"get addresses of a second provider: \"hba generate\", then \"hba install\"",
	},
	[SHIM6_FLOW_NOT_HBA] = {
		"not_hba", "the source address is in no HBA set and no CGA",
		"let the program use an address of \"hba list\" or \"cga list\", or make a set with \"hba generate\"",
	},
	[SHIM6_FLOW_HOLDDOWN] = {
		"holddown", "the peer did not answer lately",
		"let protocol 140 through every firewall on the way; tried again after the tunable holddown_no_r1",
	},
	[SHIM6_FLOW_NO_SUPPORT] = {
		"no_support", "the peer has no Shim6",
		"load the module at the peer; tried again after the tunable holddown_icmp",
	},
	[SHIM6_FLOW_LIMIT] = {
		"limit", "a limit of contexts is reached",
		"\"stats\" says which: raise the tunable context_max, context_max_prefix or context_max_half_open, or \"context flush\"",
	},
	[SHIM6_FLOW_NO_ROUTE] = {
		"no_route", "the first message could not be sent",
		"see \"ip -6 route get PEER from LOCAL\"",
	},
	[SHIM6_FLOW_INBOUND_ONLY] = {
		"inbound_only", "this host never sent anything",
		NULL,
	},
	[SHIM6_FLOW_EXCLUDED] = {
		"excluded", "a kind of traffic that never counts",
		NULL,
	},
	[SHIM6_FLOW_HANDSHAKE] = {
		"handshake", "being set up",
		NULL,
	},
	[SHIM6_FLOW_CONTEXT] = {
		"context", "has a context",
		NULL,
	},
};

_Static_assert(ARRAY_SIZE(reasons) == WORDS_REASONS, "one row for each reason");

const char *words_state(uint32_t state)
{
	return state < ARRAY_SIZE(states) ? states[state] : UNKNOWN;
}

const char *words_reap(uint32_t reap)
{
	return reap < ARRAY_SIZE(reaps) ? reaps[reap] : UNKNOWN;
}

const char *words_method(uint32_t method)
{
	return method < ARRAY_SIZE(methods) ? methods[method] : UNKNOWN;
}

const char *words_action(uint32_t action)
{
	return action < ARRAY_SIZE(words_actions) - 1 ? words_actions[action] :
						   UNKNOWN;
}

const struct words_reason *words_reason(uint32_t reason)
{
	static const struct words_reason unknown = {
		UNKNOWN, "a reason this program does not know",
		"update shim6ctl",
	};

	return reason < ARRAY_SIZE(reasons) ? &reasons[reason] : &unknown;
}
