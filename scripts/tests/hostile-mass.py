#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Forged messages by the hundred thousand for a host with live contexts.

hostile-mass.py PID CONTEXTS MAC SCALE: run at the router before the host. PID
is a process of the host, CONTEXTS a file of JSON about its contexts, MAC that
of its interface, SCALE divides all numbers (1: all of it).

Each message comes from an address of its own in 2600::/8, so an answer says
which one it is for. Messages are made in advance, a thousand of each sort, as
the checksum does not cover the addresses; they leave in batches. What must be
true of each sort: every message is in exactly one counter of those named, no
other counter of a bad, dropped, limited or answered message moved, and
answers go to the source they are for, one at most, of one type and not much
longer than what provoked them.
"""

import array
import ctypes
import json
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import wire  # noqa: E402
from batch import BATCH, SLOT, Ring, packet_socket  # noqa: E402
from peer import codec, proof, world  # noqa: E402

POOL = 1000
# Seconds until the last one has been counted
PATIENCE = 60
# Batches between two looks at memory
LOOK = 64
ETHERNET = 14
STRANGERS = b"\x26"
I1_COUNT = 1000000
COUNT = 100000
# Octets an answer may have more than what it answers
GROWTH = {"R1": 32, "R1bis": 32, "Error": 48}
WATCHED = ("rx_bad_", "rx_drop_", "rate_", "limit_", "context_", "tx_drop_",
           "r1_out", "r2_out", "r1bis_out", "error_out", "i1_out", "i2_out",
           "i2bis_out", "update_req_out", "update_ack_out", "explorations", "switches",
           "icmp_")
# 64 KiB more than before, as the limits allow nothing here
MEMORY = 65536

SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33


def only_strangers(sock):
    """Packets for 2600::/8 and no others: classic BPF on the destination."""
    program = struct.pack("HBBI", 0x30, 0, 0, ETHERNET + 24) + \
        struct.pack("HBBI", 0x15, 0, 1, STRANGERS[0]) + \
        struct.pack("HBBI", 6, 0, 0, 0xffff) + struct.pack("HBBI", 6, 0, 0, 0)
    code = ctypes.create_string_buffer(program)
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                    struct.pack("HP", 4, ctypes.addressof(code)))


class Flood:
    """One host, its counters, and everything sent to it."""

    def __init__(self, pid, contexts, mac, scale):
        self.stats = f"/proc/{pid}/net/shim6/stats"
        self.contexts = contexts
        self.scale = scale
        self.draw = random.Random(1)
        self.frame = bytes.fromhex(mac.replace(":", "")) + \
            b"\x02\0\0\0\0\x0b\x86\xdd"
        self.out, self.back = Ring(0), Ring(SLOT)
        self.sock = packet_socket("b")
        self.ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        only_strangers(self.ear)
        self.ear.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
        self.ear.bind(("b", 0x86dd))
        self.nonce = 0
        self.sent = 0
        self.failed = 0
        self.peak = 0
        self.wrong = {}

    def number(self, bits=46):
        return self.draw.getrandbits(bits) | 1

    def report(self, what, good, text=""):
        self.failed += not good
        print("ok -" if good else "not ok -", what,
              *([] if good else [text]), flush=True)

    def counters(self):
        with open(self.stats, encoding="ascii") as file:
            pairs = [line.split()[:2] for line in file]
        return {name: int(value) for name, value in pairs
                if name.startswith(WATCHED)}

    # --- on the wire

    def packet(self, data, source="::", proto=wire.PROTO, to=None):
        """A frame; from a stranger whose address is filled in later, if the
        source is not given."""
        return self.frame + wire.header(
            source, to or self.contexts[0]["ulid_local"], proto,
            len(data)) + data, source == "::"

    def begin(self, count, answer, prefix):
        """Sources of the next messages, and what may be said to them."""
        self.answer = answer
        self.first = self.sent
        self.prefix = STRANGERS + prefix
        self.rest = 12 - len(self.prefix)
        self.bits = self.draw.randbytes(self.rest * count)
        self.sizes = array.array("H", bytes(2 * count))
        self.answered = bytearray(count)
        self.answers = 0
        self.wrong = {}

    def source(self, n):
        return self.prefix + self.bits[self.rest * n:self.rest * (n + 1)] + \
            (self.first + n).to_bytes(4, "big")

    def heard(self, packet, size):
        """An answer, from its IPv6 header on."""
        n = int.from_bytes(packet[36:40], "big") - self.first
        kind = wire.TYPES.get(packet[42]) if packet[6] == wire.PROTO else \
            f"protocol {packet[6]}"
        wrong = None
        if not 0 <= n < len(self.sizes) or packet[24:40] != self.source(n):
            wrong = "to somebody else"
        elif kind != self.answer:
            wrong = f"a {kind}"
        elif self.answered[n]:
            wrong = "a second one"
        elif size > self.sizes[n] + GROWTH[kind]:
            wrong = f"{size} octets for {self.sizes[n]}"
        else:
            self.answered[n] = 1
        self.answers += 1
        if kind == "R1":
            self.nonce = int.from_bytes(packet[52:56], "big")
        if wrong:
            self.wrong[wrong] = self.wrong.get(wrong, 0) + 1

    def listen(self):
        while True:
            count = self.back.receive(self.ear)
            for n in range(max(count, 0)):
                at = n * SLOT + ETHERNET
                self.heard(bytes(self.back.view[at:at + 56]),
                           self.back.headers[n].len - ETHERNET)
            if count < BATCH:
                return

    def fill(self, n, slot, frame, stranger, cover):
        at, size = slot * SLOT, len(frame)
        self.out.put(slot, frame)
        self.sizes[n] = size - ETHERNET
        if stranger:
            source = self.source(n)
            self.out.view[at + 22:at + 38] = source
            if cover:
                cover(self.out.view[at + ETHERNET:at + size], source)

    def send(self, pool, count, cover):
        for first in range(0, count, BATCH):
            some = min(BATCH, count - first)
            for slot in range(some):
                n = first + slot
                self.fill(n, slot, *pool[n % len(pool)], cover)
            self.out.send(self.sock, some)
            self.listen()
            if first // BATCH % LOOK == 0:
                self.peak = max(self.peak, memory())
        self.sent += count

    def moved(self, before):
        after = self.counters()
        return {name: after[name] - before[name] for name in after
                if after[name] != before[name]}

    def settle(self, before, sums):
        """Until each is in a counter; then none should come any more."""
        end = time.monotonic() + PATIENCE
        while not counted(self.moved(before), sums) and \
                time.monotonic() < end:
            time.sleep(0.01)
        done = time.monotonic()
        time.sleep(0.3)
        self.listen()
        return done

    # --- what must be true

    def phase(self, what, pool, count=COUNT, answer=None, sums=(), cover=None,
              prefix=b""):
        """sums: (counters, share) of which each message is in one; returns
        the answers and how long it took."""
        count = max(count // self.scale // len(pool), 1) * len(pool)
        self.begin(count, answer, prefix)
        sums = [(names, count * share // len(pool)) for names, share in sums]
        before, start = self.counters(), time.monotonic()
        self.send(pool, count, cover)
        took = self.settle(before, sums) - start
        print(f"# {what}: {count} in {took:.1f} s, {count / took:.0f}/s, "
              f"{self.answers} answers", flush=True)
        moved = self.moved(before)
        self.accounts(what, moved, sums)
        self.report(f"{what}: answers are {answer or 'none'}, one each, to "
                    "the source, short", not self.wrong and
                    self.answers == moved.get(f"{answer}_out".lower(), 0),
                    f"{self.wrong} {self.answers} {moved}")
        return self.answers, took

    def accounts(self, what, moved, sums):
        text = str(moved)
        named = {name for names, _ in sums for name in names}
        self.report(f"{what}: each is counted, and nothing else is",
                    named >= set(moved) and counted(moved, sums),
                    f"{text}, not {sums}")

    def limited(self, what, answers, took, rate):
        """No more than the bucket holds and what came into it."""
        most = int(rate * (took + 1.5)) + 1
        self.report(f"{what}: {rate} answers a second at most", 0 < answers <=
                    most, f"{answers} in {took:.1f} s")

    def pool(self, *makers):
        """Each maker makes its share of the thousand."""
        each = POOL // len(makers)
        return [maker() for _ in range(each) for maker in makers]


def counted(moved, sums):
    """Is each message in one counter of those that are for it?"""
    return all(sum(moved.get(name, 0) for name in names) == count
               for names, count in sums)


def memory():
    """Octets of our own caches and of all per-cpu memory."""
    total = 0
    with open("/proc/slabinfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("shim6"):
                word = line.split()
                total += int(word[2]) * int(word[3])
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("Percpu:"):
                total += int(line.split()[1]) * 1024
    return total


def list_options(flood):
    """A list that is proven, though not for anybody here."""
    who = proof.Proof(["2001:db8:1::/64", "2001:db8:2::/64"],
                      flood.number())
    return codec.locators(who.addresses), codec.parameters(who.pds())


def i1s(flood):
    live = flood.contexts[0]
    name = codec.ulids(live["ulid_peer"], live["ulid_local"])
    return flood.pool(
        *[lambda: flood.packet(codec.i1(flood.number(), flood.number(32)))] *
        7, lambda: flood.packet(codec.i1(flood.number(), flood.number(32),
                                         name)))


def answers_forged(flood, build):
    """I2 or I2bis: validators made up, Responder Nonces of today or not, in
    their own name or in the peer's."""
    live = flood.contexts[0]
    name = codec.ulids(live["ulid_peer"], live["ulid_local"])

    def one(resp, *options):
        return flood.packet(build(
            flood.number(), flood.number(32), resp,
            codec.validator(flood.draw.randbytes(16)), *options))
    return flood.pool(lambda: one(flood.nonce),
                      lambda: one(flood.number(32)),
                      lambda: one(flood.nonce, name),
                      lambda: one(flood.nonce, *list_options(flood)))


def i2bis_of(flood):
    """Every second one names a tag the host has."""
    def build(tag, init, resp, *options):
        live = flood.draw.choice(flood.contexts)
        return codec.i2bis(tag, init, resp, flood.draw.choice(
            (live["tag_local"], flood.number())), *options)
    return build


def tagged(flood, build):
    """Three with a tag made up, one with that of a context: all from
    somebody who is in no context."""
    def right():
        return flood.packet(build(flood.draw.choice(
            flood.contexts)["tag_local"]))
    return flood.pool(*[lambda: flood.packet(build(flood.number()))] * 3,
                      right)


def probe_of(flood):
    def build(tag):
        live = flood.draw.choice(flood.contexts)
        some = [codec.record(live["ulid_peer"], live["ulid_local"],
                             flood.number(32))
                for _ in range(flood.draw.randint(1, 3))]
        return codec.probe(tag, flood.draw.randint(0, 2), some[:1], some[1:])
    return build


def update_of(flood):
    return lambda tag: codec.update(tag, flood.number(32),
                                    *list_options(flood))


def acks(flood):
    """Half of them as above; the others have the tag and come from the peer,
    but nobody asked for them."""
    def spoofed():
        live = flood.contexts[0]
        return flood.packet(codec.ack(live["tag_local"], flood.number(32)),
                            live["ulid_peer"])
    pool = tagged(flood, lambda tag: codec.ack(tag, flood.number(32)))
    pool[1::2] = [spoofed() for _ in pool[1::2]]
    return pool


def quoted(flood, source, tag, payload=True):
    """A packet of the host: payload or a message of later life."""
    live = flood.contexts[0]
    data = [codec.update(tag, flood.number(32)), codec.keepalive(tag)]
    if payload:
        data.append(wire.payload_header(6, tag) + flood.draw.randbytes(20))
    return codec.shim(source, live["ulid_peer"], flood.draw.choice(data))


def errors(flood):
    """Half of them quote a message the host may have sent; it believes that
    and does nothing."""
    live = flood.contexts[0]

    def one(tag, **rest):
        return flood.packet(codec.error(flood.draw.randint(0, 4), 42, quoted(
            flood, live["ulid_local"], tag, **rest)))
    return flood.pool(lambda: one(flood.number()),
                      lambda: one(live["tag_peer"], payload=False))


def icmp(flood):
    """All types, about payload or messages with a tag made up, about a tag in
    use between addresses that no context has, about an I1 never sent."""
    live = flood.contexts[0]

    def about(packet, kind=None, code=0, word=0):
        if kind is None:
            kind, code, word = flood.draw.choice(
                ((1, 0, 0), (1, 3, 0), (2, 0, 1280), (3, 0, 0), (4, 0, 42)))
        data = struct.pack("!BBHI", kind, code, 0, word) + packet
        return flood.packet(data, proto=world.ICMPV6)

    def i1():
        return about(codec.shim(live["ulid_local"], live["ulid_peer"],
                                codec.i1(flood.number(), flood.number(32))),
                     4, 1, 6)
    return flood.pool(
        lambda: about(quoted(flood, live["ulid_local"], flood.number())),
        lambda: about(quoted(flood, live["ulid_local"], flood.number())),
        lambda: about(quoted(flood, "2001:db8:5::1", live["tag_peer"])), i1)


def cover_icmp(packet, source):
    """Its checksum covers the addresses."""
    packet[42:44] = b"\0\0"
    sent = bytes(packet)
    pseudo = source + sent[24:40] + struct.pack(
        "!II", len(sent) - 40, world.ICMPV6)
    packet[42:44] = struct.pack("!H", ~wire.sum16(pseudo + sent[40:]) & 0xffff)


def refusable(flood):
    """Answered by an Error: an unknown type, an unknown critical option."""
    return flood.pool(
        lambda: flood.packet(wire.message(
            flood.draw.randint(70, 123), flood.draw.randbytes(10))),
        lambda: flood.packet(codec.i1(
            flood.number(), flood.number(32),
            wire.option(99, flood.draw.randbytes(4), critical=True))))


def one_prefix(flood):
    """Whoever lives in one /48 gets no more than its share."""
    home = bytes.fromhex("00 11 11 22 22")
    answers, took = flood.phase(
        "probes of one /48", tagged(flood, probe_of(flood)), COUNT // 10,
        "R1bis", [(("rx_drop_no_context",), POOL),
                  (("r1bis_out", "rate_r1bis"), POOL)], prefix=home)
    flood.limited("probes of one /48", answers, took, 50)
    answers, took = flood.phase(
        "refused messages of one /48", refusable(flood), COUNT // 10, "Error",
        [(("rx_bad_type", "rx_bad_opt_critical"), POOL),
         (("error_out", "rate_error"), POOL)], prefix=home)
    flood.limited("refused messages of one /48", answers, took, 10)


def all_sorts(flood):
    answers, took = flood.phase("I1", i1s(flood), I1_COUNT, "R1",
                                [(("r1_out", "rate_r1"), POOL)])
    flood.limited("I1", answers, took, 1000)
    no_validator = [(("rx_drop_validator", "rx_drop_stale"), POOL)]
    flood.phase("I2", answers_forged(flood, codec.i2), sums=no_validator)
    flood.phase("I2bis", answers_forged(flood, i2bis_of(flood)),
                sums=no_validator)
    no_context = [(("rx_drop_no_context",), POOL),
                  (("r1bis_out", "rate_r1bis"), POOL)]
    flood.phase("Probe", tagged(flood, probe_of(flood)), answer="R1bis",
                sums=no_context)
    flood.phase("Update Request", tagged(flood, update_of(flood)),
                answer="R1bis", sums=no_context)
    flood.phase("Update Acknowledgement", acks(flood), answer="R1bis", sums=[
        (("rx_drop_nonce",), POOL // 2), (("rx_drop_no_context",), POOL // 2),
        (("r1bis_out", "rate_r1bis"), POOL // 2)])
    flood.phase("Error", errors(flood),
                sums=[(("rx_drop_no_context",), POOL // 2)])
    flood.phase("ICMPv6 error", icmp(flood),
                sums=[(("icmp_unmatched",), POOL)], cover=cover_icmp)
    flood.phase("messages to be refused", refusable(flood), answer="Error",
                sums=[(("rx_bad_type", "rx_bad_opt_critical"), POOL),
                      (("error_out", "rate_error"), POOL)])
    one_prefix(flood)


def main():
    pid, contexts, mac, scale = sys.argv[1:]
    with open(contexts, encoding="ascii") as file:
        flood = Flood(pid, json.load(file), mac, int(scale))
    before = memory()
    all_sorts(flood)
    grown = flood.peak - before
    flood.report(f"memory of our own: {grown} octets more, {MEMORY} at most",
                 grown <= MEMORY, grown)
    sys.exit(flood.failed > 0)


main()
