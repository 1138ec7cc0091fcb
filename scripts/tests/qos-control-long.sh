#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 2400
# when: named qemu
# As qos-control, next to bulk for ten minutes.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/qos-pair.sh"

require ip tc

export SHIM6_QOS_SECONDS=600
control_qos_up
control_tests protected exposed
