#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The topology itself: each of the four paths takes 20 ms there and back, a
# source address is used with its own provider only, TCP gets through.
#
# What a slow machine adds to a round trip is not of the path: the quickest one
# says how long that is.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"

require ip nft tc iperf3 ping

# The quickest round trip of a pair in tenths of a millisecond.
round_trip() {
	on A ping -c5 -i0.05 -I "${ADDRESS[$1]}" "${ADDRESS[$2]}" |
		sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
		awk 'NR == 1 { t = $1 } END { printf "%d", t * 10 }'
}

foreign_source() {
	on A ping -q -c1 -W1 -m 7 -I "${ADDRESS[A1]}" "${ADDRESS[B1]}"
}

topo_up
for a in A1 A2; do
	for b in B1 B2; do
		check_range "$a to $b, tenths of ms" "$(round_trip $a $b)" 200 260
	done
done

start B iperf3 -s -B "${ADDRESS[B1]}" >/dev/null
busywait $PATIENCE on B sh -c 'ss -ltn | grep -q :5201'
rate=$(on A iperf3 -c "${ADDRESS[B1]}" -B "${ADDRESS[A1]}" -t3 -b20M -J |
	"$PYTHON" -c 'import json, sys
print(int(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"]))')
check_range "TCP asked for 20 Mbit/s, bit/s" "$rate" 15000000 25000000

ip -n A -6 rule add from "${ADDRESS[A1]}" lookup 102 pref 900
check "a provider drops the other's source addresses" \
	eval '! foreign_source >/dev/null'
