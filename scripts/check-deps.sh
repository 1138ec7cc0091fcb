#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Do the includes of module/ point down? Fails on one that points up, on a
# file that has no level, and on a header the pure core must not see.
#
#   scripts/check-deps.sh [DIRECTORY]
set -u
source "$(dirname "$0")/common.sh"

DIR=${1:-$TOP/module}

# Sideways is allowed, up is not. Control (4) and packets (3) never meet.
declare -A LEVEL
level() {
	local n=$1 unit
	shift
	for unit; do LEVEL[$unit]=$n; done
}
level 0 shim6 octets wire hash hba cookie params locset explore step fsm \
	update dispatch reap proto
level 1 stats ctx table peer net
level 2 local timer engine turn bury xmit trigger policy addrwatch kick
level 3 payload hooks egress input answer icmp offload
level 4 event uapi chardev sysfs procfs
level 5 main netns

# Includable by all but the pure core, and itself above nothing
ANYWHERE='compat trace version'

# The one door upwards: the engine tells, and does not know who listens
DOOR=event

# All that the pure core may take from the kernel
PURE='linux/align.h linux/bitops.h linux/bits.h linux/bug.h
	linux/build_bug.h linux/compiler.h linux/errno.h linux/in6.h
	linux/kernel.h linux/limits.h linux/log2.h linux/math.h
	linux/math64.h linux/minmax.h linux/overflow.h linux/siphash.h
	linux/stddef.h linux/string.h linux/types.h
	asm/barrier.h asm/byteorder.h'
# The kernel's side of hash.h; user space has its own
PURE_HASH='linux/err.h crypto/hash.h'

bad=0
complain() {
	echo "$*"
	bad=1
}

has_word() {
	local word=$1 list=$2
	[[ " $(echo $list) " == *" $word "* ]]
}

includes() { # FILE OPENING CLOSING
	sed -n "s/^[ \t]*#[ \t]*include[ \t]*$2\([^$3]*\)$3.*/\1/p" "$1"
}

check_own() { # FILE UNIT LEVEL
	local file=$1 from=$3 inc unit to
	for inc in $(includes "$file" '"' '"'); do
		unit=$(basename "${inc%.h}")
		if has_word "$unit" "$ANYWHERE"; then
			[ "$from" -gt 0 ] || complain "$file: the pure core includes $inc"
			continue
		fi
		to=${LEVEL[$unit]:-}
		if [ -z "$to" ]; then
			complain "$file: $inc has no level"
		elif [ "$unit" = "$DOOR" ] && [ "$from" -ge 2 ]; then
			continue
		elif [ "$to" -gt "$from" ]; then
			complain "$file: level $from includes $inc of level $to"
		elif [ "$from" -eq 4 ] && [ "$to" -eq 3 ]; then
			complain "$file: control includes $inc of the packet path"
		fi
	done
}

check_pure() { # FILE
	local file=$1 inc allowed=$PURE
	[ "$(basename "$file")" = hash.c ] && allowed="$PURE $PURE_HASH"
	for inc in $(includes "$file" '<' '>'); do
		has_word "$inc" "$allowed" ||
			complain "$file: the pure core includes <$inc>"
	done
}

check_file() { # FILE
	local file=$1 unit
	unit=$(basename "$file")
	unit=${unit%.[ch]}
	# Kbuild's own, or ours for everyone
	case $unit in *.mod | compat | version | trace) return ;; esac
	if [ -z "${LEVEL[$unit]:-}" ]; then
		complain "$file: has no level"
		return
	fi
	check_own "$file" "$unit" "${LEVEL[$unit]}"
	[ "${LEVEL[$unit]}" -ne 0 ] || check_pure "$file"
}

shopt -s nullglob
files=("$DIR"/*.[ch])
[ ${#files[@]} -gt 0 ] || die "no source in $DIR"
for file in "${files[@]}"; do
	check_file "$file"
done
[ $bad -eq 0 ] && echo "check-deps: ${#files[@]} files, all includes point down"
exit $bad
