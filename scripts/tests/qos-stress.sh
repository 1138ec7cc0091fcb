#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 240
# Everything about classes of service at once, over contexts that carry packets,
# lose a cable and are flushed: tables that change as a whole and in parts,
# readers, namespaces that go with a table and contexts. Nothing is asserted of
# what packets get meanwhile: the checkers of the kernel look on.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"

module_load || bail "the module does not load"
pair_up
for link in A1 A2 B1 B2; do
	export "ADDRESS_$link=${ADDRESS[$link]}"
done
for host in A B; do
	for name in context_max_prefix context_max_half_open fork_max \
		rate_r1 rate_r1_all rate_probe send_timeout; do
		param $host $name 1000
	done
	on $host "$SHIM6CTL" policy add always proto udp >/dev/null
done
pair_context
on A sysctl -q -w net.ipv6.conf.all.keep_addr_on_down=1
on A ip -6 route del default
# A factor makes it longer
"$PYTHON" "$SCRIPTS/tests/qos-stress.py" "${SHIM6_QOS_STRESS:-1}" ||
	not_ok "the tests ended early"
check "the hosts' namespaces go with all of it" ip netns del A
NAMESPACES=(B)
module_unload || not_ok "the module does not unload"
