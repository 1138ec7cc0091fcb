#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 240
# Each message of a handshake may be lost, once or more than once: repetition
# brings the context up, and both ends are sure of it.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

# lose TYPE HOST N WAIT STORY: A begins, and sees the story within the time
lose() {
	wire_lose "$2" "$1" "$3"
	wire_forget A
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null
	check "$3 $1 lost: established at both" busywait "$4" context_ready
	sleep 1
	got=$(wire_story A)
	check "$3 $1 lost: $5" test "$got" = "$5"
	[ "$got" = "$5" ] || remark "but it was: $got"
	check "$3 $1 lost: so many were" test "$(wire_lost "$2")" = "$3"
	on A "$SHIM6CTL" context flush >/dev/null
	on B "$SHIM6CTL" context flush >/dev/null
	wire_lose_none "$2"
}

hosts_up
policy_clear A
wire_watch A
# Repeated after 1, 2, 4 s, each with a random part of half as much.
param A i1_timeout 1000
param A i2_timeout 1000
lose I1 B 1 5 "out I1, out I1, in R1, out I2, in R2"
lose I1 B 3 15 "out I1, out I1, out I1, out I1, in R1, out I2, in R2"
lose R1 A 1 5 "out I1, in R1, out I1, in R1, out I2, in R2"
lose I2 B 1 5 "out I1, in R1, out I2, out I2, in R2"
lose I2 B 2 10 "out I1, in R1, out I2, out I2, out I2, in R2"
lose R2 A 1 5 "out I1, in R1, out I2, in R2, out I2, in R2"
# More than I2 is repeated: from the beginning, with I1.
lose I2 B 3 20 \
	"out I1, in R1, out I2, out I2, out I2, out I1, in R1, out I2, in R2"
