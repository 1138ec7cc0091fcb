#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's side of the demo: guest.sh figure6|linkdown. Leaves in SHIM6_OUT
# a folder for each run: reads (when the receiving applications got octets),
# pids, events, kernel. Lines that begin with @ are progress.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/demo/parameters.sh"
. "$SCRIPTS/demo/receivers.sh"

# TCP's own pacing: a sender that catches up after the outage would draw a peak
# over everything else, and the emulated machine must not be the limit.
RATE=4M

# Sleeping without a process: a fork takes its time in an emulated machine.
exec {NEVER}<> <(:)

doze() {
	read -r -t "$1" -u "$NEVER" || true
}

# clock: hundredths of a second of this run, in NOW; what /proc/uptime counts
clock() {
	local up

	read -r up _ </proc/uptime
	UPTIME=$up
	NOW=$((10#${up/./} - BEGIN))
}

# event NAME WORDS: when it happened, on the clock of the reads
event() {
	clock
	echo "$UPTIME $1" >>"$RUN/events"
	[ $# -eq 1 ] || printf '%3d s  %s\n' $((NOW / 100)) "$2"
}

# client N: ends with the run, not before
client() {
	ip netns exec A iperf3 -c "${ADDRESS[B1]}" -B "${ADDRESS[A1]}" \
		-p "520$1" -t $((LENGTH + 60)) --fq-rate $RATE \
		>"$RUN/client$1.log" 2>&1 &
	JOBS+=("$!")
	event "start$1" "session $1 begins"
}

captures_start() {
	local ns side

	[ -n "${KEEP:-}" ] || return 0
	for ns in R1 R2; do
		for side in a b; do
			ip netns exec $ns tcpdump -q -s 128 -Z root -i $side \
				-w "$RUN/$ns-$side.pcap" \
				2>"$KEPT/$ns-$side.log" &
			JOBS+=("$!")
		done
	done
	busywait 30 captures_ready || bail "tcpdump does not start"
}

captures_ready() {
	local ns

	# A line for each open packet socket, under a head
	for ns in R1 R2; do
		[ "$(on $ns cat /proc/net/packet | wc -l)" -eq 3 ] || return 1
	done
}

# until_second S: shows once a second what the receivers get
until_second() {
	clock
	while [ $NOW -lt $(($1 * 100)) ]; do
		[ $((NOW - SHOWN)) -lt 100 ] || progress
		doze 0.1
		clock
	done
}

progress() {
	local n rate=()

	for n in 1 2; do
		OCTETS=${SEEN[n]}
		octets $n
		# Octets in a hundredth of a second: Mbit/s with two more digits
		rate[n]=$(((OCTETS - SEEN[n]) * 8 / (NOW - SHOWN) / 100))
		SEEN[n]=$OCTETS
	done
	SHOWN=$NOW
	printf '@%3d of %d s   session 1 %2d.%02d Mbit/s   session 2 %2d.%02d Mbit/s\n' \
		$((NOW / 100)) "$LENGTH" $((rate[1] / 100)) $((rate[1] % 100)) \
		$((rate[2] / 100)) $((rate[2] % 100))
}

# run NAME SECOND-START CUT LENGTH KIND LINK: one experiment, times in seconds.
# What is written while it runs stays in memory, as a slow disk of the host
# would stop the guest.
run() {
	local second=$2 at=$3 kind=$5 link=$6

	KEPT=$SHIM6_OUT/$1
	RUN=$WORKDIR/$1
	LENGTH=$4
	SEEN=(0 0 0)
	SHOWN=0
	mkdir -p "$RUN" "$KEPT"
	uname -r >"$RUN/kernel"
	hosts_address A B
	topo_up
	if [ -d /sys/module/shim6 ]; then
		hosts_install A B
		parameters_set
		on A "$SHIM6CTL" policy add always proto tcp >/dev/null
	fi
	captures_start
	receivers_start
	BEGIN=0
	clock
	BEGIN=$NOW
	client 1
	until_second "$second"
	client 2
	until_second "$at"
	cut "$kind" "$link"
	event cut "$(failure_words "$kind" "$link")"
	until_second "$LENGTH"
	event end
	run_end
}

run_end() {
	if [ -d /sys/module/shim6 ]; then
		on A "$SHIM6CTL" -j context list >"$RUN/contexts.json"
		on A "$SHIM6CTL" status >"$RUN/status-A"
		on B "$SHIM6CTL" status >"$RUN/status-B"
	fi
	reads_stop
	jobs_stop
	ns_clear
	cp -r "$RUN/." "$KEPT/"
}

failure_words() {
	case $1 in
	toward) echo "everything towards B on the path in use is dropped" ;;
	down) echo "ip link set p1 down, on host A" ;;
	carrier) echo "the cable of host A's p1 is pulled out" ;;
	esac
}

echo "# without Shim6, the control"
case $1 in
figure6)
	run control 0 10 40 toward B1
	module_load || bail "the module does not load"
	echo "# with Shim6"
	run figure6 20 50 100 toward B1
	;;
linkdown)
	run control 0 10 30 down A1
	module_load || bail "the module does not load"
	for kind in down carrier; do
		echo "# with Shim6, $kind"
		run $kind 0 15 30 $kind A1
	done
	;;
*) exit 2 ;;
esac
