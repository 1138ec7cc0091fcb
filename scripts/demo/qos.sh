#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's side of the demo of classes of service: leaves in SHIM6_OUT a
# folder for the run with the module's policy, and one for that with a filter on
# ports instead.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/voice.sh"

echo "# with classes of service"
voice_runs policy "$SHIM6_OUT/policy"
echo "# without, the control: a filter on ports"
voice_runs port "$SHIM6_OUT/port"
