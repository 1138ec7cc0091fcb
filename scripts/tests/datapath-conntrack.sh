#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# clock: real
# Connection tracking sees ULIDs on the way in and out: a flow that began
# before a switch stays established after it, defragmentation works, and what
# NAT will touch is left alone.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip nft nstat

# A host's ordinary firewall with the one rule that Shim6 needs
firewall() {
	on "$1" nft -f - <<-'END'
		table ip6 host {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
				meta l4proto 140 accept
				icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
				meta l4proto { 6, 17 } ct state new accept
			}
		}
	END
}

# What is behind the firewall of both may open nothing new
firewall_close() {
	local host

	for host in A B; do
		on $host nft -a list chain ip6 host input |
			sed -n 's/.*ct state new.*# handle \([0-9]*\)/\1/p' |
			xargs -I{} ip netns exec $host \
				nft delete rule ip6 host input handle {}
	done
}

masquerade() {
	on A nft -f - <<-'END'
		table ip6 nat {
			chain post {
				type nat hook postrouting priority 100;
				udp dport 7777 masquerade to :9000-9999
			}
		}
	END
}

# Some datagrams of such a flow; the first one of all makes its entry
send_natted() {
	on A "$PYTHON" - "${ADDRESS[A1]}" "${ADDRESS[B1]}" <<-'END'
		import socket, sys, time
		s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		s.bind((sys.argv[1], 7776))
		for _ in range(4):
		    s.sendto(b"x", (sys.argv[2], 7777))
		    time.sleep(0.1)
	END
}

# B's end of the flow is there
streams() {
	[ -n "$(on B ss -tnH state established sport = :5001)" ]
}

module_load || bail "the module does not load"
pair_up
firewall A
firewall B
pair_context
# A flow that is there before the switch
start B "$SCRIPTS/traffic.py" sink tcp "${ADDRESS[B1]}" 5001 \
	--out "$WORKDIR/sink"
sink=$JOB
busywait $PATIENCE on B sh -c 'ss -ltn | grep -q :5001'
start A "$SCRIPTS/traffic.py" source tcp "${ADDRESS[B1]}" 5001 \
	--source "${ADDRESS[A1]}" --octets 600000 --rate 100000 \
	--out "$WORKDIR/source"
source=$JOB
busywait $PATIENCE streams || bail "the flow does not begin"
masquerade
send_natted
pair_switch 2
check_exact "tracked" --segment 1444
firewall_close
wait "$sink" "$source"
check "a flow from before the switch passes the firewall" "$PYTHON" -c '
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
sys.exit(a["sha256"] != b["sha256"] or a["octets"] != 600000)' \
	"$WORKDIR/source" "$WORKDIR/sink"
before=$(counter A tx_bypass_nat)
send_natted
check "what has NAT is left alone" \
	[ $(($(counter A tx_bypass_nat) - before)) -eq 4 ]
