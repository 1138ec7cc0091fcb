# SPDX-License-Identifier: GPL-2.0
# The two providers of two-isp.sh, whose host B is in a guest of its own: its
# cables lead to the routers, which are beside host A. Sourced instead of
# two-isp.sh, after lib.sh.
# shellcheck shell=bash

. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/guests.sh"

# on HOST COMMAND..., in whichever guest it is
on() {
	local ns=$1

	shift
	if [ "$ns" = B ] && is_near; then
		far on B "$@"
	else
		ip netns exec "$ns" "$@"
	fi
}

# address_set LINK ADDRESS
address_set() {
	ADDRESS[$1]=$2
}

address_get() {
	echo "${ADDRESS[$1]}"
}

# addresses_tell: each host knows its own; now both know all
addresses_tell() {
	local n

	for n in 1 2; do
		far address_set "A$n" "${ADDRESS[A$n]}"
		ADDRESS[B$n]=$(far address_get "B$n")
	done
}

# far_host_up: host B, in its guest
far_host_up() {
	local n

	ns_add B
	for n in 1 2; do
		echo "link set dev cable$n netns B name p$n up"
	done | ip -batch -
	host_configure B
}

topo_up() {
	local n

	ns_add A R1 R2
	ns_router R1 R2
	{
		cables_lay A1 A2
		for n in 1 2; do
			echo "link set dev cable$n netns R$n name b up"
		done
	} | ip -batch -
	provider_configure 1 2
	provider_configure 2 1
	host_configure A
	far far_host_up
	cut_prepare R1
	cut_prepare R2
	busywait $PATIENCE topo_reachable ||
		bail "the topology does not carry a packet"
}
