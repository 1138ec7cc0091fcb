# SPDX-License-Identifier: GPL-2.0
# The User Mode Linux bed of run.sh: the host's files through hostfs, kernel
# messages on stderr, the command's output on stdout.
# shellcheck shell=bash

uml_ready() {
	[ "$BED" != uml ] || BED=uml-debug
	UML_BUILD=$("$SCRIPTS/kernel.sh" "$BED")
	MODULES=$UML_BUILD/root/lib/modules
	SHIM6_LINE=/dev/tty2
	[ -n "$LEAK_CHECK" ] && [ "$BED" = uml-debug ] || LEAK_CHECK=
}

# Guest memory is a mapped file: it belongs into memory, if there is room.
uml_tmpdir() {
	local free

	free=$(df -m --output=avail /dev/shm 2>/dev/null | tail -n1)
	if [ "${free:-0}" -gt $((MEM * 2)) ]; then
		echo /dev/shm
	else
		echo /tmp
	fi
}

uml_boot() {
	local args=("mem=${MEM}M" root=/dev/root rootfstype=hostfs ro
		"init=$SCRIPTS/vm/init-uml.sh" "SHIM6_OUT=$OUT"
		con=null con0=null,fd:1 con1=null,fd:2 console=tty1 "uml_dir=$OUT/" umid=uml
		loglevel=8 panic=-1 seccomp=on
		kunit.enable=1 kunit.autorun=1)
	local in=/dev/null out=/dev/null

	# Idle time is skipped and the guest's clock does not see how busy the
	# host is: a minute of waiting passes at once, a gap is measured exactly.
	[ -z "$VIRTUAL_TIME" ] || args+=(time-travel)
	[ -z "$LINE" ] || {
		in=$LINE.in out=$LINE.out
		args+=(con2=fd:5,fd:6)
	}
	TMPDIR=$(uml_tmpdir) setsid "$UML_BUILD/linux" "${args[@]}" \
		</dev/null 2>"$OUT/console" 5<>"$in" 6<>"$out" &
	GUEST_PID=$!
}
