# SPDX-License-Identifier: GPL-2.0
# Two hosts and two cables between them, no delay: what the packet path can do.
#
#   [A] p1 ---------- p1 [B]     a1::/64 and b1::/64: the ULIDs
#   [A] p2 ---------- p2 [B]     a2::/64 and b2::/64: the other locators
#
# With a forwarder, F routes between the ends of the second cable:
#
#   [A] p2 --- a [F] b --- p2 [B]
#
# Addresses are those of two HBA sets, so contexts come up as in real life.
# Sourced after lib.sh.
# shellcheck shell=bash

declare -A ADDRESS

# pair_addresses HOST: makes the host's set, unless it was made before
pair_addresses() {
	local host=$1 h=${1,,} file=$WORKDIR/$1.hba n

	[ -s "$file" ] || "$SHIM6CTL" -q hba generate "2001:db8:${h}1::/64" \
		"2001:db8:${h}2::/64" sec 0 file "$file" >/dev/null ||
		bail "no HBA set for $host"
	for n in 1 2; do
		ADDRESS[$host$n]=$("$SHIM6CTL" -j hba show "$file" |
			"$PYTHON" -c 'import re, sys
print(re.search(sys.argv[1] + "[0-9a-f:]*(?=\")", sys.stdin.read()).group())' \
				"2001:db8:$h$n:")
	done
}

# pair_host HOST PEER: addresses and routes
pair_host() {
	local host=$1 peer=${2,,} n

	for n in 1 2; do
		ip -n "$host" -6 -batch - <<-END
			addr add ${ADDRESS[$host$n]}/64 dev p$n nodad
			addr add fe80::${host,,}/64 dev p$n nodad
			route add 2001:db8:$peer$n::/64 via fe80::${PAIR_VIA[$n]:-$peer} dev p$n
		END
	done
	ip -n "$host" -6 route add default via "fe80::$peer" dev p1
}

pair_forwarder() {
	ns_add F
	ns_router F
	link_add A p2 F a
	link_add B p2 F b
	ip -n F -6 -batch - <<-END
		addr add fe80::f/64 dev a nodad
		addr add fe80::f/64 dev b nodad
		route add 2001:db8:a2::/64 dev a
		route add 2001:db8:b2::/64 dev b
	END
}

# pair_up [forwarder]
pair_up() {
	declare -gA PAIR_VIA=()
	ns_add A B
	link_add A p1 B p1
	if [ "${1:-}" = forwarder ]; then
		pair_forwarder
		PAIR_VIA[2]=f
	else
		link_add A p2 B p2
	fi
	pair_addresses A
	pair_addresses B
	pair_host A B
	pair_host B A
	busywait $PATIENCE pair_reachable ||
		bail "the hosts do not reach each other"
}

pair_reachable() {
	on A ping -q -c1 -W1 -I "${ADDRESS[A1]}" "${ADDRESS[B1]}" &&
		on A ping -q -c1 -W1 -I "${ADDRESS[A2]}" "${ADDRESS[B2]}"
}

# Loads the sets into the module and brings up a context for the ULIDs.
pair_context() {
	local host

	for host in A B; do
		on "$host" "$SHIM6CTL" -q hba install "$WORKDIR/$host.hba" nodad \
			dev "p1=2001:db8:${host,,}1::/64" \
			"p2=2001:db8:${host,,}2::/64" >/dev/null ||
			bail "hba install at $host"
	done
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null || bail "context create"
	busywait $PATIENCE pair_established ||
		bail "the context does not come up: $(on A "$SHIM6CTL" -j context list)"
}

# pair_field HOST NAME: of the only context
pair_field() {
	on "$1" "$SHIM6CTL" -j context list | "$PYTHON" -c 'import json, sys
print(json.load(sys.stdin)[0][sys.argv[1]])' "$2"
}

pair_established() {
	[ "$(pair_field A state)" = established ] &&
		[ "$(pair_field B state)" = established ]
}

# pair_switch N: both directions to the addresses of cable N
pair_switch() {
	local host peer

	for host in A B; do
		peer=$([ $host = A ] && echo B || echo A)
		on $host "$SHIM6CTL" context path "$(pair_field $host id)" \
			"${ADDRESS[$host$1]}" "${ADDRESS[$peer$1]}" ||
			bail "context path at $host"
	done
	busywait $PATIENCE pair_switched "$1" || bail "no switch to cable $1"
}

pair_switched() {
	[ "$(pair_field A loc_local)" = "${ADDRESS[A$1]}" ] &&
		[ "$(pair_field B loc_local)" = "${ADDRESS[B$1]}" ]
}

# counter HOST NAME; those that are 0 are not shown
counter() {
	on "$1" "$SHIM6CTL" stats |
		awk -v name="$2" '$1 == name { n = $2 } END { print n + 0 }'
}
