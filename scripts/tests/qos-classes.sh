#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 240
# Classes keep their shares and their delays; the clock is virtual, so nothing
# but the queues decides.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/router.sh"
. "$SCRIPTS/qos-device.sh"

require ip tc

router_up
qos_traffic fifo core-u32 minimal prio
