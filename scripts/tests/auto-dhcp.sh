#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# "hba auto" on a host whose addresses systemd-networkd has from DHCPv6: single
# ones, without the prefix they are in, and one default route of both routers.
# The set's addresses are chosen nevertheless, live no longer than the leases,
# and what networkd throws away at its next start comes back.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/topo/advertised.sh"
. "$SCRIPTS/topo/leased.sh"
. "$SCRIPTS/hosts.sh"

NETWORKD=/lib/systemd/systemd-networkd

require radvd dnsmasq $NETWORKD

# A system of its own would wait for udev; where nobody can write to /sys there
# is none
networkd_start() {
	# shellcheck disable=SC2016
	start A bash -c 'mount -o remount,bind,ro /sys && exec "$0"' \
		$NETWORKD >>"$WORKDIR/networkd" 2>&1
	MANAGER=$JOB
}

networkd_prepare() {
	mkdir -p /run/systemd/network
	printf '%s\n' "[Match]" "Name=p*" "[Network]" "DHCP=ipv6" \
		"LinkLocalAddressing=ipv6" "[DHCPv6]" "DUIDType=link-layer" \
		>/run/systemd/network/all.network
	chmod 755 /run /run/systemd /run/systemd/network
}

# lease_of LINK: the address that DHCPv6 gave there
lease_of() {
	on A ip -6 -o addr show dev "p${1:1}" |
		sed -n 's|.* \(2001:db8:[^ ]*::1[0-9a-f]*\)/128 .*|\1|p'
}

# set_read: its addresses
set_read() {
	on A "$SHIM6CTL" -j hba list >"$WORKDIR/sets" || return
	read -r "ADDRESS[A1]" "ADDRESS[A2]" < <(json_get "$WORKDIR/sets" \
		'" ".join(sorted(a["address"] for a in j))')
	[ -n "${ADDRESS[A2]}" ]
}

# chosen LINK: its address is what the kernel takes by itself
chosen() {
	on A ip -6 route get "${ADDRESS[B1]}" oif "p${1:1}" |
		grep -q " src ${ADDRESS[$1]} "
}

# leaves_by LINK: packets from its address go to its provider
leaves_by() {
	on A ip -6 route get "${ADDRESS[B1]}" from "${ADDRESS[$1]}" |
		grep -q " dev p${1:1} "
}

# lifetimes ADDRESS...: seconds they are preferred for, at the same moment
lifetimes() {
	on A ip -6 -o addr show | awk '
		BEGIN { for (i = 1; i < ARGC; i++) want[i] = ARGV[i]; ARGC = 1 }
		{ split($4, part, "/"); sub(/.*preferred_lft /, "")
		  left[part[1]] = $0 + 0 }
		END { for (i in want) s[i] = left[want[i]]
		      print s[1], s[2] }' "$@"
}

works() {
	local link

	for link in A1 A2; do
		check "$1, $link: the set's address is chosen" \
			busywait $PATIENCE chosen $link
		check "$1, $link: its packets leave by its provider" \
			busywait $PATIENCE leaves_by $link
	done
}

leases() {
	lease 1 off A1
	lease 2 on A2
	networkd_prepare
	networkd_start
	busywait $PATIENCE eval \
		'[ -n "$(lease_of A1)" ] && [ -n "$(lease_of A2)" ]' || {
		sed 's/^/# /' "$WORKDIR/networkd"
		bail "no lease"
	}
	check "one default route has both routers" busywait $PATIENCE eval \
		'[ "$(on A ip -6 route show default | grep -c nexthop)" = 2 ]'
}

hosts_address B
module_load || bail "the module does not load"
topo_up
hosts_install B
host_forget
# What is advertised is networkd's
on A sysctl -q -w net.ipv6.conf.p1.accept_ra=0 net.ipv6.conf.p2.accept_ra=0
leases
start A "$SHIM6CTL" hba auto state "$WORKDIR/auto" sec 0 settle 2 \
	>>"$WORKDIR/auto.log" 2>&1
check "a set of both prefixes" busywait $PATIENCE set_read
works "leases"
read -r ours lease < <(lifetimes "${ADDRESS[A1]}" "$(lease_of A1)")
check_range "the address of provider 1 lives as long as its lease" \
	"${ours:-0}" 1 "$((lease + 5))"
stop "$MANAGER"
networkd_start
busywait $PATIENCE eval '[ "$(on A ip -6 rule | grep -c "lookup 14")" = 2 ]' ||
	not_ok "the rules do not come back"
works "networkd started again"
[ "$COUNT_FAILED" -eq 0 ] ||
	sed 's/^/# /' "$WORKDIR/auto.log" "$WORKDIR/networkd"
