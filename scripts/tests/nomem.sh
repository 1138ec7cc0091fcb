#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Memory that cannot be had costs a packet or a handshake, never the box: every
# fifth allocation fails while contexts come, move and go, and as soon as none
# does any more everything works. The bed looks at the log and for leaks.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

FAIL=/sys/kernel/debug/failslab
CACHES=/sys/kernel/slab

# fail PERCENT: of the allocations that may not wait
fail() {
	echo "$1" >$FAIL/probability
}

# The module's own caches, and those that kmalloc and skbs are from. Not the
# smallest ones: the kernel's own watchers complain when they get nothing.
fail_prepare() {
	local cache

	[ -w $FAIL/cache-filter ] || {
		skip "needs FAILSLAB in the kernel"
		exit 0
	}
	fail 0
	echo 1 >$FAIL/interval
	echo -1 >$FAIL/times
	echo 0 >$FAIL/verbose
	echo Y >$FAIL/ignore-gfp-wait
	echo Y >$FAIL/cache-filter
	for cache in $CACHES/shim6* $CACHES/kmalloc-[1-9][0-9][0-9] \
		$CACHES/kmalloc-[1-9]k $CACHES/skbuff*; do
		echo 1 >"$cache/failslab" || bail "$cache cannot fail"
	done
}

# lost HOST: packets and messages that memory was missing for
lost() {
	on "$1" awk '/_nomem / { n += $2 } END { print n + 0 }' \
		/proc/net/shim6/stats
}

flush() {
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
}

hosts_up
for host in A B; do
	param $host i1_timeout 500
	param $host i2_timeout 500
	param $host send_timeout 2000
	param $host holddown_no_r1 1000
done
fail_prepare
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
for round in 1 2 3; do
	flush
	fail 20
	sleep 3
	cut carrier A1
	sleep 3
	fail 0
	repair carrier A1
	sleep 1
	remark "round $round: A has lost $(lost A), B has lost $(lost B)"
done
check "memory was missing" test $(($(lost A) + $(lost B))) -gt 0
flush
check "memory is there again: established" busywait $PATIENCE context_ready
check "memory is there again: every session lives" \
	busywait $PATIENCE sessions_live
failover_check carrier A1 300
