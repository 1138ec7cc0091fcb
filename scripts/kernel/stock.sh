# SPDX-License-Identifier: GPL-2.0
# Debian's own kernels and their headers, unpacked, never installed. Sourced
# by kernel.sh.
# shellcheck shell=bash

stock_suite() {
	case $1 in
	6.1) echo bookworm ;;
	6.12) echo bookworm-backports ;;
	*) die "no such stock kernel: $1" ;;
	esac
}

# Headers refer to each other by absolute path; make them work where they are.
stock_relocate() {
	local root=$1 file

	for file in "$root"/usr/src/linux-headers-*/Makefile; do
		sed -i "s,\(include \|= *\)/usr/src/,\1$root/usr/src/," "$file"
	done
	for file in "$root"/usr/src/linux-headers-*/{scripts,tools}; do
		[ -L "$file" ] || continue
		ln -sfn "$root/usr/lib/$(basename "$(dirname "$(readlink "$file")")")/$(basename "$file")" \
			"$file"
	done
}

# stock_fetch SERIES: unpacks image and headers, prints the root folder
stock_fetch() {
	local series=$1 suite root tmp=$CACHE/tmp.stock headers name

	suite=$(stock_suite "$series")
	apt_prepare "$suite"
	headers=$(package_depends "$suite" linux-headers-amd64 \
		"^linux-headers-$series\\.") ||
		die "$suite has no $series kernel headers"
	name=${headers#linux-headers-}
	root=$CACHE/stock-$series-$name
	note "fetching Debian's kernel $name"
	rm -rf "$tmp" && mkdir -p "$tmp"
	package_unpack "$suite" "$headers" "$tmp" || die "cannot fetch $headers"
	package_unpack "$suite" "${headers%-amd64}-common" "$tmp" ||
		die "cannot fetch the common headers of $name"
	package_unpack "$suite" "$(package_depends "$suite" "$headers" \
		'^linux-kbuild-')" "$tmp" || die "cannot fetch the build tools of $name"
	package_unpack "$suite" "linux-image-$name" "$tmp" ||
		die "cannot fetch the image of $name"
	depmod -b "$tmp" "$name"
	rm -rf "$root"
	mv "$tmp" "$root"
	stock_relocate "$root"
	ln -sfn "$root" "$CACHE/stock-$series"
}

# stock_prepare SERIES: prints the folder a stock kernel is unpacked in
stock_prepare() {
	[ -e "$CACHE/stock-$1/boot" ] || stock_fetch "$1"
	readlink -f "$CACHE/stock-$1"
}

# stock_headers SERIES: the folder for make's KDIR
stock_headers() {
	local root

	root=$(stock_prepare "$1")
	find "$root/usr/src" -maxdepth 1 -name 'linux-headers-*-amd64' -print -quit
}
