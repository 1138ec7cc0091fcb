#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# The module is loaded as often as its beginning allocates memory, and each time
# another one of the allocations fails: it is refused and leaves nothing behind.
# The bed looks at the log and for leaks.

. "$(dirname "$0")/../lib.sh"

module_load || bail "the module does not load"
module_unload || bail "the module does not unload"
[ -w /proc/self/fail-nth ] || {
	skip "needs FAULT_INJECTION in the kernel"
	exit 0
}
"$PYTHON" "$SCRIPTS/tests/nomem-load.py" "$SHIM6_KO" || COUNT_FAILED=1
