# SPDX-License-Identifier: GPL-2.0
# Debian packages of any suite, fetched and unpacked without touching the
# machine's own package configuration. Sourced by kernel.sh.
# shellcheck shell=bash

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Where this machine gets Debian's SUITE from, in whatever form that is
# configured; nothing when it does not use that suite.
machine_mirror() {
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' \
		'Created-By: Packages' |
		awk -v suite="$1" '$1 == suite { print $2; exit }'
}

# The lines of a source list for SUITE. Suites which the machine does not use
# come from the mirror of its own release.
suite_sources() {
	local suite=$1 own mirror security

	# shellcheck source=/dev/null
	own=$(. /etc/os-release && echo "$VERSION_CODENAME")
	mirror=$(machine_mirror "$own")
	mirror=${mirror:-$(machine_mirror stable)}
	[ -n "$mirror" ] || die "no Debian mirror in this machine's package sources"
	echo "deb [signed-by=$KEYRING] $mirror $suite main"
	security=$(machine_mirror "$suite-security")
	[ -z "$security" ] ||
		echo "deb [signed-by=$KEYRING] $security $suite-security main"
}

# apt_in SUITE COMMAND ARGS...: apt with a configuration of its own
apt_in() {
	local suite=$1 command=$2 dir

	shift 2
	dir=$CACHE/apt/$suite
	"$command" -q -o Dir::Etc::sourcelist="$dir/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$dir/lists" \
		-o Dir::State::status="$dir/status" \
		-o Dir::Cache="$dir/cache" \
		-o APT::Sandbox::User=root \
		-o Acquire::Retries=3 "$@"
}

# Reads the suite's index anew, at most once an hour; apt checks its signature.
apt_prepare() {
	local suite=$1 dir=$CACHE/apt/$1

	if [ -n "$(find "$dir/fresh" -mmin -60 2>/dev/null)" ]; then
		return
	fi
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	suite_sources "$suite" >"$dir/sources.list"
	: >"$dir/status"
	apt_in "$suite" apt-get update >"$dir/log" 2>&1 || {
		cat "$dir/log" >&2
		die "cannot read the package index of $suite"
	}
	touch "$dir/fresh"
}

# package_depends SUITE PACKAGE PATTERN: the first dependency that matches
package_depends() {
	apt_in "$1" apt-cache show --no-all-versions "$2" |
		sed -n 's/^Depends: //p' | tr ',|' '\n\n' |
		sed 's/^ *//; s/ .*//' | grep -m1 -E "$3"
}

# package_version SUITE PACKAGE: the version apt would take
package_version() {
	apt_in "$1" apt-cache show --no-all-versions "$2" 2>/dev/null |
		sed -n 's/^Version: //p' | head -n1
}

# package_fetch SUITE PACKAGE[=VERSION] DIR: prints the file's path
package_fetch() {
	local suite=$1 name=$2 dir=$3

	mkdir -p "$dir"
	(cd "$dir" && apt_in "$suite" apt-get download "$name") \
		>"$dir/log" 2>&1 || {
		cat "$dir/log" >&2
		return 1
	}
	find "$dir" -name "${name%%=*}_*.deb" -print -quit
}

# package_unpack SUITE PACKAGE[=VERSION] ROOT
package_unpack() {
	local deb

	deb=$(package_fetch "$1" "$2" "$3.deb") || return 1
	mkdir -p "$3"
	dpkg-deb -x "$deb" "$3" || return 1
	rm -rf "$3.deb"
}
