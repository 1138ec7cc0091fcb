#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# A host forgets its contexts in the middle of a switched transfer, and then
# everything its module knew, as if that were loaded anew: the first tagged
# packet of the other side brings the context back within two round trips (RFC
# 5533 7.5). Nothing else could: the path of the ULIDs is dead.

PATH_DELAY_MS=50
. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

# There and back
RTT=$((2 * PATH_DELAY_MS))
# What a host takes over a few packets in a debug kernel; the clock of the bed
# may be one tick late
WORK=60
TICK=10

switched() {
	[[ $(context_pair A) == A2* ]] && [[ $(context_pair B) == A2* ]]
}

r2_seen() {
	[ -n "$(wire_moment A in R2)" ]
}

# recovered WHAT: by the messages that were seen since the last wire_forget
recovered() {
	local tagged r1bis i2bis r2

	busywait 10 r2_seen || {
		not_ok "$1: no R2 came: $(wire_story A)"
		return
	}
	tagged=$(wire_unknown_tag B)
	r1bis=$(wire_moment B out R1bis)
	i2bis=$(wire_moment B in I2bis)
	r2=$(wire_moment A in R2)
	check_range "$1: ms from the tagged packet to the R1bis" \
		$((r1bis - tagged)) 0 $WORK
	check_range "$1: ms from the R1bis to the I2bis" \
		$((i2bis - r1bis)) $((RTT - TICK)) $((RTT + WORK))
	# It was on its way for half a round trip when it arrived
	check_range "$1: ms from the tagged packet to the R2" \
		$((r2 - tagged + RTT / 2)) $((2 * RTT - TICK)) \
		$((2 * RTT + WORK))
	check_range "$1: I2bis sent" "$(wire_count A out I2bis)" 1 1
	check_range "$1: R2 sent" "$(wire_count B out R2)" 1 1
	check_range "$1: I1 sent by anybody" \
		$(($(wire_count A out I1) + $(wire_count B out I1))) 0 0
}

# All that a module knows of B goes
forget_all() {
	local id

	on B "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" -j hba list >"$WORKDIR/sets"
	for id in $(json_get "$WORKDIR/sets" '" ".join({str(s["id"]) for s in j})'); do
		on B "$SHIM6CTL" hba remove "$id" >/dev/null
	done
}

contexts_lost() {
	sessions_look
	wire_forget A B
	on B "$SHIM6CTL" context flush >/dev/null
	sleep 4
	recovered "contexts lost"
	check "contexts lost: every session lives" sessions_live
	check_range "contexts lost: gap of udp in ms" \
		"$(session_field udp gap_ms)" $RTT $((2 * RTT + WORK))
	check "contexts lost: established, one at each" context_ready
}

# A kernel without the module says that it knows no protocol 140.
module_lost() {
	local link job=() before

	before=$(stat_of A explorations)
	for link in B1 B2; do
		start B "$SCRIPTS/wire.py" refuse "${ADDRESS[$link]}"
		job+=("$JOB")
	done
	wire_lose_all B
	forget_all
	sleep 4
	check "module gone: the other side looks around" \
		test "$(stat_of A explorations)" -gt "$before"
	hosts_install B
	for link in 0 1; do
		stop "${job[$link]}"
	done
	sessions_look
	wire_forget A B
	wire_lose_none B
	sleep 4
	recovered "module loaded anew"
	check "module loaded anew: every session lives" sessions_live
	check "module loaded anew: established, one at each" context_ready
}

hosts_up
param A send_timeout 3000
param B send_timeout 3000
# B begins nothing by itself
param B trigger_packets 0
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
cut silent A1
busywait $PATIENCE switched || bail "no context has switched"
sleep 5
check "switched: every session lives" sessions_live
wire_watch A B
contexts_lost
module_lost
