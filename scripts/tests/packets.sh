#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# A peer made of packets plays every script of scripts/packets/: the host's
# exact answers, its exact silence, the counter that says why.

. "$(dirname "$0")/../lib.sh"

module_load || bail "the module does not load"
ns_add H X
for link in 1 2; do
	on X sysctl -q -w net.ipv6.conf.default.disable_ipv6=1
	link_add H p$link X x$link
	ip -n X link set dev x$link address 02:00:00:00:0b:0$link
	# What is on the wire is what a card would have sent
	on H ethtool -K p$link tx off >/dev/null
done
"$PYTHON" "$SCRIPTS/peer" play || COUNT_FAILED=1
