#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# clock: real
# After a switch every octet is right, whatever devices do for us: each kind of
# send offload with and without merging at the receiver.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip ethtool nstat

# What "ethtool -K" gets, one kind per line
OFFLOADS=(
	"all on|tx on rx on sg on tso on gso on tx-sctp-segmentation on"
	"no TSO|tx on rx on sg on tso off gso on tx-sctp-segmentation on"
	"no TSO, no checksums|tx off rx off tso off gso on tx-sctp-segmentation on"
	"no GSO|tx on rx on sg on tso off gso off tx-sctp-segmentation on"
	"TSO without the spare bit|tx on rx on sg on tso on gso on tx-sctp-segmentation off"
)

# devices_set SETTING...: at both ends of the second cable
devices_set() {
	local host

	for host in A B; do
		# A setting that follows from another is no error
		on $host ethtool -K p2 "$@" >/dev/null 2>&1 || true
	done
}

module_load || bail "the module does not load"
pair_up
pair_context
pair_switch 2
for gro in on off; do
	for kind in "${OFFLOADS[@]}"; do
		# shellcheck disable=SC2086
		devices_set ${kind#*|} gro $gro
		check_exact "${kind%%|*}, GRO $gro" --segment 1444
	done
done
pair_switch 1
check "back on the ULIDs' own cable" exact exact --octets 100000
