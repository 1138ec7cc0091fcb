#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# There and back: a failure, its repair, and then a failure of the other path.
# A repaired path alone moves nothing.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

# there_and_back KIND LIMIT-MS
there_and_back() {
	local pair

	failover_check "$1" A1 "$2"
	pair=$(context_pair A)
	check "$1 at A1: not used any more" test "${pair% *}" = A2
	repair "$1" A1
	sessions_look
	sleep 5
	check "$1 at A1 repaired: nothing moved" \
		test "$(context_pair A)" = "$pair"
	failover_check "$1" A2 "$2"
	check "$1 at A2: back on the first" test "$(context_pair A)" = "A1 B1"
	repair "$1" A2
	both_know 2
}

hosts_up
param A send_timeout 3000
param B send_timeout 3000
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
# What was announced at the beginning is what holds, as A's list goes first
there_and_back carrier 300
there_and_back down 300
there_and_back silent 5500
