# SPDX-License-Identifier: GPL-2.0
# The two-provider topology, but host A is given nothing by hand: the routers
# advertise its prefixes. Sourced after lib.sh and topo/two-isp.sh.
# shellcheck shell=bash

declare -A ADVERTISER

# advertise N PREFIX:VALID:PREFERRED...: router N does from now on, on the link
# to A; lifetimes in seconds
advertise() {
	local n=$1 entry life

	shift
	{
		echo "interface a {"
		echo "AdvSendAdvert on; MinRtrAdvInterval 3;"
		echo "MaxRtrAdvInterval 5; AdvDefaultLifetime 30;"
		for entry; do
			life=${entry##*/64:}
			echo "prefix ${entry%%/64:*}/64 {"
			echo "AdvValidLifetime ${life%:*};"
			echo "AdvPreferredLifetime ${life#*:}; };"
		done
		echo "};"
	} >"$WORKDIR/radvd.$n"
	[ -z "${ADVERTISER[$n]:-}" ] || stop "${ADVERTISER[$n]}"
	start "R$n" radvd -n -C "$WORKDIR/radvd.$n" -p "$WORKDIR/radvd.$n.pid" \
		-m logfile -l "$WORKDIR/radvd.$n.log"
	ADVERTISER[$n]=$JOB
}

# Host A as it comes out of the box, its interfaces listening
host_forget() {
	ip -n A -6 addr flush scope global
	ip -n A -6 route flush proto boot
	ip -n A -6 route flush table 101
	ip -n A -6 route flush table 102
	ip -n A -6 rule del pref 1001
	ip -n A -6 rule del pref 1002
	on A sysctl -q -w net.ipv6.conf.p1.accept_ra=1 \
		net.ipv6.conf.p2.accept_ra=1 \
		net.ipv6.conf.p1.use_tempaddr=2 net.ipv6.conf.p2.use_tempaddr=2
}
