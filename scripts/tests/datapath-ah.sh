#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# timeout: 300
# clock: real
# AH sits above the shim as ESP does, and vouches for the IPv6 header of the
# ULIDs: what is restored after a switch is that header, octet by octet. Only
# the stock kernels have AH.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"
. "$SCRIPTS/ipsec.sh"

require ip nft nstat

# refused HOST: packets whose check value was wrong
refused() {
	on "$1" awk '$1 == "XfrmInStateProtoError" { print $2 }' \
		/proc/net/xfrm_stat
}

module_load || bail "the module does not load"
pair_up
ipsec_up 6=ah 17=esp+ah || bail "IPsec cannot be set up"
pair_context
check "AH before a switch" exact exact --octets 300000
pair_switch 2
tap_up "ip6 nexthdr 140 @th,0,8 51 @th,16,1 1" \
	"ip6 nexthdr { tcp, udp, esp, ah }" \
	"ip6 nexthdr 140 @th,0,8 { 6, 17, 50 } @th,16,1 1"
check_exact "AH after a switch"
check "AH behind our header" [ "$(tap_count 1)" -gt 200 ]
check "nothing without our header" [ "$(tap_count 2)" -eq 0 ]
check "nothing of TCP and UDP without AH" [ "$(tap_count 3)" -eq 0 ]
check "no check value was wrong" \
	[ "$(refused A) $(refused B)" = "0 0" ]
