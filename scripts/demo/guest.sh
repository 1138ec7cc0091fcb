#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's side of the demo: guest.sh figure6|linkdown. Leaves in SHIM6_OUT
# a folder for each run: samples (octets each receiving application has got,
# by time), events, kernel. Lines that begin with @ are progress.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/demo/parameters.sh"

SAMPLE_MS=20
RATE=20M

say() {
	echo "$*"
}

# event NAME: when it happened, on the clock of the samples
event() {
	echo "$(uptime_s) $1" >>"$RUN/events"
	say "$(printf '%3d s' $((SECONDS - BEGIN)))  $2"
}

uptime_s() {
	local up

	read -r up _ </proc/uptime
	echo "$up"
}

# Each session has a server of its own: the receiving application.
servers_start() {
	local n

	SERVERS=()
	for n in 1 2; do
		ip netns exec B iperf3 -s -1 -p "520$n" \
			>"$RUN/server$n.log" 2>&1 &
		JOBS+=("$!")
		SERVERS+=("session$n=$!")
	done
	busywait 10 servers_ready || bail "iperf3 does not start"
	"$PYTHON" "$SCRIPTS/sampler.py" $SAMPLE_MS "$RUN/samples" \
		"${SERVERS[@]}" &
	JOBS+=("$!")
	busywait 30 test -s "$RUN/samples" || bail "nothing is measured"
}

servers_ready() {
	[ "$(on B ss -ltn | grep -c ':520[12] ')" -eq 2 ]
}

# client N SECONDS
client() {
	ip netns exec A iperf3 -c "${ADDRESS[B1]}" -B "${ADDRESS[A1]}" \
		-p "520$1" -t "$2" -b $RATE >"$RUN/client$1.log" 2>&1 &
	JOBS+=("$!")
	event "start$1" "session $1 begins"
}

captures_start() {
	local ns side

	[ -n "${KEEP:-}" ] || return 0
	for ns in R1 R2; do
		for side in a b; do
			ip netns exec $ns tcpdump -q -U -s 128 -i $side \
				-w "$RUN/$ns-$side.pcap" >/dev/null 2>&1 &
			JOBS+=("$!")
		done
	done
}

# until_second S: shows once a second what the receivers get
until_second() {
	while [ $((SECONDS - BEGIN)) -lt "$1" ]; do
		sleep 1
		progress
	done
}

progress() {
	tail -n 60 "$RUN/samples" | awk -v at=$((SECONDS - BEGIN)) -v all="$LENGTH" '
		NF == 3 && $1 != "time" { n++; t[n] = $1; a[n] = $2; b[n] = $3 }
		END {
			i = n > 50 ? n - 50 : 1
			d = t[n] - t[i]
			if (d > 0)
				printf "@%3d of %d s   session 1 %5.1f Mbit/s   session 2 %5.1f Mbit/s\n",
				at, all, (a[n] - a[i]) * 8e-6 / d, (b[n] - b[i]) * 8e-6 / d
		}'
}

# run NAME SECOND-START CUT LENGTH KIND LINK: one experiment, times in seconds
run() {
	local second=$2 at=$3 kind=$5 link=$6

	RUN=$SHIM6_OUT/$1
	LENGTH=$4
	mkdir -p "$RUN"
	: >"$RUN/events"
	uname -r >"$RUN/kernel"
	hosts_address A B
	topo_up
	if [ -d /sys/module/shim6 ]; then
		hosts_install A B
		parameters_set
		on A "$SHIM6CTL" policy add always proto tcp >/dev/null
	fi
	captures_start
	servers_start
	BEGIN=$SECONDS
	client 1 "$LENGTH"
	until_second "$second"
	client 2 $((LENGTH - second))
	until_second "$at"
	cut "$kind" "$link"
	event cut "$(failure_words "$kind" "$link")"
	until_second "$LENGTH"
	run_end
}

run_end() {
	jobs_stop
	if [ -d /sys/module/shim6 ]; then
		on A "$SHIM6CTL" -j context list >"$RUN/contexts.json"
		on A "$SHIM6CTL" status >"$RUN/status-A"
		on B "$SHIM6CTL" status >"$RUN/status-B"
	fi
	ns_clear
}

failure_words() {
	case $1 in
	toward) echo "everything towards B on the path in use is dropped" ;;
	down) echo "ip link set p1 down, on host A" ;;
	carrier) echo "the cable of host A's p1 is pulled out" ;;
	esac
}

say "# without Shim6, the control"
case $1 in
figure6)
	run control 0 10 40 toward B1
	module_load || bail "the module does not load"
	say "# with Shim6"
	run figure6 20 50 100 toward B1
	;;
linkdown)
	run control 0 10 30 down A1
	module_load || bail "the module does not load"
	for kind in down carrier; do
		say "# with Shim6, $kind"
		run $kind 0 15 30 $kind A1
	done
	;;
*) exit 2 ;;
esac
