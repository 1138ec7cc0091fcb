#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# One fault after the other in a lab where all is well: "shim6ctl doctor" names
# that one and no other, and what it says mends it. That it did is seen from the
# next report, which has nothing but the next fault; the last one has none.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

# Remedies are typed in as they are
PATH=$TOP/shim6ctl:$PATH
SPARE=2001:db8:a1::99
REPORT=$WORKDIR/doctor
PEER=()

# report_read: the findings into FOUND, with a blank behind each, and all their
# commands; what was said of the last one into the others
report_read() {
	local line key value

	FOUND='' TEXT='' COMMAND='' COMMANDS=() ADVICE='' SKIPPED=0
	while IFS= read -r line; do
		[[ $line =~ ^\ *\"([a-z0-9_]+)\":\ \"(.*)\",?$ ]] || continue
		key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]//'\"'/'"'}
		case $key in
		finding) FOUND+="$value " ;;
		text) TEXT=$value ;;
		command) COMMAND=$value COMMANDS+=("$value") ;;
		advice) ADVICE=$value ;;
		result) [ "$value" != skipped ] || SKIPPED=$((SKIPPED + 1)) ;;
		esac
	done <"$REPORT"
}

examine() {
	shim6ctl -j doctor "$@" >"$REPORT" 2>&1
	STATUS=$?
	report_read
}

# names WHAT WORD: exactly this
names() {
	examine "${PEER[@]}"
	check "$1: doctor says $2 (${FOUND% })" \
		test "$FOUND$STATUS" = "$2 1"
	remark "$TEXT"
	remark "${COMMAND:-$ADVICE}"
}

# mended WHAT WORD: and its command is run
mended() {
	names "$@"
	bash -c "${COMMAND:-false}" >"$WORKDIR/out" 2>&1 && return
	not_ok "$1: its command fails"
	cat "$WORKDIR/out"
}

# mended_by WHAT WORD COMMAND...: what its advice in words comes to
mended_by() {
	names "$1" "$2"
	shift 2
	"$@" || not_ok "could not be mended: $*"
}

well() {
	examine "${PEER[@]}"
	check "$1: well" test "$FOUND$STATUS" = 0
	[ "$STATUS" = 0 ] || cat "$REPORT"
}

# all_mended: everything that is said, until nothing is
all_mended() {
	local command rounds=3

	until examine && [ $STATUS = 0 ] || [ $((rounds--)) = 0 ]; do
		for command in "${COMMANDS[@]}"; do
			remark "$command"
			bash -c "$command" >/dev/null || return
		done
	done
}

rules() {
	nft -f - <<<"$1"
}

modules() {
	local folder

	folder=/lib/modules/$(uname -r)
	names "no module" module_missing
	mkdir -p "$folder/updates"
	cp "$SHIM6_KO" "$folder/updates"
	depmod -a
	mended "module not loaded" module_not_loaded
	names "nothing set up" no_set
}

# --- the peer and the ways to it

path_filter() {
	on R2 nft -f - <<-'END'
		table ip6 strict {
			chain f {
				type filter hook forward priority 0;
				iifname "a" meta l4proto 140 drop
			}
		}
	END
}

# An ICMP error comes while doctor listens, which is nothing to be busy with
nobody() {
	local TIMEFORMAT='%U %S' used

	{ time examine 2001:db8:b1::77; } 2>"$WORKDIR/used"
	check "nobody there: doctor says so" \
		test "$FOUND" = "peer_unreachable "
	check "and was told by a router" grep -q '"plain": "refused"' "$REPORT"
	read -r -a used < <(tr -d . <"$WORKDIR/used")
	check_range "and slept meanwhile: ms of a processor" \
		$((10#${used[0]} + 10#${used[1]})) 0 400
}

paths() {
	PEER=("${ADDRESS[B1]}")
	well "peer"
	check "peer: four ways were tried" \
		test "$(grep -c '"shim6": "answered"' "$REPORT")" = 4
	path_filter
	mended_by "provider drops 140" path_drops_shim6 \
		on R2 nft delete table ip6 strict
	cut silent A2
	mended_by "nothing passes" path_dead repair silent A2
	wire_lose_all B
	names "peer's firewall" peer_silent
	wire_refuse B B1
	names "peer without Shim6" peer_without_shim6
	jobs_stop
	wire_lose_none B
	nobody
	check "nothing is left of all this" \
		test "$(tail -n +2 /proc/net/shim6/contexts)" = ""
	PEER=()
}

# leaves_from LINK: the only context sends from there
leaves_from() {
	[ "$(awk 'NR > 1 && $2 == "established" { print $6 }' \
		/proc/net/shim6/contexts)" = "${ADDRESS[$1]}" ]
}

# What explain says of a session that has switched is what is on the wire
explained() {
	local id i ready header

	shim6ctl -j context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" >"$REPORT"
	id=$(sed -n 's/^ *"id": \([0-9]*\),\{0,1\}$/\1/p' "$REPORT")
	busywait $PATIENCE leaves_from A1 || not_ok "explain: no context"
	shim6ctl context path "$id" "${ADDRESS[A2]}" "${ADDRESS[B2]}" >/dev/null
	busywait $PATIENCE leaves_from A2 || not_ok "explain: no switch"
	shim6ctl -j explain "${ADDRESS[A1]}" "${ADDRESS[B1]}" proto udp \
		>"$REPORT"
	check "explain: it is rewritten" \
		grep -q '"outcome": "rewritten"' "$REPORT"
	check "explain: from a2" \
		grep -q "\"wire_source\": \"${ADDRESS[A2]}\"" "$REPORT"
	check "explain: to b2" \
		grep -q "\"wire_destination\": \"${ADDRESS[B2]}\"" "$REPORT"
	check "explain: by p2" grep -q '"interface": "p2"' "$REPORT"
	check "explain: 8 octets less" \
		grep -q '"mtu_transport": 1492' "$REPORT"
	header=$(sed -n 's/^ *"header": "\(.*\)",$/\1/p' "$REPORT")
	start A tcpdump -n -x -c 1 -i p2 \
		'ip6 proto 140 and ip6[42] & 0x80 != 0' \
		>"$WORKDIR/wire" 2>"$WORKDIR/listens"
	ready=$JOB
	busywait $PATIENCE grep -q listening "$WORKDIR/listens" ||
		not_ok "explain: nobody listens"
	for i in 1 2 3; do
		echo "$i" >"/dev/udp/${ADDRESS[B1]}/7777"
		sleep 0.2
	done
	wait "$ready"
	check "explain: the header is the one on the wire ($header)" \
		grep -q "${header:-nothing}" \
		<(sed -n 's/^\t0x[0-9a-f]*:  //p' "$WORKDIR/wire" |
		  tr -d ' \n' | sed 's/../& /g')
	setpriv --reuid 65534 --clear-groups shim6ctl -j explain \
		"${ADDRESS[A1]}" "${ADDRESS[B1]}" >"$REPORT"
	check "explain: the tag is root's" grep -q '"header": null' "$REPORT"
	# A host that alone still had it would bring it back to the other
	on B shim6ctl context flush >/dev/null
	shim6ctl context flush >/dev/null
}

# --- the ground

# as_user [PEER]: by somebody without rights
as_user() {
	setpriv --reuid 65534 --clear-groups shim6ctl -j doctor "$@" \
		>"$REPORT" 2>&1
	report_read
}

device() {
	rm /dev/shim6
	mended "no device" device_missing
	chmod 600 /dev/shim6
	as_user
	check "locked device: doctor says so" \
		test "$FOUND" = "device_permission "
	bash -c "$COMMAND"
	as_user "${ADDRESS[B1]}"
	check "an ordinary user: all well, but three things are not seen" \
		test "$FOUND$SKIPPED" = 3
}

addresses() {
	cut address A2
	mended "address deleted" set_incomplete
	cut carrier A2
	mended_by "no carrier" locator_down repair carrier A2
	shim6ctl locator prefer "${ADDRESS[A2]}" broken on >/dev/null
	mended "announced as broken" locator_broken
}

routes() {
	ip -6 rule del from "$(prefix_of A2)" lookup 102
	mended "no rule for a source" no_source_route
	ip -6 route flush table 102
	mended "rule, but no route" no_source_route
	ip -6 rule del from "$(prefix_of A2)" lookup 102
	ip -6 route flush table 102
	mended "neither rule nor route" no_source_route
	printf 'route del default metric 409%s\n' 1 2 | ip -6 -batch -
	mended "no fallback route" no_fallback_route
}

# The kernel makes it by and by
has_temporary() {
	[[ $(ip -6 -o addr show dev p1 temporary -tentative) == *2001:* ]]
}

sources() {
	ip addr add $SPARE/64 dev p1
	mended "another address is taken" source_not_proven
	ip addr del $SPARE/64 dev p1
	sysctl -q -w net.ipv6.conf.p1.use_tempaddr=2
	# Of two that are as good the kernel takes the newer
	ip -batch - <<-END
		addr add $SPARE/64 dev p1 mngtmpaddr
		addr del ${ADDRESS[A1]}/64 dev p1
		addr add ${ADDRESS[A1]}/64 dev p1
	END
	busywait $PATIENCE has_temporary || not_ok "no temporary address"
	mended "temporary addresses" source_not_proven
}

sizes() {
	ip link set dev p2 mtu 1280
	mended "small packets on a link" mtu_small
	sysctl -q -w net.ipv6.conf.p2.mtu=1284
	mended "small packets of IPv6" mtu_small
}

# --- what others set up; tables stay, mended

firewall() {
	rules 'table inet filter {
		chain input {
			type filter hook input priority 0; policy drop;
			iif lo accept
			ct state established,related accept
			icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert } accept
			tcp dport 22 accept
		}
	}'
	mended "firewall that lets little in" firewall_in
	rules 'table ip6 out {
		chain o {
			type filter hook output priority 0;
			oifname "p2" meta l4proto != { 6, 17, 58 } reject
		}
	}'
	mended "firewall that lets little out" firewall_out
	rules 'table ip6 check {
		chain p {
			type filter hook prerouting priority raw;
			fib saddr . iif oif missing drop
		}
	}'
	mended "strict reverse path" reverse_path
	rules 'table ip6 nat {
		chain p {
			type nat hook postrouting priority srcnat;
			oifname "p*" masquerade
		}
	}'
	mended "masquerade" nat
}

configured() {
	shim6ctl policy add never proto tcp >/dev/null
	mended "policy says never" policy_never
	shim6ctl param set trigger_packets 0 >/dev/null
	mended "no trigger" trigger_off
	shim6ctl param set locator_max 1 >/dev/null
	mended "one locator announced" locator_max
	shim6ctl param set tcp_kick 0 >/dev/null
	mended "no kick for TCP" tcp_kick
	shim6ctl param set verify_relaxed 1 >/dev/null
	mended "no proof asked for" verify_relaxed
	shim6ctl param set context_max 1 >/dev/null
	shim6ctl context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
	shim6ctl context create "${ADDRESS[A2]}" "${ADDRESS[B1]}" 2>/dev/null
	mended "limit of contexts" limit_context
}

# --- without a set: one that is in the file, then a new one

set_remove() {
	local id

	id=$(shim6ctl hba list | awk 'NR == 2 { print $1 }')
	shim6ctl hba remove "$id" >/dev/null
}

sets() {
	cp "$PROOF" /etc/shim6.hba
	set_remove
	mended "no set, but a file" no_set
	rm /etc/shim6.hba
	set_remove
	mended "no set and no file" no_set
	# Programs may go on with the old addresses
	all_mended
}

everything() {
	well "the lab"
	explained
	paths
	device
	addresses
	routes
	sources
	sizes
	firewall
	configured
	sets
	well "in the end"
}

# in_a FUNCTION: in host A; far fewer programs than with "on" each time
in_a() {
	PROOF=$WORKDIR/A.proof on A "$0" "$(declare -p ADDRESS)" "$1"
}

if [ $# -gt 0 ]; then
	eval "$1"
	"$2"
	exit
fi
hosts_address A B
topo_up
in_a modules
hosts_install A B
in_a everything
