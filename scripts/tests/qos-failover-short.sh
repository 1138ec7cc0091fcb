#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# Voice and video lose their line and go on over one that is full: with the
# module's classes as if nothing was there, with a filter on ports as anybody
# else. (qos-failover takes longer.)

LENGTH=16
CUT_AT=5
SEND_TIMEOUT=3

. "$(dirname "$0")/qos-failover.sh"
