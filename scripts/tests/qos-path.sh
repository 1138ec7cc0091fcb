#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 300
# What a packet's marks are before and after a switch: every bit of traffic
# class and flow label, congestion that a router tells of, and whether queues
# still know one flow from another.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/qos-pair.sh"

require ip tc

pair_qos_up
path_tests plain
pair_switch 2
path_tests switched opaque congested isolation
