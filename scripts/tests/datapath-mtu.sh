#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# clock: real
# Path MTU while switched: what the locators' path takes less eight octets is
# what the upper layers get; also when that is below the least MTU of IPv6, of
# which the stack knows nothing.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip nstat

# path_mtu OCTETS: of the cable behind the forwarder, both ends
path_mtu() {
	ip -n F link set dev b mtu "$1"
	ip -n B link set dev p2 mtu "$1"
}

# told SIZE: MTU that a UDP socket learns by sending that size, and whether it
# is refused without fragments
told() {
	exact mtu --sizes "$1"
}

module_load || bail "the module does not load"
pair_up forwarder
pair_context
pair_switch 2
# 48 octets of headers: 1444 is the most that fits
check "a socket knows of the eight octets" [ "$(told 1445)" = "1492 1" ]
check "what fits is sent in one piece" [ "$(told 1444)" = "1492 0" ]
check_exact "path of 1500"

path_mtu 1400
check "Packet Too Big reaches the socket" [ "$(told 1345)" = "1392 1" ]
check "what fits then is not refused" [ "$(told 1344)" = "1392 0" ]
check "both layers were told" [ "$(counter A icmp_translated)" -gt 0 ]
check_exact "path of 1400" --segment 1200

path_mtu 1284
told 1300 >/dev/null
check "too long for 1284 less eight" [ "$(told 1229 | cut -d' ' -f2)" = 1 ]
check "just right for it" [ "$(told 1228 | cut -d' ' -f2)" = 0 ]
check_exact "path of 1284" --segment 1200
check_exact "path of 1284, fragments of segments" --segment 1232
path_mtu 1280
told 1300 >/dev/null
check_exact "path of 1280" --segment 1200
check "TCP was made smaller, not fragmented" \
	[ "$(counter A tx_resized)" -gt 0 ]
