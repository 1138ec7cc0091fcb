# SPDX-License-Identifier: GPL-2.0
# Two guests with a kernel each, which run the same scenario. The near one goes
# through it; the far one does what the near one asks, with the functions that
# the scenario and its libraries gave to it. Sourced after lib.sh.
# shellcheck shell=bash

CABLES=(cable1 cable2)
# Seconds for the far guest's last word
PARTING=20

is_near() {
	[ "$SHIM6_GUEST" = near ]
}

# guests_meet: each has one end of the CABLES, still down. Comes back in the
# near guest; everything that the far one is to know has been read before.
guests_meet() {
	local cable

	mkfifo "$WORKDIR/tell" "$WORKDIR/hear"
	exec {TELL}<>"$WORKDIR/tell" {HEAR}<>"$WORKDIR/hear"
	"$SCRIPTS/vm/cable.py" "$SHIM6_LINE" "$WORKDIR/tell" "$WORKDIR/hear" \
		"${CABLES[@]}" &
	JOBS+=($!)
	for cable in "${CABLES[@]}"; do
		busywait $PATIENCE test -e "/sys/class/net/$cable" ||
			bail "no $cable at the $SHIM6_GUEST guest"
	done
	PARTINGS+=(guests_part)
	if is_near; then
		busywait $PATIENCE test -e "$SHIM6_OUT/far/ready" ||
			bail "the far guest does not come"
		return
	fi
	touch "$SHIM6_OUT/ready"
	serve
}

# far COMMAND...: in the far guest; what it says and its status
far() {
	local line

	printf '%s\n' "$(printf '%q ' "$@")" >&"$TELL"
	while IFS= read -r -t $PATIENCE line <&"$HEAR"; do
		case $line in
		=*) return "${line#=}" ;;
		*) printf '%s\n' "${line#:}" ;;
		esac
	done
	bail "the far guest does not answer to: $*"
}

# answer STATUS: to what the near guest asked
answer() {
	local said

	mapfile -t said <"$WORKDIR/said"
	{
		[ ${#said[@]} -eq 0 ] || printf ':%s\n' "${said[@]}"
		echo "=$1"
	} >&"$TELL"
}

# The far guest's life: a line is a command, its answer are lines behind a colon
# and its status.
serve() {
	local line status

	while IFS= read -r line <&"$HEAR"; do
		status=0
		eval "$line" >"$WORKDIR/said" 2>&1 </dev/null || status=$?
		answer $status
	done
}

# The far guest ends with the near one; when it ends by itself, it says why. The
# cable goes with us: the near one waits until it is answered.
guests_part() {
	local line=

	if is_near; then
		printf 'exit\n' >&"$TELL"
		until [[ $line == =* ]]; do
			IFS= read -r -t $PARTING line <&"$HEAR" || return 0
		done
	else
		answer 1
		sleep 2
	fi
}
