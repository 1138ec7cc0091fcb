#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# "hba auto": a host that knows only what routers advertise gets addresses that
# prove each other, uses them as sources in spite of temporary ones, routes by
# source and survives a failure. Renumbered under traffic, it makes the next
# set. Nothing that others made is touched, and all that was made goes again.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/topo/advertised.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

require radvd

auto() {
	on A "$SHIM6CTL" hba auto state "$WORKDIR/auto" sec 0 "$@"
}

auto_start() {
	start A "$SHIM6CTL" hba auto state "$WORKDIR/auto" sec 0 settle 2 \
		>>"$WORKDIR/auto.log" 2>&1
	AUTO=$JOB
}

# address_in PREFIX: the preferred address of a set in it
address_in() {
	local net=${1%::/64} line

	while read -r line; do
		[[ $line == *" ${net}:"* && $line != *deprecated* ]] || continue
		set -- $line
		grep -qs " ${4%/*}$" "$WORKDIR"/auto/*.hba || continue
		echo "${4%/*}"
		return
	done < <(on A ip -6 -o addr show scope global)
}

# both_there LINK LINK: addresses of ours in both prefixes
both_there() {
	local link

	for link; do
		ADDRESS[$link]=$(address_in "$(prefix_of "$link")")
		[ -n "${ADDRESS[$link]}" ] || return 1
	done
}

# chosen DEV: the source that the kernel takes there when none is named
chosen() {
	on A ip -6 route get "${ADDRESS[B1]}" oif "$1" |
		sed -n 's/.* src \([^ ]*\).*/\1/p'
}

# leaves_by LINK: packets from its address go to its provider
leaves_by() {
	on A ip -6 route get "${ADDRESS[B1]}" from "${ADDRESS[$1]}" |
		grep -q " dev p${1:1} "
}

sets() {
	on A "$SHIM6CTL" -j hba list >"$WORKDIR/sets"
	json_get "$WORKDIR/sets" 'len({a["id"] for a in j})'
}

# What is ours on the host, a line each
ours() {
	{
		on A ip -6 rule show | grep "lookup 14\|suppress_prefixlength"
		on A ip -6 route show table all proto 140
		on A ip addrlabel show | grep "label 140\|2001:db8:.*/128"
		on A "$SHIM6CTL" -j hba list | grep '"address"'
	} | sort
}

# What is not, without its lifetimes
others() {
	on A ip -6 rule show | grep -v "lookup 14\|prefixlength"
	on A ip -6 -o addr show scope global | sed 's/valid_lft.*//' |
		grep -vF -f "$WORKDIR/made"
	on A ip addrlabel show | grep -v "label 140\|^prefix 2001:db8.*/128"
}

first_set() {
	check "alone: no set of one prefix" eval \
		'auto once | grep -q "a set needs one of each provider"'
	auto_start
	advertise 2 "$(prefix_of A2):600:300"
	check "both prefixes: an address of a set in each" \
		busywait $PATIENCE both_there A1 A2
	check "both prefixes: one set" [ "$(sets)" = 1 ]
	check "temporary addresses are there" \
		eval 'on A ip -6 addr show temporary | grep -q inet6'
	check "provider 1: the set's address is chosen" \
		busywait $PATIENCE eval '[ "$(chosen p1)" = "${ADDRESS[A1]}" ]'
	check "provider 2: the set's address is chosen" \
		busywait $PATIENCE eval '[ "$(chosen p2)" = "${ADDRESS[A2]}" ]'
	check "provider 1: its own packets" busywait $PATIENCE leaves_by A1
	check "provider 2: its own packets" busywait $PATIENCE leaves_by A2
	check "doctor has nothing to mend" healthy
}

# healthy: doctor finds nothing, or what it finds is shown
healthy() {
	on A "$SHIM6CTL" doctor >"$WORKDIR/doctor" 2>&1 || {
		sed 's/^/# /' "$WORKDIR/doctor"
		return 1
	}
}

failure() {
	param A send_timeout 3000
	param B send_timeout 3000
	sessions_start A1 B1
	busywait $PATIENCE context_ready || bail "no context was established"
	failover_check silent A1 5500
	repair silent A1
}

# lifetime LINK: seconds its address is preferred for
lifetime() {
	on A ip -6 -o addr show to "${ADDRESS[$1]}" |
		sed -n 's/.*preferred_lft \([0-9]*\)sec.*/\1/p'
}

renewed() {
	[ "$(lifetime A1)" -gt 292 ]
}

# A3 is a prefix of provider 2
renumbering() {
	local old=${ADDRESS[A2]}

	check "an advertisement renews it" busywait $PATIENCE renewed
	ip -n R2 -6 -batch - <<-END
		addr add 2001:db8:a3::1/64 dev a nodad
		rule add iif a from $(prefix_of A3) lookup main pref 100
	END
	ip -n R1 -6 route add "$(prefix_of A3)" via 2001:db8:ff::2
	advertise 2 "$(prefix_of A2):600:0" "$(prefix_of A3):600:300"
	sessions_look
	ADDRESS[A1_OLD]=${ADDRESS[A1]}
	# They are added one after the other, that of the new prefix maybe first
	check "a new prefix: addresses of the next set, a new one in the other" \
		busywait $PATIENCE eval 'both_there A1 A3 && [ "$(sets)" = 2 ] &&
			[ "${ADDRESS[A1]}" != "${ADDRESS[A1_OLD]}" ]'
	check "a new prefix: the old ones are deprecated" \
		busywait $PATIENCE eval \
		'[ "$(on A ip -6 addr show deprecated | grep -c -e "$old" -e "${ADDRESS[A1_OLD]}")" = 2 ]'
	check "a new prefix: every session lives" sessions_live
	check "a new prefix: its address is chosen" \
		busywait $PATIENCE eval '[ "$(chosen p2)" = "${ADDRESS[A3]}" ]'
	check "a new prefix: its own packets" busywait $PATIENCE eval \
		'on A ip -6 route get "${ADDRESS[B1]}" from "${ADDRESS[A3]}" | grep -q " dev p2 "'
}

again() {
	local before after

	check "the module has seen every address" busywait $PATIENCE eval \
		'! on A "$SHIM6CTL" -j hba list | grep -q null'
	before=$(ours)
	stop "$AUTO"
	check "after its end everything stays" [ "$(ours)" = "$before" ]
	auto_start
	sleep 10
	after=$(ours)
	check "started again: nothing new" [ "$after" = "$before" ]
	on A ip -6 rule del from "$(prefix_of A1)" protocol 140
	on A ip addrlabel del prefix "$(prefix_of A1)" label 140
	check "a rule and a label taken away come back" \
		busywait $PATIENCE eval '[ "$(ours)" = "$before" ]'
}

removal() {
	local before

	stop "$AUTO"
	sed -n 's/^address //p' "$WORKDIR"/auto/*.hba >"$WORKDIR/made"
	on A ip -6 rule add from 2001:db8:77::/64 lookup 77 pref 900
	before=$(others)
	check "removed" eval 'auto remove >>"$WORKDIR/auto.log" 2>&1'
	check "removed: nothing of ours is left" [ -z "$(ours)" ]
	check "removed: no file either" \
		eval '! ls "$WORKDIR"/auto/*.hba 2>/dev/null'
	check "removed: all else is as it was" [ "$(others)" = "$before" ]
}

hosts_address B
module_load || bail "the module does not load"
topo_up
hosts_install B
host_forget
advertise 1 "$(prefix_of A1):600:300"
busywait $PATIENCE eval \
	'on A ip -6 addr show scope global | grep -q "${ADDRESS[A1]%::a}"' ||
	bail "no prefix is advertised"
on A "$SHIM6CTL" policy add always proto tcp >/dev/null
first_set
failure
renumbering
again
removal
[ "$COUNT_FAILED" -eq 0 ] || sed 's/^/# /' "$WORKDIR/auto.log"
