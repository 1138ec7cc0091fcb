#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# timeout: 240
# "shim6ctl qos" and its scripts on a kernel that has everything: each profile
# twice, removed, and what went away years ago is still away.

. "$(dirname "$0")/../lib.sh"

require ip tc

device_dump() {
	tc -n D -j -batch - <<-END
		qdisc show dev d0
		class show dev d0
		filter show dev d0
		filter show dev d0 egress
		filter show dev d0 ingress
	END
}

is_default() {
	[ "$(tc -n D qdisc show dev d0)" = "$DEFAULT" ] &&
		! ip -n D -o link show | grep -q shim6ifb
}

# again WORDS...: the second time nothing is touched
again() {
	device_dump >"$WORKDIR/first" 2>/dev/null
	[ "$("$SHIM6CTL" -n D -j qos apply "$@" dev d0 |
		grep -c 'already there')" = 1 ] || return
	device_dump 2>/dev/null | diff "$WORKDIR/first" -
}

profile() {
	check "apply $*" "$SHIM6CTL" -n D -q qos apply "$@" dev d0
	check "apply $* again: the same dump" again "$@"
	check "remove $*: the default is back" eval \
		"'$SHIM6CTL' -n D qos remove dev d0 >/dev/null && is_default"
}

# script NAME: without shim6ctl, and taken away the same way
script() {
	on D "$SCRIPTS/qos/$1" d0 && ! is_default &&
		on D "$SCRIPTS/qos/remove.sh" d0 && is_default
}

# retired WORDS...: tc's line is refused by the kernel, not by tc
retired() {
	! tc -n D "$@" 2>"$WORKDIR/why" &&
		grep -qE 'kind is unknown|classifier not found' "$WORKDIR/why"
}

present() {
	local lines

	lines=$("$SHIM6CTL" qos check) || return
	echo "$lines"
}

ns_add D
ip -n D link add d0 type veth peer name d1
ip -n D link set d0 up
ip -n D link set d1 up
DEFAULT=$(tc -n D qdisc show dev d0)

check "no kind is missing" present
profile edge profile survey
profile core profile survey
profile af-gred profile survey
profile edge rate 10mbit router
profile ingress rate 10mbit
profile core profile cake rate 10mbit
for name in edge-u32 edge-router ingress prio diffserv-core-router \
	cake-ingress minimal-ingress; do
	check "script $name.sh, and remove.sh" script $name.sh
done
check "cbq is gone" retired qdisc add dev d0 root handle 1: cbq \
	bandwidth 10Mbit avpkt 1000 cell 8
check "dsmark is gone" retired qdisc add dev d0 root handle 1: dsmark indices 64
check "atm is gone" retired qdisc add dev d0 root handle 1: atm
tc -n D qdisc add dev d0 root handle 1: prio
check "tcindex is gone" retired filter add dev d0 parent 1: protocol ip \
	prio 1 tcindex mask 0xfc shift 2
check "rsvp is gone" retired filter add dev d0 parent 1: protocol ip prio 1 \
	rsvp session 10.0.0.1
check "sfq, drr, ets, hfsc and qfq are there" tc -n D -batch - <<-END
	qdisc replace dev d0 root handle 2: sfq
	qdisc replace dev d0 root handle 3: drr
	qdisc replace dev d0 root handle 4: ets bands 3
	qdisc replace dev d0 root handle 5: hfsc
	qdisc replace dev d0 root handle 6: qfq
END
check "teql is there" modprobe sch_teql
