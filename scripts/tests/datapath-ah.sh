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

require ip nft nstat

KEY=0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20
CRYPT=0x0102030405060708090a0b0c0d0e0f1011121314

# ipsec HOST OUT-SPI IN-SPI: AH in transport mode for TCP, and over ESP for UDP,
# between the ULIDs; their numbers, as a small system has no names for protocols
ipsec() {
	local peer=B own

	[ "$1" = A ] || peer=A
	own=${ADDRESS[${1}1]} peer=${ADDRESS[${peer}1]}
	ip -n "$1" -batch - <<-END
		xfrm state add src $own dst $peer proto ah spi $2 mode transport auth-trunc hmac(sha256) $KEY 128
		xfrm state add src $peer dst $own proto ah spi $3 mode transport auth-trunc hmac(sha256) $KEY 128
		xfrm state add src $own dst $peer proto esp spi $2 mode transport aead rfc4106(gcm(aes)) $CRYPT 128
		xfrm state add src $peer dst $own proto esp spi $3 mode transport aead rfc4106(gcm(aes)) $CRYPT 128
		xfrm policy add src $own dst $peer proto 6 dir out tmpl proto ah mode transport
		xfrm policy add src $peer dst $own proto 6 dir in tmpl proto ah mode transport
		xfrm policy add src $own dst $peer proto 17 dir out tmpl proto esp mode transport tmpl proto ah mode transport
		xfrm policy add src $peer dst $own proto 17 dir in tmpl proto esp mode transport tmpl proto ah mode transport
	END
}

# Counts AH behind our header, and what leaves in another way.
wiretap() {
	on A nft -f - <<-'END'
		table netdev tap {
			chain out {
				type filter hook egress device p2 priority 0;
				meta protocol ip6 ip6 nexthdr 140 @th,0,8 51 @th,16,1 1 counter
				meta protocol ip6 ip6 nexthdr { tcp, udp, esp, ah } counter
				meta protocol ip6 ip6 nexthdr 140 @th,0,8 { 6, 17, 50 } @th,16,1 1 counter
			}
		}
	END
}

tapped() {
	on A nft list chain netdev tap out | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p' |
		sed -n "${1}p"
}

# refused HOST: packets whose check value was wrong
refused() {
	on "$1" awk '$1 == "XfrmInStateProtoError" { print $2 }' \
		/proc/net/xfrm_stat
}

module_load || bail "the module does not load"
pair_up
if ! ipsec A 0x100 0x200 || ! ipsec B 0x200 0x100; then
	bail "IPsec cannot be set up"
fi
pair_context
check "AH before a switch" exact exact --octets 300000
pair_switch 2
wiretap
check_exact "AH after a switch"
check "AH behind our header" [ "$(tapped 1)" -gt 200 ]
check "nothing without our header" [ "$(tapped 2)" -eq 0 ]
check "nothing of TCP and UDP without AH" [ "$(tapped 3)" -eq 0 ]
check "no check value was wrong" \
	[ "$(refused A) $(refused B)" = "0 0" ]
