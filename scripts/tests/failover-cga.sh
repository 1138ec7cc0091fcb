#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Hosts whose addresses are CGAs, with keys of 2048 bits: their locator lists
# are signed, and sessions live through the loss of the first provider.

HOSTS_PROOF=cga
. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

send_timeout() {
	param A send_timeout 10000
	param B send_timeout 10000
}

begin() {
	hosts_up
	send_timeout
	sessions_start A1 B1
	busywait $PATIENCE context_ready || bail "no context was established"
}

end() {
	jobs_stop
	ns_clear
}

begin
for host in A B; do
	check_equal "locators of $host's context" "$(context_methods $host)" \
		"local:cga local:cga peer:cga peer:cga"
	check_equal "identities of $host" \
		"$(identities $host '[(i["bits"], i["signature"], i["locators"], i["error"]) for i in j]')" \
		"[(2048, 256, 2, 0), (2048, 256, 2, 0)]"
	check_equal "signatures $host refused" "$(stat_of $host rx_drop_signature)" 0
	check_range "signatures $host verified" \
		"$(stat_of $host signatures_verified)" 1 4
done
made=$(stat_of A signatures_made)
seen=$(stat_of B signatures_verified)
failover_check carrier A1 300
check_range "lists that A signed meanwhile" \
	"$(($(stat_of A signatures_made) - made))" 1 2
check_equal "list of one locator that B verified" \
	"$(($(stat_of B signatures_verified) - seen))" 1
check_equal "locators A announces" \
	"$(identities A '[i["locators"] for i in j]')" "[1, 1]"
end

begin
failover_check silent A1 12500
pair=$(context_pair A)
check_equal "own link in use" "${pair% *}" A2
end
