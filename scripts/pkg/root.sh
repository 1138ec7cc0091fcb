# SPDX-License-Identifier: GPL-2.0
# Fresh Debian systems in folders: made once and kept in the cache, used through
# a throw-away layer. Sourced, behind common.sh and kernel/packages.sh; using
# one needs root and a mount namespace of its own.
# shellcheck shell=bash

ROOT_SUITE=bookworm

# What packages are built with, on top of a system with nothing in it
ROOT_BUILD=(build-essential debhelper dh-dkms libcap-dev libmnl-dev
	libreadline-dev nettle-dev rpm lintian)

# What they are installed on: DKMS, headers and what newer ones ask for, what
# shim6-utils is linked with
ROOT_USE=(dkms openssl kmod pahole libcap2 libmnl0 libreadline8 systemd)

# On top of that, what hosts and routers of the lab are made of
ROOT_LAB=(systemd-sysv udev dbus network-manager radvd dnsmasq-base iproute2
	iputils-ping procps socat nftables)

# root_packages NAME: one a line
root_packages() {
	case $1 in
	build) printf '%s\n' "${ROOT_BUILD[@]}" ;;
	use | lab)
		printf '%s\n' "${ROOT_USE[@]}"
		[ "$1" = use ] || printf '%s\n' "${ROOT_LAB[@]}"
		# Those of the very kernel that the bed boots
		basename "$("$SCRIPTS/kernel.sh" headers-6.1)"
		;;
	esac
}

# root_make NAME FOLDER
root_make() {
	local tmp=$CACHE/tmp.root-$1

	note "making a Debian system in $2"
	as_root rm -rf "$tmp"
	suite_sources $ROOT_SUITE >"$CACHE/root.list"
	as_root mmdebstrap --variant=minbase --mode=root \
		--dpkgopt=force-unsafe-io \
		--include="$(root_packages "$1" | paste -sd,)" \
		$ROOT_SUITE "$tmp" "$CACHE/root.list" </dev/null \
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
	local dir

	dir=$CACHE/root-$1-$(root_packages "$1" | sha256sum | cut -c1-12)
	[ -d "$dir" ] || root_make "$1" "$dir"
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
