#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Profile minimal, ingress, 50mbit:
# the classes of diffserv with HTB, FIFOs and u32 only.
set -e
D=${1:-eth0}
I=shim6ifb$(cat "/sys/class/net/$D/ifindex")
ip link add $I type ifb
ip link set $I up
tc qdisc add dev $I root handle 140: htb default 16
tc class add dev $I parent 140: classid 140:1 htb rate 50mbit ceil 50mbit quantum 60000
# network control
tc class add dev $I parent 140:1 classid 140:10 htb rate 1mbit ceil 5mbit prio 0 quantum 1514
tc qdisc add dev $I parent 140:10 handle 150: pfifo limit 100
# expedited forwarding
tc class add dev $I parent 140:1 classid 140:11 htb rate 7500kbit ceil 7500kbit prio 0 quantum 9375
tc qdisc add dev $I parent 140:11 handle 151: pfifo limit 20
# assured forwarding 2 and 1
tc class add dev $I parent 140:1 classid 140:12 htb rate 7500kbit ceil 45mbit prio 3 quantum 9375
tc qdisc add dev $I parent 140:12 handle 152: pfifo limit 100
# assured forwarding 3
tc class add dev $I parent 140:1 classid 140:13 htb rate 7500kbit ceil 45mbit prio 2 quantum 9375
tc qdisc add dev $I parent 140:13 handle 153: pfifo limit 100
# assured forwarding 4
tc class add dev $I parent 140:1 classid 140:14 htb rate 7500kbit ceil 45mbit prio 1 quantum 9375
tc qdisc add dev $I parent 140:14 handle 154: pfifo limit 100
# best effort, and what is in no other class
tc class add dev $I parent 140:1 classid 140:16 htb rate 15mbit ceil 49mbit prio 4 quantum 18750
tc qdisc add dev $I parent 140:16 handle 156: pfifo limit 200
# lower effort
tc class add dev $I parent 140:1 classid 140:17 htb rate 500kbit ceil 47500kbit prio 5 quantum 1514
tc qdisc add dev $I parent 140:17 handle 157: pfifo limit 200
# neighbour discovery and ARP, which know no codepoint
tc filter add dev $I parent 140: protocol arp pref 14002 u32 match u32 0 0 classid 140:10
tc filter add dev $I parent 140: protocol ipv6 pref 14003 u32 match ip6 protocol 58 0xff match u8 0x85 0xff at 40 classid 140:10
tc filter add dev $I parent 140: protocol ipv6 pref 14003 u32 match ip6 protocol 58 0xff match u8 0x86 0xfe at 40 classid 140:10
tc filter add dev $I parent 140: protocol ipv6 pref 14003 u32 match ip6 protocol 58 0xff match u8 0x88 0xfe at 40 classid 140:10
# CS6
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0xc0 0xfc classid 140:10
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0xc0 0xfc classid 140:10
# CS7
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0xe0 0xfc classid 140:10
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0xe0 0xfc classid 140:10
# EF
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0xb8 0xfc classid 140:11
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0xb8 0xfc classid 140:11
# VOICE-ADMIT
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0xb0 0xfc classid 140:11
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0xb0 0xfc classid 140:11
# AF21
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x48 0xfc classid 140:12
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x48 0xfc classid 140:12
# AF22
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x50 0xfc classid 140:12
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x50 0xfc classid 140:12
# AF23
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x58 0xfc classid 140:12
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x58 0xfc classid 140:12
# AF11
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x28 0xfc classid 140:12
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x28 0xfc classid 140:12
# AF12
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x30 0xfc classid 140:12
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x30 0xfc classid 140:12
# AF13
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x38 0xfc classid 140:12
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x38 0xfc classid 140:12
# CS2
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x40 0xfc classid 140:12
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x40 0xfc classid 140:12
# AF31
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x68 0xfc classid 140:13
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x68 0xfc classid 140:13
# AF32
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x70 0xfc classid 140:13
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x70 0xfc classid 140:13
# AF33
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x78 0xfc classid 140:13
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x78 0xfc classid 140:13
# CS3
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x60 0xfc classid 140:13
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x60 0xfc classid 140:13
# AF41
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x88 0xfc classid 140:14
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x88 0xfc classid 140:14
# AF42
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x90 0xfc classid 140:14
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x90 0xfc classid 140:14
# AF43
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x98 0xfc classid 140:14
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x98 0xfc classid 140:14
# CS4
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x80 0xfc classid 140:14
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x80 0xfc classid 140:14
# CS5
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0xa0 0xfc classid 140:14
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0xa0 0xfc classid 140:14
# LE
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x04 0xfc classid 140:17
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x04 0xfc classid 140:17
# CS1
tc filter add dev $I parent 140: protocol ip pref 14010 u32 match ip tos 0x20 0xfc classid 140:17
tc filter add dev $I parent 140: protocol ipv6 pref 14011 u32 match ip6 priority 0x20 0xfc classid 140:17
tc qdisc replace dev $D clsact
tc filter add dev $D ingress protocol all pref 14990 u32 match u32 0 0 action mirred egress redirect dev $I
