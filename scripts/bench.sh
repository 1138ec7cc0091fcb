#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What Shim6 costs: TCP between two hosts in a plain User Mode Linux kernel
# without the module, with a context that has not switched, and after a switch,
# each under the same offloads, in one run. Prints the medians of SHIM6_ROUNDS
# (5) with the ratios to reach; out/bench/bench.json has every figure. The ratio
# "by CPU" is that of the octets moved in a second of the kernel's CPU time: a
# busy machine spoils the throughput, and that one less.
set -euo pipefail

BENCH_DIR=$(cd "$(dirname "$0")" && pwd)
ROUNDS=${SHIM6_ROUNDS:-5}
SECONDS_EACH=4

# case | compared to | least ratio | words. Classes cost nothing where there are
# none, so what they cost is seen beside Shim6 without.
CASES=(
	"idle|plain default|0.97|context that has not switched"
	"S1|plain default|0.90|switched, offloads on"
	"S2|plain notso|0.90|switched, sender without TSO"
	"S3|plain nocsum|0.85|switched, without TSO and checksum offload"
	"F|plain forwarder|0.85|switched, a forwarder between"
	"Q0|shim6 S2|0.95|as S2, with a class and no rule"
	"Q256|shim6 S2|0.95|as S2, with 256 rules, the last one meets"
)

# --- the guest

# devices KIND: offloads of both ends of both cables
devices() {
	local host dev

	for host in A B; do
		for dev in p1 p2; do
			on $host ethtool -K $dev tx on rx on sg on tso on \
				gso on gro on tx-sctp-segmentation on
			case $1 in
			notso) on $host ethtool -K $dev tso off ;;
			nocsum) on $host ethtool -K $dev tso off tx off rx off ;;
			esac
		done
	done >/dev/null 2>&1 || true
}

# result KIND CASE CABLE: Mbit/s from A to B between the addresses of that
# cable. The host watches the file and notes the CPU time at each line.
result() {
	echo "begin" >>"$SHIM6_OUT/raw"
	on A iperf3 -c "${ADDRESS[B$3]}" -B "${ADDRESS[A$3]}" \
		-t "$SECONDS_EACH" -J >"$WORKDIR/iperf"
	echo "end" >>"$SHIM6_OUT/raw"
	"$PYTHON" -c 'import json, sys
sent = json.load(open(sys.argv[3]))["end"]["sum_received"]
print(*sys.argv[1:3], round(sent["bits_per_second"] / 1e6), sent["bytes"])' \
		"$1" "$2" "$WORKDIR/iperf" | tee -a "$SHIM6_OUT/raw"
}

serve() {
	start B iperf3 -s >/dev/null
	busywait $PATIENCE on B sh -c 'ss -ltn | grep -q :5201'
}

# classes RULES: the table of A, with so many rules
classes() {
	{
		echo 'qos class add bench minor 16 dscp af11'
		echo "qos link add one prefix ${ADDRESS[A1]}/128"
		echo "qos link add two prefix ${ADDRESS[A2]}/128"
		seq 1 $(($1 - 1)) | sed \
			's/.*/qos rule add & class bench proto udp rport &/'
		[ "$1" = 0 ] || echo 'qos rule add 1000 class bench proto tcp'
	} >"$WORKDIR/classes"
	on A "$SHIM6CTL" -q qos flush
	on A "$SHIM6CTL" -q qos load "$WORKDIR/classes"
}

# A round with the hosts side by side
round_direct() {
	local kind

	pair_up
	serve
	for kind in default notso nocsum; do
		devices $kind
		result plain $kind 1
	done
	devices default
	module_load
	pair_context
	result shim6 idle 1
	pair_switch 2
	result shim6 S1 1
	devices notso
	result shim6 S2 1
	classes 0
	result shim6 Q0 1
	classes 256
	result shim6 Q256 1
	on A "$SHIM6CTL" -q qos flush
	devices nocsum
	result shim6 S3 1
	leave
}

round_forwarder() {
	pair_up forwarder
	serve
	result plain forwarder 2
	module_load
	pair_context
	pair_switch 2
	result shim6 F 1
	leave
}

leave() {
	stop "$JOB"
	JOBS=()
	ns_clear
	module_unload
}

guest() {
	local round

	. "$BENCH_DIR/lib.sh"
	. "$BENCH_DIR/topo/pair.sh"
	for ((round = 0; round < ROUNDS; round++)); do
		remark "round $((round + 1)) of $ROUNDS"
		round_direct
		round_forwarder
	done
}

# --- the host

table() {
	printf '%s\n' "${CASES[@]}" |
		"$BENCH_DIR/bench.py" table "$OUT"
}

host() {
	. "$BENCH_DIR/common.sh"
	OUT=$TOP/out/bench
	mkdir -p "$OUT"
	: >"$OUT/raw"
	make -s -C "$TOP/shim6ctl"
	SHIM6_KO=$("$SCRIPTS/build.sh" uml-plain)/module/shim6.ko
	export SHIM6_KO SHIM6_ROUNDS=$ROUNDS
	"$SCRIPTS/bench.py" watch "$OUT" &
	WATCH=$!
	trap 'kill "$WATCH"' EXIT
	"$SCRIPTS/vm/run.sh" --bed uml-plain --cpus 1 --timeout 900 \
		--out "$OUT" -- "$SCRIPTS/bench.sh" --guest
	table
}

if [ "${1:-}" = --guest ]; then
	guest
else
	host
fi
