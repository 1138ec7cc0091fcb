#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What /dev/shim6 takes and what it refuses, and its events.

Runs as root in a guest with the module loaded; one line for each result.
"""

import ctypes
import errno
import ipaddress
import os
import select
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from abi import (addr, become_nobody, CLONE_NEWNET, CLONE_NEWUSER,  # noqa: E402
                 COMMANDS, CTX_CREATE, CTX_FLUSH, CTX_FORK, equal,
                 errno_of, EVENT_MASK, fork_arg, HBA_ADD, hba_arg, HBA_DEL,
                 in_child, INFO, leave_chroot, libc, LIST, list_arg,
                 LIST_COMMANDS, LISTS, LOC_PREFS, mount_sysfs, name_of,
                 NOBODY, number, open_device, pair_arg, param_arg, PARAM_SET,
                 params, PDS, POLICY_ADD, policy_arg, POLICY_DEL, prefs_arg,
                 PROCFS, READ, ref_arg, refused, result, run, stats_reset,
                 SYSFS, text, unshare, walk, WRITE)
from abi_qos import bare, BARE, FLUSH, GETTERS  # noqa: E402


def clean(fd):
    for e in walk(fd, "HBA_LIST"):
        HBA_DEL.call(fd, ref_arg(struct.unpack_from("=I", e)[0]))
    for e in walk(fd, "POLICY_LIST"):
        POLICY_DEL.call(fd, ref_arg(struct.unpack_from("=I", e)[0]))
    bare(fd, FLUSH)


def test_sizes(fd):
    for c in COMMANDS:
        size = len(c.sample)
        refused(f"{c.name} below its first size", c.call(
            fd, c.sample[:-8])[0], errno.EINVAL)
        refused(f"{c.name} of no size", c.call(fd, b"")[0], errno.EINVAL)
        clean(fd)
        equal(f"{c.name} as it is", name_of(c.call(fd)[0]), name_of(c.base))
        clean(fd)
        err, data = c.call(fd, c.sample + bytes(24))
        equal(f"{c.name} larger, the rest zero", name_of(err),
              name_of(c.base))
        if c.direction & WRITE:
            refused(f"{c.name} larger, the rest not zero", c.call(
                fd, c.sample + bytes(16) + b"\0\0\0\0\0\0\0\1")[0],
                errno.E2BIG)
        else:
            err, data = c.call(fd, c.sample + b"\xff" * 24)
            equal(f"{c.name} larger: the rest is zeroed",
                  (err, data[size:]), (0, bytes(24)))
        clean(fd)


def test_reserved(fd):
    for c in COMMANDS:
        if c.flags is None:
            continue
        bad = bytearray(c.sample)
        bad[c.flags] = 1
        refused(f"{c.name} with an unknown flag", c.call(
            fd, bytes(bad))[0], errno.EINVAL)
    clean(fd)


def test_pointers(fd):
    for c in COMMANDS:
        for what, ptr in (("no", 0), ("a wild", 0x10)):
            ret = libc.ioctl(fd, ctypes.c_ulong(number(
                c.nr, c.direction, len(c.sample))), ctypes.c_void_p(ptr))
            refused(f"{c.name} with {what} pointer",
                    ctypes.get_errno() if ret < 0 else 0, errno.EFAULT)


def test_unknown(fd):
    buf = ctypes.create_string_buffer(1024)
    for what, cmd in (
            ("an unknown number", number(0x2f, READ | WRITE, 64)),
            ("the first free number", number(0x14, READ | WRITE, 64)),
            ("the last free number", number(0xff, READ | WRITE, 64)),
            ("another type", number(0x00, READ, 72, magic=0xBA)),
            ("another direction", number(0x00, WRITE, 72)),
            ("no direction", number(0x00, 0, 0)),
            ("a size for a command without", number(0x09, 0, 8))):
        ret = libc.ioctl(fd, ctypes.c_ulong(cmd), buf)
        refused(f"a command of {what}",
                ctypes.get_errno() if ret < 0 else 0, errno.ENOTTY)


def all_admin(fd, what, want):
    for c in COMMANDS:
        if c.admin:
            refused(f"{c.name} {what}", c.call(fd)[0], want)
    refused(f"STATS_RESET {what}", stats_reset(fd), want)
    for name, nr in BARE.items():
        refused(f"{name} {what}", bare(fd, nr), want)


def all_reading(fd, what):
    for c in [INFO, EVENT_MASK, *GETTERS, *LIST_COMMANDS.values()]:
        equal(f"{c.name} {what}", name_of(c.call(fd)[0]), "success")


def test_capability(fd):
    def caller():
        become_nobody()
        all_admin(fd, "by a caller without privilege", errno.EPERM)

    def both():
        become_nobody()
        own = open_device()
        all_admin(own, "without privilege", errno.EPERM)
        all_reading(own, "without privilege")

    in_child("caller", caller)
    in_child("both", both)
    # An opener without privilege cannot make a privileged program act
    os.seteuid(NOBODY)
    theirs = open_device()
    os.seteuid(0)
    all_admin(theirs, "on a file opened without privilege", errno.EPERM)
    os.close(theirs)


def timeout(fd):
    return params(fd)["send_timeout"][0]


def set_timeout(fd, ms):
    return PARAM_SET.call(fd, param_arg(value=ms, name=b"send_timeout"))[0]


def test_netns(fd):
    def other():
        unshare(CLONE_NEWNET)
        own = open_device()
        set_timeout(fd, 20000)
        equal("a file acts on the namespace it was opened in", timeout(fd),
              20000)
        equal("another namespace keeps its values", timeout(own), 15000)
        set_timeout(own, 30000)
        equal("a new file acts on the new namespace",
              (timeout(own), timeout(fd)), (30000, 20000))
        mount_sysfs()
        with open(f"{SYSFS}/send_timeout", encoding="ascii") as f:
            equal("a new mount of sysfs shows the new namespace", f.read(),
                  "30000\n")

    def owner():
        dev = os.open("/dev", os.O_DIRECTORY)
        sysfs = os.open(SYSFS, os.O_DIRECTORY)
        leave_chroot()
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
        own = os.open("shim6", os.O_RDWR, dir_fd=dev)
        equal("who owns a namespace sets its tunables",
              name_of(set_timeout(own, 25000)), "success")
        all_admin(fd, "by the owner of another namespace only", errno.EPERM)
        # Still uid 0, so it is not the file's mode that keeps it out
        file = os.open("send_timeout", os.O_WRONLY, dir_fd=sysfs)
        refused("the host's sysfs by the owner of another namespace only",
                errno_of(os.write, file, b"15000"), errno.EPERM)

    in_child("another namespace", other)
    in_child("a namespace of one's own", owner)
    set_timeout(fd, 15000)


def test_info(fd):
    err, data = INFO.call(fd)
    abi, flags, features, contexts, nparams, counters, locators, pds, hooks, \
        version = struct.unpack("=IIQIIIIII32s", data)
    equal("INFO", (err, abi, flags, features, contexts, locators, pds, hooks),
          (0, 1, 0, 127, 0, 32, 768, 0))
    equal("INFO counts the tunables", nparams, len(os.listdir(SYSFS)))
    with open(f"{PROCFS}/stats", encoding="ascii") as f:
        equal("INFO counts the counters", counters, len(f.readlines()))
    result(text(version) != "", "INFO names a version")


def test_lists(fd):
    for name, c in LIST_COMMANDS.items():
        elem = LISTS[name][1]
        refused(f"{name} with elements below their first size",
                c.call(fd, list_arg(elem=elem - 8))[0], errno.EINVAL)
        refused(f"{name} with elements beyond reason",
                c.call(fd, list_arg(elem=1 << 20))[0], errno.E2BIG)
        if name == "LOC_LIST":
            refused(f"{name} of a context that is not there", c.call(
                fd, list_arg(elem=elem, context=4711))[0], errno.ENOENT)
        else:
            refused(f"{name} with a context", c.call(
                fd, list_arg(elem=elem, context=1))[0], errno.EINVAL)
        err, data = c.call(fd, list_arg(elem=elem, cursor=(1 << 64) - 1))
        equal(f"{name} from a cursor behind everything",
              (err, LIST.unpack(data)[4:6]), (0, (0, 0)))

    for name, step in (("PARAM_LIST", 1), ("PARAM_LIST", 7),
                       ("STATS_LIST", 1), ("STATS_LIST", 5)):
        equal(f"{name} by {step} is the same as at once",
              [e[:40] for e in walk(fd, name, capacity=step)],
              [e[:40] for e in walk(fd, name, capacity=500)])
    c, elem = LIST_COMMANDS["PARAM_LIST"], LISTS["PARAM_LIST"][1]
    refused("PARAM_LIST into no memory", c.call(
        fd, list_arg(capacity=1, elem=elem))[0], errno.EFAULT)
    err, data = c.call(fd, list_arg(capacity=0, elem=elem))
    equal("PARAM_LIST with no room says that there is more",
          (err, LIST.unpack(data)[3:6]), (0, (0, 0, 1)))
    larger = walk(fd, "PARAM_LIST", elem=elem + 40)
    equal("PARAM_LIST with larger elements", [e[:elem] for e in larger],
          walk(fd, "PARAM_LIST"))
    equal("PARAM_LIST zeroes the rest of larger elements",
          {e[elem:] for e in larger}, {bytes(40)})


def test_create(fd):
    for what, local, peer in (
            ("no address", "::", "2001:db8::2"),
            ("a multicast peer", "2001:db8::1", "ff02::1"),
            ("a link-local address", "fe80::1", "2001:db8::2"),
            ("the loopback address", "::1", "2001:db8::2"),
            ("a mapped IPv4 peer", "2001:db8::1", "::ffff:192.0.2.1")):
        refused(f"CTX_CREATE with {what}", CTX_CREATE.call(
            fd, pair_arg(local, peer))[0], errno.EINVAL)
    refused("CTX_FLUSH of a context that is not there",
            CTX_FLUSH.call(fd, ref_arg(4711))[0], errno.ENOENT)


def test_fork(fd):
    for what, arg in (
            ("no protocol", fork_arg(proto=0)),
            ("a protocol of nine bits", fork_arg(proto=256)),
            ("ports that ESP does not have", fork_arg(proto=50)),
            ("a multicast peer", fork_arg(peer="ff02::1")),
            ("no address", fork_arg(local="::")),
            ("a descriptor below -1", fork_arg(fd=-2))):
        refused(f"CTX_FORK with {what}", CTX_FORK.call(fd, arg)[0],
                errno.EINVAL)
    refused("CTX_FORK with no such descriptor",
            CTX_FORK.call(fd, fork_arg(fd=1000))[0], errno.EBADF)
    refused("CTX_FORK with a file", CTX_FORK.call(fd, fork_arg(fd=fd))[0],
            errno.ENOTSOCK)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        refused("CTX_FORK with an IPv4 socket",
                CTX_FORK.call(fd, fork_arg(fd=s.fileno()))[0],
                errno.EAFNOSUPPORT)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        refused("CTX_FORK with a socket that is not connected",
                CTX_FORK.call(fd, fork_arg(fd=s.fileno()))[0],
                errno.ENOTCONN)
        s.connect(("::1", 9))
        refused("CTX_FORK with a socket to this host",
                CTX_FORK.call(fd, fork_arg(fd=s.fileno()))[0], errno.EINVAL)


def test_prefs(fd):
    for what, arg in (
            ("an unknown flag", prefs_arg(flags=4)),
            ("a reserved octet", prefs_arg(reserved=b"\0\0\0\0\1")),
            ("a link-local address", prefs_arg("fe80::1"))):
        refused(f"LOC_PREFS with {what}", LOC_PREFS.call(fd, arg)[0],
                errno.EINVAL)
    results = [LOC_PREFS.call(fd, prefs_arg(f"2001:db8::{n:x}", weight=1))[0]
               for n in range(257)]
    equal("LOC_PREFS for 256 addresses", set(results[:256]), {0})
    refused("LOC_PREFS for one more", results[256], errno.ENOSPC)
    equal("LOC_PREFS for a known one",
          LOC_PREFS.call(fd, prefs_arg("2001:db8::7", priority=9))[0], 0)
    equal("LOC_PREFS taken back",
          {LOC_PREFS.call(fd, prefs_arg(f"2001:db8::{n:x}"))[0]
           for n in range(257)}, {0})
    equal("LOC_PREFS when there is room again",
          (LOC_PREFS.call(fd, prefs_arg("2001:db8::100", weight=1))[0],
           LOC_PREFS.call(fd, prefs_arg("2001:db8::100"))[0]), (0, 0))


def test_hba(fd):
    clean(fd)
    err, data = HBA_ADD.call(fd)
    first = struct.unpack_from("=I", data)[0]
    equal("HBA_ADD gives a number", (err, first > 0), (0, True))
    refused("HBA_ADD of the same set again", HBA_ADD.call(fd)[0],
            errno.EEXIST)
    found = walk(fd, "HBA_LIST")
    equal("HBA_LIST gives back what was added",
          [(struct.unpack_from("=I", e)[0], struct.unpack_from("=I", e, 8)[0],
            e[16:]) for e in found], [(first, len(PDS), hba_arg()[16:])])
    wrong = 0
    for n in range(len(PDS)):
        wrong += HBA_ADD.call(fd, hba_arg(PDS[:n]))[0] != errno.EINVAL
    equal("HBA_ADD of parameters cut at any length", wrong, 0)
    refused("HBA_ADD longer than it can be", HBA_ADD.call(
        fd, hba_arg(length=769))[0], errno.EINVAL)
    refused("HBA_ADD with octets behind its length", HBA_ADD.call(
        fd, hba_arg(length=len(PDS) - 1))[0], errno.EINVAL)
    bad = bytearray(PDS)
    bad[24] = 3
    refused("HBA_ADD with a collision count of 3", HBA_ADD.call(
        fd, hba_arg(bytes(bad)))[0], errno.EINVAL)
    equal("HBA_DEL", name_of(HBA_DEL.call(fd, ref_arg(first))[0]), "success")
    refused("HBA_DEL twice", HBA_DEL.call(fd, ref_arg(first))[0],
            errno.ENOENT)
    equal("HBA_LIST is empty again", walk(fd, "HBA_LIST"), [])


def test_policy(fd):
    clean(fd)
    for what, arg in (
            ("an unknown action", policy_arg(action=3)),
            ("a prefix of 129 bits", policy_arg(local_len=129)),
            ("a peer's prefix of 255 bits", policy_arg(peer_len=255)),
            ("a protocol of 256", policy_arg(proto=256)),
            ("a port without a protocol", policy_arg(port=80)),
            ("a port of ICMPv6", policy_arg(proto=58, port=80))):
        refused(f"POLICY_ADD with {what}", POLICY_ADD.call(fd, arg)[0],
                errno.EINVAL)
    equal("a refused rule leaves nothing", walk(fd, "POLICY_LIST"), [])
    for priority in (30, 10, 20):
        POLICY_ADD.call(fd, policy_arg(priority=priority, local_len=32))
    rules = walk(fd, "POLICY_LIST", capacity=1)
    equal("POLICY_LIST is in the order of matching",
          [struct.unpack_from("=I", e, 8)[0] for e in rules], [10, 20, 30])
    for e in rules:
        POLICY_DEL.call(fd, e[:4] + bytes(4))
    equal("POLICY_DEL", walk(fd, "POLICY_LIST"), [])


def test_param_set(fd):
    refused("PARAM_SET of an unknown name", PARAM_SET.call(
        fd, param_arg(name=b"no_such_thing"))[0], errno.ENOENT)
    refused("PARAM_SET of a name without an end", PARAM_SET.call(
        fd, param_arg(name=b"x" * 32))[0], errno.EINVAL)
    refused("PARAM_SET of an unknown number", PARAM_SET.call(
        fd, param_arg(index=1000))[0], errno.ENOENT)
    for i, (name, (_, low, high, default)) in enumerate(params(fd).items()):
        bad = [high + 1] + ([low - 1] if low else [])
        for value in bad:
            refused(f"PARAM_SET {name} = {value}", PARAM_SET.call(
                fd, param_arg(value=value, name=name.encode()))[0],
                errno.ERANGE)
        for value in (low, high, default):
            err = PARAM_SET.call(fd, param_arg(index=i, value=value))[0]
            equal(f"PARAM_SET {name} = {value}",
                  (err, params(fd)[name][0]), (0, value))


def test_events(fd):
    own = open_device(os.O_RDWR | os.O_NONBLOCK)
    refused("read() before a mask was set", errno_of(os.read, own, 4096),
            errno.EINVAL)
    EVENT_MASK.call(own, struct.pack("=Q", 0xffffffff))
    refused("read() without an event", errno_of(os.read, own, 4096),
            errno.EAGAIN)
    refused("read() of less than a record", errno_of(os.read, own, 103),
            errno.EINVAL)
    refused("write()", errno_of(os.write, own, b"x"), errno.EINVAL)
    refused("seek", errno_of(os.lseek, own, 0, os.SEEK_SET), errno.ESPIPE)
    equal("poll() without an event",
          select.select([own], [], [], 0), ([], [], []))
    os.close(own)


def mask_arg(mask, size=0, flags=0):
    return struct.pack("=QII", mask, size, flags)


def test_event_mask(fd):
    """The second version of the mask: size of a record, what to count."""
    for what, arg in (
            ("records below their first size", mask_arg(1, size=96)),
            ("records that are not aligned", mask_arg(1, size=164)),
            ("an unknown flag", mask_arg(1, flags=2))):
        refused(f"EVENT_MASK with {what}", EVENT_MASK.call(fd, arg)[0],
                errno.EINVAL)
    own = open_device(os.O_RDWR | os.O_NONBLOCK)
    for what, size, record in (("as they were first", 0, EVENT.size),
                               ("as they are", LATEST, LATEST),
                               ("as they may be once", LATEST + 80, LATEST)):
        equal(f"EVENT_MASK of records {what}",
              EVENT_MASK.call(own, mask_arg(0xffffffff, size))[0], 0)
        equal(f"a record has {record} octets",
              (name_of(errno_of(os.read, own, record - 1)),
               name_of(errno_of(os.read, own, record))),
              ("EINVAL", "EAGAIN"))
    os.close(own)


EVENT = struct.Struct("=IIQQIIQ16s16s16s16s")
LATEST = EVENT.size + struct.calcsize("=16s16sQQII")
# Of the local address in it
LOCAL_AT = struct.calcsize("=IIQQIIQ")
LOCATOR_UP, LOCATOR_DOWN = 7, 8
# Longer than anything takes, s
PATIENCE = 60


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def next_event(fd, seconds=PATIENCE):
    """(type, seq, lost, address) of the next one, or nothing."""
    if not select.select([fd], [], [], seconds)[0]:
        return None
    data = os.read(fd, 4096 // EVENT.size * EVENT.size)
    size, kind, seq, _, lost, _, _, local, _, _, _ = EVENT.unpack_from(data)
    if size != EVENT.size or len(data) % size:
        raise RuntimeError(f"a record of {size} octets, {len(data)} read")
    return kind, seq, lost, str(ipaddress.IPv6Address(local))


def locator(fd, verb, address):
    """Adds or deletes one and waits until the module saw it."""
    ip("-6", "addr", verb, f"{address}/64", "dev", "abi0", "nodad")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        seen = any(e[8:24] == addr(address) for e in walk(fd, "LOC_LIST"))
        if seen == (verb == "add"):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{verb} of {address} was not seen")


def told(witness, address):
    """Waits for its event, which comes after it is in the list."""
    while True:
        if not select.select([witness], [], [], PATIENCE)[0]:
            raise RuntimeError(f"no event for {address}")
        data = os.read(witness, 4096 // EVENT.size * EVENT.size)
        if any(data[n + LOCAL_AT:n + LOCAL_AT + 16] == addr(address)
               for n in range(0, len(data), EVENT.size)):
            return


def test_locator_events(fd):
    """Locators are watched while there is an HBA set."""
    set_queue = PARAM_SET.call(fd, param_arg(value=16, name=b"event_queue"))
    clean(fd)
    HBA_ADD.call(fd)
    ip("link", "add", "abi0", "type", "veth", "peer", "name", "abi1")
    ip("link", "set", "abi0", "up")
    ip("link", "set", "abi1", "up")
    own, deaf = open_device(), open_device()
    EVENT_MASK.call(own, struct.pack("=Q", 1 << LOCATOR_UP))
    EVENT_MASK.call(deaf, struct.pack("=Q", 1 << 1))
    address = "2001:db8:abc::1"
    locator(fd, "add", address)
    first = next_event(own)
    equal("an event for a new locator", first and (first[0], *first[2:]),
          (LOCATOR_UP, 0, address))
    locator(fd, "del", address)
    equal("no event outside of the mask", next_event(own, 0), None)
    equal("no event for who wants others", next_event(deaf, 0), None)
    witness = open_device()
    EVENT_MASK.call(witness, struct.pack("=Q", 1 << LOCATOR_UP))
    for i in range(1, 21):
        locator(fd, "add", f"2001:db8:abc::{i:x}:1")
        told(witness, f"2001:db8:abc::{i:x}:1")
    got = next_event(own, 0)
    equal("a full queue keeps its oldest", got and got[3],
          "2001:db8:abc::1:1")
    locator(fd, "add", "2001:db8:abc::ff:1")
    got = next_event(own)
    equal("the next one tells how many were lost", got and got[2:],
          (4, "2001:db8:abc::ff:1"))
    for some in own, deaf, witness:
        os.close(some)
    ip("link", "del", "abi0")
    clean(fd)
    PARAM_SET.call(fd, param_arg(value=1024, name=b"event_queue"))
    equal("event_queue could be set", set_queue[0], 0)


sys.exit(run((test_info, test_sizes, test_reserved, test_pointers,
              test_unknown, test_capability, test_netns, test_lists,
              test_create, test_fork, test_prefs, test_hba, test_policy, test_param_set,
              test_events, test_event_mask, test_locator_events)))
