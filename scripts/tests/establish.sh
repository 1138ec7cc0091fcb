#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 240
# Context establishment: nothing before the trigger, I1 R1 I2 R2 in this order
# at it, crossing I1s, and the end of a context that nobody uses.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

ALL=(A B R1 R2)
# A neighbour that does not answer within 3 s is none
CROSSING_MS=2000

# pings N: so many there, so many back
pings() {
	on A ping -q -c "$1" -i 0.02 -W 2 -I "${ADDRESS[A1]}" \
		"${ADDRESS[B1]}" >/dev/null
}

# everything seen on any link
everywhere() {
	local ns sum=0

	for ns in "${ALL[@]}"; do
		sum=$((sum + $(wire_count "$ns")))
	done
	echo $sum
}

# story NS EXPECTED
story() {
	local got

	got=$(wire_story "$1")
	check "$1 saw: $2" test "$got" = "$2"
	[ "$got" = "$2" ] || remark "but it was: $got"
}

in_order() {
	pings 24
	sleep 1
	check "48 of 50 packets: not one of protocol 140 on any link" \
		test "$(everywhere)" = 0
	# The 50th comes in and starts nothing, the next one goes out.
	pings 2
	check "50 packets: established at both" \
		busywait $PATIENCE context_ready
	story A "out I1, in R1, out I2, in R2"
	story B "in I1, out R1, in I2, out R2"
	check "the context's first pair is the session's" \
		test "$(context_pair A)" = "A1 B1"
	check "the peer knows two locators of the other" \
		test "$(context_get A 'j[0]["locators_peer"]') $(context_get B \
			'j[0]["locators_peer"]')" = "2 2"
}

# An established context that carries nothing is silent and does not last.
idle() {
	# What follows the last packet at once (keepalives) is not idleness.
	sleep 10
	wire_forget "${ALL[@]}"
	check "established before it was idle" context_ready
	sleep 35
	check "an idle context sends nothing" test "$(everywhere)" = 0
	check "an idle context goes at A" test "$(context_get A 'len(j)')" = 0
	check "an idle context goes at B" test "$(context_get B 'len(j)')" = 0
}

# Both ends begin before the other's I1 arrives, so late that both programs have
# started by then, and before it is repeated.
crossing() {
	param A i1_timeout $((4 * CROSSING_MS))
	param B i1_timeout $((4 * CROSSING_MS))
	link_delay R1 a $CROSSING_MS
	link_delay R1 b $CROSSING_MS
	wire_forget "${ALL[@]}"
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null &
	on B "$SHIM6CTL" context create "${ADDRESS[B1]}" "${ADDRESS[A1]}" \
		>/dev/null
	wait $!
	check "crossing I1s: established, one context at each" \
		busywait $PATIENCE context_ready
	story A "out I1, in I1, out R2, in R2"
	check "crossing I1s: the tags of both ends fit" test \
		"$(context_get A 'j[0]["tag_local"], j[0]["tag_peer"]')" = \
		"$(context_get B 'j[0]["tag_peer"], j[0]["tag_local"]')"
	sleep 10
	check "crossing I1s: nothing more was said" \
		test "$(wire_count A)" = 4
}

hosts_up
policy_clear A
# The other end begins nothing by itself
param B trigger_packets 0
# A context knows this from its beginning.
for host in A B; do
	param $host idle_timeout 20000
done
wire_watch "${ALL[@]}"
in_order
idle
crossing
