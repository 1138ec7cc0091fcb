# SPDX-License-Identifier: GPL-2.0
# The two-provider topology, but the routers give out addresses by DHCPv6; what
# they advertise says so, and that the prefix is on the link. Sourced after
# lib.sh and topo/two-isp.sh.
# shellcheck shell=bash

# lease N FLAG LINK...: router N does from now on, on these links. FLAG, on or
# off: whether hosts are to make addresses themselves, too
lease() {
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
		ranges+=("--interface=$side"
			"--dhcp-range=$net:1000,$net:1fff,64,600")
	done >"$WORKDIR/radvd.$n"
	start "R$n" radvd -n -C "$WORKDIR/radvd.$n" -p "$WORKDIR/radvd.$n.pid" \
		-m logfile -l "$WORKDIR/radvd.$n.log"
	start "R$n" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 \
		--log-facility="$WORKDIR/dnsmasq.$n.log" --log-dhcp \
		--user=root --leasefile-ro \
		--pid-file="$WORKDIR/dnsmasq.$n.pid" "${ranges[@]}"
}
