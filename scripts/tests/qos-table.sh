#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# clock: real
# The table of classes of service through the device: what is refused and whose
# fault it is, transactions, namespaces, changes under packets and readers.

. "$(dirname "$0")/../lib.sh"

module_load || bail "the module does not load"
"$PYTHON" "$SCRIPTS/tests/qos_table.py"
status=$?
module_unload || not_ok "the module does not unload"
exit $status
