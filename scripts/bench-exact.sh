#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What classes of service cost, counted in instructions: the clock of the
# emulated machine goes on by a nanosecond with each one, so that a busy machine
# spoils nothing, and what differs by a thousandth is told apart. Two hosts on
# Debian's 6.1 send to each other, with the module, and with one that was built
# to never ask for classes. Prints what a packet takes at both hosts together,
# and the ratios to reach, and counts what is allocated for it, the best of
# SHIM6_ROUNDS (3); out/bench-exact/bench.json has every figure.
set -euo pipefail

EXACT_DIR=$(cd "$(dirname "$0")" && pwd)
PASSES=${SHIM6_ROUNDS:-3}

# --- the guest

# table TABLE: that of both hosts
table() {
	local host

	for host in A B; do
		on $host "$SHIM6CTL" -q qos flush >/dev/null
		[ "$1" != none ] || continue
		table_lines "$1" $host >"$WORKDIR/table"
		on $host "$SHIM6CTL" -q qos load "$WORKDIR/table" >/dev/null
	done
}

# table_lines TABLE HOST
table_lines() {
	echo 'qos class add bench minor 16'
	echo "qos link add one prefix ${ADDRESS[${2}1]}/128"
	echo "qos link add two prefix ${ADDRESS[${2}2]}/128"
	[ "$1" != class ] || return 0
	seq 1 255 | sed 's/.*/qos rule add & class bench proto udp rport &/'
	case $1 in
	miss) echo 'qos rule add 256 class bench proto sctp' ;;
	meet) echo 'qos rule add 256 class bench' ;;
	esac
}

# One packet, one segment: what each of them takes is what is asked
devices() {
	local host dev

	for host in A B; do
		for dev in p1 p2; do
			on $host ethtool -K $dev tso off gso off gro off
		done
	done >/dev/null
}

# measure BUILD PATH TABLE CABLE [listened]
measure() {
	PYTHONHASHSEED=0 setarch -R "$PYTHON" "$SCRIPTS/bench-exact.py" \
		measure "$PASS" "$1" "$2" "$3" \
		"${ADDRESS[A$4]}" "${ADDRESS[B$4]}" ${5:+"$5"} \
		>>"$SHIM6_OUT/raw"
}

# Neighbours that stay what they are: time flies while the machine waits for a
# file, and who was not seen for long is asked for on the side
neighbours() {
	local dev

	for dev in p1 p2; do
		neighbour A $dev fe80::b B
		neighbour B $dev fe80::a A
	done
}

# neighbour HOST DEVICE ADDRESS PEER
neighbour() {
	ip -n "$1" neigh replace "$3" dev "$2" nud permanent \
		lladdr "$(on "$4" cat "/sys/class/net/$2/address")"
}

# hosts BUILD: two hosts with that module, and a context between them
hosts() {
	local host

	pair_up
	devices
	neighbours
	[ "$1" != never ] || measure none plain none 1
	SHIM6_KO=${KO[$1]}
	module_load
	for host in A B; do
		# While the machine waits for a file the guest's time flies
		param $host idle_timeout 86400000
		param $host trigger_packets 0
	done
	pair_context
}

# tables BUILD PATH CABLE TABLE...
tables() {
	local build=$1 path=$2 cable=$3 name

	shift 3
	for name; do
		table "$name"
		measure "$build" "$path" "$name" "$cable"
	done
	[ "$build $path $PASS" != "table switched 0" ] ||
		measure "$build" "$path" "$name" "$cable" p2
	table none
}

# pass BUILD TABLE...: the addresses of the second cable have no context
pass() {
	local build=$1

	shift
	hosts "$build"
	tables "$build" plain 2 "$@"
	tables "$build" context 1 "$@"
	pair_switch 2
	tables "$build" switched 1 "$@"
	ns_clear
	module_unload
}

guest() {
	local -A KO=([never]=$SHIM6_KO_NEVER [table]=$SHIM6_KO)

	. "$EXACT_DIR/lib.sh"
	. "$EXACT_DIR/topo/pair.sh"
	for ((PASS = 0; PASS < PASSES; PASS++)); do
		pass never none
		pass table none class miss meet
	done
}

# --- the host

host() {
	. "$EXACT_DIR/common.sh"
	OUT=$TOP/out/bench-exact
	mkdir -p "$OUT"
	: >"$OUT/raw"
	make -s -C "$TOP/shim6ctl"
	SHIM6_KO=$("$SCRIPTS/build.sh" qemu-6.1)/module/shim6.ko
	SHIM6_KO_NEVER=$(KCFLAGS=-DSHIM6_NEVER_SERVICE \
		FOLDER=qemu-6.1-never "$SCRIPTS/build.sh" qemu-6.1)/module/shim6.ko
	SHIM6_LOCKSTEP=$OUT/lockstep
	gcc -O2 -Wall -o "$SHIM6_LOCKSTEP" "$SCRIPTS/lockstep.c"
	export SHIM6_KO SHIM6_KO_NEVER SHIM6_LOCKSTEP SHIM6_ROUNDS=$PASSES
	"$SCRIPTS/vm/run.sh" --bed qemu-6.1 --count-instructions --timeout 900 \
		--out "$OUT" -- "$SCRIPTS/bench-exact.sh" --guest
	"$SCRIPTS/bench-exact.py" table "$OUT"
}

if [ "${1:-}" = --guest ]; then
	guest
else
	host
fi
