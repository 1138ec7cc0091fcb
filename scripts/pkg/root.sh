# SPDX-License-Identifier: GPL-2.0
# Fresh Debian systems in folders: made once and kept in the cache, used through
# a throw-away layer. Sourced, behind common.sh and kernel/packages.sh; using
# one needs root and a mount namespace of its own.
# shellcheck shell=bash

# What packages are built with, on top of a system with nothing in it
ROOT_BUILD=(build-essential debhelper dh-dkms libcap-dev libmnl-dev
	libreadline-dev nettle-dev rpm lintian)

# What they are installed on: DKMS, headers and what newer ones ask for, what
# shim6-utils is linked with
ROOT_USE=(dkms openssl kmod pahole libcap2 libmnl0 libreadline8 systemd)

# Where the newest kernel's headers can be used: they ask for a compiler and a
# library that are newer, too
ROOT_NEW=(dkms openssl kmod)

# root_suite NAME: what it is a system of, and where the kernel is from, one a
# line
root_suite() {
	local suite

	case $1 in
	new)
		suite=$("$SCRIPTS/kernel.sh" stock-new) || return
		suite=$(cat "$suite/suite")
		printf '%s\n' "${suite%-backports}" "$suite" | uniq
		;;
	*) echo bookworm ;;
	esac
}

# On top of that, what hosts and routers of the lab are made of
ROOT_LAB=(systemd-sysv udev dbus network-manager radvd dnsmasq-base iproute2
	iputils-ping procps socat nftables)

# root_packages NAME: one a line
root_packages() {
	local headers

	case $1 in
	build) printf '%s\n' "${ROOT_BUILD[@]}" ;;
	use | lab)
		# Those of the very kernel that the bed boots
		headers=$("$SCRIPTS/kernel.sh" headers-6.1) || return
		printf '%s\n' "${ROOT_USE[@]}" "${headers##*/}"
		[ "$1" = use ] || printf '%s\n' "${ROOT_LAB[@]}"
		;;
	new)
		headers=$("$SCRIPTS/kernel.sh" headers-new) || return
		printf '%s\n' "${ROOT_NEW[@]}" "${headers##*/}"
		;;
	esac
}

# root_make NAME FOLDER PACKAGES
root_make() {
	local tmp=$CACHE/tmp.root-$1 suites suite

	suites=$(root_suite "$1") || return
	mapfile -t suites <<<"$suites"
	note "making a Debian system in $2"
	as_root rm -rf "$tmp"
	for suite in "${suites[@]}"; do
		suite_sources "$suite"
	done >"$CACHE/root.list"
	as_root mmdebstrap --variant=minbase --mode=root \
		--dpkgopt=force-unsafe-io \
		--include="${3//$'\n'/,}" \
		"${suites[0]}" "$tmp" "$CACHE/root.list" </dev/null \
		>"$CACHE/root-$1.log" 2>&1 || {
		cat "$CACHE/root-$1.log" >&2
		die "cannot make it; if a linux-headers package is gone, remove" \
			"$CACHE/stock-* for kernels of today"
	}
	as_root rm -rf "$CACHE/root-$1"-*
	as_root mv "$tmp" "$2"
}

# root_prepare NAME: prints the folder
root_prepare() {
	local packages dir

	packages=$(root_packages "$1") || return
	dir=$CACHE/root-$1-$(sha256sum <<<"$packages" | cut -c1-12)
	[ -d "$dir" ] || root_make "$1" "$dir" "$packages" || return
	echo "$dir"
}

# root_open NAME FOLDER MOUNT: FOLDER in memory takes what is changed
root_open() {
	local name=$1 layer=$2 at=$3 lower

	lower=$(root_prepare "$name") || return 1
	mkdir -p "$layer/upper" "$layer/work" "$at"
	mount -t overlay -o "lowerdir=$lower,upperdir=$layer/upper,workdir=$layer/work" \
		none "$at" &&
		mount -t proc none "$at/proc" &&
		mount --rbind /dev "$at/dev"
}

# inside MOUNT COMMAND...
inside() {
	local at=$1

	shift
	chroot "$at" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		HOME=/root DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}
