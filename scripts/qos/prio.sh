#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Figure 3, two delay priorities: what a filter picks goes first, but never
# beyond the rate of its token bucket, so that the rest does not starve.
set -e
D=${1:-eth0}
tc qdisc add dev $D root handle 151: prio bands 2 priomap 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
tc qdisc add dev $D parent 151:1 handle 158: tbf rate 1mbit burst 5k latency 50ms
tc qdisc add dev $D parent 151:2 handle 159: pfifo limit 1000
tc filter add dev $D parent 151: protocol ip pref 14010 flower ip_tos 0xb8/0xfc classid 151:1
tc filter add dev $D parent 151: protocol ipv6 pref 14011 flower ip_tos 0xb8/0xfc classid 151:1
