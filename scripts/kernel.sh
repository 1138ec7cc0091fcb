#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Prepares a kernel for the tests in the cache and prints the folder:
#   uml-debug, uml-plain        build folder; the kernel is "linux" in it
#   stock-6.1, stock-6.12       unpacked packages: boot/, lib/modules/, usr/src/
#   headers-6.1, headers-6.12   what to give to make as KDIR
#   stock-new, headers-new      the newest kernel in Debian; a later release's
#                               compiler and library are needed to build for it
#   source                      the source the UML kernels are built from
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/kernel/packages.sh"
. "$SCRIPTS/kernel/uml.sh"
. "$SCRIPTS/kernel/stock.sh"

usage() {
	sed -n '4,10s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

[ $# -eq 1 ] || usage
mkdir -p "$CACHE"
# One at a time: a second caller waits and then finds the work done.
case $1 in
stock-* | headers-*) exec 9>"$CACHE/lock.stock" ;;
*) exec 9>"$CACHE/lock.uml" ;;
esac
flock 9
case $1 in
uml-debug | uml-plain) uml_prepare "$1" 9>&- ;;
stock-*) stock_prepare "${1#stock-}" ;;
headers-*) stock_headers "${1#headers-}" ;;
source)
	uml_source_choose
	uml_source_unpack
	echo "$UML_SOURCE"
	;;
*) usage ;;
esac
