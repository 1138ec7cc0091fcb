#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# timeout: 240
# when: named
# A host that is a bridge as well: with br_netfilter the packets of others come
# through the hooks. They are not of its links, though their addresses are.
#
#   [A] p1 --- a [H] b --- p1 [B]     one prefix; H has an address of its own

. "$(dirname "$0")/../lib.sh"

# heard: packets that H has received by its link
heard() {
	on H "$SHIM6CTL" -j qos show traffic >"$WORKDIR/traffic"
	"$PYTHON" -c 'import json, sys
print(sum(t["rx_packets"] for t in json.load(sys.stdin) if t["link"]))' \
		<"$WORKDIR/traffic"
}

pings() {
	on A ping -q -c "$2" -i 0.2 -W 2 "2001:db8:a::$1" >/dev/null
}

modprobe br_netfilter || { skip "needs br_netfilter"; exit 0; }
module_load || bail "the module does not load"
ns_add A B H
link_add A p1 H a
link_add B p1 H b
ip -n H link add name br type bridge mcast_snooping 0
ip -n H link set dev br up
ip -n H link set dev a master br
ip -n H link set dev b master br
ip -n A addr add 2001:db8:a::a/64 dev p1 nodad
ip -n B addr add 2001:db8:a::b/64 dev p1 nodad
ip -n H addr add 2001:db8:a::f/64 dev br nodad
on H sysctl -q -w net.bridge.bridge-nf-call-ip6tables=1
on H "$SHIM6CTL" -q qos link add one id 1 prefix 2001:db8:a::/64 >/dev/null
busywait 5 pings b 1 || bail "no way over the bridge"
busywait 5 pings f 1 || bail "no way to the bridge"
before=$(heard)
check "packets over the bridge" pings b 4
check_equal "are not of its link" "$(heard)" "$before"
check "packets to the bridge" pings f 4
check_equal "are" $(($(heard) - before)) 4
