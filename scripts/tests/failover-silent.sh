#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# A path that stops carrying packets, both ways or one way, and tells nobody is
# found out by the Send Timeout, here 10 s.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

send_timeout() {
	param A send_timeout 10000
	param B send_timeout 10000
}

FAILOVER_SETUP=send_timeout
for link in A1 B1; do
	for kind in silent toward from; do
		failover $kind $link 12500
	done
done
