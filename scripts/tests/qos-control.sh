#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 1500
# when: named qemu
# Control messages have a class of their own: bulk does not drown them, and a
# provider that treats their marking better or worse than payload is found out.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/qos-pair.sh"

require ip tc nft

control_qos_up
control_tests protected received edge exposed no-cs6 only-cs6 lost
params keepalive_interval 0
control_tests phases
