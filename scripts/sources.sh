# SPDX-License-Identifier: GPL-2.0
# Our sources in C, and what the kernel has to look at them with. Sourced after
# common.sh.
# shellcheck shell=bash

# kernel_script NAME: from $KERNEL_TREE, from a kernel source that the other
# scripts unpacked, or from an installed linux-source
kernel_script() {
	local candidate

	for candidate in "${KERNEL_TREE:-/nowhere}/scripts/$1" \
		"$CACHE"/source-*/scripts/"$1" \
		/usr/src/linux-*/scripts/"$1" \
		/usr/lib/linux-kbuild-*/scripts/"$1"; do
		if [ -f "$candidate" ]; then
			echo "$candidate"
			return
		fi
	done
	return 1
}

# source_files: below $TOP, where the caller is. kunit/user/include defines the
# kernel's names anew: nothing in it could pass. Not git's list: it may refuse a
# tree that belongs to another user.
source_files() {
	find module include kunit shim6ctl -name '*.[ch]' \
		! -path 'kunit/user/include/*' ! -name '*.mod.c' | sort
}
