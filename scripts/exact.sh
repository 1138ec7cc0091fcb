# SPDX-License-Identifier: GPL-2.0
# Checks that traffic between the hosts of topo/pair.sh arrives octet by octet.
# Sourced after lib.sh and the topology.
# shellcheck shell=bash

# exact WHAT ARGUMENT...: of exact.py, between the ULIDs
exact() {
	local what=$1

	shift
	"$SCRIPTS/exact.py" "$what" A "${ADDRESS[A1]}" B "${ADDRESS[B1]}" "$@"
}

# Wrong checksums that were seen at either host.
checksum_errors() {
	local host

	for host in A B; do
		on $host nstat -asz TcpInCsumErrors Udp6InCsumErrors \
			Icmp6InCsumErrors
	done | awk '/Csum/ { sum += $2 } END { print sum + 0 }'
}

# check_exact WHAT ARGUMENT...: all kinds of traffic both ways, all of it
# tagged, no checksum wrong anywhere
check_exact() {
	local what=$1 errors tagged

	shift
	errors=$(checksum_errors)
	tagged=$(counter A payload_out)
	check "$what: exact" exact exact "$@"
	check "$what: tagged" [ $(($(counter A payload_out) - tagged)) -gt 500 ]
	check "$what: no checksum error" [ "$(checksum_errors)" -eq "$errors" ]
}
