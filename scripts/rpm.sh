#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the RPM packages: rpm.sh [FOLDER]. They are put into out/rpm, or into
# FOLDER. What the build needs is looked for by its compiler only: rpm's own
# list knows nothing of libraries that another package manager installed.
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/pkg/tree.sh"

OUT=${1:-$TOP/out/rpm}

main() {
	local work version

	command -v rpmbuild >/dev/null || die "no rpmbuild here: apt install rpm"
	work=$(mktemp -d)
	# shellcheck disable=SC2064
	trap "rm -rf '$work'" EXIT
	mkdir "$work/top"
	version=$(tree_export "$work/tree")
	mv "$work/tree" "$work/shim6-$version"
	tar -C "$work" -czf "$work/shim6-$version.tar.gz" "shim6-$version"
	rpmbuild -bb --nodeps --define "shim6_version $version" \
		--define "_topdir $work/top" --define "_sourcedir $work" \
		"$SCRIPTS/pkg/shim6.spec" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		die "the packages of $version cannot be built"
	}
	rm -rf "$OUT"
	mkdir -p "$OUT"
	find "$work/top/RPMS" -name '*.rpm' -exec mv -t "$OUT" {} +
	find "$OUT" -name '*.rpm' | sort
}

main
