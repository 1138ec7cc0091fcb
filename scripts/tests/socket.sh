#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# The socket options of RFC 6316: each of them and each refusal, a session
# without the shim beside one with it, and the end of sockets, of their
# namespace and of the module in any order.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

PORT=7100
TOOL=$SCRIPTS/tests/sockets.py

echo_ready() {
	[[ $(on B ss -lntH) == *:$PORT* ]]
}

echo_start() {
	start B "$PYTHON" "$TOOL" echo $PORT "${ADDRESS[B1]}"
	busywait $PATIENCE echo_ready || bail "nobody listens at B"
}

# Contexts only where somebody asks for one
no_trigger() {
	local host

	for host in A B; do
		policy_clear $host
		param $host trigger_packets 0
	done
}

options() {
	on A "$PYTHON" "$TOOL" options $PORT "${ADDRESS[A1]}" "${ADDRESS[A2]}" \
		"${ADDRESS[B1]}" "${ADDRESS[B2]}"
	check "every option does what RFC 6316 says" test $? = 0
}

# quiet HOST: no TCP session is about to end there
quiet() {
	[ -z "$(on "$1" ss -tnH state synchronized exclude time-wait)" ]
}

# What one end forgets the other one brings back while it has something to say:
# once and no further when no program has. The end of a TCP session, of which
# the first end forgets the context, is said again by the other end, and what
# answers it brings the context back where it was forgotten in between.
forget() {
	local host

	for host in A B; do
		busywait $PATIENCE quiet $host ||
			bail "sessions do not end at host $host"
	done
	for host in A B A; do
		on $host "$SHIM6CTL" context flush >/dev/null
	done
}

forks() {
	local kind

	for kind in udp tcp; do
		forget
		on A "$PYTHON" "$TOOL" fork $kind $PORT "${ADDRESS[A1]}" \
			"${ADDRESS[B1]}" "${ADDRESS[B2]}"
		check "$kind: one socket's wishes are not the other's" \
			test $? = 0
	done
}

# A listener is the only one who can say it for the sockets it makes
inherited() {
	forget
	start A "$PYTHON" "$TOOL" call $((PORT + 1)) "${ADDRESS[A1]}" \
		"${ADDRESS[B1]}"
	on B "$PYTHON" "$TOOL" accepted $((PORT + 1)) "${ADDRESS[B1]}"
	check "DONTSHIM of a listener and of the sockets it makes" test $? = 0
}

# RFC 6316 7.4: also for a stream the latest
latest() {
	local kind tool

	for kind in tcp udp; do
		forget
		rm -f "$WORKDIR/ready"
		start A "$PYTHON" "$TOOL" latest $kind $PORT "${ADDRESS[A1]}" \
			"${ADDRESS[A2]}" "${ADDRESS[B1]}" "${ADDRESS[B2]}" \
			"$WORKDIR/ready"
		tool=$JOB
		busywait $PATIENCE test -s "$WORKDIR/ready" ||
			bail "nobody is ready"
		on B "$SHIM6CTL" context path "$(context_get B 'j[0]["id"]')" \
			"${ADDRESS[B2]}" "${ADDRESS[A2]}"
		check "$kind: the locators of what came last" wait "$tool"
	done
}

unreachable() {
	forget
	cut silent B2
	on A "$PYTHON" "$TOOL" unreachable $PORT "${ADDRESS[A1]}" \
		"${ADDRESS[B1]}" "${ADDRESS[B2]}"
	check "a locator that cannot be reached" test $? = 0
	repair silent B2
}

# pair_count: adds the answers since the last time to with and without
pair_count() {
	local one other

	rm -f "$WORKDIR/pair"
	kill -USR1 "$pair" && busywait $PATIENCE test -s "$WORKDIR/pair" ||
		return
	read -r one other <"$WORKDIR/pair"
	with=$((with + one)) without=$((without + other))
}

both_live() {
	pair_count && [ "$with" -gt 0 ] && [ "$without" -gt 0 ]
}

# has_shim N: so many answers with the shim
has_shim() {
	pair_count && [ "$with" -ge "$1" ]
}

# One session asks for the shim by its traffic, the other is left alone
bypass() {
	local with=0 without=0

	forget
	param A send_timeout 10000
	param B send_timeout 10000
	wire_watch A
	trap '' USR1
	start A "$PYTHON" "$TOOL" pair $PORT "${ADDRESS[A1]}" \
		"${ADDRESS[B1]}" "$WORKDIR/pair"
	pair=$JOB
	trap - USR1
	busywait $PATIENCE test -s "$WORKDIR/pair" || bail "no two sessions"
	check "two sessions run" busywait $PATIENCE both_live
	check "DONTSHIM: nothing of protocol 140, no context" \
		test "$(wire_count A) $(context_get A 'len(j)')" = "0 0"
	on A "$SHIM6CTL" policy add always proto tcp >/dev/null
	check "the other session gets a context" \
		busywait $PATIENCE context_ready
	check_range "packets left alone" "$(stat_of A tx_bypass_socket)" 10 1000
	cut silent A1
	sleep 15
	pair_count
	with=0 without=0
	check "provider 1 is gone: answers with the shim" \
		busywait $PATIENCE has_shim 10
	check "provider 1 is gone: no answer without the shim" \
		test "$without" = 0
	repair silent A1
}

# held NS KIND N: sockets with an option, kept open
held() {
	start "$1" "$PYTHON" "$TOOL" hold "$2" "$3" >"$WORKDIR/held"
	busywait $PATIENCE grep -q held "$WORKDIR/held"
}

# gone HOST: its end of the cable went with it
gone() {
	! ip -n R1 link show dev "${1,,}" >/dev/null 2>&1
}

loaded() {
	[ -d /sys/module/shim6 ]
}

ends() {
	held A tcp 500
	held B udp 500
	for pid in $(ip netns pids B); do
		kill -KILL "$pid" 2>/dev/null
	done
	ip netns del B
	NAMESPACES=(A R1 R2)
	check "a namespace with sockets deleted: it is gone" \
		busywait $PATIENCE gone B
	held A raw 100
	check "the module unloads while sockets have options" \
		timeout $PATIENCE rmmod shim6
	jobs_stop
	check "the sockets are closed after the module went" test \
		"$(ip netns pids A)" = ""
}

hosts_up
no_trigger
ip -n A addr add 2001:db8:a1::77/64 dev p1 nodad
echo_start
options
forks
inherited
latest
unreachable
bypass
ends
