#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Shim6 as it is on the wire: written down, and made by hand.

wire.py watch OUT: a line for each packet of protocol 140 that any interface of
this namespace sends or receives, until SIGTERM:

    SECONDS in|out INTERFACE SOURCE DESTINATION TYPE OCTETS

SIGUSR1 makes a file OUT.seen once everything is in OUT that the kernel saw
before the signal.

wire.py refuse ADDRESS [READY]: answers messages for ADDRESS as a host without
Shim6 does, from when it makes the file READY. Its filter must drop them, since
here the module serves every namespace.

Everything else is for other programs to import.
"""

import functools
import ipaddress
import os
import select
import signal
import socket
import struct
import sys
import time

PROTO = 140
NO_NEXT_HEADER = 59
PARAM_PROBLEM = 4
UNKNOWN_NEXT_HEADER = 1
NEXT_HEADER_AT = 6
SO_TIMESTAMPNS = 35

TYPES = {
    1: "I1", 2: "R1", 3: "I2", 4: "R2", 5: "R1bis", 6: "I2bis",
    64: "UpdateRequest", 65: "UpdateAck", 66: "Keepalive", 67: "Probe",
    68: "Error",
}
NUMBERS = {name: number for number, name in TYPES.items()}


def sum16(data):
    """Ones' complement sum of 16-bit words."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def packed(address):
    return ipaddress.IPv6Address(address).packed


def header(source, destination, proto, length):
    return struct.pack("!IHBB", 6 << 28, length, proto, 64) + \
        packed(source) + packed(destination)


def message(kind, fixed, options=b"", code=0, length=None):
    """A control message with a right checksum. fixed: from octet 6 on."""
    body = fixed + options
    body += bytes(-(6 + len(body)) % 8)
    if length is None:
        length = (6 + len(body)) // 8 - 1
    data = struct.pack("!BBBBH", NO_NEXT_HEADER, length, kind, code, 0) + body
    covered = data[:(length + 1) * 8]
    total = ~sum16(covered) & 0xffff
    return data[:4] + struct.pack("!H", total) + data[6:]


def option(kind, content, critical=False, length=None):
    if length is None:
        length = len(content)
    data = struct.pack("!HH", kind << 1 | critical, length) + content
    return data + bytes(-len(data) % 8)


def tag48(tag):
    return tag.to_bytes(6, "big")


def payload_header(proto, tag):
    return struct.pack("!BB", proto, 0) + tag48(1 << 47 | tag)


class Shim6:
    """A packet of protocol 140, taken apart as far as it goes."""

    def __init__(self, packet):
        self.source = socket.inet_ntop(socket.AF_INET6, packet[8:24])
        self.destination = socket.inet_ntop(socket.AF_INET6, packet[24:40])
        self.data = packet[40:]
        self.octets = len(packet)

    def type(self):
        if len(self.data) < 3:
            return "short"
        if self.data[2] & 0x80:
            return "payload"
        return TYPES.get(self.data[2], str(self.data[2]))


def listener(interface=None):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                         socket.htons(0x0003))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if interface:
        sock.bind((interface, 0x0003))
    return sock


@functools.cache
def clocks_apart():
    """What time.time() is ahead of time.monotonic(). Of many looks at both the
    one that took least: others may run between.
    """
    looks = []
    for _ in range(50):
        before = time.monotonic()
        real = time.time()
        after = time.monotonic()
        looks.append((after - before, real - (before + after) / 2))
    return min(looks)[1]


def stamp(ancillary):
    """When the kernel saw a packet, by the clock of time.monotonic()."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, ns = struct.unpack("@ll", data)
            return seconds + ns / 1e9 - clocks_apart()
    raise ValueError("a packet without a stamp")


def taken(sock, flags=0):
    """The next packet, if it is of protocol 140: time, direction, interface,
    octets.
    """
    data, ancillary, _, (interface, proto, kind, _, _) = \
        sock.recvmsg(65536, 128, flags)
    if proto != 0x86dd or len(data) < 40 or data[6] != PROTO:
        return None
    way = "out" if kind == socket.PACKET_OUTGOING else "in"
    return stamp(ancillary), way, interface, data


def stamped(sock):
    """Packets of protocol 140."""
    while True:
        packet = taken(sock)
        if packet:
            yield packet


def captured(sock):
    """The same without the time."""
    return (packet[1:] for packet in stamped(sock))


def touch(path):
    with open(path, "w", encoding="ascii"):
        pass


class Watch:
    """What is seen, line by line."""

    def __init__(self, out):
        self.out = out
        self.sock = listener()
        self.log = open(out, "w", encoding="ascii", buffering=1)
        self.wake, ear = os.pipe2(os.O_NONBLOCK)
        signal.set_wakeup_fd(ear)
        signal.signal(signal.SIGUSR1, lambda *_: None)

    def drain(self):
        """What has come."""
        while True:
            try:
                packet = taken(self.sock, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            if packet:
                self.write(*packet)

    def write(self, seen, way, interface, data):
        packet = Shim6(data)
        self.log.write(f"{seen:.4f} {way} {interface} "
                       f"{packet.source} {packet.destination} "
                       f"{packet.type()} {packet.octets}\n")

    def run(self):
        self.log.write("# ready\n")
        while True:
            ready, _, _ = select.select([self.sock, self.wake], [], [])
            if self.wake in ready:
                os.read(self.wake, 64)
            self.drain()
            if self.wake in ready:
                touch(self.out + ".seen")


def param_problem(packet, source, destination):
    """What ip6_input() answers to a header nobody registered for."""
    quoted = packet[:1280 - 48]
    data = struct.pack("!BBHI", PARAM_PROBLEM, UNKNOWN_NEXT_HEADER, 0,
                       NEXT_HEADER_AT) + quoted
    pseudo = packed(source) + packed(destination) + \
        struct.pack("!II", len(data), socket.IPPROTO_ICMPV6)
    total = ~sum16(pseudo + data) & 0xffff
    return data[:2] + struct.pack("!H", total) + data[4:]


def raw_socket():
    """For packets with their IPv6 header, sent by the routes there are."""
    return socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)


def send(sock, source, destination, proto, data):
    sock.sendto(header(source, destination, proto, len(data)) + data,
                (destination, 0))


def refuse(address, ready=None):
    sock, ear = raw_socket(), listener()
    if ready:
        touch(ready)
    for way, _, data in captured(ear):
        packet = Shim6(data)
        if way == "in" and packet.destination == address:
            send(sock, address, packet.source, socket.IPPROTO_ICMPV6,
                 param_problem(data, address, packet.source))


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    {"watch": lambda out: Watch(out).run(),
     "refuse": refuse}[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
