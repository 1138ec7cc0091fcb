# SPDX-License-Identifier: GPL-2.0
# Two hosts with a router between them, for what the router does with queues.
#
#   [A] pa --- r1 [R] r2 --- pb [B]     r2 is the device that is set up
#                 [R] r3 --- ref [B]    a way that never has a load
#
# A is 192.1.0.1 and 2001:db8:1::1; B has an address in each prefix that the
# survey's filters know, and in one that they do not. Sourced after lib.sh.
# shellcheck shell=bash

router_hosts() {
	ip -n A -batch - <<-END
		addr add 192.168.1.2/24 dev pa
		addr add 2001:db8:a::2/64 dev pa nodad
		addr add 192.1.0.1/32 dev lo
		addr add 2001:db8:1::1/128 dev lo
		route add default via 192.168.1.1
		route add default via 2001:db8:a::1
	END
	ip -n B -batch - <<-END
		addr add 192.168.2.2/24 dev pb
		addr add 2001:db8:b::2/64 dev pb nodad
		addr add 10.0.0.1/32 dev lo
		addr add 10.1.0.1/32 dev lo
		addr add 10.2.0.1/32 dev lo
		addr add 2001:db8:2::1/128 dev lo
		addr add 2001:db8:3::1/128 dev lo
		addr add 2001:db8:4::1/128 dev lo
		addr add 2001:db8:ff::2/64 dev ref nodad
		route add default via 192.168.2.1
		route add default via 2001:db8:b::1
	END
	# Nobody listens at B; its complaints would be traffic too
	on B sysctl -q -w net.ipv4.icmp_ratelimit=1000 \
		net.ipv4.icmp_ratemask=65535 net.ipv6.icmp.ratelimit=1000
}

# Asking for a neighbour has to get through a queue that is full on purpose
router_freeze() {
	ip -n "$1" neigh show |
		sed -n 's/^\([^ ]*\) dev \([^ ]*\) lladdr \([^ ]*\) .*/neigh replace \1 dev \2 lladdr \3 nud permanent/p' |
		ip -n "$1" -batch -
}

router_up() {
	ns_add A B R
	ns_router R
	on R sysctl -q -w net.ipv4.ip_forward=1
	link_add A pa R r1
	link_add R r2 B pb
	link_add R r3 B ref
	ip -n R -batch - <<-END
		addr add 192.168.1.1/24 dev r1
		addr add 2001:db8:a::1/64 dev r1 nodad
		addr add 192.168.2.1/24 dev r2
		addr add 2001:db8:b::1/64 dev r2 nodad
		addr add 2001:db8:ff::1/64 dev r3 nodad
		route add 10.0.0.0/8 via 192.168.2.2
		route add 192.1.0.0/16 via 192.168.1.2
		route add 2001:db8:1::/64 via 2001:db8:a::2
		route add 2001:db8:2::/64 via 2001:db8:b::2
		route add 2001:db8:3::/64 via 2001:db8:b::2
		route add 2001:db8:4::/64 via 2001:db8:b::2
	END
	router_hosts
	busywait $PATIENCE on A ping -q -c1 -W1 10.0.0.1 &&
		busywait $PATIENCE on A ping -q -c1 -W1 2001:db8:2::1 &&
		busywait $PATIENCE on A ping -q -c1 -W1 2001:db8:ff::2 ||
		bail "A does not reach B"
	router_freeze R
	router_freeze A
	router_freeze B
}
