#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Assured forwarding with GRED, as the survey says of sch_gred: one queue, three
# drop precedences. dsmark told GRED which by skb->tc_index; today a filter of
# clsact does, by giving a class whose number is the virtual queue.
set -e
D=${1:-eth0}
tc qdisc add dev $D root handle 151: htb default 1
tc class add dev $D parent 151: classid 151:1 htb rate 4mbit ceil 4mbit quantum 1514
tc qdisc add dev $D parent 151:1 handle 158: gred setup vqs 4 default 0 grio
tc qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 60000 max 90000 burst 71 avpkt 1000 bandwidth 4mbit vq 0 probability 0.02 prio 1
tc qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 60000 max 90000 burst 71 avpkt 1000 bandwidth 4mbit vq 1 probability 0.02 prio 1
tc qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 30000 max 60000 burst 41 avpkt 1000 bandwidth 4mbit vq 2 probability 0.06 prio 1
tc qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 15000 max 30000 burst 21 avpkt 1000 bandwidth 4mbit vq 3 probability 0.12 prio 1
tc qdisc replace dev $D clsact
tc filter add dev $D egress protocol ip pref 14010 flower ip_tos 0x28/0xfc classid :1 action ok
tc filter add dev $D egress protocol ip pref 14020 flower ip_tos 0x30/0xfc classid :2 action ok
tc filter add dev $D egress protocol ip pref 14030 flower ip_tos 0x38/0xfc classid :3 action ok
tc filter add dev $D egress protocol ipv6 pref 14011 flower ip_tos 0x28/0xfc classid :1 action ok
tc filter add dev $D egress protocol ipv6 pref 14021 flower ip_tos 0x30/0xfc classid :2 action ok
tc filter add dev $D egress protocol ipv6 pref 14031 flower ip_tos 0x38/0xfc classid :3 action ok
