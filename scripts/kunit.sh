#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the KUnit suites in the debug User Mode Linux: kunit.sh [MODULE...]
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"

OUT=$TOP/out/tests/kunit

# A suite runs when its module is loaded; what it found is in the kernel's log.
guest() {
	local file

	for file; do
		insmod "$file" || echo "not ok - $(basename "$file") does not load"
		rmmod "$(basename "$file" .ko)" || true
	done
}

# Results of single cases are indented once; a plan that was not carried out
# to its end has failed.
ktap() {
	tr -d '\r' <"$OUT/console" | sed 's/^\[ *[0-9.]*\] //' | awk '
		/^    1\.\.[0-9]+$/ { missing += plan - seen; seen = 0
				      plan = substr($1, 4) + 0 }
		/^    (not )?ok [0-9]+ / {
			seen++
			if (/# SKIP/) skipped++
			else if (/^    ok /) passed++
			else { failed++; print "not ok - " $0 > "/dev/stderr" }
		}
		END { missing += plan - seen
		      print passed + 0, failed + missing, skipped + 0 }'
}

main() {
	local dir status=0

	if [ "${1:-}" = --guest ]; then
		shift
		guest "$@"
		return
	fi
	dir=$("$SCRIPTS/build.sh" uml-debug kunit)
	[ $# -gt 0 ] || set -- "$dir"/kunit/*.ko
	[ -e "$1" ] || die "no KUnit module was built"
	mkdir -p "$OUT"
	"$SCRIPTS/vm/run.sh" --bed uml --mem 2048 --timeout 900 --out "$OUT" \
		-- "$SCRIPTS/kunit.sh" --guest "$@" >"$OUT/log" 2>&1 ||
		status=$?
	count_tap "$OUT/log"
	# shellcheck disable=SC2046
	count $(ktap)
	# Nothing found is nothing tested.
	[ $((PASSED + FAILED)) -gt 0 ] || count 0 1
	if [ $status -ne 0 ] || [ "$FAILED" -gt 0 ]; then
		cat "$OUT/log"
		tr -d '\r' <"$OUT/console" | grep -E '^\[ *[0-9.]*\] +(not ok|# .*(EXPECT|ASSERT|FAIL))' || true
		[ "$FAILED" -gt 0 ] || count 0 1 0
	fi
	echo "KUnit cases: $PASSED passed, $FAILED failed, $SKIPPED skipped"
	count_report
}

main "$@"
