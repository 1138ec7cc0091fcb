#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# when: named
# timeout: 400
# What of traffic control on a kernel that has everything takes too long for
# every day.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/router.sh"
. "$SCRIPTS/qos-device.sh"

require ip tc

script() {
	on R "$SCRIPTS/qos/$1.sh" r2 && removed_by_script
}

qos_up
check "core of diffserv twice: the same dump" twice core rate 10mbit
check "core of the survey instead" once core profile survey
check "removed: the default is back" removed
check "ingress of diffserv twice: the same dump" twice ingress rate 10mbit
check "removed: the device of ingress is gone" removed
check "cake" once core profile cake rate 10mbit
check "removed by a script" removed_by_script
for name in edge-router ingress cake-ingress diffserv-edge-router \
	diffserv-ingress minimal-core-router; do
	check "script $name.sh, and remove.sh" script $name
done
qos_traffic edge-u32 core-u32 minimal
