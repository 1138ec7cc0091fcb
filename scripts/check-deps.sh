#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The direction of the module's dependencies: an include points down or
# sideways, never up; the pure core knows no packet, lock, clock or socket.
# Prints what breaks this.
set -euo pipefail

MODULE=$(cd "$(dirname "$0")/../module" && pwd)

# level: its files. A file that is in no level is an error, too.
LEVELS="
0 shim6 octets wire locset explore fsm blame reap probes update params cookie hash
0 der hba cga auth proto step dispatch wish sockval request version qos marking
0 share pace police question rtt rule prefix refusal
1 stats net own ctx table peer trace drop service
2 spread recover guard
2 timer engine turn bury keyring verify trigger policy addrwatch nudwatch
2 identity signer local xmit kick event fork prefs sleepwatch sockets accepted
2 early handover precedence
3 payload egress hooks input answer icmp offload
4 uapi chardev sysfs procfs sockopt sockask sockwish qosctl
5 main netns
"
declare -A LEVEL
BROKEN=0

broken() {
	echo "$*"
	BROKEN=1
}

levels_read() {
	local level names name

	while read -r level names; do
		for name in $names; do
			LEVEL[$name]=$level
		done
	done <<<"$LEVELS"
}

# allowed FROM TO: by their levels. Control (4) never reaches into packets (3).
allowed() {
	local from=${LEVEL[$1]} to=${LEVEL[$2]}

	[ "$to" -le "$from" ] && [ "$from$to" != 43 ]
}

# What the pure core must do without.
IMPURE='<net/|<linux/(skbuff|spinlock|mutex|hrtimer|timer|ktime|random|netdevice|rcupdate|workqueue)'

check_file() {
	local file=$1 name include target

	name=$(basename "$file" | sed 's/\..*//')
	if [ -z "${LEVEL[$name]:-}" ]; then
		broken "$file: in no level, add it to $(basename "$0")"
		return
	fi
	while read -r include; do
		target=${include%.h}
		case $target in
		compat)
			[ "${file##*.}" = c ] ||
				broken "$file: only a .c file includes compat.h"
			;;
		*)
			[ -n "${LEVEL[$target]:-}" ] && allowed "$name" "$target" ||
				broken "$file: includes $include, which is above it"
			;;
		esac
	done < <(sed -n 's/^#include "\([^"/]*\)"$/\1/p' "$file")
	[ "${LEVEL[$name]}" -ne 0 ] || ! grep -HnE "^#include ($IMPURE)" "$file" ||
		broken "$file: the core is pure"
}

levels_read
for file in "$MODULE"/*.[ch]; do
	[ "$(basename "$file")" = compat.h ] || check_file "$file"
done
exit $BROKEN
