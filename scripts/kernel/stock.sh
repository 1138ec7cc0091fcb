# SPDX-License-Identifier: GPL-2.0
# Debian's own kernels and their headers, unpacked, never installed. Sourced
# by kernel.sh.
# shellcheck shell=bash

# Where Debian's newest kernel may be: in backports those who run stable find
# it, in sid it is often first, and neither is always ahead.
STOCK_NEWEST=(trixie-backports sid)

# stock_suite SERIES: "new" is whatever is newest today
stock_suite() {
	case $1 in
	6.1) echo bookworm ;;
	6.12) echo bookworm-backports ;;
	new) stock_newest ;;
	*) die "no such stock kernel: $1" ;;
	esac
}

stock_newest() {
	local suite version best='' found

	for suite in "${STOCK_NEWEST[@]}"; do
		apt_prepare "$suite" || return
		found=$(package_version "$suite" linux-headers-amd64) || found=
		[ -n "$found" ] || die "$suite has no kernel headers, so nobody" \
			"knows what Debian's newest kernel is"
		if [ -z "$best" ] ||
			dpkg --compare-versions "$found" gt "$version"; then
			best=$suite version=$found
		fi
	done
	echo "$best"
}

# The series in a package's name; any for "new"
stock_pattern() {
	if [ "$1" = new ]; then
		echo '^linux-headers-[0-9]'
	else
		echo "^linux-headers-$1\\."
	fi
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

# stock_image_unpack SUITE NAME ROOT: newer ones come in parts, with all files
# below usr/lib/modules: they are put where older ones have them
stock_image_unpack() {
	local suite=$1 name=$2 root=$3 part

	package_unpack "$suite" "linux-image-$name" "$root" || return 1
	[ ! -e "$root/boot/vmlinuz-$name" ] || return 0
	for part in base binary modules; do
		package_unpack "$suite" "linux-$part-$name" "$root" || return 1
	done
	mkdir -p "$root/lib" "$root/boot"
	mv "$root/usr/lib/modules" "$root/lib/" &&
		mv "$root/lib/modules/$name/vmlinuz" "$root/boot/vmlinuz-$name"
}

# stock_fetch SERIES: unpacks image and headers, prints the root folder
stock_fetch() {
	local series=$1 suite root tmp=$CACHE/tmp.stock headers name

	suite=$(stock_suite "$series") || exit
	apt_prepare "$suite"
	headers=$(package_depends "$suite" linux-headers-amd64 \
		"$(stock_pattern "$series")") ||
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
	stock_image_unpack "$suite" "$name" "$tmp" ||
		die "cannot fetch the image of $name"
	depmod -b "$tmp" "$name"
	echo "$suite" >"$tmp/suite"
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
