# SPDX-License-Identifier: GPL-2.0
"""Addresses that prove each other: HBA (RFC 5535) and CGA (RFC 3972), made and
checked. Keys are RSA, small numbers' worth of code, for tests only.
"""

import hashlib
import ipaddress
import math
import random

MULTI_PREFIX = 0x0012
RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")
SHA1_INFO = bytes.fromhex("3021300906052b0e03021a05000414")
# RFC 5533 17
MESSAGE_TAG = bytes.fromhex("4a3056624858574b3655416f506a6d48")


def sha1(data):
    return hashlib.sha1(data).digest()


def der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def der_integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def spki(modulus, exponent=65537):
    """SubjectPublicKeyInfo of an RSA key."""
    key = der(0x30, der_integer(modulus) + der_integer(exponent))
    return der(0x30, RSA_ENCRYPTION + der(3, b"\0" + key))


def is_prime(n, draw):
    if any(n % p == 0 for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for _ in range(12):
        x = pow(draw.randrange(2, n - 1), d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


class Key:
    """An RSA key pair, the same for the same seed; of more primes the longer
    it is, as short ones are found soon."""

    def __init__(self, bits, seed):
        draw = random.Random(f"{seed} {bits}")
        count = 2 if bits <= 1024 else 4
        sizes = [bits // count] * (count - 1)
        sizes.append(bits - sum(sizes))
        self.n = 0
        while self.n.bit_length() != bits:
            primes = [self.prime(draw, size) for size in sizes]
            self.halves = [self.half(primes[::2]), self.half(primes[1::2])]
            self.n = self.halves[0][0] * self.halves[1][0]
        self.order = self.halves[0][1] * self.halves[1][1]
        self.d = pow(65537, -1, self.order)
        self.spki = spki(self.n)

    @staticmethod
    def half(primes):
        """Product of some primes, and how many numbers below have none."""
        return (math.prod(primes), math.prod(p - 1 for p in primes))

    def pkcs8(self):
        """PrivateKeyInfo (RFC 5208) for the kernel's keyrings. What it takes
        for primes may be products of them: the arithmetic is the same."""
        (p, below_p), (q, below_q) = self.halves
        key = der(0x30, b"".join(map(der_integer, (
            0, self.n, 65537, self.d, p, q, self.d % below_p,
            self.d % below_q, pow(q, -1, p)))))
        return der(0x30, der_integer(0) + RSA_ENCRYPTION + der(4, key))

    @staticmethod
    def prime(draw, size):
        while True:
            n = draw.getrandbits(size) | 7 << (size - 3) | 1
            if n % 65537 != 1 and is_prime(n, draw):
                return n

    def sign(self, data):
        """RSASSA-PKCS1-v1_5 with SHA-1 (RFC 3972 6)."""
        block = self.block(data)
        return pow(int.from_bytes(block, "big"), self.d,
                   self.n).to_bytes(len(block), "big")

    def verify(self, data, signature):
        block = self.block(data)
        return len(signature) == len(block) and pow(
            int.from_bytes(signature, "big"), 65537, self.n) == \
            int.from_bytes(block, "big")

    def block(self, data):
        """What RSA is applied to."""
        size = (self.n.bit_length() + 7) // 8
        info = SHA1_INFO + sha1(data)
        return b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info


def multi_prefix(prefixes, has_key, reserved=0):
    content = (has_key << 31 | reserved).to_bytes(4, "big") + \
        b"".join(prefixes)
    return MULTI_PREFIX.to_bytes(2, "big") + \
        len(content).to_bytes(2, "big") + content


def prefix_octets(prefix):
    return ipaddress.IPv6Network(prefix).network_address.packed[:8]


class Proof:
    """A parameter data structure and the addresses that belong to it.

    prefixes: those of the addresses. Without a key an HBA set; with one an
    HBA/CGA set, or without the extension (hba False) a CGA of the first prefix.
    """

    def __init__(self, prefixes, seed, sec=0, key=None, hba=True, extra=b"",
                 collision=0, reserved=0):
        draw = random.Random(f"proof {seed}")
        self.prefixes = [prefix_octets(p) for p in prefixes]
        self.key = key
        self.spki = key.spki if key else spki(draw.getrandbits(384) |
                                              1 << 383 | 1)
        self.collision = collision
        self.extensions = extra
        if hba:
            self.extensions = multi_prefix(self.prefixes, bool(key),
                                           reserved) + extra
        self.modifier = self.find(draw.getrandbits(128), sec)
        self.sec = sec
        self.addresses = [self.address(p) for p in self.prefixes]

    def find(self, modifier, sec):
        while True:
            octets = modifier.to_bytes(16, "big")
            hash2 = sha1(octets + bytes(9) + self.spki + self.extensions)
            if not any(hash2[:2 * sec]):
                return octets
            modifier = (modifier + 1) % (1 << 128)

    def pds(self, prefix=None, collision=None):
        return self.modifier + (prefix or self.prefixes[0]) + \
            bytes([self.collision if collision is None else collision]) + \
            self.spki + self.extensions

    def address(self, prefix):
        iid = bytearray(sha1(self.pds(prefix))[:8])
        iid[0] = iid[0] & 0x1c | self.sec << 5
        return str(ipaddress.IPv6Address(prefix + bytes(iid)))

    def sign(self, generation, addresses):
        """Of a Locator List whose CGA locators these are (RFC 5533 5.15.5)."""
        return self.key.sign(signed_data(generation, addresses))

    def signed(self, generation, addresses, signature):
        """Is this the signature of such a list."""
        return self.key.verify(signed_data(generation, addresses), signature)


def signed_data(generation, addresses):
    return MESSAGE_TAG + generation.to_bytes(4, "big") + b"".join(
        ipaddress.IPv6Address(a).packed for a in addresses)


def belongs(address, pds):
    """Is it a member of the HBA set of these parameters (RFC 5535 7.2)."""
    octets = ipaddress.IPv6Address(address).packed
    size = 2 + pds[26] if pds[26] < 128 else \
        2 + (pds[26] & 127) + int.from_bytes(pds[27:27 + (pds[26] & 127)],
                                             "big")
    extension = pds[25 + size:]
    prefixes = extension[8:4 + int.from_bytes(extension[2:4], "big")]
    if extension[:2] != MULTI_PREFIX.to_bytes(2, "big") or octets[:8] not in \
       [prefixes[i:i + 8] for i in range(0, len(prefixes), 8)]:
        return False
    hash1 = bytearray(sha1(pds[:16] + octets[:8] + pds[24:])[:8])
    hash1[0] = hash1[0] & 0x1c | octets[8] & 0xe3
    hash2 = sha1(pds[:16] + bytes(9) + pds[25:])
    return bytes(hash1) == octets[8:] and octets[8] & 3 == 0 and \
        not any(hash2[:2 * (octets[8] >> 5)])
