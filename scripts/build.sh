#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the module for one of the test beds in a folder of its own and prints
# that folder: uml-debug uml-plain qemu-6.1 qemu-6.12 qemu-new. With "kunit"
# behind it the unit tests too, which need a kernel of User Mode Linux. What is
# built for the newest kernel is built in a system of its release, by root.
# EXTRA goes to make as it is (EXTRA=C=2). W=1 always: what was built to look for
# warnings need not be built again to be run. FOLDER names the folder when what
# is built is another module (KCFLAGS=-D...).
set -euo pipefail

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: build.sh uml-debug|uml-plain|qemu-6.1|qemu-6.12|qemu-new" \
	"[kunit]"
BED=$1
DIR=$TOP/out/build/${FOLDER:-$BED}
PARTS=(module ${2:+kunit})
MAKE=(make)

case $BED in
uml-*)
	KDIR=$("$SCRIPTS/kernel.sh" "$BED")
	FLAGS=(ARCH=um)
	# Each test counts what it covers; scenarios take no longer for it
	[ "$BED" != uml-debug ] || FLAGS+=(GCOV_PROFILE=y)
	;;
qemu-new)
	KDIR=/usr/src/$(basename "$("$SCRIPTS/kernel.sh" headers-new)")
	FLAGS=()
	MAKE=("$SCRIPTS/pkg/inside.sh" new make)
	;;
qemu-*)
	KDIR=$("$SCRIPTS/kernel.sh" "headers-${BED#qemu-}")
	FLAGS=()
	;;
*) die "no such bed: $BED" ;;
esac

# A copy, as one folder holds the objects of one kernel only. What is different
# gets the time of now, what is not is left alone: a change is built also when
# its file is older than the objects.
sync_sources() {
	local part

	mkdir -p "$DIR"
	for part in include module kunit; do
		[ -d "$TOP/$part" ] || continue
		rsync -rlp --checksum --delete --exclude='*.o' --exclude='*.ko' \
			--exclude='*.gcno' --exclude='*.mod*' --exclude='.*.cmd' \
			--exclude='Module.symvers' --exclude='modules.order' \
			"$TOP/$part" "$DIR/"
	done
}

exec 9>"$CACHE/lock.build-$BED"
flock 9
sync_sources
for part in "${PARTS[@]}"; do
	# shellcheck disable=SC2086
	"${MAKE[@]}" -s -C "$KDIR" "${FLAGS[@]}" M="$DIR/$part" -j"$(nproc)" \
		W=1 ${EXTRA:-} modules >&2 9>&-
done
echo "$DIR"
