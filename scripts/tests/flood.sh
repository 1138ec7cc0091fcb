#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# boot: own
# timeout: 420
# clock: real
# Strangers that send I1 after I1: no memory for them, few answers, and who is
# known gets its context meanwhile, with one message repeated at most.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"

FLOOD=300000
RATE=20000
HANDSHAKES=3

# The strangers live behind provider 1, so no link has to find them all.
strangers_up() {
	ns_add F
	link_add F wide R1 strangers
	ip -n R1 addr add fe80::1/64 dev strangers nodad
	ip -n F addr add fe80::2/64 dev wide nodad
	ip -n F route add default via fe80::1 dev wide
	ip -n R1 route add 2600::/8 via fe80::2 dev strangers
}

# stat NAME: a counter of B
stat() {
	# shellcheck disable=SC2016
	on B awk -v name="$1" '$1 == name { print $2 }' /proc/net/shim6/stats
}

# Octets of our own caches and of all per-cpu memory. The fixed tables were
# there before the first stranger.
memory() {
	awk '/^shim6/ { n += $3 * $4 } FILENAME ~ /meminfo/ && /^Percpu:/ {
		n += $2 * 1024 } END { print n + 0 }' /proc/slabinfo /proc/meminfo
}

# flood COUNT PREFIX RATE [UNTIL]
flood() {
	on F "$PYTHON" "$SCRIPTS/tests/flood.py" wide \
		"$(on R1 cat /sys/class/net/strangers/address)" \
		"${ADDRESS[B1]}" "$@"
}

# seconds_up MS: rounded up, for what a rate may come to
seconds_up() {
	echo $(($1 / 1000 + 1))
}

# All from one /48: its own bucket decides, a second's worth and what comes in.
one_prefix() {
	local took before answered refused

	before=$(stat r1_out)
	took=$(seconds_up "$(flood 2000 260011112222 0)")
	sleep 1
	answered=$(($(stat r1_out) - before))
	refused=$(stat rate_r1)
	check_range "answers to 2000 I1s of one /48 in $took s" "$answered" \
		50 $((50 + 50 * took))
	check_range "answered or refused" $((answered + refused)) 2000 2000
}

# Slabs for contexts are there before memory is looked at.
warm_up() {
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null
	busywait $PATIENCE context_ready || bail "no context without a flood"
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
}

# retransmitted: I1s and I2s of A beyond one each
retransmitted() {
	echo $(($(stat_of A i1_out) + $(stat_of A i2_out) - 2))
}

# One handshake of a known peer while strangers go on
handshake() {
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
	on A "$SHIM6CTL" stats reset >/dev/null
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null
	check "handshake $1: a known peer gets its context meanwhile" \
		busywait 20 context_ready
	check_range "handshake $1: messages repeated" "$(retransmitted)" 0 1
	check "handshake $1: the flood goes on" test ! -s "$WORKDIR/took"
}

# runs N: so many I1s have come
runs() {
	[ "$(stat i1_in)" -ge "$1" ]
}

many_prefixes() {
	local took before memory answered reached n

	before=$(stat i1_in)
	memory=$(memory)
	answered=$(stat r1_out)
	flood $FLOOD 26 $RATE "$WORKDIR/enough" >"$WORKDIR/took" &
	busywait $PATIENCE runs $((before + RATE)) || bail "no flood"
	for n in $(seq $HANDSHAKES); do
		handshake "$n"
	done
	touch "$WORKDIR/enough"
	wait $!
	took=$(cat "$WORKDIR/took")
	sleep 1
	reached=$((($(stat i1_in) - before) * 1000 / took))
	took=$(seconds_up "$took")
	check_range "answers to $reached I1s a second (wanted: $RATE) of random sources in $took s" \
		$(($(stat r1_out) - answered)) 500 $((1000 + 1000 * took))
	check_range "memory for them, octets" \
		$(($(memory) - memory)) -1000000 65536
	check "no context for strangers" test "$(context_get B 'len(j)')" -eq 1
}

hosts_up
# However long the flood takes, the known peer's context is there at its end
param A idle_timeout 86400000
param B idle_timeout 86400000
strangers_up
# Both know each other: something went both ways.
on A ping -q -c5 -i0.1 -I "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
one_prefix
warm_up
# The common bucket fills up again
sleep 2
many_prefixes
