#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# First process of the User Mode Linux bed: puts a layer of memory over the
# host's files, then goes on in guest.sh.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin

mount -t tmpfs none /run
mkdir /run/upper /run/work /run/root
mount -t overlay -o lowerdir=/,upperdir=/run/upper,workdir=/run/work \
	none /run/root
mount -t devtmpfs none /run/root/dev
mount -t tmpfs none /run/root/run
mkdir -p "/run/root$SHIM6_OUT"
mount -t hostfs -o "$SHIM6_OUT" none "/run/root$SHIM6_OUT"
exec chroot /run/root /bin/bash "$(dirname "$0")/guest.sh" /dev/tty0
