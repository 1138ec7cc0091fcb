#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What limits for I1 make of a flood of them, between the hosts of two-isp.sh.

qos-flood.py MAC: the router R1 sends to B, whose interface has that MAC, what
would come from strangers. B sends a voice flow to A by the line that its
answers take, and a reference by the other provider. All that is counted is
counted on the wire, at R1.
"""

import ctypes
import os
import random
import socket
import struct
import sys
import time

import qos_pair as pair
from qos_bench import enter, SO_ATTACH_FILTER, VIRTUAL
from qos_pair import Flow, run, sh
from qos_report import remark, result
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import wire  # noqa: E402
from batch import Ring, SLOT, packet_socket  # noqa: E402
from abi import (CTX_FLUSH, CTX_FORK, fork_arg, name_of,  # noqa: E402
                 open_device, ref_arg)
from abi_qos import found, I1_IN  # noqa: E402

RATE, BURST = 100, 100
SRC_RATE, SRC_BURST = 50, 20
FLOOD = 5000
# Sent at once: few, as a host that stands still skips the time between, but
# an emulated one has no time for so many sleeps
SOME = 5 if VIRTUAL else 25
PREFIXES = 1000
STRANGERS = bytes.fromhex("2600")
SOURCE_AT = 14 + 8
EF = 0xb8
# How far the voice may be from its reference, and that from its way, us
CLOSE, VOID, WAY = 2000, 10000, 10000
I1, R1, R2 = 1, 2, 4
HANDSHAKES, FIRST_PORT = 100, 20000
# A second, below the limit of one prefix, and never at the moments that a flood
# leaves to others
PACE = 37
# ns that a handshake may take: an I1 that was dropped is not repeated in time
PATIENCE = 2 * 10**9


# --- the wire

def program(kind):
    """Classic BPF for a type of control message in IPv6."""
    words = ((0x30, 0, 0, 6), (0x15, 0, 3, wire.PROTO), (0x30, 0, 0, 42),
             (0x15, 0, 1, kind), (6, 0, 0, 64), (6, 0, 0, 0))
    return b"".join(struct.pack("=HBBI", *word) for word in words)


class Ear:
    """Messages of a type on a device: (ns, destination, Initiator Nonce)."""

    NONCE_AT = {I1: 52, R1: 48, R2: 52}

    def __init__(self, ns, dev, kind):
        enter(ns)
        self.kind, octets = kind, ctypes.create_string_buffer(program(kind))
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self.sock.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER,
            struct.pack("HL", 6, ctypes.addressof(octets)))
        self.sock.setsockopt(socket.SOL_SOCKET, pair.SO_RCVBUFFORCE, 16 << 20)
        self.sock.setsockopt(socket.SOL_SOCKET, pair.SO_TIMESTAMPNS, 1)
        # Also what leaves
        self.sock.bind((dev, 3))
        self.sock.setblocking(False)

    def messages(self):
        at, heard = self.NONCE_AT[self.kind], []
        while True:
            try:
                data, anc, _, _ = self.sock.recvmsg(64, 128)
            except BlockingIOError:
                self.sock.close()
                return heard
            seconds, ns = struct.unpack("qq", anc[0][2][:16])
            heard.append((seconds * 10**9 + ns, data[24:40],
                          data[at:at + 4]))


# --- what goes on at the same time

def wait_until(due):
    time.sleep(max(due - time.monotonic(), 0))


class Child:
    """A process that ends with a word of what it did."""

    def __init__(self, work, *args):
        self.name = work.__name__
        reader, writer = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            self.work(writer, work, args)
        os.close(writer)
        self.reader = reader

    @staticmethod
    def work(writer, work, args):
        try:
            os.write(writer, repr(work(*args)).encode())
        except OSError as error:
            remark(f"{work.__name__}: {error}")
        os._exit(0)

    def end(self):
        word = os.read(self.reader, 100)
        os.close(self.reader)
        os.waitpid(self.pid, 0)
        result(word, f"{self.name}: all sent")
        return float(word or 1)


def strangers(mac, count, prefixes):
    """Their I1s, from so many /64s in turn; returns the seconds it took."""
    enter("R1")
    body = wire.message(I1, wire.tag48(0x123456789abc & ~(1 << 47)) +
                        bytes.fromhex("01020304"))
    frame = bytes.fromhex(mac.replace(":", "")) + b"\x02\0\0\0\0\x26" + \
        b"\x86\xdd" + wire.header("::", pair.HOSTS["B1"], wire.PROTO,
                                  len(body)) + body
    bits = random.Random(1).randbytes(8 * count)
    homes = [STRANGERS + bytes(4) + struct.pack("!H", n)
             for n in range(prefixes)]
    sock, ring = packet_socket("b"), Ring()
    for slot in range(SOME):
        ring.put(slot, frame)
    begun = time.monotonic()
    for first in range(0, count, SOME):
        for slot in range(SOME):
            n, at = first + slot, slot * SLOT + SOURCE_AT
            ring.view[at:at + 16] = homes[n % prefixes] + bits[8 * n:8 * n + 8]
        wait_until(begun + first / FLOOD)
        ring.send(sock, SOME)
    # To where the next ones would be
    return time.monotonic() - begun + SOME / FLOOD


def peer(fd, count):
    """New contexts of A with B, one after the other."""
    begun = time.monotonic()
    for n in range(count):
        wait_until(begun + n / PACE)
        err, _ = CTX_FORK.call(fd, fork_arg(
            pair.HOSTS["A1"], pair.HOSTS["B1"], socket.IPPROTO_UDP,
            (FIRST_PORT + n, 5002)))
        if err:
            raise OSError(err, f"fork {n}: {name_of(err)}")
    return count


class Run:
    """A flood and a voice, and handshakes of a peer elsewhere."""

    def __init__(self, mac, seconds, prefixes, handshakes):
        self.count = int(seconds * FLOOD)
        ears = Ear("R1", "b", R1), Ear("A", "p1", I1), Ear("A", "p1", R2)
        enter("A")
        fd = open_device()
        children = [Child(peer, fd, handshakes)] if handshakes else []
        children.append(Child(strangers, mac, self.count, prefixes))
        self.listen_to_voice(seconds)
        self.took = [child.end() for child in children][-1]
        self.answers = sum(to.startswith(STRANGERS)
                           for _, to, _ in ears[0].messages())
        self.look_at_handshakes(*(ear.messages() for ear in ears[1:]))
        CTX_FLUSH.call(fd, ref_arg(0))
        os.close(fd)

    def listen_to_voice(self, seconds):
        self.voice, self.reference = (
            Flow(name, 200, rate, EF, ends=("B", "A"), via=via)
            for name, rate, via in (
                ("voice", 80000, ("B1", "A1")),
                # A little later each time: what holds up the machine holds
                # up both, and neither waits until the other is sent
                ("reference", 79960, ("B2", "A2"))))
        self.slow = run([self.voice, self.reference], seconds)
        self.extra = self.voice.late(99) - self.reference.late(99)
        remark(f"{self.voice}; {self.reference}; {self.slow} permille slow")

    def look_at_handshakes(self, begun, ended):
        ends = {nonce: when for when, _, nonce in ended}
        begins = {}
        for when, _, nonce in begun:
            begins.setdefault(nonce, when)
        took = [ends[nonce] - when for nonce, when in begins.items()
                if nonce in ends and ends[nonce] - when <= PATIENCE]
        self.shaken, self.longest = len(took), max(took, default=0) // 10**6

    @property
    def reached(self):
        return self.count / self.took

    @property
    def sound(self):
        """All who sent could, and who is untouched was not late."""
        return self.reached >= 0.98 * FLOOD and self.slow <= 20 and \
            self.reference.lost == 0 and self.reference.late(99) <= WAY + VOID

    def most(self, rate, burst):
        return int(rate * self.took) + burst

    def limited(self, what, rate, burst):
        """No more than allowed, and not much less: the limit is what does it.
        """
        most = self.most(rate, burst)
        result(most * 95 // 100 <= self.answers <= most,
               f"{what}: {self.answers} R1s in {self.took:.2f} s, {most} are "
               "allowed")

    def unnoticed(self, what):
        result(abs(self.extra) <= CLOSE and self.voice.lost == 0,
               f"{what}: the voice's p99 is {self.extra} us over its "
               f"reference, {self.voice.lost} packets are lost")


def sound_run(prepare, mac, seconds, prefixes, handshakes=0):
    for _ in range(3):
        prepare()
        found_out = Run(mac, seconds, prefixes, handshakes)
        if found_out.sound:
            break
        remark("void: the machine stood still")
    result(found_out.sound, f"{found_out.count} I1s, {found_out.reached:.0f} "
           f"a second, {FLOOD} wanted; the reference's p99 is "
           f"{found_out.reference.late(99)} us")
    return found_out


# --- limits

def police(*words):
    sh("ip", "netns", "exec", "B", os.environ["SHIM6CTL"], "-q", "qos",
       "police", *words)


def limit_none():
    if counted():
        police("del", "i1-in")


def limit_all(*more):
    """Anew, with full buckets."""
    limit_none()
    police("set", "i1-in", "rate", f"{RATE}/s", "burst", str(BURST), *more)


def limit_each():
    limit_all("per", "64", "per-rate", f"{SRC_RATE}/s", "per-burst",
              str(SRC_BURST))


def counted():
    """(served, refused)"""
    enter("B")
    fd = open_device()
    listed = [p for p in found(fd, "QOS_POLICE_LIST") if p["kind"] == I1_IN]
    os.close(fd)
    return listed and (listed[0]["passed"], listed[0]["dropped"])


def many(mac):
    """A thousand prefixes, none beyond its own limit: that of all decides."""
    did = sound_run(limit_each, mac, 3, PREFIXES)
    did.limited("many prefixes", RATE, BURST)
    did.unnoticed("many prefixes")
    served, refused = counted()
    result(served == did.answers and served + refused == did.count,
           f"many prefixes: counted as {served} and {refused}")


def one(mac):
    """One prefix: its own limit, and nothing of it is anybody else's."""
    did = sound_run(limit_each, mac, 3, 1, HANDSHAKES)
    did.limited("one prefix", SRC_RATE, SRC_BURST)
    did.unnoticed("one prefix")
    result(did.shaken >= HANDSHAKES * 99 // 100,
           f"one prefix: {did.shaken} of {HANDSHAKES} handshakes of a peer "
           f"within 2 s, in {did.longest} ms at most")


def together(mac):
    """The counterpart: a limit of all together only is used up by one."""
    did = sound_run(limit_all, mac, 1, 1, PACE)
    result(did.answers > did.most(SRC_RATE, SRC_BURST),
           f"no limit of each: {did.answers} R1s to one prefix")
    result(did.shaken < PACE // 2, f"no limit of each: {did.shaken} of {PACE} "
           "handshakes of a peer within 2 s")


def unlimited(mac):
    """The counterpart: without a limit every I1 is answered, and the voice
    waits behind that."""
    did = sound_run(limit_none, mac, 1, PREFIXES)
    result(did.answers > did.most(RATE, BURST),
           f"no limit: {did.answers} R1s in {did.took:.2f} s")
    result(did.extra > CLOSE or did.voice.lost > 0,
           f"no limit: the voice's p99 is {did.extra} us over its reference, "
           f"{did.voice.lost} packets are lost")


for test in (many, one, together, unlimited):
    start = time.monotonic()
    test(sys.argv[1])
    remark(f"{test.__name__}: {time.monotonic() - start:.1f} s")
