#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Figure 7, a DiffServ edge router: EF up to a rate, the rest AF31; telnet AF21.
# Printed with mistakes that are mended here: indices B4 is 64, eht0 is eth0,
# 1:u32 is 1: u32, 10.0.0/24 is 10.0.0.0/24, and value 0x4B, which would say
# "congestion experienced" in every packet, is 0x48. The text has other names
# for the codepoints than the commands, and the prefixes of (9) the other way
# round; the commands are what counts. The lines of IPv6 are not in the survey.
set -e
D=${1:-eth0}
tc qdisc add dev $D root handle 151: pfifo limit 1000
tc qdisc replace dev $D clsact
# EF up to 1mbit, what is beyond goes on
tc filter add dev $D egress protocol ip pref 14040 flower dst_ip 10.0.0.0/24 action police rate 1mbit burst 2k conform-exceed continue/pipe action pedit ex munge ip dsfield set 0xb8 retain 0xfc pipe action csum ip4h pipe action skbedit priority 151:1 pipe
# AF21
tc filter add dev $D egress protocol ip pref 14041 flower ip_proto tcp src_ip 192.1.0.0/16 dst_ip 10.1.0.0/16 dst_port 23 action pedit ex munge ip dsfield set 0x48 retain 0xfc pipe action csum ip4h pipe action skbedit priority 151:3 pipe
# AF31
tc filter add dev $D egress protocol ip pref 14050 flower dst_ip 10.0.0.0/24 action pedit ex munge ip dsfield set 0x68 retain 0xfc pipe action csum ip4h pipe action skbedit priority 151:2 pipe
# EF up to 1mbit, what is beyond goes on
tc filter add dev $D egress protocol ipv6 pref 14140 flower dst_ip 2001:db8:2::/64 action police rate 1mbit burst 2k conform-exceed continue/pipe action pedit ex munge ip6 traffic_class set 0xb8 retain 0xfc pipe action skbedit priority 151:1 pipe
# AF21
tc filter add dev $D egress protocol ipv6 pref 14141 flower ip_proto tcp src_ip 2001:db8:1::/64 dst_ip 2001:db8:3::/64 dst_port 23 action pedit ex munge ip6 traffic_class set 0x48 retain 0xfc pipe action skbedit priority 151:3 pipe
# the same in packets of Shim6, whose addresses are others
tc filter add dev $D egress protocol ipv6 pref 14142 u32 match ip6 protocol 140 0xff match u8 0x80 0x80 at 42 match u8 6 0xff at 40 match u16 23 0xffff at 50 action pedit ex munge ip6 traffic_class set 0x48 retain 0xfc pipe action skbedit priority 151:3 pipe
# AF31
tc filter add dev $D egress protocol ipv6 pref 14150 flower dst_ip 2001:db8:2::/64 action pedit ex munge ip6 traffic_class set 0x68 retain 0xfc pipe action skbedit priority 151:2 pipe
