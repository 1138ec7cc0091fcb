#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 600
# Voice and video lose their line and go on over one that is full: with the
# module's classes as if nothing was there, with a filter on ports as anybody
# else. (qos-failover takes longer.)

# What a guest has time for beside another one
[[ $SHIM6_BED == uml* ]] || LINE=${LINE:-5000}
LENGTH=16
CUT_AT=5
SEND_TIMEOUT=3

. "$(dirname "$0")/qos-failover.sh"
