#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 900
# cpus: 1
# What a packet's marks are before and after a switch: every bit of traffic
# class and flow label, congestion that a router tells of, whether queues still
# know one flow from another, and the class that they are told.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/qos-pair.sh"

require ip tc

pair_qos_up
path_tests plain handover1 routed1
pair_switch 2
path_tests switched opaque behind-header handover2 routed2 restore trust congested isolation
