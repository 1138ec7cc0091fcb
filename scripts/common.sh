# SPDX-License-Identifier: GPL-2.0
# What every script of the host side needs: where things are, how to say what
# happens. Sourced, never run. (The guest's side has lib.sh.)
# shellcheck shell=bash

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SCRIPTS=$TOP/scripts
CACHE=${SHIM6_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shim6}
export TOP SCRIPTS CACHE
export LC_ALL=C.UTF-8

# A login shell of an ordinary user has no sbin in its path.
export PATH=$PATH:/usr/sbin:/sbin

PROG=$(basename "$0")

# Messages go to stderr: the stdout of many scripts is their result.
note() {
	printf '%s: %s\n' "$PROG" "$*" >&2
}

die() {
	note "$@"
	exit 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		command -v sudo >/dev/null || die "needs root or sudo for: $*"
		sudo "$@"
	fi
}
