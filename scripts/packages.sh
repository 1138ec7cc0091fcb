#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests the packages in fresh Debian systems: they are built there and nothing
# is missing for it, lintian finds nothing; they are installed, upgraded,
# removed and purged, and nothing is left; DKMS builds the module for the
# kernels it is for, the newest one in a system of its release, and refuses
# others. The module of each kernel is left in out/packages, to be booted.
#
#   packages.sh              all of it
#   packages.sh --prepare    only makes the systems, which takes minutes
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"
. "$SCRIPTS/kernel/packages.sh"
. "$SCRIPTS/pkg/root.sh"
. "$SCRIPTS/pkg/tree.sh"

OUT=$TOP/out/packages
# A version that is higher than any
NEXT=99.0
# The system that is looked at, and what those who install there are told
AT=
TELL=()

check() {
	local what=$1

	shift
	if "$@" >"$OUT/why" 2>&1; then
		echo "ok - $what"
		count 1 0
	else
		cat "$OUT/why"
		echo "not ok - $what"
		count 0 1
	fi
}

# --- building

# What is in the tree as the system sees it, at the same place
build_open() {
	root_open build "$WORK/build.layer" "$WORK/build" &&
		mkdir -p "$WORK/build$TOP" "$WORK/build/out" "$WORK/out" &&
		mount --bind -o ro "$TOP" "$WORK/build$TOP" &&
		mount --bind "$WORK/out" "$WORK/build/out"
}

build_deb() {
	inside "$WORK/build" bash "$SCRIPTS/deb.sh" "$1" "/out/$2"
}

build_rpm() {
	inside "$WORK/build" bash "$SCRIPTS/rpm.sh" /out/rpm
}

lint() {
	local said

	said=$(inside "$WORK/build" sh -c \
		'lintian --allow-root --tag-display-limit 0 /out/deb/*.changes' 2>&1) &&
		[ -z "$said" ] || {
		echo "$said"
		return 1
	}
}

# rpm_has PATTERN FILE: every package of the name has the file
rpm_has() {
	local files

	files=$(inside "$WORK/build" sh -c "rpm -qpl /out/rpm/$1") &&
		grep -qx "$2" <<<"$files"
}

# Only what the module is built from
dkms_source_small() {
	local odd

	dpkg-deb -c "$WORK/out/deb/shim6-dkms_${VERSION}_all.deb" \
		>"$WORK/list" || return 1
	odd=$(awk '$1 !~ /^d/ { print $6 }' "$WORK/list" | grep -vE "^./usr/src/shim6-$VERSION/(dkms.conf|module/(Kbuild|[a-z0-9]+\.[ch])|include/uapi/linux/[a-z0-9_]+\.h)$|^./usr/share/doc/|^./usr/lib/modules-load.d/shim6.conf$") ||
		true
	[ -z "$odd" ] || {
		echo "$odd"
		return 1
	}
}

# --- installing

# A kernel that has no IPv6, one that is too old
kernels_unfit() {
	local name dir

	for name in 6.1.0-0-noipv6 5.10.0-0-old; do
		dir=$WORK/use/usr/src/linux-headers-$name
		mkdir -p "$dir/include" "$WORK/use/lib/modules/$name"
		grep -v '^CONFIG_IPV6=' "$KDIR/.config" >"$dir/.config"
		ln -s "/usr/src/linux-headers-$name" \
			"$WORK/use/lib/modules/$name/build"
	done
	cp "$KDIR/.config" "$WORK/use/usr/src/linux-headers-5.10.0-0-old/.config"
	# The one that upgrades are for, as images are not installed here
	touch "$WORK/use/boot/config-$RELEASE"
}

# Debian's newer headers ask for their image, firmware and all: they are only
# unpacked, where the cache has them
kernel_unpacked() {
	local dir root

	dir=$("$SCRIPTS/kernel.sh" headers-6.12)
	root=$(realpath "$("$SCRIPTS/kernel.sh" stock-6.12)")
	RELEASE_NEW=${dir##*/linux-headers-}
	mkdir -p "$WORK/use$root" "$WORK/use/lib/modules/$RELEASE_NEW"
	mount --bind -o ro "$root" "$WORK/use$root"
	ln -s "$dir" "$WORK/use/lib/modules/$RELEASE_NEW/build"
}

use_open() {
	local name

	AT=$WORK/use
	root_open use "$WORK/use.layer" "$WORK/use" || return 1
	KDIR=$(echo "$WORK"/use/usr/src/linux-headers-6.1.*-amd64)
	RELEASE=${KDIR##*/linux-headers-}
	kernel_unpacked
	kernels_unfit
	for name in "$WORK"/use/lib/modules/*; do
		inside "$WORK/use" depmod "$(basename "$name")" 2>/dev/null
	done
	files_list >"$WORK/before"
}

# The newest kernel's own
new_open() {
	AT=$WORK/new
	root_open new "$WORK/new.layer" "$AT" || return 1
	RELEASE_NEWEST=$(basename "$AT"/usr/src/linux-headers-*-amd64)
	RELEASE_NEWEST=${RELEASE_NEWEST#linux-headers-}
}

# Names of all files but those that packaging tools keep for themselves
files_list() {
	find "$WORK/use" -xdev -printf '/%P\n' | grep -vE \
		'^/(tmp|proc|dev|run|root|var/(log|cache)|var/lib/(dpkg|apt)|var/lib/dkms/mok\..*)(/|$)' |
		sort
}

# apt_get WORDS...
apt_get() {
	inside "$AT" env "${TELL[@]}" apt-get -y -q --no-install-recommends \
		-o Dpkg::Use-Pty=0 "$@"
}

# put FOLDER PACKAGE...: installs, or upgrades to, the packages there
put() {
	local name packages=()

	rm -rf "$AT/tmp/deb"
	cp -r "$1" "$AT/tmp/deb"
	shift
	for name; do
		packages+=("$AT/tmp/deb/$name"_*.deb)
	done
	apt_get install "${packages[@]#"$AT"}"
}

module_file() {
	echo "$AT/lib/modules/$1/updates/dkms/shim6.ko"
}

# module_field RELEASE FIELD PATTERN: what it begins with, a pattern of the shell
module_field() {
	local value

	value=$(modinfo -F "$2" "$(module_file "$1")") || return 1
	# shellcheck disable=SC2053
	[[ $value == $3* ]] || {
		echo "it is $value"
		return 1
	}
}

# keep RELEASE NAME: to be booted
keep() {
	cp "$(module_file "$1")" "$OUT/shim6-$2.ko"
}

# refused RELEASE: no module for it, and DKMS says why; no failure either
refused() {
	local status=0

	inside "$AT" dkms build -m shim6 -v "$VERSION" -k "$1" \
		>"$WORK/said" 2>&1 || status=$?
	cat "$WORK/said"
	[ $status -eq 77 ] && grep -q 'should not be built' "$WORK/said" &&
		[ ! -e "$(module_file "$1")" ]
}

has() {
	local name

	for name; do
		[ -e "$AT$name" ] || {
			echo "no $name"
			return 1
		}
	done
}

has_not() {
	local name

	for name; do
		! has "$name" >/dev/null || {
			echo "$name is there"
			return 1
		}
	done
}

nothing_left() {
	diff "$WORK/before" <(files_list)
}

unit_valid() {
	local said

	said=$(inside "$WORK/use" systemd-analyze verify --man=no \
		/lib/systemd/system/shim6.service \
		/lib/systemd/system/shim6-auto.service 2>&1) && [ -z "$said" ] || {
		echo "$said"
		return 1
	}
}

ENABLED=/etc/systemd/system/multi-user.target.wants/shim6.service

test_build() {
	build_open || die "the system to build in cannot be used"
	check "Debian packages are built, with what they ask for" \
		build_deb "" deb
	check "and for the next version" build_deb $NEXT next
	check "RPM packages are built" build_rpm
	check "lintian finds nothing" lint
	check "only what the module is built from is in shim6-dkms" \
		dkms_source_small
	check "the RPM packages have the tool" \
		rpm_has 'shim6-utils-*.rpm' /usr/sbin/shim6ctl
	check "and the source" \
		rpm_has 'shim6-dkms-*.noarch.rpm' "/usr/src/shim6-$VERSION/dkms.conf"
}

test_install() {
	check "packages are installed" put "$WORK/out/deb" shim6-{dkms,utils}
	check "module for $RELEASE" module_field "$RELEASE" vermagic "$RELEASE "
	check "its version" module_field "$RELEASE" version "$VERSION"
	check "it is signed" module_field "$RELEASE" signer "?"
	check "module for $RELEASE_NEW" \
		module_field "$RELEASE_NEW" vermagic "$RELEASE_NEW "
	check "modules to be booted" keep "$RELEASE" 6.1
	check "modules to be booted" keep "$RELEASE_NEW" 6.12
	check "the tool runs" inside "$WORK/use" shim6ctl --version
	check "device rule, headers, manual, service" has \
		/usr/lib/udev/rules.d/60-shim6.rules \
		/usr/lib/modules-load.d/shim6.conf \
		/usr/include/linux/shim6.h /usr/include/linux/shim6_socket.h \
		/usr/include/linux/shim6_qos.h \
		/usr/share/man/man8/shim6ctl.8.gz /usr/share/man/man7/shim6.7.gz \
		/usr/share/bash-completion/completions/shim6ctl \
		/usr/share/zsh/vendor-completions/_shim6ctl /etc/default/shim6
	check "the service is enabled" [ -L "$WORK/use$ENABLED" ]
	check "the other one is not" \
		[ ! -L "$WORK/use${ENABLED%.service}-auto.service" ]
	check "their units make sense" unit_valid
	check "a kernel without IPv6 is refused" refused 6.1.0-0-noipv6
	check "a kernel that is too old is refused" refused 5.10.0-0-old
}

test_upgrade() {
	echo HBA_OPTIONS=pin >>"$WORK/use/etc/default/shim6"
	check "packages are upgraded" put "$WORK/out/next" \
		shim6-{dkms,utils}
	check "module of the new version" \
		module_field "$RELEASE" version "$NEXT"
	check "nothing of the old one" has_not "/usr/src/shim6-$VERSION" \
		"/var/lib/dkms/shim6/$VERSION"
	check "what was set stays" \
		grep -q HBA_OPTIONS=pin "$WORK/use/etc/default/shim6"
}

test_remove() {
	check "packages are removed" apt_get remove shim6-dkms shim6-utils
	check "modules, sources and the tool are gone" has_not \
		"/lib/modules/$RELEASE/updates" /var/lib/dkms/shim6 \
		"/usr/src/shim6-$NEXT" /usr/sbin/shim6ctl
	check "what was set stays" has /etc/default/shim6
	check "packages are purged" apt_get purge shim6-dkms shim6-utils
	check "nothing is left" nothing_left
}

# What the compiler said in there
built_quiet() {
	local log=$AT/var/lib/dkms/shim6/$VERSION/$1/x86_64/log/make.log

	grep -q ' CC .* main\.o' "$log" || {
		echo "no build in $log"
		return 1
	}
	! grep 'warning:' "$log"
}

test_new() {
	# As W=1 on the command line of make, which is DKMS's own
	TELL=(KBUILD_EXTRA_WARN=1)
	check "shim6-dkms is installed beside the newest kernel" \
		put "$WORK/out/deb" shim6-dkms
	check "module for $RELEASE_NEWEST" \
		module_field "$RELEASE_NEWEST" vermagic "$RELEASE_NEWEST "
	check "it is signed" module_field "$RELEASE_NEWEST" signer "?"
	check "the compiler warns of nothing, W=1" \
		built_quiet "$RELEASE_NEWEST"
	check "modules to be booted" keep "$RELEASE_NEWEST" new
}

main() {
	VERSION=$(tree_version "$TOP")
	mount -t tmpfs none "$WORK"
	rm -rf "$OUT"
	mkdir -p "$OUT"
	test_build
	use_open || die "the system to install on cannot be used"
	test_install
	test_upgrade
	test_remove
	new_open || die "the system of the newest kernel cannot be used"
	test_new
	count_report
}

prepare() {
	root_prepare build >/dev/null
	root_prepare use >/dev/null
	root_prepare new >/dev/null
}

case ${1:-} in
--prepare) prepare ;;
--in-namespace)
	WORK=$2
	main
	;;
*)
	prepare
	WORK=$(mktemp -d)
	status=0
	as_root unshare --mount bash "$0" --in-namespace "$WORK" || status=$?
	rmdir "$WORK"
	exit $status
	;;
esac
