#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# timeout: 400
# Traffic control on a kernel that has everything: "shim6ctl qos" and the
# scripts it writes, what went away years ago and is still away, and the
# figures of the survey with traffic through them.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/router.sh"

require ip tc

# What is ours on r2; twice for the dump of a profile
device_dump() {
	tc -n R -j -batch - <<-END
		qdisc show dev r2
		class show dev r2
		filter show dev r2
	END
	tc -n R -j filter show dev r2 egress
}

is_default() {
	[ "$(tc -n R qdisc show dev r2)" = "$DEFAULT" ] &&
		! ip -n R -o link show | grep -q shim6ifb
}

# twice WORDS...: the second time nothing is touched
twice() {
	"$SHIM6CTL" -n R qos apply "$@" dev r2 >/dev/null || return
	device_dump >"$WORKDIR/first"
	"$SHIM6CTL" -n R qos apply "$@" dev r2 | grep -q 'already there' &&
		device_dump | diff "$WORKDIR/first" -
}

once() {
	"$SHIM6CTL" -n R qos apply "$@" dev r2 >/dev/null
}

removed() {
	"$SHIM6CTL" -n R qos remove dev r2 >/dev/null && is_default
}

# retired WORDS...: tc knows it, the kernel refuses it
retired() {
	! tc -n R "$@" 2>"$WORKDIR/why" &&
		grep -qE 'kind is unknown|classifier not found' "$WORKDIR/why"
}

test_kinds() {
	check "no kind is missing" "$SHIM6CTL" -n R qos check
	check "sfq, drr, ets, hfsc and qfq are there" tc -n R -batch - <<-END
		qdisc replace dev r2 root handle 2: sfq
		qdisc replace dev r2 root handle 3: drr
		qdisc replace dev r2 root handle 4: ets bands 3
		qdisc replace dev r2 root handle 5: hfsc
		qdisc replace dev r2 root handle 6: qfq
	END
	check "tcindex is gone" retired filter add dev r2 parent 6: \
		protocol ip prio 1 tcindex mask 0xfc shift 2
	check "rsvp is gone" retired filter add dev r2 parent 6: protocol ip \
		prio 1 rsvp session 10.0.0.1
	tc -n R qdisc del dev r2 root
	check "cbq is gone" retired qdisc add dev r2 root handle 1: cbq \
		bandwidth 10Mbit avpkt 1000 cell 8
	check "dsmark is gone" retired qdisc add dev r2 root handle 1: \
		dsmark indices 64
	check "atm is gone" retired qdisc add dev r2 root handle 1: atm
	check "teql is there" modprobe sch_teql
}

test_profiles() {
	check "edge of diffserv twice: the same dump" \
		twice edge rate 10mbit router
	check "core of the survey instead" once core profile survey
	check "removed: the default is back" removed
	check "ingress of diffserv twice: the same dump" \
		twice ingress rate 10mbit
	check "removed: the device of ingress is gone" removed
	check "cake" once core profile cake rate 10mbit
	check "removed by a script" eval \
		'on R "$SCRIPTS/qos/remove.sh" r2 && is_default'
}

modprobe -q pktgen || bail "no packet generator"
router_up
DEFAULT=$(tc -n R qdisc show dev r2)
test_kinds
test_profiles
"$PYTHON" "$SCRIPTS/tests/qos-traffic.py" edge fifo core gred ||
	not_ok "the tests ended early"
