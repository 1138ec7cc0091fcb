#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# clock: real
# What the device, sysfs and procfs take and what they refuse, one result for
# each rejection.

. "$(dirname "$0")/../lib.sh"

module_load || bail "the module does not load"
"$PYTHON" "$SCRIPTS/tests/abi.py"
status=$?
module_unload || not_ok "the module does not unload"
exit $status
