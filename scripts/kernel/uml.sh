# SPDX-License-Identifier: GPL-2.0
# User Mode Linux kernels from a newer Debian's source. Sourced by kernel.sh.
# shellcheck shell=bash

# Settles which source is used: the pinned one, or when the mirror has it no
# more the newest of its suite.
uml_source_choose() {
	# shellcheck source=scripts/kernel/pins
	. "$SCRIPTS/kernel/pins"
	uml_source_name
	[ ! -d "$UML_SOURCE" ] || return 0
	apt_prepare "$UML_SUITE"
	if apt_in "$UML_SUITE" apt-cache show "$UML_PACKAGE=$UML_VERSION" \
		>/dev/null 2>&1; then
		return
	fi
	UML_PACKAGE=$(apt_in "$UML_SUITE" apt-cache pkgnames linux-source- |
		grep -E '^linux-source-[0-9.]+$' | sort -V | tail -n1)
	[ -n "$UML_PACKAGE" ] || die "no kernel source in $UML_SUITE"
	UML_VERSION=$(package_version "$UML_SUITE" "$UML_PACKAGE")
	UML_SHA256=
	uml_source_name
	note "the pinned kernel source is gone, taking $UML_PACKAGE $UML_VERSION"
}

# It has our patches, so its name has them too.
uml_source_name() {
	UML_SOURCE=$CACHE/source-$UML_VERSION-$(
		cat "$SCRIPTS"/kernel/*.patch | sha256sum | cut -c1-12)
}

uml_source_unpack() {
	local tmp=$CACHE/tmp.source deb file

	[ ! -d "$UML_SOURCE" ] || return 0
	note "fetching $UML_PACKAGE $UML_VERSION"
	rm -rf "$tmp"
	deb=$(package_fetch "$UML_SUITE" "$UML_PACKAGE=$UML_VERSION" "$tmp") ||
		die "cannot fetch $UML_PACKAGE"
	if [ -n "$UML_SHA256" ]; then
		echo "$UML_SHA256  $deb" | sha256sum --quiet -c - >&2 ||
			die "$UML_PACKAGE $UML_VERSION is not the pinned file"
	fi
	dpkg-deb -x "$deb" "$tmp"
	mkdir "$tmp/tree"
	tar -C "$tmp/tree" --strip-components=1 -xf "$tmp"/usr/src/*.tar.xz
	for file in "$SCRIPTS"/kernel/*.patch; do
		patch -s -d "$tmp/tree" -p1 <"$file" ||
			die "$file does not apply to $UML_VERSION"
	done
	mv "$tmp/tree" "$UML_SOURCE"
	rm -rf "$tmp"
}

# uml_fragments FLAVOUR: the config files, later ones win
uml_fragments() {
	echo "$SCRIPTS/kernel/uml.config"
	case $1 in
	uml-debug) echo "$SCRIPTS/kernel/debug.config" ;;
	uml-plain) echo "$SCRIPTS/kernel/plain.config" ;;
	esac
}

# What a build depends on, and nothing else: the name of its folder.
uml_key() {
	local files

	mapfile -t files < <(uml_fragments "$1")
	{
		basename "$UML_SOURCE"
		gcc --version | head -n1
		cat "${files[@]}"
	} | sha256sum | cut -c1-12
}

# allnoconfig drops what has an unmet dependency without a word; a test bed
# that silently lacks a checker is worse than none.
uml_config_check() {
	local want missing=0

	while read -r want; do
		case $want in
		*=n) ! grep -q "^${want%=n}=" "$1/.config" ;;
		*) grep -qxF "$want" "$1/.config" ;;
		esac || {
			note "the kernel's configuration did not take $want"
			missing=1
		}
	done < <(grep '^CONFIG_' "$1/wanted.config")
	return $missing
}

uml_make() {
	local build=$1

	shift
	nice make -s -C "$UML_SOURCE" ARCH=um O="$build" \
		KCONFIG_ALLCONFIG="$build/wanted.config" "$@"
}

uml_compile() {
	local flavour=$1 build=$2 files

	mapfile -t files < <(uml_fragments "$flavour")
	mkdir -p "$build"
	cat "${files[@]}" >"$build/wanted.config"
	uml_make "$build" allnoconfig || return 1
	uml_config_check "$build" || return 1
	uml_make "$build" -j"$(nproc)" linux modules || return 1
	uml_make "$build" INSTALL_MOD_PATH="$build/root" modules_install ||
		return 1
	# Enough stays for modules to be built against it.
	find "$build" -path "$build/scripts" -prune -o -path "$build/root" -prune \
		-o \( -name '*.o' -o -name '*.a' -o -name '.*.cmd' \) \
		-exec rm -f {} +
}

# uml_prepare FLAVOUR: builds unless it is there, prints the build folder
uml_prepare() {
	local flavour=$1 build start

	uml_source_choose
	build=$CACHE/$flavour-$(uml_key "$flavour")
	if [ ! -e "$build/done" ]; then
		uml_source_unpack
		note "building the $flavour kernel, about ten minutes on two cores"
		start=$SECONDS
		uml_compile "$flavour" "$build" >"$build.log" 2>&1 || {
			tail -n 30 "$build.log" >&2
			die "the $flavour kernel does not build, see $build.log"
		}
		note "built in $((SECONDS - start)) s"
		touch "$build/done"
	fi
	echo "$build"
}
