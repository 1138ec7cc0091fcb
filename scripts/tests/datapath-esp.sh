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
. "$SCRIPTS/ipsec.sh"

require ip nft nstat

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
ipsec_up 6=esp 17=esp || bail "IPsec cannot be set up"
pair_context
check "IPsec before a switch" exact exact --octets 300000
pair_switch 2
tap_up "ip6 nexthdr 140 @th,0,8 50 @th,16,1 1" \
	"ip6 nexthdr { tcp, udp, esp }"
check_exact "IPsec after a switch"
check "ESP behind our header" [ "$(tap_count 1)" -gt 500 ]
check "nothing else on the wire" [ "$(tap_count 2)" -eq 0 ]
ip -n A xfrm policy flush
listen
before=$(counter B payload_in)
say_plain
check "without ESP: the shim restores it" \
	busywait $PATIENCE eval '[ "$(counter B payload_in)" -gt "$before" ]'
check "without ESP: the policy for the ULIDs drops it" \
	eval '! busywait 2 test -s "$WORKDIR/got"'
ip -n B xfrm policy flush
say_plain
check "without the policy it arrives" busywait $PATIENCE test -s "$WORKDIR/got"
