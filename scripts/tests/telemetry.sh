#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 200
# What can be seen of a failover while it happens: events in their order and
# with their times, tracepoints with their fields, what is counted; then of a
# peer that forgot everything, of the way back, and of a limit.

# shellcheck disable=SC2034
PATH_DELAY_MS=20
. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"

TRACEFS=$WORKDIR/tracefs

# The number of a namespace, as tracepoints give it
netns_number() {
	on "$1" readlink /proc/self/ns/net | tr -dc 0-9
}

trace_begin() {
	mkdir "$TRACEFS"
	mount -t tracefs tracefs "$TRACEFS" || bail "no tracefs"
	check "tracepoints: context_state, drop, path_change, probes, reach_state" \
		test "$(cd "$TRACEFS/events/shim6" && echo shim6_*)" = \
		"shim6_context_state shim6_drop shim6_path_change shim6_probe_received shim6_probe_sent shim6_reach_state"
	echo "netns == $(netns_number A) || netns == $(netns_number B)" \
		>"$TRACEFS/events/shim6/filter"
	echo 1 >"$TRACEFS/events/shim6/enable"
}

trace_end() {
	echo 0 >"$TRACEFS/events/shim6/enable"
	cat "$TRACEFS/trace" >"$WORKDIR/trace"
	umount "$TRACEFS"
}

# seen HOST TYPE N: its monitor has shown so many of these
seen() {
	[ "$(grep -c "\"type\":\"$2\"" "$WORKDIR/events.$1")" -ge "$3" ]
}

await() {
	busywait 30 seen "$@" || bail "no event $2 at $1"
}

# monitor_listens: it has told of an address that came and went; what was
# before it began to listen it does not tell
monitor_listens() {
	local address=2001:db8:ffff::1/128

	ip -n A addr add $address dev p1 nodad &&
		ip -n A addr del $address dev p1 && seen A locator_down 1
}

on_second_path() {
	[ "$(context_pair A)" = "A2 B1" ] || [ "$(context_pair A)" = "A2 B2" ]
}

# too_many N: so many contexts are refused at once, by one program: a limit is
# told once a second, and that may be less than some programs take to begin
too_many() {
	on A env PYTHONPATH="$SCRIPTS" "$PYTHON" - "$1" "${ADDRESS[A2]}" \
		"${ADDRESS[B2]}" <<-'END'
		import errno, sys
		import abi
		fd = abi.open_device()
		got = {abi.CTX_CREATE.call(fd, abi.pair_arg(*sys.argv[2:]))[0]
		       for _ in range(int(sys.argv[1]))}
		sys.exit(0 if got == {errno.ENOSPC} else f"not ENOSPC: {got}")
	END
}

hosts_up
# A is to notice first
param A send_timeout 3000
start A "$SHIM6CTL" -j monitor >"$WORKDIR/events.A"
trace_begin
busywait $PATIENCE monitor_listens || bail "the monitor says nothing"
on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
busywait $PATIENCE context_ready || bail "no context was established"
start A ping -n -i 0.2 -I "${ADDRESS[A1]}" "${ADDRESS[B1]}" >"$WORKDIR/ping"
busywait $PATIENCE grep -q "bytes from" "$WORKDIR/ping" || bail "no ping"
on A "$SHIM6CTL" -j top rounds 1 interval 2000 >"$WORKDIR/top.plain"

cut silent A1
await A operational 1
check "the second path is used" on_second_path
on A "$SHIM6CTL" -j context list >"$WORKDIR/contexts"
on A "$SHIM6CTL" -j top rounds 1 interval 2000 >"$WORKDIR/top.switched"
on B "$SHIM6CTL" context flush all >/dev/null
await A recovered 1
repair silent A1
sleep 2
cut carrier A2
await A returned 1
await A operational 2
on A "$SHIM6CTL" param set context_max 1 >/dev/null
check "three more contexts are too many" too_many 3
await A limit 1
trace_end
jobs_stop

cat >"$WORKDIR/facts" <<-END
	{"A1": "${ADDRESS[A1]}", "A2": "${ADDRESS[A2]}",
	 "B1": "${ADDRESS[B1]}", "B2": "${ADDRESS[B2]}",
	 "A": $(netns_number A), "B": $(netns_number B),
	 "delay": $PATH_DELAY_MS}
END
"$PYTHON" "$SCRIPTS/tests/telemetry.py" "$WORKDIR" || COUNT_FAILED=1
