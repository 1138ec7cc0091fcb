#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Takes away what the other scripts set up, and nothing else.
D=${1:-eth0}
I=shim6ifb$(cat "/sys/class/net/$D/ifindex")
for way in egress ingress; do
	tc filter show dev "$D" $way 2>/dev/null |
		sed -n 's/^filter .*pref \(14[0-9][0-9][0-9]\) .*/\1/p' | sort -u |
		while read -r pref; do
			tc filter del dev "$D" $way pref "$pref"
		done
done
# clsact stays while somebody else has filters there
if tc qdisc show dev "$D" | grep -q '^qdisc clsact' &&
   [ -z "$(tc filter show dev "$D" egress; tc filter show dev "$D" ingress)" ]; then
	tc qdisc del dev "$D" clsact
fi
if tc qdisc show dev "$D" | grep -q '^qdisc [a-z_]* 1\(40\|5[0-9a-f]\): root'; then
	tc qdisc del dev "$D" root
fi
if [ -e "/sys/class/net/$I" ]; then
	ip link del dev "$I"
fi
