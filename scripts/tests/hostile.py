#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Bad messages for a host with a live context, and what became of them.

hostile.py PID FACTS OWN: run at the router before the host. PID is a process
of the host, FACTS a file of JSON about its context, OWN an address of the router. Each case
says which counters of the host grow by how much, and what it answers; every
other counter of a bad or dropped message must stay as it is.
"""

import json
import os
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import wire  # noqa: E402
from wire import message, option, tag48  # noqa: E402

VALIDATOR, LOC_LIST, LOC_PREFS, PDS, SIGNATURE, ULID_PAIR, FII, KEEPALIVE = \
    1, 2, 3, 4, 5, 6, 7, 10
UNKNOWN_OPTION = 99
HBA = 1
# 10 ms to the host, and then some: for what must not come
SETTLE = 0.1
# For what must come
PATIENCE = 20
NOBODY = "2001:db8:b1::dead"
WRONG = 0x0badc0ffee42


def u32(number):
    return struct.pack("!I", number)


class Host:
    """The host under attack: its counters, and what it answers."""

    def __init__(self, pid, facts, own):
        self.stats = f"/proc/{pid}/net/shim6/stats"
        self.own = own
        self.ulid, self.peer = facts["ulid_local"], facts["ulid_peer"]
        self.tag, self.peer_tag = facts["tag_local"], facts["tag_peer"]
        self.sock = wire.raw_socket()
        self.answers = []
        self.ear = wire.listener("b")
        threading.Thread(target=self.listen, daemon=True).start()
        self.failed = 0

    def listen(self):
        for way, _, data in wire.captured(self.ear):
            packet = wire.Shim6(data)
            if way == "in" and packet.destination == self.own:
                self.answers.append(packet)

    def counters(self):
        with open(self.stats, encoding="ascii") as file:
            pairs = [line.split()[:2] for line in file]
        return {name: int(value) for name, value in pairs
                if name.startswith(("rx_bad_", "rx_drop_", "rate_",
                                    "error_out", "r1bis_out", "r1_out",
                                    "r2_out", "context_created"))}

    def send(self, data, source=None, destination=None, proto=wire.PROTO):
        wire.send(self.sock, source or self.own, destination or self.ulid,
                  proto, data)

    def report(self, what, good, text):
        self.failed += not good
        print("ok -" if good else "not ok -", what, *([] if good else [text]),
              flush=True)

    def grown(self, before):
        after = self.counters()
        return {name: after[name] - before[name] for name in after
                if after[name] != before[name]}

    def heard(self):
        return sorted(a.type() for a in self.answers)

    def wait(self, before, counters, answers):
        """Until all that is expected has come."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            grown = self.grown(before)
            if all(grown.get(name, 0) >= n for name, n in counters.items()) \
               and len(self.answers) >= len(answers):
                return
            time.sleep(0.01)

    def expect(self, what, packets, counters, answers=()):
        """packets: (data, source) each. answers: types, in any order."""
        before = self.counters()
        self.answers.clear()
        for data, source in packets:
            self.send(data, source)
        self.wait(before, counters, answers or ())
        time.sleep(SETTLE)
        grown = self.grown(before)
        self.report(what, grown == counters, f"{grown}, not {counters}")
        if answers is not None:
            got = self.heard()
            self.report(what + ": answered by " +
                        (", ".join(sorted(set(answers))) or "silence"),
                        got == sorted(answers), f"but by {got}")
        return list(self.answers)


def locator_list(addresses, length=None, methods=None):
    content = u32(1) + bytes([len(addresses)]) + \
        bytes(methods or [HBA] * len(addresses))
    content += bytes(-(4 + len(content)) % 8)
    content += b"".join(map(wire.packed, addresses))
    return option(LOC_LIST, content, length=length)


def probe_record(host, source=None):
    return wire.packed(source or host.peer) + wire.packed(host.ulid) + \
        u32(7) + u32(0)


def probe(host, sent=1, received=0, state=0, records=None, tag=None):
    records = probe_record(host) if records is None else records
    return message(67, tag48(host.tag if tag is None else tag) +
                   bytes([received << 4 | sent, state << 6, 0, 0]) + records)


def well_formed(host):
    """One message of each type that nothing is wrong with but its origin."""
    v = option(VALIDATOR, bytes(16))
    wrong = tag48(WRONG)
    return {
        "I1": message(1, wrong + u32(1)),
        "R1": message(2, bytes(2) + u32(1) + u32(2), v),
        "I2": message(3, wrong + u32(1) + u32(2) + bytes(4), v),
        "R2": message(4, wrong + u32(1)),
        "R1bis": message(5, wrong + u32(1), v),
        "I2bis": message(6, wrong + u32(1) + u32(2) + bytes(6) + wrong, v),
        "UpdateRequest": message(64, wrong + u32(1), locator_list([host.own])),
        "UpdateAck": message(65, wrong + u32(1)),
        "Keepalive": message(66, wrong + u32(0)),
        "Probe": probe(host, tag=WRONG),
        "Error": message(68, bytes(2) + bytes(40)),
    }


def case_truncated(host):
    for name, data in well_formed(host).items():
        cuts = [(data[:n], None) for n in range(len(data))]
        host.expect(f"{name} cut off at each of {len(cuts)} lengths", cuts,
                    {"rx_bad_truncated": len(cuts)})


def case_checksum(host):
    for name, data in well_formed(host).items():
        bad = data[:4] + bytes([data[4] ^ 0x40]) + data[5:]
        host.expect(f"{name} with a wrong checksum", [(bad, None)],
                    {"rx_bad_checksum": 1})


def case_short(host):
    """Shorter than its type allows, but consistent in itself."""
    for name, kind, least in (("I1", 1, 2), ("R1", 2, 2), ("I2", 3, 3),
                              ("R2", 4, 2), ("R1bis", 5, 2), ("I2bis", 6, 4),
                              ("UpdateRequest", 64, 2), ("UpdateAck", 65, 2),
                              ("Keepalive", 66, 2), ("Probe", 67, 7),
                              ("Error", 68, 2)):
        some = [(message(kind, bytes(8 * n - 6)), None)
                for n in range(1, least)]
        host.expect(f"{name} of fewer than {least * 8} octets", some,
                    {"rx_bad_short": len(some)})


def case_type(host):
    for kind in (0, 7, 59, 63, 69, 123, 127):
        data = message(kind, tag48(WRONG) + u32(1))
        (got,) = host.expect(f"unknown type {kind}", [(data, None)],
                             {"rx_bad_type": 1, "error_out": 1},
                             ["Error"]) or (None,)
        check_error(host, f"unknown type {kind}", got, 0, 42, data)
        time.sleep(0.2)


def check_error(host, what, packet, code, pointer, quoted):
    good = packet is not None and \
        packet.data[3] >> 1 == code and \
        struct.unpack_from("!H", packet.data, 6)[0] == pointer and \
        packet.data[8 + 40:8 + 40 + len(quoted)] == quoted and \
        wire.sum16(packet.data) == 0xffff
    host.report(f"{what}: Error {code}, pointer {pointer}, quotes it", good,
                packet and packet.data.hex())


def case_option(host):
    bad = option(UNKNOWN_OPTION, bytes(4), critical=True)
    for name, kind, fixed in (("I1", 1, tag48(WRONG) + u32(1)),
                              ("Keepalive", 66, tag48(host.tag) + u32(0))):
        data = message(kind, fixed, bad)
        (got,) = host.expect(f"{name} with an unknown critical option",
                             [(data, None)],
                             {"rx_bad_opt_critical": 1, "error_out": 1},
                             ["Error"]) or (None,)
        check_error(host, f"{name} with an unknown critical option", got, 1,
                    56, data)
    known = message(1, tag48(WRONG) + u32(1),
                    option(KEEPALIVE, bytes(4), critical=True))
    host.expect("I1 with an option that is not its own, critical",
                [(known, None)], {"rx_bad_opt_critical": 1, "error_out": 1},
                ["Error"])
    harmless = message(1, tag48(WRONG) + u32(1),
                       option(UNKNOWN_OPTION, bytes(4)))
    host.expect("I1 with an unknown option that is not critical",
                [(harmless, None)], {"r1_out": 1}, ["R1"])


def case_lies(host):
    fixed = tag48(WRONG) + u32(1)
    i2 = fixed + u32(2) + bytes(4)
    v = option(VALIDATOR, bytes(16))
    update = tag48(host.tag) + u32(1)
    two = [host.own, host.peer]
    record = probe_record(host)
    for what, data, counter in (
            ("an option longer than the message",
             message(1, fixed, option(ULID_PAIR, bytes(36), length=3600)),
             "rx_bad_opt_bounds"),
            ("an option one unit longer than the message",
             message(1, fixed, option(ULID_PAIR, bytes(36), length=44)),
             "rx_bad_opt_bounds"),
            ("the longest option there can be",
             message(1, fixed, option(UNKNOWN_OPTION, bytes(4),
                                      length=65535)),
             "rx_bad_opt_bounds"),
            ("a ULID pair of 35 octets",
             message(1, fixed, option(ULID_PAIR, bytes(36), length=35)),
             "rx_bad_opt_length"),
            ("an instance identifier of 3 octets",
             message(1, fixed, option(FII, bytes(4), length=3)),
             "rx_bad_opt_length"),
            ("a list of one more locator than it has",
             message(64, update, locator_list(two).replace(
                 u32(1) + b"\2", u32(1) + b"\3", 1)), "rx_bad_opt_length"),
            ("a list of no locator",
             message(64, update, option(LOC_LIST, u32(1) + bytes(5))),
             "rx_bad_opt_length"),
            ("a list of 255 locators",
             message(64, update, option(LOC_LIST, u32(1) + b"\xff" +
                                        bytes(400))), "rx_bad_opt_length"),
            ("preferences of elements without length",
             message(64, update, option(LOC_PREFS, u32(1) + bytes(4))),
             "rx_bad_opt_length"),
            ("preferences that end within an element",
             message(64, update, option(LOC_PREFS, u32(1) + b"\3" + bytes(7))),
             "rx_bad_opt_length"),
            ("parameters longer than any",
             message(3, i2, v + option(PDS, bytes(1200))),
             "rx_bad_opt_length"),
            ("the same option twice", message(3, i2, v + v),
             "rx_bad_opt_dup"),
            ("I2 without a validator", message(3, i2), "rx_bad_opt_missing"),
            ("R1 without a validator", message(2, bytes(2) + u32(1) + u32(2)),
             "rx_bad_opt_missing"),
            ("a probe that was never sent", probe(host, sent=0),
             "rx_bad_field"),
            ("a probe of a state there is not", probe(host, state=3),
             "rx_bad_field"),
            ("a probe of 15 reports but one", probe(host, sent=15, received=15,
                                                    records=record),
             "rx_bad_short"),
            ("HIP", message(66, update, code=1), "rx_bad_hip"),
            ("a payload header of two units",
             b"\x06\x01" + tag48(1 << 47 | WRONG) + bytes(8),
             "rx_bad_payload_hdr"),
            ("a payload header of two units, with the right tag",
             b"\x06\x01" + tag48(1 << 47 | host.tag) + bytes(8),
             "rx_bad_payload_hdr"),
            ("a payload header in a payload header",
             wire.payload_header(wire.PROTO, host.tag) +
             wire.payload_header(6, host.tag), "rx_bad_payload_hdr"),
    ):
        host.expect(what, [(data, None)], {counter: 1})


def case_wrong(host):
    """Well-formed, but not from whom it should be."""
    m = well_formed(host)
    for name in ("UpdateRequest", "UpdateAck", "Keepalive", "Probe"):
        host.expect(f"{name} with a wrong tag", [(m[name], None)],
                    {"rx_drop_no_context": 1, "r1bis_out": 1}, ["R1bis"])
    for name in ("R1", "R2", "R1bis"):
        host.expect(f"{name} that nobody asked for", [(m[name], None)],
                    {"rx_drop_no_context": 1})
    host.expect("payload with a wrong tag",
                [(wire.payload_header(6, WRONG) + bytes(20), None)],
                {"rx_drop_payload_tag": 1, "r1bis_out": 1}, ["R1bis"])
    host.expect("UpdateAck with a wrong nonce, from the peer",
                [(message(65, tag48(host.tag) + u32(0x12345678)), host.peer)],
                {"rx_drop_nonce": 1})
    host.expect("Keepalive with the right tag, from a stranger",
                [(message(66, tag48(host.tag) + u32(0)), None)],
                {"rx_drop_no_context": 1, "r1bis_out": 1}, ["R1bis"])
    host.expect("Probe with the right tag, from a stranger",
                [(probe(host), None)],
                {"rx_drop_no_context": 1, "r1bis_out": 1}, ["R1bis"])
    host.expect("Update Request of locators nobody can prove, from the peer",
                [(message(64, tag48(host.tag) + u32(99),
                          locator_list([host.peer, host.own])), host.peer)],
                {"rx_drop_method": 1, "error_out": 1})


def case_validator(host):
    """A stranger's own handshake, with something changed."""
    nonce = u32(0x11223344)
    tag = tag48(WRONG)
    (r1,) = host.expect("I1 of a stranger", [(message(1, tag + nonce), None)],
                        {"r1_out": 1}, ["R1"]) or (None,)
    if r1 is None:
        return
    answered = r1.data[12:16]
    real = r1.data[20:36]
    for what, source, fixed, validator, options, counter in (
            ("made up", None, tag + nonce + answered, bytes(16), b"",
             "validator"),
            ("one bit changed", None, tag + nonce + answered,
             bytes([real[0] ^ 1]) + real[1:], b"", "validator"),
            ("cut", None, tag + nonce + answered, real[:15], b"",
             "validator"),
            ("for another tag", None, tag48(WRONG + 1) + nonce + answered,
             real, b"", "validator"),
            ("for another address", "2001:db8:ff::1",
             tag + nonce + answered, real, b"", "validator"),
            ("for another ULID pair", None, tag + nonce + answered, real,
             option(ULID_PAIR, bytes(4) + wire.packed(host.peer) +
                    wire.packed(host.ulid)), "validator"),
            ("for another instance", None, tag + nonce + answered, real,
             option(FII, u32(5)), "validator"),
            ("of a time to come", None,
             tag + nonce + u32(int.from_bytes(answered, "big") + 3600), real,
             b"", "stale"),
            ("for a ULID nobody has here", None, tag + nonce + answered, real,
             option(ULID_PAIR, bytes(4) + wire.packed(host.own) +
                    wire.packed(NOBODY)), "ulid"),
    ):
        host.expect(f"I2 with a validator that is {what}",
                    [(message(3, fixed + bytes(4),
                              option(VALIDATOR, validator) + options),
                      source)], {"rx_drop_" + counter: 1})
    time.sleep(35)
    host.expect("I2 with a validator that is old",
                [(message(3, tag + nonce + answered + bytes(4),
                          option(VALIDATOR, real)), None)],
                {"rx_drop_stale": 1})
    stolen(host)


def stolen(host):
    """An R1 for a ULID pair that is the peer's, asked for by a stranger."""
    pair = option(ULID_PAIR, bytes(4) + wire.packed(host.peer) +
                  wire.packed(host.ulid))
    tag, nonce = tag48(WRONG), u32(5)
    (r1,) = host.expect("I1 of a stranger in the peer's name",
                        [(message(1, tag + nonce, pair), None)],
                        {"r1_out": 1}, ["R1"]) or (None,)
    if r1 is None:
        return
    host.expect("I2 of a stranger in the peer's name",
                [(message(3, tag + nonce + r1.data[12:16] + bytes(4),
                          option(VALIDATOR, r1.data[20:36]) + pair), None)],
                {"rx_drop_auth": 1})


def case_source(host):
    keepalive = message(66, tag48(host.tag) + u32(0))
    i1 = message(1, tag48(WRONG) + u32(1))
    # The stack has taken these before they come to us
    for source in ("ff02::1", "ff0e::1", "::1"):
        host.expect(f"from {source}", [(keepalive, source), (i1, source)], {})
    for source in ("::", "fe80::bad", "::ffff:192.0.2.1"):
        host.expect(f"from {source}", [(keepalive, source), (i1, source)],
                    {"rx_bad_addr": 2})


def main():
    pid, facts, own = sys.argv[1:]
    with open(facts, encoding="ascii") as file:
        host = Host(pid, json.load(file), own)
    for case in (case_truncated, case_checksum, case_short, case_type,
                 case_option, case_lies, case_wrong, case_validator,
                 case_source):
        case(host)
    sys.exit(host.failed > 0)


main()
