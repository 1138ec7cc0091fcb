#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# First process of the QEMU bed, in its initial file system, which has busybox
# only: puts a layer of memory over the host's files, then goes on in guest.sh.

b=/bin/busybox

# cache=loose: nobody changes the host's files under a running test
p9=trans=virtio,version=9p2000.L,msize=512000

$b mount -t proc none /proc
$b mount -t devtmpfs none /dev
while read -r module; do
	$b insmod "/modules/$module"
done </modules/order
$b mount -t 9p -o "$p9,cache=loose,ro" root /lower
$b mount -t tmpfs none /upper
$b mkdir /upper/upper /upper/work
$b mount -t overlay \
	-o lowerdir=/lower,upperdir=/upper/upper,workdir=/upper/work none /root
$b mount -t tmpfs none /root/run
$b mkdir -p "/root$SHIM6_OUT"
$b mount -t 9p -o "$p9,cache=mmap" out "/root$SHIM6_OUT"
$b mount -t devtmpfs none /root/dev
$b umount /proc
# The port is there when the machine has told of it, not with its driver
set -- /dev/vport*p1
while [ ! -c "$1" ]; do
	$b sleep 0.1
	set -- /dev/vport*p1
done
exec $b switch_root /root /bin/bash "$SHIM6_INIT" "$1"
