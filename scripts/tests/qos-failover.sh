#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# when: named
# timeout: 1800
# Voice and video for a minute; after 20 s their provider carries nothing any
# more, and the backup is full.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/voice.sh"

require ip tc nft ethtool

for kind in ${KINDS:-policy port}; do
	voice_runs "$kind" "$SHIM6_OUT/$kind"
	"$PYTHON" "$SCRIPTS/voice.py" judge "$SHIM6_OUT/$kind" "$kind" ||
		not_ok "$kind: the run cannot be judged"
done
