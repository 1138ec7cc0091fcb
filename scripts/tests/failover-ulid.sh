#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# A ULID whose last copy is deleted while its interface is up is invalid: the
# context ends, as the prefix belongs to somebody else from now on. A copy on
# lo keeps it.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

none_left() {
	[ "$(context_get "$1" 'len(j)')" = 0 ]
}

pinned() {
	ip -n A addr add "${ADDRESS[A1]}/128" dev lo nodad
	failover_check address A1 300
	check "pinned: the context lives" context_ready
	check "pinned: its copy is no locator" \
		eval 'context_pair A | grep -q A2'
}

invalid() {
	ip -n A addr del "${ADDRESS[A1]}/128" dev lo
	check "its last copy gone: the context ends" \
		busywait $PATIENCE none_left A
	sleep 10
	check "its last copy gone: so do the sessions" sessions_quiet 9000
}

hosts_up
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
pinned
invalid
