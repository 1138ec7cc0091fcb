#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# An address is deleted that is a locator and not the ULID: in use, its
# sessions move at once; out of use, they notice nothing.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

# both_use LINK LINK: both hosts send by these, A's and B's
both_use() {
	[ "$(context_pair A)" = "$1 $2" ] && [ "$(context_pair B)" = "$1 $2" ]
}

# move LINK LINK: by the administrator of each host
move() {
	on A "$SHIM6CTL" context path "$(context_get A 'j[0]["id"]')" \
		"${ADDRESS[$1]}" "${ADDRESS[$2]}" >/dev/null
	on B "$SHIM6CTL" context path "$(context_get B 'j[0]["id"]')" \
		"${ADDRESS[$2]}" "${ADDRESS[$1]}" >/dev/null
	check "both were moved to $1 and $2" \
		busywait $PATIENCE both_use "$1" "$2"
}

# lose LINK: the context is moved to it, then its address is deleted
lose() {
	move A2 B2
	failover_check address "$1" 300
	check "address at $1: it is not used any more" \
		eval '! context_pair A | grep -q '"$1"
	check "address at $1: it is no destination any more" \
		eval '! context_pair B | grep -q '"$1"
	repair address "$1"
	both_know 2
}

hosts_up
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
failover_check address A2 300
check "a locator not in use: nothing moved" both_use A1 B1
repair address A2
both_know 2
lose A2
lose B2
