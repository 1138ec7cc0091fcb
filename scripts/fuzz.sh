#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the fuzz targets of kunit/fuzz, each for T seconds (60), JOBS of them at
# once (one per processor), and fails on a crash, a leak, an input that takes
# too long or too much memory. What is found stays in out/fuzz/TARGET. With
# SEED=N it goes the same way each time, as far as its time lets it.
#
#   scripts/fuzz.sh [TARGET...]
#   scripts/fuzz.sh merge [TARGET...]   what was found, at its smallest, becomes
#                                       the corpus in the tree
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"

T=${T:-60}
SEED=${SEED:-0}
JOBS=${JOBS:-$(nproc)}
OUT=$TOP/out/fuzz
SOURCE=$TOP/kunit/fuzz
# The freed memory that the sanitizer keeps, MB: the default takes half a GB
export ASAN_OPTIONS=quarantine_size_mb=16
LIMITS=(-timeout=5 -rss_limit_mb=1024)

# build TARGET...
build() {
	make -s -j"$(nproc)" -C "$SOURCE" "$@" >&2 ||
		die "the fuzz targets do not build"
}

# seeds TARGET: the corpus in the tree as files
seeds() {
	rm -rf "$OUT/$1/seeds"
	mkdir -p "$OUT/$1/seeds" "$OUT/$1/corpus"
	[ ! -e "$SOURCE/corpus/$1.hex" ] ||
		python3 "$SOURCE/corpus.py" unpack "$SOURCE/corpus/$1.hex" \
			"$OUT/$1/seeds"
}

# fuzz TARGET: leaves its log and status
fuzz() {
	local dir=$OUT/$1 status=0

	seeds "$1"
	rm -f "$dir"/{crash,leak,timeout,oom,slow-unit}-*
	timeout --kill-after=10 $((T + 60)) nice -n 19 "$OUT/bin/$1" \
		"$dir/corpus" "$dir/seeds" -max_total_time="$T" -seed="$SEED" "${LIMITS[@]}" \
		-artifact_prefix="$dir/" -print_final_stats=1 \
		>"$dir/log" 2>&1 </dev/null || status=$?
	echo $status >"$dir/status"
}

# reached TARGET: what its log says of runs, coverage and corpus
reached() {
	local runs last

	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$OUT/$1/log")
	last=$(grep -oE 'cov: [0-9]+ ft: [0-9]+ corp: [0-9]+' "$OUT/$1/log" |
		tail -n1)
	echo "${runs:-0} runs, ${last:-no coverage}"
}

report() {
	local found

	if [ "$(cat "$OUT/$1/status")" = 0 ] && grep -q '^Done [1-9]' "$OUT/$1/log"; then
		echo "ok - fuzz $1: $(reached "$1")"
		return
	fi
	grep -E 'does not hold|ERROR:|runtime error|SUMMARY:' "$OUT/$1/log" ||
		tail -n 20 "$OUT/$1/log"
	grep -m8 -E '^ +#[0-9]+ .* in .*\.[ch]:' "$OUT/$1/log" || true
	for found in "$OUT/$1"/{crash,leak,timeout,oom}-*; do
		[ ! -e "$found" ] ||
			echo "again: ${OUT#"$TOP"/}/bin/$1 ${found#"$TOP"/}"
	done
	echo "not ok - fuzz $1: $(reached "$1")"
}

fuzz_all() {
	local target running=0

	for target; do
		fuzz "$target" &
		running=$((running + 1))
		[ $running -lt "$JOBS" ] || { wait -n; running=$((running - 1)); }
	done
	wait
	mkdir -p "$TOP/out/tests"
	for target; do
		report "$target"
	done | tee "$TOP/out/tests/fuzz.log"
	count_tap "$TOP/out/tests/fuzz.log"
	count_report
}

# By edges alone: the corpus is for a start, not for keeps
merge() {
	local target dir

	for target; do
		dir=$OUT/$target
		seeds "$target"
		rm -rf "$dir/merged"
		mkdir "$dir/merged"
		"$OUT/bin/$target" -merge=1 -use_counters=0 "${LIMITS[@]}" \
			"$dir/merged" "$dir/seeds" "$dir/corpus" >"$dir/log" 2>&1
		python3 "$SOURCE/corpus.py" pack "$dir/merged" \
			"$SOURCE/corpus/$target.hex"
	done
}

main() {
	local run=fuzz_all

	[ "${1:-}" != merge ] || { run=merge; shift; }
	"$SCRIPTS/setup.sh"
	# shellcheck disable=SC2046
	[ $# -gt 0 ] || set -- $(make -s -C "$SOURCE" list)
	build "$@"
	$run "$@"
}

main "$@"
