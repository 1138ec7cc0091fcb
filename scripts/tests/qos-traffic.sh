#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# timeout: 240
# The figures of the survey with traffic through them: who is marked, who is
# held to a rate, who loses.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/router.sh"

require ip tc

modprobe -q pktgen || bail "no packet generator"
router_up
"$PYTHON" "$SCRIPTS/tests/qos-traffic.py" edge fifo core gred ||
	not_ok "the tests ended early"
