#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# clock: real
# Damaged packets are seen by the checksum of the upper layer, whichever part
# of them is damaged and whoever checks it; the stream stays exact.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip ethtool nstat tc

# damaged WHAT SETTING...
damaged() {
	local what=$1 errors host

	shift
	for host in A B; do
		on $host ethtool -K p2 "$@" >/dev/null 2>&1 || true
		tc -n $host qdisc replace dev p2 root netem corrupt 1%
	done
	errors=$(checksum_errors)
	check "$what: exact" exact exact --octets 8000000 --sizes 8 \
		--patience 60
	check "$what: seen" [ "$(checksum_errors)" -gt "$errors" ]
	for host in A B; do
		tc -n $host qdisc del dev p2 root
	done
}

module_load || bail "the module does not load"
pair_up
pair_context
pair_switch 2
damaged "merging" gro on tso on
damaged "not merging" gro off tso on
damaged "checksums in software" gro on tso off tx off rx off
