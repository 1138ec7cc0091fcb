#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# timeout: 600
# Keys and signatures in a stock kernel, whose parser of private keys is a
# module: two hosts with CGAs sign what they announce and verify what they hear,
# in the handshake and in an Update.

HOSTS_PROOF=cga
. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/hosts.sh"

prefix_of() {
	echo "2001:db8:${1,,}::/64"
}

# hosts.sh makes the addresses, the rest is as in pair_up
cga_up() {
	hosts_address A B
	ns_add A B
	link_add A p1 B p1
	link_add A p2 B p2
	pair_host A B
	pair_host B A
	busywait $PATIENCE pair_reachable ||
		bail "the hosts do not reach each other"
	hosts_install A B
}

# has_methods HOST METHODS
has_methods() {
	[ "$(context_methods "$1")" = "$2" ]
}

verified() {
	[ "$(stat_of "$1" signatures_verified)" -ge "$2" ]
}

module_load || bail "the module does not load"
cga_up
on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null ||
	bail "context create"
busywait $PATIENCE context_ready || bail "no context was established"
for host in A B; do
	check_equal "locators of $host's context" "$(context_methods $host)" \
		"local:cga local:cga peer:cga peer:cga"
	check_equal "identities of $host" \
		"$(identities $host '[(i["bits"], i["signature"], i["locators"], i["error"]) for i in j]')" \
		"[(2048, 256, 2, 0), (2048, 256, 2, 0)]"
	check_range "lists $host has signed" "$(stat_of $host signatures_made)" 1 4
	check_range "lists $host has verified" \
		"$(stat_of $host signatures_verified)" 1 4
done
seen=$(stat_of B signatures_verified)
ip -n A link set dev p2 down
busywait $PATIENCE verified B $((seen + 1))
check_equal "lists B has verified since A lost a link" \
	"$(($(stat_of B signatures_verified) - seen))" 1
# The other end of the cable has lost one, too
check "locators of B's context then" \
	busywait $PATIENCE has_methods B "local:cga peer:cga"
for host in A B; do
	check_equal "signatures $host refused" \
		"$(stat_of $host rx_drop_signature)" 0
done
check "the module unloads with its keys" module_unload
