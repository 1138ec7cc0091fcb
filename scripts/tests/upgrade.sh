#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# The module is exchanged for another one under sessions, as the packages do it:
# settings of every namespace are there again, sessions live, contexts are set
# up anew; what ends is said. A host starts with its service.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"

SERVICE=$SCRIPTS/pkg/service.sh
DISK=/lib/modules/$(uname -r)/updates/shim6.ko

# As a package would have put them there; the guest's files go with it
installed() {
	ln -s "$SHIM6CTL" /usr/sbin/shim6ctl &&
		install -D "$SHIM6_KO" "$DISK" && depmod -a
}

# Another module to whoever asks, though it does the same
built_anew() {
	LC_ALL=C sed -i 's/srcversion=./srcversion=Z/' "$DISK" && depmod -a
}

# The guest's own namespace is a host, too, whose addresses have a key
host_files() {
	ip link add p1 type dummy &&
		ip link set p1 up &&
		shim6ctl -q cga generate 2001:db8:e:1::/64 bits 1024 sec 0 \
			file /etc/shim6.cga >/dev/null &&
		shim6ctl -q hba generate 2001:db8:e:2::/64 2001:db8:e:3::/64 \
			sec 0 file /etc/shim6.hba >/dev/null &&
		cat >/etc/default/shim6 <<-END &&
			HBA_OPTIONS="nodad dev p1=2001:db8:e:2::/64 p1=2001:db8:e:3::/64"
			CGA_OPTIONS="nodad dev p1"
		END
		echo "policy add never proto 89 once	# never mind" \
			>/etc/shim6.conf
}

# settings NS: all that a person sees of them
settings() {
	local ns=$1 what

	for what in param policy hba cga locator; do
		shim6ctl ${ns:+-n "$ns"} -j $what list
	done >"$WORKDIR/all"
	# Numbers of things, and what is counted, begin anew
	sed -E '/"(id|key|set|hits|generation|signature)":/d' "$WORKDIR/all"
}

settings_kept() {
	local ns

	for ns in "" A B; do
		diff "$WORKDIR/before.$ns" <(settings "$ns") || return 1
	done
}

settings_note() {
	local ns

	for ns in "" A B; do
		settings "$ns" >"$WORKDIR/before.$ns"
	done
}

# service_says PATTERN WORDS...: its end is waited for, as it goes on when it has
# said something
service_says() {
	local pattern=$1

	shift
	"$SERVICE" "$@" >"$WORKDIR/said" 2>&1 || true
	grep -q "$pattern" "$WORKDIR/said" || {
		cat "$WORKDIR/said"
		return 1
	}
}

# settings_return: those from before, in the end: the module hears of addresses
# a moment after it was loaded
settings_return() {
	busywait $PATIENCE settings_kept || settings_kept
}

# number NS OBJECT: of things in a list
number() {
	shim6ctl ${1:+-n "$1"} -j "$2" list >"$WORKDIR/list"
	json_get "$WORKDIR/list" 'len(j)'
}

check "the module and the tool are installed" installed
modprobe shim6 || bail "the module does not load"
check "a host's files are made" host_files
check "the service starts" "$SERVICE" start
check "and once more" "$SERVICE" start
check_range "prefixes of HBA sets of the host" "$(number "" hba)" 2 2
check_range "CGAs of the host" "$(number "" cga)" 1 1
check_range "rules of the host" "$(number "" policy)" 1 1

hosts_up
param A i1_timeout 1234 >/dev/null
on A "$SHIM6CTL" policy add never proto udp port 99 priority 7 >/dev/null
on A "$SHIM6CTL" locator prefer "${ADDRESS[A2]}" priority 3 weight 5 \
	transient on >/dev/null
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
settings_note
loaded=$(cat /sys/module/shim6/srcversion)

check "the same module is not exchanged" "$SERVICE" upgrade
check_range "contexts that live on" "$(number A context)" 1 1
built_anew || bail "the module cannot be changed"
echo UPGRADE=no >>/etc/default/shim6
check "nor is another one where nobody wants it" \
	service_says "exchange$" upgrade
check_range "contexts that live on" "$(number A context)" 1 1
sed -i '$d' /etc/default/shim6

sessions_look
"$SERVICE" upgrade >"$WORKDIR/said" 2>&1
check_range "exit status of the exchange" $? 0 0
cat "$WORKDIR/said"
check "another module is in use" \
	[ "$(cat /sys/module/shim6/srcversion)" != "$loaded" ]
check "it was said which context ends" \
	grep -q "established.* ${ADDRESS[A1]} .*${ADDRESS[B1]}" "$WORKDIR/said"
check "the settings are those from before" settings_return
check "a context is established again" busywait $PATIENCE context_ready
check "every session lives" sessions_live
for name in "${SESSIONS[@]}"; do
	check_range "gap of $name in ms" "$(session_field "$name" gap_ms)" 0 1000
done

exec 9</dev/shim6
check "a module in use stays, and that is said" \
	service_says "in use" exchange
exec 9<&-
check "the settings stay, too" settings_kept
