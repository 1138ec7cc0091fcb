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

SCENARIO=${1:-figure6}
OUT=$TOP/out/demo

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

# plot TERMINAL OUTPUT-SETTING
plot() {
	gnuplot <<-EOF
		set terminal $1
		$2
		set title "$SCENARIO: TCP throughput at the receiver"
		set xlabel "time in s"
		set ylabel "Mbit/s"
		set yrange [0:*]
		set key top left
		plot "$OUT/run/plot" using 1:4 with lines title "sum", \
		     "" using 1:2 with lines title "session 1", \
		     "" using 1:3 with lines title "session 2"
	EOF
}

main() {
	local build status=0

	case $SCENARIO in
	figure6 | linkdown) ;;
	*) die "no such scenario: $SCENARIO (figure6 or linkdown)" ;;
	esac
	"$SCRIPTS/setup.sh"
	note "building the module for Debian's 6.1 kernel, and shim6ctl"
	build=$("$SCRIPTS/build.sh" qemu-6.1)
	make -s -C "$TOP/shim6ctl"
	rm -rf "$OUT/run"
	mkdir -p "$OUT/run"
	note "booting the kernel in QEMU"
	SHIM6_KO=$build/module/shim6.ko "$SCRIPTS/vm/run.sh" --bed qemu \
		--cpus 2 --timeout 400 --out "$OUT/run" \
		-- "$SCRIPTS/demo/guest.sh" "$SCENARIO" | show || status=$?
	[ $status -eq 0 ] || die "the experiment failed, its kernel's log is in $OUT/run/console"
	/usr/bin/python3 "$SCRIPTS/demo/figure.py" "$OUT/run" "$SCENARIO" \
		"$OUT" | tee "$OUT/run/table" || status=$?
	plot "svg size 800,480 background 'white'" \
		"set output '$OUT/$SCENARIO.svg'"
	plot "dumb size 79,22" ""
	echo "figure: $OUT/$SCENARIO.svg"
	echo "data:   $OUT/$SCENARIO.json"
	[ $status -eq 0 ] || die "a session was lost, or the control lost none"
}

main
