#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 400
# cpus: 1
# Every verb of every object of shim6ctl, for real, as text and as JSON: what it
# says, its exit status, and a kernel that has nothing to say about it. A verb
# without a line here fails, too.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"

# C has prefixes and no peer, for what would disturb a context
lone_host() {
	ns_add C
	ip -n C -6 -batch - <<-END
		link add p1 type veth peer name q1
		link add p2 type veth peer name q2
		link set dev p1 up
		link set dev q1 up
		link set dev p2 up
		link set dev q2 up
		addr add 2001:db8:c1::1/64 dev p1 nodad
		addr add 2001:db8:c2::1/64 dev p2 nodad
	END
}

check "no module: status 3" eval \
	'"$SHIM6CTL" status 2>"$WORKDIR/why"; [ $? -eq 3 ]'
module_load || bail "the module does not load"
modprobe -q pkcs8_key_parser || true
pair_up
lone_host
for host in A B; do
	on "$host" "$SHIM6CTL" -q hba install "$WORKDIR/$host.hba" nodad \
		>/dev/null || bail "hba install at $host"
done
"$PYTHON" "$SCRIPTS/tests/smoke.py" "$SHIM6CTL" "$WORKDIR" \
	"${ADDRESS[A1]}" "${ADDRESS[A2]}" "${ADDRESS[B1]}" "${ADDRESS[B2]}"
status=$?
ns_clear
module_unload || not_ok "the module does not unload"
[ $status -eq 0 ] || exit $status
