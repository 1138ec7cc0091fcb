#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 600
# Voice and video lose their line and go on over one that is full: with the
# module's classes as if nothing was there, with a filter on ports as anybody
# else. (qos-failover takes longer, and judges delays on every kernel.)

# A guest beside another one, on a clock that does not stop, has time for so much
# and is late: what counts is which packets come. Without classes they would wait
# for 200 ms and more.
if [[ $SHIM6_BED != uml* ]]; then
	LINE=${LINE:-5000}
	KINDS=policy
	export MORE_US=100000 VOID_US=100000
fi
LENGTH=16
CUT_AT=5
SEND_TIMEOUT=3

. "$(dirname "$0")/qos-failover.sh"
