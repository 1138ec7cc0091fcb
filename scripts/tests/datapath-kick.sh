#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# TCP does not wait for the end of its backed-off timer after a switch, and the
# first segment it repeats fits the new path. Without the kick it waits longer,
# so this test can fail.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"

require ip nft

# From the last octet on the old path the engine is given 3.7 s; TCP repeats
# after 0.2, 0.6, 1.4, 3.0 and, backed off, 6.2 s.
silence() {
	local host

	for host in A B; do
		on $host nft -f - <<-'END'
			table netdev silent {
				chain in {
					type filter hook ingress device p1 priority 0;
					drop
				}
			}
		END
	done
}

unsilence() {
	on A nft delete table netdev silent
	on B nft delete table netdev silent
}

# B's end of the stream is there
streams() {
	[ -n "$(on B ss -tnH state established sport = :5001)" ]
}

# gap KICK: longest time without an octet at the receiver, ms
gap() {
	local sink

	on A "$SHIM6CTL" -q param set tcp_kick "$1" >/dev/null
	start B "$SCRIPTS/traffic.py" sink tcp "${ADDRESS[B1]}" 5001 \
		--out "$WORKDIR/sink"
	sink=$JOB
	busywait $PATIENCE on B sh -c 'ss -ltn | grep -q :5001'
	start A "$SCRIPTS/traffic.py" source tcp "${ADDRESS[B1]}" 5001 \
		--source "${ADDRESS[A1]}" --seconds 14 --size 20000 \
		--rate 400000 --out "$WORKDIR/source"
	busywait $PATIENCE streams || bail "the stream does not begin"
	sleep 2
	silence
	wait "$sink"
	"$PYTHON" -c 'import json, sys
print(json.load(open(sys.argv[1]))["gap_ms"])' "$WORKDIR/sink"
}

module_load || bail "the module does not load"
pair_up
pair_context
for host in A B; do
	param $host send_timeout 3700 >/dev/null
	param $host send_timeout_random 0 >/dev/null
done
on A "$SHIM6CTL" context flush >/dev/null
on B "$SHIM6CTL" context flush >/dev/null
sleep 0.3
on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
busywait $PATIENCE pair_established || bail "no context with the new timeout"

check_range "gap with the kick, ms" "$(gap 1)" 3200 5200
check "timers were restarted" [ "$(counter A kicks)" -gt 0 ]
check "nothing was dropped as too big" [ "$(counter A tx_drop_too_big)" -eq 0 ]
unsilence
pair_switch 1
check_range "gap without it, ms" "$(gap 0)" 5500 9000
