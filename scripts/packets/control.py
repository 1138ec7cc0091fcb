# SPDX-License-Identifier: GPL-2.0
"""What the host says of contexts that are there, and takes orders about."""

import ctypes
import errno
import os
import struct
import threading

import abi
from peer import world
from peer.play import script

CONTEXT_UP = 1
METHODS = ("-", "hba", "cga")


@script()
def locators_file(p):
    """/proc/net/shim6/locators has what the device has: ours as those of
    context 0, then those of each context."""
    p.establish()
    context = p.context()
    head, *lines = p.host.file("locators")
    p.same("columns", head[:6], ["id", "side", "address", "ifindex", "method",
                                 "prio"])
    want = []
    for number in (0, context["id"]):
        for address, peers, method, *_ in p.host.locators(number):
            want.append([str(number), "peer" if peers else "local", address,
                         METHODS[method]])
    p.same("locators", [line[:3] + line[4:5] for line in lines], want)
    current = {line[2] for line in lines if line[-1] == "current"}
    p.same("current", current, {context["loc_local"], context["loc_peer"]})
    p.counted(context_created=1, context_established=1)


@script()
def one_context_is_dropped(p):
    """By its number, the other stays; a number that is gone is refused."""
    session = p.establish()
    other = p.establish(p.open(ulid=p.proof("second").addresses[0]),
                        p.list_options(p.proof("second")))
    first, = [c for c in p.host.contexts() if c["ulid_peer"] == session.ulid]
    p.same("flush", p.host.flush(first["id"]), 0)
    p.context(ulid_peer=other.ulid)
    p.same("flush again", p.host.flush(first["id"]), errno.ENOENT)
    p.counted(context_created=2, context_established=2, context_killed=1)


@script()
def reader_waits_for_an_event(p):
    """read() sleeps until there is one; a record that cannot be written to
    where it was wanted is an error."""
    with world.namespace("H"):
        fd = abi.open_device()
    mask = 1 << CONTEXT_UP
    p.same("mask", abi.EVENT_MASK.call(fd, struct.pack("=Q", mask))[0], 0)
    got = []
    reader = threading.Thread(target=lambda: got.append(os.read(fd, 4096)),
                              daemon=True)
    reader.start()
    p.silence(1)
    p.same("read so far", got, [])
    p.establish()
    reader.join(60)
    p.same("events", [struct.unpack_from("=II", data) for data in got],
           [(len(got[0]), CONTEXT_UP)])
    p.host.flush()
    p.establish()
    nowhere = ctypes.c_void_p(1)
    p.same("read", abi.libc.read(fd, nowhere, len(got[0])), -1)
    p.same("errno", ctypes.get_errno(), errno.EFAULT)
    os.close(fd)
    p.counted(context_created=2, context_established=2, context_killed=1)


@script()
def started_twice(p):
    """The second order finds the first one's handshake: no second I1."""
    session = p.await_i1()
    err, data = abi.CTX_CREATE.call(p.host.fd, abi.pair_arg(session.host,
                                                            session.ulid))
    p.same("start", (err, struct.unpack_from("=I", data, 36)[0]),
           (0, p.context()["id"]))
    p.silence()
    p.contexts(1)
    p.counted(i1_out=1, context_created=1)
