#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""flood.py TO COUNT PREFIX: I1s to TO, each from another address.

PREFIX is followed by random bits: "26" gives sources in 2600::/8, one with 12
digits gives sources that share a /48. Prints the seconds it took.
"""

import os
import random
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import wire  # noqa: E402

I1 = 1


def main():
    to, count, prefix = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    body = wire.message(I1, wire.tag48(0x123456789abc & ~(1 << 47))
                        + bytes.fromhex("01020304"))
    packet = bytearray(wire.header("::", to, wire.PROTO, len(body)) + body)
    known = bytes.fromhex(prefix)
    bits = random.Random(1)
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
    begun = time.monotonic()
    for _ in range(count):
        packet[8:24] = known + bits.randbytes(16 - len(known))
        sock.sendto(packet, (to, 0))
    print(f"{time.monotonic() - begun:.3f}")


main()
