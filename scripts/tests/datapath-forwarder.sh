#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# clock: real
# A router in the same kernel between the hosts: super-packets pass it whole,
# whatever its devices do, and also when its path is too short for them.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip ethtool nstat

# forwarder_set SETTING...: both of its devices
forwarder_set() {
	local dev

	for dev in a b; do
		on F ethtool -K $dev "$@" >/dev/null 2>&1 || true
	done
}

module_load || bail "the module does not load"
pair_up forwarder
pair_context
pair_switch 2
check_exact "a forwarder" --segment 1444
forwarder_set gro on
check_exact "a forwarder that merges" --segment 1444
forwarder_set gro on tso off tx-sctp-segmentation off
check_exact "a forwarder that merges and segments" --segment 1444
forwarder_set gro off tx off rx off
check_exact "a forwarder that finishes checksums" --segment 1444
check "nothing was tagged by the forwarder" [ "$(counter F payload_out)" -eq 0 ]
check "nothing was restored by the forwarder" [ "$(counter F payload_in)" -eq 0 ]
