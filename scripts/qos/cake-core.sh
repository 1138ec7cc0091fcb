#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Profile cake, core, 50mbit:
# one queueing discipline that does most of it by itself.
set -e
D=${1:-eth0}
tc qdisc add dev $D root handle 140: cake bandwidth 47500kbit diffserv4
