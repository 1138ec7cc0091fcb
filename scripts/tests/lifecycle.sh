#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 600
# 200 switched contexts under traffic: the module goes and comes twenty times,
# then one end's namespace goes. Nothing is left behind, nothing waits, nothing
# complains (the bed looks at the log and for leaks).
#
#   [A] p1 --- a [S] b --- p1 [B]   five prefixes at each end: the ULIDs
#   [A] p2 ----------------- p2 [B]   one prefix at each end

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/hosts.sh"

ROUNDS=20
PAIRS=200
SETS=3
PREFIXES=5
PORT=7000

prefix() {
	echo "2001:db8:${1,,}$2::/64"
}

# Addresses of a host, those of the first cable: FIRST[A] FIRST[B]
declare -A FIRST

# sets_make HOST: each has an address of each prefix
sets_make() {
	local host=$1 set n list=()

	for n in $(seq 0 $PREFIXES); do
		list+=("$(prefix "$host" "$n")")
	done
	for set in $(seq $SETS); do
		"$SHIM6CTL" -q hba generate "${list[@]}" sec 0 \
			file "$WORKDIR/$host$set.hba" >/dev/null
		"$SHIM6CTL" -j hba show "$WORKDIR/$host$set.hba" \
			>"$WORKDIR/set"
		addresses_add "$host"
	done
}

addresses_add() {
	local host=$1 address n=0

	for address in $(json_get "$WORKDIR/set" \
		'" ".join(a["address"] for a in j["addresses"])'); do
		# The first prefix is the second cable's
		if [ $n = 0 ]; then
			ip -n "$host" addr add "$address/64" dev p2 nodad
		else
			ip -n "$host" addr add "$address/64" dev p1 nodad
			FIRST[$host]+=" $address"
		fi
		n=$((n + 1))
	done
}

# A switch, so that a cable that is out is out at both ends
cables_up() {
	ns_add A B S
	ip -n S link add name br type bridge mcast_snooping 0
	ip -n S link set dev br up
	link_add A p1 S a
	link_add B p1 S b
	ip -n S link set dev a master br
	ip -n S link set dev b master br
	link_add A p2 B p2
}

routes_add() {
	local host=$1 peer=$2 n

	ip -n "$host" addr add "fe80::${host,,}/64" dev p1 nodad
	ip -n "$host" addr add "fe80::${host,,}/64" dev p2 nodad
	for n in $(seq $PREFIXES); do
		ip -n "$host" -6 route add "$(prefix "$peer" "$n")" \
			via "fe80::${peer,,}" dev p1
	done
	ip -n "$host" -6 route add "$(prefix "$peer" 0)" \
		via "fe80::${peer,,}" dev p2
	ip -n "$host" -6 route add default via "fe80::${peer,,}" dev p2 \
		metric 4096
}

cable_out() {
	ip -n S -batch - <<-END
		link set dev a down
		link set dev b down
	END
}

cable_in() {
	ip -n S -batch - <<-END
		link set dev a up
		link set dev b up
	END
}

# Everything a module that was just loaded knows of a host
host_begin() {
	on "$1" sh -c 'for set in $3/$1?.hba; do
			$2 -q hba install $set nodad dev p2=$4 '"$(
		for n in $(seq $PREFIXES); do
			echo "dev p1=$(prefix "$1" "$n")"
		done | tr '\n' ' ')"' >/dev/null || exit
		done
		$2 policy add always proto udp >/dev/null' \
		- "$1" "$SHIM6CTL" "$WORKDIR" "$(prefix "$1" 0)" ||
		bail "the sets of $1 cannot be installed"
}

# contexts HOST: "ESTABLISHED SWITCHED"
contexts() {
	on "$1" awk 'NR > 1 && $2 == "established" { n++; s += $4 != $6 }
		END { print n + 0, s + 0 }' /proc/net/shim6/contexts
}

all() {
	[ "$(contexts A)" = "$PAIRS $1" ] && [ "$(contexts B)" = "$PAIRS $1" ]
}

# answered N: so many pairs got an answer to one of two datagrams, and no pair
# none
answered() {
	rm -f "$WORKDIR/alive"
	kill -USR1 "$talker"
	busywait $PATIENCE test -s "$WORKDIR/alive" &&
		[ "$(cat "$WORKDIR/alive")" = "$1 0" ] && return
	remark "pairs answered and not: $(cat "$WORKDIR/alive")"
	return 1
}

unload() {
	timeout $PATIENCE rmmod shim6
}

# round N: load, 200 contexts, the cable is pulled, all move, unload
round() {
	module_load || bail "the module does not load"
	host_begin A
	host_begin B
	busywait $PATIENCE all 0 || { whatever "$1: set up"; return 1; }
	cable_out
	busywait $PATIENCE all $PAIRS || { whatever "$1: switch"; return 1; }
}

whatever() {
	remark "round $1: A has $(contexts A), B has $(contexts B)"
	on A "$SHIM6CTL" stats
	on B "$SHIM6CTL" stats
}

traffic() {
	# shellcheck disable=SC2086
	start B "$PYTHON" "$SCRIPTS/tests/lifecycle.py" echo $PORT ${FIRST[B]}
	start A "$PYTHON" "$SCRIPTS/tests/lifecycle.py" talk $PORT $PAIRS 2 \
		"$WORKDIR/alive" "$(comma A)" "$(comma B)"
	talker=$JOB
	# The other way round too, so that both ends begin contexts; pairs that
	# the first one has as well
	start A "$PYTHON" "$SCRIPTS/tests/lifecycle.py" echo $PORT ${FIRST[A]}
	start B "$PYTHON" "$SCRIPTS/tests/lifecycle.py" talk $PORT 13 2 \
		"$WORKDIR/other" "$(comma B)" "$(comma A)"
}

comma() {
	echo "${FIRST[$1]# }" | tr ' ' ,
}

# gone HOST: its end of the cable went with it
gone() {
	! ip -n S link show dev "${1,,}" >/dev/null 2>&1
}

loaded() {
	[ -d /sys/module/shim6 ]
}

cables_up
sets_make A
sets_make B
routes_add A B
routes_add B A
traffic
good=0
for ((i = 1; i <= ROUNDS; i++)); do
	round $i || break
	if [ $i = 1 ]; then
		check "all $PAIRS sessions go on" answered $PAIRS
	fi
	unload || break
	cable_in
	good=$((good + 1))
done
check_range "rounds with $PAIRS switched contexts" $good $ROUNDS $ROUNDS
loaded && bail "the module is still there"
check "without the module the sessions go on by the first cable" \
	answered $PAIRS
round last
for pid in $(ip netns pids A); do
	kill -KILL "$pid" 2>/dev/null
done
ip netns del A
NAMESPACES=(B S)
check "a namespace deleted: it is gone" busywait $PATIENCE gone A
check "a namespace deleted: the module unloads" unload
