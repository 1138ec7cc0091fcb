#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 240
# Classes keep their shares and their delays; the clock is virtual, so nothing
# but the queues decides.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/router.sh"

require ip tc

router_up
"$PYTHON" "$SCRIPTS/tests/qos-traffic.py" fifo core-u32 minimal prio ||
	not_ok "the tests ended early"
