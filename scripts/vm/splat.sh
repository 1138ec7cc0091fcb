# SPDX-License-Identifier: GPL-2.0
# Tells whether a kernel complained in its log. Sourced by run.sh.
# shellcheck shell=bash

SPLATS=(
	'WARNING: '
	'BUG: '
	'Oops'
	'Kernel panic'
	'general protection fault'
	'possible circular locking'
	'possible recursive locking'
	'inconsistent lock state'
	'suspicious RCU usage'
	'sleeping function called'
	'scheduling while atomic'
	'unregister_netdevice: waiting'
	'blocked for more than'
	'soft lockup'
	'rcu.*detected stalls'
	'rcu.*self-detected stall'
	'UBSAN: '
	'KASAN: '
	'ODEBUG: '
	'ref_tracker: '
	'refcount_t: '
	'hw csum failure'
	'kmemleak: unreferenced'
	'list_(add|del) corruption'
	'still has .* (objects|references)'
)

# splat_check FILE: shows what was found, with some lines around the first
splat_check() {
	local pattern first

	pattern=$(IFS='|' && echo "${SPLATS[*]}")
	first=$(grep -n -m1 -E "$pattern" "$1" | cut -d: -f1) || true
	[ -n "$first" ] || return 0
	echo "--- the kernel complained:"
	tail -n +"$((first > 3 ? first - 3 : 1))" "$1" | head -n 60 | tr -d '\r'
	echo "---"
	return 1
}
