#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# A path that stops carrying packets, both ways or one way, and tells nobody is
# found out by the Send Timeout, here 10 s; on a stock kernel, which runs at the
# pace of the clock, 3 s and the failure that was published (demo.sh).

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

TIMEOUT_MS=10000
[[ $SHIM6_BED != qemu* ]] || TIMEOUT_MS=3000

send_timeout() {
	param A send_timeout $TIMEOUT_MS
	param B send_timeout $TIMEOUT_MS
}

FAILOVER_SETUP=send_timeout
for link in A1 B1; do
	for kind in silent toward from; do
		case $SHIM6_BED-$kind-$link in
		qemu*-toward-B1 | uml*) failover $kind $link $((TIMEOUT_MS + 2500)) ;;
		esac
	done
done
