# SPDX-License-Identifier: GPL-2.0
# Scenarios that take turns in one guest, as a boot takes longer than some of
# them. Each has a log, a kernel's log and a verdict of its own; after one that
# hangs, dies or leaves something behind the others get a fresh guest.
# Sourced by run-tests.sh.
# shellcheck shell=bash

# Seconds in which a guest that has nothing to do must be gone
PARTING=60
# Seconds in which it must have booted, which is no scenario's time
BOOTING=300

# turns_play FILE...
turns_play() {
	while [ $# -gt 0 ]; do
		turns_boot "$@"
		shift "$TURNS_DONE"
	done
}

# turns_boot FILE...: as many as one guest takes, TURNS_DONE
turns_boot() {
	local file timeout=0

	GUEST_OUT=$TOP/out/tests/$BED/guest
	GUEST_LINE=1
	TURNS_DONE=0
	rm -rf "$GUEST_OUT"
	mkdir -p "$GUEST_OUT"
	mkfifo "$GUEST_OUT/said"
	for file; do
		timeout=$((timeout + $(setting "$file" timeout 120)))
	done
	"$SCRIPTS/vm/run.sh" --bed "$BED" --out "$GUEST_OUT" --cpus "$CPUS" \
		--timeout $((BOOTING + timeout + PARTING)) -- \
		"$SCRIPTS/vm/turns.sh" "$@" \
		</dev/null >"$GUEST_OUT/said" 2>&1 &
	GUEST=$!
	exec {GUEST_SAID}<"$GUEST_OUT/said"
	for file; do
		TURNS_DONE=$((TURNS_DONE + 1))
		turn "$file" $TURNS_DONE $#
		[ -n "$GUEST" ] || break
	done
	exec {GUEST_SAID}<&-
}

# turn FILE N OF: there is no GUEST afterwards when it is gone or was the last's
turn() {
	local file=$1 n=$2 out start=$SECONDS status=0

	out=$TOP/out/tests/$BED/$(basename "$file" .sh)
	turn_follow "$n" "$(setting "$file" timeout 120)" >"$out.log" ||
		status=$?
	if [ $status -eq 124 ] || [ $status -eq 125 ] ||
		[ -n "$TURN_LAST" ] || [ "$n" -eq "$3" ]; then
		guest_end $status || status=124
	fi
	turn_files "$n" "$out"
	[ $status -ne 124 ] ||
		tail -n 60 "$out/console" | tr -d '\r' >>"$out.log"
	splat_check "$out/console" >>"$out.log" || [ $status -ne 0 ] ||
		status=126
	conclude "$out" $status $((SECONDS - start))
	settle "$file"
}

# turn_follow N SECONDS: hands on what the guest says in turn N; the scenario's
# status, 124 when it took too long, 125 when the guest ended; TURN_LAST when
# nothing may follow. The time of the scenario begins with it, not with the boot
# of its guest, which has as much.
turn_follow() {
	local deadline=$((SECONDS + BOOTING)) line status

	TURN_LAST=
	while [ $SECONDS -lt $deadline ]; do
		status=0
		IFS= read -r -t $((deadline - SECONDS)) -u "$GUEST_SAID" line ||
			status=$?
		case $line in
		"@@ turn $1 begins")
			deadline=$((SECONDS + $2))
			continue
			;;
		*"@@ turn $1 ends "*)
			printf '%s' "${line%@@ turn*}"
			line=${line##* ends }
			[ "$line" = "${line% last}" ] || TURN_LAST=1
			return "${line% last}"
			;;
		esac
		[ -z "$line" ] && [ $status -ne 0 ] || printf '%s\n' "$line"
		[ $status -eq 0 ] || [ $status -gt 128 ] || return 125
	done
	return 124
}

# guest_end STATUS: waits for it, if it did not hang; fails if it hangs now
guest_end() {
	local hangs=0

	if [ "$1" -eq 124 ] ||
		! timeout "$PARTING" cat <&"$GUEST_SAID" >/dev/null; then
		hangs=1
		kill "$GUEST"
	fi
	wait "$GUEST" || true
	GUEST=
	[ $hangs -eq 0 ]
}

# turn_files N DIR: what the scenario and the kernel wrote meanwhile; of a guest
# that is gone all the rest
turn_files() {
	local end='' waited=0

	rm -rf "$2"
	mv "$GUEST_OUT/$1" "$2" 2>/dev/null || mkdir -p "$2"
	while [ -n "$GUEST" ] && [ -z "$end" ] && [ $waited -lt 600 ]; do
		end=$(sed -n "/turn $1 ends/{=;q}" "$GUEST_OUT/console")
		waited=$((waited + 1))
		[ -n "$end" ] || sleep 0.1
	done
	sed -n "$GUEST_LINE,${end:-\$}p" "$GUEST_OUT/console" >"$2/console"
	GUEST_LINE=$((${end:-0} + 1))
}
