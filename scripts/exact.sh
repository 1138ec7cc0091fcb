# SPDX-License-Identifier: GPL-2.0
# Traffic between the hosts of topo/pair.sh that must arrive octet by octet:
# TCP both ways, UDP below and above the path MTU, UDP_SEGMENT. Sourced after
# lib.sh and the topology.
# shellcheck shell=bash

EXACT_OCTETS=${EXACT_OCTETS:-1500000}
EXACT_PORT=6000

# listening NS PROTOCOL PORT
listening() {
	on "$1" ss -lnH "--$2" "sport = :$3" | grep -q .
}

# exact_tcp FROM TO: a stream between the ULIDs
exact_tcp() {
	local from=${ADDRESS[${1}1]} to=${ADDRESS[${2}1]} sink

	EXACT_PORT=$((EXACT_PORT + 1))
	start "$2" "$SCRIPTS/traffic.py" sink tcp "$to" $EXACT_PORT \
		--out "$WORKDIR/sink"
	sink=$JOB
	busywait 10 listening "$2" tcp $EXACT_PORT || return 1
	on "$1" timeout 60 "$SCRIPTS/traffic.py" source tcp "$to" $EXACT_PORT \
		--source "$from" --octets "$EXACT_OCTETS" --size 65536 \
		--out "$WORKDIR/source"
	wait "$sink"
	exact_same
}

exact_same() {
	"$PYTHON" -c 'import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
same = a["octets"] == b["octets"] and a["sha256"] == b["sha256"]
if not same:
    print("#", a, b)
sys.exit(not same)' "$WORKDIR/source" "$WORKDIR/sink"
}

# exact_udp FROM TO ARGUMENT...: of datagrams.py
exact_udp() {
	local from=${ADDRESS[${1}1]} to=${ADDRESS[${2}1]} dest=$2 src=$1 sink

	shift 2
	EXACT_PORT=$((EXACT_PORT + 1))
	start "$dest" "$SCRIPTS/datagrams.py" sink "$to" $EXACT_PORT "$@" \
		>"$WORKDIR/udp.sink"
	sink=$JOB
	busywait 10 listening "$dest" udp $EXACT_PORT || return 1
	on "$src" timeout 60 "$SCRIPTS/datagrams.py" source "$to" $EXACT_PORT \
		--source "$from" "$@" >"$WORKDIR/udp.source"
	wait "$sink"
	grep -q ' 0 0$' "$WORKDIR/udp.sink" ||
		{ echo "# udp $*: $(cat "$WORKDIR/udp.sink")"; return 1; }
}

# snmp HOST NAME: of /proc/net/snmp6 or netstat
snmp() {
	on "$1" nstat -asz "$2" | awk -v n="$2" '$1 == n { print $2 }'
}

checksum_errors() {
	local host name sum=0

	for host in A B; do
		for name in TcpInCsumErrors Udp6InCsumErrors Icmp6InCsumErrors; do
			sum=$((sum + $(snmp $host $name)))
		done
	done
	echo $sum
}

# All kinds of traffic, both ways
exact_all() {
	exact_tcp A B && exact_tcp B A &&
		exact_udp A B --sizes 4,700,1232,1440,1444,1445,1452 --count 70 &&
		exact_udp B A --sizes 1453,2800,2888,9000,30000 --count 20 &&
		exact_udp A B --sizes 1444 --segment 40 --count 120
}

# check_exact WHAT: all of it, every packet of the ULIDs tagged, no checksum
# wrong anywhere
check_exact() {
	local before errors=$(checksum_errors)

	before=$(counter A payload_out)
	if ! exact_all; then
		not_ok "$1: exact"
		return
	fi
	check "$1: exact" [ $(($(counter A payload_out) - before)) -gt 500 ]
	check "$1: no checksum error" [ "$(checksum_errors)" -eq "$errors" ]
}
