#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 240
# When a context is started and when not, and what status says of the reason.
# Below the trigger not one packet of Shim6 is on the wire.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"

# The routers count what belongs to Shim6.
watch_wire() {
	local router

	for router in R1 R2; do
		on "$router" nft -f - <<-'EOF'
			table ip6 watch {
				chain forward {
					type filter hook forward priority -500;
					meta l4proto 140 counter
				}
			}
		EOF
	done
}

wire_packets() {
	local router

	for router in R1 R2; do
		on "$router" nft list table ip6 watch
	done | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p' |
		awk '{ n += $1 } END { print n }'
}

# tune NS NAME=VALUE...
tune() {
	# shellcheck disable=SC2016
	on "$1" sh -c 'for t; do
		echo "${t#*=}" >"/sys/kernel/shim6/${t%=*}" || exit
	done' "$@"
}

# Everything forgotten, the pairs counted so far by a new size of their table.
forget() {
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
	tune A flow_max=512 flow_max=1024 trigger_packets=50 trigger_bytes=0 \
		trigger_seconds=0
	before=$(wire_packets)
}

forget_rules() {
	local rule

	on A "$SHIM6CTL" policy list | awk 'NR > 1 { print $1 }' |
		while read -r rule; do
			on A "$SHIM6CTL" policy del "$rule" >/dev/null
		done
}

# echo_packets N [SIZE]: N there and N back
echo_packets() {
	on A ping -q -c "$1" -s "${2:-56}" -i 0.02 -I "${ADDRESS[A1]}" \
		"${ADDRESS[B1]}" >/dev/null
}

# datagrams HOST N PORT FROM TO; to a prefix: each to another address
datagrams() {
	on "$1" "$PYTHON" - "$2" "$3" "${ADDRESS[$4]}" "${ADDRESS[$5]:-$5}" <<-'EOF'
		import socket, sys
		n, port, source, to = sys.argv[1:]
		s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		s.bind((source, 0))
		for i in range(int(n)):
		    where = to.replace("/64", f"ff:{i:x}")
		    s.sendto(b"x" * 100, (where, int(port)))
	EOF
}

contexts() {
	context_get "$1" 'len(j)'
}

# reason HOST: of its first pair
reason() {
	on "$1" "$SHIM6CTL" -j status >"$WORKDIR/status"
	json_get "$WORKDIR/status" 'j["flows"][0]["reason"]'
}

silent() {
	sleep 2
	check "$1: no context" test "$(contexts A)$(contexts B)" = 00
	check "$1: nothing on the wire" test "$(wire_packets)" = "$before"
}

starts() {
	check "$1: a context" busywait 5 context_ready
}

# says WHAT REASON
says() {
	local got

	got=$(reason A)
	check "$1: status says $2 ($got)" test "$got" = "$2"
}

by_packets() {
	forget
	echo_packets 24
	silent "48 packets of 50"
	says "48 packets of 50" below_trigger
	echo_packets 2
	starts "52 packets of 50"
}

by_bytes() {
	forget
	tune A trigger_packets=0
	echo_packets 60
	silent "no threshold reached"
	tune A trigger_bytes=20000
	echo_packets 10 1000
	starts "20000 octets"
}

by_seconds() {
	forget
	tune A trigger_packets=0 trigger_seconds=4
	echo_packets 2
	silent "2 seconds of 4"
	sleep 3
	echo_packets 1
	starts "5 seconds of 4"
}

by_rule() {
	forget
	on A "$SHIM6CTL" policy add never proto udp port 7777 >/dev/null
	datagrams A 80 7777 A1 B1
	silent "a rule says never"
	says "a rule says never" policy
	forget_rules
	forget
	on A "$SHIM6CTL" policy add always to "$(prefix_of B1)" proto udp \
		port 7777 >/dev/null
	datagrams A 1 7777 A1 B2
	silent "a rule for another peer"
	datagrams A 1 7778 A1 B1
	silent "a rule for another port"
	datagrams A 1 7777 A1 B1
	starts "a rule says always, first packet"
	forget_rules
}

excluded() {
	forget
	datagrams A 80 53 A1 B1
	silent "name service"
	says "name service" excluded
}

inbound() {
	forget
	datagrams B 200 7777 B1 A1
	silent "packets from outside only"
}

# What goes out to many makes no memory grow.
bounded() {
	local pairs

	forget
	tune A flow_max=64
	datagrams A 500 7777 A1 "$(prefix_of B1)"
	on A "$SHIM6CTL" -j status >"$WORKDIR/status"
	pairs=$(json_get "$WORKDIR/status" 'len(j["flows"])')
	check_range "pairs remembered of 500, room for 64" "$pairs" 40 64
}

not_able() {
	forget
	cut interface A2
	echo_packets 30
	silent "one locator"
	says "one locator" single_locator
	repair interface A2
	on A "$SHIM6CTL" -j hba list >"$WORKDIR/sets"
	on A "$SHIM6CTL" hba remove "$(json_get "$WORKDIR/sets" \
		'j[0]["id"]')" >/dev/null
	forget
	echo_packets 30
	silent "no HBA set"
}

hosts_up
# The other host starts nothing by itself
param B trigger_packets 0
watch_wire
by_packets
by_bytes
by_seconds
by_rule
excluded
inbound
bounded
not_able
