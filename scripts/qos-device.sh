# SPDX-License-Identifier: GPL-2.0
# What "shim6ctl qos" does to r2, the device of topo/router.sh. Sourced after
# it.
# shellcheck shell=bash

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

once() {
	"$SHIM6CTL" -n R qos apply "$@" dev r2 >/dev/null
}

# twice WORDS...: the second time nothing is touched
twice() {
	once "$@" || return
	device_dump >"$WORKDIR/first"
	"$SHIM6CTL" -n R qos apply "$@" dev r2 | grep -q 'already there' &&
		device_dump | diff "$WORKDIR/first" -
}

removed() {
	"$SHIM6CTL" -n R qos remove dev r2 >/dev/null && is_default
}

removed_by_script() {
	on R "$SCRIPTS/qos/remove.sh" r2 && is_default
}

qos_up() {
	modprobe -q pktgen || bail "no packet generator"
	router_up
	DEFAULT=$(tc -n R qdisc show dev r2)
}

# qos_traffic NAME...: tests of qos-traffic.py
qos_traffic() {
	"$PYTHON" "$SCRIPTS/tests/qos-traffic.py" "$@" ||
		not_ok "the tests ended early"
}
