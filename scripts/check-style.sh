#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's checkpatch over every .c and .h; errors and warnings fail.
#
#   scripts/check-style.sh [FILE...]
#
# checkpatch.pl comes from where sources.sh finds it.
set -u
# shellcheck source=scripts/common.sh
source "$(dirname "$0")/common.sh"
# shellcheck source=scripts/sources.sh
source "$SCRIPTS/sources.sh"

# Tables made by X-macros cannot stand in parentheses
IGNORE=COMPLEX_MACRO
# kzalloc_obj() is not in the older kernels this builds for
IGNORE+=,ALLOC_WITH_SIZEOF
# compat.h is about versions, and __has_include(<...>) is no comparison
IGNORE_COMPAT=LINUX_VERSION_CODE,CONSTANT_COMPARISON,SPACING
# A macro of trace.h makes a list of declarations
IGNORE_TRACE=TRAILING_SEMICOLON
# Helpers of the kernel that user space does not have; words of a message that
# happen to be the name of the function around it
IGNORE_USER=PREFER_DEFINED_ATTRIBUTE_MACRO,ARRAY_SIZE,STRCPY
IGNORE_USER+=,EMBEDDED_FUNCTION_NAME

# Prints what is wrong; fails also when checkpatch itself cannot run. A dozen
# files at a time, as it takes a minute for all of them.
check_group() { # IGNORED FILE...
	local ignored=$1 out rc
	shift
	[ $# -gt 0 ] || return 0
	out=$(printf '%s\n' "$@" | xargs -P "$(nproc)" -n 12 \
		perl "$checkpatch" --no-tree --no-summary --terse --show-types \
		--ignore "$ignored" -f 2>/dev/null)
	rc=$?
	grep -E '(ERROR|WARNING):' <<<"$out" && return 1
	[ $rc -eq 0 ] || note "$checkpatch ended with $rc"
	return $rc
}

checkpatch=$(kernel_script checkpatch.pl) ||
	die 'no checkpatch.pl: set KERNEL_TREE to a kernel source'
command -v perl >/dev/null || die 'needs perl'

cd "$TOP" || exit 1
if [ $# -gt 0 ]; then
	files=("$@")
else
	mapfile -t files < <(source_files)
fi
[ ${#files[@]} -gt 0 ] || die 'nothing to check'

kernel=() user=() compat=() trace=()
for file in "${files[@]}"; do
	[ -f "$file" ] || continue
	case $file in
	*/compat.h) compat+=("$file") ;;
	*/trace.h) trace+=("$file") ;;
	shim6ctl/* | kunit/user/* | kunit/fuzz/*) user+=("$file") ;;
	*) kernel+=("$file") ;;
	esac
done

bad=0
check_group "$IGNORE" "${kernel[@]}" || bad=1
check_group "$IGNORE,$IGNORE_COMPAT" "${compat[@]}" || bad=1
check_group "$IGNORE,$IGNORE_TRACE" "${trace[@]}" || bad=1
check_group "$IGNORE,$IGNORE_USER" "${user[@]}" || bad=1
exit $bad
