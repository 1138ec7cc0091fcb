# SPDX-License-Identifier: GPL-2.0
# Completion of shim6ctl for bash. The program itself says what may follow.
# shellcheck shell=bash

_shim6ctl() {
	local line=${COMP_LINE:0:COMP_POINT} begin breaks word

	# Without the name of the program
	line=${line#*[[:blank:]]}
	# Where bash breaks words at these, it replaces the last piece only
	begin=${line##*[[:blank:]]}
	breaks=${COMP_WORDBREAKS//[!:=]/}
	begin=${begin%"${begin##*["${breaks:-/}"]}"}
	[ -n "$breaks" ] || begin=
	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		if [ "$word" = :files ]; then
			compopt -o default
		else
			COMPREPLY+=("${word#"$begin"}")
		fi
	done < <("$1" __complete --line "$line" 2>/dev/null)
}

complete -F _shim6ctl shim6ctl
