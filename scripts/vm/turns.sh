#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guest's side of ../turns.sh: scenarios take turns in one guest.
#
#   turns.sh FILE...
#
# After each the module goes, and what else is left is looked for: programs,
# namespaces, devices, rules, settings. A scenario that leaves something has
# failed, and none follows it in this guest. What begins and ends is said where
# results go and in the kernel's log.

. "$(dirname "$0")/../lib.sh"

# Seconds for what goes by itself
GOING=20
OUT=$SHIM6_OUT
FOUND=$WORKDIR/found
NOW=$WORKDIR/now

# say WORDS...
say() {
	printf 'turn %s\n' "$*" >/dev/kmsg
	printf '@@ turn %s\n' "$*"
}

# Programs, but for process 1 and ourselves
no_programs() {
	local all

	all=$(ps --ppid 2 -p 2 --deselect -o args=)
	! grep -vE 'vm/(guest|turns)\.sh|^ps ' <<<"$all"
}

# Some settings count or are new at each look. Not by sysctl, which prints the
# lines of a setting that has several in an order of its own.
settings() {
	(cd /proc/sys && grep -rs '' net vm kernel) | tr / . |
		grep -vE '^kernel\.(tainted|random|ns_last|pty|sched_domain|seccomp)|_count|_entries|\.stat_|_key'
}

state() {
	ip netns list
	ip -o link show
	ip -o addr show
	ip rule show
	ip -6 rule show
	ip route show
	ip -6 route show
	tc qdisc show
	nft list ruleset
	cat /proc/mounts
	grep -o '^shim6[^ ]*' /proc/slabinfo
	[ ! -d /sys/module/shim6 ] || echo "module shim6"
}

# machine_look DIR
machine_look() {
	mkdir -p "$1"
	settings >"$1/settings"
	state >"$1/state" 2>/dev/null
}

# A setting that was not there before came with the protocol that has it.
machine_changes() {
	diff "$FOUND/state" "$NOW/state" | grep '^[<>]'
	awk -F ' = ' 'NR == FNR { was[$1] = $0; next }
		$1 in was && was[$1] != $0 { print "< " was[$1]; print "> " $0 }' \
		"$FOUND/settings" "$NOW/settings"
}

# machine_same: what is different is in CHANGES
machine_same() {
	machine_look "$NOW"
	CHANGES=$(machine_changes)
	[ -z "$CHANGES" ]
}

# As it was found: comes back when nobody runs and nothing is left of anything,
# or of what the kernel takes away a moment later
machine_clean() {
	no_programs >/dev/null || busywait $GOING no_programs ||
		no_programs || return 1
	[ ! -d /sys/module/shim6 ] || busywait $GOING module_unload || return 1
	machine_same || busywait $GOING machine_same || {
		echo "$CHANGES"
		return 1
	}
}

# turn N FILE: fails when nothing may follow
turn() {
	local status=0 last=

	export SHIM6_OUT=$OUT/$1
	mkdir -p "$SHIM6_OUT"
	say "$1 begins"
	"$2" || status=$?
	machine_clean || {
		not_ok "the guest is left as it was found (or it says: # boot: own)"
		[ $status -ne 0 ] || status=1
		last=' last'
	}
	say "$1 ends $status$last"
	[ -z "$last" ]
}

main() {
	local n=0 file

	# What every topology does to the guest
	ns_add first
	ns_clear
	machine_look "$FOUND"
	for file; do
		n=$((n + 1))
		turn $n "$file" || return
	done
}

main "$@"
