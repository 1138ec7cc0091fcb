#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's side of run.sh, the same in every bed: guest.sh OUTPUT-DEVICE.
# Runs as process 1 with a root file system of its own; ends by power-off.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8

mounts() {
	mount -t proc none /proc
	mount -t sysfs none /sys
	mount -t debugfs none /sys/kernel/debug
	mount -t tracefs none /sys/kernel/tracing
	mkdir -p /dev/pts /dev/shm
	mount -t devpts none /dev/pts
	mount -t tmpfs none /dev/shm
	ln -sfn /proc/self/fd /dev/fd
	[ ! -c /dev/tty0 ] || stty -F /dev/tty0 raw
}

# The kernel's own modules, wherever they lie, and a kernel that does not
# hold back messages.
kernel_ready() {
	mkdir -p /lib/modules
	mount --bind "$MODULES" /lib/modules
	echo 0 >/proc/sys/kernel/printk_ratelimit
	ip link set lo up
	hostname guest
}

# Leaks are looked for twice: kmemleak does not report what is younger than
# five seconds, and drops what the second look finds a pointer to. What User Mode
# Linux takes for its own command line, by the malloc() of a program, is none.
leak_check() {
	local file=/sys/kernel/debug/kmemleak found

	[ -n "$LEAK_CHECK" ] && [ -w "$file" ] || return 0
	echo scan >"$file"
	sleep 6
	echo scan >"$file"
	found=$(awk '/^unreferenced/ { if (block !~ own) printf "%s", block
			block = "" }
		{ block = block $0 "\n" }
		END { if (block !~ own) printf "%s", block }' \
		own=uml_kmalloc "$file")
	# The log takes no more of a message
	[ -z "$found" ] || printf 'kmemleak: %.900s\n' "$found" >/dev/kmsg
}

# What gcov counted, of modules that are gone too; a link beside each file leads
# to what the compiler noted.
coverage_save() {
	local from=/sys/kernel/debug/gcov

	[ -d $from ] || return 0
	cp -r --no-dereference $from "$SHIM6_OUT/gcov"
}

main() {
	local status

	mounts 2>/dev/null
	# shellcheck source=/dev/null
	. "$SHIM6_OUT/job"
	kernel_ready
	cd "$SHIM6_TOP" || exit
	"${COMMAND[@]}"
	status=$?
	coverage_save
	leak_check
	echo $status >"$SHIM6_OUT/status"
	sync
}

exec </dev/null >"$1" 2>&1
main
exec busybox poweroff -f
