#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's side of scripts/lab.sh: agent.sh FOLDER carries out what is put
# there as N.todo, one after the other from 1, and leaves N.said and N.status.
set -u

cd "$1" || exit
export SHIM6_LAB=$1
n=1
touch ready
while sleep 0.2; do
	[ -e $n.todo ] || continue
	bash ./$n.todo >$n.said 2>&1 </dev/null
	echo $? >$n.status.new
	mv $n.status.new $n.status
	n=$((n + 1))
done
