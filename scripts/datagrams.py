#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Datagrams whose every octet is known to both sides.

The source sends datagrams of the given sizes in turn, single or many with one
call (UDP_SEGMENT); the sink counts what arrives intact. Nothing is repeated:
on links without loss all of them must arrive. The sink ends when it has them
all, or when nothing came for some time, and prints "INTACT DAMAGED MISSING".
"""

import argparse
import errno
import random
import socket
import struct
import time

UDP_SEGMENT = 103
IPV6_MTU_DISCOVER = 23
IPV6_DONTFRAG = 62
NUMBER = struct.Struct("!I")


def content(number, size):
    """The datagram of that number."""
    body = random.Random(number).randbytes(max(size - NUMBER.size, 0))
    return NUMBER.pack(number) + body


def sink(args):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE
    sock.bind((args.address, args.port))
    sock.settimeout(args.patience)
    seen = set()
    damaged = 0
    try:
        while len(seen) < args.count:
            data = sock.recv(65536)
            number = NUMBER.unpack_from(data)[0]
            size = args.sizes[number % len(args.sizes)]
            if number >= args.count or data != content(number, size):
                damaged += 1
            else:
                seen.add(number)
    except TimeoutError:
        pass
    print(len(seen), damaged, args.count - len(seen), flush=True)


def opened(args):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    if args.dontfrag:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, 2)
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_DONTFRAG, 1)
    sock.bind((args.source, 0))
    sock.connect((args.address, args.port))
    return sock


def pieces(args):
    """What one call to send() takes each time."""
    each = args.segment or 1
    for first in range(0, args.count, each):
        numbers = range(first, min(first + each, args.count))
        yield b"".join(content(n, args.sizes[n % len(args.sizes)])
                       for n in numbers)


def source(args):
    sock = opened(args)
    refused = 0
    if args.segment:
        sock.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, args.sizes[0])
    for data in pieces(args):
        while True:
            try:
                sock.send(data)
                break
            except OSError as error:
                if error.errno == errno.EMSGSIZE:
                    refused += 1
                    break
                if error.errno != errno.ENOBUFS:
                    raise
                time.sleep(0.001)
        time.sleep(args.pause)
    # IPV6_MTU: what the route of the socket says now
    print(refused, sock.getsockopt(socket.IPPROTO_IPV6, 24), flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("role", choices=("sink", "source"))
    parser.add_argument("address", help="the sink's address")
    parser.add_argument("port", type=int)
    parser.add_argument("--source", default="::", help="own address")
    parser.add_argument("--sizes", default="1000",
                        type=lambda s: [int(x) for x in s.split(",")],
                        help="octets of a datagram, in turn")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--segment", type=int, default=0,
                        help="datagrams given to one call (UDP_SEGMENT)")
    parser.add_argument("--dontfrag", action="store_true")
    parser.add_argument("--pause", type=float, default=0.001)
    parser.add_argument("--patience", type=float, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    ARGS = parse()
    globals()[ARGS.role](ARGS)
