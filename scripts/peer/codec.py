# SPDX-License-Identifier: GPL-2.0
"""Shim6 messages: built with every field free, taken apart again.

Formats: RFC 5533 section 5, RFC 5534 section 5. A builder takes the usual
fields; "code" is octet 3, "r" the R bit in front of the tag, "reserved" the
type's own reserved field, and wire.message() takes the rest.
"""

import ipaddress
import struct

from wire import PROTO, TYPES, header, message, option, packed, sum16, tag48

VALIDATOR, LOC_LIST, LOC_PREFS, PDS, SIGNATURE, ULID_PAIR, FII, KEEPALIVE = \
    1, 2, 3, 4, 5, 6, 7, 10
HBA, CGA = 1, 2
BROKEN, TRANSIENT = 1, 2
OPERATIONAL, EXPLORING, INBOUND_OK = 0, 1, 2
P_BIT = 1 << 47
TAG_MASK = P_BIT - 1


def u16(number):
    return struct.pack("!H", number)


def u32(number):
    return struct.pack("!I", number & 0xffffffff)


def get32(data, at):
    return struct.unpack_from("!I", data, at)[0]


def rtag(tag, r):
    """A tag with the R bit in front."""
    return tag48(tag | (P_BIT if r else 0))


# --- messages

def i1(tag, nonce, *options, r=0, **rest):
    return message(1, rtag(tag, r) + u32(nonce), b"".join(options), **rest)


def r1(init, resp, *options, reserved=0, **rest):
    return message(2, u16(reserved) + u32(init) + u32(resp),
                   b"".join(options), **rest)


def i2(tag, init, resp, *options, r=0, reserved=0, **rest):
    return message(3, rtag(tag, r) + u32(init) + u32(resp) + u32(reserved),
                   b"".join(options), **rest)


def r2(tag, init, *options, r=0, **rest):
    return message(4, rtag(tag, r) + u32(init), b"".join(options), **rest)


def r1bis(tag, resp, *options, r=0, **rest):
    return message(5, rtag(tag, r) + u32(resp), b"".join(options), **rest)


def i2bis(tag, init, resp, packet_tag, *options, r=0, reserved=0, **rest):
    """reserved: the 49 bits in front of the Packet Context Tag."""
    tail = (reserved << 47 | packet_tag).to_bytes(12, "big")
    return message(6, rtag(tag, r) + u32(init) + u32(resp) + tail,
                   b"".join(options), **rest)


def update(tag, nonce, *options, r=0, **rest):
    return message(64, rtag(tag, r) + u32(nonce), b"".join(options), **rest)


def ack(tag, nonce, *options, r=0, **rest):
    return message(65, rtag(tag, r) + u32(nonce), b"".join(options), **rest)


def keepalive(tag, *options, r=0, reserved=0, **rest):
    return message(66, rtag(tag, r) + u32(reserved), b"".join(options), **rest)


def record(source, destination, nonce, data=0):
    return packed(source) + packed(destination) + u32(nonce) + u32(data)


def probe(tag, state, sent, received=(), *options, r=0, reserved=0,
          nsent=None, nreceived=None, **rest):
    counts = (len(received) if nreceived is None else nreceived) << 4 | \
        (len(sent) if nsent is None else nsent)
    fixed = rtag(tag, r) + bytes([counts]) + \
        (state << 22 | reserved).to_bytes(3, "big")
    return message(67, fixed + b"".join(sent) + b"".join(received),
                   b"".join(options), **rest)


def error(code, pointer, quoted, **rest):
    return message(68, u16(pointer) + quoted, code=code << 1, **rest)


# --- options

def validator(content, **rest):
    return option(VALIDATOR, content, **rest)


def locators(addresses, generation=1, methods=HBA, **rest):
    """methods: one for all, or one each."""
    if isinstance(methods, int):
        methods = [methods] * len(addresses)
    content = u32(generation) + bytes([len(addresses)]) + bytes(methods)
    content += bytes(-(4 + len(content)) % 8)
    content += b"".join(map(packed, addresses))
    return option(LOC_LIST, content, **rest)


def preferences(elements, generation=1, size=3, **rest):
    """elements: octets each, or tuples of flags, priority, weight."""
    return option(LOC_PREFS, u32(generation) + bytes([size]) +
                  b"".join(bytes(e) for e in elements), **rest)


def parameters(pds, **rest):
    return option(PDS, pds, **rest)


def signature(content, **rest):
    return option(SIGNATURE, content, **rest)


def ulids(sender, receiver, reserved=0, **rest):
    return option(ULID_PAIR, u32(reserved) + packed(sender) +
                  packed(receiver), **rest)


def fii(number, **rest):
    return option(FII, u32(number), **rest)


def timeout(seconds, reserved=0, **rest):
    return option(KEEPALIVE, u16(reserved) + u16(seconds), **rest)


# --- taking apart

# Where the options of a type begin
OPTIONS_AT = {1: 16, 2: 16, 3: 24, 4: 16, 5: 16, 6: 32, 64: 16, 65: 16, 66: 16}


class Message:
    """A control message or payload header as it came, taken apart."""

    def __init__(self, data):
        self.data = data
        self.number = data[2]
        self.payload = bool(data[2] & 0x80)
        self.next_header = data[0]
        if self.payload:
            self.type = "payload"
            self.tag = int.from_bytes(data[2:8], "big") & TAG_MASK
            return
        self.type = TYPES.get(self.number, str(self.number))
        self.size = (data[1] + 1) * 8
        self.code = data[3]
        self.tag = int.from_bytes(data[6:12], "big") & TAG_MASK
        self.r = data[6] >> 7
        self.options = {}
        self.fields()

    def fields(self):
        data, number = self.data, self.number
        if number == 2:
            self.reserved = data[6] << 8 | data[7]
            self.init, self.resp = get32(data, 8), get32(data, 12)
        elif number in (1, 3, 4, 6):
            self.init = get32(data, 12)
        if number in (3, 6):
            self.resp = get32(data, 16)
        if number == 3:
            self.reserved = get32(data, 20)
        if number == 5:
            self.resp = get32(data, 12)
        if number == 6:
            tail = int.from_bytes(data[20:32], "big")
            self.packet_tag, self.reserved = tail & TAG_MASK, tail >> 47
        if number in (64, 65):
            self.nonce = get32(data, 12)
        if number == 66:
            self.reserved = get32(data, 12)
        if number == 67:
            self.records()
        elif number == 68:
            self.error_code = data[3] >> 1
            self.pointer = data[6] << 8 | data[7]
            self.quoted = data[8:self.size]
        if number in OPTIONS_AT:
            self.walk(OPTIONS_AT[number])

    def records(self):
        data = self.data
        nsent, nreceived = data[12] & 15, data[12] >> 4
        self.state = data[13] >> 6
        self.reserved = int.from_bytes(data[13:16], "big") & 0x3fffff
        each = [data[16 + 40 * i:56 + 40 * i]
                for i in range(nsent + nreceived)]
        self.sent, self.received = each[:nsent], each[nsent:]
        self.walk(16 + 40 * len(each))

    def walk(self, at):
        """Octets behind the contents of an option are in self.padding."""
        self.padding = b""
        while at < self.size:
            kind, length = struct.unpack_from("!HH", self.data, at)
            content = self.data[at + 4:at + 4 + length]
            end = at + 4 + length + -(4 + length) % 8
            self.padding += self.data[at + 4 + length:end]
            if kind >> 1 in self.options or end > self.size:
                raise ValueError(f"options of {self.data.hex()}")
            self.options[kind >> 1] = content
            self.critical = kind & 1
            at = end

    def locators(self):
        """(generation, [(method, address)]) of the Locator List."""
        content = self.options[LOC_LIST]
        count = content[4]
        first = len(content) - 16 * count
        return get32(content, 0), [
            (content[5 + i], str(ipaddress.IPv6Address(
                content[first + 16 * i:first + 16 * i + 16])))
            for i in range(count)]

    def preferences(self):
        """(generation, [octets of each element])."""
        content = self.options[LOC_PREFS]
        size = content[4]
        return get32(content, 0), [content[i:i + size]
                                   for i in range(5, len(content), size)]

    def ulids(self):
        content = self.options[ULID_PAIR]
        return tuple(str(ipaddress.IPv6Address(content[i:i + 16]))
                     for i in (4, 20))


class Packet:
    """An IPv6 packet as it came."""

    def __init__(self, data, link, when):
        self.data = data
        self.link = link
        self.when = when
        self.tclass = (data[0] & 15) << 4 | data[1] >> 4
        self.flow = int.from_bytes(data[1:4], "big") & 0xfffff
        self.proto = data[6]
        self.hops = data[7]
        self.source = str(ipaddress.IPv6Address(data[8:24]))
        self.destination = str(ipaddress.IPv6Address(data[24:40]))
        length = data[4] << 8 | data[5]
        self.payload = data[40:40 + length]
        self.shim = None
        if self.proto == PROTO:
            self.shim = Message(self.payload)

    def kind(self):
        return self.shim.type if self.shim else f"proto {self.proto}"

    def __str__(self):
        return f"{self.when:.4f} {self.link} {self.source} > " \
            f"{self.destination} {self.kind()} {self.payload.hex()}"


def shim(source, destination, data):
    """The packet around a message."""
    return header(source, destination, PROTO, len(data)) + data


def record_fields(rec):
    """(source, destination, nonce, data)."""
    return str(ipaddress.IPv6Address(rec[:16])), \
        str(ipaddress.IPv6Address(rec[16:32])), get32(rec, 32), get32(rec, 36)


def checksum_good(data):
    return sum16(data) == 0xffff


