# SPDX-License-Identifier: GPL-2.0
# Counting what passed, over test programs, scenarios and stages. Sourced.
# shellcheck shell=bash

PASSED=0
FAILED=0
SKIPPED=0

# count_tap FILE: adds the results of lib.sh found in a log
count_tap() {
	PASSED=$((PASSED + $(grep -c '^ok - ' "$1" || true)))
	FAILED=$((FAILED + $(grep -c '^not ok - ' "$1" || true)))
	SKIPPED=$((SKIPPED + $(grep -c '^skip - ' "$1" || true)))
}

# count_add FILE: adds what count_report left there
count_add() {
	local passed failed skipped

	read -r passed failed skipped <"$1"
	PASSED=$((PASSED + passed))
	FAILED=$((FAILED + failed))
	SKIPPED=$((SKIPPED + skipped))
}

# The closing line; as a stage of something larger, into its file instead.
count_report() {
	if [ -n "${SHIM6_COUNT_FILE:-}" ]; then
		echo "$PASSED $FAILED $SKIPPED" >"$SHIM6_COUNT_FILE"
	else
		echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
	fi
	[ $FAILED -eq 0 ]
}
