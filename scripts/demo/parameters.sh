# SPDX-License-Identifier: GPL-2.0
# The parameters of the published experiment: NAME HOST-A HOST-B, in ms where
# it is a time.
# shellcheck shell=bash

PARAMETERS="
i1_timeout		1000	1000
i1_retries		5	5
i2_timeout		1000	1000
i2_retries		5	5
send_timeout		10000	15000
keepalive_interval	5000	10000
idle_timeout		300000	300000
"

parameters_set() {
	local name a b

	while read -r name a b; do
		[ -n "$name" ] || continue
		param A "$name" "$a" >/dev/null || bail "A does not take $name"
		param B "$name" "$b" >/dev/null || bail "B does not take $name"
	done <<<"$PARAMETERS"
}
