#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
HBA sets of shim6ctl against RFC 5535, by another hand: nothing here is shared
with the tool, and only the standard library is used.

usage: tests/hba.py [WRAPPER], in the directory of shim6ctl. Prints TAP lines
without numbers.
"""

import hashlib
import ipaddress
import json
import os
import subprocess
import sys
import tempfile

TOOL = (sys.argv[1].split() if len(sys.argv) > 1 else []) + ["./shim6ctl"]
RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")


def shim6ctl(*words):
    """Run the tool, return its output"""
    return subprocess.run(TOOL + list(words), check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def der(data, tag):
    """Take one DER element off the front: contents, rest"""
    assert data[0] == tag, f"tag {data[0]:#x} instead of {tag:#x}"
    length, at = data[1], 2
    if length & 0x80:
        count = length & 0x7f
        length, at = int.from_bytes(data[2:2 + count], "big"), 2 + count
        assert length >= 128, "length is not the shortest form"
    assert at + length <= len(data), "element is cut off"
    return data[at:at + length], data[at + length:]


def integer(data):
    """A positive DER INTEGER off the front: value, rest"""
    body, rest = der(data, 0x02)
    assert not body[0] & 0x80, "INTEGER is negative"
    assert body[0] or body[1] & 0x80, "INTEGER is not the shortest form"
    return int.from_bytes(body, "big"), rest


def check_key(key):
    """RFC 5535 6: 384 bits dressed as an RSA key in SubjectPublicKeyInfo"""
    spki, rest = der(key, 0x30)
    assert not rest
    algorithm, spki = der(spki, 0x30)
    oid, algorithm = der(algorithm, 0x06)
    assert oid == RSA_ENCRYPTION, "not rsaEncryption"
    assert algorithm == b"\x05\x00", "parameters are not NULL"
    bits, rest = der(spki, 0x03)
    assert not rest and bits[0] == 0
    rsa, rest = der(bits[1:], 0x30)
    assert not rest
    modulus, rsa = integer(rsa)
    exponent, rsa = integer(rsa)
    assert not rsa and exponent == 65537
    assert modulus.bit_length() == 384, f"{modulus.bit_length()} bits"


def split(pds):
    """Modifier, Subnet Prefix, collision count, key, extensions"""
    _, rest = der(pds[25:], 0x30)
    key = pds[25:len(pds) - len(rest)]
    return pds[:16], pds[16:24], pds[24], key, rest


def check_address(pds, prefix, sec, address):
    """RFC 5535 7.2"""
    modifier, _, collision, key, ext = split(pds)
    packed = ipaddress.IPv6Address(address).packed
    assert packed[:8] == prefix, "prefix"
    hash1 = hashlib.sha1(modifier + prefix + bytes([collision]) + key +
                         ext).digest()[:8]
    want = bytes([(hash1[0] & 0x1c) | sec << 5]) + hash1[1:]
    assert packed[8:] == want, f"{packed[8:].hex()} is not {want.hex()}"
    hash2 = hashlib.sha1(modifier + bytes(9) + key + ext).digest()[:14]
    assert not any(hash2[:2 * sec]), "Hash2"


def check_set(made, prefixes, sec):
    """RFC 5535 6, everything about a set"""
    pds = bytes.fromhex(made["parameters"])
    packed = [ipaddress.IPv6Network(p).network_address.packed[:8]
              for p in prefixes]
    _, first, collision, key, ext = split(pds)
    assert made["sec"] == sec
    assert first == packed[0] and collision == 0
    check_key(key)
    data = bytes(4) + b"".join(packed)
    assert ext == b"\x00\x12" + len(data).to_bytes(2, "big") + data
    assert len(pds) == 111 + 8 * len(prefixes)
    assert len(made["addresses"]) == len(prefixes)
    for text, prefix, row in zip(prefixes, packed, made["addresses"]):
        assert row["prefix"] == text
        check_address(pds, prefix, sec, row["address"])


def test_generate(sec, size):
    """A set of each size"""
    prefixes = [f"2001:db8:{i:x}:{i + 1:x}::/64" for i in range(10, 10 + size)]
    made = json.loads(shim6ctl("-q", "-j", "hba", "generate", *prefixes,
                               "sec", str(sec)))
    check_set(made, prefixes, sec)


def check_private(pkcs8, modulus):
    """PrivateKeyInfo with an RSAPrivateKey (RFC 5208, RFC 8017 A.1.2)"""
    info, rest = der(pkcs8, 0x30)
    assert not rest
    version, info = integer(info) if info[2] else (0, info[3:])
    algorithm, info = der(info, 0x30)
    assert der(algorithm, 0x06)[0] == RSA_ENCRYPTION
    octets, rest = der(info, 0x04)
    assert not rest and version == 0
    rsa, rest = der(octets, 0x30)
    assert not rest and rsa[:3] == b"\x02\x01\x00"
    rsa = rsa[3:]
    numbers = []
    while rsa:
        number, rsa = integer(rsa)
        numbers.append(number)
    n, e, d, p, q, dp, dq, qi = numbers
    assert n == modulus == p * q and e == 65537
    for exponent, part, prime in ((d, dp, p), (d, dq, q)):
        assert exponent * e % (prime - 1) == 1 and part == exponent % (
            prime - 1)
    assert qi * q % p == 1


def test_cga(bits, sec, hba):
    """CGAs of one key, or an HBA/CGA set, and the key itself"""
    prefixes = ["2001:db8:a:1::/64", "2001:db8:b:2::/64"]
    with tempfile.TemporaryDirectory() as folder:
        name = f"{folder}/x.cga"
        made = json.loads(shim6ctl(
            "-q", "-j", "cga", "generate", *prefixes, "bits", str(bits),
            "sec", str(sec), "file", name, *(["hba"] if hba else [])))
        pds, addresses = read_set(name)
        (key,) = [bytes.fromhex(line.split()[1]) for line in open(
            name, encoding="ascii") if line.startswith("key ")]
    assert (made["bits"], made["sec"], made["hba"]) == (bits, sec, hba)
    assert addresses == [row["address"] for row in made["addresses"]]
    packed = [ipaddress.IPv6Network(p).network_address.packed[:8]
              for p in prefixes]
    for prefix, address in zip(packed, addresses):
        check_address(pds, prefix, sec, address)
    _, first, _, spki, ext = split(pds)
    data = b"\x80\0\0\0" + b"".join(packed)
    assert first == packed[0]
    assert ext == (b"\0\x12" + len(data).to_bytes(2, "big") + data
                   if hba else b"")
    public = der(der(der(spki, 0x30)[0][15:], 0x03)[0][1:], 0x30)[0]
    modulus, exponent = integer(public)
    assert modulus.bit_length() == bits and integer(exponent)[0] == 65537
    check_private(key, modulus)


def test_default():
    """Without "sec" it is 1"""
    made = json.loads(shim6ctl("-q", "-j", "hba", "generate",
                               "2001:db8:a::/64"))
    check_set(made, ["2001:db8:a::/64"], 1)


def test_random():
    """No two sets have anything in common"""
    made = [bytes.fromhex(json.loads(shim6ctl(
        "-j", "hba", "generate", "2001:db8:a::/64", "sec", "0"))["parameters"])
            for _ in range(16)]
    assert len({split(p)[0] for p in made}) == 16, "modifiers repeat"
    assert len({split(p)[3] for p in made}) == 16, "keys repeat"
    for i in range(16):
        assert len({p[i] for p in made}) > 8, f"octet {i} hardly changes"


def read_set(name):
    """Parameters and addresses of a file of the tool"""
    lines = [line.split() for line in open(name, encoding="ascii")]
    values = [line[1] for line in lines if line[0] == "parameters"]
    return (bytes.fromhex(values[0]),
            [line[1] for line in lines if line[0] == "address"])


def test_vector(name, sec):
    """Sets made by another program verify here as they do in the tool"""
    pds, addresses = read_set(f"tests/sets/{name}.hba")
    for address in addresses:
        check_address(pds, ipaddress.IPv6Address(address).packed[:8], sec,
                      address)
    shim6ctl("hba", "verify", f"tests/sets/{name}.hba")


def accepted(pds, addresses, name):
    """Does the tool accept these parameters"""
    with open(name, "w", encoding="ascii") as file:
        file.write(f"shim6-hba 1\nparameters {pds.hex()}\n")
        file.writelines(f"address {a}\n" for a in addresses)
    run = subprocess.run(TOOL + ["hba", "verify", name], check=False,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert run.returncode in (0, 1), run.returncode
    assert run.stderr.count(b"\n") == run.returncode
    return run.returncode == 0


def test_tamper():
    """Every part of the parameters counts, but for the Subnet Prefix"""
    pds, addresses = read_set("tests/sets/good.hba")
    with tempfile.TemporaryDirectory() as where:
        name = os.path.join(where, "x")
        assert accepted(pds, addresses, name)
        for at in range(0, len(pds), 3):
            bad = bytearray(pds)
            bad[at] ^= 1
            assert accepted(bad, addresses, name) == (16 <= at < 24), at


def case(name, function, *args):
    """One TAP line"""
    try:
        function(*args)
        print(f"ok - {name}")
    except (AssertionError, subprocess.CalledProcessError) as why:
        print(f"not ok - {name}: {why}")


def main():
    """All of it"""
    for sec in (0, 1):
        for size in range(1, 9):
            case(f"hba generate, Sec {sec}, {size} prefixes", test_generate,
                 sec, size)
    case("hba generate, default Sec", test_default)
    for bits, sec, hba in ((1024, 0, False), (2048, 1, False),
                           (1032, 0, True), (4096, 0, True)):
        case(f"cga generate, {bits} bits, Sec {sec}, {hba=}", test_cga, bits,
             sec, hba)
    case("hba generate is random", test_random)
    for name, sec in (("good", 0), ("sec1", 1), ("key", 0)):
        case(f"hba verify, vector {name}", test_vector, name, sec)
    case("hba verify, each octet changed", test_tamper)


main()
