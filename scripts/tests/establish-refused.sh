#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Peers that do not answer, peers without Shim6, hosts with one provider: no
# context, the reason shown, the peer left alone for a time; and the session
# itself never notices.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

# reason HOST LINK: what status says of the pair with this peer
reason() {
	on "$1" "$SHIM6CTL" -j status >"$WORKDIR/status"
	json_get "$WORKDIR/status" '[f["reason"] for f in j["flows"]
		if f["ulid_peer"] == "'"${ADDRESS[$2]}"'"][0]'
}

state() {
	context_get "$1" '" ".join(c["state"] for c in j) or "none"'
}

has_state() {
	[ "$(state "$1")" = "$2" ]
}

# begins_with STORY: what A said and heard
begins_with() {
	[[ $(wire_story A) == "$1"* ]]
}

# undisturbed WHAT: nothing was missing, and nothing came late
undisturbed() {
	local name

	check "$1: the sessions live" sessions_live
	for name in "${SESSIONS[@]}"; do
		check_range "$1: gap of $name in ms" \
			"$(session_field "$name" gap_ms)" 0 300
	done
}

# What runs must not start a context again before it is told to.
forget() {
	policy_clear A
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
}

failed() {
	local last

	wire_lose_all B
	sessions_look
	on A "$SHIM6CTL" policy add always proto udp port 5002 >/dev/null
	# I1 at 0, 0.5, 1.5 s and the end at 3.5 s, each wait up to 1.5 times
	check "no answer: E-FAILED" busywait $PATIENCE has_state A e_failed
	check "no answer: I1 was sent 3 times, nothing else" \
		test "$(wire_count A) $(wire_count A out I1)" = "3 3"
	check "no answer: status says holddown" \
		test "$(reason A B1)" = holddown
	undisturbed "no answer"
	last=$(wire_last A out I1)
	wire_forget A
	wire_lose_none B
	check "after the hold-down: established" \
		busywait $PATIENCE context_ready
	# After the last I1 comes its wait, 1 to 3 s, and the hold-down
	check_range "hold-down: ms of silence" \
		$(($(wire_moment A out I1) - last)) 31000 36000
	check "hold-down: nothing else was sent" begins_with "out I1, "
}

no_support() {
	forget
	wire_lose_all B
	wire_refuse B B1
	sessions_look
	wire_forget A
	on A "$SHIM6CTL" policy add always proto udp port 5002 >/dev/null
	check "Parameter Problem: NO-SUPPORT" \
		busywait $PATIENCE has_state A no_support
	sleep 5
	check "Parameter Problem: status says no_support" \
		test "$(reason A B1)" = no_support
	check "Parameter Problem: one I1, then the peer is left alone" \
		test "$(wire_count A) $(wire_count A out I1)" = "1 1"
	undisturbed "Parameter Problem"
	check "Parameter Problem: counted once" \
		test "$(stat_of A context_no_support)" = 1
	wire_lose_none B
}

# One provider: no reason to start, but it answers who has a reason.
single_homed() {
	jobs_stop
	cut interface B2
	forget
	wire_watch B
	on B "$SHIM6CTL" policy add always proto icmpv6 >/dev/null
	on B ping -q -c 3 -i 0.2 -I "${ADDRESS[B1]}" "${ADDRESS[A1]}" \
		>/dev/null || not_ok "B does not reach A"
	sleep 2
	check "one provider: starts nothing" test "$(wire_count B)" = 0
	check "one provider: status says single_locator" \
		test "$(reason B A1)" = single_locator
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null
	check "one provider: answers" busywait $PATIENCE context_ready
	check "one provider: one locator announced" \
		test "$(context_get A 'j[0]["locators_peer"]')" = 1
}

hosts_up
policy_clear A
param A i1_timeout 500
param A i1_retries 2
# Longer than it takes to look at everything
param A holddown_no_r1 30000
# Nothing starts by itself
param A trigger_packets 0
param B trigger_packets 0
sessions_start A1 B1
wire_watch A
failed
no_support
single_homed
