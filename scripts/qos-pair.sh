# SPDX-License-Identifier: GPL-2.0
# The hosts of topo/pair.sh for what qos-path.py looks at. Sourced after it.
# shellcheck shell=bash

# pair_qos_up: with a forwarder on the second cable and a context; IPv4 on the
# first is the way that never has a load
pair_qos_up() {
	local link

	module_load || bail "the module does not load"
	pair_up forwarder
	ip -n A addr add 192.0.2.1/24 dev p1
	ip -n B addr add 192.0.2.2/24 dev p1
	for link in A1 A2 B1 B2; do
		export "ADDRESS_$link=${ADDRESS[$link]}"
	done
	pair_context
}

# path_tests NAME...: tests of qos-path.py
path_tests() {
	"$PYTHON" "$SCRIPTS/tests/qos-path.py" "$@" ||
		not_ok "the tests ended early"
}
