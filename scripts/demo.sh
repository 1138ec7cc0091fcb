#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Shows a failover on a stock Debian 6.1 kernel: demo.sh [figure6|linkdown]
#
# figure6 replays the published experiment, linkdown takes the interface that
# holds the address, then its cable. Results are in out/demo; KEEP=1 also keeps
# a capture of every link there.
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/demo/plot.sh"

SCENARIO=${1:-figure6}
OUT=$TOP/out/demo
RESULTS=$OUT/$SCENARIO

# Progress stays on its line where there is a terminal.
show() {
	local line n=0

	while IFS= read -r line; do
		if [ "${line:0:1}" != @ ]; then
			[ ! -t 1 ] || printf '\r\033[K'
			printf '%s\n' "$line"
		elif [ -t 1 ]; then
			printf '\r\033[K%s' "${line:1}"
		elif [ $((n++ % 10)) -eq 0 ]; then
			printf '%s\n' "${line:1}"
		fi
	done
	[ ! -t 1 ] || printf '\r\033[K'
}

build() {
	note "building the module for Debian's 6.1 kernel, and shim6ctl"
	SHIM6_KO=$("$SCRIPTS/build.sh" qemu-6.1)/module/shim6.ko
	export SHIM6_KO
	make -s -C "$TOP/shim6ctl"
}

experiment() {
	local status=0

	rm -rf "$RESULTS"
	mkdir -p "$RESULTS"
	note "booting the kernel in QEMU"
	"$SCRIPTS/vm/run.sh" --bed qemu --cpus 2 --timeout 600 \
		--out "$RESULTS" -- "$SCRIPTS/demo/guest.sh" "$SCENARIO" \
		</dev/null | show || status=$?
	[ $status -eq 0 ] ||
		die "the experiment failed, its kernel's log is $RESULTS/console"
}

result() {
	local status=0 folders=()

	/usr/bin/python3 "$SCRIPTS/demo/figure.py" "$RESULTS" "$SCENARIO" \
		"$OUT" >"$RESULTS/table" || status=$?
	[ -s "$RESULTS/table" ] || die "the results cannot be read"
	# In the order in which it happened
	case $SCENARIO in
	figure6) folders=("$RESULTS/figure6") ;;
	linkdown) folders=("$RESULTS/down" "$RESULTS/carrier") ;;
	esac
	plot_text "$SCENARIO" "${folders[@]}"
	plot_svg "$OUT/$SCENARIO.svg" "$SCENARIO" "${folders[@]}"
	cat "$RESULTS/table"
	echo "figure: $OUT/$SCENARIO.svg"
	echo "data:   $OUT/$SCENARIO.json"
	[ -z "${KEEP:-}" ] || echo "links:  $RESULTS/*/*.pcap"
	return $status
}

main() {
	case $SCENARIO in
	figure6 | linkdown) ;;
	*) die "no such scenario: $SCENARIO (figure6 or linkdown)" ;;
	esac
	"$SCRIPTS/setup.sh"
	build
	experiment
	result
}

main
