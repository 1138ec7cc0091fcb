#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs scenarios in freshly booted guests:
#
#   run-tests.sh --bed BED [--clock real|virtual] [NAME...]
#
# BED is uml, qemu, qemu-6.12 or qemu-new.
#
# A scenario is scripts/tests/NAME.sh. Its head may say where and how it runs:
#   # beds: uml qemu       # timeout: 120       # clock: real
#   # guests: 2          two kernels, which guests.sh brings together (uml)
#   # when: named        only when it is named, for what takes long; after it
#                        may come the beds that this is said of
#   # boot: own          a guest of its own; others take turns in one (qemu)
#   # cpus: 1            has nothing for a second processor, which costs more
#                        than it does: emulated ones wait for each other
# User Mode Linux skips idle time unless the scenario wants the real clock;
# scenarios that do not run side by side. SHIM6_MODULE names a module that was
# built elsewhere, for the kernel of the bed; SHIM6_CPUS gives the beds qemu-6.12
# and qemu-new more than one processor.
# What one says is in out/tests/BED/NAME.log, what its kernel said beside it.
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"
. "$SCRIPTS/vm/splat.sh"
. "$SCRIPTS/turns.sh"

usage() {
	sed -n '6s/^# *//p' "$0" >&2
	exit 2
}

# setting FILE NAME DEFAULT: a line of a scenario's head
setting() {
	local value

	value=$(sed -n "1,/^[^#]/s/^# $2: *//p" "$1" | head -n1)
	echo "${value:-$3}"
}

is_real() {
	[ "${BED%%-*}" = qemu ] || [ "$(setting "$1" clock virtual)" = real ]
}

is_for_names() {
	local when

	when=$(setting "$1" when always)
	[ "$when" != named ] || return 0
	case " ${when#named} " in
	*" $BED "*) return 0 ;;
	esac
	return 1
}

# An emulated kernel takes longer to boot than many scenarios do.
takes_turns() {
	[ "${BED%%-*}" = qemu ] && [ "$(setting "$1" boot shared)" = shared ]
}

# has_fewer FILE: than the bed has processors
has_fewer() {
	[ "$(setting "$1" cpus "$CPUS")" -lt "$CPUS" ]
}

# play FILE: one scenario into its log; its time beside it
play() {
	local file=$1 out status=0 start=$SECONDS args=()

	out=$TOP/out/tests/$BED/$(basename "$file" .sh)
	mkdir -p "$out"
	is_real "$file" || args+=(--virtual-time)
	"$SCRIPTS/vm/run.sh" --bed "$BED" --out "$out" "${args[@]}" \
		--cpus "$CPUS" \
		--timeout "$(setting "$file" timeout 120)" \
		--guests "$(setting "$file" guests 1)" \
		-- "$file" </dev/null >"$out.log" 2>&1 || status=$?
	conclude "$out" $status $((SECONDS - start))
}

# conclude OUT STATUS SECONDS: dying, hanging and complaining kernels have no
# line of their own yet
conclude() {
	case $2 in
	124) echo "not ok - hung, the guest was killed" >>"$1.log" ;;
	125) echo "not ok - the guest died" >>"$1.log" ;;
	126) echo "not ok - the kernel complained" >>"$1.log" ;;
	*)
		[ "$2" -eq 0 ] || grep -q '^not ok - ' "$1.log" ||
			echo "not ok - ended with status $2" >>"$1.log"
		;;
	esac
	grep -qE '^(ok|not ok|skip) - ' "$1.log" ||
		echo "not ok - nothing was checked" >>"$1.log"
	echo "$3" >"$1.seconds"
}

settle() {
	local out

	out=$TOP/out/tests/$BED/$(basename "$1" .sh)
	count_tap "$out.log"
	report "$(basename "$1" .sh)" "$out.log" "$(cat "$out.seconds")"
}

# A clock that only ticks while something happens does not mind a neighbour:
# such scenarios run side by side, SHIM6_JOBS of them (one for each processor).
# Those that may take longest begin, so that none of them is left over alone.
play_together() {
	local file pid width
	declare -A running=()

	width=${SHIM6_JOBS:-$(nproc)}
	for file in $(longest_first "$@"); do
		if [ ${#running[@]} -ge "$width" ]; then
			wait -n -p pid "${!running[@]}" || true
			settle "${running[$pid]}"
			unset "running[$pid]"
		fi
		play "$file" &
		running[$!]=$file
	done
	while [ ${#running[@]} -gt 0 ]; do
		wait -n -p pid "${!running[@]}" || true
		settle "${running[$pid]}"
		unset "running[$pid]"
	done
}

longest_first() {
	local file

	for file; do
		printf '%s %s\n' "$(setting "$file" timeout 120)" "$file"
	done | sort -k1,1nr -k2,2 | cut -d' ' -f2-
}

stop_jobs() {
	local pids

	pids=$(jobs -p)
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill $pids 2>/dev/null || true
}

# All of it when something is wrong, else the results only.
report() {
	printf '== %s (%s), %d s\n' "$1" "$BED" "$3"
	if grep -q '^not ok - ' "$2"; then
		cat "$2"
	else
		grep -E '^(ok|skip) - ' "$2" || true
	fi
}

prepare() {
	case $BED in
	uml) CPUS=1 KERNEL=uml-debug ;;
	qemu) CPUS=2 KERNEL=qemu-6.1 ;;
	# One processor costs less, and is safe: a new kernel that changes its code
	# while another emulated one runs it is stopped by its own traps at times
	qemu-6.12 | qemu-new) CPUS=${SHIM6_CPUS:-1} KERNEL=$BED ;;
	*) usage ;;
	esac
	make -s -C "$TOP/shim6ctl" >&2
	SHIM6_KO=${SHIM6_MODULE:-}
	[ -n "$SHIM6_KO" ] ||
		SHIM6_KO=$("$SCRIPTS/build.sh" "$KERNEL")/module/shim6.ko
	export SHIM6_KO
}

main() {
	local file named='' alone=() together=() turns=() slim=()

	[ $# -ge 2 ] && [ "$1" = --bed ] || usage
	BED=$2
	shift 2
	CLOCK=
	if [ "${1:-}" = --clock ] && [ $# -ge 2 ]; then
		CLOCK=$2
		[ "$CLOCK" = real ] || [ "$CLOCK" = virtual ] || usage
		shift 2
	fi
	prepare
	if [ $# -gt 0 ]; then
		named=1
		set -- "${@/#/$SCRIPTS/tests/}"
		set -- "${@/%/.sh}"
	else
		set -- "$SCRIPTS"/tests/*.sh
	fi
	trap stop_jobs EXIT
	for file; do
		[ -r "$file" ] || die "no such scenario: $file"
		case " $(setting "$file" beds "uml qemu") " in
		*" ${BED%%-*} "*) ;;
		*) continue ;;
		esac
		[ -n "$named" ] || ! is_for_names "$file" || continue
		if takes_turns "$file" && has_fewer "$file"; then
			slim+=("$file")
		elif takes_turns "$file"; then
			turns+=("$file")
		elif is_real "$file"; then
			alone+=("$file")
		else
			together+=("$file")
		fi
	done
	[ "$CLOCK" != real ] || together=()
	[ "$CLOCK" != virtual ] || alone=() turns=() slim=()
	play_together "${together[@]}"
	turns_play "${turns[@]}"
	CPUS=1 turns_play "${slim[@]}"
	for file in "${alone[@]}"; do
		play "$file"
		settle "$file"
	done
	count_report
}

main "$@"
