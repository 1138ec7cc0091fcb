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
. "$SCRIPTS/qos-pair.sh"

require ip tc nft

isp_qos_up idle_timeout 3600000
SHIM6CTL=$SHIM6CTL "$PYTHON" "$SCRIPTS/tests/qos-modes.py" "$@" || not_ok "the tests ended early"
