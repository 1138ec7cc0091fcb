#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Figure 1, policing what arrives: from these prefixes no more than 1 Mbit/s.
set -e
D=${1:-eth0}
tc qdisc replace dev $D clsact
tc filter add dev $D ingress protocol ip pref 14010 flower src_ip 192.1.0.0/16 action police rate 1mbit burst 10k conform-exceed drop/pipe
tc filter add dev $D ingress protocol ipv6 pref 14020 flower src_ip 2001:db8:1::/64 action police rate 1mbit burst 10k conform-exceed drop/pipe
