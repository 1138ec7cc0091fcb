# SPDX-License-Identifier: GPL-2.0
# The receiving applications of the demo, and when they got what: the kernel
# notes the time of each read that returned octets. So nothing has to be looked
# at at intervals, and a busy machine cannot make the measurement coarser.
# Sourced by guest.sh; leaves RUN/reads and RUN/pids.
# shellcheck shell=bash

TRACE=/sys/kernel/tracing/instances/reads
RECEIVERS=()

# receivers_start: one server for each session
receivers_start() {
	local n

	RECEIVERS=()
	for n in 1 2; do
		ip netns exec B iperf3 -s -1 -p "520$n" \
			>"$RUN/server$n.log" 2>&1 &
		JOBS+=("$!")
		RECEIVERS+=("$!")
		echo "session$n $!" >>"$RUN/pids"
	done
	busywait 30 receivers_ready || bail "iperf3 does not start"
	reads_start || bail "the kernel does not note reads"
}

receivers_ready() {
	[ "$(on B ss -ltn | grep -c ':520[12] ')" -eq 2 ]
}

reads_start() {
	local event=$TRACE/events/syscalls/sys_exit_read

	mkdir -p "$TRACE" &&
		echo mono >"$TRACE/trace_clock" &&
		echo 8192 >"$TRACE/buffer_size_kb" &&
		echo "ret > 0 && (common_pid == ${RECEIVERS[0]} || common_pid == ${RECEIVERS[1]})" \
			>"$event/filter" &&
		echo 1 >"$event/enable" || return
	cat "$TRACE/trace_pipe" >"$RUN/reads" &
	JOBS+=("$!")
}

# reads_stop: what was lost is said, as then a gap may be none
reads_stop() {
	local file

	echo 0 >"$TRACE/events/syscalls/sys_exit_read/enable"
	# What is in the buffer has to get through the pipe first.
	sleep 1
	for file in "$TRACE"/per_cpu/*/stats; do
		sed -n 's/^\(overrun\|dropped events\): \([1-9].*\)/\1 \2/p' "$file"
	done >"$RUN/lost"
}

# octets N: what receiver N has read since it was started, in OCTETS
octets() {
	local name value

	while read -r name value; do
		[ "$name" != rchar: ] || OCTETS=$value
	done 2>/dev/null <"/proc/${RECEIVERS[$1 - 1]}/io" || return 0
}
