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

# A stock kernel runs at the pace of the clock: there each kind once.
for link in A1 B1; do
	for kind in carrier down interface; do
		case $SHIM6_BED-$kind-$link in
		qemu*-down-A1 | qemu*-carrier-B1 | qemu*-interface-B1) ;;
		*) failover $kind $link 300 ;;
		esac
	done
done
