#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The routers of scripts/lab.sh, in a guest of their own: the two providers of
# topo/two-isp.sh, whose customers get addresses by DHCPv6, from one of them by
# router advertisements, too.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/topo/leased.sh"

# The interface with a MAC address becomes that of a router
move() {
	local name

	name=$(ip -o link | awk -v mac="$1" '$0 ~ mac { sub(":", "", $2); print $2 }')
	ip link set dev "$name" name "$3" netns "$2"
}

SHIM6_LAB=$SHIM6_OUT
mkdir -p "$SHIM6_LAB"
modprobe virtio_net
ns_add R1 R2
ns_router R1 R2
move 52:54:00:0a:01:02 R1 a
move 52:54:00:0b:01:02 R1 b
move 52:54:00:0a:02:02 R2 a
move 52:54:00:0b:02:02 R2 b
ip link add r2 netns R1 type veth peer name r1 netns R2
provider_configure 1 2
provider_configure 2 1
cut_prepare R1
cut_prepare R2
lease 1 off A1 B1
lease 2 on A2 B2
# What the lab asks for are functions of the topology
export -f on cut cut_silent repair router_side
export CUT_FAMILY
exec bash "$SCRIPTS/lab/agent.sh" "$SHIM6_LAB"
