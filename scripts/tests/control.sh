#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# The control: without the module each kind of failure takes every session with
# it, at either host. So the failover scenarios can fail.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"

# lose KIND LINK
lose() {
	topo_up
	sessions_start A1 B1
	cut "$1" "$2"
	sleep 40
	check "$1 at $2 ends the sessions" sessions_quiet 35000
	jobs_stop
	ns_clear
}

for link in A1 B1; do
	for kind in silent toward from carrier down address interface routes; do
		lose $kind $link
	done
done
