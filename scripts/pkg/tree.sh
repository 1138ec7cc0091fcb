# SPDX-License-Identifier: GPL-2.0
# The tree as packages are built from it. Sourced, behind common.sh.
# shellcheck shell=bash

# What goes into packages, and what is needed to make them
PARTS=(LICENSE Makefile README.md debian dkms.conf include man module shim6ctl
	scripts/pkg scripts/wireshark)

tree_version() {
	sed -n 's/^#define SHIM6_VERSION[[:space:]]*"\(.*\)"$/\1/p' \
		"$1/module/version.h"
}

# Without what a build left behind
tree_copy() {
	mkdir -p "$1"
	tar -C "$TOP" -c --exclude='*.o' --exclude='*.ko' --exclude='*.mod' \
		--exclude='*.mod.c' --exclude='*.d' --exclude='.*.cmd' \
		--exclude=Module.symvers --exclude=modules.order \
		--exclude=shim6ctl/shim6ctl --exclude=shim6ctl/tests \
		--exclude=debian/.debhelper --exclude=debian/files \
		--exclude='debian/shim6-dkms' --exclude='debian/shim6-utils' \
		"${PARTS[@]}" | tar -C "$1" -x --no-same-owner
}

# tree_set_version DIR VERSION: as if it were that version
tree_set_version() {
	local who

	sed -i 's/^\(#define SHIM6_VERSION[[:space:]]*\)".*"$/\1"'"$2"'"/' \
		"$1/module/version.h"
	who=$(sed -n 's/^Maintainer: //p' "$1/debian/control")
	{
		printf 'shim6 (%s) unstable; urgency=medium\n\n' "$2"
		printf '  * Built from the tree as it was.\n\n'
		printf ' -- %s  %s\n\n' "$who" "$(date -R)"
		cat "$TOP/debian/changelog"
	} >"$1/debian/changelog"
}

# tree_export DIR [VERSION]: prints the version
tree_export() {
	local version

	tree_copy "$1"
	[ -z "${2:-}" ] || tree_set_version "$1" "$2"
	version=$(tree_version "$1")
	[ -n "$version" ] || die "module/version.h has no version"
	grep -qm1 "^shim6 ($version[)-]" "$1/debian/changelog" ||
		die "debian/changelog does not begin with version $version," \
			"that of module/version.h: add an entry"
	echo "$version"
}
