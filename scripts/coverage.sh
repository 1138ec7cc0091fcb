#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How much of the module the tests run: "make coverage". Runs KUnit and all
# scenarios in the debug kernel, then judges (coverage.py says by what).
#
#   coverage.sh                 runs and judges
#   coverage.sh --judge SINCE   judges what ran since then (epoch)
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"

STARTED=$EPOCHSECONDS
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT

# What fails there is reported there; here it has merely run less.
run_all() {
	(
		unset SHIM6_COUNT_FILE
		"$SCRIPTS/kunit.sh" || true
		"$SCRIPTS/run-tests.sh" --bed uml || true
	)
}

case ${1:-} in
'') run_all ;;
--judge) STARTED=${2:-0} ;;
*)
	sed -n '7,8s/^# *//p' "$0" >&2
	exit 2
	;;
esac
make -s -j"$(nproc)" -C "$TOP/kunit/user" cover >"$LOG" 2>&1 || {
	tail -n 20 "$LOG"
	echo "not ok - the suites run in user space"
	count 0 1
}
"$SCRIPTS/coverage.py" "$STARTED" >"$LOG" 2>&1 ||
	grep -q '^not ok - ' "$LOG" || echo "not ok - coverage.py failed" >>"$LOG"
cat "$LOG"
count_tap "$LOG"
count_report
