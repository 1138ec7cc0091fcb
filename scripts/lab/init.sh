#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# First process of a host of the lab, in its initial file system, which has
# busybox only: puts a layer of memory over a Debian system in a folder of the
# host, adds what the folder LAB_PUT has, and goes on with that system's init.

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
$b mount -t overlay -o \
	"lowerdir=/lower$LAB_ROOT,upperdir=/upper/upper,workdir=/upper/work" \
	none /root
$b cp -a "/lower$LAB_PUT/." /root/
$b mkdir -p /root/lab
$b mount -t 9p -o "$p9,cache=none" out /root/lab
$b umount /proc
$b umount /dev
exec $b switch_root /root /sbin/init
