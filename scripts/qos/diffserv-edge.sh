#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Profile diffserv, edge, 50mbit:
# classes for every codepoint, below one number on every device.
set -e
D=${1:-eth0}
tc qdisc add dev $D root handle 140: htb default 16
tc class add dev $D parent 140: classid 140:1 htb rate 50mbit ceil 50mbit quantum 60000
# network control
tc class add dev $D parent 140:1 classid 140:10 htb rate 1mbit ceil 5mbit prio 0 quantum 1514
tc qdisc add dev $D parent 140:10 handle 150: pfifo limit 100
# expedited forwarding
tc class add dev $D parent 140:1 classid 140:11 htb rate 7500kbit ceil 7500kbit prio 0 quantum 9375
tc qdisc add dev $D parent 140:11 handle 151: pfifo limit 20
# assured forwarding 2 and 1
tc class add dev $D parent 140:1 classid 140:12 htb rate 7500kbit ceil 45mbit prio 3 quantum 9375
tc qdisc add dev $D parent 140:12 handle 152: gred setup vqs 4 default 1 grio
tc qdisc change dev $D parent 140:12 handle 152: gred limit 625000 min 312500 max 468750 burst 365 avpkt 1000 bandwidth 50mbit vq 1 probability 0.02 prio 1 ecn
tc qdisc change dev $D parent 140:12 handle 152: gred limit 625000 min 156250 max 312500 burst 209 avpkt 1000 bandwidth 50mbit vq 2 probability 0.06 prio 1 ecn
tc qdisc change dev $D parent 140:12 handle 152: gred limit 625000 min 78125 max 156250 burst 105 avpkt 1000 bandwidth 50mbit vq 3 probability 0.12 prio 1 ecn
# assured forwarding 3
tc class add dev $D parent 140:1 classid 140:13 htb rate 7500kbit ceil 45mbit prio 2 quantum 9375
tc qdisc add dev $D parent 140:13 handle 153: gred setup vqs 4 default 1 grio
tc qdisc change dev $D parent 140:13 handle 153: gred limit 625000 min 312500 max 468750 burst 365 avpkt 1000 bandwidth 50mbit vq 1 probability 0.02 prio 1 ecn
tc qdisc change dev $D parent 140:13 handle 153: gred limit 625000 min 156250 max 312500 burst 209 avpkt 1000 bandwidth 50mbit vq 2 probability 0.06 prio 1 ecn
tc qdisc change dev $D parent 140:13 handle 153: gred limit 625000 min 78125 max 156250 burst 105 avpkt 1000 bandwidth 50mbit vq 3 probability 0.12 prio 1 ecn
# assured forwarding 4
tc class add dev $D parent 140:1 classid 140:14 htb rate 7500kbit ceil 45mbit prio 1 quantum 9375
tc qdisc add dev $D parent 140:14 handle 154: gred setup vqs 4 default 1 grio
tc qdisc change dev $D parent 140:14 handle 154: gred limit 625000 min 312500 max 468750 burst 365 avpkt 1000 bandwidth 50mbit vq 1 probability 0.02 prio 1 ecn
tc qdisc change dev $D parent 140:14 handle 154: gred limit 625000 min 156250 max 312500 burst 209 avpkt 1000 bandwidth 50mbit vq 2 probability 0.06 prio 1 ecn
tc qdisc change dev $D parent 140:14 handle 154: gred limit 625000 min 78125 max 156250 burst 105 avpkt 1000 bandwidth 50mbit vq 3 probability 0.12 prio 1 ecn
# best effort, and what is in no other class
tc class add dev $D parent 140:1 classid 140:16 htb rate 15mbit ceil 49mbit prio 4 quantum 18750
tc qdisc add dev $D parent 140:16 handle 156: fq_codel ecn
# lower effort
tc class add dev $D parent 140:1 classid 140:17 htb rate 500kbit ceil 47500kbit prio 5 quantum 1514
tc qdisc add dev $D parent 140:17 handle 157: fq_codel ecn
# neighbour discovery and ARP, which know no codepoint
tc filter add dev $D parent 140: protocol arp pref 14002 u32 match u32 0 0 classid 140:10
tc filter add dev $D parent 140: protocol ipv6 pref 14003 u32 match ip6 protocol 58 0xff match u8 0x85 0xff at 40 classid 140:10
tc filter add dev $D parent 140: protocol ipv6 pref 14003 u32 match ip6 protocol 58 0xff match u8 0x86 0xfe at 40 classid 140:10
tc filter add dev $D parent 140: protocol ipv6 pref 14003 u32 match ip6 protocol 58 0xff match u8 0x88 0xfe at 40 classid 140:10
# CS6
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0xc0/0xfc classid 140:10
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0xc0/0xfc classid 140:10
# CS7
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0xe0/0xfc classid 140:10
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0xe0/0xfc classid 140:10
# EF
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0xb8/0xfc classid 140:11
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0xb8/0xfc classid 140:11
# VOICE-ADMIT
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0xb0/0xfc classid 140:11
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0xb0/0xfc classid 140:11
# AF21
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x48/0xfc classid 140:12
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x48/0xfc classid 140:12
# AF22
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x50/0xfc classid 140:12
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x50/0xfc classid 140:12
# AF23
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x58/0xfc classid 140:12
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x58/0xfc classid 140:12
# AF11
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x28/0xfc classid 140:12
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x28/0xfc classid 140:12
# AF12
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x30/0xfc classid 140:12
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x30/0xfc classid 140:12
# AF13
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x38/0xfc classid 140:12
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x38/0xfc classid 140:12
# CS2
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x40/0xfc classid 140:12
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x40/0xfc classid 140:12
# AF31
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x68/0xfc classid 140:13
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x68/0xfc classid 140:13
# AF32
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x70/0xfc classid 140:13
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x70/0xfc classid 140:13
# AF33
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x78/0xfc classid 140:13
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x78/0xfc classid 140:13
# CS3
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x60/0xfc classid 140:13
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x60/0xfc classid 140:13
# AF41
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x88/0xfc classid 140:14
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x88/0xfc classid 140:14
# AF42
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x90/0xfc classid 140:14
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x90/0xfc classid 140:14
# AF43
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x98/0xfc classid 140:14
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x98/0xfc classid 140:14
# CS4
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x80/0xfc classid 140:14
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x80/0xfc classid 140:14
# CS5
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0xa0/0xfc classid 140:14
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0xa0/0xfc classid 140:14
# LE
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x04/0xfc classid 140:17
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x04/0xfc classid 140:17
# CS1
tc filter add dev $D parent 140: protocol ip pref 14010 flower ip_tos 0x20/0xfc classid 140:17
tc filter add dev $D parent 140: protocol ipv6 pref 14011 flower ip_tos 0x20/0xfc classid 140:17
tc qdisc replace dev $D clsact
# control messages of Shim6 keep their mark
tc filter add dev $D egress protocol ipv6 pref 14100 u32 match ip6 protocol 140 0xff match u8 0 0x80 at 42 action pipe
# network control of anybody else becomes best effort
tc filter add dev $D egress protocol ip pref 14110 flower ip_tos 0xc0/0xc0 action pedit ex munge ip dsfield set 0 retain 0xfc pipe action csum ip4h pipe
tc filter add dev $D egress protocol ipv6 pref 14111 flower ip_tos 0xc0/0xc0 action pedit ex munge ip6 traffic_class set 0 retain 0xfc pipe
# EF within its share; what is beyond becomes best effort
tc filter add dev $D egress protocol ip pref 14120 flower ip_tos 0xb8/0xfc action police rate 7500kbit burst 93750 conform-exceed continue/pipe
tc filter add dev $D egress protocol ipv6 pref 14121 flower ip_tos 0xb8/0xfc action police rate 7500kbit burst 93750 conform-exceed continue/pipe
tc filter add dev $D egress protocol ip pref 14130 flower ip_tos 0xb8/0xfc action pedit ex munge ip dsfield set 0 retain 0xfc pipe action csum ip4h pipe
tc filter add dev $D egress protocol ipv6 pref 14131 flower ip_tos 0xb8/0xfc action pedit ex munge ip6 traffic_class set 0 retain 0xfc pipe
# drop precedence of AF: skb->tc_index, the virtual queue of GRED
tc filter add dev $D egress protocol ip pref 14900 flower ip_tos 0x08/0x1c classid :1 action ok
tc filter add dev $D egress protocol ipv6 pref 14901 flower ip_tos 0x08/0x1c classid :1 action ok
tc filter add dev $D egress protocol ip pref 14900 flower ip_tos 0x10/0x1c classid :2 action ok
tc filter add dev $D egress protocol ipv6 pref 14901 flower ip_tos 0x10/0x1c classid :2 action ok
tc filter add dev $D egress protocol ip pref 14900 flower ip_tos 0x18/0x1c classid :3 action ok
tc filter add dev $D egress protocol ipv6 pref 14901 flower ip_tos 0x18/0x1c classid :3 action ok
