# SPDX-License-Identifier: GPL-2.0
# One failover with sessions running through it. Sourced after session.sh and
# hosts.sh.
# shellcheck shell=bash

# failover_check KIND LINK LIMIT-MS: sessions that run live through it, and
# nothing is quiet for longer than the limit
failover_check() {
	local kind=$1 link=$2 limit=$3 failed=$COUNT_FAILED name

	sessions_look || bail "the sessions do not run"
	cut "$kind" "$link"
	sleep $((limit / 1000 + 3))
	check "$kind at $link: every session lives" sessions_live
	for name in "${SESSIONS[@]}"; do
		check_range "$kind at $link: gap of $name in ms" \
			"$(session_field "$name" gap_ms)" 0 "$limit"
	done
	[ "$COUNT_FAILED" -eq "$failed" ] || hosts_show
}

# failover KIND LINK LIMIT-MS, from the beginning to the end
failover() {
	hosts_up
	[ -z "${FAILOVER_SETUP:-}" ] || "$FAILOVER_SETUP"
	sessions_start A1 B1
	busywait $PATIENCE context_ready || bail "no context was established"
	failover_check "$@"
	jobs_stop
	ns_clear
}
