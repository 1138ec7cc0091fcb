#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 1
# What sysfs and procfs show, take and refuse, one result for each.

. "$(dirname "$0")/../lib.sh"

module_load || bail "the module does not load"
"$PYTHON" "$SCRIPTS/tests/files.py"
status=$?
module_unload || not_ok "the module does not unload"
exit $status
