# SPDX-License-Identifier: GPL-2.0
# What happens in the lab. Sourced by lab.sh.
# shellcheck shell=bash

story() {
	local name
	for name in R A B; do
		wait_file "$OUT/$name/ready" || die "$name does not boot"
		remark "$name is there after $SECONDS s"
	done
}
eval "$(declare -f story | sed '1s/story/story_boot/')"
story() { story_boot; sleep 3000; }
