#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 300
# when: named qemu
# 5000 I1s a second, from a thousand prefixes and from one: no more answers than
# the limits allow, a peer elsewhere gets its contexts meanwhile, and a voice
# flow does not notice.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/qos-pair.sh"

require ip tc

# What the limits of the parameters would refuse is left to those of the table.
parameters_set() {
	param B rate_r1 1000000
	param B rate_r1_all 1000000
}

control_qos_up
parameters_set
# What strangers are told goes nowhere: it is counted before
ip -n R1 route add blackhole 2600::/16
# Whatever B says at R1 goes through a line of 2 Mbit/s, one queue for all
tc -n B qdisc replace dev p1 root tbf rate 2mbit burst 8000 limit 50000
SHIM6CTL=$SHIM6CTL "$PYTHON" "$SCRIPTS/tests/qos-flood.py" \
	"$(on B cat /sys/class/net/p1/address)" || not_ok "the tests ended early"
