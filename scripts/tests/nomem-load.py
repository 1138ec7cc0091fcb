#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What the module does when memory is missing while it begins.

nomem-load.py MODULE: the kernel makes one allocation of a system call fail,
the last one first, until those that fail are not the module's any more.
"""

import ctypes
import errno
import glob
import os
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import abi  # noqa: E402
from abi import (equal, libc, name_of, open_device, PROCFS,  # noqa: E402
                 result, SYSFS)
from abi_qos import (ABORT, bare, BEGIN, CLASS_SET, COMMIT,  # noqa: E402
                     CTX_OUT, FLUSH, found, POLICE_SET, RULE_SET)

FINIT_MODULE, DELETE_MODULE = 313, 176
FAILSLAB = "/sys/kernel/debug/failslab"
TRACING = "/sys/kernel/tracing"
# More than any system call here allocates
NEVER = 1000000
# So many in a row that may fail without any harm are none of the module's
HARMLESS = 40


def put(path, value):
    with open(path, "w", encoding="ascii") as file:
        file.write(value)


def prepare():
    for name, value in (("probability", "0"), ("times", "-1"),
                        ("verbose", "0"), ("ignore-gfp-wait", "N"),
                        ("cache-filter", "Y")):
        put(f"{FAILSLAB}/{name}", value)
    for pattern in ("kmalloc-[0-9]*", "kernfs_node_cache", "proc_dir_entry"):
        for cache in glob.glob(f"/sys/kernel/slab/{pattern}"):
            put(f"{cache}/failslab", "1")
    put(f"{TRACING}/events/module/module_load/enable", "1")


def failing(n, call):
    """errno of a system call whose n-th allocation fails, and how many more
    it would have taken: none when one failed"""
    os.pwrite(FAIL, b"%d" % n, 0)
    err = 0 if call() == 0 else ctypes.get_errno()
    left = int(os.pread(FAIL, 20, 0))
    os.pwrite(FAIL, b"0", 0)
    return err, left


def load():
    return libc.syscall(FINIT_MODULE, MODULE, b"", 0)


def unload():
    if libc.syscall(DELETE_MODULE, b"shim6", 0):
        sys.exit(f"not ok - unload: {name_of(ctypes.get_errno())}")


def reached_init():
    """Did the last load come as far as the module's own code?"""
    with open(f"{TRACING}/trace", encoding="ascii") as file:
        return "shim6" in file.read()


def left_behind():
    return [path for path in (SYSFS, PROCFS, "/dev/shim6",
                              "/sys/module/shim6") if os.path.exists(path)]


def test_load():
    err, left = failing(NEVER, load)
    equal("loads when nothing fails", name_of(err), "success")
    unload()
    errors, remains, harmless = [], [], 0
    for n in range(NEVER - left, 0, -1):
        put(f"{TRACING}/trace", "")
        err, left = failing(n, load)
        if not err:
            unload()
        if not reached_init() or harmless == HARMLESS:
            break
        harmless = 0 if err else harmless + 1
        if err:
            errors.append(err)
            remains += left_behind()
    result(len(errors) > 20, f"loading failed for want of memory at "
           f"{len(errors)} places")
    equal("each time because of that", set(errors), {errno.ENOMEM})
    equal("nothing was left behind", remains, [])


def each_refused(what, call, undo=lambda: None):
    """Each allocation of a command fails once; in the end none does."""
    n, refused = 0, []
    while True:
        n += 1
        err, left = failing(n, call)
        if left:
            break
        if err:
            refused.append(err)
        else:
            undo()
    equal(f"{what} when memory is there again", name_of(err), "success")
    undo()
    result(refused and set(refused) == {errno.ENOMEM},
           f"{what} is refused when memory is missing", refused)


def command(fd, which, data):
    """For failing(): what the device says, as a system call would."""
    def call():
        err = which.call(fd, data)[0]
        ctypes.set_errno(err)
        return -1 if err else 0
    return call


def delete(fd, listed, which):
    for element in abi.walk(fd, listed):
        which.call(fd, abi.ref_arg(struct.unpack_from("=I", element)[0]))


def open_close():
    fd = libc.open(b"/dev/shim6", os.O_RDWR)
    if fd < 0:
        return fd
    os.close(fd)
    return 0


# Contexts that the host starts: one to each prefix, and few prefixes so that
# the table for them is a single page
BY_PREFIX = POLICE_SET.layout.pack(kind=CTX_OUT, rate=0, burst=0, src_len=64,
                                   src_rate=1, src_burst=1, src_slots=4)


def bare_call(fd, nr):
    """Like command()"""
    err = bare(fd, nr)
    ctypes.set_errno(err)
    return -1 if err else 0


def begin(fd):
    bare(fd, ABORT)
    bare(fd, FLUSH)
    bare(fd, BEGIN)
    POLICE_SET.call(fd, BY_PREFIX)


def admitted(fd):
    """Of two contexts with hosts of one prefix"""
    errors = [abi.CTX_CREATE.call(fd, abi.pair_arg(
        "2001:db8::1", f"2001:db8:1::{n}"))[0] for n in (1, 2)]
    abi.CTX_FLUSH.call(fd, abi.ref_arg(0))
    return errors.count(0)


def test_limit(fd, what, prepare_it, call):
    """It is refused, and then nothing is limited, or it is in force with all
    that belongs to it: the failure of an allocation has no third outcome."""
    n, refused, wrong = 0, [], []
    while True:
        n += 1
        prepare_it()
        err, left = failing(n, call)
        refused += [err] if err else []
        bare(fd, ABORT)
        listed = len(found(fd, "QOS_POLICE_LIST"))
        outcome = listed, admitted(fd)
        if outcome != ((0, 2) if err else (1, 1)):
            wrong.append((n, err, outcome))
        if left:
            break
    bare(fd, FLUSH)
    equal(f"{what} when memory is there again", name_of(err), "success")
    equal(f"{what} is refused for want of memory", set(refused),
          {errno.ENOMEM})
    equal(f"{what} is in force as a whole or not at all", wrong, [])


def test_device():
    """Commands of the device, on a host with one address."""
    equal("it loads again", load(), 0)
    subprocess.run(["ip", "-batch", "-"], input="link add d0 type dummy\n"
                   "link set dev d0 up\n"
                   "addr add 2001:db8::1/64 dev d0 nodad\n",
                   text=True, check=True)
    fd = open_device()
    each_refused("open", open_close)
    each_refused("a set", command(fd, abi.HBA_ADD, abi.hba_arg()),
                 lambda: delete(fd, "HBA_LIST", abi.HBA_DEL))
    each_refused("a policy", command(fd, abi.POLICY_ADD, abi.policy_arg()),
                 lambda: delete(fd, "POLICY_LIST", abi.POLICY_DEL))
    each_refused("a context", command(fd, abi.CTX_CREATE, abi.pair_arg(
        "2001:db8::1", "2001:db8:1::1")),
        lambda: abi.CTX_FLUSH.call(fd, abi.ref_arg(0)))
    size = iter(range(1024, 4096, 64))
    each_refused("a larger table of flows", lambda: command(
        fd, abi.PARAM_SET, abi.param_arg(value=next(size),
                                         name=b"flow_max"))())
    each_refused("a queue of events", command(fd, abi.EVENT_MASK,
                                              struct.pack("=Q", 1)))
    for what, which in (("a class", CLASS_SET), ("a rule", RULE_SET)):
        each_refused(what, command(fd, which, which.sample),
                     lambda: bare(fd, FLUSH))
    test_limit(fd, "a limit", lambda: bare(fd, FLUSH),
               command(fd, POLICE_SET, BY_PREFIX))
    test_limit(fd, "a limit of a transaction", lambda: begin(fd),
               lambda: bare_call(fd, COMMIT))
    equal("the device answers", name_of(abi.INFO.call(fd)[0]), "success")
    os.close(fd)
    unload()


MODULE = os.open(sys.argv[1], os.O_RDONLY)
FAIL = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
prepare()
test_load()
test_device()
sys.exit(bool(abi.failures))
