# SPDX-License-Identifier: GPL-2.0
# Two hosts, each with two providers.
#
#              provider 1                            p1, p2  host's interface
#        .-- a1 -- a [R1] b -- b1 --.                a, b    router's interface
#      p1           r2 |             p1              to host A or B
#   [A]                |                [B]
#      p2           r1 |             p2              10 ms from a router to a
#        '-- a2 -- a [R2] b -- b2 --'                host: 20 ms there and back
#              provider 2                            on each of the four paths
#
# Prefixes: 2001:db8:a1::/64 is A's by provider 1, a2 by provider 2, b1 and b2
# are B's. Providers let a host send only from the prefix they gave it. Each
# host routes by source address; a fallback without source keeps send() going.
#
# A link is named by host and provider: A1 A2 B1 B2. Sourced after lib.sh.
# shellcheck shell=bash

declare -A ADDRESS=(
	[A1]=2001:db8:a1::a [A2]=2001:db8:a2::a
	[B1]=2001:db8:b1::b [B2]=2001:db8:b2::b
)
PATH_DELAY_MS=${PATH_DELAY_MS:-10}
# What the routers forward
CUT_FAMILY=${CUT_FAMILY:-ip6}

# prefix_of LINK
prefix_of() {
	echo "2001:db8:${1,,}::/64"
}

# router_side LINK: the name of the router's interface
router_side() {
	local host=${1:0:1}

	echo "${host,,}"
}

# What a cable pulled out or an interface deleted takes away, as lines for ip:
# at the router, and at the host its own end, address and routes.
router_lines() {
	local link=$1 side

	side=$(router_side "$link")
	cat <<-EOF
		link set dev $side up
		addr replace fe80::1/64 dev $side nodad
		addr replace 2001:db8:${link,,}::1/64 dev $side nodad
	EOF
}

link_lines() {
	local link=$1 n=${1:1}

	cat <<-EOF
		link set dev p$n up
		addr replace ${ADDRESS[$link]}/64 dev p$n nodad
		route replace default via fe80::1 dev p$n table 10$n
		route replace default via fe80::1 dev p$n metric 409$n
	EOF
}

router_configure() {
	router_lines "$1" | ip -n "R${1:1}" -6 -batch -
}

link_configure() {
	link_lines "$1" | ip -n "${1:0:1}" -6 -batch -
}

# Both ends of one link, anew
link_make() {
	local link=$1 host=${1:0:1} n=${1:1} side

	side=$(router_side "$link")
	link_add "$host" "p$n" "R$n" "$side"
	link_delay "R$n" "$side" "$PATH_DELAY_MS"
	router_configure "$link"
	link_configure "$link"
}

host_configure() {
	{
		link_lines "${1}1"
		link_lines "${1}2"
		cat <<-EOF
			rule add from $(prefix_of "${1}1") lookup 101 pref 1001
			rule add from $(prefix_of "${1}2") lookup 102 pref 1002
		EOF
	} | ip -n "$1" -6 -batch -
}

# provider_configure N PEER: forwards what a customer sends from its own prefix
# only, and knows the way to what the other provider serves.
provider_configure() {
	{
		router_lines "A$1"
		router_lines "B$1"
		cat <<-EOF
			link set dev r$2 up
			addr add 2001:db8:ff::$1/64 dev r$2 nodad
			route add 2001:db8:a$2::/64 via 2001:db8:ff::$2
			route add 2001:db8:b$2::/64 via 2001:db8:ff::$2
			rule add iif a from $(prefix_of "A$1") lookup main pref 100
			rule add iif b from $(prefix_of "B$1") lookup main pref 100
			rule add iif a blackhole pref 101
			rule add iif b blackhole pref 101
		EOF
	} | ip -n "R$1" -6 -batch -
	tc -n "R$1" -batch - <<-EOF
		qdisc replace dev a root netem delay ${PATH_DELAY_MS}ms limit 200000
		qdisc replace dev b root netem delay ${PATH_DELAY_MS}ms limit 200000
	EOF
}

# cables_lay LINK...: these, and that between the routers
cables_lay() {
	local link

	for link; do
		echo "link add p${link:1} netns ${link:0:1} type veth" \
			"peer name $(router_side "$link") netns R${link:1}"
	done
	echo "link add r2 netns R1 type veth peer name r1 netns R2"
}

topo_up() {
	ns_add A B R1 R2
	ns_router R1 R2
	cables_lay A1 A2 B1 B2 | ip -batch -
	provider_configure 1 2
	provider_configure 2 1
	host_configure A
	host_configure B
	cut_prepare R1
	cut_prepare R2
	busywait $PATIENCE topo_reachable ||
		bail "the topology does not carry a packet"
}

topo_reachable() {
	local a b

	for a in A1 A2; do
		for b in B1 B2; do
			on A ping -q -c1 -W1 -I "${ADDRESS[$a]}" \
				"${ADDRESS[$b]}" || return 1
		done
	done
}

# --- failures. Silent ones are at the router and only for what it forwards:
# neighbour discovery goes on, nobody is told.

cut_prepare() {
	on "$1" nft -f - <<-EOF
		table $CUT_FAMILY cut {
			set in { type ifname; }
			set out { type ifname; }
			chain forward {
				type filter hook forward priority -400;
				iifname @in drop
				oifname @out drop
			}
		}
	EOF
}

# cut_silent ADD-OR-DELETE LINK SET...
cut_silent() {
	local verb=$1 link=$2 set

	shift 2
	for set; do
		on "R${link:1}" nft "$verb" element "$CUT_FAMILY" cut "$set" \
			"{ $(router_side "$link") }"
	done
}

# cut KIND LINK
#   silent     nothing passes, either way      down       admin down at the host
#   toward     nothing towards the host        carrier    the host's cable is out
#   from       nothing from the host           address    the address is deleted
#   routes     the host forgets its routes     interface  the interface is gone
cut() {
	local kind=$1 link=$2 host=${2:0:1} n=${2:1}

	case $kind in
	silent) cut_silent add "$link" in out ;;
	toward) cut_silent add "$link" out ;;
	from) cut_silent add "$link" in ;;
	carrier)
		# The kernel tells of carriers once a second, and what came
		# before may be told a second late
		sleep 2.1
		ip -n "R$n" link set dev "$(router_side "$link")" down
		;;
	down) ip -n "$host" link set dev "p$n" down ;;
	address) ip -n "$host" addr del "${ADDRESS[$link]}/64" dev "p$n" ;;
	interface) ip -n "$host" link del dev "p$n" ;;
	routes)
		ip -n "$host" -6 route flush dev "p$n" table "10$n"
		ip -n "$host" -6 route del default dev "p$n" metric "409$n"
		;;
	*) bail "no such failure: $kind" ;;
	esac
}

# repair KIND LINK: undoes a cut, as an administrator would
repair() {
	local kind=$1 link=$2

	case $kind in
	silent) cut_silent delete "$link" in out ;;
	toward) cut_silent delete "$link" out ;;
	from) cut_silent delete "$link" in ;;
	# An interface that goes down forgets its addresses, the router's too.
	carrier) router_configure "$link" ;;
	down | address | routes) link_configure "$link" ;;
	interface) link_make "$link" ;;
	*) bail "no such failure: $kind" ;;
	esac
}
