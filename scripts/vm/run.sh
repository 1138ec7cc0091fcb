#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boots a kernel and runs one command in it, as root, in this tree:
#
#   run.sh --bed BED [--cpus N] [--mem MIB] [--timeout S] [--out DIR]
#          [--guests 2] [--no-leak-check] [--virtual-time]
#          [--count-instructions] -- COMMAND...
#
# BED is uml-debug (or uml), uml-plain, qemu (or qemu-6.1), qemu-6.12 or
# qemu-new, the newest kernel in Debian. The guest sees the host's files,
# read-only under a throw-away layer; what it writes into DIR stays. The
# command's output is ours, as is its exit status; 124 says that the guest was
# killed because it took too long, 125 that it died, 126 that the kernel
# complained in its log (DIR/console). User Mode Linux has one processor, and
# can skip the time in which nothing happens. QEMU can give its guest a clock
# that goes on by a nanosecond with each instruction of its one processor: what
# something costs is then the same whenever it is asked.
#
# Two guests of User Mode Linux run the same command, each with a kernel of its
# own: SHIM6_GUEST is near in the one and far in the other, which writes into
# DIR/far. A line of octets joins them, SHIM6_LINE; scripts/guests.sh makes
# cables of it.
set -euo pipefail

. "$(dirname "$0")/../common.sh"
. "$SCRIPTS/vm/uml.sh"
. "$SCRIPTS/vm/qemu.sh"
. "$SCRIPTS/vm/splat.sh"

BED=
CPUS=1
MEM=1024
TIMEOUT=300
OUT=
GUESTS=1
VIRTUAL_TIME=
COUNT_INSTRUCTIONS=
LEAK_CHECK=1
GUEST_PID=
# Each guest, and where its files go
PIDS=()
OUTS=()
# Where the line between two guests is
LINES_DIR=
# Seconds that the second of two guests may take longer than the first: each
# looks for leaks at its end
PARTING=180

usage() {
	sed -n '6,8s/^#   //p' "$0" >&2
	exit 2
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--bed) BED=$2 ;;
		--cpus) CPUS=$2 ;;
		--mem) MEM=$2 ;;
		--timeout) TIMEOUT=$2 ;;
		--out) OUT=$2 ;;
		--guests) GUESTS=$2 ;;
		--no-leak-check)
			LEAK_CHECK=
			shift
			continue
			;;
		--virtual-time)
			VIRTUAL_TIME=1
			shift
			continue
			;;
		--count-instructions)
			COUNT_INSTRUCTIONS=1
			shift
			continue
			;;
		--)
			shift
			COMMAND=("$@")
			break
			;;
		*) usage ;;
		esac
		shift 2
	done
	[ -n "$BED" ] && [ ${#COMMAND[@]} -gt 0 ] || usage
	[ "$GUESTS" = 1 ] || [ "$GUESTS" = 2 ] || usage
	# Clocks that jump do not jump together.
	[ "$GUESTS" = 1 ] || [ -z "$VIRTUAL_TIME" ] || usage
	[ "$GUESTS" = 1 ] || [[ $BED == uml* ]] || usage
	[ -z "$COUNT_INSTRUCTIONS" ] || [[ $BED == qemu* && $CPUS = 1 ]] ||
		usage
}

# The guest reads what to do from a file: a kernel command line is too short
# and too fragile for it.
write_job() {
	local name

	{
		for name in "${!SHIM6_@}" CI KEEP NO_COLOR; do
			[ -z "${!name+x}" ] || printf 'export %s=%q\n' "$name" "${!name}"
		done
		printf 'export SHIM6_BED=%q SHIM6_OUT=%q SHIM6_TOP=%q\n' \
			"$BED" "$OUT" "$TOP"
		printf 'MODULES=%q\nLEAK_CHECK=%q\n' "$MODULES" "$LEAK_CHECK"
		printf 'COMMAND=('
		printf ' %q' "${COMMAND[@]}"
		printf ' )\n'
	} >"$OUT/job"
}

# boot ROLE DIR: one guest, whose files go to DIR
boot() {
	local SHIM6_GUEST=$1 OUT=$2 LINE=${LINES_DIR:+$LINES_DIR/$1}

	mkdir -p "$OUT"
	rm -rf "$OUT/status" "$OUT/gcov" "$OUT/ready"
	: >"$OUT/console"
	write_job
	"${BED%%-*}_boot"
	PIDS+=("$GUEST_PID")
	OUTS+=("$OUT")
}

# The line between two guests: what one writes the other reads.
line_lay() {
	LINES_DIR=$(mktemp -d)
	mkfifo "$LINES_DIR/near.in" "$LINES_DIR/near.out"
	ln -s near.out "$LINES_DIR/far.in"
	ln -s near.in "$LINES_DIR/far.out"
}

boot_all() {
	[ "$GUESTS" = 1 ] || line_lay
	boot near "$OUT"
	[ "$GUESTS" = 1 ] || boot far "$OUT/far"
}

kill_guests() {
	local pid

	for pid in "${PIDS[@]}"; do
		# One that was just started has no group yet
		kill -KILL -- "-$pid" 2>/dev/null ||
			kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

cleanup() {
	kill_guests
	rm -rf ${SCRATCH:+"$SCRATCH"} ${LINES_DIR:+"$LINES_DIR"}
}

# How many guests run
guests_alive() {
	local pid

	ALIVE=0
	for pid in "${PIDS[@]}"; do
		! kill -0 "$pid" 2>/dev/null || ALIVE=$((ALIVE + 1))
	done
	[ $ALIVE -gt 0 ]
}

# Waits for the guests, no longer than they may take; what one of two lives
# longer than the other is little. Fails if none came to an end.
wait_guests() {
	local deadline=$((SECONDS + TIMEOUT)) alone=

	while guests_alive; do
		if [ -z "$alone" ] && [ $ALIVE -lt "$GUESTS" ]; then
			alone=1
			deadline=$((SECONDS + PARTING))
		fi
		if [ $SECONDS -ge $deadline ]; then
			kill_guests
			[ -n "$alone" ]
			return
		fi
		sleep 0.1
	done
}

# show_console DIR WHY
show_console() {
	echo "--- the last lines of the console ($2)"
	tail -n 60 "$1/console" | tr -d '\r'
	echo "---"
}

# verdict_of DIR: of one guest
verdict_of() {
	local status

	if [ ! -s "$1/status" ]; then
		show_console "$1" "the guest died"
		return 125
	fi
	status=$(cat "$1/status")
	if ! splat_check "$1/console"; then
		[ "$status" -ne 0 ] || status=126
	fi
	return "$status"
}

# Of all of them; the first that is not good counts.
verdict() {
	local dir status=0 one

	for dir in "${OUTS[@]}"; do
		one=0
		verdict_of "$dir" || one=$?
		[ $status -ne 0 ] || status=$one
	done
	return $status
}

main() {
	SCRATCH=
	COMMAND=()
	parse "$@"
	if [ -z "$OUT" ]; then
		SCRATCH=$(mktemp -d)
		OUT=$SCRATCH
	fi
	mkdir -p "$OUT"
	OUT=$(realpath "$OUT")
	trap cleanup EXIT
	trap 'exit 130' INT TERM HUP
	case $BED in
	uml | uml-debug | uml-plain) uml_ready ;;
	qemu | qemu-6.1 | qemu-6.12 | qemu-new) qemu_ready ;;
	*) usage ;;
	esac
	boot_all
	if ! wait_guests; then
		show_console "$OUT" "killed after $TIMEOUT s"
		return 124
	fi
	verdict
}

main "$@"
