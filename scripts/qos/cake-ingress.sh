#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Profile cake, ingress, 50mbit:
# one queueing discipline that does most of it by itself.
set -e
D=${1:-eth0}
I=shim6ifb$(cat "/sys/class/net/$D/ifindex")
ip link add $I type ifb
ip link set $I up
tc qdisc add dev $I root handle 140: cake bandwidth 47500kbit diffserv4 ingress
tc qdisc replace dev $D clsact
tc filter add dev $D ingress protocol all pref 14990 matchall action mirred egress redirect dev $I
