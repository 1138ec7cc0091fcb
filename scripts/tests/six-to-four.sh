#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Hosts whose providers know IPv4 only, with 6to4 addresses: HBA sets in
# 2002::/16 over tunnels. One direction of provider 1 fails without a word, then
# the other provider, both ways.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/six-to-four.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

hosts_up
param A send_timeout 3000
param B send_timeout 3000
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
check "6to4 addresses" eval '[[ ${ADDRESS[A1]} == 2002:c000:202:1:* ]]'
failover_check toward A1 5500
check "toward A1: A is heard by another address" \
	eval '[[ $(context_pair B) == A2* ]]'
repair toward A1
failover_check silent A2 5500
check "silent at A2: both are back at provider 1" \
	eval '[[ $(context_pair A) == A1* && $(context_pair B) == A1* ]]'
