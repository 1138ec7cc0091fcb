#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The files of the module, in sysfs and procfs, beside what the device says.

Runs as root in a guest with the module loaded; one line for each result.
"""

import errno
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from abi import (PROCFS, SYSFS, become_nobody, equal, errno_of,  # noqa: E402
                 in_child, name_of, params, refused, result, run,
                 stats_reset, text, walk)


def write_file(name, content):
    def write():
        fd = os.open(f"{SYSFS}/{name}", os.O_WRONLY)
        try:
            os.write(fd, content)
        finally:
            os.close(fd)
    return errno_of(write)


def read_file(name):
    with open(f"{SYSFS}/{name}", encoding="ascii") as f:
        return f.read()


def test_sysfs(fd):
    table = params(fd)
    equal("sysfs has all tunables and nothing else",
          sorted(os.listdir(SYSFS)), sorted(table))
    for name, (value, low, high, default) in table.items():
        equal(f"sysfs {name} is at its default", read_file(name),
              f"{default}\n")
        for good in (low, high):
            err = write_file(name, b"%d\n" % good)
            equal(f"sysfs {name} = {good}", (name_of(err), read_file(name)),
                  ("success", f"{good}\n"))
        bad = [(b"%d" % (high + 1), errno.ERANGE),
               (b"18446744073709551616", errno.ERANGE),
               (b"-1", errno.EINVAL), (b"garbage", errno.EINVAL),
               (b"1 2", errno.EINVAL), (b"\n", errno.EINVAL)]
        if low:
            bad.append((b"%d" % (low - 1), errno.ERANGE))
        for content, want in bad:
            refused(f"sysfs {name} = {content.decode()!r}",
                    write_file(name, content), want)
        equal(f"sysfs {name} after all that", read_file(name), f"{high}\n")
        write_file(name, b"%d" % default)


def test_sysfs_capability(fd):
    def nobody():
        become_nobody()
        refused("sysfs without privilege",
                write_file("send_timeout", b"15000"), errno.EACCES)
        refused("sysfs without privilege, on an open file",
                errno_of(os.write, opened, b"15000"), errno.EPERM)

    opened = os.open(f"{SYSFS}/send_timeout", os.O_WRONLY)
    in_child("nobody", nobody)
    os.close(opened)


def test_procfs(fd):
    names = [text(e[8:48]) for e in walk(fd, "STATS_LIST")]
    with open(f"{PROCFS}/stats", encoding="ascii") as f:
        lines = [line.split() for line in f]
    equal("stats has the names of STATS_LIST", [l[0] for l in lines], names)
    result(all(l[1].isdigit() for l in lines), "stats has a number in each")
    for name, columns in (
            ("contexts", "id state reap ulid_local ulid_peer loc_local "
             "loc_peer switches idle_ms fii age_ms switched_ms took_ms rtt_us "
             "rtt_ms tx_packets tx_bytes rx_packets rx_bytes"),
            ("locators", "id side address ifindex method prio weight "
             "status")):
        with open(f"{PROCFS}/{name}", encoding="ascii") as f:
            equal(f"{name} begins with a header", f.readline().split(),
                  columns.split())
    equal("STATS_RESET", name_of(stats_reset(fd)), "success")


sys.exit(run((test_sysfs, test_sysfs_capability, test_procfs)))
