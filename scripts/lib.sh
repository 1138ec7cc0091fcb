# SPDX-License-Identifier: GPL-2.0
# What a scenario is made of: namespaces, links, waiting, results. Sourced by
# the topologies and the tests; everything made here is taken away at exit.
# shellcheck shell=bash

SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(dirname "$SCRIPTS")
PYTHON=/usr/bin/python3
SHIM6CTL=${SHIM6CTL:-$TOP/shim6ctl/shim6ctl}

NAMESPACES=()
JOBS=()
COUNT_OK=0
COUNT_FAILED=0
COUNT_SKIPPED=0
WORKDIR=$(mktemp -d)

# --- results, one line each, in the manner of TAP

ok() {
	COUNT_OK=$((COUNT_OK + 1))
	echo "ok - $*"
}

not_ok() {
	COUNT_FAILED=$((COUNT_FAILED + 1))
	echo "not ok - $*"
}

# With SHIM6_NO_SKIP a test that cannot run has failed: CI must not rot.
skip() {
	if [ -n "${SHIM6_NO_SKIP:-}" ]; then
		not_ok "$* (skipping is not allowed)"
		return
	fi
	COUNT_SKIPPED=$((COUNT_SKIPPED + 1))
	echo "skip - $*"
}

# check WHAT COMMAND...: the command's success is the result
check() {
	local what=$1

	shift
	if "$@"; then
		ok "$what"
	else
		not_ok "$what"
	fi
}

# check_range WHAT VALUE MIN MAX, integers
check_range() {
	if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then
		ok "$1: $2 (allowed $3 to $4)"
	else
		not_ok "$1: $2 (allowed $3 to $4)"
	fi
}

# check_equal WHAT VALUE WANTED
check_equal() {
	if [ "$2" = "$3" ]; then
		ok "$1: $2"
	else
		not_ok "$1: $2 (not $3)"
	fi
}

# A word that means nothing would be a check that nobody misses.
command_not_found_handle() {
	echo "not ok - there is no command $1" >&2
	return 127
}

remark() {
	printf '# %s\n' "$*"
}

# A scenario that cannot go on.
bail() {
	not_ok "$*"
	exit 1
}

# require COMMAND...: skips the rest of the scenario when one is missing
require() {
	local name

	for name; do
		command -v "$name" >/dev/null && continue
		skip "needs $name"
		exit 0
	done
}

# --- time

now_ms() {
	local seconds=${EPOCHREALTIME/./}

	echo $((seconds / 1000))
}

# For what must merely have happened before a test begins: how long a loaded
# machine takes over it decides nothing.
# shellcheck disable=SC2034
PATIENCE=60

# busywait SECONDS COMMAND...: until it succeeds, no longer than that; looks
# less often the longer it takes
busywait() {
	local deadline=$(($(now_ms) + $1 * 1000)) pauses=(0.1 0.1 0.2 0.3) n=0

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(now_ms)" -lt $deadline ] || return 1
		sleep "${pauses[n]:-0.5}"
		n=$((n + 1))
	done
}

# --- namespaces and links

on() {
	local ns=$1

	shift
	ip netns exec "$ns" "$@"
}

# Addresses work at once: no duplicate address detection, no router solicited.
# New namespaces inherit that from the guest's own. (Starting a program is what
# costs most in a debug kernel, so there are few of them here.)
ns_settings() {
	[ -z "${NS_SETTINGS:-}" ] || return 0
	NS_SETTINGS=done
	sysctl -q -w net.core.devconf_inherit_init_net=1 \
		net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.all.accept_ra=0 \
		net.ipv6.conf.default.accept_ra=0 \
		net.ipv6.conf.default.router_solicitations=0
}

ns_add() {
	local ns

	ns_settings
	printf 'netns add %s\n' "$@" | ip -batch -
	NAMESPACES+=("$@")
	for ns; do
		ip -n "$ns" link set dev lo up
	done
}

ns_router() {
	local ns

	for ns; do
		on "$ns" sysctl -q -w net.ipv6.conf.all.forwarding=1 \
			net.ipv6.conf.default.forwarding=1
	done
}

# link_add NS IF NS IF: a cable between two namespaces, both ends up
link_add() {
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
	ip -n "$1" link set dev "$2" up
	ip -n "$3" link set dev "$4" up
}

# link_delay NS IF MS: what leaves there is late; the queue never overflows
link_delay() {
	tc -n "$1" qdisc replace dev "$2" root netem delay "${3}ms" limit 200000
}

# start NS COMMAND...: in the background, ended at exit. Its process is JOB:
# "ip netns exec" becomes the command.
start() {
	ip netns exec "$@" &
	JOB=$!
	JOBS+=("$JOB")
}

stop() {
	local i

	kill -TERM "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
	# Its number may be another one's from now on
	for i in "${!JOBS[@]}"; do
		[ "${JOBS[i]}" != "$1" ] || unset "JOBS[i]"
	done
}

# Ends everything started so far.
jobs_stop() {
	local job

	for job in "${JOBS[@]}"; do
		stop "$job"
	done
	JOBS=()
}

ns_clear() {
	local ns pids

	for ns in "${NAMESPACES[@]}"; do
		pids=$(ip netns pids "$ns" 2>/dev/null || true)
		[ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
		ip netns del "$ns" 2>/dev/null || true
	done
	NAMESPACES=()
}

# --- the module

# Loads the module under test; SHIM6_KO names it.
module_load() {
	local name

	[ -n "${SHIM6_KO:-}" ] || bail "SHIM6_KO does not name a module"
	while read -r name; do
		modprobe -q "$name" || true
	done < <(modinfo -F depends "$SHIM6_KO" | tr ',' '\n' | grep .)
	modprobe -q sha1 || modprobe -q sha1_generic || true
	insmod "$SHIM6_KO" "$@"
}

module_unload() {
	rmmod shim6
}

# param NS NAME VALUE
param() {
	on "$1" "$SHIM6CTL" param set "$2" "$3"
}

# --- the end

# What is to be done before, as commands
PARTINGS=()

cleanup() {
	local job parting

	for parting in "${PARTINGS[@]}"; do
		$parting
	done
	for job in "${JOBS[@]}"; do
		kill -KILL "$job" 2>/dev/null || true
		wait "$job" 2>/dev/null || true
	done
	ns_clear
	rm -rf "$WORKDIR"
}

finish() {
	local status=$?

	trap - EXIT
	# One that was to become a program in the background was ended before
	# that: nothing here is its own
	[ "$BASHPID" = $$ ] || exit $status
	cleanup
	if [ $status -ne 0 ] && [ $COUNT_FAILED -eq 0 ]; then
		not_ok "the script ended with status $status"
	fi
	# A bare exit would give the status from before the trap.
	exit $((COUNT_FAILED > 0))
}

trap finish EXIT
trap 'exit 130' INT TERM HUP
