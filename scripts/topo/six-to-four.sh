# SPDX-License-Identifier: GPL-2.0
# The two providers of two-isp.sh as IPv4 networks, without a word of IPv6:
# each address that a provider gave to a host is a prefix of 6to4 (RFC 3056),
# and the host's end of it a tunnel device.
#
#   [A] t1 over p1 192.0.2.2 ----- [R1] ----- p1 192.0.2.6 under t1 [B]
#                                   |
#   [A] t2 over p2 198.51.100.2 -- [R2] -- p2 198.51.100.6 under t2 [B]
#
# Sourced instead of two-isp.sh, after lib.sh.
# shellcheck shell=bash

# shellcheck disable=SC2034
CUT_FAMILY=ip
. "$SCRIPTS/topo/two-isp.sh"

declare -A IPV4=(
	[A1]=192.0.2.2 [B1]=192.0.2.6
	[A2]=198.51.100.2 [B2]=198.51.100.6
)

# prefix_of LINK: the first of those that its IPv4 address stands for
prefix_of() {
	local octets

	IFS=. read -r -a octets <<<"${IPV4[$1]}"
	printf '2002:%x:%x:1::/64\n' $((octets[0] << 8 | octets[1])) \
		$((octets[2] << 8 | octets[3]))
}

# router_address LINK: the router's end, one below the host's
router_address() {
	local address=${IPV4[$1]}

	echo "${address%.*}.$((${address##*.} - 1))"
}

router_lines() {
	local side

	side=$(router_side "$1")
	cat <<-EOF
		link set dev $side up
		addr replace $(router_address "$1")/30 dev $side
	EOF
}

# The host's end, its tunnel, and what leaves by them
link_lines() {
	local link=$1 n=${1:1}

	cat <<-EOF
		link set dev p$n up
		addr replace ${IPV4[$link]}/30 dev p$n
		rule add from ${IPV4[$link]} lookup 10$n pref 100$n
		route replace default via $(router_address "$link") dev p$n table 10$n
		link add t$n type sit local ${IPV4[$link]} ttl 64
		link set dev t$n up
		-6 addr replace ${ADDRESS[$link]}/64 dev t$n nodad
		-6 rule add from $(prefix_of "$link") lookup 10$n pref 100$n
		-6 route replace 2002::/16 dev t$n table 10$n
		-6 route replace 2002::/16 dev t$n metric 409$n
	EOF
}

host_configure() {
	local line

	{
		link_lines "${1}1"
		link_lines "${1}2"
	} | while read -r line; do
		# shellcheck disable=SC2086
		ip -n "$1" $line || return
	done
}

provider_configure() {
	local net=192.0.2.0/24

	[ "$1" = 2 ] || net=198.51.100.0/24
	on "R$1" sysctl -q -w net.ipv4.ip_forward=1
	{
		router_lines "A$1"
		router_lines "B$1"
		cat <<-EOF
			link set dev r$2 up
			addr add 203.0.113.$1/30 dev r$2
			route add $net via 203.0.113.$2
		EOF
	} | ip -n "R$1" -batch -
	link_delay "R$1" a "$PATH_DELAY_MS"
	link_delay "R$1" b "$PATH_DELAY_MS"
}
