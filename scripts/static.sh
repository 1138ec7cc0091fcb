#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What can be said without running anything: the module builds without a
# warning of the compiler (W=1) or of sparse, includes point in the right
# direction, the style is the kernel's.
#
#   static.sh           all of it
#   static.sh module    the module and its tests for User Mode Linux, built in a
#                       clean folder, where they can be run
#   static.sh rest
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"

LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT

# verdict WHAT COMMAND...: passes when the command succeeds and is silent
verdict() {
	local what=$1

	shift
	if "$@" >"$LOG" 2>&1 && [ ! -s "$LOG" ]; then
		echo "ok - $what"
		count 1 0
	else
		cat "$LOG"
		echo "not ok - $what"
		count 0 1
	fi
}

# build_quiet BED FLAGS [kunit]: in a clean folder, as only what is compiled is
# looked at
build_quiet() {
	local log=$TOP/out/build/$1.log status=0

	rm -rf "$TOP/out/build/$1"
	mkdir -p "$TOP/out/build"
	EXTRA=$2 "$SCRIPTS/build.sh" "$1" ${3:-} >"$log" 2>&1 || status=$?
	grep -E 'warning:|error:|ERROR:|Error ' "$log" || true
	return $status
}

# Debian's sparse is too old for the kernel of this bed.
check_module() {
	verdict "no warning for the User Mode Linux kernel, W=1" \
		build_quiet uml-debug "" kunit
}

check_rest() {
	verdict "no warning for 6.1, W=1 and sparse" \
		build_quiet qemu-6.1 C=2
	verdict "no warning for 6.12, W=1 and sparse" \
		build_quiet qemu-6.12 C=2
	verdict "includes point downwards" "$SCRIPTS/check-deps.sh"
	verdict "the style is the kernel's (checkpatch)" \
		"$SCRIPTS/check-style.sh"
	verdict "what is there for others is described (kernel-doc)" \
		"$SCRIPTS/check-doc.sh"
	verdict "no shell script with a mistake" bash -c \
		'for f in "$1"/*.sh "$1"/*/*.sh; do bash -n "$f" || exit 1; done' \
		- "$SCRIPTS"
}

case ${1:-all} in
module) check_module ;;
rest) check_rest ;;
all)
	check_rest
	check_module
	;;
*)
	sed -n '8,11s/^# *//p' "$0" >&2
	exit 2
	;;
esac
count_report
