#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Figure 8, a DiffServ core router: EF has 1.5 Mbit/s of 10, no more and no less;
# the rest has 5 and may borrow what is left, 10 - 1.5 - 5 = 3.5 Mbit/s (the text
# says 3.3). The text of (9) sends what is not EF to 2:1, the command to 2:2.
set -e
D=${1:-eth0}
tc qdisc add dev $D root handle 152: htb default 2
# the line
tc class add dev $D parent 152: classid 152:f htb rate 10mbit ceil 10mbit burst 3000 cburst 3000
# bounded: never more; isolated: lends nothing
tc class add dev $D parent 152:f classid 152:1 htb rate 1500kbit ceil 1500kbit burst 10k cburst 10k prio 0 quantum 1514
tc qdisc add dev $D parent 152:1 handle 158: pfifo limit 5
# borrows what others leave
tc class add dev $D parent 152:f classid 152:2 htb rate 5mbit ceil 8500kbit burst 21k cburst 3000 prio 6 quantum 1514
tc qdisc add dev $D parent 152:2 handle 159: red limit 60KB min 15KB max 45KB burst 20 avpkt 1000 bandwidth 10Mbit probability 0.4
tc qdisc replace dev $D clsact
# EF
tc filter add dev $D egress protocol ip pref 14010 flower ip_tos 0xb8/0xfc classid :2e action ok
tc filter add dev $D egress protocol ipv6 pref 14011 flower ip_tos 0xb8/0xfc classid :2e action ok
tc filter add dev $D parent 152: protocol all pref 14010 basic match 'meta(tc_index eq 46)' classid 152:1
