# SPDX-License-Identifier: GPL-2.0
# The hosts of a topology as Shim6 hosts. Sourced after lib.sh and a topology.
# shellcheck shell=bash

# What proves the addresses of a host: an HBA set, or CGAs and their key
HOSTS_PROOF=${HOSTS_PROOF:-hba}

# hosts_address HOST...: addresses that prove they belong together, instead of
# the plain ones. Before topo_up; needs no module.
hosts_address() {
	local host

	for host; do
		[ ! -e "$WORKDIR/$host.proof" ] || continue
		"$SHIM6CTL" -j "$HOSTS_PROOF" generate "$(prefix_of "${host}1")" \
			"$(prefix_of "${host}2")" sec 0 \
			file "$WORKDIR/$host.proof" >"$WORKDIR/$host.json"
		read -r "ADDRESS[${host}1]" "ADDRESS[${host}2]" < <(
			json_get "$WORKDIR/$host.json" \
				'" ".join(a["address"] for a in j["addresses"])')
	done
}

# json_get FILE EXPRESSION of j, in Python
json_get() {
	"$PYTHON" -c 'import json, sys
j = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$1" "$2"
}

# hosts_install HOST...: the addresses are there, the kernel gets the proof
hosts_install() {
	local host verb=install

	if [ "$HOSTS_PROOF" = cga ]; then
		verb=load
		# Where it is not built in: reads private keys
		modprobe -q pkcs8_key_parser || true
	fi
	for host; do
		on "$host" "$SHIM6CTL" "$HOSTS_PROOF" $verb \
			"$WORKDIR/$host.proof" nodad >/dev/null || bail "$host cannot install its addresses"
	done
}

# hosts_up: module, topology and addresses; contexts start with the first packet
hosts_up() {
	[ -d /sys/module/shim6 ] || module_load || bail "the module does not load"
	hosts_address A B
	topo_up
	hosts_install A B
	on A "$SHIM6CTL" policy add always proto tcp >/dev/null
}

# policy_clear HOST: only the defaults are left
policy_clear() {
	local rule

	on "$1" "$SHIM6CTL" -j policy list >"$WORKDIR/policy"
	for rule in $(json_get "$WORKDIR/policy" \
		'" ".join(str(r["id"]) for r in j)'); do
		on "$1" "$SHIM6CTL" policy del "$rule" >/dev/null
	done
}

# context_get HOST EXPRESSION of j, the list of contexts
context_get() {
	on "$1" "$SHIM6CTL" -j context list >"$WORKDIR/contexts" || return
	json_get "$WORKDIR/contexts" "$2"
}

# stat_of HOST NAME: a counter
stat_of() {
	on "$1" "$SHIM6CTL" -j stats all >"$WORKDIR/stats"
	json_get "$WORKDIR/stats" \
		'[c["value"] for c in j if c["name"] == "'"$2"'"][0]'
}

# context_column HOST N: of every context, from a file that costs less to read
# than a program to start, as these are asked again and again
context_column() {
	on "$1" awk -v n="$2" 'NR > 1 { printf "%s%s", k++ ? " " : "", $n }' \
		/proc/net/shim6/contexts
}

# context_ready: both hosts have an established context, and only one each
context_ready() {
	local host

	for host in A B; do
		[ "$(context_column "$host" 2)" = established ] || return 1
	done
}

# context_pair HOST: the locators in use, as link names: "A1 B1"
context_pair() {
	local link pair name=()

	pair=$(on "$1" tail -n 1 /proc/net/shim6/contexts)
	# shellcheck disable=SC2086
	set -- $pair
	for link in A1 A2 B1 B2; do
		case " $6 $7 " in
		*" ${ADDRESS[$link]} "*) name+=("$link") ;;
		esac
	done
	echo "${name[*]}"
}

# knows HOST N: its only context has so many locators at either end
knows() {
	[ "$(context_get "$1" '[(c["locators_local"], c["locators_peer"])
		for c in j]')" = "[($2, $2)]" ]
}

# both_know N: what came back has been announced, and the peer has heard it
both_know() {
	local host

	for host in A B; do
		busywait $PATIENCE knows $host "$1" ||
			bail "$host does not know $1 locators of each"
	done
}

# context_methods HOST: how the locators of its only context are proven
context_methods() {
	local id

	id=$(context_get "$1" 'j[0]["id"]')
	on "$1" "$SHIM6CTL" -j locator list context "$id" >"$WORKDIR/locators"
	json_get "$WORKDIR/locators" \
		'" ".join(sorted(l["side"] + ":" + l["method"] for l in j))'
}

# identities HOST EXPRESSION of j, its CGAs
identities() {
	on "$1" "$SHIM6CTL" -j cga list >"$WORKDIR/identities"
	json_get "$WORKDIR/identities" "$2"
}

# Shows everything about both hosts, for the log of a test that failed.
hosts_show() {
	local host

	for host in A B; do
		remark "host $host"
		on "$host" "$SHIM6CTL" status
		on "$host" "$SHIM6CTL" stats
	done
}
