#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# A host that has lost all routes of the ULID lives on as long as a default is
# left, although that one leads to a provider who drops the ULID's packets.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

short_timeout() {
	param A send_timeout 3000
	param B send_timeout 3000
}

FAILOVER_SETUP=short_timeout
# The Send Timeout and its random part, the probes, and TCP's next try
for link in A1 B1; do
	failover routes $link 5500
done
