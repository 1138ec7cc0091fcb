#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Shows a failover on a stock Debian 6.1 kernel: demo.sh [figure6|linkdown|qos]
#
# figure6 replays the published experiment, linkdown takes the interface that
# holds the address, then its cable. qos has a voice flow whose line dies and
# whose backup is full, with classes of service and without. Results are in
# out/demo; KEEP=1 also keeps a capture of every link there (not of qos).
# BED=uml shows qos in the debug kernel, whose clock does not see how busy this
# machine is.
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/demo/plot.sh"

SCENARIO=${1:-figure6}
BED=${BED:-qemu}
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
	local kernel=qemu-6.1

	[ "$BED" = qemu ] || kernel=uml-debug
	note "building the module for the kernel of $kernel, and shim6ctl"
	SHIM6_KO=$("$SCRIPTS/build.sh" $kernel)/module/shim6.ko
	export SHIM6_KO
	make -s -C "$TOP/shim6ctl"
}

experiment() {
	local status=0 guest=("$SCRIPTS/demo/guest.sh" "$SCENARIO") clock=()

	[ "$SCENARIO" != qos ] || guest=("$SCRIPTS/demo/qos.sh")
	[ "$BED" = qemu ] || clock=(--virtual-time)
	rm -rf "$RESULTS"
	mkdir -p "$RESULTS"
	note "booting the kernel, $BED"
	"$SCRIPTS/vm/run.sh" --bed "$BED" --cpus 2 --timeout 1800 "${clock[@]}" \
		--out "$RESULTS" -- "${guest[@]}" </dev/null | show || status=$?
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

# The two runs of qos, each judged on its own
result_qos() {
	local kind status=0

	for kind in policy port; do
		"$SCRIPTS/voice.py" plot "$RESULTS/$kind"
		"$SCRIPTS/voice.py" judge "$RESULTS/$kind" $kind \
			>"$RESULTS/$kind/verdict"
		! grep '^not ok' "$RESULTS/$kind/verdict" || status=1
	done
	"$SCRIPTS/voice.py" table "$RESULTS"/{policy,port}
	echo "limits: $(cat "$RESULTS"/*/verdict | grep -c '^ok') kept," \
		"$(cat "$RESULTS"/*/verdict | grep -c '^not ok') not"
	plot_voice "$OUT/qos.svg" "$RESULTS"/{policy,port}
	echo "figure: $OUT/qos.svg"
	echo "data:   $OUT/qos.json"
	return $status
}

main() {
	case $SCENARIO in
	figure6 | linkdown | qos) ;;
	*) die "no such scenario: $SCENARIO (figure6, linkdown or qos)" ;;
	esac
	[ "$BED" = qemu ] || { [ "$BED" = uml ] && [ "$SCENARIO" = qos ]; } ||
		die "no such bed for $SCENARIO: $BED"
	"$SCRIPTS/setup.sh"
	build
	experiment
	if [ "$SCENARIO" = qos ]; then
		result_qos
	else
		result
	fi
}

main
