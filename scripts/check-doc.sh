#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's kernel-doc over every .c and .h; what is not described fails.
#
#   scripts/check-doc.sh [FILE...]
#
# kernel-doc comes from where check-style.sh has checkpatch.pl from.
set -eu
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"
# shellcheck source=scripts/sources.sh
source "$SCRIPTS/sources.sh"

tool=$(kernel_script kernel-doc) ||
	die 'no kernel-doc: set KERNEL_TREE to a kernel source'
cd "$TOP"
[ $# -gt 0 ] || mapfile -t files < <(source_files)
"$tool" -none -Wall -Werror "${@:-${files[@]}}"
