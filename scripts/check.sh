#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every test there is: "make check". Goes through all stages, says how long
# each took, and closes with the sum. STAGES="static kunit ..." picks some, in
# the order in which they are named.
# With CI=true a test that is skipped has failed.
set -uo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"

STAGES=${STAGES:-kernels module static user kunit packages fuzz virtual real coverage conformance}
# Stages that no clock judges, and during which: they take what those leave of
# the processors
declare -A BESIDE=([static]="user kunit packages")
# The one that runs like that now, and its process
BEHIND='' BEHIND_PID=''
# What a stage left: NAME.n its count, NAME.end its status and seconds,
# NAME.log its output
LEFT=$(mktemp -d)
TIMES=()
STARTED=$EPOCHSECONDS
[ "${CI:-}" != true ] || export SHIM6_NO_SKIP=1

# stage NAME
stage() {
	printf '\n### %s\n' "$1"
	stage_run "$1" 2>&1 | tee "$LEFT/$1.log"
	stage_count "$1"
}

# A shell of its own, so that a stage counts for itself.
stage_run() {
	local status=0 start=$SECONDS

	(
		PASSED=0 FAILED=0 SKIPPED=0
		export SHIM6_COUNT_FILE=$LEFT/$1.n
		"stage_$1" </dev/null
	) || status=$?
	echo "$status $((SECONDS - start))" >"$LEFT/$1.end"
}

# stage_count NAME: one that fails without saying what counts as one
stage_count() {
	local status=1 seconds=0 failed=$FAILED

	read -r status seconds <"$LEFT/$1.end"
	[ ! -s "$LEFT/$1.n" ] || count_add "$LEFT/$1.n"
	if [ "$status" -ne 0 ] && [ "$FAILED" -eq "$failed" ]; then
		echo "not ok - $1 ended with status $status" |
			tee -a "$LEFT/$1.log"
		FAILED=$((FAILED + 1))
	fi
	TIMES+=("$(printf '%-8s %5d s%s' "$1" "$seconds" "${2:+, $2}")")
}

# behind_begin NAME: a group of processes, which is gone when we are
behind_begin() {
	BEHIND=$1
	set -m
	{
		renice -n 10 "$BASHPID" >/dev/null
		stage_run "$1"
	} >"$LEFT/$1.log" 2>&1 &
	set +m
	BEHIND_PID=$!
}

# Its output comes when it has ended.
behind_end() {
	[ -n "$BEHIND" ] || return 0
	wait "$BEHIND_PID"
	printf '\n### %s\n' "$BEHIND"
	cat "$LEFT/$BEHIND.log"
	stage_count "$BEHIND" "beside ${BESIDE[$BEHIND]}"
	BEHIND=''
}

leave() {
	[ -z "$BEHIND" ] || kill -- "-$BEHIND_PID" 2>/dev/null
	rm -rf "$LEFT"
}

# is_beside NAME OTHER: may OTHER run while NAME does
is_beside() {
	[[ " ${BESIDE[${1:-none}]:-} " == *" ${2:-none} "* ]]
}

stage_setup() {
	"$SCRIPTS/setup.sh"
}

stage_kernels() {
	local name

	for name in uml-debug stock-6.1 stock-6.12 stock-new; do
		"$SCRIPTS/kernel.sh" "$name" >/dev/null || return 1
	done
	# The systems that packages are built and installed on
	"$SCRIPTS/packages.sh" --prepare
}

# What kunit and the scenarios run is built in a clean folder, once.
stage_module() {
	"$SCRIPTS/static.sh" module
}

stage_static() {
	"$SCRIPTS/static.sh" rest
}

# The tests of what needs no kernel: make targets which close with a count.
stage_user() {
	local log

	log=$(mktemp)
	user_tests kunit/user "$log"
	user_tests shim6ctl "$log" check
	mkdir -p "$TOP/out/tests"
	cp "$log" "$TOP/out/tests/shim6ctl.log"
	simulation "$log"
	counted scripts/wireshark "$log" "$SCRIPTS/wireshark/test.py"
	counted man "$log" "$SCRIPTS/manual-check.py"
	rm -f "$log"
	count_report
}

# simulation LOG: hosts on a virtual clock, one result for all the runs
simulation() {
	local runs=20000

	echo "== simulation, $runs runs"
	if timeout --kill-after=10 600 make -s -C "$TOP/kunit/user" sim \
		RUNS=$runs >"$1" 2>&1 && grep -q "^$runs passed, 0 failed" "$1"; then
		grep -E 'runs,|in confusion' "$1" || true
		echo "ok - endpoints agree in every run"
		count 1 0
		return
	fi
	tail -n 40 "$1"
	echo "not ok - endpoints agree in every run (a seed replays its run)"
	count 0 1
}

# user_tests DIR LOG [TARGET]: the tests of a folder with a Makefile
user_tests() {
	counted "$1" "$2" make -s -j"$(nproc)" -C "$TOP/$1" ${3:+"$3"}
}

# counted WHAT LOG COMMAND...: only what failed is shown
counted() {
	local what=$1 log=$2 line status=0

	shift 2
	echo "== $what"
	timeout --kill-after=10 1200 "$@" >"$log" 2>&1 || status=$?
	[ $status -lt 124 ] || echo "not ok - killed, it took too long" >>"$log"
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n1)
	if [ -z "$line" ]; then
		tail -n 40 "$log"
		FAILED=$((FAILED + 1))
		return
	fi
	count_line "$line"
	if [ $status -ne 0 ]; then
		not_ok "$log"
		tail -n 20 "$log" | grep -vE '^ *(not ok|ok|#)'
		[ "$FAILED" -gt 0 ] || FAILED=1
	fi
	echo "$line"
}

# A minute of wall time for all targets together, on a way that is known: who
# looks for new ones says "make fuzz".
stage_fuzz() {
	T=60 JOBS=99 SEED=1 "$SCRIPTS/fuzz.sh"
}

stage_kunit() {
	"$SCRIPTS/kunit.sh"
}

# Scenarios that skip idle time: they keep the processors busy.
stage_virtual() {
	"$SCRIPTS/run-tests.sh" --bed uml --clock virtual
}

stage_packages() {
	"$SCRIPTS/packages.sh"
}

# packaged_module KERNEL: the module that DKMS just built, in the bed of the
# kernel it is for
packaged_module() {
	local file=$TOP/out/packages/shim6-$1.ko

	[ ! -e "$file" ] || [ "$(stat -c %Y "$file")" -lt "$STARTED" ] ||
		echo "$file"
}

# bed DIR NAME ARGUMENTS...: scenarios in a bed, their count and log in DIR
bed() {
	SHIM6_COUNT_FILE=$1/$2.n "$SCRIPTS/run-tests.sh" --bed "$2" "${@:3}" \
		>"$1/$2.log" 2>&1
}

# Those of the debug kernel, then the other kernels that packages are for, and
# what a kernel has to show: a failure that is survived, every command, traffic
# control as it is there, and what becomes of a class.
beds_beside() {
	local name status=0

	bed "$1" uml --clock real || status=1
	for name in 6.12 new; do
		SHIM6_MODULE=$(packaged_module $name) \
			bed "$1" qemu-$name failover-silent smoke \
				qos-stock qos-path qos-failover-short || status=1
	done
	return $status
}

# Those that wait for a real clock: one guest beside another.
stage_real() {
	local dir file status=0

	dir=$(mktemp -d)
	beds_beside "$dir" &
	SHIM6_MODULE=$(packaged_module 6.1) SHIM6_COUNT_FILE=$dir/qemu.n \
		"$SCRIPTS/run-tests.sh" --bed qemu || status=1
	wait $! || status=1
	for file in "$dir"/*; do
		case $file in
		*.n) count_add "$file" ;;
		*) cat "$file" ;;
		esac
	done
	rm -rf "$dir"
	count_report || status=1
	return $status
}

# What KUnit and the scenarios have just run of the module.
stage_coverage() {
	"$SCRIPTS/coverage.sh" --judge "$STARTED"
}

# Every requirement, and every system of the survey, has a test that ran just
# now. STAGES without those that run them cannot show much.
stage_conformance() {
	rows_shown "every row of the RFCs is accounted for"
	rows_shown "every row of the survey is accounted for" qos
	count_report
}

# rows_shown WHAT [WHICH]
rows_shown() {
	local log

	log=$(mktemp)
	if "$SCRIPTS/conformance.py" ${2:+"$2"} "$STARTED" >"$log"; then
		echo "ok - $1"
		count 1 0
	else
		grep -E 'NOT SHOWN|is no row' "$log"
		echo "not ok - $1"
		count 0 1
	fi
	tail -n 1 "$log"
	rm -f "$log"
}

# not_ok FILE [PREFIX]: what failed, and the remarks that say why
not_ok() {
	awk -v prefix="${2:-}" '
		/^ *not ok/ { why = 12; if (++n <= 20) print prefix $0; next }
		/^ *#/ && why-- > 0 { if (n <= 20) print; next }
		{ why = 0 }
		END { if (n > 20) print prefix "and " n - 20 " more" }
	' "$1"
}

# Once more at the end: who sees no more than the end of a long output has to
# know, too.
failures() {
	local log

	for log in "$LEFT"/*.log; do
		not_ok "$log" "$(basename "$log" .log): "
	done
}

main() {
	local names name next

	trap leave EXIT
	trap 'exit 130' INT TERM HUP
	stage setup
	read -r -d '' -a names <<<"$STAGES" || true
	for next in "${!names[@]}"; do
		name=${names[next]}
		is_beside "$BEHIND" "$name" || behind_end
		if is_beside "$name" "${names[next + 1]:-}"; then
			behind_begin "$name"
		else
			stage "$name"
		fi
	done
	behind_end
	if [ "$FAILED" -gt 0 ]; then
		printf '\n### what failed\n'
		failures
	fi
	printf '\n### time\n'
	printf '%s\n' "${TIMES[@]}" "$(printf '%-8s %5d s' all "$SECONDS")"
	if [ -n "${SHIM6_NO_SKIP:-}" ] && [ $SKIPPED -gt 0 ]; then
		echo "not ok - $SKIPPED tests were skipped, none may be"
		FAILED=$((FAILED + 1))
	fi
	count_report
}

main
