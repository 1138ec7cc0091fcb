#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# A link that is lost in a way the host can see moves its sessions at once: the
# carrier, the interface taken down, the interface gone; at either host.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

for link in A1 B1; do
	for kind in carrier down interface; do
		failover $kind $link 300
	done
done
