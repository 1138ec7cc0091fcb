# SPDX-License-Identifier: GPL-2.0
"""What tests of the socket options look at: contexts, counters, and sockets
that ask for something.
"""

import ipaddress
import os
import struct
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import abi  # noqa: E402
import sockapi as api  # noqa: E402
from abi import refused, result  # noqa: E402

WAIT = 30
# Of A, but of no HBA set
LOOSE = "2001:db8:a1::77"


def until(what, test, seconds=WAIT, seen=None):
    """Waits for a test; seen() says what there is instead."""
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            result(False, what,
                   f"waited in vain, {seen()}" if seen else "waited in vain")
            return False
        time.sleep(0.05)
    result(True, what)
    return True


def counter(fd, name):
    for e in abi.walk(fd, "STATS_LIST"):
        if abi.text(e[8:48]) == name:
            return struct.unpack_from("=Q", e)[0]
    raise KeyError(name)


class Context:
    """A line of the list of contexts."""

    def __init__(self, octets):
        self.id, = struct.unpack_from("=I", octets)
        self.local, self.peer = (
            str(ipaddress.IPv6Address(octets[i:i + 16])) for i in (40, 56))
        self.fii, self.state = struct.unpack_from("=II", octets, 88)
        self.timeout, = struct.unpack_from("=Q", octets, 112)
        self.sent, = struct.unpack_from("=Q", octets, 152)

    @property
    def pair(self):
        return self.local, self.peer


def contexts(fd):
    return [Context(octets) for octets in abi.walk(fd, "CTX_LIST")]


class Forks:
    """Those made since the last begin(). A peer that has something to say to
    one that is gone, a Keepalive if nothing else, brings it back (RFC 5533
    7.17): the same instance, but another context.
    """

    def __init__(self, fd):
        self.fd = fd
        self.known = set()
        self.begin()

    def begin(self):
        now = contexts(self.fd)
        self.known |= {c.fii for c in now}
        self.shared = {c.id for c in now if not c.fii}
        self.made = set()

    def look(self):
        """How many there are."""
        fresh = [c for c in contexts(self.fd) if c.fii not in self.known]
        self.made = {c.id for c in fresh}
        return len(fresh)

    def gone(self):
        """Those that were seen; what is no fork is there."""
        left = {c.id for c in contexts(self.fd)}
        return not left & self.made and left >= self.shared

    def seen(self):
        return f"{self.made} of " + \
            str([(c.id, c.fii, c.state) for c in contexts(self.fd)])


def pair_is(fd, local, peer):
    return lambda: [c.pair for c in contexts(fd)] == [(local, peer)]


def connected(kind, source, to, port):
    sock = api.make(kind, source)
    sock.connect((to, port if kind != "raw" else 0))
    return sock


def forget(fd):
    """No context any more."""
    refused("all contexts go", abi.CTX_FLUSH.call(fd, abi.ref_arg(0))[0], 0)


def names_of(octets):
    return {address for address, *_ in api.unpack_list(octets)}


def as_nobody(call, *args):
    """Without privilege; the process gets it back."""
    os.seteuid(abi.NOBODY)
    try:
        return call(*args)
    finally:
        os.seteuid(0)
