#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Installs the Debian packages that building, testing and the demo need.
# Silent when all of them are there.
set -euo pipefail

. "$(dirname "$0")/common.sh"

PACKAGES=(
	# the build
	gcc make patch bc bison flex cpio kmod pkg-config rsync xz-utils zstd
	libelf-dev libssl-dev libcap-dev libmnl-dev libreadline-dev nettle-dev
	pahole sparse perl python3
	# the fuzz targets
	clang libclang-rt-14-dev
	# the beds
	qemu-system-x86 busybox-static debian-archive-keyring
	# the systems that packages are tested on
	mmdebstrap
	# the scenarios
	iproute2 iperf3 nftables ethtool tcpdump socat radvd dnsmasq-base
	iputils-ping iputils-tracepath procps util-linux zsh
	# systemd-networkd, which runs as a plain program
	systemd
	# the dissector, the manuals
	tshark man-db groff-base mandoc
	# the pictures
	gnuplot-nox
)

missing_packages() {
	local installed

	# shellcheck disable=SC2016
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
		"${PACKAGES[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
	printf '%s\n' "${PACKAGES[@]}" | sort -u |
		comm -23 - <(sort -u <<<"$installed")
}

main() {
	local missing

	mapfile -t missing < <(missing_packages)
	[ ${#missing[@]} -gt 0 ] || return 0
	note "installing ${missing[*]}"
	# A third party's broken source must not stop us: apt uses the rest.
	as_root apt-get -qq update ||
		note "some package sources cannot be read, trying on"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends -o Dpkg::Use-Pty=0 install \
		"${missing[@]}" </dev/null >/dev/null
}

main
