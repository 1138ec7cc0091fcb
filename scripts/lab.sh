#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two Debian hosts that boot with systemd, the one with systemd-networkd, the
# other with NetworkManager, and two providers that give out addresses by
# DHCPv6: from "apt install" to a session that outlives its path, with what an
# administrator types in between and nothing else.
#
#   lab.sh              all of it
#   lab.sh --keep       leaves the guests running until a key is pressed
#
# Three emulated machines with Debian's own kernel: hosts A and B, and one with
# both routers. What each was asked, and what it said, is in out/lab. DKMS
# compiles the module beforehand, in the same Debian system, as that takes too
# long in an emulator; apt installs it in the guest.
set -euo pipefail

. "$(dirname "$0")/common.sh"
. "$SCRIPTS/counts.sh"
. "$SCRIPTS/kernel/packages.sh"
. "$SCRIPTS/pkg/root.sh"
. "$SCRIPTS/pkg/tree.sh"
. "$SCRIPTS/vm/qemu.sh"

OUT=$TOP/out/lab
# How long a guest may take over what it is asked, in seconds
PATIENCE=600
declare -A GUEST ASKED
LINKS=(A1 A2 B1 B2)

# --- packages, and the module that DKMS makes of them

# As root in a mount namespace: $1 is the folder to work in
build_all() {
	local work=$1 version

	mount -t tmpfs none "$work"
	root_open build "$work/build.layer" "$work/build"
	mkdir -p "$work/build$TOP" "$work/build/out"
	mount --bind -o ro "$TOP" "$work/build$TOP"
	mount --bind "$OUT/deb" "$work/build/out"
	inside "$work/build" bash "$SCRIPTS/deb.sh" "" /out/new
	mv "$OUT"/deb/new/shim6-{dkms,utils}_*.deb "$OUT/deb/"
	rm -rf "$OUT/deb/new"
	root_open lab "$work/lab.layer" "$work/lab"
	cp "$OUT"/deb/*.deb "$work/lab/tmp/"
	version=$(tree_version "$TOP")
	dpkg-deb -x "$OUT"/deb/shim6-dkms_*.deb "$work/lab"
	inside "$work/lab" dkms build -m shim6 -v "$version" -k "$RELEASE"
	cp "$work/lab/var/lib/dkms/shim6/$version/$RELEASE"/*/module/shim6.ko \
		"$OUT/"
}

# What packages are made of, and for which kernel
tree_key() {
	{
		echo "$RELEASE $LAB_ROOT"
		cd "$TOP" && tar -c --sort=name --mtime=@0 --exclude='*.o' \
			--exclude='*.d' --exclude=shim6ctl/shim6ctl \
			--exclude=shim6ctl/tests "${PARTS[@]}" scripts/deb.sh
	} | sha256sum
}

build() {
	local work status=0 key

	key=$(tree_key)
	[ "$key" != "$(cat "$OUT/key" 2>/dev/null)" ] || return 0
	rm -rf "$OUT/deb"
	mkdir -p "$OUT/deb"
	work=$(mktemp -d)
	as_root env OUT="$OUT" RELEASE="$RELEASE" unshare --mount \
		bash "$0" --in-namespace "$work" >"$OUT/build.log" 2>&1 ||
		status=$?
	rmdir "$work"
	[ $status -eq 0 ] || {
		cat "$OUT/build.log" >&2
		die "packages and module cannot be built"
	}
	echo "$key" >"$OUT/key"
}

# --- what a host has beside the Debian system

# The modules of the kernel that a host may want; all of them would keep depmod
# busy for minutes
host_modules() {
	local name file to=$1/usr/lib/modules/$RELEASE

	mkdir -p "$to"
	for name in virtio_net virtio_rng virtio_console 9p 9pnet_virtio \
		overlay autofs4 sha1_generic crypto_null rsa_generic \
		pkcs8_key_parser configfs efi_pstore fuse $(
			modinfo -F depends "$OUT/shim6.ko" | tr ',' ' '); do
		modprobe -d "$QEMU_ROOT" -S "$RELEASE" --show-depends "$name" \
			2>/dev/null || true
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u >"$OUT/modules"
	while read -r file; do
		install -D -m 0644 "$file" \
			"$to/${file#*"/lib/modules/$RELEASE/"}"
	done <"$OUT/modules"
	cp "$QEMU_ROOT/lib/modules/$RELEASE"/modules.{order,builtin,builtin.modinfo} \
		"$to/"
	depmod -b "$1/usr" "$RELEASE" 2>/dev/null
}

# host_put HOST: the folder that is laid over the system. As on a host that was
# there before: its name, and who configures its interfaces. Timers that begin
# minutes after boot are off, and DKMS takes what it built before.
host_put() {
	local host=$1 put=$OUT/$1.put system

	rm -rf "$put"
	system=$put/etc/systemd/system
	mkdir -p "$system/multi-user.target.wants" "$put/root" "$put/etc/dkms"
	host_modules "$put"
	cp "$OUT/shim6.ko" "$put/root/"
	printf '%s\n' 'MAKE[0]="cp /root/shim6.ko module/"' 'CLEAN=true' \
		>"$put/etc/dkms/shim6.conf"
	cp "$OUT"/deb/*.deb "$put/root/"
	echo "host-${host,,}" >"$put/etc/hostname"
	printf '%s' "$host" | md5sum | cut -c1-32 >"$put/etc/machine-id"
	cp "$SCRIPTS/lab/agent.sh" "$put/root/"
	cat >"$system/agent.service" <<-END
		[Unit]
		Description=What the lab asks for
		DefaultDependencies=no
		[Service]
		ExecStart=/bin/bash /root/agent.sh /lab
	END
	ln -s /etc/systemd/system/agent.service \
		"$system/multi-user.target.wants/"
	for name in apt-daily.timer apt-daily-upgrade.timer fstrim.timer \
		e2scrub_all.timer e2scrub_reap.service dpkg-db-backup.timer \
		radvd.service; do
		ln -s /dev/null "$system/$name"
	done
	"host_$host" "$put" "$system"
}

# systemd-networkd, configured as the images for clouds are
host_A() {
	mkdir -p "$1/etc/systemd/network"
	printf '%s\n' "[Match]" "Name=en*" "[Network]" "DHCP=yes" \
		>"$1/etc/systemd/network/all.network"
	ln -s /lib/systemd/system/systemd-networkd.service \
		"$2/multi-user.target.wants/"
	ln -s /dev/null "$2/NetworkManager.service"
	mkdir -p "$2/network-online.target.wants"
	ln -s /lib/systemd/system/systemd-networkd-wait-online.service \
		"$2/network-online.target.wants/"
	ln -s /dev/null "$2/NetworkManager-wait-online.service"
}

# NetworkManager, not configured at all
host_B() {
	:
}

# --- the machines

initrd_build() {
	local stock=$QEMU_INITRD

	QEMU_INIT=$SCRIPTS/lab/init.sh
	QEMU_INITRD=$OUT/initrd
	qemu_initrd_build
	HOST_INITRD=$QEMU_INITRD
	QEMU_INITRD=$stock
}

# card LINK SIDE: a network card, and its end of a cable; side 1 is the host's
card() {
	local link=$1 side=$2 mac other=$((3 - $2))

	mac=52:54:00:0${link:0:1}:0${link:1}:0$side
	echo "-netdev dgram,id=$link,local.type=unix,local.path=$WIRES/$link.$side,remote.type=unix,remote.path=$WIRES/$link.$other" \
		"-device virtio-net-pci,netdev=$link,mac=${mac,,},romfile="
}

host_boot() {
	local host=$1 out=$OUT/$1

	qemu_clock
	# shellcheck disable=SC2046
	setsid qemu-system-x86_64 -nodefaults -no-user-config -display none \
		-machine q35 "${QEMU_CLOCK[@]}" \
		-smp 1 -m 1024 -no-reboot \
		-kernel "$QEMU_ROOT/boot/vmlinuz-$RELEASE" \
		-initrd "$HOST_INITRD" \
		-append "console=ttyS0 loglevel=6 panic=-1 tsc=reliable no_timer_check mitigations=off $QEMU_BOOT_ARGS systemd.show_status=1 LAB_ROOT=$LAB_ROOT LAB_PUT=$OUT/$host.put" \
		-serial "file:$out/console" \
		-virtfs "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap" \
		-virtfs "local,path=$out,mount_tag=out,security_model=none,multidevs=remap" \
		-device virtio-rng-pci \
		$(card "${host}1" 1) $(card "${host}2" 1) \
		</dev/null >"$out/qemu.log" 2>&1 &
	GUEST[$host]=$!
}

routers_boot() {
	local link OUT=$OUT/R MEM=512 CPUS=1

	QEMU_ARGS=()
	for link in "${LINKS[@]}"; do
		# shellcheck disable=SC2207
		QEMU_ARGS+=($(card "$link" 2))
	done
	{
		printf 'export SHIM6_OUT=%q SHIM6_TOP=%q\n' "$OUT" "$TOP"
		printf 'MODULES=%q\nLEAK_CHECK=\nCOMMAND=(%q)\n' \
			"$QEMU_ROOT/lib/modules" "$SCRIPTS/lab/routers.sh"
	} >"$OUT/job"
	qemu_boot >"$OUT/output"
	GUEST[R]=$GUEST_PID
}

stop_all() {
	local pid

	for pid in "${GUEST[@]}"; do
		kill -KILL -- "-$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$WIRES"
}

wait_file() {
	local end=$((SECONDS + PATIENCE))

	until [ -e "$1" ]; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

# tell GUEST COMMAND: goes on meanwhile
tell() {
	local at

	ASKED[$1]=$((${ASKED[$1]:-0} + 1))
	at=$OUT/$1/${ASKED[$1]}
	printf '%s\n' "$2" >"$at.new"
	mv "$at.new" "$at.todo"
}

# hear GUEST: what it says to the last command into SAID; its status
hear() {
	local at=$OUT/$1/${ASKED[$1]}

	wait_file "$at.status" ||
		die "$1 does not answer to: $(<"$at.todo")"
	SAID=$(<"$at.said")
	return "$(<"$at.status")"
}

# ask GUEST COMMAND
ask() {
	tell "$@"
	hear "$1"
}

# until_is GUEST SECONDS COMMAND: asked again until it succeeds
until_is() {
	ask "$1" "for i in {1..$(($2 * 2))}; do ($3) && exit; sleep 0.5; done; exit 1"
}

check() {
	local what=$1

	shift
	if "$@"; then
		echo "ok - $what"
		count 1 0
	else
		printf '%s\n' "${SAID:-}" | sed 's/^/# /'
		echo "not ok - $what"
		count 0 1
	fi
}

remark() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

. "$SCRIPTS/lab/story.sh"

main() {
	local start=$SECONDS name

	BED=qemu-6.1
	qemu_ready
	RELEASE=$QEMU_RELEASE
	LAB_ROOT=$(root_prepare lab)
	root_prepare build >/dev/null
	mkdir -p "$OUT"
	build
	remark "built in $((SECONDS - start)) s"
	WIRES=$(mktemp -d)
	trap stop_all EXIT
	trap 'exit 130' INT TERM HUP
	initrd_build
	for name in R A B; do
		rm -rf "${OUT:?}/$name"
		mkdir -p "$OUT/$name"
	done
	host_put A
	host_put B
	BOOTED=$SECONDS
	routers_boot
	host_boot A
	host_boot B
	story
	if [ -n "$KEEP_RUNNING" ]; then
		read -rsn1 -p "The guests run; a key ends them." || true
	fi
	count_report
}

KEEP_RUNNING=
case ${1:-} in
--in-namespace)
	build_all "$2"
	exit
	;;
--keep) KEEP_RUNNING=1 ;;
"") ;;
*)
	sed -n '9,10s/^#   //p' "$0" >&2
	exit 2
	;;
esac
main
