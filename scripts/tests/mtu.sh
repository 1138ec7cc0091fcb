#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# The header of a switched packet takes eight octets of the path MTU. What a
# router on the locators' path says of the size reaches TCP, UDP and ping.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

# The link between the providers and B by provider 2 is a narrow one, and no
# packet is bigger on the way than it would be on a cable.
narrow() {
	on A ethtool -K p2 tso off gso off >/dev/null
	on B ethtool -K p2 gro off >/dev/null
	ip -n R2 link set dev b mtu "$1"
	ip -n B link set dev p2 mtu "$1"
}

# biggest in|out: of the tagged packets at B, octets
biggest() {
	wire_seen B
	awk -v mark="${WIRE_MARK[B]:-1}" -v way="$1" '
		NR > mark && $2 == way && $6 == "payload" && $7 > max { max = $7 }
		END { print max + 0 }' "$WORKDIR/wire.B"
}

# ping_size OCTETS [OPTION...]: of the whole packet
ping_size() {
	local octets=$1

	shift
	on A ping -q -c 3 -i 0.2 -W 2 "$@" -s $((octets - 48)) \
		-I "${ADDRESS[A1]}" "${ADDRESS[B1]}" >"$WORKDIR/echo" 2>&1 || true
	sed -n 's/.* \([0-9]*\) received.*/\1/p' "$WORKDIR/echo"
}

# datagram OCTETS: of UDP payload, there and back, whole
datagram() {
	start B timeout $PATIENCE "$PYTHON" -c 'import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 7001))
for i in range(3):
    data, peer = s.recvfrom(65536)
    s.sendto(data, peer)' "${ADDRESS[B1]}"
	busywait $PATIENCE listens 7001
	on A timeout $PATIENCE "$PYTHON" -c 'import os, socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 0))
s.settimeout(2)
got = 0
for i in range(3):
    data = os.urandom(int(sys.argv[3]))
    s.sendto(data, (sys.argv[2], 7001))
    try:
        got += s.recv(65536) == data
    except OSError:
        pass
print(got)' "${ADDRESS[A1]}" "${ADDRESS[B1]}" "$1"
	stop "$JOB"
}

listens() {
	on B ss -lntuH | grep -q ":$1 "
}

# takes PORT: B's end of a stream is there
takes() {
	[ -n "$(on B ss -tnH state established sport = ":$1")" ]
}

# sink PORT: its process is SINK; ends by itself if nothing comes. SOURCE is for
# that of a source in the background
sink() {
	start B timeout $PATIENCE "$SCRIPTS/traffic.py" sink tcp \
		"${ADDRESS[B1]}" "$1" --out "$WORKDIR/sink"
	SINK=$JOB SOURCE=
	busywait $PATIENCE listens "$1" || bail "the sink does not start"
}

# same: at the end, what was received is what was sent
same() {
	wait "$SINK" $SOURCE
	[ "$(json_get "$WORKDIR/sink" 'j["octets"], j["sha256"]')" = \
		"$(json_get "$WORKDIR/source" 'j["octets"], j["sha256"]')" ]
}

# stream: so many octets by TCP arrive as they were sent
stream() {
	sink 7002
	on A timeout $PATIENCE "$SCRIPTS/traffic.py" source tcp \
		"${ADDRESS[B1]}" 7002 --source "${ADDRESS[A1]}" --octets "$1" --size 65536 \
		--out "$WORKDIR/source"
	same
}

moved() {
	[ "$(context_pair A) $(context_pair B)" = "A2 B2 A2 B2" ]
}

move() {
	on A "$SHIM6CTL" context path "$(context_get A 'j[0]["id"]')" \
		"${ADDRESS[A2]}" "${ADDRESS[B2]}" >/dev/null
	on B "$SHIM6CTL" context path "$(context_get B 'j[0]["id"]')" \
		"${ADDRESS[B2]}" "${ADDRESS[A2]}" >/dev/null
	busywait $PATIENCE moved
}

# through MTU: a path of this width, from the first packet on
through() {
	hosts_up
	narrow "$1"
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null
	busywait $PATIENCE context_ready || bail "no context was established"
	check "$1: switched to the narrow path" move
	wire_watch B
	check "$1: TCP gets through" stream 300000
	check "$1: its packets fill the path" \
		test "$(biggest in)" -gt $(($1 - 24))
	check "$1: and never more" test "$(biggest in)" -le "$1"
	wire_forget B
	check "$1: ping that fills the path, 3 answers" \
		test "$(ping_size $(($1 - 8)) -M "do")" = 3
	check "$1: on the wire it is eight octets more" \
		test "$(biggest in)" = "$1"
	check "$1: ping that is one more and must not be cut, 0 answers" \
		test "$(ping_size $(($1 - 7)) -M "do")" = 0
	check "$1: ping in fragments, 3 answers" test "$(ping_size 4000)" = 3
	check "$1: UDP in fragments, 3 answers" test "$(datagram 5000)" = 3
	check "$1: and never more than the path takes" \
		test "$(biggest in)" -le "$1"
	jobs_stop
	ns_clear
}

# running: a transfer that meets the narrow path half-way
running() {
	hosts_up
	narrow 1400
	sessions_start A1 B1
	busywait $PATIENCE context_ready || bail "no context was established"
	sink 7003
	start A "$SCRIPTS/traffic.py" source tcp "${ADDRESS[B1]}" 7003 \
		--source "${ADDRESS[A1]}" --octets 6000000 --rate 800000 \
		--size 20000 --out "$WORKDIR/source"
	SOURCE=$JOB
	busywait $PATIENCE takes 7003 || bail "the transfer does not begin"
	sleep 0.5
	sessions_look
	cut carrier A1
	sleep 1
	cut carrier B1
	check "a transfer meets the narrow path: before its end" takes 7003
	check "a transfer meets the narrow path: its octets arrive" same
	check_range "a transfer meets the narrow path: gap in ms" \
		"$(json_get "$WORKDIR/sink" 'j["gap_ms"]')" 0 600
	check "a transfer meets the narrow path: every session lives" \
		sessions_live
	jobs_stop
	ns_clear
}

through 1500
through 1400
through 1280
running
