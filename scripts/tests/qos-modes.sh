#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Which link a context is on: by a rule (pin, prefer, avoid, lowrtt), by the way
# all are shared (active-backup, metered, lowrtt), by what is said of a link
# (drain, metered, noprobe), when it fails and when it is back; and what a pair
# is worth that only probes get through.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"

require ip tc nft

hosts_up
for link in A1 A2 B1 B2; do
	export "ADDRESS_$link=${ADDRESS[$link]}"
done
for host in A B; do
	param $host send_timeout 10000
	param $host idle_timeout 3600000
done
"$PYTHON" "$SCRIPTS/tests/qos-modes.py" "$@" || not_ok "the tests ended early"
