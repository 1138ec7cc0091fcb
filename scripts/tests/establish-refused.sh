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

# undisturbed WHAT: nothing was missing, and nothing came late
undisturbed() {
	local name

	check "$1: the sessions live" sessions_live
	for name in "${SESSIONS[@]}"; do
		check_range "$1: gap of $name in ms" \
			"$(session_field "$name" gap_ms)" 0 300
	done
}

failed() {
	wire_lose_all B
	sessions_look
	on A "$SHIM6CTL" policy add always proto udp port 5002 >/dev/null
	# I1 at 0, 1, 3, 7, 15 s and the end at 31 s, each wait up to 1.5 times
	check "no answer: E-FAILED" busywait 60 has_state A e-failed
	check "no answer: I1 was sent 5 times, nothing else" \
		test "$(wire_count A) $(wire_count A out I1)" = "5 5"
	check "no answer: status says holddown" \
		test "$(reason A B1)" = holddown
	undisturbed "no answer"
	wire_forget A
	sleep 20
	check "hold-down: nothing is sent" test "$(wire_count A)" = 0
	wire_lose_none B
	check "after the hold-down: established" busywait 30 context_ready
}

no_support() {
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
	policy_clear A
	wire_lose_all B
	start B "$SCRIPTS/wire.py" refuse "${ADDRESS[B1]}"
	sleep 2
	sessions_look
	wire_forget A
	on A "$SHIM6CTL" policy add always proto udp port 5002 >/dev/null
	check "Parameter Problem: NO-SUPPORT" busywait 5 has_state A no-support
	check "Parameter Problem: status says no_support" \
		test "$(reason A B1)" = no_support
	sleep 30
	check "Parameter Problem: one I1, then the peer is left alone" \
		test "$(wire_count A) $(wire_count A out I1)" = "1 1"
	undisturbed "Parameter Problem"
	check "Parameter Problem: counted once" \
		test "$(stat_of A context_no_support)" = 1
	wire_lose_none B
}

# One provider: no reason to start, but it answers who has a reason.
single_homed() {
	sessions_stop
	cut interface B2
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
	policy_clear A
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
	check "one provider: answers" busywait 5 context_ready
	check "one provider: one locator announced" \
		test "$(context_get A 'j[0]["locators_peer"]')" = 1
}

hosts_up
policy_clear A
param A i1_timeout 1000
param A trigger_packets 0
param B trigger_packets 0
# The least that is more than the whole of this scenario would need, but one.
param A holddown_no_r1 40000
sessions_start A1 B1
wire_watch A
failed
no_support
single_homed
