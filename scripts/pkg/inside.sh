#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs a command in a Debian system of the cache: inside.sh NAME COMMAND...
# The tree is there at the same place and may be written to; everything else
# that is changed is gone afterwards.
set -euo pipefail

. "$(dirname "$0")/../common.sh"
. "$SCRIPTS/kernel/packages.sh"
. "$SCRIPTS/pkg/root.sh"

# What is made in the tree belongs to whom the tree belongs to
as_owner() {
	inside "$WORK/root" setpriv --reuid "$(stat -c %u "$TOP")" \
		--regid "$(stat -c %g "$TOP")" --clear-groups "$@"
}

if [ "$1" != --in-namespace ]; then
	root_prepare "$1" >/dev/null
	WORK=$(mktemp -d)
	status=0
	as_root env SHIM6_CACHE="$CACHE" unshare --mount bash "$0" \
		--in-namespace "$WORK" "$@" || status=$?
	rmdir "$WORK"
	exit $status
fi

WORK=$2
NAME=$3
shift 3
mount -t tmpfs none "$WORK"
root_open "$NAME" "$WORK/layer" "$WORK/root"
mkdir -p "$WORK/root$TOP"
mount --bind "$TOP" "$WORK/root$TOP"
as_owner "$@"
