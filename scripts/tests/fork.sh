#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# Flows with a context of their own (RFC 5533 4.2): they are tagged although
# their locators are the ULIDs (B-21), take another pair than the rest, fail
# over by themselves, and use the context of the ULID pair when theirs is gone.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"

# fork_get HOST EXPRESSION of f, the only forked context, and d, the other one
fork_get() {
	context_get "$1" '(lambda f, d: '"$2"')(
		*[[c for c in j if bool(c["fii"]) == x][0] for x in (1, 0)])'
}

fork_ready() {
	[ "$(context_column A 2)" = "established established" ] &&
		[ "$(context_column B 2)" = "established established" ]
}

fork_moved() {
	[ "$(fork_get A 'f["loc_local"] + " " + f["loc_peer"]')" = \
		"${ADDRESS[$1]} ${ADDRESS[$2]}" ]
}

# sent FLOW-NAME: packets that context has sent so far
sent() {
	fork_get A "$1[\"tx_packets\"]"
}

sent_more() {
	[ "$(sent "$1")" -gt "$2" ]
}

# sends WHICH: this context carries packets now
sends() {
	busywait $PATIENCE sent_more "$1" "$(sent "$1")"
}

port_of() {
	on A ss -tnH state established dport = :5001 | awk '{ print $3 }' |
		sed 's/.*://'
}

refused() {
	! "$@" 2>>"$WORKDIR/refused"
}

# has ID: A has this context
has() {
	[[ " $(context_column A 1) " == *" $1 "* ]]
}

lacks() {
	! has "$1"
}

# is_ready ID: this context of A's is established
is_ready() {
	on A awk -v id="$1" '$1 == id && $2 == "established" { n++ }
		END { exit !n }' /proc/net/shim6/contexts
}

hosts_up
for host in A B; do
	param $host send_timeout 3000
done
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
ulids=("${ADDRESS[A1]}" "${ADDRESS[B1]}")
port=$(port_of)

check "a flow gets a context of its own" on A "$SHIM6CTL" -q context fork \
	"${ulids[@]}" proto tcp port "$port" peer-port 5001
check "it is established at both ends" busywait $PATIENCE fork_ready
check "both ends know it by the same instance" test \
	"$(fork_get A 'f["fii"]')" = "$(fork_get B 'f["fii"]')"
check "its packets are tagged with the ULIDs as locators" sends f
check "those of the others are not" test "$(sent d)" = 0
check "the same flow gets no second one" refused on A "$SHIM6CTL" -q context fork \
	"${ulids[@]}" proto tcp port "$port" peer-port 5001
check "the refused one leaves no context" test \
	"$(context_column A 2)" = "established established"

sessions_look
on A "$SHIM6CTL" context path "$(fork_get A 'f["id"]')" \
	"${ADDRESS[A2]}" "${ADDRESS[B2]}" >/dev/null
check "it moves to another pair" busywait $PATIENCE fork_moved A2 B2
check "the other context stays" test "$(fork_get A 'd["switched"]')" = False
check "packets go there" sends f
sleep 1
check "no session noticed" sessions_live

sessions_look
kicks=$(stat_of A kicks)
cut silent A2
check "its pair fails: it finds the way back alone" busywait 20 \
	fork_moved A1 B1
sleep 2
check "all sessions live" sessions_live
check "its TCP did not wait for its timer" test "$(stat_of A kicks)" -gt "$kicks"
check "nobody else has moved" test "$(fork_get A 'd["switches"]')" = 0
repair silent A2

# The fork sits on the second pair when the first one goes
on A "$SHIM6CTL" context path "$(fork_get A 'f["id"]')" \
	"${ADDRESS[A2]}" "${ADDRESS[B2]}" >/dev/null
busywait $PATIENCE fork_moved A2 B2
sessions_look
fork=$(fork_get A 'f["id"]') other=$(fork_get A 'd["id"]')
on A "$SHIM6CTL" context flush "$fork" >/dev/null
# The peer may bring the discarded one back at once, as it still knows it (RFC
# 5533 7.17): as another context
check "it is discarded" lacks "$fork"
check "the other context is not" has "$other"
sleep 3
check "the flow goes on with the context of the ULID pair" sessions_live
on A "$SHIM6CTL" -j context fork "${ulids[@]}" proto tcp port "$port" \
	peer-port 5001 >"$WORKDIR/fork"
again=$(json_get "$WORKDIR/fork" 'j["id"]')
check "the flow may have a context again" busywait $PATIENCE is_ready "$again"
sleep 1
check "the sessions live" sessions_live

# socket_fork: a program asks for its own socket, whose packets are tagged then
socket_fork() {
	on A "$PYTHON" - "$SCRIPTS" "${ulids[@]}" <<-'END'
		import socket, struct, sys, time
		sys.path.insert(0, sys.argv[1])
		import abi
		sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		sock.bind((sys.argv[2], 0))
		sock.connect((sys.argv[3], 5002))
		fd = abi.open_device()
		err, data = abi.CTX_FORK.call(fd, abi.fork_arg(
		    "::", "::", 0, (0, 0), sock.fileno()))
		local, peer, proto, port, other, _, _, number, fii = struct.unpack(
		    "=16s16sIHHiIII", data)
		assert (err, local, peer, proto, port, other) == (
		    0, abi.addr(sys.argv[2]), abi.addr(sys.argv[3]), 17,
		    sock.getsockname()[1], 5002), (err, proto, port, other)
		assert fii
		for _ in range(100):
		    sock.send(bytes(100))
		    time.sleep(0.05)
		    sent = {struct.unpack_from("=I", e)[0]:
		            struct.unpack_from("=Q", e, 152)[0]
		            for e in abi.walk(fd, "CTX_LIST")}
		    if sent.get(number):
		        sys.exit(0)
		sys.exit("nothing was tagged")
	END
}

check "a socket by its descriptor: the flow is its own" socket_fork
on A "$SHIM6CTL" param set fork_max 1 >/dev/null
check "the limit of forked flows is kept" refused on A "$SHIM6CTL" -q context fork \
	"${ulids[@]}" proto udp port 1 peer-port 2
check "and counted" test "$(stat_of A limit_fork)" = 1
