#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# clock: real
# IPsec sits above the shim: it is set up for ULIDs and does not notice a
# switch. The ESP header stands behind ours.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip nft nstat

KEY=0x0102030405060708090a0b0c0d0e0f1011121314

# ipsec HOST OUT-SPI IN-SPI: transport mode for TCP and UDP between the ULIDs;
# their numbers, as a small system has no names for protocols
ipsec() {
	local peer=B own

	[ "$1" = A ] || peer=A
	own=${ADDRESS[${1}1]} peer=${ADDRESS[${peer}1]}
	ip -n "$1" -batch - <<-END
		xfrm state add src $own dst $peer proto esp spi $2 mode transport aead rfc4106(gcm(aes)) $KEY 128
		xfrm state add src $peer dst $own proto esp spi $3 mode transport aead rfc4106(gcm(aes)) $KEY 128
		xfrm policy add src $own dst $peer proto 6 dir out tmpl proto esp mode transport
		xfrm policy add src $peer dst $own proto 6 dir in tmpl proto esp mode transport
		xfrm policy add src $own dst $peer proto 17 dir out tmpl proto esp mode transport
		xfrm policy add src $peer dst $own proto 17 dir in tmpl proto esp mode transport
	END
}

# Counts what leaves untagged or is no ESP behind our header.
wiretap() {
	on A nft -f - <<-'END'
		table netdev tap {
			chain out {
				type filter hook egress device p2 priority 0;
				meta protocol ip6 ip6 nexthdr 140 @th,0,8 50 @th,16,1 1 counter
				meta protocol ip6 ip6 nexthdr { tcp, udp, esp } counter
			}
		}
	END
}

tapped() {
	on A nft list chain netdev tap out | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p' |
		sed -n "${1}p"
}

listen() {
	start B "$PYTHON" -c 'import socket, sys
sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
sock.bind((sys.argv[1], 7777))
open(sys.argv[2], "wb").write(sock.recv(99))' "${ADDRESS[B1]}" "$WORKDIR/got"
	busywait $PATIENCE eval 'on B ss -lnuH | grep -q :7777'
}

# A datagram of A without ESP, on the locators
say_plain() {
	on A "$PYTHON" -c 'import socket, sys
sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
sock.bind((sys.argv[1], 0))
sock.sendto(b"plain", (sys.argv[2], 7777))' "${ADDRESS[A1]}" "${ADDRESS[B1]}"
}

module_load || bail "the module does not load"
pair_up
if ! ipsec A 0x100 0x200 || ! ipsec B 0x200 0x100; then
	bail "IPsec cannot be set up"
fi
pair_context
check "IPsec before a switch" exact exact --octets 300000
pair_switch 2
wiretap
check_exact "IPsec after a switch"
check "ESP behind our header" [ "$(tapped 1)" -gt 500 ]
check "nothing else on the wire" [ "$(tapped 2)" -eq 0 ]
ip -n A xfrm policy flush
listen
before=$(counter B payload_in)
say_plain
check "without ESP: the shim restores it" \
	busywait 5 eval '[ "$(counter B payload_in)" -gt "$before" ]'
check "without ESP: the policy for the ULIDs drops it" \
	eval '! busywait 2 test -s "$WORKDIR/got"'
ip -n B xfrm policy flush
say_plain
check "without the policy it arrives" busywait 5 test -s "$WORKDIR/got"
