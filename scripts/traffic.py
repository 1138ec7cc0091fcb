#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sessions that measure themselves.

A source sends a stream whose every octet is known in advance; a sink counts
what arrives, hashes it and knows the longest time without anything new. A UDP
sink returns the head of each datagram, so the source is a sink of these. What
was seen is written as one line of JSON into the file given by --out: at the
end, and on SIGUSR1, which also starts a new measurement of the gap.
"""

import argparse
import hashlib
import itertools
import json
import os
import random
import select
import signal
import socket
import struct
import sys
import time

CHUNK = 65536
HEADER = struct.Struct("!QQ")
NUMBER = struct.Struct("!Q")


class Quit(Exception):
    """SIGTERM: write the result and go."""


def stream(seed):
    """An endless stream of blocks, the same for the same seed, none twice."""
    rest = random.Random(seed).randbytes(CHUNK)[NUMBER.size:]
    for number in itertools.count():
        yield NUMBER.pack(number) + rest


def publish(path, record):
    """Replaces the file at once: a reader never sees half of it."""
    line = json.dumps(record, sort_keys=True) + "\n"
    if path == "-":
        sys.stdout.write(line)
        sys.stdout.flush()
        return
    with open(path + ".new", "w", encoding="ascii") as out:
        out.write(line)
    os.rename(path + ".new", path)


class Meter:
    """What a sink knows about the stream it gets."""

    def __init__(self, path):
        self.path = path
        self.hash = hashlib.sha256()
        self.octets = 0
        self.packets = 0
        self.sent = 0
        self.repeated = 0
        self.damaged = 0
        self.seen = set()
        self.last = None
        self.gap = 0.0
        self.eof = False
        self.error = ""
        signal.signal(signal.SIGUSR1, self.snapshot)

    def arrived(self, count):
        now = time.monotonic()
        if self.last is not None:
            self.gap = max(self.gap, now - self.last)
        self.last = now
        self.octets += count
        self.packets += 1

    def failed(self, error):
        self.error = error.strerror

    def record(self):
        quiet = time.monotonic() - self.last if self.last else 0.0
        return {
            "octets": self.octets,
            "packets": self.packets,
            "sent": self.sent,
            "repeated": self.repeated,
            "damaged": self.damaged,
            "sha256": self.hash.hexdigest(),
            "gap_ms": round(max(self.gap, quiet) * 1000),
            "quiet_ms": round(quiet * 1000),
            "eof": self.eof,
            "error": self.error,
        }

    def snapshot(self, *_):
        publish(self.path, self.record())
        self.gap = 0.0


def bound(kind, address, port, device=""):
    sock = socket.socket(socket.AF_INET6, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if device:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                        device.encode())
    sock.bind((address, port))
    return sock


def sink_tcp(args, meter):
    listener = bound(socket.SOCK_STREAM, args.address, args.port)
    listener.listen(1)
    conn, _ = listener.accept()
    buffer = bytearray(CHUNK * 4)
    view = memoryview(buffer)
    while True:
        count = conn.recv_into(buffer)
        if count == 0:
            meter.eof = True
            return
        meter.hash.update(view[:count])
        meter.arrived(count)


def sink_udp(args, meter):
    sock = bound(socket.SOCK_DGRAM, args.address, args.port)
    block = next(stream(args.seed))
    while True:
        data, peer = sock.recvfrom(CHUNK)
        number, size = HEADER.unpack_from(data)
        if len(data) != size or data[HEADER.size:] != block[HEADER.size:size]:
            meter.damaged += 1
            continue
        if number in meter.seen:
            meter.repeated += 1
            continue
        meter.seen.add(number)
        meter.arrived(len(data))
        sock.sendto(data[:HEADER.size], peer)


class Pace:
    """Keeps to a rate; time lost while blocked is not made up for."""

    def __init__(self, interval):
        self.interval = interval
        self.due = time.monotonic()

    def left(self):
        return self.due - time.monotonic()

    def wait(self):
        self.due += self.interval
        left = self.left()
        if left > 0:
            time.sleep(left)
        else:
            self.due = time.monotonic()


def source_tcp(args, meter):
    sock = bound(socket.SOCK_STREAM, args.source, 0, args.device)
    sock.connect((args.address, args.port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    blocks = stream(args.seed)
    size = min(args.size, CHUNK)
    end = time.monotonic() + args.seconds if args.seconds else None
    pace = Pace(size / args.rate) if args.rate else None
    left = args.octets or float("inf")
    while left > 0 and (end is None or time.monotonic() < end) and \
            not (args.until and os.path.exists(args.until)):
        piece = next(blocks)[:int(min(size, left))]
        sock.sendall(piece)
        meter.hash.update(piece)
        meter.arrived(len(piece))
        left -= len(piece)
        if pace:
            pace.wait()
    sock.shutdown(socket.SHUT_WR)
    meter.eof = sock.recv(1) == b""


def source_udp(args, meter):
    sock = bound(socket.SOCK_DGRAM, args.source, 0, args.device)
    sock.connect((args.address, args.port))
    block = next(stream(args.seed))
    end = time.monotonic() + args.seconds if args.seconds else None
    pace = Pace(args.size / args.rate)
    number = 0
    while end is None or time.monotonic() < end:
        head = HEADER.pack(number, args.size)
        try:
            sock.send(head + block[HEADER.size:args.size])
            meter.sent += 1
        except OSError as error:
            meter.failed(error)
        number += 1
        pace.due += pace.interval
        echoes(sock, meter, pace)


def echoes(sock, meter, pace):
    """Waits for the next time to send, counting what comes back."""
    while select.select([sock], [], [], max(0, pace.left()))[0]:
        try:
            meter.arrived(len(sock.recv(CHUNK)))
        except OSError as error:
            meter.failed(error)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("role", choices=("sink", "source"))
    parser.add_argument("protocol", choices=("tcp", "udp"))
    parser.add_argument("address", help="the sink's address")
    parser.add_argument("port", type=int)
    parser.add_argument("--source", default="::", help="own address")
    parser.add_argument("--device", default="",
                        help="what a source is bound to: its VRF")
    parser.add_argument("--out", default="-", help="file for the result")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=1000,
                        help="octets per send")
    parser.add_argument("--rate", type=float, default=0,
                        help="octets per second, 0: as fast as it goes")
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--octets", type=int, default=0)
    parser.add_argument("--until", help="ends a stream once this file exists")
    return parser.parse_args()


def main():
    args = parse()

    def leave(*_):
        raise Quit

    signal.signal(signal.SIGTERM, leave)
    meter = Meter(args.out)
    try:
        globals()[args.role + "_" + args.protocol](args, meter)
    except Quit:
        pass
    except OSError as error:
        meter.failed(error)
    publish(args.out, meter.record())


if __name__ == "__main__":
    main()
