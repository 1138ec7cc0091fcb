# SPDX-License-Identifier: GPL-2.0
# Hosts for what qos-path.py and qos-control.py look at. Sourced after their
# topology.
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

# isp_qos_up: the hosts of topo/two-isp.sh, for qos-control.py; no context
# begins by itself, as with a router that is sent a load
isp_qos_up() {
	local link host

	hosts_up
	for link in A1 A2 B1 B2; do
		export "ADDRESS_$link=${ADDRESS[$link]}"
	done
	for host in A B; do
		param $host send_timeout 10000
		param $host keepalive_interval 500
		param $host trigger_packets 0
	done
}

# control_tests NAME...: tests of qos-control.py
control_tests() {
	"$PYTHON" "$SCRIPTS/tests/qos-control.py" "$@" ||
		not_ok "the tests ended early"
}
