#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: qemu
# timeout: 400
# cpus: 1
# Traffic control on a kernel that has everything: "shim6ctl qos", what went
# away years ago and is still away, and the figures of the survey with traffic
# through them. (The rest of it is in qos-stock-more.)

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/router.sh"
. "$SCRIPTS/qos-device.sh"

require ip tc

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
	# Its device would stay
	modprobe -r sch_teql
}

qos_up
test_kinds
check "edge of diffserv twice: the same dump" twice edge rate 10mbit router
check "removed: the default is back" removed
qos_traffic unmarked edge fifo core prio gred ingress route intserv
