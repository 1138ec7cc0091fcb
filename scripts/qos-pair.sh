# SPDX-License-Identifier: GPL-2.0
# Hosts for what qos-path.py, qos-control.py and others look at. Sourced after
# their topology.
# shellcheck shell=bash

# addresses_export: the libraries in Python have them from the environment
addresses_export() {
	local link

	for link in A1 A2 B1 B2; do
		export "ADDRESS_$link=${ADDRESS[$link]}"
	done
}

# pair_qos_up: with a forwarder on the second cable and a context; IPv4 on the
# first is the way that never has a load
pair_qos_up() {
	module_load || bail "the module does not load"
	pair_up forwarder
	ip -n A addr add 192.0.2.1/24 dev p1
	ip -n B addr add 192.0.2.2/24 dev p1
	addresses_export
	pair_context
}

# path_tests NAME...: tests of qos-path.py
path_tests() {
	"$PYTHON" "$SCRIPTS/tests/qos-path.py" "$@" ||
		not_ok "the tests ended early"
}

# params NAME VALUE [NAME VALUE]...: of both hosts
params() {
	while [ $# -gt 0 ]; do
		param A "$1" "$2"
		param B "$1" "$2"
		shift 2
	done
}

# isp_qos_up [NAME VALUE]...: the hosts of topo/two-isp.sh, with parameters
isp_qos_up() {
	hosts_up
	addresses_export
	params send_timeout 10000 "$@"
}

# control_qos_up: for qos-control.py; no context begins by itself, as with a
# router that is sent a load
control_qos_up() {
	isp_qos_up keepalive_interval 500 trigger_packets 0
}

# control_tests NAME...: tests of qos-control.py
control_tests() {
	"$PYTHON" "$SCRIPTS/tests/qos-control.py" "$@" ||
		not_ok "the tests ended early"
}
