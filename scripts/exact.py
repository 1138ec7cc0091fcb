#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Traffic between two namespaces of which every octet must arrive.

One process holds the sockets of both ends: TCP both ways, datagrams below and
above the path MTU, many datagrams by one call (UDP_SEGMENT). Ends with status
0 when all of it arrived as it was sent; else says what did not.
"""

import argparse
import ctypes
import errno
import os
import random
import select
import socket
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE = 33
UDP_SEGMENT = 103
IPV6_MTU_DISCOVER = 23
IPV6_MTU = 24
IPV6_DONTFRAG = 62
CHUNK = 65536
NUMBER = struct.Struct("!Q")
NOISE = random.Random(1).randbytes(2 * CHUNK)
LIBC = ctypes.CDLL(None, use_errno=True)


def enter(name):
    """Sockets made from here on are in that namespace."""
    with open("/run/netns/" + name, encoding="ascii") as file:
        if LIBC.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


def content(number, size):
    """Octets that no other number has."""
    start = (number * 7919) % CHUNK
    return (NUMBER.pack(number) + NOISE[start:start + size])[:size]


class End:
    """One host: its namespace and its address."""

    def __init__(self, name, address):
        self.name = name
        self.address = address

    def socket(self, kind):
        enter(self.name)
        sock = socket.socket(socket.AF_INET6, kind)
        sock.bind((self.address, 0))
        return sock


def connected(source, dest):
    listener = dest.socket(socket.SOCK_STREAM)
    listener.listen(1)
    sock = source.socket(socket.SOCK_STREAM)
    sock.settimeout(20)
    sock.connect(listener.getsockname()[:2])
    return sock, listener.accept()[0]


class Stream:
    """What was sent and what was received of a stream."""

    def __init__(self, octets):
        self.octets = octets
        self.sent = 0
        self.got = 0

    def next(self):
        number, inside = divmod(self.sent, CHUNK)
        block = content(number, CHUNK)[inside:]
        return block[:self.octets - self.sent]

    def check(self, data):
        at = 0
        while at < len(data):
            number, inside = divmod(self.got, CHUNK)
            part = content(number, CHUNK)[inside:inside + len(data) - at]
            if data[at:at + len(part)] != part:
                raise ValueError(f"stream differs near octet {self.got}")
            at += len(part)
            self.got += len(part)


def stream(source, dest, octets, patience):
    """A stream of so many octets. Returns the time it took."""
    out, into = connected(source, dest)
    out.setblocking(False)
    into.setblocking(False)
    state = Stream(octets)
    began = time.monotonic()
    while state.got < octets:
        want = [out] if state.sent < octets else []
        reads, writes, _ = select.select([into], want, [], patience)
        if not reads and not writes:
            raise TimeoutError(f"stream stands still at octet {state.got}")
        if writes:
            state.sent += out.send(state.next())
        if reads:
            state.check(into.recv(1 << 20))
    return time.monotonic() - began


class Datagrams:
    """A sender and a receiver of datagrams."""

    def __init__(self, source, dest, patience):
        self.into = dest.socket(socket.SOCK_DGRAM)
        self.into.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        self.into.settimeout(patience)
        self.out = source.socket(socket.SOCK_DGRAM)
        self.out.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        self.out.connect(self.into.getsockname()[:2])

    def exchange(self, sizes):
        """Each size once, then each must have arrived."""
        for number, size in enumerate(sizes):
            self.out.send(content(number, size))
        self.expect(dict(enumerate(sizes)))

    def segmented(self, size, count):
        """So many of the same size by one call."""
        self.out.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, size)
        self.out.send(b"".join(content(n, size) for n in range(count)))
        self.out.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 0)
        self.expect({n: size for n in range(count)})

    def expect(self, missing):
        while missing:
            try:
                data = self.into.recv(CHUNK)
            except TimeoutError:
                raise TimeoutError(
                    f"datagrams missing: {sorted(missing.values())}") from None
            number = NUMBER.unpack_from(data)[0]
            if data != content(number, missing.pop(number, 0)):
                raise ValueError(f"datagram {number} differs")

    def refused(self, size):
        """Does the kernel refuse to send that without fragments?"""
        self.out.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, 2)
        self.out.setsockopt(socket.IPPROTO_IPV6, IPV6_DONTFRAG, 1)
        try:
            self.out.send(content(0, size))
        except OSError as error:
            if error.errno != errno.EMSGSIZE:
                raise
            return True
        return False

    def mtu(self):
        return self.out.getsockopt(socket.IPPROTO_IPV6, IPV6_MTU)


def exact(args, one, other):
    for source, dest in ((one, other), (other, one)):
        stream(source, dest, args.octets, args.patience)
        datagrams = Datagrams(source, dest, args.patience)
        for sizes in args.sizes:
            datagrams.exchange(sizes)
        if args.segment:
            datagrams.segmented(args.segment, 40)


def rate(args, one, other):
    took = stream(one, other, args.octets, args.patience)
    print(round(args.octets * 8 / took))


def mtu(args, one, other):
    """What a socket is told, and whether 8 octets too many are refused."""
    datagrams = Datagrams(one, other, args.patience)
    size = args.sizes[0][0]
    # The first ones may be lost: they find out what the path takes
    for _ in range(args.tries):
        try:
            datagrams.out.send(content(0, size))
        except OSError:
            pass
        time.sleep(0.2)
    print(datagrams.mtu(), int(datagrams.refused(size)))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=("exact", "rate", "mtu"))
    parser.add_argument("one", help="namespace of one end")
    parser.add_argument("one_address")
    parser.add_argument("other", help="namespace of the other end")
    parser.add_argument("other_address")
    parser.add_argument("--octets", type=int, default=2000000)
    parser.add_argument("--sizes", action="append",
                        type=lambda s: [int(x) for x in s.split(",")])
    parser.add_argument("--segment", type=int, default=0,
                        help="octets of a datagram of UDP_SEGMENT")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--patience", type=float, default=20)
    args = parser.parse_args()
    args.sizes = args.sizes or [
        [8, 700, 1232, 1440, 1444, 1445, 1452, 1453],
        [2800, 2888, 9000, 30000],
    ]
    return args


def main():
    args = parse()
    try:
        globals()[args.what](args, End(args.one, args.one_address),
                             End(args.other, args.other_address))
    except (OSError, ValueError) as error:
        print("#", args.what, error)
        sys.stdout.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
