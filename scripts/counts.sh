# SPDX-License-Identifier: GPL-2.0
# Counting what passed, over test programs, scenarios and stages. Sourced.
# shellcheck shell=bash

PASSED=0
FAILED=0
SKIPPED=0

# count PASSED FAILED SKIPPED
count() {
	PASSED=$((PASSED + $1))
	FAILED=$((FAILED + $2))
	SKIPPED=$((SKIPPED + ${3:-0}))
}

# count_tap FILE: adds the results of lib.sh found in a log
count_tap() {
	count "$(grep -c '^ok - ' "$1")" "$(grep -c '^not ok - ' "$1")" \
		"$(grep -c '^skip - ' "$1")"
}

# count_line LINE: adds what a closing line says
count_line() {
	# shellcheck disable=SC2046
	count $(tr -cd '0-9 ' <<<"$1")
}

# count_add FILE: adds what count_report left there
count_add() {
	# shellcheck disable=SC2046
	count $(cat "$1")
}

# The closing line; as a stage of something larger, into its file instead.
count_report() {
	if [ -n "${SHIM6_COUNT_FILE:-}" ]; then
		echo "$PASSED $FAILED $SKIPPED" >"$SHIM6_COUNT_FILE"
	else
		echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
	fi
	[ "$FAILED" -eq 0 ]
}
