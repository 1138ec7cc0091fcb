#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Hosts behind a filter that takes established connections and protocol 140 and
# drops everything else. Without the rule for 140 no context is set up, and the
# sessions go on as if there were no Shim6.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

# filter_load HOST RULE...: what every host needs, and these
filter_load() {
	local host=$1 rule

	shift
	{
		echo "table inet filter {"
		echo "chain input {"
		echo "type filter hook input priority 0; policy drop;"
		echo "iif lo accept"
		echo "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept"
		echo "ct state established,related accept"
		for rule; do
			echo "$rule"
		done
		echo "counter"
		echo "}"
		echo "}"
	} >"$WORKDIR/filter"
	on "$host" nft delete table inet filter 2>/dev/null || true
	on "$host" nft -f "$WORKDIR/filter"
}

# The sessions may begin, then nothing new is let in.
sessions_begin() {
	filter_load A "$@"
	filter_load B "$@" "tcp dport 5001 accept" "udp dport 5002 accept" \
		"icmpv6 type echo-request accept"
	sessions_start A1 B1
	filter_load B "$@"
}

# counted HOST: what its filter dropped
counted() {
	on "$1" nft list table inet filter |
		sed -n 's/.*counter packets \([0-9]*\) .*/\1/p'
}

failed() {
	[ "$(context_column A 2)" = e-failed ]
}

without() {
	hosts_up
	param A i1_timeout 500
	param A i1_retries 2
	policy_clear A
	param A trigger_packets 0
	# If both began, each would open its own filter for the other.
	param B trigger_packets 0
	sessions_begin
	on A "$SHIM6CTL" policy add always proto udp >/dev/null
	check "no rule for 140: no context at A" busywait $PATIENCE failed
	check "no rule for 140: no context at B" \
		test "$(context_get B 'len(j)')" = 0
	check "no rule for 140: its filter dropped the I1s" \
		test "$(counted B)" -ge 3
	check "no rule for 140: every session lives" sessions_live
	jobs_stop
	ns_clear
}

with() {
	hosts_up
	param A send_timeout 3000
	param B send_timeout 3000
	sessions_begin "meta l4proto 140 accept"
	busywait $PATIENCE context_ready || bail "no context was established"
	failover_check carrier A1 300
	repair carrier A1
	both_know 2
	failover_check silent A2 5500
	repair silent A2
	sleep 3
	failover_check toward B1 5500
	repair toward B1
	sleep 3
	failover_check down B2 300
	check "nothing of the sessions was dropped" \
		test "$(counted A)$(counted B)" = 00
}

without
with
