#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the Debian packages: deb.sh [VERSION [FOLDER]]. They are put into
# out/deb, or into FOLDER; VERSION makes them pass for another one.
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/pkg/tree.sh"

OUT=${2:-$TOP/out/deb}

main() {
	local work version

	command -v dpkg-buildpackage >/dev/null ||
		die "no dpkg-buildpackage here: apt install dpkg-dev"
	work=$(mktemp -d)
	# shellcheck disable=SC2064
	trap "rm -rf '$work'" EXIT
	version=$(tree_export "$work/shim6" "${1:-}")
	(cd "$work/shim6" && dpkg-checkbuilddeps) ||
		die "install what is missing, with apt"
	(cd "$work/shim6" && dpkg-buildpackage -us -uc -b) \
		>"$work/log" 2>&1 || {
		cat "$work/log" >&2
		die "the packages of $version cannot be built"
	}
	rm -rf "$OUT"
	mkdir -p "$OUT"
	mv "$work"/*.deb "$work"/*.changes "$work"/*.buildinfo "$OUT"
	find "$OUT" -name '*.deb' | sort
}

main "$@"
