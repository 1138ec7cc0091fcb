#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
#   service start	addresses, keys and settings of this host, at boot
#   service upgrade	go over to another module if one was built and
#			/etc/default/shim6 says so
#   service exchange	go over to the module on disk
#
# They may be run at any time: what is in force already stays as it is.
set -u

HBA=/etc/shim6.hba
CGA=/etc/shim6.cga
SETTINGS=/etc/shim6.conf
STATE=/run/shim6
HBA_OPTIONS=
CGA_OPTIONS=
UPGRADE=yes

say() {
	echo "shim6: $*"
}

# The private key's parser is a module in some kernels, built in in others
load_key() {
	modprobe -q pkcs8_key_parser || true
	# shellcheck disable=SC2086
	shim6ctl -q cga load $CGA $CGA_OPTIONS >/dev/null
}

start() {
	status=0
	# shellcheck disable=SC2086
	[ ! -e $HBA ] || shim6ctl -q hba install $HBA $HBA_OPTIONS >/dev/null ||
		status=1
	[ ! -e $CGA ] || load_key || status=1
	[ ! -e $SETTINGS ] || shim6ctl state restore $SETTINGS >/dev/null ||
		status=1
	return $status
}

# Is the module in use another one than the one on disk
is_outdated() {
	[ -r /sys/module/shim6/srcversion ] || return 1
	new=$(modinfo -F srcversion shim6 2>/dev/null) || return 1
	[ "$new" != "$(cat /sys/module/shim6/srcversion)" ]
}

# Names of all network namespaces; the first one has none
namespaces() {
	ls /run/netns 2>/dev/null
}

# save NAMESPACE
save() {
	option=
	[ ! -e $CGA ] || option="cga $CGA"
	# shellcheck disable=SC2086
	shim6ctl -q ${1:+-n "$1"} state save "$STATE/state${1:+.$1}" contexts \
		$option
}

restore() {
	shim6ctl ${1:+-n "$1"} state restore "$STATE/state${1:+.$1}" >/dev/null
}

reload() {
	if ! modprobe -r shim6; then
		say "the old module is in use, the new one takes over at the" \
			"next start or with: $0 exchange"
		return 1
	fi
	modprobe shim6 && return
	say "the new module cannot be loaded, see the kernel's log; sessions" \
		"go on without Shim6. The settings are in $STATE"
	return 1
}

exchange() {
	status=0
	mkdir -p -m 0700 $STATE
	for ns in "" $(namespaces); do
		save "$ns" || status=1
	done
	if [ $status -ne 0 ]; then
		say "not all settings can be saved, so the old module stays"
		return 1
	fi
	reload || return 1
	for ns in "" $(namespaces); do
		restore "$ns" || status=1
	done
	[ $status -eq 0 ] || say "not all of $STATE could be restored"
	return $status
}

upgrade() {
	is_outdated || return 0
	if [ "$UPGRADE" = no ]; then
		say "a new module is there; it takes over at the next start," \
			"or with: $0 exchange"
		return 0
	fi
	say "going over to module $(modinfo -F version shim6)"
	exchange
}

# shellcheck source=/dev/null
[ ! -r /etc/default/shim6 ] || . /etc/default/shim6

case ${1:-} in
start | upgrade | exchange) "$1" ;;
*)
	sed -n '4,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
