#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The routers of scripts/lab.sh, in a guest of their own: the two providers of
# topo/two-isp.sh, whose customers get addresses by DHCPv6, from one of them by
# router advertisements, too.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"

# The interface with a MAC address becomes that of a router
move() {
	local name

	name=$(ip -o link | awk -v mac="$1" '$0 ~ mac { sub(":", "", $2); print $2 }')
	ip link set dev "$name" name "$3" netns "$2"
}

# serve N FLAG LINK...: advertisements and DHCPv6 of provider N; FLAG: whether
# its customers make addresses themselves, too
serve() {
	local n=$1 flag=$2 link side net ranges=()

	shift 2
	for link; do
		side=$(router_side "$link") net=2001:db8:${link,,}:
		cat <<-END
			interface $side {
				AdvSendAdvert on; AdvManagedFlag on;
				MinRtrAdvInterval 3; MaxRtrAdvInterval 10;
				prefix $net:/64 {
					AdvOnLink on; AdvAutonomous $flag;
					AdvValidLifetime 1200;
					AdvPreferredLifetime 600;
				};
			};
		END
		ranges+=("--dhcp-range=$net:1000,$net:1fff,64,600")
	done >"$WORKDIR/radvd.$n"
	start "R$n" radvd -n -C "$WORKDIR/radvd.$n" -p "$WORKDIR/radvd.$n.pid" \
		-m logfile -l "$SHIM6_LAB/radvd.$n.log"
	start "R$n" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 \
		--log-facility="$SHIM6_LAB/dnsmasq.$n.log" --log-dhcp \
		--user=root --leasefile-ro --interface=a,b \
		--pid-file="$WORKDIR/dnsmasq.$n.pid" "${ranges[@]}"
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
serve 1 off A1 B1
serve 2 on A2 B2
# What the lab asks for are functions of the topology
export -f cut cut_silent repair router_side
export CUT_FAMILY
exec bash "$SCRIPTS/lab/agent.sh" "$SHIM6_LAB"
