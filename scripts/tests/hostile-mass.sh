#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# A million I1s and a hundred thousand forged messages of each other sort, from
# behind the router of a host with two live contexts, one of them switched: no
# session is disturbed, no context changes, no memory is taken, and strangers
# hear no more than the stateless answers.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"

# The second sessions have files and meters of their own.
declare -A OTHER_METER
other() {
	local WORKDIR=$WORKDIR/other
	local -A SESSION_METER

	SESSION_METER[tcp]=${OTHER_METER[tcp]:-}
	SESSION_METER[udp]=${OTHER_METER[udp]:-}
	"$@"
	OTHER_METER[tcp]=${SESSION_METER[tcp]}
	OTHER_METER[udp]=${SESSION_METER[udp]}
}

# What of the contexts must stay as it is.
facts() {
	context_get "$1" 'sorted([c[k] for k in ("id", "state", "reap",
		"ulid_local", "loc_local", "loc_peer", "tag_local", "tag_peer",
		"switches", "locators_local", "locators_peer")] for c in j)'
}

both_established() {
	[ "$(context_column A 2) $(context_column B 2)" = \
		"established established established established" ]
}

# The context of the second sessions, at both ends
switch_other() {
	local host id

	for host in A B; do
		id=$(context_get "$host" '[c["id"] for c in j
			if c["ulid_local"] == "'"${ADDRESS[${host}2]}"'"][0]')
		on "$host" "$SHIM6CTL" context path "$id" "${ADDRESS[${host}1]}" \
			"${ADDRESS[$([ "$host" = A ] && echo B1 || echo A1)]}" \
			>/dev/null || bail "no switch at $host"
	done
}

switched() {
	[ "$(context_get A 'sum(c["loc_local"] != c["ulid_local"] for c in j)')" \
		-eq 1 ] &&
		[ "$(context_get B \
			'sum(c["loc_local"] != c["ulid_local"] for c in j)')" -eq 1 ]
}

# undisturbed WHAT: since the last look
undisturbed() {
	local name

	check "$1: every session lives" sessions_live
	for name in "${SESSIONS[@]}"; do
		check_range "$1: gap of $name in ms" \
			"$(session_field "$name" gap_ms)" 0 1000
	done
}

hosts_up
ip -n R1 -6 route add blackhole 2600::/8
sessions_start A1 B1
mkdir "$WORKDIR/other"
other sessions_start A2 B2
busywait $PATIENCE both_established || bail "no two contexts"
switch_other
busywait $PATIENCE switched || bail "no context has switched"
sleep 5
on B "$SHIM6CTL" -j context list >"$WORKDIR/live"
before="$(facts A) $(facts B)"
sessions_look
other sessions_look
on R1 "$PYTHON" "$SCRIPTS/tests/hostile-mass.py" "${SESSION_METER[tcp]}" \
	"$WORKDIR/live" "$(on B cat /sys/class/net/p1/address)" \
	"${SHIM6_HOSTILE_SCALE:-1}" || COUNT_FAILED=1
undisturbed "the sessions on their ULIDs"
other undisturbed "the switched sessions"
after="$(facts A) $(facts B)"
check "both contexts are what they were" test "$after" = "$before"
[ "$after" = "$before" ] || remark "$before" "$after"
