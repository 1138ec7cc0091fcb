#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What tshark reads with shim6.lua in the messages of this tree.

    test.py          run it
    test.py FILE     write the packets into a capture, to look at them

The octets come from the vectors of kunit/ and from the codec of the packet
scripts, which are written down or made by other code than the dissector.
"""

import os
import random
import re
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(TOP, "scripts"),
                os.path.join(TOP, "scripts", "peer")]

import codec  # noqa: E402
from wire import (header, message, option, packed,  # noqa: E402
                  payload_header, sum16)

SCRIPT = os.path.join(HERE, "shim6.lua")
TSHARK = ["tshark", "-X", f"lua_script:{SCRIPT}"]
RAW_IPV6 = 229

A1, A2 = "2001:db8:a:1:fb:5b98:575f:692d", "2001:db8:b:2:4d9:f16b:c092:dce7"
B1, B2 = "2001:db8:99::1", "2001:db8:99::2"
TAG, PEER = 0x123456789abc, 0x7edcba987654
TAG_HEX, PEER_HEX = "0x0000123456789abc", "0x00007edcba987654"
VALIDATOR = bytes(range(20))

# Those that say that a message is wrong, not only that it is odd
MALFORMED = {
    "truncated", "short", "payload_len", "payload_nested", "hip",
    "checksum.bad", "type.unknown", "probe.psent_zero", "probe.sta_unknown",
    "probe.records", "option.outside", "option.bad_length", "option.twice",
    "option.unknown_critical", "option.missing", "locators.empty", "cga.bad",
}


# --- octets

def vectors(name):
    """The arrays of octets in a header of kunit/."""
    with open(os.path.join(TOP, "kunit", name), encoding="ascii") as file:
        text = file.read()
    found = re.findall(r"u8 [\w() ]*?(\w+)\[\] = \{(.*?)\};", text, re.S)
    return {name: bytes(int(octet, 16)
                        for octet in re.findall("0x([0-9a-f]{2})", body))
            for name, body in found}


WIRE = vectors("wire_vectors.h")
HBA = vectors("hba_vectors.h")
CGA = vectors("cga_vectors.h")
KEY = vectors("key_vectors.h")


def resummed(data):
    """With a right checksum."""
    covered = bytearray(data[:(data[1] + 1) * 8])
    covered[4:6] = b"\0\0"
    return data[:4] + struct.pack("!H", ~sum16(bytes(covered)) & 0xffff) + \
        data[6:]


def patched(data, at, octets):
    return resummed(data[:at] + octets + data[at + len(octets):])


def udp(source, destination, payload=b"data"):
    data = struct.pack("!HHHH", 40000, 40001, 8 + len(payload), 0) + payload
    pseudo = packed(source) + packed(destination) + \
        struct.pack("!II", len(data), 17)
    total = ~sum16(pseudo + data) & 0xffff
    return data[:6] + struct.pack("!H", total) + data[8:]


# --- cases

CASES = []


def field_name(word):
    """x_udp__dstport is udp.dstport, fii is shim.fii."""
    name = word.replace("__", ".")
    return name[2:] if name.startswith("x_") else "shim." + name


def case(name, data, experts=(), source=A1, destination=B1, **fields):
    """What must be complained of, and the values of some fields."""
    CASES.append({
        "name": name, "packet": codec.shim(source, destination, data),
        "experts": set(experts),
        "fields": {field_name(word): value for word, value in fields.items()},
    })


def messages():
    """One of each type, the handshake in its order."""
    case("payload before the handshake", WIRE["vec_payload_ext_tcp"],
         ["ulids.unknown"], next="6", hdr_ext_len="0", p="1",
         tag__receiver=PEER_HEX, tag=PEER_HEX)
    case("I1", WIRE["vec_i1_min"], next="59", hdr_ext_len="1", size="16",
         p="0", type="1", reserved1="0x00", s="0", checksum="0x22f8",
         checksum__status="1", r="0", tag__initiator=TAG_HEX, tag=TAG_HEX,
         nonce__initiator="0xdeadbeef")
    case("I1 with ULIDs and FII", WIRE["vec_i1_ulid_fii"], option__type="6,7",
         option__critical="0,0", option__length="36,4",
         option__reserved="00000000", ulid__sender=A1, ulid__receiver=B1,
         fii="100")
    case("R1", WIRE["vec_r1"], source=B1, destination=A1, type="2",
         reserved2="0000", nonce__initiator="0xdeadbeef",
         nonce__responder="0x11223344", validator=VALIDATOR.hex(), tag="")
    case("I2", WIRE["vec_i2_hba"], type="3", tag__initiator=TAG_HEX,
         nonce__initiator="0xdeadbeef", nonce__responder="0x11223344",
         reserved2="00000000", option__type="1,2,4",
         option__length="20,44,127", locators__generation="0x0a0b0c0d",
         locators__count="2", locators__method="1,1",
         locators__padding="0000000000", locator=f"{A1},{A2}",
         cga__modifier="ac100ca280fe09c5b8d0c25d57f9c715",
         cga__subnet_prefix="2001:db8:a:1::", cga__collision_count="0",
         cga__public_key=HBA["hba2_pds"][25:103].hex(), cga__key_bits="384",
         cga__extension__type="0x0012", cga__extension__length="20",
         hba__p="0", hba__reserved="0x00000000",
         hba__prefix="2001:db8:a:1::,2001:db8:b:2::",
         option__padding="0000000000")
    case("R2", WIRE["vec_r2_ka"], source=B1, destination=A1, type="4",
         tag__responder=PEER_HEX, nonce__initiator="0xdeadbeef",
         option__type="10", option__reserved="0000", keepalive_timeout="15")
    case("R1bis", WIRE["vec_r1bis"], type="5", tag__packet=PEER_HEX,
         nonce__responder="0x55667788", validator=VALIDATOR.hex())
    case("I2bis", WIRE["vec_i2bis"], type="6", tag__initiator=TAG_HEX,
         nonce__initiator="0xcafef00d", nonce__responder="0x55667788",
         reserved2="000000000000", tag__packet=PEER_HEX,
         tag=f"{TAG_HEX},{PEER_HEX}")
    case("Update Request", WIRE["vec_updreq_pref"], type="64",
         tag__receiver=PEER_HEX, nonce__request="0x99aabbcc",
         preferences__generation="0x0a0b0c0d", preferences__element_len="3",
         preferences__flags="0x01,0x00", preferences__broken="1,0",
         preferences__transient="0,0", preferences__priority="10,5",
         preferences__weight="20,7", ulid__source=A1, ulid__destination=B1)
    case("Update Acknowledgement", WIRE["vec_updack"], source=B1,
         destination=A1, type="65", tag__receiver=TAG_HEX,
         nonce__request="0x99aabbcc", ulid__source=B1, ulid__destination=A1)
    case("Keepalive", WIRE["vec_keepalive"], type="66",
         tag__receiver=PEER_HEX, reserved2="00000000")
    case("Probe, Exploring", WIRE["vec_probe_exploring_min"], type="67",
         probe__precvd="0", probe__psent="1", probe__sta="1",
         probe__reserved2="0x000000", probe__source=A1,
         probe__destination=B1, probe__nonce="0x01010101",
         probe__data="0x00000000")
    case("Probe, InboundOk", WIRE["vec_probe_inboundok_2s_1r"],
         probe__precvd="1", probe__psent="2", probe__sta="2",
         probe__source=f"{A2},{A1},{B1}",
         probe__destination=f"{B1},{B1},{A2}",
         probe__nonce="0x02020202,0x01010101,0x0a0a0a0a",
         probe__data="0x00000000,0x00000000,0x00000005")
    quoted = codec.shim(A1, B1, WIRE["vec_i1_ulid_fii"])
    case("Error", codec.error(1, 56, quoted), source=B1, destination=A1,
         type="68,1", error__code="1", error__pointer="56",
         error__pointed="00", reserved1="0x00", tag__initiator=TAG_HEX,
         ulid__sender=A1, fii="100", x_ipv6__src=f"{B1},{A1}")


def more_options():
    pds = HBA["hbacga_pds"]
    case("a signed list", codec.update(
        PEER, 1, codec.locators([A1, A2, B2], 7, [2, 1, 2]),
        codec.parameters(pds), codec.signature(CGA["cga_sig"])),
        option__type="2,4,5", locators__method="2,1,2", hba__p="1",
        cga__key_bits="1024", signature=CGA["cga_sig"].hex())
    case("a key of 2048 bits", codec.update(
        PEER, 1, codec.parameters(KEY["key2048_pds"])), cga__key_bits="2048",
        cga__public_key=KEY["key2048_pds"][25:].hex())
    case("an extension nobody knows", codec.update(
        PEER, 1, codec.parameters(HBA["cga_pds"] +
                                  bytes.fromhex("fffd0003616263"))),
        cga__extension__type="0xfffd", cga__extension__length="3",
        cga__extension__data="616263", cga__key_bits="512")
    case("preferences of one octet", codec.update(
        PEER, 1, codec.preferences([[3], [0], [1], [2]], size=1)),
        preferences__flags="0x03,0x00,0x01,0x02", preferences__priority="")
    case("preferences of five octets", codec.update(
        PEER, 1, codec.preferences([[0, 1, 2, 3, 4]], size=5)),
        preferences__priority="1", preferences__weight="2",
        preferences__element="0001020304")
    case("a skipped option", codec.keepalive(
        PEER, option(20000, b"what is it")), ["option.unknown"],
        option__type="20000", option__contents=b"what is it".hex())
    for count in (1, 6, 7, 8, 32):
        case(f"{count} locators", codec.update(
            PEER, 1, codec.locators([f"2001:db8::{i:x}"
                                     for i in range(1, count + 1)])),
            locators__count=str(count), locators__method=",".join("1" * count),
            locator=",".join(f"2001:db8::{i:x}" for i in range(1, count + 1)))


def payloads():
    """Behind a payload header, once the ULIDs are known."""
    datagram = udp(A1, B1)
    ours = payload_header(17, PEER)
    known = {"ulid__source": A1, "ulid__destination": B1,
             "x_udp__dstport": "40001", "x_udp__checksum__status": "1",
             "x_udp__stream": "0"}
    case("UDP between locators", ours + datagram, source=A2, destination=B2,
         **known)
    case("UDP back", payload_header(17, TAG) + udp(B1, A1), source=B2,
         destination=A2, ulid__source=B1, ulid__destination=A1,
         x_udp__checksum__status="1", x_udp__stream="1")
    case("UDP of nobody", payload_header(17, 5) + datagram, ["ulids.unknown"],
         x_udp__checksum__status="1", ulid__source="", x_udp__stream="0")
    case("UDP behind Destination Options", payload_header(60, PEER) +
         struct.pack("!BB6s", 17, 0, b"\1\4") + datagram, source=A2,
         destination=B2, **known)
    case("first fragment", payload_header(44, PEER) +
         struct.pack("!BBHI", 17, 0, 1, 77) + datagram[:8], ["fragment"],
         source=A2, destination=B2, x_ipv6__fraghdr__ident="0x0000004d")
    case("last fragment", payload_header(44, PEER) +
         struct.pack("!BBHI", 17, 0, 8, 77) + datagram[8:], ["fragment"],
         source=A2, destination=B2, x_ipv6__fraghdr__ident="0x0000004d")
    case("half a UDP header", ours + datagram[:7], source=A2,
         destination=B2, x_udp__dstport="40001")
    case("a header inside", ours[:1].replace(b"\x11", b"\x8c") + ours[1:] +
         ours, ["payload_nested"])
    case("a long payload header", ours[:1] + b"\1" + ours[2:] + bytes(8),
         ["payload_len"], x_udp__dstport="")
    case("nothing inside", payload_header(59, PEER), source=A2,
         destination=B2, next="59")


def malformed_headers():
    i1 = WIRE["vec_i1_min"]
    case("wrong checksum", i1[:4] + b"\x22\xf9" + i1[6:], ["checksum.bad"],
         checksum__status="0")
    case("HIP", patched(i1, 3, b"\1"), ["hip"], s="1", tag="")
    case("type 99", patched(i1, 2, b"\x63"), ["type.unknown"], type="99",
         tag="")
    case("next header", patched(i1, 0, b"\6"), ["next.not_59"])
    case("reserved", patched(i1, 3, b"\2"), ["reserved.set"],
         reserved1="0x01")
    case("R", codec.i1(TAG, 1, r=1), r="1", tag__initiator=TAG_HEX)
    case("reserved field", codec.r1(1, 2, codec.validator(VALIDATOR),
                                    reserved=1), ["reserved.set"],
         reserved2="0001")
    case("behind the message", i1 + b"more", ["trailer.ignored"],
         trailer=b"more".hex())
    case("too big", codec.error(0, 42, header(
        A1, B1, 17, 1200) + bytes(1200)), ["big"])
    minimum = {1: 16, 2: 16, 3: 24, 4: 16, 5: 16, 6: 32, 64: 16, 65: 16,
               66: 16, 67: 56, 68: 16}
    for kind, size in minimum.items():
        case(f"type {kind} too short",
             message(kind, bytes(size - 14)), ["short"])
    case("unknown code", codec.error(9, 0, codec.shim(A1, B1, i1)),
         ["error.unknown"], error__code="9")
    case("pointer", codec.error(0, 56, codec.shim(A1, B1, i1)),
         ["error.outside"])
    case("not a packet", codec.error(0, 0, bytes(8)), ["error.no_ipv6"])
    record = codec.record(A1, B1, 1)
    case("Psent 0", codec.probe(PEER, 1, [], [record]),
         ["probe.psent_zero"], probe__precvd="1")
    case("Sta 3", codec.probe(PEER, 3, [record]), ["probe.sta_unknown"],
         probe__sta="3")
    case("reports", codec.probe(PEER, 1, [record], nsent=2),
         ["probe.records"], probe__psent="2")
    case("no report", codec.probe(PEER, 2, [record]), ["probe.no_report"])
    case("probe with a timeout", codec.probe(PEER, 1, [record], [],
                                             codec.timeout(9)),
         ["option.misplaced"], keepalive_timeout="9")


def malformed_options():
    def update(content, *more, **kw):
        return codec.update(PEER, 1, content, *more, **kw)

    case("beyond the end", update(option(10, bytes(4), length=12)),
         ["option.outside"])
    case("twice", update(codec.timeout(1), codec.timeout(2)),
         ["option.twice"], keepalive_timeout="1,2")
    case("unknown, critical", update(option(99, b"", critical=True)),
         ["option.unknown_critical"], option__critical="1")
    case("known, critical, not for it",
         codec.i1(TAG, 1, option(10, bytes(4), critical=True)),
         ["option.unknown_critical"])
    case("known, not for it", codec.i1(TAG, 1, codec.timeout(3)),
         ["option.misplaced"])
    case("no validator", codec.r1(1, 2), ["option.missing"])
    case("no validator in I2", codec.i2(TAG, 1, 2), ["option.missing"])
    case("padding", update(option(10, bytes(4)) + b"\0\2\0\1\1\2\0\0"),
         ["option.padding_set", "option.misplaced"])
    case("ULID pair", codec.i1(TAG, 1, option(6, bytes(35))),
         ["option.bad_length"], ulid__sender="")
    case("reserved in a ULID pair", codec.i1(TAG, 1, codec.ulids(
        A1, B1, reserved=1)), ["reserved.set"])
    case("FII", codec.i1(TAG, 1, option(7, bytes(3))), ["option.bad_length"])
    case("timeout", update(option(10, bytes(5))), ["option.bad_length"])
    case("list of four octets", update(option(2, bytes(4))),
         ["option.bad_length"])
    case("list and number", update(option(2, struct.pack(
        "!IBB6x16s", 1, 2, 1, packed(A1)))), ["option.bad_length"],
        locators__count="2", locator="")
    case("no locators", update(codec.locators([])), ["locators.empty"])
    case("method 3", update(codec.locators([A1], methods=3)),
         ["locators.method_unknown"], locators__method="3")
    case("not signed", update(codec.locators([A1], methods=2)),
         ["signature.missing"])
    case("element 0", update(option(3, struct.pack("!IB3s", 1, 0, b"\1"))),
         ["option.bad_length"])
    case("elements", update(option(3, struct.pack("!IB4s", 1, 3, b"\1"))),
         ["option.bad_length"])
    case("preferences of four octets", update(option(3, bytes(4))),
         ["option.bad_length"])


def malformed_parameters():
    pds = HBA["hba2_pds"]

    def parameters(data, experts=("cga.bad",), **fields):
        case(f"parameters {len(CASES)}",
             codec.update(PEER, 1, codec.parameters(data)), experts, **fields)

    parameters(b"")
    parameters(pds[:24])
    parameters(pds[:25])
    parameters(pds[:60])
    parameters(pds[:25] + b"\x31" + pds[26:], cga__public_key="")
    parameters(pds[:25] + b"\x30\x84" + pds[27:], cga__public_key="")
    parameters(pds[:24] + b"\3" + pds[25:], ["cga.collisions"],
               cga__collision_count="3")
    parameters(pds[:-1], cga__extension__length="20")
    parameters(pds + b"\0")
    parameters(pds[:103] + bytes.fromhex("001200050000000001"))
    parameters(pds[:103], [], cga__extension__type="")


def all_cases():
    for group in (messages, more_options, payloads, malformed_headers,
                  malformed_options, malformed_parameters):
        group()


# --- captures

def write(path, frames):
    """frames: (octets captured, octets of the packet)."""
    with open(path, "wb") as file:
        file.write(struct.pack("!IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 0xffff,
                               RAW_IPV6))
        for number, (data, length) in enumerate(frames):
            file.write(struct.pack("!IIII", number, 0, len(data), length))
            file.write(data)


def known_fields():
    # -G must come first
    command = [TSHARK[0], "-G", "fields", *TSHARK[1:]]
    out = subprocess.run(command, check=True, text=True,
                         capture_output=True).stdout
    return [line.split("\t")[2] for line in out.splitlines()
            if line.startswith("F\t") and "\tshim." in line]


OTHERS = ["_ws.lua.error", "ipv6.src", "udp.dstport", "udp.checksum.status",
          "udp.stream", "ipv6.fraghdr.ident"]


def read(path, fields):
    """A dictionary for each frame, and what tshark complained about."""
    command = [*TSHARK, "-r", path, "-o", "udp.check_checksum:TRUE", "-T",
               "fields", "-E", "separator=/t", "-E", "occurrence=a"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, check=False, text=True,
                          capture_output=True)
    complaints = [line for line in done.stderr.splitlines()
                  if "could be dangerous" not in line]
    # Newer versions have words for booleans
    out = done.stdout.replace("True", "1").replace("False", "0")
    rows = [dict(zip(fields, line.split("\t"))) for line in out.splitlines()]
    return rows, complaints


# --- tests

class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def judge(self, name, problems):
        if problems:
            self.failed += 1
            print(f"not ok - {name}")
            for line in problems[:10]:
                print(f"    {line}")
        else:
            self.passed += 1


def experts_of(row, experts):
    return {name[len("shim."):] for name in experts if row[name]}


def test_cases(tally, path, fields, experts):
    write(path, [(c["packet"], len(c["packet"])) for c in CASES])
    rows, complaints = read(path, fields + OTHERS)
    tally.judge("tshark has nothing to complain about", complaints)
    if len(rows) != len(CASES):
        tally.judge("a line for each packet", [f"{len(rows)} lines"])
        return
    for wanted, row in zip(CASES, rows):
        problems = [f"{name} is {row.get(name)!r}, not {value!r}"
                    for name, value in wanted["fields"].items()
                    if row.get(name) != value]
        found = experts_of(row, experts)
        if found != wanted["experts"]:
            problems.append(f"experts {sorted(found)}, "
                            f"not {sorted(wanted['experts'])}")
        if row["_ws.lua.error"]:
            problems.append(row["_ws.lua.error"])
        tally.judge(wanted["name"], problems)
    # Those of packets that are cut have a test of their own
    tally.judge("every field was seen", [
        name for name in fields if name not in (
            "shim.not_captured", "shim.truncated") and
        not any(row[name] for row in rows)])


def sound():
    """Messages without a fault, the packet as it was sent."""
    return [c["packet"] for c in CASES
            if not c["experts"] & MALFORMED and "big" not in c["experts"]]


def test_cut(tally, path, fields, experts):
    """Cut after every octet, on the way and by the capture."""
    frames, kinds = [], []
    for packet in sound():
        # What the packet itself is without: the octets behind the message
        end = 48 if packet[42] & 0x80 else 40 + (packet[41] + 1) * 8
        for size in range(41, end):
            cut = packet[:4] + struct.pack("!H", size - 40) + packet[6:size]
            frames += [(cut, size), (packet[:size], len(packet))]
            kinds += ["truncated", "not_captured"]
    write(path, frames)
    names = list(experts) + ["_ws.lua.error"]
    rows, complaints = read(path, names)
    tally.judge("cut packets: tshark has nothing to complain about",
                complaints)
    problems = []
    for kind, row, frame in zip(kinds, rows, frames):
        found = experts_of(row, experts)
        if row["_ws.lua.error"]:
            problems.append(row["_ws.lua.error"])
        elif kind not in found:
            problems.append(f"{frame[0].hex()}: {sorted(found)}")
        elif kind == "not_captured" and found & MALFORMED:
            problems.append(f"{frame[0].hex()}: {sorted(found)}")
    if len(rows) != len(frames):
        problems.append(f"{len(rows)} lines of {len(frames)}")
    tally.judge(f"{len(frames)} packets that are cut are said to be",
                problems)


def test_noise(tally, path):
    """Octets changed at random, the checksum right or not."""
    draw = random.Random(5533)
    frames = []
    originals = [c["packet"] for c in CASES]
    for _ in range(4000):
        packet = bytearray(draw.choice(originals))
        for _ in range(draw.randint(1, 4)):
            packet[draw.randrange(40, len(packet))] = draw.randrange(256)
        frames.append((bytes(packet), len(packet)))
    write(path, frames)
    rows, complaints = read(path, ["frame.number", "_ws.lua.error"])
    problems = complaints + [row["_ws.lua.error"] for row in rows
                             if row["_ws.lua.error"]]
    if len(rows) != len(frames):
        problems.append(f"{len(rows)} lines of {len(frames)}")
    tally.judge(f"{len(frames)} packets of noise are no error of the script",
                problems)


def main():
    all_cases()
    if len(sys.argv) > 1:
        write(sys.argv[1], [(c["packet"], len(c["packet"])) for c in CASES])
        return 0
    tally = Tally()
    fields = known_fields()
    experts = [name for name in fields if name[len("shim."):] in
               MALFORMED | {e for c in CASES for e in c["experts"]} |
               {"not_captured"}]
    with tempfile.TemporaryDirectory() as folder:
        # No preferences of who runs it
        os.environ["WIRESHARK_CONFIG_DIR"] = folder
        path = os.path.join(folder, "shim6.pcap")
        test_cases(tally, path, fields, experts)
        test_cut(tally, path, fields, experts)
        test_noise(tally, path)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
