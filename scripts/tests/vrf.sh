#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 240
# when: named qemu
# cpus: 1
# A host whose interfaces are in a VRF: contexts come up, switch and end there as
# anywhere. Its packets meet the hooks twice, once for the VRF, and once is when
# they are counted.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

require ip tc

VRF=red
PINGS=20

# vrf_lines VRF TABLE LINK...: an interface forgets its addresses and routes as
# it goes in. Sources have routes of their own in the table of the VRF: rules in
# front of the kernel's one would hide what is local there.
vrf_lines() {
	local vrf=$1 table=$2 link

	shift 2
	echo "link add $vrf type vrf table $table"
	echo "link set dev $vrf up"
	for link; do
		echo "link set dev p${link:1} master $vrf"
		link_lines "$link" | sed "
			s, table .*, table $table from $(prefix_of "$link"),
			s, metric, table $table metric,"
	done
}

vrf_up() {
	modprobe -q vrf || true
	module_load || bail "the module does not load"
	hosts_address A B
	topo_up
	vrf_lines $VRF 100 A1 A2 | ip -n A -6 -batch - || bail "no VRF"
	busywait 10 pings A1 B1 1 || bail "no way out of the VRF"
	hosts_install A B
	param A trigger_packets 0
	param B trigger_packets 0
	on A "$SHIM6CTL" policy add always proto tcp >/dev/null
	for n in 1 2; do
		on A "$SHIM6CTL" -q qos link add "isp$n" id "$n" \
			prefix "$(prefix_of "A$n")" >/dev/null
	done
}

# pings FROM TO N, by names of links
pings() {
	on A ping -q -c "$3" -i 0.1 -W 2 -I $VRF -I "${ADDRESS[$1]}" \
		"${ADDRESS[$2]}" >/dev/null
}

# counted: packets received and sent by each link of A, restored and tagged by A,
# by B
counted() {
	on A "$SHIM6CTL" -j qos show traffic >"$WORKDIR/traffic"
	json_get "$WORKDIR/traffic" '" ".join(str(sum(t[way] for t in j
		if t["link"] == link)) for link in ("isp1", "isp2")
		for way in ("rx_packets", "tx_packets"))'
	stat_of A payload_in
	stat_of A payload_out
	stat_of B payload_in
	stat_of B payload_out
}

# growth COMMAND...: what it adds to each of these
growth() {
	local before after

	before=$(counted)
	"$@" || echo "$* failed"
	after=$(counted)
	# shellcheck disable=SC2086
	echo $before $after | awk '{
		for (i = 1; i <= NF / 2; i++)
			printf "%d%s", $(i + NF / 2) - $i,
				(i < NF / 2 ? " " : "\n")
	}'
}

# pair_packets FROM TO: both ways, as the trigger counts them
pair_packets() {
	on A "$SHIM6CTL" -j status >"$WORKDIR/status"
	json_get "$WORKDIR/status" 'sum(f["packets"] for f in j["flows"]
		if f["ulid_local"] == "'"${ADDRESS[$1]}"'" and
		f["ulid_peer"] == "'"${ADDRESS[$2]}"'")'
}

vrf_up
check_equal "packets by link without a context" \
	"$(growth pings A1 B1 $PINGS)" "$PINGS $PINGS 0 0 0 0 0 0"
check_equal "what the trigger has counted of a pair without one" \
	"$(pair_packets A1 B1)" $((2 * PINGS))
check_equal "packets to itself are of no link" \
	"$(growth pings A1 A1 2)" "0 0 0 0 0 0 0 0"

for host in A B; do
	param $host send_timeout 3000
done
SESSION_VRF=$VRF
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
ok "a context is established"
failover_check silent A1 5500
pair=$(context_pair A)
check_equal "the link that A uses" "${pair%% *}" A2
jobs_stop
sleep 2
check_equal "packets by link after the switch" \
	"$(growth pings A1 B1 $PINGS)" \
	"0 0 $PINGS $PINGS $PINGS $PINGS $PINGS $PINGS"
tc -n A qdisc add dev $VRF root pfifo
check_equal "with a queue in front of the VRF" \
	"$(growth pings A1 B1 $PINGS)" \
	"0 0 $PINGS $PINGS $PINGS $PINGS $PINGS $PINGS"

jobs_stop
on A "$SHIM6CTL" context flush >/dev/null
on B "$SHIM6CTL" context flush >/dev/null
vrf_lines blue 200 A2 | ip -n A -6 -batch - || bail "no second VRF"
param A trigger_packets 2
sleep 2
pings A1 B1 3
on A "$SHIM6CTL" -j status >"$WORKDIR/status"
check_equal "a locator in another VRF is none" \
	"$(json_get "$WORKDIR/status" 'j["flows"][0]["reason"]')" \
	single_locator
