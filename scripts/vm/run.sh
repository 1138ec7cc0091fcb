#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boots a kernel and runs one command in it, as root, in this tree:
#
#   run.sh --bed BED [--cpus N] [--mem MIB] [--timeout S] [--out DIR]
#          [--no-leak-check] [--virtual-time] -- COMMAND...
#
# BED is uml-debug (or uml), uml-plain, qemu (or qemu-6.1) or qemu-6.12. The
# guest sees the host's files, read-only under a throw-away layer; what it
# writes into DIR stays. The command's output is ours, as is its exit status;
# 124 says that the guest was killed because it took too long, 125 that it died,
# 126 that the kernel complained in its log (DIR/console). User Mode Linux has
# one processor, and can skip the time in which nothing happens.
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
VIRTUAL_TIME=
LEAK_CHECK=1
GUEST_PID=

usage() {
	sed -n '6,7s/^#   //p' "$0" >&2
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

kill_guest() {
	[ -z "$GUEST_PID" ] || kill -KILL -- "-$GUEST_PID" 2>/dev/null || true
}

cleanup() {
	kill_guest
	[ -z "$SCRATCH" ] || rm -rf "$SCRATCH"
}

# Waits for the guest, no longer than it may take.
wait_guest() {
	local deadline=$((SECONDS + TIMEOUT))

	while kill -0 "$GUEST_PID" 2>/dev/null; do
		if [ $SECONDS -ge $deadline ]; then
			kill_guest
			wait "$GUEST_PID" 2>/dev/null || true
			return 1
		fi
		sleep 0.1
	done
	wait "$GUEST_PID" 2>/dev/null || true
}

show_console() {
	echo "--- the last lines of the console ($1)"
	tail -n 60 "$OUT/console" | tr -d '\r'
	echo "---"
}

verdict() {
	local status

	if [ ! -s "$OUT/status" ]; then
		show_console "the guest died"
		return 125
	fi
	status=$(cat "$OUT/status")
	if ! splat_check "$OUT/console"; then
		[ "$status" -ne 0 ] || status=126
	fi
	return "$status"
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
	rm -rf "$OUT/status" "$OUT/gcov"
	: >"$OUT/console"
	case $BED in
	uml | uml-debug | uml-plain) uml_ready ;;
	qemu | qemu-6.1 | qemu-6.12) qemu_ready ;;
	*) usage ;;
	esac
	write_job
	"${BED%%-*}_boot"
	if ! wait_guest; then
		show_console "killed after $TIMEOUT s"
		return 124
	fi
	verdict
}

main "$@"
