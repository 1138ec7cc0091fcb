#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# clock: real
# What the device takes and what it refuses, and its events, one result for
# each rejection.

. "$(dirname "$0")/../lib.sh"

module_load || bail "the module does not load"
"$PYTHON" "$SCRIPTS/tests/device.py"
status=$?
module_unload || not_ok "the module does not unload"
exit $status
