#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Bad messages get silence or the answer of the RFC, each is counted with its
# reason, and a live session between two hosts loses nothing by them.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"

# What of a context must stay as it is.
facts() {
	context_get "$1" '[[c[k] for k in ("id", "state", "reap", "loc_local",
		"loc_peer", "tag_local", "tag_peer", "switches",
		"locators_local", "locators_peer")] for c in j]'
}

hosts_up
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
on B "$SHIM6CTL" -j context list | "$PYTHON" -c 'import json, sys
json.dump(json.load(sys.stdin)[0], sys.stdout)' >"$WORKDIR/facts"
before="$(facts A) $(facts B)"
sessions_look
on R1 "$PYTHON" "$SCRIPTS/tests/hostile.py" "${SESSION_METER[tcp]}" \
	"$WORKDIR/facts" 2001:db8:a1::1 || COUNT_FAILED=1
check "the live sessions go on" sessions_live
# What is under way: 20 ms of it, and as long as the one processor of the bed
# was busy with something else.
check_range "the live sessions: datagrams without an answer" \
	$(($(session_field udp sent) - $(session_field udp packets))) 0 40
check "the live context is what it was" test "$(facts A) $(facts B)" = "$before"
