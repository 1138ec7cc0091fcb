#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# ICMPv6 errors: a peer without Shim6 is recognised by its answer to I1 and not
# by a forged one; an unreachable on the locators' path starts a look around; an
# error of the peer's upper layer finds the socket.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip nft

# The peer's kernel does not see protocol 140; whoever sniffs does.
deafen() {
	on B nft -f - <<-'END'
		table netdev deaf {
			chain in {
				type filter hook ingress device p1 priority 0;
				meta protocol ip6 ip6 nexthdr 140 drop
			}
		}
	END
}

# answer_i1 OPTION...: what A's context is after B answered like that
answer_i1() {
	local job

	on A "$SHIM6CTL" context flush >/dev/null
	start B "$SCRIPTS/icmp.py" p1 "$@" >"$WORKDIR/icmp"
	job=$JOB
	busywait 10 grep -q ready "$WORKDIR/icmp" || return 1
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null
	wait "$job"
	sleep 0.3
	pair_field A state
}

# A forwarder that refuses what goes to B, and says so. (A firewall's "reject"
# is silent about a protocol whose checksum it does not find.)
refuse() {
	ip -n F -6 route replace prohibit 2001:db8:b2::/64
}

# What a connected UDP socket of A hears when nobody listens at B
nobody_listens() {
	on A "$PYTHON" - "${ADDRESS[A1]}" "${ADDRESS[B1]}" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		s.bind((sys.argv[1], 0))
		s.settimeout(5)
		s.connect((sys.argv[2], 9999))
		s.send(b"x")
		try:
		    s.recv(1)
		except ConnectionRefusedError:
		    sys.exit(0)
		sys.exit(1)
	END
}

# With a packet every 100 ms: is A's source that of the cable
uses_cable() {
	on A ping -q -c1 -W1 -I "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
	[ "$(pair_field A loc_local)" = "${ADDRESS[A$1]}" ]
}

module_load || bail "the module does not load"
pair_up forwarder
pair_context

deafen
check "a forged answer to I1 is not believed" \
	[ "$(answer_i1 --forge)" = i1_sent ]
check "it is counted" [ "$(counter A icmp_unmatched)" -eq 1 ]
check "a peer without Shim6 is recognised" \
	[ "$(answer_i1)" = no_support ]
on B nft delete table netdev deaf
on A "$SHIM6CTL" context flush >/dev/null
on B "$SHIM6CTL" context flush >/dev/null
sleep 0.3
on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
busywait $PATIENCE pair_established || bail "no second context"

pair_switch 2
check "a port that nobody listens on" nobody_listens
refuse
check "refused by a router: another pair within seconds" \
	busywait 6 uses_cable 1
check "it was a router's word, not silence" [ "$(counter A explorations)" -ge 2 ]
