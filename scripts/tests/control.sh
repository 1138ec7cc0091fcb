#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# The control: without the module each kind of failure takes every session with
# it, at either host. So the failover scenarios can fail.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"

# lose KIND LINK: quiet for longer than any failover scenario allows
lose() {
	sessions_start A1 B1
	cut "$1" "$2"
	sleep 18
	check "$1 at $2 ends the sessions" sessions_quiet 15000
	jobs_stop
	repair "$1" "$2"
	busywait $PATIENCE topo_reachable || bail "$1 at $2 is not mended"
}

topo_up
for link in A1 B1; do
	for kind in silent toward from carrier down address interface routes; do
		lose $kind $link
	done
done
