#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's checkpatch over every .c and .h; errors and warnings fail.
#
#   scripts/check-style.sh [FILE...]
#
# checkpatch.pl comes from $KERNEL_TREE, from a kernel source the other scripts
# unpacked, or from a linux-source or linux-kbuild package.
set -u
source "$(dirname "$0")/common.sh"

# FILE_PATH_CHANGES, MAINTAINERS: about patches, not files
IGNORE=FILE_PATH_CHANGES
# The first line is GPL-2.0, as the module's licence says: no "-only" needed
IGNORE+=,SPDX_LICENSE_TAG
# X-macro tables and KUnit's own macros are lists by nature
IGNORE+=,COMPLEX_MACRO,MACRO_WITH_FLOW_CONTROL,TRAILING_SEMICOLON
# The first line of a .h generated from another cannot have a help text
IGNORE+=,CONFIG_DESCRIPTION

find_checkpatch() {
	local candidate
	for candidate in "${KERNEL_TREE:+$KERNEL_TREE/scripts/checkpatch.pl}" \
		"$CACHE"/source-*/scripts/checkpatch.pl \
		/usr/src/linux-*/scripts/checkpatch.pl \
		/usr/lib/linux-kbuild-*/scripts/checkpatch.pl; do
		if [ -f "$candidate" ]; then
			echo "$candidate"
			return
		fi
	done
	return 1
}
