# SPDX-License-Identifier: GPL-2.0
# The QEMU bed of run.sh: a stock Debian kernel, emulated, the host's files
# through 9p. KVM is not used: where it exists a stock kernel may hang in it.
# shellcheck shell=bash

qemu_ready() {
	[ "$BED" != qemu ] || BED=qemu-6.1
	QEMU_ROOT=$("$SCRIPTS/kernel.sh" "stock-${BED#qemu-}")
	MODULES=$QEMU_ROOT/lib/modules
	QEMU_RELEASE=$(basename "$MODULES"/*)
	LEAK_CHECK=
	QEMU_INITRD=$QEMU_ROOT/initrd-$(qemu_initrd_key)
	[ -e "$QEMU_INITRD" ] || qemu_initrd_build
}

qemu_initrd_key() {
	sha256sum <"$SCRIPTS/vm/init-qemu.sh" | cut -c1-12
}

# The modules needed before the host's files are there, in loading order.
qemu_early_modules() {
	local name

	for name in virtio_pci virtio_console 9pnet_virtio 9p overlay; do
		modprobe -d "$QEMU_ROOT" -S "$QEMU_RELEASE" --show-depends "$name"
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++'
}

qemu_initrd_build() {
	local dir file

	dir=$(mktemp -d)
	mkdir -p "$dir"/{bin,dev,proc,lower,upper,root,modules}
	cp "$(command -v busybox)" "$dir/bin/busybox"
	ln -s busybox "$dir/bin/sh"
	cp "${QEMU_INIT:-$SCRIPTS/vm/init-qemu.sh}" "$dir/init"
	while read -r file; do
		cp "$file" "$dir/modules/"
		basename "$file" >>"$dir/modules/order"
	done < <(qemu_early_modules)
	(cd "$dir" && find . | cpio -o -H newc -R 0:0 --quiet) \
		>"$QEMU_INITRD.$$"
	mv "$QEMU_INITRD.$$" "$QEMU_INITRD"
	rm -rf "$dir"
}

# What the guest's clock goes by. Its kernel is told how fast, as on a busy
# machine it may measure anything. With a processor that copies octet by octet in
# one instruction that would count as so many.
qemu_clock() {
	local khz

	if [ -n "${COUNT_INSTRUCTIONS:-}" ]; then
		QEMU_CLOCK=(-accel tcg,thread=single
			-icount shift=0,align=off,sleep=off -cpu max,-erms,-fsrm)
		QEMU_BOOT_ARGS=nokaslr
		return
	fi
	khz=$("$SCRIPTS/vm/tsc.py")
	QEMU_CLOCK=(-accel tcg,thread=multi -cpu max)
	QEMU_BOOT_ARGS=${khz:+tsc_early_khz=$khz}
}

qemu_boot() {
	qemu_clock
	setsid qemu-system-x86_64 -nodefaults -no-user-config -display none \
		-machine q35 "${QEMU_CLOCK[@]}" \
		-smp "$CPUS" -m "$MEM" -no-reboot \
		-kernel "$QEMU_ROOT/boot/vmlinuz-$QEMU_RELEASE" \
		-initrd "$QEMU_INITRD" \
		-append "console=ttyS0 loglevel=8 panic=-1 tsc=reliable no_timer_check mitigations=off $QEMU_BOOT_ARGS SHIM6_OUT=$OUT SHIM6_INIT=$SCRIPTS/vm/guest.sh" \
		-serial "file:$OUT/console" \
		-virtfs "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap" \
		-virtfs "local,path=$OUT,mount_tag=out,security_model=none,multidevs=remap" \
		-device virtio-rng-pci -device virtio-serial-pci \
		-add-fd fd=3,set=1 \
		-chardev file,id=result,path=/dev/fdset/1,append=on \
		-device virtserialport,chardev=result,name=result \
		${QEMU_ARGS[@]+"${QEMU_ARGS[@]}"} \
		</dev/null 3>&1 2>"$OUT/qemu.log" &
	GUEST_PID=$!
}
